"""Hosts that must stay together, and how packs of them are spread over schedulers; ``planner`` asks it.

A scheduler can judge a host only when it knows the host's parents and what it depends on, so related hosts are one
pack and move as one.

Where a pack goes does not depend on the order of anything. A new pack goes to the scheduler that ranks highest for
it (rendezvous hashing: another scheduler coming or going changes nothing in the ranks of the others), unless that one
is full, more than ``SLACK`` over its fair share. A pack that was somewhere stays there, unless ``balance`` is asked for
and finds the loads too far apart: then packs move, as few as will do, each towards balance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import log
from typing import Final

from msgspec import Struct

from alignak.base.codec import digest
from alignak.model.graph import components, relations
from alignak.model.objects import ObjectSet

SLACK: Final = 0.1
"""How far from its fair share a scheduler's load may be."""

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


def packs_of(objects: ObjectSet, sizes: Mapping[str, int]) -> tuple[Pack, ...]:
    """Return the connected components of the hosts, by name; ``sizes`` counts for each host itself and its services."""
    groups = components(sizes, relations(objects))
    return tuple(Pack(names[0], tuple(names), sum(sizes[each] for each in names)) for names in groups)


class Spread:
    """Packs on their way to schedulers: loads, fair shares, and who has what."""

    def __init__(self, weights: Mapping[str, int], loads: Mapping[str, int], total: int) -> None:
        self._weights = {name: max(1, weights[name]) for name in sorted(weights)}
        self._before = {name: loads.get(name, 0) for name in self._weights}
        self._largest = dict.fromkeys(self._weights, 0)
        self._total = total
        self.loads = dict(self._before)
        self._shares: dict[str, float] = {}
        """What each would carry if everything could be shared among those who share."""
        self._fair: dict[str, float] = {}
        """What each is to carry: its share, or what it has anyway."""
        self._set_shares()
        self.owners: dict[str, str] = {}
        """Pack name -> scheduler name."""

    def keep(self, pack: Pack, owner: str) -> None:
        """Leave a pack where it is."""
        self.owners[pack.name] = owner
        self.loads[owner] += pack.size
        self._largest[owner] = max(self._largest[owner], pack.size)

    def place(self, packs: Iterable[Pack]) -> None:
        """Give packs that are nowhere a place, the biggest first."""
        self._set_shares()
        for pack in sorted(packs, key=lambda each: (-each.size, each.name)):
            able = [name for name in self._weights if self._fits(name, pack)]
            if able:
                self.keep(pack, max(able, key=lambda name, pack=pack: self._rank(name, pack)))  # type: ignore[misc]
            else:
                self.keep(pack, min(self._weights, key=lambda name, pack=pack: self._pressure(name, pack)))  # type: ignore[misc]
                self._set_shares()

    def balance(self, packs: Sequence[Pack], slack: float = SLACK) -> None:
        """Move packs while loads are further than ``slack`` from fair and that brings them closer together.

        First only moves that lead nobody past a fair share, because they move the least; then what still helps.
        """
        for helps in (self._is_within_shares, self._is_closer):
            while self._move_some(packs, slack, helps):
                pass

    def _move_some(self, packs: Sequence[Pack], slack: float, helps: Callable[[int, str, str], bool]) -> bool:
        """Fill up each scheduler in turn, the emptiest first; tell whether anything moved."""
        self._largest = dict.fromkeys(self._weights, 0)
        for pack in packs:
            owner = self.owners[pack.name]
            self._largest[owner] = max(self._largest[owner], pack.size)
        self._set_shares()
        moved = False
        for target in sorted(self._weights, key=lambda name: (self._relative(name), name)):
            if not any(self._is_apart(source, target, slack) for source in self._weights):
                continue
            for pack in sorted(packs, key=lambda each, target=target: self._reluctance(target, each)):  # type: ignore[misc]
                source = self.owners[pack.name]
                if self._is_apart(source, target, slack) and helps(pack.size, source, target):
                    self.loads[source] -= pack.size
                    self.keep(pack, target)
                    moved = True
        return moved

    def _reluctance(self, target: str, pack: Pack) -> float:
        """Return how much higher the present owner of a pack ranks than another: who comes back gets its own back."""
        return self._rank(self.owners[pack.name], pack) / self._rank(target, pack)

    def _is_apart(self, source: str, target: str, slack: float) -> bool:
        if self._relative(source) <= self._relative(target):
            return False
        is_over = self.loads[source] > self._fair[source] + slack * self._shares[source]
        return is_over or self.loads[target] < self._fair[target] - slack * self._shares[target]

    def _fits(self, name: str, pack: Pack) -> bool:
        return self.loads[name] + pack.size <= self._fair[name] + SLACK * self._shares[name]

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

    def _set_shares(self) -> None:
        """Work out the loads at which everybody carries the same for its weight, as far as that can be.

        What was carried before, and the largest pack of each, cannot be shared: who has more with that alone than its
        share gets nothing else, and the others share the rest.
        """
        floors = {name: self._before[name] + self._largest[name] for name in self._weights}
        rest = self._total - sum(self._largest.values())
        sharing = dict(self._weights)
        while True:
            level = (rest + sum(floors[each] for each in sharing)) / sum(sharing.values())
            over = [each for each in sharing if floors[each] > level * self._weights[each]]
            if not over:
                break
            for each in over:
                del sharing[each]
        self._shares = {each: level * weight for each, weight in self._weights.items()}
        self._fair = {each: max(float(floors[each]), share) for each, share in self._shares.items()}
