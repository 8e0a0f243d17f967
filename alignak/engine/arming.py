"""Setting everything that has a time: when the engine begins, when it gets another part, when the wall clock is set.

``engine`` calls these. They are the only ones that look at every object.
"""

from __future__ import annotations

from typing import Final

from alignak.base.ids import ObjectKey
from alignak.engine import (
    broks,
    checks,
    contact_downtimes,
    downtimes,
    flapping,
    freshness,
    grouping,
    impacts,
    maintenance,
    modulations,
    notifications,
    problems,
    recoveries,
    recurring,
    schedule,
)
from alignak.engine.decisions import CancelOrder
from alignak.engine.state import Item
from alignak.engine.succession import succeed
from alignak.engine.turn import Turn
from alignak.engine.wheel import Timer
from alignak.model.snapshot import Part
from alignak.model.states import GOOD, INITIAL_STATE, PENDING

_ALL: Final = ObjectKey(";")
"""What the timer of the program's status is set by; no object has such a key, and no contact."""


def arm(turn: Turn, item: Item) -> None:
    """Set the timers of an object the engine has just got to know; give it its initial state if it never had one."""
    state = item.state
    if state.state == PENDING and not state.has_been_checked:
        initial = INITIAL_STATE[item.kind].get(item.policy.initial_state, PENDING)
        state.state = state.last_hard_state = PENDING if initial in GOOD else initial
    state.attempt = min(state.attempt, item.policy.max_check_attempts)
    schedule.plan_first(turn, item)
    freshness.watch(turn, item)
    downtimes.watch(turn, item)
    problems.watch(turn, item)
    notifications.watch(turn, item)
    recoveries.watch(turn, item)
    maintenance.watch(turn, item)
    if item.policy.business_impact_modulations:
        modulations.watch(turn, item)
    if item.recurring or state.begun_occurrences:
        recurring.watch(turn, item)


def take_over(turn: Turn, part: Part) -> None:
    """Go on with another part: what stays is as it was, and only what its new directives change is planned anew."""
    world = turn.world
    grouping.send_before_they_go(turn, part)
    found = succeed(world, part)
    for item in found.gone:
        _forget(turn, item)
    for item in found.concerned:
        _keep(turn, item)
    for item in found.added:
        arm(turn, item)
    _keep_held(turn)
    _keep_recurring(turn)
    impacts.survey(turn, may_begin=True)
    contact_downtimes.watch_all(turn)
    turn.wheel.set(Timer.STATUS, _ALL, turn.now.mono)  # counting every object can wait until the part is confirmed


def on_status_due(turn: Turn, _key: ObjectKey) -> None:
    """Tell the followers the program's status after a reload."""
    turn.emit(broks.program_status(turn.world, turn.now, turn.cause))


def _forget(turn: Turn, item: Item) -> None:
    turn.wheel.forget(item.key)
    if item.in_flight is not None:
        turn.decide(CancelOrder(item.in_flight.id, turn.cause))
    turn.changed(item)


def _keep(turn: Turn, item: Item) -> None:
    item.state.attempt = min(item.state.attempt, item.policy.max_check_attempts)
    schedule.replan(turn, item)
    freshness.watch(turn, item)
    flapping.follow(turn, item)
    maintenance.watch(turn, item)
    if item.policy.business_impact_modulations or item.modulated_impact is not None:
        modulations.watch(turn, item)


def _keep_held(turn: Turn) -> None:
    """Keep results waiting for the objects that stay; what waited for those that went is believed now."""
    world = turn.world
    world.held = {key: held for key, held in world.held.items() if key in world.items}
    for held in world.held.values():
        held.on = {other: None for other in held.on if other in world.items}
    for key in [key for key, held in world.held.items() if not held.on]:
        checks.believe(turn, world.items[key])


def _keep_recurring(turn: Turn) -> None:
    """Look at recurring downtimes again where there were some or are some now."""
    turn.world.occurrences.clear()
    for item in turn.world.items.values():
        if item.recurring or item.state.begun_occurrences:
            recurring.watch(turn, item)


def clock_stepped(turn: Turn, seconds: float) -> None:
    """Go on after the wall clock was set: durations are kept, calendars are looked at again."""
    turn.world.occurrences.clear()
    for item in turn.world.items.values():
        _shift(item, turn.now.wall, seconds)
        if item.policy.check_period and item.state.next_chk:
            schedule.replan(turn, item)
        downtimes.watch(turn, item)
        problems.watch(turn, item)
        if item.policy.maintenance_period:
            maintenance.watch(turn, item)
        if item.policy.business_impact_modulations:
            modulations.watch(turn, item)
        if item.recurring:
            recurring.watch(turn, item)
        if item.state.next_notification:
            notifications.replan(turn, item)
        turn.changed(item)
    contact_downtimes.watch_all(turn)


def _shift(item: Item, now: float, seconds: float) -> None:
    """Write the times of what is planned as the new clock shows them; what happened cannot lie in the future."""
    state = item.state
    if state.next_chk:
        state.next_chk += seconds
    if state.next_notification:
        state.next_notification += seconds
    if state.hard_problem_since:
        state.hard_problem_since += seconds
    if state.freshness_since:
        state.freshness_since += seconds
    state.last_chk = min(state.last_chk, now)
    state.last_snapshot = min(state.last_snapshot, now)
