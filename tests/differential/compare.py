"""Whether two sides say the same of an object, and where they part.

What both did is laid side by side, kind by kind. The first thing that is not the same is a ``Parting``; ``known`` says
whether a rule explains it. What follows from a parting differs too: comparison goes on from the next moment at which
the object is well, in no downtime, not acknowledged and not flapping on both sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from tests.differential.scenarios import Scenario
from tests.differential.traces import Alert, End, Handled, Told, Trace, Turned

TOLERANCE: Final = 2
"""Seconds by which the same thing may happen earlier or later."""
KINDS: Final = ("alerts", "flapping", "downtimes", "told", "handled")
GOOD: Final = frozenset({"OK", "UP"})

Entry: TypeAlias = Alert | Told | Turned | Handled
Traces: TypeAlias = Mapping[str, Trace]


class Parting(NamedTuple):
    """The first thing that is not the same on both sides."""

    scenario: Scenario
    key: str
    kind: str
    """What parts: one of ``KINDS``, or ``final``."""
    at: int
    theirs: Entry | End | None
    """What Nagios has here; None when it has nothing more."""
    ours: Entry | End | None
    all_theirs: Traces
    all_ours: Traces
    since: int
    """The two were the same from here on."""

    @property
    def nagios(self) -> Trace:
        """Return all that Nagios did."""
        return self.all_theirs[self.key]

    @property
    def alignak(self) -> Trace:
        """Return all that was done here."""
        return self.all_ours[self.key]

    def text(self) -> str:
        """Return it for a person."""
        return f"{self.key} +{self.at} {self.kind}: Nagios {_shown(self.theirs)}; here {_shown(self.ours)}"


def _shown(entry: Entry | End | None) -> str:
    return "nothing" if entry is None else f"{type(entry).__name__}{tuple(entry)}"


def first_parting(scenario: Scenario, key: str, theirs: Traces, ours: Traces, since: int) -> Parting | None:
    """Return where two traces part after a second, or None when they do not."""
    found = [
        Parting(scenario, key, kind, _time(one, other), one, other, theirs, ours, since)
        for kind in KINDS
        for one, other in _differing(_after(theirs[key], kind, since), _after(ours[key], kind, since))
    ]
    if found:
        return min(found, key=lambda each: (each.at, KINDS.index(each.kind)))
    one, other = theirs[key].final, ours[key].final
    if one is None or other is None or one == other:
        return None
    return Parting(scenario, key, "final", scenario.end, one, other, theirs, ours, since)


def _after(trace: Trace, kind: str, since: int) -> Sequence[Entry]:
    return [each for each in getattr(trace, kind) if each.at > since]


def _differing(theirs: Sequence[Entry], ours: Sequence[Entry]) -> Iterator[tuple[Entry | None, Entry | None]]:
    """Yield the first pair that is not the same."""
    for one, other in zip(theirs, ours, strict=False):
        if abs(one.at - other.at) > TOLERANCE or one[1:] != other[1:]:
            yield one, other
            return
    if len(theirs) != len(ours):
        shorter = min(len(theirs), len(ours))
        yield (theirs[shorter] if shorter < len(theirs) else None), (ours[shorter] if shorter < len(ours) else None)


def _time(theirs: Entry | None, ours: Entry | None) -> int:
    return min(each.at for each in (theirs, ours) if each is not None)


def next_meeting(theirs: Trace, ours: Trace, after: int) -> int | None:
    """Return the first second after another at which nothing is left to tell apart two sides of an object, or None."""
    times = {
        each.at
        for trace in (theirs, ours)
        for entries in (trace.alerts, trace.downtimes, trace.acknowledged, trace.flapping)
        for each in entries
        if each.at > after
    }
    for at in sorted(times):
        if all(is_well(trace, at) and not is_silenced(trace, at) for trace in (theirs, ours)):
            return at
    return None


def is_well(trace: Trace, at: int) -> bool:
    """Tell whether an object is well at a second, as far as its alerts say."""
    state = state_at(trace, at)
    return state is None or state.state in GOOD


def state_at(trace: Trace, at: int) -> Alert | None:
    """Return the last alert of an object at a second, or None."""
    return next((each for each in reversed(trace.alerts) if each.at <= at), None)


def is_silenced(trace: Trace, at: int) -> bool:
    """Tell whether an object is in downtime, acknowledged or flapping at a second."""
    return any(is_on(turns, at) for turns in (trace.downtimes, trace.acknowledged, trace.flapping))


def is_on(turns: Sequence[Turned], at: int) -> bool:
    """Tell whether what turns on and off is on at a second."""
    last = next((each for each in reversed(turns) if each.at <= at), None)
    return last is not None and last.what == "STARTED"


class Verdict(NamedTuple):
    """What came of comparing an object."""

    explained: tuple[tuple[str, Parting], ...]
    """The names of the rules that were needed, and where."""
    parting: Parting | None
    """What no rule explains."""
    compared: int = 0
    """Seconds in which the two were compared."""
