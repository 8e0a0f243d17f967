"""The differences we know: each with whose rule it is, and where users read of it.

A ``Rule`` says of a parting whether it is what the rule is about. ``read_alike`` takes out of both traces what each
side merely writes otherwise. Each is an entry of ``docs/differences.rst``, found by its subject.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from enum import Enum
from typing import Final, NamedTuple

from tests.differential.compare import GOOD, Parting, is_on, state_at
from tests.differential.scenarios import BASE, UNIT
from tests.differential.traces import Alert, End, Handled, Told, Trace, Turned

LATE_CHECK: Final = 60
"""Seconds we wait for a check that is due, before a problem is told of again without it."""


class Whose(Enum):
    """Whose behaviour we have."""

    ALIGNAK = "Alignak"
    OURS = "ours"


class Rule(NamedTuple):
    """A difference we know."""

    entry: str
    """The subject of its entry in ``docs/differences.rst``."""
    whose: Whose
    explains: Callable[[Parting], bool]
    is_lasting: bool = False
    """Whether the two sides never meet again, as they check at other times from then on."""


class Written(NamedTuple):
    """Something each side writes otherwise."""

    entry: str
    whose: Whose


# What is known of an object


def directives(parting: Parting, key: str = "") -> Mapping[str, str]:
    """Return the directives of an object."""
    host, _, service = (key or parting.key).partition(";")
    type_ = "service" if service else "host"
    for each in parting.scenario.definitions:
        found = each.directives
        if each.type == type_ and found["host_name"] == host and found.get("service_description", "") == service:
            return found
    raise KeyError(key or parting.key)


def is_host(parting: Parting) -> bool:
    """Tell whether the object is a host."""
    return ";" not in parting.key


def host_key(parting: Parting) -> str:
    """Return the key of the object's host."""
    return parting.key.partition(";")[0]


def has_result(parting: Parting, at: int) -> bool:
    """Tell whether somebody said at a second how the object is, and was heard."""
    return not is_switched_off(parting, {f"PASSIVE_SVC_CHECKS;{parting.key}"}, at) and any(
        each.at == at and each.text.startswith("PROCESS_") and f";{parting.key};" in each.text
        for each in parting.scenario.events
    )


def is_switched_off(parting: Parting, names: Collection[str], at: int) -> bool:
    """Tell whether something is switched off at a second by a command."""
    turns = [each.text for each in parting.scenario.events if each.at <= at and each.text.partition("_")[2] in names]
    return bool(turns) and turns[-1].startswith("DISABLE")


class Planned(NamedTuple):
    """A downtime as it was planned."""

    asked: int
    start: int
    end: int
    is_fixed: bool


_DOWNTIME: Final = re.compile(r"SCHEDULE_(?:HOST|SVC)_DOWNTIME;(.*);(\d+);(\d+);([01]);([^;]*);\d+;me;[^;]*")


def planned(parting: Parting) -> list[Planned]:
    """Return the downtimes planned for the object."""
    found = []
    for each in parting.scenario.events:
        match = _DOWNTIME.fullmatch(each.text)
        if match and match[1] == parting.key:
            is_fixed = match[4] == "1" and match[5] == "0"
            found.append(Planned(each.at, int(match[2]) - BASE, int(match[3]) - BASE, is_fixed))
    return found


def last_told(trace: Trace, before: int) -> Told | None:
    """Return the last PROBLEM told before a second."""
    return next((each for each in reversed(trace.told) if each.at < before and each.type == "PROBLEM"), None)


def is_told(entry: object, *types: str) -> bool:
    """Tell whether an entry is a notification of one of these types."""
    return isinstance(entry, Told) and entry.type in types


# The rules


def _unsure(parting: Parting) -> bool:
    """A hard problem becomes one nothing is known of."""
    before = state_at(parting.alignak, parting.at - 1)
    theirs = parting.theirs
    return (
        isinstance(theirs, Alert | Told | Handled)
        and theirs.state in ("UNKNOWN", "UNREACHABLE")
        and before is not None
        and before.type == "HARD"
        and before.state not in (*GOOD, theirs.state)
    )


