"""Records of a reload that say what those before said become the very same records.

Whoever compares two configurations, to send or to take over what changed, then sees by identity what did not: a look at
each of 100,000 records instead of reading it. ``compile`` asks, with what its ``Library`` remembers.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_
from typing import TypeVar

from msgspec.structs import replace

from alignak.model.objects import Checkable, ObjectSet

T = TypeVar("T")


def as_before(before: ObjectSet, now: ObjectSet) -> ObjectSet:
    """Return the objects of now, the policies, hosts and services that are as before being those of before."""
    return replace(
        now,
        policies=_aligned(before.policies, now.policies),
        hosts=_checkables(before.hosts, now.hosts),
        services=_checkables(before.services, now.services),
    )


def _aligned(before: Sequence[T], now: Sequence[T]) -> tuple[T, ...]:
    """Return the records of now, those of before where the same stands at the same place."""
    found = [old if old == new else new for old, new in zip(before, now, strict=False)]
    return (*found, *now[len(found) :])


def _checkables(before: tuple[Checkable, ...], now: tuple[Checkable, ...]) -> tuple[Checkable, ...]:
    """Return the records of now, those of before for objects that are as they were; both are sorted by name."""
    if len(before) == len(now) and all(map(is_, before, now)):
        return before
    if len(before) == len(now) and all(map(_is_one, before, now)):
        return _aligned(before, now)
    known = {(each.host_name, each.description): each for each in before}
    return tuple([_either(known.get((each.host_name, each.description)), each) for each in now])


def _is_one(old: Checkable, new: Checkable) -> bool:
    return old.host_name == new.host_name and old.description == new.description


def _either(old: Checkable | None, new: Checkable) -> Checkable:
    return old if old is not None and old == new else new
