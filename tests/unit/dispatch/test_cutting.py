"""What a part holds: its hosts and what belongs to them, whole where commands may need anything."""

from __future__ import annotations

from msgspec.structs import replace

from alignak.base.ids import ObjectKey
from alignak.dispatch.cutting import cut, sealed
from alignak.model.objects import Checkable, Group
from alignak.model.relations import Dependency, Escalation
from alignak.model.snapshot import CompiledConfig
from tests.support.installations import host, installation, service

OWNERS = {"a": "s1", "b": "s2", "c": "s2"}
IDS = {"s1": ("Config_1", "All"), "s2": ("Config_2", "All")}


def config() -> CompiledConfig:
    """Make three hosts with services, groups and three policies."""
    return installation(
        [host("a", policy=2), host("b", policy=1), host("c", policy=1), host("left-out")],
        [],
        services=[service("b", "Disk", 2), service("a", "Disk", 2), service("a", "Alone", 0), service("left-out", "x")],
        groups=[Group("web", members=("a", "b", "left-out")), Group("db", members=("b", "c")), Group("empty")],
        service_groups=[Group("disks", members=("a;Disk", "b;Disk"))],
    )


def keys(items: tuple[Checkable, ...]) -> list[str]:
    """Return the keys of hosts or services."""
    return [each.key for each in items]


def test_a_part_has_its_hosts_and_their_services() -> None:
    parts = cut(config(), OWNERS, IDS)
    assert keys(parts["s1"].objects.hosts) == ["a"]
    assert keys(parts["s1"].objects.services) == ["a;Alone", "a;Disk"]
    assert keys(parts["s2"].objects.hosts) == ["b", "c"]
    assert keys(parts["s2"].objects.services) == ["b;Disk"]


def test_groups_have_the_members_of_the_part() -> None:
    parts = cut(config(), OWNERS, IDS)
    groups = {name: {each.name: each.members for each in part.objects.hostgroups} for name, part in parts.items()}
    assert groups == {
        "s1": {"empty": (), "web": ("a",)},
        "s2": {"db": ("b", "c"), "empty": (), "web": ("b",)},
    }
    assert parts["s2"].objects.servicegroups == (Group("disks", members=("b;Disk",)),)


def test_objects_keep_their_policy_and_a_part_has_no_other_policies() -> None:
    whole = config()
    parts = cut(whole, OWNERS, IDS)
    for part in parts.values():
        found = part.objects
        used = {each.policy for each in (*found.hosts, *found.services)}
        assert used == set(range(len(found.policies)))
    policies = parts["s1"].objects.policies
    intervals = {each.key: policies[each.policy].check_interval for each in parts["s1"].objects.services}
    assert intervals == {"a;Disk": 3, "a;Alone": 1}


def test_what_an_external_command_may_name_is_in_every_part() -> None:
    whole = config()
    for part in cut(whole, OWNERS, IDS).values():
        assert part.objects.commands == whole.objects.commands
        assert part.objects.contacts == whole.objects.contacts
        assert part.objects.contactgroups == whole.objects.contactgroups
        assert part.macros == whole.macros


def test_the_hash_of_a_part_is_that_of_its_content() -> None:
    parts = cut(config(), OWNERS, IDS)
    part = parts["s1"]
    assert len(part.hash) == 40
    assert sealed(part) == part
    assert sealed(replace(part, macros={})).hash != part.hash
    assert parts["s2"].hash != part.hash


def test_a_change_of_one_host_changes_the_hash_of_its_part_alone() -> None:
    before, whole = cut(config(), OWNERS, IDS), config()
    hosts = tuple(replace(each, address="10.0.0.9") if each.host_name == "c" else each for each in whole.objects.hosts)
    after = cut(replace(whole, objects=replace(whole.objects, hosts=hosts)), OWNERS, IDS)
    assert (before["s1"].hash == after["s1"].hash, before["s2"].hash == after["s2"].hash) == (True, False)


def test_a_part_has_the_dependencies_of_its_objects_and_every_escalation() -> None:
    whole = config()
    own = Dependency(ObjectKey("b"), ObjectKey("c"))
    objects = replace(
        whole.objects,
        dependencies=(own, Dependency(ObjectKey("a;Disk"), ObjectKey("a;Alone"))),
        escalations=(Escalation("late"),),
    )
    parts = cut(replace(whole, objects=objects), OWNERS, IDS)
    assert parts["s2"].objects.dependencies == (own,)
    assert [each.dependent for each in parts["s1"].objects.dependencies] == ["a;Disk"]
    assert all(part.objects.escalations == (Escalation("late"),) for part in parts.values())
