"""Reading a configuration with the modules that add to it; the arbiter and ``alignak verify`` call it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TypeAlias

import msgspec
from msgspec import Struct

from alignak.config.compile import Loaded
from alignak.config.diagnostics import Diagnostics
from alignak.config.environment import Environment
from alignak.config.modules import names_of
from alignak.config.parser import Definition
from alignak.modules.interface import Surroundings

Compile: TypeAlias = "Callable[[Sequence[Definition]], Loaded]"
"""Reads the files and compiles them with the definitions that modules give."""


class Read(Struct, frozen=True):
    """A configuration as it was read."""

    loaded: Loaded
    may_pass: bool = False
    """Whether a module failed that may not fail the next time."""


def read_with_modules(
    environment: Environment, legacy: Sequence[str], surroundings: Surroundings, compiled: Compile
) -> Read:
    """Return the compiled configuration of an arbiter, with what its modules add; ``legacy`` are more object files."""
    if not names_of(environment, surroundings.daemon):
        return Read(compiled(()))
    from alignak.daemons.wiring.asking import Asking  # noqa: PLC0415  most arbiters have no module to ask

    asking = Asking(environment, legacy, surroundings)
    with ExitStack() as stack:
        loaded = compiled(asking.ask(stack))
        if loaded.config is not None and not asking.diagnostics.error_count:
            asking.tell(loaded.config)
    return Read(with_more(loaded, asking.diagnostics), asking.may_pass)


def with_more(loaded: Loaded, more: Diagnostics) -> Loaded:
    """Return what became of a configuration, with what the modules' part in it was."""
    return msgspec.structs.replace(
        loaded,
        config=None if more.error_count else loaded.config,
        diagnostics=(*more.all(), *loaded.diagnostics),
        error_count=loaded.error_count + more.error_count,
        warning_count=loaded.warning_count + more.warning_count,
    )
