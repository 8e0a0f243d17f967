"""What daemons ask of each other, and how they wait, rest and stop."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from alignak.base.codec import encode
from alignak.base.ids import ObjectKey, OrderId
from alignak.messages.control import DaemonConfiguration, PushConfiguration, sealed
from alignak.messages.work import Order, PushActions, Work
from alignak.model.settings import Settings
from alignak.model.topology import LINK_NAMES, DaemonLink, Role
from tests.support.cluster import DAEMONS, Cluster, running, wait_for, write
from tests.support.interface import (
    ARBITER,
    BROKER,
    POLLER,
    REACTIONNER,
    RECEIVER,
    SATELLITES,
    SCHEDULER,
    SITE,
    ask,
    comments,
    has_shape,
    refusal,
)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Return an installation with a host that is checked, and one that is told about."""
    with running(write(tmp_path_factory.mktemp("wire"), SITE)) as cluster:
        yield cluster


def configuration_for(daemon: str, name: str) -> Any:
    """Return a configuration, sealed, for a daemon of another name."""
    role = Role(DAEMONS[daemon])
    conf = DaemonConfiguration(DaemonLink(role, name, f"{LINK_NAMES[role]}_9"), "Test", Settings())
    return json.loads(encode(PushConfiguration(sealed(conf))))


@pytest.mark.parametrize("daemon", DAEMONS)
def test_a_configuration_that_is_not_for_the_daemon_is_refused_and_the_present_one_goes_on(
    cluster: Cluster, daemon: str
) -> None:
    before = cluster.ask(daemon, "get_managed_configurations")
    message = refusal(ask(cluster, daemon, "push_configuration", configuration_for(daemon, "somebody-else")))
    assert ("master" if daemon == ARBITER else "somebody-else") in message
    damaged = configuration_for(daemon, daemon)
    damaged["conf"]["alignak_name"] = "changed on the way"
    assert refusal(ask(cluster, daemon, "push_configuration", damaged))
    assert cluster.exchange(daemon, "push_configuration", {"conf": {}}, secret=True)[0] == 400
    assert cluster.exchange(daemon, "push_configuration", {}, secret=True)[0] == 400
    assert cluster.ask(daemon, "get_managed_configurations") == before
    assert cluster.ask(daemon, "have_conf") is True


@pytest.mark.parametrize("daemon", DAEMONS)
def test_only_daemons_that_run_actions_are_given_any(cluster: Cluster, daemon: str) -> None:
    answer = ask(cluster, daemon, "push_actions", {"actions": [], "scheduler_instance_id": "SchedulerLink_1"})
    if daemon in (POLLER, REACTIONNER):
        assert answer is None
        unknown = {"actions": [], "scheduler_instance_id": "nobody"}
        assert cluster.exchange(daemon, "push_actions", unknown, secret=True)[0] == 503
    else:
        assert f"{daemon} runs no actions" in refusal(answer)


@pytest.mark.parametrize("daemon", DAEMONS)
def test_what_waits_in_a_daemon_can_be_fetched(cluster: Cluster, daemon: str) -> None:
    assert ask(cluster, daemon, "get_external_commands") == []
    assert ask(cluster, daemon, "get_results?scheduler_instance_id=nobody") == []
    many = [f"an-id-as-long-as-they-come-{number:08}" for number in range(1000)]
    assert ask(cluster, daemon, "get_results", {"scheduler_instance_id": "nobody", "got": many}) == []
    brok = {
        "uuid": str,
        "seq": int,
        "type": str,
        "instance_id": str,
        "creation_time": float,
        "data": dict,
        "cause": str,
    }
    assert has_shape(ask(cluster, daemon, "get_broks?broker_name=a-reader"), [brok])


def test_a_scheduler_hands_out_work_takes_results_and_runs_commands(cluster: Cluster) -> None:
    assert ask(cluster, SCHEDULER, "get_checks") == []
    nobodys = "get_checks?do_checks=True&do_actions=False&poller_tags=nobody,else&worker_name=w&module_types=fork"
    assert ask(cluster, SCHEDULER, nobodys) == []
    assert ask(cluster, SCHEDULER, "put_results", {"from": "x", "results": []}) is True
    assert ask(cluster, SCHEDULER, "fill_initial_broks?broker_name=nobody") == 0
    assert ask(cluster, SCHEDULER, f"fill_initial_broks?broker_name={BROKER}") > 3
    lines = ["[1234567890] ADD_HOST_COMMENT;web;1;bob;by another daemon", "BAD_ONE"]
    assert ask(cluster, SCHEDULER, "run_external_commands", {"cmds": lines}) is None
    assert "by another daemon" in comments(cluster, "web")
    fates = ask(cluster, SCHEDULER, "run_external_commands", {"cmds": lines, "ids": ["endpoints-1", "endpoints-2"]})
    assert [each["state"] for each in fates] == ["accepted", "refused"]
    assert "BAD_ONE" in fates[1]["reason"]
    assert cluster.ask(SCHEDULER, "command_fate?id=endpoints-2") == fates[1]
    assert "2 commands" in refusal(ask(cluster, SCHEDULER, "run_external_commands", {"cmds": lines, "ids": ["one"]}))


