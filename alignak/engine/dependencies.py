"""What a problem means when something else may be what really failed (engine.md 4.4).

A service depends on its host, a host on its parents, as far as those are actively checked: of a passive one nobody
can be asked. Besides, the configuration names masters of hosts and services, each with the states in which its
dependents are not checked, and those in which nobody is told of them; ``n`` is never. A master fails when it is in such
a state, in the period of the dependency, or where ``inherits_parent`` says so when one of its own masters does. A soft
state of a master does not count before it is hard, unless ``soft_state_dependencies`` is set.

- While a master fails, its dependents are not checked, or nobody is told of them; one such master is enough.
- When a problem arrives and an object depended on was good when last seen, that one is checked at once and the
  problem's result waits for it. When everything depended on is bad, the object is UNREACHABLE.

``checks`` calls ``stopper`` before each check, ``objects_to_ask`` and ``hold`` for each problem, ``release`` whenever
an object was checked; ``stages`` asks for ``silencers``, ``impacts`` for ``failing``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Final, TypeAlias

from alignak.engine.schedule import is_actively_checked
from alignak.engine.state import Item, World
from alignak.engine.turn import Turn
from alignak.engine.underway import Held, Result
from alignak.model.relations import NEVER, Dependency
from alignak.model.states import GOOD, LETTERS, PENDING, UNREACHABLE, WARNING, Kind, StateType

Criteria: TypeAlias = Callable[[Dependency], tuple[str, ...]]

EXECUTION: Final[Criteria] = attrgetter("execution_criteria")
NOTIFICATION: Final[Criteria] = attrgetter("notification_criteria")


# Masters the configuration names


def stopper(world: World, item: Item, at: float) -> Item | None:
    """Return the master because of which an object is not checked now, or None."""
    return next(_failing_masters(world, item, at, EXECUTION), None) if item.masters else None


def _failing_masters(world: World, item: Item, at: float, criteria: Criteria) -> Iterator[Item]:
    """Yield the masters of an object that fail, and where the dependency inherits those of the masters that do not.

    What results made of their states counts, not that they may suffer from something themselves.
    """
    left = list(item.masters)
    seen = {item.key}
    for master, rule in left:
        letters = criteria(rule)
        if letters == NEVER or not world.calendars.is_open(rule.period, at):
            continue
        if any(letter in letters for letter in _letters(world, master, master.own_state)):
            yield master
        elif rule.inherits_parent and master.key not in seen:
            seen.add(master.key)
            left += master.masters


def _letters(world: World, master: Item, name: str) -> tuple[str, ...]:
    """Return the letters that mean the state a master counts with; ``u`` means UNREACHABLE as well as UNKNOWN."""
    state = master.state
    if state.state_type is StateType.SOFT and not world.settings.soft_state_dependencies:
        name = state.last_hard_state
    elif name == PENDING:
        return ("p",)
    if name == UNREACHABLE:
        return ("x", "u")
    return ("o",) if name in GOOD else (LETTERS[master.kind][name],)


# Everything above an object


def depended_on(world: World, item: Item) -> list[Item]:
    """Return the hosts without which this object cannot be good."""
    if item.kind is Kind.HOST:
        return [parent for parent in item.parents if is_actively_checked(world, parent)] if item.parents else []
    if item.policy.host_dependency_enabled and is_actively_checked(world, item.host):
        return [item.host]
    return []


def _dead_hosts(world: World, item: Item) -> list[Item]:
    """Return the hosts an object depends on when all of them are bad: one living parent is a way to it."""
    others = depended_on(world, item)
    return others if all(other.state.state not in GOOD for other in others) else []


def _counting(world: World, item: Item, at: float) -> list[Item]:
    """Return the masters that are asked when the object has a problem."""
    calendars = world.calendars
    return [
        master
        for master, rule in item.masters
        if rule.notification_criteria != NEVER and calendars.is_open(rule.period, at)
    ]


def is_unreachable(world: World, item: Item, at: float) -> bool:
    """Tell whether everything the object depends on is bad; a master that is in WARNING is not."""
    hosts = depended_on(world, item)
    if any(other.state.state in GOOD for other in hosts):
        return False
    if not item.masters:
        return bool(hosts)
    masters = _counting(world, item, at)
    failing = {each.key for each in _failing_masters(world, item, at, NOTIFICATION)}
    bad = all(each.key in failing and each.own_state not in (*GOOD, WARNING) for each in masters)
    return bad and bool(hosts or masters)


def failing(world: World, item: Item, at: float) -> list[Item]:
    """Return the objects right above this one that fail now: dead hosts, failing masters, and those that suffer."""
    found = _dead_hosts(world, item)
    if item.masters:
        found += _failing_masters(world, item, at, NOTIFICATION)
        found += _suffering_masters(world, item, at)
    return found


def _suffering_masters(world: World, item: Item, at: float) -> Iterator[Item]:
    """Yield the masters that another problem makes UNREACHABLE, where that is a state that counts."""
    for master, rule in item.masters:
        is_counted = bool({"u", "x"}.intersection(rule.notification_criteria))
        if master.state.state_before_impact and is_counted and world.calendars.is_open(rule.period, at):
            yield master


def silencers(world: World, item: Item, at: float) -> list[Item]:
    """Return the objects because of which nobody is told of a problem.

    Nobody is told of a service either whose host has such a master, as in Nagios. That the host itself is not up is
    another stage's affair.
    """
    found = _dead_hosts(world, item) if item.kind is Kind.HOST else []
    if item.masters:
        found += _failing_masters(world, item, at, NOTIFICATION)
    if item.host is not item and item.host.masters:
        found += _failing_masters(world, item.host, at, NOTIFICATION)
    return found


# Asking before a problem is believed


def objects_to_ask(turn: Turn, item: Item, name: str) -> list[Item]:
    """Return the objects to check before a problem ``name`` is believed.

    None for a problem that is known and hard already: it says nothing new of the others. None of those known to be bad,
    nor of those seen good within the horizon (``cached_host_check_horizon``, ``cached_service_check_horizon``).
    """
    state = item.state
    if state.state_type is StateType.HARD and item.own_state == name:
        return []
    world, at = turn.world, turn.now.wall
    others = [each for each in depended_on(world, item) if each.state.state in GOOD]
    if item.masters:
        masters = _counting(world, item, at)
        others += [each for each in masters if each.own_state in GOOD and is_actively_checked(world, each)]
    return [each for each in dict.fromkeys(others) if _is_to_be_asked(turn, each)]


def _is_to_be_asked(turn: Turn, other: Item) -> bool:
    """Tell whether the last that was heard of an object is old, and a check may say something new."""
    settings, at = turn.world.settings, turn.now.wall
    if other.masters and stopper(turn.world, other, at) is not None:
        return False
    horizon = settings.cached_host_check_horizon if other.kind is Kind.HOST else settings.cached_service_check_horizon
    return other.state.last_state_update < at - horizon or other.key in turn.world.held


def hold(turn: Turn, item: Item, result: Result, others: list[Item]) -> None:
    """Keep a result until the others were checked."""
    turn.world.held[item.key] = Held([result], dict.fromkeys(other.key for other in others))


def release(turn: Turn, other: Item) -> list[Item]:
    """Return the objects whose results waited for this one alone."""
    held = turn.world.held
    released: list[Item] = []
    for item in (*other.services, *other.children, *other.dependents):
        waiting = held.get(item.key)
        if waiting is not None and other.key in waiting.on:
            del waiting.on[other.key]
            if not waiting.on:
                released.append(item)
    return released
