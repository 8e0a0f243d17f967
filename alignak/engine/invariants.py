"""What must always hold of the engine's state (tests call ``Engine.validate`` after each event).

Each check yields what is wrong, in words; nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from alignak.base.errors import InvariantError
from alignak.engine import freshness, schedule
from alignak.engine.state import Item, World
from alignak.engine.wheel import Timer, Wheel
from alignak.model.states import PENDING, STATE_IDS, StateType

Check: TypeAlias = Callable[[World, Wheel, Item], Iterator[str]]


def check(world: World, wheel: Wheel) -> None:
    """Raise InvariantError with everything that is wrong."""
    wrong = [
        f"{item.key}: {text}" for item in world.items.values() for each in CHECKS for text in each(world, wheel, item)
    ]
    wrong += _of_the_whole(world, wheel)
    if wrong:
        raise InvariantError("; ".join(wrong))


def _state(_world: World, _wheel: Wheel, item: Item) -> Iterator[str]:
    state = item.state
    if state.state not in STATE_IDS[item.kind]:
        yield f"{state.state} is no state of a {item.kind.value}"
    if not 0 <= state.attempt <= item.policy.max_check_attempts:
        yield f"attempt {state.attempt} of {item.policy.max_check_attempts}"
    if state.state_type is StateType.SOFT and item.is_good:
        yield "good states are hard"
    if state.has_been_checked and state.state == PENDING:
        yield "checked and pending"


def _good(_world: World, _wheel: Wheel, item: Item) -> Iterator[str]:
    """Nothing is left of a problem that is over."""
    state = item.state
    if not item.is_good:
        return
    if state.acknowledgement is not None:
        yield "acknowledged, and there is no problem"
    if state.current_problem_id or state.problem_since:
        yield "a problem is counted, and there is none"
    if state.next_notification or state.notified_contacts or state.current_notification_number:
        yield "notified of a problem that is over"


def _rhythm(world: World, wheel: Wheel, item: Item) -> Iterator[str]:
    """What is actively checked is being checked, or will be."""
    timer = wheel.at(Timer.CHECK, item.key)
    is_due = schedule.is_actively_checked(world, item) and schedule.interval(world, item) > 0
    if is_due and timer is None and item.in_flight is None and item.state.next_chk:
        yield "a check is planned, and no timer is set"
    if timer is not None and not item.state.next_chk:
        yield "a timer is set, and no check is planned"
    if is_due and not item.state.next_chk and not item.policy.check_period and item.in_flight is None:
        yield "actively checked, and no check is planned"


def _timers(world: World, wheel: Wheel, item: Item) -> Iterator[str]:
    """Whatever ends at a time has a timer."""
    state = item.state
    expires = state.acknowledgement is not None and state.acknowledgement.end_time > 0
    wanted = {
        Timer.NOTIFICATION: state.next_notification > 0,
        Timer.DOWNTIME: bool(state.downtimes),
        Timer.ACKNOWLEDGEMENT: expires,
        Timer.FRESHNESS: freshness.is_watched(world, item),
    }
    for timer, is_wanted in wanted.items():
        if is_wanted is not (wheel.at(timer, item.key) is not None):
            yield f"{timer.name} timer {'missing' if is_wanted else 'set in vain'}"


def _owned(world: World, _wheel: Wheel, item: Item) -> Iterator[str]:
    state = item.state
    for owned in (*state.comments, *state.downtimes):
        if world.owners.get(owned) != item.key:
            yield f"comment or downtime {owned} cannot be found"
    if state.acknowledgement is not None and state.acknowledgement.comment_id not in state.comments:
        yield "the acknowledgement's comment is missing"


def _in_flight(world: World, _wheel: Wheel, item: Item) -> Iterator[str]:
    if item.in_flight is not None and world.flights.get(item.in_flight.id) is not item:
        yield f"check {item.in_flight.id} cannot be found"
    held = world.held.get(item.key)
    if held is not None and not (held.results and held.on):
        yield "a result waits for nothing"
    for key in held.on if held is not None else ():
        if world.items[key].in_flight is None and key not in world.held:
            yield f"a result waits for {key}, which nobody checks"


CHECKS: Final[tuple[Check, ...]] = (_state, _good, _rhythm, _timers, _owned, _in_flight)


def _of_the_whole(world: World, wheel: Wheel) -> Iterator[str]:
    for timer, key in wheel:
        if key not in world.items:
            yield f"{timer.name} timer of {key}, which is not looked after"
    for order_id, item in world.flights.items():
        if item.in_flight is None or item.in_flight.id != order_id:
            yield f"{item.key}: check {order_id} is awaited, and not under way"
    for owned, key in world.owners.items():
        state = world.items[key].state
        if owned not in state.comments and owned not in state.downtimes:
            yield f"{key}: comment or downtime {owned} is gone"
