"""What points to what: an order in which everything comes after what it needs, and the loops that have none.

Groups in groups, realms, excluded periods and parents all ask the same two things of their names.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from typing import Final

MOST_LOOPS: Final = 50
"""How many loops of one kind are shown."""


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


def loops(edges: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Return loops, each as a path that ends where it begins: all of them, unless they cross or are very many."""
    left = order(edges)[1]
    found: list[list[str]] = []
    while left and len(found) < MOST_LOOPS:
        path = _round(edges, left)
        found.append(path)
        left = order({name: [end for end in edges[name] if end in left] for name in left.difference(path)})[1]
    return found


def _round(edges: Mapping[str, Collection[str]], among: set[str]) -> list[str]:
    """Return a loop, found by going on from the first name; the others of a crossing come after it."""
    places: dict[str, int] = {}
    path: list[str] = []
    name = min(among)
    while name not in places:
        places[name] = len(path)
        path.append(name)
        name = min(end for end in edges[name] if end in among)
    found = path[places[name] :]
    first = found.index(min(found))
    return [*found[first:], *found[:first], found[first]]


def shown_path(path: Collection[str], most: int = 10) -> str:
    """Return a loop as people write it, a long one shortened."""
    names = list(path)
    if len(names) > most:
        names = [*names[: most - 1], f"… ({len(names) - most} more)", names[-1]]
    return " -> ".join(names)
