"""Hosts that must stay together, and how packs of them are spread over schedulers; ``planner`` asks it.

A scheduler can judge a host only when it knows the host's parents, so related hosts are one pack and move as one.

Where a pack goes does not depend on the order of anything. A new pack goes to the scheduler that ranks highest for
it (rendezvous hashing: another scheduler coming or going changes nothing in the ranks of the others), unless that one
is full, more than ``SLACK`` over its fair share. A pack that was somewhere stays there. Only when a scheduler joins, a
weight changes or the hosts are others, and the loads have come apart by more than ``SLACK``, packs move, each towards
balance. When a scheduler leaves, its packs move and no others do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import log
from typing import Final

from msgspec import Struct

from alignak.base.codec import digest
from alignak.model.objects import ObjectSet

SLACK: Final = 0.1
"""How far from its fair share a scheduler's load may be before packs move."""

_HASH_DIGITS: Final = 13
"""Hexadecimal digits of a hash that fit the mantissa of a float."""


class Pack(Struct, frozen=True):
    """Hosts that belong together."""

    name: str
    """The first of its hosts."""
    hosts: tuple[str, ...]
    """Names, sorted."""
    size: int
    """How many hosts and services."""


def packs_of(objects: ObjectSet) -> tuple[Pack, ...]:
    """Return the connected components of the hosts, by name."""
    leaders = {host.host_name: host.host_name for host in objects.hosts}
    for one, other in relations(objects):
        if one in leaders and other in leaders:
            _join(leaders, one, other)
    weights = dict.fromkeys(leaders, 1)
    for service in objects.services:
        if service.host_name in weights:
            weights[service.host_name] += 1
    members: dict[str, list[str]] = {}
    for name in leaders:
        members.setdefault(_leader(leaders, name), []).append(name)
    packs = (Pack(min(names), tuple(sorted(names)), sum(weights[each] for each in names)) for names in members.values())
    return tuple(sorted(packs, key=lambda pack: pack.name))


def relations(objects: ObjectSet) -> Iterator[tuple[str, str]]:
    """Yield the pairs of hosts that one scheduler must know both of."""
    for host in objects.hosts:
        for parent in host.parents:
            yield host.host_name, parent


def _leader(leaders: dict[str, str], name: str) -> str:
    while leaders[name] != name:
        leaders[name] = leaders[leaders[name]]  # halve the way for the next who asks
        name = leaders[name]
    return name


def _join(leaders: dict[str, str], one: str, other: str) -> None:
    leaders[_leader(leaders, other)] = _leader(leaders, one)


class Spread:
    """Packs on their way to schedulers: loads, fair shares, and who has what."""

    def __init__(self, weights: Mapping[str, int], loads: Mapping[str, int], total: int) -> None:
        self._weights = {name: max(1, weights[name]) for name in sorted(weights)}
        self.loads = {name: loads.get(name, 0) for name in self._weights}
        self._fair = _fair_shares(self._weights, self.loads, total)
        self.owners: dict[str, str] = {}
        """Pack name -> scheduler name."""

    def keep(self, pack: Pack, owner: str) -> None:
        """Leave a pack where it is."""
        self.owners[pack.name] = owner
        self.loads[owner] += pack.size

    def place(self, packs: Iterable[Pack]) -> None:
        """Give packs that are nowhere a place, the biggest first."""
        for pack in sorted(packs, key=lambda each: (-each.size, each.name)):
            able = [name for name in self._weights if self.loads[name] + pack.size <= self._fair[name] * (1 + SLACK)]
            if able:
                best = max(able, key=lambda name, pack=pack: self._rank(name, pack))  # type: ignore[misc]
            else:
                best = min(self._weights, key=lambda name, pack=pack: self._pressure(name, pack))  # type: ignore[misc]
            self.keep(pack, best)

    def balance(self, packs: Sequence[Pack]) -> None:
        """Move packs while that brings loads that have come apart closer together.

        First only moves that lead nobody past a fair share, because they move the least; then what still helps.
        """
        for helps in (self._is_within_shares, self._is_closer):
            while self._move_some(packs, helps):
                pass

    def _move_some(self, packs: Sequence[Pack], helps: Callable[[int, str, str], bool]) -> bool:
        """Fill up each scheduler in turn, the emptiest first; tell whether anything moved."""
        moved = False
        for target in sorted(self._weights, key=lambda name: (self._relative(name), name)):
            if not any(self._is_apart(source, target) for source in self._weights):
                continue
            for pack in sorted(packs, key=lambda each, target=target: self._reluctance(target, each)):  # type: ignore[misc]
                source = self.owners[pack.name]
                if self._is_apart(source, target) and helps(pack.size, source, target):
                    self.loads[source] -= pack.size
                    self.keep(pack, target)
                    moved = True
        return moved

    def _reluctance(self, target: str, pack: Pack) -> float:
        """Return how much higher the present owner of a pack ranks than another: who comes back gets its own back."""
        return self._rank(self.owners[pack.name], pack) / self._rank(target, pack)

    def _is_apart(self, source: str, target: str) -> bool:
        if self._relative(source) <= self._relative(target):
            return False
        is_over = self.loads[source] > self._fair[source] * (1 + SLACK)
        return is_over or self.loads[target] < self._fair[target] * (1 - SLACK)

    def _is_within_shares(self, size: int, source: str, target: str) -> bool:
        return self.loads[source] - size >= self._fair[source] and self.loads[target] + size <= self._fair[target]

    def _is_closer(self, size: int, source: str, target: str) -> bool:
        return (self.loads[target] + size) / self._weights[target] < self._relative(source)

    def _relative(self, name: str) -> float:
        return self.loads[name] / self._weights[name]

    def _pressure(self, name: str, pack: Pack) -> tuple[float, float]:
        return (self.loads[name] + pack.size) / self._weights[name], -self._rank(name, pack)

    def _rank(self, name: str, pack: Pack) -> float:
        """Return how much a scheduler is the one for a pack; one of twice the weight wins twice as many."""
        number = int(digest(f"{name}\n{pack.name}".encode())[:_HASH_DIGITS], 16)
        return -self._weights[name] / log((number + 1) / (16**_HASH_DIGITS + 1))


def _fair_shares(weights: Mapping[str, int], loads: Mapping[str, int], total: int) -> dict[str, float]:
    """Return the loads at which everybody carries the same for its weight, once ``total`` more is given out.

    Who already carries more than that gets nothing.
    """
    sharing = dict(weights)
    while True:
        level = (total + sum(loads[each] for each in sharing)) / sum(sharing.values())
        over = [each for each in sharing if loads[each] > level * weights[each]]
        if not over:
            return {each: max(float(loads[each]), level * weights[each]) for each in weights}
        for each in over:
            del sharing[each]
