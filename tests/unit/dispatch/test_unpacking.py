"""What a scheduler makes of the part it is pushed, whole or as changes; and what it does not take."""

from __future__ import annotations

import json

import pytest
from msgspec import Raw
from msgspec.structs import replace

from alignak.base.codec import decode, encode
from alignak.base.errors import BadRequestError, RefusedError
from alignak.dispatch.bundles import bundles_of
from alignak.dispatch.cutting import CutPart, changes, cut, whole
from alignak.dispatch.unpacking import HeldPart, repacked, unpack
from alignak.messages.parts import PackedPart
from alignak.model.objects import Checkable, CommandCall, Group, ObjectSet, Policy
from alignak.model.relations import Dependency
from alignak.model.settings import Settings
from alignak.model.snapshot import CompiledConfig

POLICIES = (Policy(check_interval=1), Policy(check_interval=5, customs={"_SITE": "north"}))
HOSTS = (
    Checkable("a", address="10.0.0.1", groups=("web",), imported_from="/etc/a.cfg:7"),
    Checkable("b", parents=("a",), groups=("web",), imported_from="no place at all"),
    Checkable("c", customs={"_RACK": "7"}, imported_from="/etc/c.cfg:0012"),
)
SERVICES = (
    Checkable("a", "Disk", 1, CommandCall("check_disk", ("20%", "10%")), imported_from="/etc/services.cfg:3"),
    Checkable("a", "Load", 1, CommandCall("check_load"), display_name="How busy", escalations=("late",)),
    Checkable("c", "Disk", 1, CommandCall("check_disk"), groups=("disks",), imported_from="C:\\x.cfg:9"),
)
GROUPS = {
    "hostgroups": (Group("empty", alias="Nobody"), Group("web", members=("a", "b"))),
    "servicegroups": (Group("disks", members=("c;Disk",)),),
}
OBJECTS = ObjectSet(policies=POLICIES, hosts=HOSTS, services=SERVICES, **GROUPS)


def part(objects: ObjectSet = OBJECTS, **settings: object) -> CutPart:
    """Cut everything into one part."""
    config = CompiledConfig("Test", Settings(**settings), {"USER1": "/plugins"}, objects)  # type: ignore[arg-type]
    owners = {each.host_name: "s1" for each in objects.hosts}
    return cut(config, bundles_of(objects), owners, {"s1": ("Config_1", "All")})["s1"]


def over_the_wire(packed: PackedPart) -> PackedPart:
    """Return a part as it arrives."""
    return decode(encode(packed), PackedPart)


def held(objects: ObjectSet = OBJECTS) -> HeldPart:
    """Return what a scheduler holds that was pushed these objects."""
    return unpack(over_the_wire(whole(part(objects))))


def with_(*items: Checkable, policies: tuple[Policy, ...] = POLICIES) -> ObjectSet:
    """Return the objects with some of them changed or added."""
    hosts = {each.key: each for each in HOSTS}
    services = {each.key: each for each in SERVICES}
    for each in items:
        (services if each.description else hosts)[each.key] = each
    return replace(OBJECTS, hosts=tuple(hosts.values()), services=tuple(services.values()), policies=policies)


def described(found: HeldPart) -> list[tuple[Checkable, Policy]]:
    """Return the objects of a part with their policies, wherever those stand."""
    objects = found.part.objects
    return [(replace(each, policy=0), objects.policies[each.policy]) for each in (*objects.hosts, *objects.services)]


def test_a_part_arrives_as_it_was_sent() -> None:
    found = held()
    expected = [(replace(each, policy=0), POLICIES[each.policy]) for each in (*HOSTS, *SERVICES)]
    assert described(found) == expected
    assert found.part.objects.hostgroups == GROUPS["hostgroups"]
    assert found.part.objects.servicegroups == GROUPS["servicegroups"]
    assert (found.part.part_id, found.part.realm, found.part.macros) == ("Config_1", "All", {"USER1": "/plugins"})
    assert found.part.hash == part().hash


