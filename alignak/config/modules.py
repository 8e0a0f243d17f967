"""Modules: ``[module.x]`` sections and ``define module``, and the daemons that name them (configuration.md 3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from alignak.config.diagnostics import Diagnostics, Place
from alignak.config.environment import Environment
from alignak.config.parser import Definition
from alignak.config.resolved import Resolved
from alignak.config.values import FALSE, names
from alignak.model.directives import daemons as directives
from alignak.model.topology import DaemonLink, Module

INNER: Final = frozenset({"inner-metrics", "inner-retention"})
"""Modules of the reference whose work the daemons do themselves: naming them is right and needs no section."""

_COMMON: Final = frozenset(each.name for each in directives.MODULE) - {"type", "daemon", "module_types", "modules"}
"""What a module takes from ``[DEFAULT]``; the rest of that section is about daemons."""


class Wanted(Struct, frozen=True):
    """A module that a daemon is to load."""

    module: Module
    """Its options are all that its section says, and what [DEFAULT] says of modules."""
    nested: tuple[Module, ...]
    """The modules it names itself."""
    place: Place
    """Where it is defined."""


def compile_modules(
    environment: Environment,
    legacy: Iterable[Resolved],
    daemons: Iterable[DaemonLink],
    diagnostics: Diagnostics,
) -> tuple[Module, ...]:
    """Return the modules that are enabled; a daemon or a module that names another one is an error."""
    modules = (*environment.modules, *(_legacy(each) for each in legacy))
    known = dict.fromkeys(sorted({each.name for each in modules} | INNER | environment.disabled_modules))
    for module in modules:
        if not module.python_name:
            diagnostics.warning(f"the module '{module.name}' has no python_name: it cannot be loaded")
        for name in names(module.options.get("modules", "")):
            if name not in known:
                hint = diagnostics.nearest(name, known)
                place = environment.place(_section(environment, module.name), "modules")
                message = f"the module '{name}' for the module '{module.name}' is unknown{hint}"
                diagnostics.error(message, place, f"module::{module.name}")
    for daemon in daemons:
        for name in daemon.modules:
            if name not in known:
                hint = diagnostics.nearest(name, known)
                place = environment.place(f"daemon.{daemon.name}", "modules")
                about = f"{daemon.role.value}::{daemon.name}"
                diagnostics.error(f"Error: the module {name} is unknown for {daemon.name}{hint}", place, about)
    return modules


def names_of(environment: Environment, daemon: str) -> tuple[str, ...]:
    """Return the modules that the section of a daemon names, those left out that need no loading."""
    values = next((each.values for each in environment.daemons if each.name == daemon), {})
    skipped = INNER | environment.disabled_modules
    return tuple(each for each in dict.fromkeys(names(values.get("modules", ""))) if each not in skipped)


def are_in_sections(environment: Environment, wanted: Iterable[str]) -> bool:
    """Tell whether modules, and those they name, stand in the environment file: no object file is needed for them."""
    known = {each.name: each for each in environment.modules}
    return all(
        each in known and all(nested in known for nested in names(known[each].options.get("modules", "")))
        for each in wanted
    )


def wanted_by(environment: Environment, daemon: str, definitions: Sequence[Definition]) -> list[Wanted]:
    """Return the modules a daemon is to load, in its order; what is not defined, ``compile_modules`` reports.

    ``definitions`` are those of the object files.
    """
    known = {each.name: _in_section(environment, each) for each in environment.modules}
    for each in definitions:
        if each.type == "module" and each.values.get("enabled", "1").strip().lower() not in FALSE:
            found = _in_file(each)
            known.setdefault(found[0].name, found)
    return [
        Wanted(module, tuple(known[each][0] for each in _nested(module) if each in known), place)
        for module, place in (known[name] for name in names_of(environment, daemon) if name in known)
    ]


def _nested(module: Module) -> tuple[str, ...]:
    return tuple(each for each in names(module.options.get("modules", "")) if each != module.name)


def _in_section(environment: Environment, module: Module) -> tuple[Module, Place]:
    section = _section(environment, module.name)
    values = environment.sections[section]
    common = {key: value for key, value in values.items() if key in _COMMON and value}
    options = {**common, **module.options}
    return msgspec.structs.replace(module, options=options), environment.place(section, "python_name")


def _section(environment: Environment, name: str) -> str:
    """Return the section of a module."""
    for section, values in environment.sections.items():
        if section.startswith("module.") and name == (values.get("name") or values.get("module_alias") or section[7:]):
            return section
    return f"module.{name}"


def _in_file(definition: Definition) -> tuple[Module, Place]:
    values: Mapping[str, str] = definition.values
    name = values.get("module_alias") or values.get("module_name", "")
    types = names(values.get("module_types") or values.get("module_type", ""))
    return Module(name, values.get("python_name", ""), types, dict(sorted(values.items()))), definition.place


def _legacy(resolved: Resolved) -> Module:
    return Module(
        name=resolved.name,
        python_name=resolved.text("python_name") or "",
        types=resolved.names("module_types"),
        options=dict(sorted(resolved.own.items())),
    )
