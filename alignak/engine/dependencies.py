"""What a problem means when the host, or all ways to it, may be what really failed (engine.md 4.4).

A service depends on its host, a host on its parents, as far as those are actively checked: of a passive one nobody can
be asked. When a problem arrives and an object depended on was good when last seen, that one is checked at once and the
problem's result waits for it. When everything depended on is bad, the object is UNREACHABLE.
``checks`` calls ``objects_to_ask`` and ``hold`` for each problem, ``release`` whenever an object was checked.
"""

from __future__ import annotations

from alignak.engine.schedule import is_actively_checked
from alignak.engine.state import Item, World
from alignak.engine.turn import Turn
from alignak.engine.underway import Held, Result
from alignak.model.states import GOOD, Kind, StateType


def depended_on(world: World, item: Item) -> list[Item]:
    """Return the objects without which this one cannot be good."""
    if item.kind is Kind.HOST:
        return [parent for parent in item.parents if is_actively_checked(world, parent)]
    if item.policy.host_dependency_enabled and is_actively_checked(world, item.host):
        return [item.host]
    return []


def is_unreachable(world: World, item: Item) -> bool:
    """Tell whether everything the object depends on is bad."""
    others = depended_on(world, item)
    return bool(others) and all(other.state.state not in GOOD for other in others)


def objects_to_ask(turn: Turn, item: Item, name: str) -> list[Item]:
    """Return the objects to check before a problem ``name`` is believed.

    None for a problem that is known and hard already: it says nothing new of the others. None of those known to be bad,
    nor of those seen good within the ``cached_host_check_horizon``.
    """
    state = item.state
    if state.state == name and state.state_type is StateType.HARD:
        return []
    world = turn.world
    fresh_from = turn.now.wall - world.settings.cached_host_check_horizon
    return [
        other
        for other in depended_on(world, item)
        if other.state.state in GOOD and (other.state.last_state_update < fresh_from or other.key in world.held)
    ]


def hold(turn: Turn, item: Item, result: Result, others: list[Item]) -> None:
    """Keep a result until the others were checked."""
    turn.world.held[item.key] = Held([result], dict.fromkeys(other.key for other in others))


def release(turn: Turn, other: Item) -> list[Item]:
    """Return the objects whose results waited for this one alone."""
    held = turn.world.held
    released: list[Item] = []
    for item in (*other.services, *other.children):
        waiting = held.get(item.key)
        if waiting is not None and other.key in waiting.on:
            del waiting.on[other.key]
            if not waiting.on:
                released.append(item)
    return released
