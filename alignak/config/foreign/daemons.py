"""The six daemons of the tree that is written: those a Shinken source defines, and one of each role it lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from alignak.config.diagnostics import Place
from alignak.config.foreign.findings import Findings, Weight
from alignak.config.parser import Definition
from alignak.config.values import FALSE, TRUE, names
from alignak.model.directives import daemons
from alignak.model.processes import ProcessSettings
from alignak.model.topology import DEFAULT_PORTS, Role

ROLES: Final = (Role.ARBITER, Role.SCHEDULER, Role.POLLER, Role.REACTIONNER, Role.RECEIVER, Role.BROKER)
_TYPES: Final = frozenset(role.value for role in ROLES)

RENAMED: Final[Mapping[str, str]] = {
    "timeout": "short_timeout",
    "data_timeout": "long_timeout",
    "check_interval": "ping_period",
    "satellitemap": "satellite_map",
}
"""Shinken's name -> the one here."""

_KNOWN: Final = frozenset(
    [
        each.name
        for rows in (daemons.LINK, daemons.ARBITERLINK, daemons.SCHEDULERLINK, daemons.POLLERLINK)
        for each in rows
    ]
    + ["reactionner_tags"]
    + [each.name for each in msgspec.structs.fields(ProcessSettings)]
)

_LEFT_OUT: Final[Mapping[str, tuple[Weight, str]]] = {
    "use_ssl": (Weight.LOST, "TLS is set up anew: give use_ssl, certificates and keys in the environment file"),
    "hard_ssl_name_check": (Weight.UNNEEDED, "TLS is set up anew"),
    "direct_routing": (Weight.UNNEEDED, "receivers always give commands to the scheduler that owns the host"),
    "ping_period": (Weight.UNNEEDED, "daemons_check_period says how often the arbiter looks at all daemons"),
    "satellite_map": (Weight.LOST, "each daemon has one address for all others"),
}

_LOCAL: Final = frozenset({"", "localhost", "127.0.0.1", "::1"})
_NOT_LOCAL: Final = (
    "the daemon listens on its own machine alone until its section has host, use_ssl, certificates and keys"
)


class Section(Struct, frozen=True):
    """A ``[daemon.x]`` section."""

    name: str
    role: Role
    values: Mapping[str, str]
    place: Place | None = None
    """Where the source defines it; None for one that it lacks."""


def sections(definitions: Iterable[Definition], modules: Collection[str], findings: Findings) -> list[Section]:
    """Return the daemons; ``modules`` are the names of those that can be loaded."""
    found: list[Section] = []
    taken: set[str] = set()
    for each in definitions:
        if is_daemon(each):
            found.append(_section(each, taken, modules, findings))
            taken.add(found[-1].name)
    there = {each.role for each in found}
    return found + [_default(role) for role in ROLES if role not in there]


def is_daemon(definition: Definition) -> bool:
    """Tell whether a definition is one of a daemon."""
    return definition.type in _TYPES and definition.values.get("register", "").lower() not in FALSE


def _default(role: Role) -> Section:
    return Section(f"{role.value}-master", role, {"port": str(DEFAULT_PORTS[role])})


def _section(given: Definition, taken: Collection[str], modules: Collection[str], findings: Findings) -> Section:
    """Return the section that a definition becomes."""
    role = Role(given.type)
    name = given.values.get(f"{role.value}_name") or f"{role.value}-master"
    if name in taken:
        changed = f"{name}-{role.value}"
        findings.add(Weight.CHANGED, name, f"another daemon has the name already: it is '{changed}' here", given.place)
        name = changed
    values = {"port": str(DEFAULT_PORTS[role])}
    for old, value in given.values.items():
        if old != f"{role.value}_name" and (found := _value(given, old, value, modules, findings)):
            values[RENAMED.get(old, old)] = found
    if values.get("address", "") not in _LOCAL:
        findings.add(Weight.CHANGED, f"{role.value} {name}", _NOT_LOCAL, given.place_of("address"))
    if role is Role.ARBITER and values.get("spare", "").lower() in TRUE:
        findings.add(Weight.LOST, f"arbiter {name}", "a spare arbiter takes over nothing yet", given.place_of("spare"))
    return Section(name, role, values, given.place)


def _value(given: Definition, old: str, value: str, modules: Collection[str], findings: Findings) -> str:
    """Return what is written for a directive of a daemon; nothing when it is left out."""
    key, place = RENAMED.get(old, old), given.place_of(old)
    if not value:
        return ""
    if key == "modules":
        return _modules(value, modules, place, findings)
    if key in _LEFT_OUT:
        weight, message = _LEFT_OUT[key]
        is_off = weight is Weight.LOST and value.lower() in FALSE
        findings.add(Weight.UNNEEDED if is_off else weight, old, "it is switched off" if is_off else message, place)
        return ""
    if key not in _KNOWN:
        findings.add(Weight.LOST, old, f"no directive of {given.type}s is named so", place)
        return ""
    return value


def _modules(value: str, known: Collection[str], place: Place, findings: Findings) -> str:
    """Return the names of the modules that can be loaded."""
    wanted = names(value)
    missing = [each for each in wanted if each not in known]
    if missing:
        findings.add(Weight.LOST, "modules", f"left out: {', '.join(missing)}", place)
    return ",".join(each for each in wanted if each in known)
