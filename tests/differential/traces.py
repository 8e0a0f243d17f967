"""What happened to one object, as either side tells it, in a form that can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from msgspec import Struct, field


class Alert(NamedTuple):
    """A state, as its alert shows it."""

    at: int
    state: str
    type: str
    attempt: int


class Told(NamedTuple):
    """One notification, whoever got it."""

    at: int
    type: str
    state: str
    number: int
    is_escalated: bool
    contacts: tuple[str, ...]


class Turned(NamedTuple):
    """A downtime or a flapping that began or ended."""

    at: int
    what: str


class Handled(NamedTuple):
    """A run of the event handler."""

    at: int
    state: str
    type: str
    attempt: int


class End(NamedTuple):
    """How an object is in the end."""

    state: str
    type: str
    attempt: int
    is_flapping: bool
    percent: float
    is_acknowledged: bool
    depth: int
    number: int


class Trace(Struct):
    """All that happened to one object, in order."""

    alerts: list[Alert] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    downtimes: list[Turned] = field(default_factory=list)
    flapping: list[Turned] = field(default_factory=list)
    handled: list[Handled] = field(default_factory=list)
    acknowledged: list[Turned] = field(default_factory=list)
    """As we log it; Nagios says nothing of it, so that this is not compared."""
    final: End | None = None


_LINE: Final = re.compile(r"(HOST|SERVICE) (ALERT|DOWNTIME ALERT|FLAPPING ALERT|ACKNOWLEDGE ALERT): (.*)")
_TURNS: Final[Mapping[str, str]] = {
    "DOWNTIME ALERT": "downtimes",
    "FLAPPING ALERT": "flapping",
    "ACKNOWLEDGE ALERT": "acknowledged",
}
"""What a line is about -> where it goes."""


def note_line(traces: Mapping[str, Trace], at: int, line: str) -> None:
    """Take in a line of the monitoring log, which both sides write alike."""
    match = _LINE.match(line)
    if match is None:
        return
    kind, what, rest = match.groups()
    fields = rest.split(";")
    width = 1 if kind == "HOST" else 2
    key, fields = ";".join(fields[:width]), fields[width:]
    trace = traces.get(key)
    if trace is None:
        return
    if what == "ALERT":
        trace.alerts.append(Alert(at, fields[0], fields[1], int(fields[2])))
    else:
        getattr(trace, _TURNS[what]).append(Turned(at, fields[0]))


def key_of(word: str) -> str:
    """Return the key of the object that a word of a command line names: a semicolon would need a shell."""
    return word.replace(":", ";")


def note_command(traces: Mapping[str, Trace], at: int, words: list[str]) -> None:
    """Take in a notification or an event handler that was to be run."""
    program, key, *rest = words
    trace = traces.get(key_of(key))
    if trace is None:
        return
    if program == "/oracle/handle":
        state, type_, attempt = rest
        trace.handled.append(Handled(at, state, type_, int(attempt)))
    else:
        type_, state, number, is_escalated, contact = rest
        trace.told.append(Told(at, type_, state, int(number), is_escalated == "1", (contact,)))


def cut(traces: Iterable[Trace], end: int) -> None:
    """Forget what happened after a second."""
    for trace in traces:
        trace.alerts = [each for each in trace.alerts if each.at <= end]
        trace.told = [each for each in trace.told if each.at <= end]
        trace.downtimes = [each for each in trace.downtimes if each.at <= end]
        trace.flapping = [each for each in trace.flapping if each.at <= end]
        trace.handled = [each for each in trace.handled if each.at <= end]


def join_contacts(traces: Iterable[Trace]) -> None:
    """Make one notification of those that several contacts got at the same time."""
    for trace in traces:
        found: dict[Told, set[str]] = {}
        for each in trace.told:
            found.setdefault(each._replace(contacts=()), set()).update(each.contacts)
        trace.told = [each._replace(contacts=tuple(sorted(contacts))) for each, contacts in found.items()]
