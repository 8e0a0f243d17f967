"""Which records a reload changed: by identity, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from alignak.model.differences import difference
from alignak.model.objects import Checkable, ObjectSet, Policy

POOL = [Checkable(f"h{number:02}", policy=number % 3) for number in range(12)]
POLICIES = tuple(Policy(check_interval=each) for each in range(3))


def objects(hosts: Iterable[Checkable], policies: tuple[Policy, ...] = POLICIES) -> ObjectSet:
    """Make a set of hosts."""
    return ObjectSet(policies=policies, hosts=tuple(hosts))


def ids(records: Iterable[Checkable]) -> set[int]:
    """Return which records these are."""
    return {id(each) for each in records}


some = st.lists(st.sampled_from(POOL), unique_by=id)


@given(some, some)
def test_what_only_one_side_has_is_found(old: list[Checkable], new: list[Checkable]) -> None:
    found = difference(objects(old), objects(new))
    assert ids(found.gone) == ids(old) - ids(new)
    assert ids(found.fresh) == ids(new) - ids(old)


def test_equal_records_that_are_not_the_same_count_as_changed() -> None:
    again = replace(POOL[0])
    found = difference(objects(POOL), objects([again, *POOL[1:]]))
    assert (ids(found.gone), ids(found.fresh)) == ({id(POOL[0])}, {id(again)})


def test_records_whose_policy_changed_under_them_count_as_changed() -> None:
    policies = (POLICIES[0], Policy(check_interval=99), replace(POLICIES[2]))
    found = difference(objects(POOL), objects(POOL, policies))
    expected = {id(each) for each in POOL if each.policy == 1}
    assert ids(found.gone) == ids(found.fresh) == expected