def _volatile(parting: Parting) -> bool:
    """A problem is hard at once; where ``notification_interval`` is 0, its second result is not told."""
    theirs, ours, mine = parting.theirs, parting.ours, directives(parting)
    if mine.get("is_volatile") != "1":
        return False
    if isinstance(theirs, Alert) and isinstance(ours, Alert):
        return (theirs.type, ours.type) == ("SOFT", "HARD")
    return (
        is_told(theirs, "PROBLEM") and mine["notification_interval"] == "0" and not _is_news(parting.nagios, parting.at)
    )


def _is_news(trace: Trace, at: int) -> bool:
    """Tell whether the state told of at a second is another one than before it."""
    before, now = state_at(trace, at - 1), state_at(trace, at)
    return before is None or now is None or before.state != now.state


def _after_soft_recovery(parting: Parting) -> bool:
    before = state_at(parting.nagios, parting.at - 1)
    mine = directives(parting)
    return (
        mine["active_checks_enabled"] == "1"
        and mine["check_interval"] != mine["retry_interval"]
        and before is not None
        and before.state in GOOD
        and before.type == "SOFT"
    )


def _first_delay(parting: Parting) -> bool:
    """The first PROBLEM of a problem comes at another time."""
    firsts = (parting.theirs, parting.ours)
    return (
        directives(parting).get("first_notification_delay", "0") != "0"
        and parting.kind == "told"
        and any(isinstance(each, Told) and (each.type, each.number) == ("PROBLEM", 1) for each in firsts)
    )


def _recovery_recipients(parting: Parting) -> bool:
    theirs, ours = parting.theirs, parting.ours
    if not (isinstance(theirs, Told) and theirs.type == "RECOVERY"):
        return False
    began = max((each.at for each in parting.alignak.alerts if each.at < theirs.at and each.state in GOOD), default=0)
    told = {
        contact
        for each in parting.alignak.told
        if began < each.at < theirs.at and each.type == "PROBLEM"
        for contact in each.contacts
    }
    mine = set(ours.contacts) if isinstance(ours, Told) and (ours.type, ours.at) == ("RECOVERY", theirs.at) else set()
    return mine <= told and mine >= told & set(theirs.contacts) and mine != set(theirs.contacts)


def _on_time(parting: Parting) -> bool:
    """A problem that lasts is told of at a second at which nothing was said of the object, or before the answer."""
    theirs, ours = parting.theirs, parting.ours
    if not (isinstance(ours, Told) and ours.type == "PROBLEM") or has_result(parting, ours.at):
        return False
    if not (_is_reminder(parting, ours) or directives(parting)["notification_period"] != "always"):
        return False
    if not isinstance(theirs, Told) or theirs.at > ours.at:
        return True
    return theirs.at == ours.at and theirs.state != ours.state and directives(parting)["active_checks_enabled"] == "1"


def _is_reminder(parting: Parting, ours: Told) -> bool:
    """Tell whether somebody is told in the rhythm of the interval that began with an earlier notification."""
    seconds = int(directives(parting)["notification_interval"]) * UNIT
    return bool(seconds) and any(
        each.at < ours.at and each.type == "PROBLEM" and (ours.at - each.at - waited) % seconds == 0
        for each in parting.alignak.told
        for waited in (0, LATE_CHECK)
    )


def _held_back(parting: Parting) -> bool:
    """A problem was to be told of while nobody could be told; Nagios tries at each check, we after the interval."""
    theirs, ours = parting.theirs, parting.ours
    if not (isinstance(theirs, Told) and theirs.type == "PROBLEM"):
        return False
    if isinstance(ours, Told) and ours.type == "PROBLEM" and ours.at < theirs.at:
        return False
    last = last_told(parting.nagios, theirs.at)
    return last is not None and any(_cannot_be_told(parting, at) for at in range(last.at, theirs.at))


def _cannot_be_told(parting: Parting, at: int) -> bool:
    """Tell whether nobody can be told of the object at a second."""
    host = host_key(parting)
    return (
        is_on(parting.alignak.downtimes, at)
        or is_on(parting.alignak.acknowledged, at)
        or is_on(parting.alignak.flapping, at)
        or is_on(parting.all_ours[host].downtimes, at)
        or (not is_host(parting) and not _is_up(parting, at))
        or is_switched_off(parting, _switches(parting), at)
        or _is_blocked(parting, at)
    )


def _switches(parting: Parting) -> set[str]:
    """Return what follows DISABLE_ in the commands that silence the object."""
    key, host = parting.key, host_key(parting)
    return {f"SVC_NOTIFICATIONS;{key}", f"HOST_SVC_NOTIFICATIONS;{host}", f"HOST_NOTIFICATIONS;{key}"}


