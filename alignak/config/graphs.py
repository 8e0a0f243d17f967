"""What points to what: an order in which everything comes after what it needs, and the loops that have none.

Groups in groups, realms, excluded periods and parents all ask the same two things of their names.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping


def order(edges: Mapping[str, Collection[str]]) -> tuple[list[str], set[str]]:
    """Return the names, each after those it points to, and the names that lie on loops.

    A name that only leads to a loop is in neither. Ends that are no names themselves are passed over.
    """
    ordered = _peel(edges, set(edges))
    left = set(edges).difference(ordered)
    backward: dict[str, list[str]] = {name: [] for name in left}
    for name in left:
        for end in edges[name]:
            if end in left:
                backward[end].append(name)
    return ordered, left.difference(_peel(backward, left))


def _peel(edges: Mapping[str, Collection[str]], among: set[str]) -> list[str]:
    """Return the names from which no loop can be reached, the ends of all ways first."""
    pointing: dict[str, list[str]] = {name: [] for name in among}
    waiting: dict[str, int] = {}
    for name in among:
        ends = {end for end in edges[name] if end in among}
        waiting[name] = len(ends)
        for end in ends:
            pointing[end].append(name)
    ready = deque(sorted(name for name, count in waiting.items() if not count))
    peeled: list[str] = []
    while ready:
        name = ready.popleft()
        peeled.append(name)
        for each in pointing[name]:
            waiting[each] -= 1
            if not waiting[each]:
                ready.append(each)
    return peeled
