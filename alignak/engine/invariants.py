"""What must always hold of the engine's state (tests call ``Engine.validate`` after each event).

Each check yields what is wrong, in words; nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from alignak.base.errors import InvariantError
from alignak.engine import contact_downtimes, flapping, freshness, notices, schedule
from alignak.engine.state import Item, World
from alignak.engine.wheel import Timer, Wheel
from alignak.model.states import PENDING, STATE_IDS, UNREACHABLE, StateType

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
        Timer.RECOVERY: bool(state.recovery_owed_to),
    }
    for timer, is_wanted in wanted.items():
        if is_wanted is not (wheel.at(timer, item.key) is not None):
            yield f"{timer.name} timer {'missing' if is_wanted else 'set in vain'}"


def _flapping(world: World, _wheel: Wheel, item: Item) -> Iterator[str]:
    """Who flaps is watched, and a comment says so."""
    state = item.state
    if state.is_flapping and not flapping.is_watched(world, item):
        yield "flapping, and flap detection is off"
    if bool(state.flapping_comment_id) is not state.is_flapping:
        yield "the comment on its flapping is left over or missing"
    if state.flapping_history.bit_length() > flapping.LONGEST + 1:
        yield "the flapping history is too long"


def _maintained(_world: World, wheel: Wheel, item: Item) -> Iterator[str]:
    """Only those wait for a maintenance period who have one."""
    state = item.state
    if state.in_maintenance and state.in_maintenance not in state.downtimes:
        yield "the downtime of the maintenance period is gone"
    if wheel.at(Timer.MAINTENANCE, item.key) is not None and not item.policy.maintenance_period:
        yield "MAINTENANCE timer set in vain"


def _owned(world: World, _wheel: Wheel, item: Item) -> Iterator[str]:
    state = item.state
    for owned in (*state.comments, *state.downtimes):
        if world.owners.get(owned) != item.key:
            yield f"comment or downtime {owned} cannot be found"


def _in_flight(world: World, _wheel: Wheel, item: Item) -> Iterator[str]:
    if item.in_flight is not None and world.flights.get(item.in_flight.id) is not item:
        yield f"check {item.in_flight.id} cannot be found"
    held = world.held.get(item.key)
    if held is not None and not (held.results and held.on):
        yield "a result waits for nothing"
    for key in held.on if held is not None else ():
        if world.items[key].in_flight is None and key not in world.held:
            yield f"a result waits for {key}, which nobody checks"


def _told(world: World, _wheel: Wheel, item: Item) -> Iterator[str]:
    """Nobody waits for the end of a problem that goes on, and messages that wait are found when their window ends."""
    state = item.state
    if state.recovery_owed_to and item.is_problem:
        yield "the end of a problem is owed, and it is a problem"
    for message in state.grouped:
        if not any(
            item.key in each.keys and (each.contact, each.way) == (message.contact, message.way)
            for each in world.windows.values()
        ):
            yield f"a message for {message.contact} waits for no window"
    if len(state.notices) > notices.KEPT:
        yield "too many notifications are remembered"
    if item.doubt is not None and item.doubt.held_from and item.is_problem and not state.next_notification:
        yield "a notification is held back, and never comes"


def _impacts(_world: World, _wheel: Wheel, item: Item) -> Iterator[str]:
    """Problems and what suffers from them know each other."""
    state = item.state
    if state.state_before_impact and not (item.sources and state.state == UNREACHABLE):
        yield f"{state.state}, {state.state_before_impact} before it became an impact, of {len(item.sources)} problems"
    for problem in item.sources:
        if problem.impacts is None or problem.impacts.get(item.key) is not item:
            yield f"an impact of {problem.key}, which does not know"
    for impact in (item.impacts or {}).values():
        if item not in impact.sources:
            yield f"{impact.key} does not suffer from it"


def _recurring(world: World, wheel: Wheel, item: Item) -> Iterator[str]:
    """Nothing is left of recurring downtimes that are gone."""
    names = {each.name for each in item.recurring}
    for downtime in item.state.downtimes.values():
        if downtime.recurring_id and downtime.recurring_id not in names:
            yield f"downtime {downtime.id} is one of {downtime.recurring_id}, which is gone"
    if not names.issuperset(item.state.begun_occurrences or ()):
        yield "an occurrence of a recurring downtime that is gone was begun"
    if wheel.at(Timer.RECURRENCE, item.key) is not None and not item.recurring:
        yield "RECURRENCE timer set in vain"
    for each in item.state.recurring_downtimes:
        if world.owners.get(each.name) != item.key or each not in item.recurring:
            yield f"recurring downtime {each.name} cannot be found"


def _rules(world: World, wheel: Wheel, item: Item) -> Iterator[str]:
    """Who is in a rule knows it, and what changes with a period is looked at again."""
    for owner in item.ruled:
        if world.items.get(owner.key) is not owner or item not in owner.leaves:
            yield f"in the rule of {owner.key}, which does not hold it"
    for leaf in item.leaves:
        if item not in leaf.ruled:
            yield f"its rule holds {leaf.key}, which does not know of it"
    if wheel.at(Timer.BUSINESS_IMPACT, item.key) is not None and not item.policy.business_impact_modulations:
        yield "BUSINESS_IMPACT timer set in vain"
    if item.modulated_impact is not None and not item.policy.business_impact_modulations:
        yield "a business impact is modulated by nothing"


CHECKS: Final[tuple[Check, ...]] = (
    _state,
    _good,
    _rhythm,
    _timers,
    _flapping,
    _maintained,
    _told,
    _owned,
    _in_flight,
    _impacts,
    _recurring,
    _rules,
)

OF_NO_OBJECT: Final = frozenset((Timer.CONTACT_DOWNTIME, Timer.WINDOW, Timer.STATUS))
"""The timers whose keys are no object's."""


def _people(world: World, wheel: Wheel) -> Iterator[str]:
    """Whatever ends at a time has a timer."""
    for contact, downtimes in world.own.contact_downtimes.items():
        if not downtimes or wheel.at(Timer.CONTACT_DOWNTIME, contact_downtimes.key_of(contact)) is None:
            yield f"the downtimes of the contact {contact} have no timer"
    for key, window in world.windows.items():
        if wheel.at(Timer.WINDOW, key) is None:
            yield f"the window of {window.contact} and {window.way} has no timer"


def _of_the_whole(world: World, wheel: Wheel) -> Iterator[str]:
    yield from _people(world, wheel)
    for timer, key in wheel:
        if key not in world.items and timer not in OF_NO_OBJECT:
            yield f"{timer.name} timer of {key}, which is not looked after"
    for order_id, item in world.flights.items():
        if item.in_flight is None or item.in_flight.id != order_id:
            yield f"{item.key}: check {order_id} is awaited, and not under way"
    for owned, key in world.owners.items():
        state = world.items[key].state
        if owned not in (*state.comments, *state.downtimes, *(each.name for each in state.recurring_downtimes)):
            yield f"{key}: comment or downtime {owned} is gone"