def _is_up(parting: Parting, at: int) -> bool:
    """Tell whether the object's host is up on both sides."""
    states = (state_at(traces[host_key(parting)], at) for traces in (parting.all_theirs, parting.all_ours))
    return all(state is None or state.state in GOOD for state in states)


def _after_silence(parting: Parting) -> bool:
    """A problem that outlasts a downtime or an acknowledgement is told of once more, although everybody was told."""
    ours, here = parting.ours, parting.alignak
    return (
        isinstance(ours, Told)
        and ours.type == "PROBLEM"
        and any(
            0 < ours.at - each.at <= UNIT and each.what != "STARTED"
            for each in (
                *here.downtimes,
                *here.acknowledged,
                *here.flapping,
                *parting.all_ours[host_key(parting)].downtimes,
            )
        )
    )


def _host_downtime_acknowledges(parting: Parting) -> bool:
    """A host downtime has acknowledged the problem."""
    begun = {each.at for each in parting.all_ours[host_key(parting)].downtimes if each.what == "STARTED"}
    last = next((each for each in reversed(parting.alignak.acknowledged) if each.at <= parting.at), None)
    if last is None:
        return False
    starts = [each.at for each in parting.alignak.acknowledged if each.what == "STARTED" and each.at <= parting.at]
    return starts[-1] in begun and (last.what == "STARTED" or last.at == parting.at)


def _acknowledged_in_downtime(parting: Parting) -> bool:
    return is_told(parting.theirs, "ACKNOWLEDGEMENT") and (
        is_on(parting.alignak.downtimes, parting.at) or not _is_up(parting, parting.at)
    )


def _downtime_of_a_silent_service(parting: Parting) -> bool:
    return (
        not is_host(parting)
        and is_told(parting.theirs, "DOWNTIMESTART", "DOWNTIMEEND", "DOWNTIMECANCELLED")
        and (is_on(parting.alignak.acknowledged, parting.at) or not _is_up(parting, parting.at))
    )


def _announced_recovery(parting: Parting) -> bool:
    """One side tells of a recovery although something silences the object, or when that is over."""
    theirs, ours = parting.theirs, parting.ours
    if isinstance(ours, Told) and ours.type == "RECOVERY" and not is_told(theirs, "RECOVERY"):
        return _cannot_be_told(parting, ours.at) or not any(each.at == ours.at for each in parting.alignak.alerts)
    return is_told(theirs, "RECOVERY") and _cannot_be_told(parting, parting.at)


def _not_counted_anew(parting: Parting) -> bool:
    """Nagios forgot to count notifications from 1 again, as it took a recovery for a soft one and told nobody."""
    theirs, ours = parting.theirs, parting.ours
    if not (isinstance(theirs, Told | End) and isinstance(ours, Told | End)):
        return False
    return theirs[:3] == ours[:3] and theirs.number > ours.number and _recovered_in_silence(parting.nagios)


def _recovered_in_silence(trace: Trace) -> bool:
    """Tell whether the end of a problem that was told of counted as soft once, and was not told."""
    for each in trace.alerts:
        before = next((told for told in reversed(trace.told) if told.at <= each.at), None)
        if each.state in GOOD and each.type == "SOFT" and before is not None and before.type != "RECOVERY":
            return True
    return False


def _unreachable_is_silent(parting: Parting) -> bool:
    """Nagios tells of a host that is UNREACHABLE; we tell of what it is behind."""
    return (
        bool(directives(parting).get("parents"))
        and isinstance(parting.theirs, Told)
        and parting.theirs.state == "UNREACHABLE"
        and (not isinstance(parting.ours, Told) or parting.ours.state != "UNREACHABLE")
    )


def _down_before_unreachable(parting: Parting) -> bool:
    """Nagios says DOWN, then asks the parents, then says UNREACHABLE."""
    theirs, ours = parting.theirs, parting.ours
    return (
        is_host(parting)
        and bool(directives(parting).get("parents"))
        and isinstance(theirs, Alert)
        and theirs.state == "DOWN"
        and isinstance(ours, Alert)
        and ours.state == "UNREACHABLE"
    )


