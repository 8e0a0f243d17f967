"""Which problems are the fault of others, and what suffers from each (engine.md 4.5).

A hard problem that nothing above it explains is a source: of its services and children, of its dependents, of the
business rules that hold it, and of what is below those. They are its impacts. An object that becomes one is UNREACHABLE
from then on, with ``enable_problem_impacts_states_change``, without a word to anybody: a result puts its own state
back, and so does the end of the last problem it suffers from. A host with several parents suffers when all of them are
bad. A business rule is an impact that keeps its state, as it is worked out anew at once.

A problem matters as much as what suffers from it: ``attributes.business_impact``.

``checks`` calls ``on_change`` when a state changed and ``lift`` before each result of an impact; ``arming`` calls
``survey`` when the engine begins or gets another part. Whoever makes an object depend on others in a way of its own
adds to ``_above`` and ``_below``: who is above it, and who is below those.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from alignak.base.ids import ObjectKey
from alignak.engine import dependencies, leaves
from alignak.engine.state import Item
from alignak.engine.turn import Turn
from alignak.model.states import UNREACHABLE, Kind

MOST_ROUNDS: Final = 5
"""How often one object is looked at in one turn: dependencies and parents together may form a loop."""


def on_change(turn: Turn, item: Item) -> None:
    """Work out anew who suffers from what, after an object's state changed."""
    if _is_alone(item) and not dependencies.failing(turn.world, item, turn.now.wall):
        _tell_if_changed(turn, item, is_source=item.is_problem)
    else:
        _work_out_from(turn, [item], may_begin=True)


def _is_alone(item: Item) -> bool:
    """Tell whether an object is what most services are: nothing suffers from it, and it from nothing so far."""
    return not (item.sources or item.leaves or item.dependents or item.ruled or item.kind is Kind.HOST)


def survey(turn: Turn, *, may_begin: bool) -> None:
    """Work out who suffers from what; ``may_begin`` says whether who suffers newly becomes UNREACHABLE."""
    items = turn.world.items.values()
    _work_out_from(turn, [each for each in items if not each.is_good or each.sources], may_begin=may_begin)
    for each in items:
        if each.state.state_before_impact and not each.sources:
            _restore(turn, each)


def lift(item: Item) -> bool:
    """Put the own state of an impact back, as a result is about to change it, and return that this was done."""
    state = item.state
    state.state, state.state_before_impact = state.state_before_impact, ""
    return True


def _work_out_from(turn: Turn, begin: list[Item], *, may_begin: bool) -> None:
    """Look at objects, and at those below whatever changed."""
    left, first = deque(begin), {each.key for each in begin}
    rounds: dict[ObjectKey, int] = {}
    touched: dict[ObjectKey, Item] = {}
    while left:
        item = left.popleft()
        rounds[item.key] = count = rounds.get(item.key, 0) + 1
        is_news = _work_out(turn, item, touched, may_begin=may_begin)
        if count < MOST_ROUNDS and (is_news or (count == 1 and item.key in first)):
            left.extend(_below(item))
    for problem in touched.values():
        turn.updated(problem)


def _below(item: Item) -> tuple[Item, ...]:
    """Return the objects right below one."""
    if item.kind is Kind.HOST:
        return (*item.services, *item.children, *item.dependents, *item.ruled)
    return (*item.dependents, *item.ruled)


def _above(failing: list[Item], item: Item) -> list[Item]:
    """Return the objects right above one that fail now; a business rule that is good suffers from no leaf."""
    return [*failing, *leaves.sources(item)] if item.leaves and not item.is_good else failing


def _work_out(turn: Turn, item: Item, touched: dict[ObjectKey, Item], *, may_begin: bool) -> bool:
    """Find out what an object suffers from and whether it is a source; return whether something changed for others."""
    before, was_source, was = item.sources, item.is_source, item.state.state
    failing = dependencies.failing(turn.world, item, turn.now.wall)
    found = {
        problem.key: problem
        for other in _above(failing, item)
        for problem in ((other,) if other.is_source and not other.leaves else other.sources or _itself(other))
        if problem is not item
    }
    item.sources = tuple(found.values())
    if item.sources != before:
        _tell_sources(item, before, touched)
        _change_state(turn, item, is_new=may_begin and not before)
        turn.updated(item)
    is_source = item.is_problem and (bool(item.leaves) or not item.sources) and not failing
    _tell_if_changed(turn, item, is_source=is_source)
    return (item.sources, item.is_source, item.state.state) != (before, was_source, was)


def _tell_if_changed(turn: Turn, item: Item, *, is_source: bool) -> None:
    """Note whether an object is a source, and have the followers know when that is news."""
    if item.is_source is not is_source:
        item.is_source = is_source
        turn.updated(item)


def _itself(other: Item) -> tuple[Item, ...]:
    return (other,) if other.is_source else ()


def _tell_sources(item: Item, before: tuple[Item, ...], touched: dict[ObjectKey, Item]) -> None:
    """Have the problems an object suffers from, or does not any more, know it."""
    for problem in before:
        if problem not in item.sources and problem.impacts is not None:
            problem.impacts.pop(item.key, None)
            touched[problem.key] = problem
    for problem in item.sources:
        if problem not in before:
            problem.impacts = problem.impacts or {}
            problem.impacts[item.key] = item
            touched[problem.key] = problem


def _change_state(turn: Turn, item: Item, *, is_new: bool) -> None:
    """Make a new impact UNREACHABLE; put its own state back when it is none any more."""
    state = item.state
    if item.sources:
        if is_new and not item.leaves and turn.world.settings.enable_problem_impacts_states_change:
            _become_unreachable(turn, item)
    elif state.state_before_impact:
        _restore(turn, item)


def _restore(turn: Turn, item: Item) -> None:
    """Put the own state of an impact back, as nothing makes it suffer any more."""
    lift(item)
    turn.updated(item)


def _become_unreachable(turn: Turn, item: Item) -> None:
    state = item.state
    if state.state != UNREACHABLE:
        state.state_before_impact, state.state = state.state, UNREACHABLE
        state.last_times[UNREACHABLE] = turn.now.wall