def test_what_is_kept_on_disk_is_the_whole_part() -> None:
    found = held()
    again = unpack(over_the_wire(repacked(found)))
    assert again.part == found.part
    changed = unpack(over_the_wire(changes(part(), part(with_(Checkable("d"))))), found)
    assert described(unpack(over_the_wire(repacked(changed)))) == described(changed)


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(with_(replace(HOSTS[1], address="10.9.9.9")), id="a host changed"),
        pytest.param(with_(replace(SERVICES[1], policy=0)), id="a service with another policy"),
        pytest.param(
            with_(replace(SERVICES[1], policy=2), policies=(*POLICIES, Policy(check_interval=9))), id="a new policy"
        ),
        pytest.param(with_(Checkable("aa"), Checkable("aa", "Disk", 1)), id="a new host"),
        pytest.param(replace(OBJECTS, hosts=HOSTS[:2], services=SERVICES[:2]), id="a host gone"),
        pytest.param(replace(OBJECTS, services=SERVICES[1:]), id="a service gone"),
        pytest.param(
            replace(
                with_(replace(HOSTS[2], groups=("web",))),
                hostgroups=(Group("empty", alias="Nobody"), Group("web", members=("a", "b", "c"))),
            ),
            id="a host joins a group",
        ),
        pytest.param(replace(OBJECTS, dependencies=(Dependency("b", "a"),)), id="a dependency"),  # type: ignore[arg-type]
        pytest.param(replace(with_(), policies=(Policy(check_interval=2), POLICIES[1])), id="a policy changed"),
    ],
)
def test_changes_lead_to_the_same_part_as_the_whole(after: ObjectSet) -> None:
    wanted = part(after)
    found = unpack(over_the_wire(changes(part(), wanted)), held())
    assert found.part.hash == wanted.hash
    alone = unpack(over_the_wire(whole(wanted)))
    assert described(found) == described(alone)
    for name in ("hostgroups", "servicegroups", "dependencies"):
        assert getattr(found.part.objects, name) == getattr(alone.part.objects, name)


def test_hosts_that_did_not_change_keep_their_very_records_however_the_part_comes() -> None:
    before, wanted = held(), part(with_(replace(HOSTS[1], address="10.9.9.9")))
    for packed in (changes(part(), wanted), whole(wanted)):
        after = unpack(over_the_wire(packed), before)
        same = [one is other for one, other in zip(before.part.objects.hosts, after.part.objects.hosts, strict=True)]
        assert same == [True, False, True]
        assert all(map(lambda one, other: one is other, before.part.objects.services, after.part.objects.services))


def test_one_changed_host_travels_alone() -> None:
    packed = changes(part(), part(with_(replace(HOSTS[1], address="10.9.9.9"))))
    assert (len(packed.hosts), packed.head, packed.policies, packed.gone) == (1, None, {}, ())


def test_places_of_policies_nobody_uses_any_more_are_used_again() -> None:
    found, now = held(), OBJECTS
    for interval in range(10, 40):
        after = with_(policies=(POLICIES[0], Policy(check_interval=interval)))
        found = unpack(over_the_wire(changes(part(now), part(after))), found)
        now = after
    assert len(found.part.objects.policies) <= 3
    assert found.part.hash == part(now).hash


def test_changes_to_another_part_are_refused() -> None:
    packed = over_the_wire(changes(part(with_(Checkable("z"))), part()))
    with pytest.raises(RefusedError, match="push it whole"):
        unpack(packed, held())
    with pytest.raises(RefusedError, match="it holds none"):
        unpack(packed)


def test_a_part_that_is_not_what_it_says_is_refused() -> None:
    packed = over_the_wire(whole(part()))
    for damaged in (
        replace(packed, hosts=packed.hosts[1:]),
        replace(packed, hosts=(Raw(bytes(packed.hosts[0]).replace(b"10.0.0.1", b"10.0.0.2")), *packed.hosts[1:])),
        replace(packed, head=replace(packed.head, realm="Other")),  # type: ignore[type-var]
        replace(packed, hash="0" * 40),
    ):
        with pytest.raises(RefusedError, match="push it whole"):
            unpack(damaged)


def test_a_policy_that_is_missing_or_another_one_is_said() -> None:
    packed = over_the_wire(whole(part()))
    name, other = sorted(packed.policies)
    with pytest.raises(BadRequestError, match=f"policy {name} is missing"):
        unpack(replace(packed, policies={other: packed.policies[other]}))
    with pytest.raises(BadRequestError, match="is another one"):
        unpack(replace(packed, policies={name: packed.policies[other], other: packed.policies[other]}))


@pytest.mark.parametrize(
    "bundle",
    [
        b'["a",[],[],[]]',
        b'["a",[],[],[["Disk",0,null,0,1]]]',
        b'["a",[],[],[["",0,null,0,1]]]',
        b'["a",[],[""],[["",-4,null,0,1]]]',
        b'{"host_name":"a"}',
        b'["a",["x"],["f"],[["",0,null,0,1],["",0,null,0,1]]]',
    ],
)
def test_a_bundle_that_cannot_be_one_is_said(bundle: bytes) -> None:
    packed = over_the_wire(whole(part()))
    with pytest.raises(BadRequestError):
        unpack(replace(packed, hosts=(Raw(bundle),)))


def test_blanks_that_another_program_puts_between_do_not_matter() -> None:
    text = json.dumps(json.loads(encode(whole(part()))), indent=2)
    assert unpack(decode(text.encode(), PackedPart)).part == held().part