def _asked_on_demand(parting: Parting) -> bool:
    """One side has a host checked because of a service or a child, and the other does not."""
    if not is_host(parting) or directives(parting)["active_checks_enabled"] == "0" or parting.kind != "alerts":
        return False
    own = f"SCHEDULE_FORCED_HOST_CHECK;{parting.key};"
    return not any(each.at == parting.at and each.text.startswith(own) for each in parting.scenario.events) and any(
        each.at == parting.at for each in parting.scenario.events
    )


def _flexible_waits(parting: Parting) -> bool:
    """Nagios tells nothing while a flexible downtime waits to begin."""
    ours = parting.ours
    return (
        isinstance(ours, Told)
        and ours.type in ("PROBLEM", "RECOVERY")
        and ours.at == parting.at
        and any(not each.is_fixed and each.start <= parting.at < each.end for each in planned(parting))
    )


def _triggered(parting: Parting) -> bool:
    """Nagios ends a triggered downtime in the second it begins."""
    ends = {each.at for each in parting.nagios.downtimes if each.what == "STOPPED"}
    begins = {each.at for each in parting.nagios.downtimes if each.what == "STARTED"}
    theirs = parting.theirs
    return ((isinstance(theirs, Turned) and theirs.what == "STOPPED") or is_told(theirs, "DOWNTIMEEND")) and (
        parting.at in begins & ends
    )


def _flexible_begins(parting: Parting) -> bool:
    """Nagios begins a flexible downtime with a soft problem; we with a hard one, even if it is there already."""
    if not any(not each.is_fixed and each.start <= parting.at for each in planned(parting)):
        return False
    begun = _began(parting.nagios, parting.at)
    if begun is not None:
        # A host's begins after its PROBLEM was told; ours may be over, as it began with a problem that was there.
        is_over = any(each.at < parting.at and each.what == "STARTED" for each in parting.alignak.downtimes)
        return begun.type == "SOFT" or is_host(parting) or is_over
    return any(each.at == parting.at and each.what == "STARTED" for each in parting.alignak.downtimes)


def _began(trace: Trace, at: int) -> Alert | None:
    """Return the state with which a downtime begins at a second, or None when none begins."""
    begins = any(each.at == at and each.what == "STARTED" for each in trace.downtimes)
    return state_at(trace, at) if begins else None


def _escalation_interval(parting: Parting) -> bool:
    """An escalation makes Nagios wait longer."""
    theirs, ours = parting.theirs, parting.ours
    own = int(directives(parting)["notification_interval"])
    return (
        isinstance(ours, Told)
        and ours.type == "PROBLEM"
        and (not isinstance(theirs, Told) or theirs.at > ours.at)
        and any(
            each.type.endswith("escalation") and int(each.directives["notification_interval"]) > own
            for each in parting.scenario.definitions
        )
    )


def _flapping(parting: Parting) -> bool:
    """One side sees an object flap, the other does not or not yet."""
    is_turn = isinstance(parting.theirs, Turned) or isinstance(parting.ours, Turned)
    return (parting.kind == "flapping" and is_turn) or (
        parting.kind == "told"
        and is_on(parting.nagios.flapping, parting.at) != is_on(parting.alignak.flapping, parting.at)
    )


def _service_of_a_dead_host(parting: Parting) -> bool:
    theirs, ours = parting.theirs, parting.ours
    return (
        not is_host(parting)
        and isinstance(theirs, Alert)
        and theirs.type == "HARD"
        and (not isinstance(ours, Alert) or ours.type == "SOFT" or ours.at > theirs.at)
        and not _is_up(parting, theirs.at)
    )


def _unreachable_service(parting: Parting) -> bool:
    ours = parting.ours
    return not is_host(parting) and isinstance(ours, Alert | End) and ours.state == "UNREACHABLE"


def _unreachable_dependent(parting: Parting) -> bool:
    """What an object depends on has failed: here the object is UNREACHABLE, and stays so whatever its plugin says."""
    return parting.kind != "downtimes" and any(_failed(parting, each, parting.at) for each in dependencies(parting))


def _failed(parting: Parting, dependency: Mapping[str, str], at: int) -> bool:
    """Tell whether what a dependency is on has failed at a second, on either side."""
    states = (state_at(traces[_on(dependency)], at) for traces in (parting.all_theirs, parting.all_ours))
    return any(state is not None and state.state in ("CRITICAL", "UNKNOWN", "DOWN", "UNREACHABLE") for state in states)


