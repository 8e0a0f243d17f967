"""Which hosts and services two object sets do not share; ``dispatch`` and the engine ask it at each reload.

What did not change is the very same record in both sets, so that a look at each record's identity is enough: 100,000
of them take a few milliseconds. A record that was made anew counts as changed, even when it says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress, count
from operator import is_not
from typing import TypeAlias

from msgspec import Struct

from alignak.model.objects import Checkable, ObjectSet

Items: TypeAlias = "Sequence[Checkable]"


class Difference(Struct, frozen=True):
    """What must be looked at again."""

    gone: tuple[Checkable, ...]
    """Hosts and services of the old set that are not in the new one, or not like that."""
    fresh: tuple[Checkable, ...]
    """Hosts and services of the new set that were not in the old one, or not like that."""


def difference(old: ObjectSet, new: ObjectSet) -> Difference:
    """Return the hosts and services that one of two sets has and the other has not."""
    stale = _changed_policies(old, new)
    if stale:
        # A record that names one of these places means something else now, though it is the same.
        gone = [each for each in (*old.hosts, *old.services) if each.policy in stale]
        fresh = [each for each in (*new.hosts, *new.services) if each.policy in stale]
    else:
        gone, fresh = [], []
    for one, other in ((old.hosts, new.hosts), (old.services, new.services)):
        left, right = _apart(one, other)
        gone += [each for each in left if each.policy not in stale]
        fresh += [each for each in right if each.policy not in stale]
    return Difference(tuple(gone), tuple(fresh))


def _changed_policies(old: ObjectSet, new: ObjectSet) -> frozenset[int]:
    """Return the places at which the two sets have different policies."""
    pairs = enumerate(zip(old.policies, new.policies, strict=False))
    return frozenset(place for place, (one, other) in pairs if one is not other and one != other)


def _apart(old: Items, new: Items) -> tuple[Items, Items]:
    """Return the records of each side that are not on the other."""
    begin = next(_mismatches(old, new), min(len(old), len(new)))
    old, new = old[begin:], new[begin:]
    end = next(_mismatches(old[::-1], new[::-1]), min(len(old), len(new)))
    old, new = old[: len(old) - end], new[: len(new) - end]
    if len(old) == len(new):
        places = tuple(_mismatches(old, new))
        old, new = [old[place] for place in places], [new[place] for place in places]
    mine, others = {id(each) for each in old}, {id(each) for each in new}
    return [each for each in old if id(each) not in others], [each for each in new if id(each) not in mine]


def _mismatches(one: Items, other: Items) -> compress[int]:
    """Return the places at which not the very same record stands."""
    return compress(count(), map(is_not, one, other))
