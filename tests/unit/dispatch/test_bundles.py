"""Hosts with their services as bundles: what is in one, and which are packed again when something changes."""

from __future__ import annotations

from msgspec.structs import replace

from alignak.base.codec import decode
from alignak.dispatch.bundles import bundles_of
from alignak.messages.parts import HostRecord
from alignak.model.objects import Checkable, CommandCall, ObjectSet, Policy

SHORT, LONG, OTHER = Policy(check_interval=1), Policy(check_interval=60), Policy(check_interval=5)


def site(*items: Checkable, policies: tuple[Policy, ...] = (SHORT, LONG)) -> ObjectSet:
    """Make a set of hosts and services."""
    return ObjectSet(
        policies=policies,
        hosts=tuple(each for each in items if not each.description),
        services=tuple(each for each in items if each.description),
    )


A = Checkable("a", address="10.0.0.1", imported_from="/etc/a.cfg:7")
A_DISK = Checkable("a", "Disk", 1, CommandCall("check_disk", ("20%",)), imported_from="/etc/a.cfg:12")
A_LOAD = Checkable("a", "Load", 1, CommandCall("check_load"), imported_from="/etc/a.cfg:19")
B = Checkable("b", imported_from="/etc/b.cfg:1")


def test_a_bundle_holds_a_host_and_its_services_by_name() -> None:
    bundles = bundles_of(site(B, A, A_LOAD, A_DISK, Checkable("unknown", "Disk")))
    assert list(bundles.hosts) == ["a", "b"]
    record = decode(bytes(bundles.hosts["a"].data), HostRecord)
    assert record.host_name == "a"
    assert [each.description for each in record.items] == ["", "Disk", "Load"]
    assert [each.line for each in record.items] == [7, 12, 19]
    assert record.files == ("/etc/a.cfg",)
    assert bundles.hosts["a"].size == 3


def test_a_reload_packs_only_what_changed() -> None:
    before = bundles_of(site(A, B, A_DISK))
    after = bundles_of(site(A, B, replace(A_DISK, check_command=CommandCall("check_disk", ("30%",)))), before)
    assert after.hosts["b"] is before.hosts["b"]
    assert after.hosts["a"].digest != before.hosts["a"].digest


def test_nothing_is_packed_again_when_nothing_changed() -> None:
    before = bundles_of(site(A, B, A_DISK))
    assert bundles_of(site(A, B, A_DISK), before).hosts is before.hosts


def test_a_new_a_renamed_and_a_removed_host_are_noticed() -> None:
    before = bundles_of(site(A, B, A_DISK))
    assert list(bundles_of(site(A, A_DISK), before).hosts) == ["a"]
    assert list(bundles_of(site(A, Checkable("aa"), B, A_DISK), before).hosts) == ["a", "aa", "b"]
    renamed = bundles_of(site(A, Checkable("aa"), A_DISK), before)
    assert list(renamed.hosts) == ["a", "aa"]
    assert renamed.hosts == bundles_of(site(A, Checkable("aa"), A_DISK)).hosts


def test_a_service_that_moves_to_another_host_is_packed_on_both() -> None:
    before = bundles_of(site(A, B, A_DISK))
    moved = site(A, B, replace(A_DISK, host_name="b"))
    assert bundles_of(moved, before).hosts == bundles_of(moved).hosts


def test_another_policy_in_the_place_of_the_old_one_is_noticed_though_the_service_is_the_same() -> None:
    before = bundles_of(site(A, B, A_DISK))
    changed = site(A, B, A_DISK, policies=(SHORT, OTHER))
    assert bundles_of(changed, before).hosts == bundles_of(changed).hosts
    assert bundles_of(changed, before).hosts["b"] is before.hosts["b"]


def test_a_policy_in_another_place_changes_nothing() -> None:
    one = bundles_of(site(A, A_DISK))
    other = bundles_of(site(replace(A, policy=2), A_DISK, policies=(OTHER, LONG, SHORT)))
    assert one.hosts == other.hosts


def test_a_whole_number_where_a_float_is_meant_is_the_same_policy() -> None:
    one = bundles_of(site(A, policies=(Policy(check_interval=3),)))
    assert one.hosts == bundles_of(site(A, policies=(Policy(check_interval=3.0),))).hosts
