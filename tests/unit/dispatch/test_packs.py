"""Hosts that stay together, and how their packs are spread."""

from __future__ import annotations

from alignak.dispatch.bundles import bundles_of
from alignak.dispatch.packs import Pack, Spread, packs_of
from alignak.model.objects import ObjectSet
from tests.support.installations import host, installation, service


def packed(objects: ObjectSet) -> tuple[Pack, ...]:
    """Return the packs of these hosts and services."""
    return packs_of(objects, {name: each.size for name, each in bundles_of(objects).hosts.items()})


def test_hosts_are_together_with_their_parents_and_the_children_of_those() -> None:
    objects = installation(
        [host("router"), host("b", "router"), host("a", "router"), host("alone"), host("c", "unknown parent")],
        [],
        services=[service("a", "Disk"), service("a", "Load"), service("alone", "Load")],
    ).objects
    assert packed(objects) == (
        Pack("a", ("a", "b", "router"), 5),
        Pack("alone", ("alone",), 2),
        Pack("c", ("c",), 1),
    )


def test_a_long_chain_of_parents_is_one_pack() -> None:
    hosts = [host("h0000"), *(host(f"h{each:04}", f"h{each - 1:04}") for each in range(1, 3000))]
    assert len(packed(installation(hosts, []).objects)) == 1


def test_a_pack_larger_than_a_fair_share_leaves_the_small_ones_to_the_others() -> None:
    packs = [Pack("big", ("big",), 50), *(Pack(f"p{each}", (f"p{each}",), 1) for each in range(10))]
    spread = Spread({"s1": 1, "s2": 1, "s3": 1}, {}, 60)
    spread.place(packs)
    assert sorted(spread.loads.values()) == [5, 5, 50]


def test_who_carries_much_of_another_realm_gets_little_of_this_one() -> None:
    packs = [Pack(f"p{each}", (f"p{each}",), 1) for each in range(20)]
    spread = Spread({"s1": 1, "s2": 1}, {"s1": 18}, 20)
    spread.place(packs)
    assert abs(spread.loads["s1"] - 19) <= 2


def test_loads_within_a_tenth_of_each_other_are_left_alone() -> None:
    packs = [Pack(f"p{each:02}", (f"p{each:02}",), 1) for each in range(40)]
    spread = Spread({"s1": 1, "s2": 1}, {}, 40)
    for number, pack in enumerate(packs):
        spread.keep(pack, "s1" if number < 22 else "s2")
    spread.balance(packs)
    assert spread.loads == {"s1": 22, "s2": 18}


def test_loads_further_apart_come_closer_by_moving_what_is_needed() -> None:
    packs = [Pack("big", ("big",), 10), Pack("mid", ("mid",), 6), Pack("small", ("small",), 3)]
    spread = Spread({"s1": 1, "s2": 1}, {}, 19)
    for pack in packs:
        spread.keep(pack, "s1")
    spread.balance(packs)
    assert spread.loads == {"s1": 10, "s2": 9}


def test_a_weight_that_is_no_weight_counts_as_one() -> None:
    spread = Spread({"s1": 0, "s2": 1}, {}, 10)
    spread.place([Pack(f"p{each}", (f"p{each}",), 1) for each in range(10)])
    assert spread.loads == {"s1": 5, "s2": 5}
