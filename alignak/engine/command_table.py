r"""External commands read from one line of text (external-commands.md 5.1).

Three callers, each with what it knows: the arbiter and the receiver have no ``World`` and use ``check_shape`` and
``routing_host``; the engine uses ``parse``, which also finds the objects that are meant.

A line is ``[timestamp] NAME;argument;argument``; the timestamp may be left out, the name is taken in any case, the last
argument keeps its ``;``, and ``\;`` is a semicolon inside any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from enum import Enum
from typing import Final, TypeAlias

from msgspec import Struct

from alignak.base.errors import RefusedError
from alignak.base.ids import ObjectKey
from alignak.engine.command_rows import ARBITER_COMMANDS, GLOBAL_COMMANDS, TARGETED_COMMANDS
from alignak.engine.output import scrubbed
from alignak.engine.state import Item, World
from alignak.model.objects import Command, Contact, Group
from alignak.model.timeperiods import Timeperiod

Value: TypeAlias = "str | int | bool"
"""A typed argument that names no object."""


class Scope(Enum):
    """Who is told of a command."""

    ARBITER = "arbiter"
    GLOBAL = "global"
    TARGETED = "targeted"


class Row(Struct, frozen=True):
    """One command of the table."""

    name: str
    kinds: tuple[str, ...]
    scope: Scope

    @property
    def field_count(self) -> int:
        """Return how many fields stand after the name; a service takes two."""
        return len(self.kinds) + self.kinds.count("service")


class Scanned(Struct, frozen=True):
    """A line divided: its name is in the table, its arguments are not looked at yet."""

    name: str
    timestamp: int | None
    """None: the line has none, and the time it arrives is meant."""
    fields: tuple[str, ...]
    is_local: bool = False
    """The arbiter's own affair."""


class ParsedCommand(Struct, frozen=True):
    """A command with the objects it is about."""

    name: str
    at: float
    """Wall time: the line's timestamp, or when it arrived."""
    host: Item | None = None
    item: Item | None = None
    """The host or service that is meant."""
    contact: Contact | None = None
    group: Group | None = None
    period: Timeperiod | None = None
    command: Command | None = None
    values: tuple[Value, ...] = ()
    """The other arguments, in order; obsolete ones are left out."""


ROWS: Final[Mapping[str, Row]] = {
    name: Row(name, tuple(filter(None, kinds.split(";"))), scope)
    for scope, rows in (
        (Scope.ARBITER, ARBITER_COMMANDS),
        (Scope.GLOBAL, GLOBAL_COMMANDS),
        (Scope.TARGETED, TARGETED_COMMANDS),
    )
    for name, kinds in rows.items()
}
"""Every command by name."""

_LINE: Final = re.compile(r"\s*(?:\[\s*([0-9]{1,12})\s*\]\s*)?([^\s;\[][^;]*)(?:;(.*))?", re.DOTALL)

_PLAIN: Final = r"\\\0\ud800-\udfff\ufdd0"
_NAME: Final = rf"[^;{_PLAIN}]+"
_RESULT: Final = re.compile(
    r"(?:\[([0-9]{1,12})\] )?PROCESS_"
    rf"(?:SERVICE_CHECK_RESULT;({_NAME};{_NAME})|HOST_CHECK_RESULT;({_NAME}));([0-4]);([^{_PLAIN}]*)"
)
"""A passive result written as nearly all are: nothing in it is escaped, nothing needs scrubbing."""
_DIVIDER: Final = re.compile(r"(?<!\\);")
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,11}")
"""As many digits as times have for three thousand years: all calendars know them."""
_BOOLEANS: Final[Mapping[str, bool]] = {
    "0": False, "false": False, "off": False, "no": False,
    "1": True, "true": True, "on": True, "yes": True,
}  # fmt: skip
_FREE: Final = frozenset(("text", "author", "obsolete"))
"""Kinds whose blanks are kept."""
_SHOWN: Final = 200
"""How much of a refused line an answer repeats."""