def _is_blocked(parting: Parting, at: int) -> bool:
    """Tell whether nobody is told of the object at a second, because of what it depends on."""
    for each in dependencies(parting):
        state = state_at(parting.all_ours[_on(each)], at)
        letter = "o" if state is None or state.state in GOOD else state.state[0].lower()
        if letter in each.get("notification_failure_criteria", "n").split(","):
            return True
    return False


def dependencies(parting: Parting) -> list[Mapping[str, str]]:
    """Return the definitions by which the object depends on another one."""
    found = (each.directives for each in parting.scenario.definitions if each.type.endswith("dependency"))
    return [each for each in found if _dependent(each) == parting.key]


def _dependent(dependency: Mapping[str, str]) -> str:
    """Return the key of the object that depends."""
    host, service = dependency["dependent_host_name"], dependency.get("dependent_service_description")
    return f"{host};{service}" if service else host


def _on(dependency: Mapping[str, str]) -> str:
    """Return the key of the object that is depended on."""
    host, service = dependency["host_name"], dependency.get("service_description")
    return f"{host};{service}" if service else host


RULES: Final = (
    Rule("A problem that becomes UNKNOWN", Whose.ALIGNAK, _unsure),
    Rule("Volatile services", Whose.ALIGNAK, _volatile),
    Rule("The check after a soft recovery", Whose.ALIGNAK, _after_soft_recovery, is_lasting=True),
    Rule("A service on a host that is DOWN", Whose.ALIGNAK, _unreachable_service),
    Rule("What depends on something that failed", Whose.ALIGNAK, _unreachable_dependent),
    Rule("Attempts on a host that is DOWN", Whose.ALIGNAK, _service_of_a_dead_host),
    Rule("The first notification's delay", Whose.ALIGNAK, _first_delay),
    Rule("Who is told that a problem is over", Whose.ALIGNAK, _recovery_recipients),
    Rule("A host downtime and problems that are there", Whose.ALIGNAK, _host_downtime_acknowledges),
    Rule("An acknowledgement in a downtime", Whose.ALIGNAK, _acknowledged_in_downtime),
    Rule("A downtime of a service nobody is told of", Whose.ALIGNAK, _downtime_of_a_silent_service),
    Rule("A recovery that was announced", Whose.OURS, _announced_recovery),
    Rule("Attempts on a host that is DOWN", Whose.ALIGNAK, _not_counted_anew),
    Rule("A host behind a dead one", Whose.OURS, _down_before_unreachable),
    Rule("Telling of a host behind a dead one", Whose.ALIGNAK, _unreachable_is_silent),
    Rule("When a host is checked on demand", Whose.ALIGNAK, _asked_on_demand),
    Rule("A flexible downtime that waits", Whose.OURS, _flexible_waits),
    Rule("A triggered downtime", Whose.ALIGNAK, _triggered),
    Rule("When a flexible downtime begins", Whose.ALIGNAK, _flexible_begins),
    Rule("The interval of an escalation", Whose.ALIGNAK, _escalation_interval),
    Rule("How much an object flaps", Whose.ALIGNAK, _flapping),
    Rule("A problem that outlasts its silence", Whose.OURS, _after_silence),
    Rule("When a problem is told of again", Whose.ALIGNAK, _on_time),
    Rule("Notifications held back", Whose.ALIGNAK, _held_back),
)

WRITTEN: Final = (
    Written("The number of a RECOVERY", Whose.ALIGNAK),
    Written("The attempt of a host that recovers", Whose.ALIGNAK),
    Written("A flexible downtime that never began", Whose.OURS),
)


def read_alike(trace: Trace) -> Trace:
    """Return a trace without what each side merely writes otherwise."""
    end = trace.final
    ends = {each.at for each in trace.downtimes if each.what == "STOPPED"}
    return Trace(
        [each._replace(attempt=1) if each.state == "UP" else each for each in trace.alerts],
        [
            each._replace(number=0) if each.type == "RECOVERY" else each
            for each in trace.told
            if each.type != "DOWNTIMEEND" or each.at in ends
        ],
        trace.downtimes,
        trace.flapping,
        [each._replace(attempt=1) if each.state == "UP" else each for each in trace.handled],
        trace.acknowledged,
        end and (end._replace(attempt=1, type="HARD", percent=0.0) if end.state in GOOD else end._replace(percent=0.0)),
    )
