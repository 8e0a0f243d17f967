"""What happens to a host or service next, and when; ``explain`` asks.

Everything that has a time has a timer, so the wheel knows it; what one timer stands for, such as each of several
downtimes, and what is only to be expected, such as an escalation, is read from the state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from alignak.base.clock import Instant
from alignak.engine import escalations
from alignak.engine.recurring import ahead
from alignak.engine.state import Downtime, Item, World
from alignak.engine.wheel import Timer, Wheel
from alignak.messages.explanations import Coming
from alignak.model.relations import Escalation

MOST_OCCURRENCES: Final = 3
"""How many times of recurring downtimes are told."""


def coming(world: World, wheel: Wheel, item: Item, now: Instant) -> tuple[Coming, ...]:
    """Return what is planned for an object, the first first; what has no time known comes last."""
    found = [*_timers(wheel, item, now), *_under_way(item), *_silences(item), *_windows(item)]
    found += [*_escalations(world, item, now.wall), *_recurring(world, item, now.wall)]
    return tuple(sorted(found, key=lambda each: (not each.at, each.at)))


# Timers -----------------------------------------------------------------------------------------------------------


def _notification(item: Item) -> str:
    number = item.state.current_notification_number + 1
    return "the first notification of the problem is due" if number == 1 else f"notification {number} is due"


def _recovery(item: Item) -> str:
    return f"it is tried again to tell the end of the problem to {', '.join(item.state.recovery_owed_to)}"


WORDS: Final[Mapping[Timer, Callable[[Item], str]]] = {
    Timer.CHECK: lambda _: "the next check",
    Timer.FORCED_CHECK: lambda _: "the check that somebody asked for",
    Timer.FRESHNESS: lambda _: "it counts as stale unless a result comes before",
    Timer.NOTIFICATION: _notification,
    Timer.MAINTENANCE: lambda item: f"the maintenance period {item.policy.maintenance_period} begins",
    Timer.BUSINESS_IMPACT: lambda _: "a modulation of the business impact begins or ends",
    Timer.RECOVERY: _recovery,
}
"""What a timer of an object means; for others the name says it."""

TOLD_OF_OTHERWISE: Final = frozenset((Timer.DOWNTIME, Timer.ACKNOWLEDGEMENT, Timer.RECURRENCE))
"""Timers whose reasons the state names one by one."""


def _timers(wheel: Wheel, item: Item, now: Instant) -> Iterator[Coming]:
    for timer in Timer:
        at = wheel.at(timer, item.key)
        if at is None or timer in TOLD_OF_OTHERWISE:
            continue
        what = timer.name.lower().replace("_", " ")
        say = WORDS.get(timer)
        yield Coming(now.wall_of(at), what, say(item) if say is not None else what)


# What the state says ----------------------------------------------------------------------------------------------


def _under_way(item: Item) -> Iterator[Coming]:
    flight = item.in_flight
    if flight is not None:
        yield Coming(flight.due_at + flight.timeout, "result", "the check that is under way is stopped at the latest")
    if item.doubt is not None:
        yield Coming(item.doubt.until, "doubt", f"the problem is told of without an answer: {item.doubt.reason}")


def _silences(item: Item) -> Iterator[Coming]:
    acknowledgement = item.state.acknowledgement
    if acknowledgement is not None and acknowledgement.end_time:
        yield Coming(acknowledgement.end_time, "acknowledgement end", "the acknowledgement expires")
    for downtime in item.state.downtimes.values():
        yield from _downtime(downtime, f"downtime {downtime.id}")
    if not item.is_host:
        for downtime in item.host.state.downtimes.values():
            yield from _downtime(downtime, f"downtime {downtime.id} of the host")


def _downtime(downtime: Downtime, name: str) -> Iterator[Coming]:
    if downtime.is_in_effect:
        yield Coming(downtime.real_end_time, "downtime end", f"{name} ends")
    elif downtime.fixed:
        yield Coming(downtime.start_time, "downtime start", f"{name} begins")
    elif downtime.trigger_id:
        yield Coming(0.0, "downtime start", f"{name} begins with downtime {downtime.trigger_id}")
    else:
        text = f"{name} begins with a hard problem, and lasts {downtime.duration:.0f} s; else it is forgotten then"
        yield Coming(downtime.end_time, "downtime", text)


def _recurring(world: World, item: Item, at: float) -> Iterator[Coming]:
    for occurrence, one in ahead(world, item, at, MOST_OCCURRENCES) if item.recurring else ():
        if occurrence.start > at:
            length = f"{occurrence.end - occurrence.start:.0f} s"
            yield Coming(
                occurrence.start, "downtime start", f"recurring downtime {one.name} begins, and lasts {length}"
            )


def _windows(item: Item) -> Iterator[Coming]:
    for message in item.state.grouped:
        text = f"{message.type} for {message.contact} is sent with others by {message.way}"
        yield Coming(message.until, "grouped notification", text)


# Escalations ------------------------------------------------------------------------------------------------------


def _escalations(world: World, item: Item, now: float) -> Iterator[Coming]:
    """Yield the escalations that this problem has before it, if it lasts."""
    if not item.is_problem:
        return
    number = item.state.current_notification_number + 1
    for each in escalations.escalations_of(world, item):
        if each.is_time_based:
            found = _by_time(world, item, each, now)
        else:
            found = _by_number(world, item, each, number) if each.first_notification > number else None
        if found is not None:
            yield found


def _by_time(world: World, item: Item, escalation: Escalation, now: float) -> Coming | None:
    first = escalation.first_notification_time * world.settings.interval_length
    at = (item.state.hard_problem_since or item.state.problem_since or now) + first
    return Coming(at, "escalation", f"escalation {_named(escalation)} begins") if at > now else None


def _by_number(world: World, item: Item, escalation: Escalation, number: int) -> Coming:
    """Return when an escalation begins, as far as the interval of notifications says."""
    seconds = item.policy.notification_interval * world.settings.interval_length
    planned = item.state.next_notification
    at = planned + (escalation.first_notification - number) * seconds if planned and seconds else 0.0
    text = f"escalation {_named(escalation)} begins with notification {escalation.first_notification}"
    return Coming(at, "escalation", text)


def _named(escalation: Escalation) -> str:
    return f"{escalation.name} ({', '.join(escalation.contacts)})"
