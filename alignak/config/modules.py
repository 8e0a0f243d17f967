"""Modules: ``[module.x]`` sections and ``define module``, and the daemons that name them (configuration.md 3.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from alignak.config.diagnostics import Diagnostics
from alignak.config.environment import Environment
from alignak.config.resolved import Resolved
from alignak.model.topology import DaemonLink, Module

INNER: Final = frozenset({"inner-metrics", "inner-retention"})
"""Modules of the reference whose work the daemons do themselves: naming them is right and needs no section."""


def compile_modules(
    environment: Environment,
    legacy: Iterable[Resolved],
    daemons: Iterable[DaemonLink],
    diagnostics: Diagnostics,
) -> tuple[Module, ...]:
    """Return the modules that are enabled; a daemon that names another one is an error."""
    modules = (*environment.modules, *(_legacy(each) for each in legacy))
    for module in modules:
        if not module.python_name:
            diagnostics.warning(f"the module '{module.name}' has no python_name: it cannot be loaded")
    known = {each.name for each in modules} | INNER | environment.disabled_modules
    for daemon in daemons:
        for name in daemon.modules:
            if name not in known:
                hint = diagnostics.nearest(name, sorted(known))
                place = environment.place(f"daemon.{daemon.name}", "modules")
                about = f"{daemon.role.value}::{daemon.name}"
                diagnostics.error(f"Error: the module {name} is unknown for {daemon.name}{hint}", place, about)
    return modules


def _legacy(resolved: Resolved) -> Module:
    return Module(
        name=resolved.name,
        python_name=resolved.text("python_name") or "",
        types=resolved.names("module_types"),
        options=dict(sorted(resolved.own.items())),
    )
