"""Who looks after which host, and what the administrator is told when somebody cannot."""

from __future__ import annotations

import pytest

from alignak.base.codec import decode, encode
from alignak.dispatch.planner import Placement, owner_of, plan
from alignak.model.topology import Realm, Role
from tests.support.installations import daemon, host, installation, one_of_each, scheduler

ALL = Realm("All", default=True, members=("North",))
NORTH = Realm("North", level=1)


def texts(problems: object) -> list[tuple[bool, str]]:
    """Return problems as pairs."""
    return [(each.is_error, each.message) for each in problems]  # type: ignore[attr-defined]


def test_one_scheduler_looks_after_everything() -> None:
    found = plan(installation(["srv-a", "srv-b"], [scheduler("s1"), *one_of_each()]))
    assert found.owners == {"srv-a": "s1", "srv-b": "s1"}
    assert (owner_of(found, "srv-a"), owner_of(found, "unknown")) == ("s1", None)
    assert found.parts["s1"].part_id == "Config_1"
    assert (found.is_usable, found.problems, found.unassigned, found.idle) == (True, (), (), ())


def test_hosts_are_spread_by_weight() -> None:
    hosts = [f"srv-{each:03}" for each in range(90)]
    found = plan(installation(hosts, [scheduler("s1", weight=2), scheduler("s2"), *one_of_each()]))
    sizes = {name: len(part.hosts) for name, part in found.parts.items()}
    assert sum(sizes.values()) == 90
    assert 54 <= sizes["s1"] <= 66


def test_hosts_behind_one_router_stay_together() -> None:
    hosts = [host("router"), host("switch", "router"), host("srv-a", "switch"), host("srv-b", "switch")]
    hosts += [host(f"alone-{each}") for each in range(4)]
    found = plan(installation(hosts, [scheduler("s1"), scheduler("s2"), *one_of_each()]))
    assert len({found.owners[each] for each in ("router", "switch", "srv-a", "srv-b")}) == 1
    assert {len(part.hosts) for part in found.parts.values()} == {4}


def test_each_realm_has_its_own_schedulers() -> None:
    config = installation(
        ["here-1", "here-2", "there-1", "there-2", "there-3"],
        [scheduler("s-all"), scheduler("s-north", "North"), *one_of_each()],
        realms=[ALL, NORTH],
        host_realms={"there-1": "North", "there-2": "North", "there-3": "North"},
    )
    found = plan(config)
    assert {name for name, owner in found.owners.items() if owner == "s-north"} == {"there-1", "there-2", "there-3"}
    assert (found.parts["s-all"].head.realm, found.parts["s-north"].head.realm) == ("All", "North")


def test_a_realm_without_a_scheduler_is_looked_after_from_the_realm_above() -> None:
    config = installation(
        ["here", "there"], [scheduler("s-all"), *one_of_each()], realms=[ALL, NORTH], host_realms={"there": "North"}
    )
    found = plan(config)
    assert found.owners == {"here": "s-all", "there": "s-all"}
    assert found.is_usable


def test_a_realm_no_scheduler_may_serve_is_an_error() -> None:
    config = installation(
        ["here", "there-1", "there-2"],
        [scheduler("s-all", manage_sub_realms=False), *one_of_each()],
        realms=[ALL, NORTH],
        host_realms={"there-1": "North", "there-2": "North"},
    )
    found = plan(config)
    assert texts(found.problems) == [
        (True, "The realm North has 2 hosts but no scheduler!"),
        (True, "There are 3 hosts defined, and 1 hosts dispatched in the realms. Some hosts have been ignored"),
    ]
    assert (found.unassigned, found.is_usable) == (("there-1", "there-2"), False)


def test_related_hosts_of_two_realms_are_an_error() -> None:
    config = installation(
        [host("router"), host("srv", "router"), host("other")],
        [scheduler("s-all"), scheduler("s-north", "North"), *one_of_each()],
        realms=[ALL, NORTH],
        host_realms={"srv": "North"},
    )
    found = plan(config)
    assert texts(found.problems)[:3] == [
        (
            True,
            "Error: the realm configuration of your hosts is not correct because there is more than one realm "
            "in one pack (host relations):",
        ),
        (True, " -> the host router is in the realm All"),
        (True, " -> the host srv is in the realm North"),
    ]
    assert found.unassigned == ("router", "srv")


def test_a_realm_without_satellites_is_a_warning_for_each_kind() -> None:
    found = plan(installation(["srv"], [scheduler("s1"), daemon(Role.POLLER, "p1"), daemon(Role.BROKER, "b1")]))
    assert texts(found.problems) == [
        (False, "Some hosts exist in the realm 'All' but no reactionner is defined for this realm."),
        (False, "Some hosts exist in the realm 'All' but no receiver is defined for this realm."),
    ]
    assert found.is_usable


@pytest.mark.parametrize("unused", [{"active": False}, {"spare": True}])
def test_spare_and_inactive_schedulers_get_no_hosts(unused: dict[str, bool]) -> None:
    found = plan(installation(["a", "b", "c"], [scheduler("s1"), scheduler("s2", **unused), *one_of_each()]))
    assert set(found.owners.values()) == {"s1"}
    assert "s2" not in found.configurations


