"""Asking the modules of an arbiter, each in a process of its own; ``wiring.modules`` calls it.

What goes wrong there is an error of the configuration, with the place of the module's section: hosts that a module does
not give must not silently be monitored no more.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from alignak.config.diagnostics import Diagnostics, Place
from alignak.config.environment import Environment
from alignak.config.given import amended, definitions_of
from alignak.config.includes import gather
from alignak.config.modules import Wanted, are_in_sections, names_of, wanted_by
from alignak.config.parser import Definition
from alignak.config.tables import OBJECT_TYPES
from alignak.config.values import Unreadable, number
from alignak.daemons import overview
from alignak.model.snapshot import CompiledConfig
from alignak.model.topology import Role
from alignak.modules.host import ModuleFailedError, ModuleHost, secrets_of
from alignak.modules.interface import (
    EARLY,
    GET_OBJECTS,
    LATE,
    CallHook,
    Changed,
    Gave,
    GetObjects,
    Ready,
    Request,
    Start,
    Surroundings,
)
from alignak.system.files import DiskFiles

log = logging.getLogger(__name__)

PROGRAM: Final = (sys.executable, "-u", "-P", "-m", "alignak.compat.configuring")

TIMEOUT: Final = 60.0
"""Seconds the modules may take together, unless ``modules_timeout`` of the arbiter's section says otherwise: less than
systemd waits for a start."""

_SHOWN: Final = frozenset(overview.tables()) & frozenset(each.plural for each in OBJECT_TYPES.values())
"""The types whose objects hooks see once they are compiled."""

A = TypeVar("A")


class _Running(Struct):
    """A module that runs."""

    wanted: Wanted
    host: ModuleHost
    methods: tuple[str, ...]


class Asking:
    """One reading of a configuration."""

    def __init__(self, environment: Environment, legacy: Sequence[str], surroundings: Surroundings) -> None:
        self.diagnostics = Diagnostics()
        self.may_pass = False
        self._environment = environment
        self._mains = [*environment.cfg_files, *legacy]
        self._surroundings = msgspec.structs.replace(surroundings, objects=_daemons(environment))
        self._seconds = timeout_of(environment, surroundings.daemon, self.diagnostics)
        self._until = time.monotonic() + self._seconds
        self._running: list[_Running] = []

    def ask(self, stack: ExitStack) -> list[Definition]:
        """Start the modules and return what they give and change; the stack ends them."""
        self._start_all(stack)
        given = [each for running in self._running if GET_OBJECTS in running.methods for each in self._given(running)]
        changed: dict[int, Definition] = {}
        for running in self._running:
            if EARLY in running.methods:
                everything = self._with_changes(given, changed)
                changed |= self._changes(running, everything)
        everything = self._with_changes(given, changed)
        first = len(everything) - len(given)
        return [*(each for index, each in changed.items() if index < first), *everything[first:]]

    def tell(self, config: CompiledConfig) -> None:
        """Show the modules that ask for it what came of the configuration; nothing they do changes it any more."""
        if any(LATE in each.methods for each in self._running):
            objects = {table: overview.objects_of(config, table) for table in sorted(_SHOWN)}
            for each in self._running:
                if LATE in each.methods:
                    self._tell(each, objects)

    def _tell(self, running: _Running, objects: dict[str, list[dict[str, Any]]]) -> None:
        try:
            self._answer(running.host, LATE, CallHook(LATE, objects), Changed)
        except ModuleFailedError as error:
            self._report(running.wanted, error, self.diagnostics.warning)

    def _start_all(self, stack: ExitStack) -> None:
        names = names_of(self._environment, self._surroundings.daemon)
        definitions = () if are_in_sections(self._environment, names) else self._definitions
        for wanted in wanted_by(self._environment, self._surroundings.daemon, definitions):
            try:
                self._start(wanted, stack)
            except ModuleFailedError as error:
                self._fail(wanted, error)

    def _start(self, wanted: Wanted, stack: ExitStack) -> None:
        name = wanted.module.name
        host = stack.enter_context(ModuleHost(name, PROGRAM, secrets_of(wanted.module)))
        level = log.getEffectiveLevel()
        start = Start(wanted.module, wanted.nested, self._surroundings, level)
        ready = self._answer(host, "init", start, Ready)
        if not ready.methods:
            message = f"the module '{name}' has nothing to say of a configuration: the arbiter has no other use for it"
            self.diagnostics.warning(message, wanted.place, f"module::{name}")
        self._running.append(_Running(wanted, host, ready.methods))

    def _given(self, running: _Running) -> list[Definition]:
        """Return the definitions that a module gives."""
        name = running.wanted.module.name
        log.info("Getting Alignak monitored configuration objects from module '%s'", name)
        try:
            gave = self._answer(running.host, GET_OBJECTS, GetObjects(), Gave)
        except ModuleFailedError as error:
            self._fail(running.wanted, error)
            return []
        found = definitions_of(name, gave.objects, self.diagnostics, running.wanted.place)
        log.info("the module '%s' gave %d objects", name, len(found))
        return found

    def _changes(self, running: _Running, everything: list[Definition]) -> dict[int, Definition]:
        """Return what a module changes of the definitions: number -> the changed one."""
        tables: dict[str, list[dict[str, Any]]] = {}
        numbers: dict[tuple[str, int], int] = {}
        for index, each in enumerate(everything):
            if each.type in OBJECT_TYPES:
                objects = tables.setdefault(OBJECT_TYPES[each.type].plural, [])
                numbers[OBJECT_TYPES[each.type].plural, len(objects)] = index
                objects.append(dict(each.values))
        try:
            changes = self._answer(running.host, EARLY, CallHook(EARLY, tables), Changed).changes
        except ModuleFailedError as error:
            self._fail(running.wanted, error)
            return {}
        name = running.wanted.module.name
        known = [each for each in changes if (each.table, each.index) in numbers]
        by_number = {numbers[each.table, each.index]: each.values for each in known}
        return {each: amended(everything[each], values, name, self.diagnostics) for each, values in by_number.items()}

    def _with_changes(self, given: list[Definition], changed: Mapping[int, Definition]) -> list[Definition]:
        """Return the definitions of the files, when a hook is to see them, and those given, as they are by now."""
        is_needed = any(EARLY in each.methods for each in self._running)
        everything = [*(self._definitions if is_needed else ()), *given]
        return [changed.get(index, each) for index, each in enumerate(everything)]

    @cached_property
    def _definitions(self) -> Sequence[Definition]:
        """Return what the object files define; what is wrong with them is reported when they are compiled."""
        return gather(self._mains, DiskFiles(), Diagnostics()).definitions

    def _answer(self, host: ModuleHost, method: str, request: Request, type_: type[A]) -> A:
        try:
            answer = host.ask(request, self._until)
        except TimeoutError:
            raise ModuleFailedError(
                f"{method}() did not end in time: all modules together have {self._seconds:g} s; modules_timeout in the"
                f" section of {self._surroundings.daemon} gives them more"
            ) from None
        except EOFError as error:
            raise ModuleFailedError(f"its process {error} in {method}()") from None
        if not isinstance(answer, type_):
            raise ModuleFailedError(f"its process answers {method}() with {type(answer).__name__}")
        return answer

    def _fail(self, wanted: Wanted, error: ModuleFailedError) -> None:
        """Refuse the configuration for what a module fails in."""
        self.may_pass = self.may_pass or error.may_pass
        self._report(wanted, error, self.diagnostics.error)

    def _report(self, wanted: Wanted, error: ModuleFailedError, report: Callable[[str, Place, str], None]) -> None:
        report(str(error), wanted.place, f"module::{wanted.module.name}")


def timeout_of(environment: Environment, daemon: str, diagnostics: Diagnostics) -> float:
    """Return the seconds that the modules of an arbiter may take."""
    section = next((each for each in environment.daemons if each.name == daemon), None)
    text = section.values.get("modules_timeout", "") if section else ""
    if section is None or not text:
        return TIMEOUT
    try:
        seconds = number(text)
    except Unreadable as error:
        place = environment.place(section.section, "modules_timeout")
        diagnostics.error(f"Error while pythonizing parameter 'modules_timeout': {error}", place)
        return TIMEOUT
    return seconds


def _daemons(environment: Environment) -> dict[str, list[dict[str, Any]]]:
    """Return the daemons of the environment file as hooks see them."""
    found: dict[str, list[dict[str, Any]]] = {f"{role.value}s": [] for role in Role}
    for each in environment.daemons:
        if f"{each.type}s" in found:
            found[f"{each.type}s"].append({**each.values, f"{each.type}_name": each.name, "name": each.name})
    return found