def test_a_host_is_given_with_its_configuration_and_state_and_null_without_one(cluster: Cluster) -> None:
    for path in ("get_host", "get_host?host_name=None", "get_host?host_name=nohost"):
        assert cluster.exchange(SCHEDULER, path) == (200, None)
    host = cluster.ask(SCHEDULER, "get_host?host_name=told")["content"]
    shape = {
        "host_name": "told", "address": "127.0.0.1", "state": str, "state_type": str, "last_chk": int, "output": str,
        "contacts": ["admin"], "services": list, "comments": dict, "downtimes": dict, "customs": dict,
    }  # fmt: skip
    assert has_shape(host, shape), host


def test_a_reader_of_broks_gets_each_once_and_may_read_again_by_its_own_cursor(cluster: Cluster) -> None:
    first = ask(cluster, SCHEDULER, "get_broks?broker_name=once")
    assert [each["seq"] for each in first] == list(range(first[0]["seq"], first[-1]["seq"] + 1))
    assert cluster.command("ADD_HOST_COMMENT;web;1;bob;for readers of broks")["_status"] == "OK"
    later = ask(cluster, SCHEDULER, "get_broks?broker_name=once")
    assert later[0]["seq"] == first[-1]["seq"] + 1
    assert any("for readers of broks" in str(each["data"]) for each in later)

    other = ask(cluster, SCHEDULER, "get_broks?broker_name=another")
    assert other[0] == first[0]
    epoch, after = first[0]["uuid"].rpartition("-")[0], first[-1]["seq"]
    again = ask(cluster, SCHEDULER, f"get_broks?broker_name=once&epoch={epoch}&after={after}")
    assert again[: len(later)] == later
    foreign = ask(cluster, SCHEDULER, f"get_broks?broker_name=once&epoch=other&after={after}")
    assert foreign[0] == first[0]


def test_pushed_broks_are_kept_once(cluster: Cluster) -> None:
    assert ask(cluster, BROKER, "push_broks", {"broks": []}) is None
    brok = {
        "uuid": "tests-1", "seq": 1, "type": "monitoring_log", "instance_id": "tests",
        "creation_time": time.time(), "data": {"level": "warning", "message": "PUSHED BY A TEST"},
    }  # fmt: skip
    for _ in range(2):
        assert ask(cluster, BROKER, "push_broks", {"broks": [brok]}) is None
    assert cluster.events().count("PUSHED BY A TEST") == 1
    assert cluster.exchange(BROKER, "push_broks", {"broks": {}}, secret=True)[0] == 400


def test_what_describes_everything_comes_before_what_happens_and_waits_for_the_next_call(cluster: Cluster) -> None:
    """The broker is dead, so nobody but the test reads in its name."""
    cluster.kill(BROKER)
    ask(cluster, SCHEDULER, f"get_broks?broker_name={BROKER}&after=0")
    count = ask(cluster, SCHEDULER, f"fill_initial_broks?broker_name={BROKER}")
    initial = ask(cluster, SCHEDULER, f"get_broks?broker_name={BROKER}")
    assert len(initial) == count
    assert {each["seq"] for each in initial} == {0}
    assert {"initial_host_status", "initial_service_status"} <= {each["type"] for each in initial}
    after = ask(cluster, SCHEDULER, f"get_broks?broker_name={BROKER}")
    assert all(each["seq"] > 0 for each in after)
    cluster.start(BROKER)
    wait_for(lambda: cluster.is_ready(BROKER) and cluster.is_ready(ARBITER), 20, "the broker")


