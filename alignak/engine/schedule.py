"""When an object is checked next (engine.md 4.2).

``checks`` calls ``plan_next`` after each result, ``arming`` calls ``plan_first`` for objects it has just got to know,
and ``effects`` moves what is planned. Objects keep the phase they were given at first, which comes from their name: so
they stay spread, and what was missed is not made up for in a burst.
"""

from __future__ import annotations

from hashlib import blake2b
from math import floor
from typing import Final

from alignak.base.ids import ObjectKey
from alignak.engine import broks
from alignak.engine.state import Item, World
from alignak.engine.turn import Turn
from alignak.engine.wheel import Timer
from alignak.model.states import Kind, StateType

HOST_WITHOUT_INTERVAL: Final = 300.0
"""Seconds between the checks of a host that names no interval; a service without one is not scheduled."""


def phase(key: ObjectKey) -> float:
    """Return where in an interval an object's checks lie, 0 to 1: the same for the same name, always."""
    return int.from_bytes(blake2b(key.encode(), digest_size=6).digest(), "big") / float(1 << 48)


def is_actively_checked(world: World, item: Item) -> bool:
    """Tell whether active checks of an object run: it has something to run, and nobody switched them off."""
    if item.kind is Kind.HOST:
        return item.policy.active_checks_enabled and world.settings.execute_host_checks
    return (
        item.policy.active_checks_enabled
        and world.settings.execute_service_checks
        and item.spec.check_command is not None
    )


def interval(world: World, item: Item) -> float:
    """Return the seconds from one check to the next in the object's present state, 0 for never."""
    policy = item.policy
    length = policy.check_interval
    if length <= 0:
        return HOST_WITHOUT_INTERVAL if item.kind is Kind.HOST else 0.0
    if item.state.state_type is StateType.SOFT and policy.retry_interval > 0:
        length = policy.retry_interval
    return length * world.settings.interval_length


def spread(world: World, item: Item) -> float:
    """Return the seconds over which first checks are spread."""
    settings = world.settings
    units = settings.max_host_check_spread if item.is_host else settings.max_service_check_spread
    return float(units * settings.interval_length)


def plan_first(turn: Turn, item: Item) -> None:
    """Plan the check of an object that has none planned: as it was before the restart, or spread from now on."""
    seconds = interval(turn.world, item)
    if not seconds or not is_actively_checked(turn.world, item):
        unplan(turn, item)
        return
    now, planned = turn.now.wall, item.state.next_chk
    if now < planned <= now + seconds:
        plan_at(turn, item, planned)
        return
    window = spread(turn.world, item)
    if 0 < planned <= now:
        window = max(window, now - planned)
    _plan_within_period(turn, item, now + phase(item.key) * min(seconds, window))


def plan_next(turn: Turn, item: Item) -> None:
    """Plan the check after a result, an interval after the last one was planned: the rhythm does not drift."""
    state, now = item.state, turn.now.wall
    seconds = interval(turn.world, item)
    if not seconds or not is_actively_checked(turn.world, item):
        unplan(turn, item)
        return
    at = state.next_chk
    if at > now:
        if state.state_type is StateType.SOFT and at > now + seconds:
            _plan_within_period(turn, item, now + seconds)
        return
    at = (at or now) + seconds
    if at <= now:
        at += seconds * (floor((now - at) / seconds) + 1)
    _plan_within_period(turn, item, at)


def plan_at(turn: Turn, item: Item, at: float) -> None:
    """Plan the next check at a wall time."""
    item.state.next_chk = at
    turn.wheel.set(Timer.CHECK, item.key, turn.now.mono_of(at))
    turn.changed(item)
    turn.decisions.extend(broks.next_schedule(turn.world, item, turn.cause))


def unplan(turn: Turn, item: Item) -> None:
    """Have no regular check planned."""
    turn.wheel.cancel(Timer.CHECK, item.key)
    if item.state.next_chk:
        item.state.next_chk = 0
        turn.changed(item)


def is_in_period(turn: Turn, item: Item) -> bool:
    """Tell whether the object may be checked now."""
    return turn.world.calendars.is_open(item.policy.check_period, turn.now.wall)


def replan(turn: Turn, item: Item) -> None:
    """Plan again what the calendar, the interval or a switch may have changed."""
    if item.in_flight is not None:
        return
    state = item.state
    seconds = interval(turn.world, item)
    if turn.wheel.at(Timer.CHECK, item.key) is None or not is_actively_checked(turn.world, item) or not seconds:
        plan_first(turn, item)
    else:
        _plan_within_period(turn, item, min(state.next_chk, turn.now.wall + seconds))


def _plan_within_period(turn: Turn, item: Item, at: float) -> None:
    """Plan a check at the first valid time; those a period held back are spread after its opening."""
    calendars, period = turn.world.calendars, item.policy.check_period
    opening = calendars.next_open(period, at)
    if opening is None:
        unplan(turn, item)
        return
    if opening > at:
        later = opening + phase(item.key) * min(interval(turn.world, item), spread(turn.world, item))
        if calendars.is_open(period, later):
            opening = later
    plan_at(turn, item, opening)