def scan(line: str) -> Scanned:
    """Return a line divided into its name, timestamp and fields.

    Raises RefusedError when the line is no command or its name is not in the table.
    """
    match = _LINE.fullmatch(scrubbed(line).rstrip("\r\n"))
    if match is None:
        raise RefusedError(f"Malformed command: '{_shown(line)}'; write [timestamp] COMMAND;argument;...")
    stamp, name, rest = match.groups()
    row = ROWS.get(name.strip().upper())
    if row is None:
        raise RefusedError(f"Command '{_shown(line)}' is not recognized, sorry{_nearest(name, ROWS)}")
    return Scanned(row.name, int(stamp) if stamp else None, _divide(rest, row.field_count), row.scope is Scope.ARBITER)


def host_of_result(line: str) -> str | None:
    """Return the host of a plainly written passive result, its shape being right; None of any other line.

    The name is as it stands: where it is not known, ``check_shape`` and ``routing_host`` say more.
    """
    match = _RESULT.fullmatch(line.rstrip("\r\n"))
    if match is None:
        return None
    service = match[2]
    return match[3] if service is None else service.partition(";")[0]


def check_shape(line: str) -> Scanned:
    """Return a line divided, once the number and the types of its arguments are right.

    Raises RefusedError with the reason.
    """
    scanned = scan(line)
    for kind, fields in _arguments(scanned, line):
        if kind in _TYPED:
            _TYPED[kind](fields[0], line)
        elif kind in _NAMES and not all(fields):
            raise _incorrect(line, f"the {_NAMES[kind]} is empty")
    return scanned


def routing_host(line: str) -> str | None:
    """Return the name of the host whose scheduler is to be told; None when every scheduler is.

    Raises RefusedError when the line is no command.
    """
    scanned = check_shape(line)
    for kind, fields in _arguments(scanned, line):
        if kind in ("host", "service"):
            return fields[0]
    return None


def parse(line: str, now_wall: float, world: World) -> ParsedCommand:
    """Return the command a line means in a world.

    Raises RefusedError with the reason: an unknown name, a wrong number or type of arguments, an unknown object.
    """
    result = _plain_result(line, now_wall, world)
    if result is not None:
        return result
    scanned = check_shape(line)
    found: dict[str, object] = {}
    values: list[Value] = []
    for kind, fields in _arguments(scanned, line):
        if kind in _TYPED:
            values.append(_TYPED[kind](fields[0], line))
        elif kind in _FINDERS:
            place = _PLACES[kind]
            target = _FINDERS[kind](world, fields, line)
            if place in found:
                values.append(fields[0])
            else:
                found[place] = target
        elif kind != "obsolete":
            values.append(fields[0])
    return _parsed(scanned, now_wall, found, tuple(values))


def _plain_result(line: str, now_wall: float, world: World) -> ParsedCommand | None:
    """Return the plainly written passive result of an object that is known; None of any other line."""
    match = _RESULT.fullmatch(line.rstrip("\r\n"))
    if match is None:
        return None
    stamp, service, host, code, text = match.groups()
    item = world.items.get(ObjectKey(service or host))
    if item is None:
        return None
    name = "PROCESS_HOST_CHECK_RESULT" if service is None else "PROCESS_SERVICE_CHECK_RESULT"
    at = now_wall if stamp is None else float(stamp)
    return ParsedCommand(name, at, item.host, item, values=(int(code), text))


def _parsed(scanned: Scanned, now_wall: float, found: Mapping[str, object], values: tuple[Value, ...]) -> ParsedCommand:
    item, contact, group = found.get("item"), found.get("contact"), found.get("group")
    period, command = found.get("period"), found.get("command")
    return ParsedCommand(
        name=scanned.name,
        at=now_wall if scanned.timestamp is None else float(scanned.timestamp),
        host=item.host if isinstance(item, Item) else None,
        item=item if isinstance(item, Item) else None,
        contact=contact if isinstance(contact, Contact) else None,
        group=group if isinstance(group, Group) else None,
        period=period if isinstance(period, Timeperiod) else None,
        command=command if isinstance(command, Command) else None,
        values=values,
    )


def _divide(rest: str | None, count: int) -> tuple[str, ...]:
    """Return the fields of what follows the name; the last keeps its semicolons, one too many is kept to be refused."""
    if rest is None:
        return ()
    fields = _DIVIDER.split(rest, maxsplit=max(count - 1, 0))
    return tuple(each.replace("\\;", ";") for each in fields)