def test_a_scheduler_nobody_needs_gets_an_empty_part() -> None:
    found = plan(installation(["srv"], [scheduler("s1"), scheduler("s2"), *one_of_each()]))
    assert sorted(len(part.hosts) for part in found.parts.values()) == [0, 1]
    assert found.configurations.keys() >= {"s1", "s2"}


# Changes -----------------------------------------------------------------------------------------------------------


HOSTS = [f"srv-{each:02}" for each in range(40)]
THREE = [scheduler("s1"), scheduler("s2"), scheduler("s3"), *one_of_each()]


def test_a_restarted_arbiter_makes_the_plan_it_made_before() -> None:
    config = installation(HOSTS, THREE)
    found = plan(config)
    kept = decode(encode(found.placement), Placement)
    for again in (plan(config), plan(config, kept)):
        assert {name: each.hash for name, each in again.configurations.items()} == {
            name: each.hash for name, each in found.configurations.items()
        }


def test_hosts_of_a_scheduler_that_left_go_to_the_others_and_no_other_host_moves() -> None:
    before = plan(installation(HOSTS, THREE))
    after = plan(installation(HOSTS, [each for each in THREE if each.name != "s2"]), before.placement)
    moved = {name for name in HOSTS if before.owners[name] != after.owners[name]}
    assert moved == {name for name in HOSTS if before.owners[name] == "s2"}
    assert {len(part.hosts) for part in after.parts.values()} <= {18, 19, 20, 21, 22}
    assert (after.parts["s1"].part_id, after.parts["s3"].part_id) == ("Config_1", "Config_3")


def test_a_scheduler_that_joins_takes_its_share_and_no_host_moves_between_the_others() -> None:
    before = plan(installation(HOSTS, THREE))
    after = plan(installation(HOSTS, [*THREE, scheduler("s0")]), before.placement)
    moved = {name for name in HOSTS if before.owners[name] != after.owners[name]}
    assert {after.owners[name] for name in moved} == {"s0"}
    assert 9 <= len(moved) <= 11
    assert {name: part.part_id for name, part in after.parts.items()} == {
        "s0": "Config_4",
        "s1": "Config_1",
        "s2": "Config_2",
        "s3": "Config_3",
    }


def test_a_new_host_goes_somewhere_and_nobody_else_moves() -> None:
    before = plan(installation(HOSTS, THREE))
    after = plan(installation([*HOSTS, "brand-new"], THREE), before.placement)
    assert {name: after.owners[name] for name in HOSTS} == before.owners
    unchanged = [name for name in ("s1", "s2", "s3") if before.parts[name].hash == after.parts[name].hash]
    assert len(unchanged) == 2


def test_a_heavier_weight_brings_more_hosts() -> None:
    before = plan(installation(HOSTS, THREE))
    heavy = [scheduler("s1", weight=3), *THREE[1:]]
    after = plan(installation(HOSTS, heavy), before.placement)
    assert 22 <= len(after.parts["s1"].hosts) <= 26


# Spares -------------------------------------------------------------------------------------------------------------


SPARE = scheduler("s9", spare=True)


def test_a_spare_takes_the_very_part_of_a_scheduler_that_does_not_answer_and_gives_it_back() -> None:
    config = installation(HOSTS, [*THREE, SPARE])
    before = plan(config)
    during = plan(config, before.placement, absent={"s2"})
    assert during.parts["s9"] == before.parts["s2"]
    assert during.parts["s1"].hash == before.parts["s1"].hash
    assert [each.name for each in during.idle] == ["s2"]
    assert during.configurations["s9"].self_conf == SPARE
    assert {each.link.name for each in during.configurations["poller-All"].schedulers} == {"s1", "s3", "s9"}
    back = plan(config, during.placement)
    assert back.owners == before.owners
    assert [each.name for each in back.idle] == ["s9"]


def test_one_spare_takes_the_place_of_one_scheduler_and_the_others_share_the_rest() -> None:
    config = installation(HOSTS, [*THREE, SPARE])
    before = plan(config)
    during = plan(config, before.placement, absent={"s1", "s2"})
    assert set(during.owners.values()) == {"s3", "s9"}
    assert during.is_usable


def test_hosts_stay_with_a_scheduler_that_does_not_answer_when_nobody_else_may_take_them() -> None:
    config = installation(["srv"], [scheduler("s1"), *one_of_each()])
    found = plan(config, plan(config).placement, absent={"s1"})
    assert found.owners == {"srv": "s1"}
    assert found.is_usable


def test_a_spare_poller_works_while_a_poller_does_not_answer() -> None:
    config = installation(["srv"], [scheduler("s1"), *one_of_each(), daemon(Role.POLLER, "p9", spare=True)])
    assert [each.name for each in plan(config).idle] == ["p9"]
    during = plan(config, absent={"poller-All"})
    assert during.configurations["p9"].schedulers == during.configurations["poller-All"].schedulers
    assert {each.name for each in during.configurations["s1"].satellites if each.role is Role.POLLER} == {
        "p9",
        "poller-All",
    }


def test_a_poller_that_does_not_answer_changes_nothing_where_there_is_no_spare() -> None:
    config = installation(["srv"], [scheduler("s1"), *one_of_each()])
    assert plan(config, absent={"poller-All"}).configurations == plan(config).configurations
