"""What a part holds: its hosts and what belongs to them, whole where commands may need anything."""

from __future__ import annotations

from msgspec.structs import replace

from alignak.base.ids import ObjectKey
from alignak.dispatch.bundles import bundles_of
from alignak.dispatch.cutting import CutPart, cut
from alignak.model.objects import Checkable, Group
from alignak.model.recurring import RecurringDowntime
from alignak.model.relations import Dependency, Escalation
from alignak.model.snapshot import CompiledConfig, Part
from tests.support.installations import host, installation, service, unpacked

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


def cut_up(whole: CompiledConfig) -> dict[str, CutPart]:
    """Cut a configuration for the two schedulers."""
    return cut(whole, bundles_of(whole.objects), OWNERS, IDS)


def seen(whole: CompiledConfig) -> dict[str, Part]:
    """Return the parts as the two schedulers see them."""
    return {name: unpacked(part) for name, part in cut_up(whole).items()}


def keys(items: tuple[Checkable, ...]) -> list[str]:
    """Return the keys of hosts or services."""
    return [each.key for each in items]


def test_a_part_has_its_hosts_and_their_services() -> None:
    parts = seen(config())
    assert keys(parts["s1"].objects.hosts) == ["a"]
    assert keys(parts["s1"].objects.services) == ["a;Alone", "a;Disk"]
    assert keys(parts["s2"].objects.hosts) == ["b", "c"]
    assert keys(parts["s2"].objects.services) == ["b;Disk"]


def test_recurring_downtimes_have_the_members_of_the_part() -> None:
    whole = config()
    of_both = RecurringDowntime("b", "FREQ=DAILY", 0, 60, members=(ObjectKey("a;Disk"), ObjectKey("b"), ObjectKey("c")))
    of_one = RecurringDowntime("a", "FREQ=DAILY", 0, 60, members=(ObjectKey("a"), ObjectKey("left-out")))
    whole = replace(whole, objects=replace(whole.objects, recurringdowntimes=(of_both, of_one)))
    found = {
        name: [(each.name, each.members) for each in part.objects.recurringdowntimes]
        for name, part in seen(whole).items()
    }
    assert found == {"s1": [("a", ("a",)), ("b", ("a;Disk",))], "s2": [("b", ("b", "c"))]}


def test_groups_have_the_members_of_the_part() -> None:
    parts = seen(config())
    groups = {name: {each.name: each.members for each in part.objects.hostgroups} for name, part in parts.items()}
    assert groups == {
        "s1": {"empty": (), "web": ("a",)},
        "s2": {"db": ("b", "c"), "empty": (), "web": ("b",)},
    }
    assert parts["s2"].objects.servicegroups == (Group("disks", members=("b;Disk",)),)


def test_objects_keep_their_policy_and_a_part_has_no_other_policies() -> None:
    whole = config()
    parts = seen(whole)
    for part in parts.values():
        found = part.objects
        used = {each.policy for each in (*found.hosts, *found.services)}
        assert used == set(range(len(found.policies)))
    policies = parts["s1"].objects.policies
    intervals = {each.key: policies[each.policy].check_interval for each in parts["s1"].objects.services}
    assert intervals == {"a;Disk": 3, "a;Alone": 1}


def test_what_an_external_command_may_name_is_in_every_part() -> None:
    whole = config()
    for part in seen(whole).values():
        assert part.objects.commands == whole.objects.commands
        assert part.objects.contacts == whole.objects.contacts
        assert part.objects.contactgroups == whole.objects.contactgroups
        assert part.macros == whole.macros


def test_the_same_content_has_the_same_hash_and_other_content_another_one() -> None:
    whole = config()
    hashes = {name: part.hash for name, part in cut_up(whole).items()}
    assert {len(each) for each in hashes.values()} == {40}
    assert len(set(hashes.values())) == 2
    assert {name: part.hash for name, part in cut_up(config()).items()} == hashes
    assert not set(hashes.values()) & {part.hash for part in cut_up(replace(whole, macros={})).values()}


def test_a_change_of_one_host_changes_the_hash_of_its_part_alone() -> None:
    before, whole = cut_up(config()), config()
    hosts = tuple(replace(each, address="10.0.0.9") if each.host_name == "c" else each for each in whole.objects.hosts)
    after = cut_up(replace(whole, objects=replace(whole.objects, hosts=hosts)))
    assert (before["s1"].hash == after["s1"].hash, before["s2"].hash == after["s2"].hash) == (True, False)


def test_a_part_has_the_dependencies_of_its_objects_and_every_escalation() -> None:
    whole = config()
    own = Dependency(ObjectKey("b"), ObjectKey("c"))
    objects = replace(
        whole.objects,
        dependencies=(own, Dependency(ObjectKey("a;Disk"), ObjectKey("a;Alone"))),
        escalations=(Escalation("late"),),
    )
    parts = seen(replace(whole, objects=objects))
    assert parts["s2"].objects.dependencies == (own,)
    assert [each.dependent for each in parts["s1"].objects.dependencies] == ["a;Disk"]
    assert all(part.objects.escalations == (Escalation("late"),) for part in parts.values())
