"""What each daemon is told: which schedulers, which satellites, which arbiters, which modules."""

from __future__ import annotations

from alignak.base.codec import decode, encode
from alignak.dispatch.cutting import whole
from alignak.dispatch.planner import Plan, plan
from alignak.messages.control import DaemonConfiguration, content_hash
from alignak.model.topology import Module, Realm, Role
from tests.support.installations import daemon, installation, one_of_each, scheduler

ALL = Realm("All", default=True, members=("North",))
NORTH = Realm("North", level=1)
MAIN = one_of_each()


def serving(found: Plan, name: str) -> list[str]:
    """Return the schedulers a daemon is told of."""
    return [each.link.name for each in found.configurations[name].schedulers]


def satellites(found: Plan, name: str) -> list[str]:
    """Return the satellites a daemon is told of."""
    return [each.name for each in found.configurations[name].satellites]


def test_a_scheduler_gets_its_part_and_its_own_assignment_alone() -> None:
    found = plan(installation(["srv-b", "srv-a"], [scheduler("s1"), *MAIN]))
    conf = found.configurations["s1"]
    assert conf.conf_part == whole(found.parts["s1"])
    assert len(conf.schedulers) == 1
    own = conf.schedulers[0]
    assert (own.link.name, own.managed_conf_id, own.push_flavor) == ("s1", "Config_1", found.parts["s1"].hash)


def test_receivers_are_told_whose_host_is_whose_and_nobody_else_needs_so_many_names() -> None:
    found = plan(installation(["srv-b", "srv-a"], [scheduler("s1"), *MAIN]))
    told = {name: conf.schedulers[0].managed_hosts_names for name, conf in found.configurations.items()}
    assert told.pop("receiver-All") == ("srv-a", "srv-b")
    assert set(told.values()) == {()}


def test_schedulers_and_brokers_are_told_of_the_satellites_they_deal_with() -> None:
    found = plan(installation(["srv"], [scheduler("s1"), *MAIN]))
    assert satellites(found, "s1") == ["poller-All", "reactionner-All", "broker-All"]
    assert satellites(found, "broker-All") == ["poller-All", "reactionner-All", "receiver-All"]
    assert satellites(found, "poller-All") == satellites(found, "receiver-All") == []


def test_who_forwards_or_listens_is_told_of_the_arbiters_and_workers_only_when_they_manage_them() -> None:
    worker = daemon(Role.POLLER, "p2", manage_arbiters=True)
    found = plan(installation(["srv"], [scheduler("s1"), worker, *MAIN]))
    told = {name for name, conf in found.configurations.items() if conf.arbiters}
    assert told == {"broker-All", "receiver-All", "p2"}


def test_each_daemon_gets_the_modules_it_names_and_no_others() -> None:
    config = installation(
        ["srv"],
        [scheduler("s1", modules=("logs", "unknown")), *MAIN],
        modules=[Module("logs", "alignak_module_logs"), Module("ws", "alignak_module_ws")],
    )
    found = plan(config)
    assert [each.name for each in found.configurations["s1"].modules] == ["logs"]
    assert found.configurations["broker-All"].modules == ()


def test_global_macros_go_to_nobody_but_the_schedulers() -> None:
    found = plan(installation(["srv"], [scheduler("s1"), *MAIN]))
    assert found.parts["s1"].head.macros["USER1"] == "/plugins"
    assert all(not conf.macros for conf in found.configurations.values())


def test_every_configuration_carries_the_hash_its_receiver_will_find() -> None:
    found = plan(installation(["srv"], [scheduler("s1"), *MAIN]))
    for conf in found.configurations.values():
        assert conf.hash == content_hash(conf)
        assert content_hash(decode(encode(conf), DaemonConfiguration)) == conf.hash
    assert len({conf.hash for conf in found.configurations.values()}) == len(found.configurations)


def test_every_scheduler_of_a_realm_has_all_its_satellites() -> None:
    found = plan(installation(["a", "b"], [scheduler("s1"), scheduler("s2"), daemon(Role.POLLER, "p2"), *MAIN]))
    for name in ("poller-All", "p2", "reactionner-All", "receiver-All", "broker-All"):
        assert serving(found, name) == ["s1", "s2"]


def test_satellites_of_the_realm_above_serve_the_realm_below_and_not_the_other_way_round() -> None:
    config = installation(
        ["here", "there"],
        [scheduler("s-all"), scheduler("s-north", "North"), *MAIN, *one_of_each("North")],
        realms=[ALL, NORTH],
        host_realms={"there": "North"},
    )
    found = plan(config)
    for role in ("poller", "reactionner", "receiver", "broker"):
        assert serving(found, f"{role}-All") == ["s-all", "s-north"]
        assert serving(found, f"{role}-North") == ["s-north"]
    assert satellites(found, "broker-North") == ["poller-North", "reactionner-North", "receiver-North"]
    assert "poller-North" in satellites(found, "broker-All")


def test_a_worker_gets_no_orders_for_hosts_of_a_realm_it_may_not_serve_while_another_may() -> None:
    config = installation(
        ["here", "there"],
        [scheduler("s-all"), *MAIN, daemon(Role.POLLER, "p-north", "North"), daemon(Role.BROKER, "b-north", "North")],
        realms=[ALL, NORTH],
        host_realms={"there": "North"},
    )
    found = plan(config)
    assert serving(found, "p-north") == []
    assert serving(found, "b-north") == ["s-all"]


def test_a_worker_that_may_serve_only_some_of_the_hosts_is_better_than_none() -> None:
    local = [daemon(Role.POLLER, "p-all", manage_sub_realms=False), daemon(Role.POLLER, "p-north", "North")]
    config = installation(
        ["here", "there"],
        [scheduler("s-all"), *local, *(each for each in MAIN if each.role is not Role.POLLER)],
        realms=[ALL, NORTH],
        host_realms={"there": "North"},
    )
    found = plan(config)
    assert serving(found, "p-all") == serving(found, "p-north") == ["s-all"]
