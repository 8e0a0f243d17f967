"""Who is told instead when a problem lasts, and how that shortens the wait for the next notification (engine.md 4.8).

``telling`` asks who an escalation names, ``notifications`` when to tell again. An escalation counts by the number of
the notification, or by the time since the problem became hard. Several may be in force at once: then the contacts of
all of them are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from alignak.engine.state import Item, World
from alignak.model.relations import Escalation
from alignak.model.states import GOOD, LETTERS, UNREACHABLE, Kind

SLACK: Final = 0.001
"""Seconds a timer may fire early, as two clocks are not subtracted exactly."""


def escalations_of(world: World, item: Item) -> Iterator[Escalation]:
    """Yield the escalations that name an object, or that it names, each once."""
    for name in dict.fromkeys((*item.policy.escalations, *item.spec.escalations)):
        found = world.escalations.get(name)
        if found is not None:
            yield found


def in_force(world: World, item: Item, number: int, at: float) -> list[Escalation]:
    """Return the escalations that count for the notification with a number, sent at a wall time."""
    if not (item.policy.escalations or item.spec.escalations):
        return []
    return [
        each
        for each in escalations_of(world, item)
        if _is_reached(world, item, each, number, at)
        and _wants(item, each)
        and world.calendars.is_open(each.period, at)
    ]


def interval(world: World, item: Item, number: int, at: float) -> float:
    """Return the units to the next notification: the object's own, or less when an escalation in force says so."""
    own = item.policy.notification_interval
    asked = [each.notification_interval for each in in_force(world, item, number, at)]
    return min((own, *(each for each in asked if each >= 0)))


def next_start(world: World, item: Item, after: float) -> float | None:
    """Return the first wall time at which an escalation that counts by time comes into force, None when none does."""
    if not (item.policy.escalations or item.spec.escalations):
        return None
    return min(
        (start for each in escalations_of(world, item) for start in _starts(world, item, each, after)), default=None
    )


def _is_reached(world: World, item: Item, escalation: Escalation, number: int, at: float) -> bool:
    """Tell whether a notification lies between the first and the last one an escalation is for; 0 is no end."""
    if not escalation.is_time_based:
        last = escalation.last_notification
        return number >= escalation.first_notification and (not last or number <= last)
    length = world.settings.interval_length
    elapsed = at - _since(item, at)
    last = escalation.last_notification_time * length
    return elapsed + SLACK >= escalation.first_notification_time * length and (not last or elapsed <= last + SLACK)


def _starts(world: World, item: Item, escalation: Escalation, after: float) -> Iterator[float]:
    """Yield when an escalation begins to count, when that is to come and before it ends."""
    if not escalation.is_time_based or not _wants(item, escalation):
        return
    length, since = world.settings.interval_length, _since(item, after)
    first, last = escalation.first_notification_time * length, escalation.last_notification_time * length
    start = world.calendars.next_open(escalation.period, since + first)
    if start is not None and start > after + SLACK and (not last or start <= since + last):
        yield start


def _since(item: Item, otherwise: float) -> float:
    return item.state.hard_problem_since or item.state.problem_since or otherwise


def _wants(item: Item, escalation: Escalation) -> bool:
    """Tell whether an escalation is for the present problem; ``u`` is UNREACHABLE too where hosts are concerned."""
    state = item.state.state
    if state in GOOD:
        return False
    if state == UNREACHABLE and item.kind is Kind.HOST and "u" in escalation.options:
        return True
    return LETTERS[item.kind][state] in escalation.options
