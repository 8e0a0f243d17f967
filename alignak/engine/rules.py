"""What a business rule makes of the states of its hosts and services (configuration.md 3.9).

Pure functions on trees; ``leaves`` says how hosts and services count. States are numbers: 0 good, 1 WARNING, 2 CRITICAL
or DOWN, 3 UNKNOWN, 4 UNREACHABLE. CRITICAL is worse than any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from alignak.base.ids import ObjectKey
from alignak.model.rules import BusinessRule, Either, Every, Leaf, Node, Not, Some, leaves

GOOD: Final = 0
WARNING: Final = 1
CRITICAL: Final = 2

Look: TypeAlias = Callable[[ObjectKey], int]
"""How a host or service is."""

_OPPOSITE: Final[Mapping[int, int]] = {GOOD: CRITICAL, CRITICAL: GOOD}
"""What ``!`` makes of a state; a WARNING stays one, and so does what nothing is known of."""


def state_of(node: Node, look: Look) -> int:
    """Return the state of a tree whose leaves are as ``look`` says."""
    return _STATES[type(node)](node, look)


def worst(states: Iterable[int]) -> int:
    """Return the worst of some states."""
    found = tuple(states)
    return CRITICAL if CRITICAL in found else max(found)


def _leaf(node: Leaf, look: Look) -> int:
    return look(node.key)


def _every(node: Every, look: Look) -> int:
    return worst(state_of(each, look) for each in node.of)


def _either(node: Either, look: Look) -> int:
    return min(state_of(each, look) for each in node.of)


def _not(node: Not, look: Look) -> int:
    """Return the opposite: of a host that is bad in any way, good."""
    state = state_of(node.of, look)
    if isinstance(node.of, Leaf) and ";" not in node.of.key:
        return CRITICAL if state == GOOD else GOOD
    return _OPPOSITE.get(state, state)


def _some(node: Some, look: Look) -> int:
    """Return the worst state for which enough sons are; none is reached: the worst of all, or good for three counts."""
    states = [state_of(each, look) for each in node.of]
    good, warning, critical = (states.count(each) for each in (GOOD, WARNING, CRITICAL))
    for_good, for_warning, for_critical = (each.among(len(states)) for each in node.counts)
    if critical >= for_critical:
        return CRITICAL
    if warning + critical >= for_warning:
        return WARNING
    if good >= for_good:
        return GOOD
    return worst(states) if node.is_simple else GOOD


_STATES: Final[Mapping[type[Node], Callable[..., int]]] = {
    Leaf: _leaf,
    Every: _every,
    Either: _either,
    Not: _not,
    Some: _some,
}
"""How the state of each kind of node is worked out."""


def in_order(rules: Mapping[ObjectKey, BusinessRule]) -> dict[ObjectKey, int]:
    """Return each rule's owner with its place: behind all rules it is about; those about themselves come last."""
    waits = {key: {each: None for each in leaves(rule.tree) if each in rules} for key, rule in rules.items()}
    followers: dict[ObjectKey, list[ObjectKey]] = {}
    for key, on in waits.items():
        for each in on:
            followers.setdefault(each, []).append(key)
    ready = [key for key, on in waits.items() if not on]
    for key in ready:
        for follower in followers.get(key, ()):
            waits[follower].pop(key, None)
            if not waits[follower]:
                ready.append(follower)
    return {key: place for place, key in enumerate(dict.fromkeys((*ready, *rules)))}
