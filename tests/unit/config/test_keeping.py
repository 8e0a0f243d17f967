"""What a reload leaves alone is the very same record."""

from __future__ import annotations

from msgspec.structs import replace

from alignak.config.keeping import as_before
from alignak.model.objects import Checkable, ObjectSet
from tests.support.configurations import BASE, compiled

HOSTS = "".join(f"define host{{\nuse generic-host\nhost_name {name}\naddress {name}\n}}\n" for name in "abd")
SERVICE = "define service{\nuse generic-service\nhost_name a,b,d\nservice_description S\n}\n"


def objects(text: str) -> ObjectSet:
    return compiled(BASE + SERVICE + text).objects


def same(before: ObjectSet, now: ObjectSet) -> list[Checkable]:
    known = {id(each) for each in (*before.hosts, *before.services)}
    return [each for each in (*now.hosts, *now.services) if id(each) in known]


def test_one_changed_host_is_the_only_new_record() -> None:
    before, now = objects(HOSTS), objects(HOSTS.replace("address b", "address c"))
    found = as_before(before, now)
    assert found == now
    assert [each.host_name for each in same(before, found) if not each.description] == ["a", "d"]
    assert len(same(before, found)) == 5
    assert all(one is other for one, other in zip(before.policies, found.policies, strict=True))


def test_a_host_that_comes_or_goes_leaves_the_others_what_they_are() -> None:
    more = HOSTS + "define host{\nuse generic-host\nhost_name c\n}\n"
    before, now = objects(HOSTS), objects(more)
    assert as_before(before, now) == now
    assert len(same(before, as_before(before, now))) == 6
    assert as_before(now, before) == before
    assert len(same(now, as_before(now, before))) == 6


def test_a_policy_of_another_place_is_another_policy() -> None:
    before = objects(HOSTS)
    now = replace(before, policies=before.policies[::-1])
    assert as_before(before, now) == now