def test_results_wait_until_the_call_after_the_one_that_handed_them_out(cluster: Cluster) -> None:
    """The scheduler is dead, so nobody but the test fetches what the poller did, nor takes the commands."""
    cluster.kill(SCHEDULER)
    order = Order(
        id=OrderId("tests-order-1"), work=Work.CHECK, key=ObjectKey("web"), argv=("/bin/echo", "by hand"), shell=False,
        environment={}, timeout=5.0, due_at=time.time(),
    )  # fmt: skip
    pushed = json.loads(encode(PushActions((order, replace(order, id=OrderId("tests-order-2"))), "SchedulerLink_1")))
    assert ask(cluster, POLLER, "push_actions", pushed) is None

    def results(**more: Any) -> list[Any]:
        found = ask(cluster, POLLER, "get_results", {"scheduler_instance_id": "SchedulerLink_1", **more})
        return [each for each in found if "by hand" in str(each)]

    both = wait_for(lambda: len(found := results(got=[])) == 2 and found, 10, "both outcomes")
    assert results(got=[]) == both  # nothing was said to be safe
    assert results(got=[both[0][0]]) == both[1:]
    assert results() == []  # what the last call handed out is taken as received
    assert results() == []

    for door in (ARBITER, RECEIVER):
        answer = cluster.ask(door, "command", {"commands": [f"ADD_HOST_COMMENT;web;1;bob;waits at {door}"]})
        assert answer["_status"] == "OK"
        for _ in range(2):
            assert ask(cluster, door, "get_external_commands") == [f"ADD_HOST_COMMENT;web;1;bob;waits at {door}"]
    cluster.start(SCHEDULER)
    wait_for(lambda: cluster.is_ready(SCHEDULER) and cluster.is_ready(ARBITER), 20, "the scheduler")
    for door in (ARBITER, RECEIVER):
        wait_for(lambda door=door: f"waits at {door}" in comments(cluster, "web"), 10, f"the command given to {door}")
        wait_for(lambda door=door: ask(cluster, door, "get_external_commands") == [], 10, "nothing to wait")


@pytest.mark.parametrize("daemon", SATELLITES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_daemon_that_drops_its_configuration_is_given_it_again(cluster: Cluster, daemon: str, method: str) -> None:
    def taken() -> int:
        return cluster.log(daemon).count("took over the configuration")

    dropped, before = cluster.log(daemon).count("dropped the configuration"), taken()
    assert cluster.exchange(daemon, "wait_new_conf", method=method) == (200, None)
    assert cluster.log(daemon).count("dropped the configuration") == dropped + 1
    wait_for(lambda: taken() > before, 10, f"{daemon} to get its configuration again")
    assert cluster.ask(daemon, "have_conf") is True
    wait_for(lambda: cluster.is_ready(daemon), 5, f"{daemon} to be ready")


def test_an_arbiter_that_drops_its_configuration_waits_for_a_reload_and_the_others_go_on(cluster: Cluster) -> None:
    assert cluster.ask(ARBITER, "wait_new_conf") is None
    assert cluster.ask(ARBITER, "have_conf") is False
    assert cluster.exchange(ARBITER, "readyz")[0] == 503
    assert cluster.exchange(ARBITER, "get_satellites_list")[0] == 503
    assert all(cluster.ask(each, "have_conf") is True for each in SATELLITES)
    assert cluster.ask(ARBITER, "reload_configuration") is True
    wait_for(lambda: cluster.is_ready(ARBITER), 10, "the arbiter to have reloaded")


@pytest.mark.parametrize("door", [ARBITER, RECEIVER])
def test_a_daemon_asked_to_stop_rests_until_it_is_told_more(cluster: Cluster, door: str) -> None:
    assert cluster.ask(door, "stop_request") is True
    assert cluster.ask(door, "stop_request?stop_now=0") is True
    assert cluster.ask(door, "ping") == "pong"
    assert cluster.exchange(door, "healthz")[0] == 200
    assert cluster.exchange(door, "readyz")[0] == 503
    status, answer = cluster.exchange(door, "command", {"command": "DISABLE_NOTIFICATIONS"})
    assert status == 503
    assert "rests" in refusal(answer)
    cluster.ask(door, "reload_configuration" if door == ARBITER else "wait_new_conf")
    wait_for(lambda: cluster.is_ready(door), 10, f"{door} to work again")


NOW: dict[str, tuple[str, Any]] = {
    ARBITER: ("stop_request?stop_now=1", None),
    SCHEDULER: ("stop_request", {"stop_now": "1"}),
    POLLER: ("stop_request", {"stop_now": 1}),
    REACTIONNER: ("stop_request", {"stop_now": True}),
    RECEIVER: ("stop_request?stop_now=1", None),
    BROKER: ("stop_request?stop_now=True", None),
}
"""The ways clients write that a daemon is to stop at once."""


@pytest.mark.parametrize("daemon", NOW)
def test_a_daemon_asked_to_stop_now_does(cluster: Cluster, daemon: str) -> None:
    """The last ones here: nobody is left after them."""
    path, body = NOW[daemon]
    assert cluster.ask(daemon, path, body) is True
    assert cluster.processes[daemon].wait(10) == 0
    with pytest.raises(OSError):  # noqa: PT011  nobody listens any more
        cluster.ask(daemon, "ping")
    assert "Traceback" not in cluster.log(daemon)
    assert "incident" not in cluster.log(daemon)