def _arguments(scanned: Scanned, line: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return each argument's kind with its fields."""
    row = ROWS[scanned.name]
    fields = scanned.fields if row.field_count or any(scanned.fields) else ()
    if len(fields) != row.field_count:
        raise _incorrect(line, f"{row.name} takes {row.field_count} ({';'.join(row.kinds)}), not {len(fields)}")
    pairs: list[tuple[str, tuple[str, ...]]] = []
    start = 0
    for kind in row.kinds:
        width = 2 if kind == "service" else 1
        those = fields[start : start + width]
        pairs.append((kind, those if kind in _FREE else tuple(each.strip() for each in those)))
        start += width
    return pairs


# Types ----------------------------------------------------------------------------------------------------------


def _integer(text: str, line: str) -> Value:
    if not _INTEGER.fullmatch(text):
        raise _incorrect(line, f"'{_shown(text)}' is no whole number of at most 11 digits")
    return int(text)


def _boolean(text: str, line: str) -> Value:
    value = _BOOLEANS.get(text.lower())
    if value is None:
        raise _incorrect(line, f"'{_shown(text)}' is neither 0 nor 1")
    return value


_TYPED: Final[Mapping[str, Callable[[str, str], Value]]] = {"to_int": _integer, "to_bool": _boolean}


# Objects --------------------------------------------------------------------------------------------------------


def _host(world: World, fields: Sequence[str], line: str) -> Item:
    item = world.host(fields[0])
    if item is None:
        raise RefusedError(
            f"External command was received for the host '{_shown(fields[0])}', but the host could not be found! "
            f"Command is: {_shown(line)}"
        )
    return item


def _service(world: World, fields: Sequence[str], line: str) -> Item:
    host = _host(world, fields, line)
    item = world.service(*fields)
    if item is None:
        names = [each.spec.description for each in host.services]
        raise RefusedError(
            f"A command was received for the service '{_shown(fields[1])}' on host '{_shown(fields[0])}', "
            f"but the service could not be found!{_nearest(fields[1], names)}"
        )
    return item


def _named(of: Callable[[World], Mapping[str, object]], kind: str) -> Callable[[World, Sequence[str], str], object]:
    def find(world: World, fields: Sequence[str], line: str) -> object:
        objects = of(world)
        if fields[0] not in objects:
            hint = _nearest(fields[0], objects)
            raise _incorrect(line, f"there is no {_NAMES[kind]} '{_shown(fields[0])}'{hint}")
        return objects[fields[0]]

    return find


_NAMES: Final[Mapping[str, str]] = {
    "host": "host",
    "service": "service",
    "contact": "contact",
    "host_group": "host group",
    "service_group": "service group",
    "contact_group": "contact group",
    "time_period": "time period",
    "command": "command",
}
"""Kinds of arguments that name an object, as people call them."""

_PLACES: Final[Mapping[str, str]] = {
    "host": "item",
    "service": "item",
    "contact": "contact",
    "host_group": "group",
    "service_group": "group",
    "contact_group": "group",
    "time_period": "period",
    "command": "command",
}
"""Where the object goes in a ParsedCommand."""

_FINDERS: Final[Mapping[str, Callable[[World, Sequence[str], str], object]]] = {
    "host": _host,
    "service": _service,
    "contact": _named(lambda world: world.contacts, "contact"),
    "host_group": _named(lambda world: world.hostgroups, "host_group"),
    "service_group": _named(lambda world: world.servicegroups, "service_group"),
    "contact_group": _named(lambda world: world.contactgroups, "contact_group"),
    "time_period": _named(lambda world: world.timeperiods, "time_period"),
    "command": _named(lambda world: world.commands, "command"),
}


# Words for people -----------------------------------------------------------------------------------------------


def _incorrect(line: str, reason: str) -> RefusedError:
    return RefusedError(f"Arguments are not correct for the command: '{_shown(line)}' ({reason})")


def _nearest(name: str, known: Mapping[str, object] | Sequence[str]) -> str:
    near = get_close_matches(name[:80].strip(), list(known)[:1000], n=1)
    upper = near or get_close_matches(name[:80].strip().upper(), list(known)[:1000], n=1)
    return f"; did you mean '{upper[0]}'?" if upper else ""


def _shown(text: str) -> str:
    """Return a text as one short line without control characters."""
    cut = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in cut)
