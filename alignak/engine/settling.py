"""Business rules are worked out as soon as what they are about has changed (configuration.md 3.9).

``engine`` calls ``settle`` at the end of each event. Each rule is worked out once, behind those it is about. So a rule
is never older than its hosts and services, and a change costs as much as the rules that hold what changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush

from msgspec import Struct

from alignak.base.ids import Cause, ObjectKey
from alignak.engine import business_rules, checks, modulations, schedule
from alignak.engine.leaves import COMMAND, value_of
from alignak.engine.state import Item
from alignak.engine.turn import Turn
from alignak.engine.underway import Result


class _Waiting(Struct):
    """The rules that are still to be worked out in one turn, and those that were."""

    places: list[tuple[int, ObjectKey]]
    causes: dict[ObjectKey, Cause]

    def add(self, turn: Turn, owner: Item, cause: Cause) -> None:
        """Have a rule worked out, unless it is about to be or was already."""
        if owner.key not in self.causes:
            self.causes[owner.key] = cause
            heappush(self.places, (turn.world.rule_places.get(owner.key, 0), owner.key))


def settle(turn: Turn, changed: Iterable[ObjectKey] = ()) -> None:
    """Work out the rules about what has changed in this turn, and those whose owners are given."""
    waiting = _Waiting([], {})
    items = turn.world.items
    for key in changed:
        waiting.add(turn, items[key], turn.cause)
    _look_at_all(turn, waiting)
    while waiting.places:
        _, key = heappop(waiting.places)
        turn.cause = waiting.causes[key]
        _work_out(turn, items[key])
        _look(turn, waiting, items[key], turn.cause)
        if not waiting.places:
            _look_at_all(turn, waiting)


def _look_at_all(turn: Turn, waiting: _Waiting) -> None:
    items = turn.world.items
    for key, cause in turn.causes():
        item = items.get(key)
        if item is not None and item.ruled:
            _look(turn, waiting, item, cause)


def _look(turn: Turn, waiting: _Waiting, item: Item, cause: Cause) -> None:
    """Have the rules worked out that hold an object, when it counts for something else now."""
    value = value_of(item)
    if value != item.leaf_value:
        item.leaf_value = value
        for owner in item.ruled:
            waiting.add(turn, owner, cause)


def _work_out(turn: Turn, owner: Item) -> None:
    """Take in what a rule says, when it is checked at all now and says something new.

    It does not use up an attempt: those are for its regular checks.
    """
    call = modulations.check_command(turn.world, owner, turn.now.wall)
    if call is None or call.name != COMMAND or not schedule.is_actively_checked(turn.world, owner):
        return
    if not schedule.is_in_period(turn, owner):
        return
    result = business_rules.result_of(turn, owner, call)
    result.is_dependency = True
    if _is_new(turn, owner, result):
        checks.accept(turn, owner, result)


def _is_new(turn: Turn, owner: Item, result: Result) -> bool:
    state = owner.state
    code = modulations.exit_code(turn.world, owner, result.exit_code, turn.now.wall)
    return not state.has_been_checked or (state.return_code, state.output) != (code, result.output)
