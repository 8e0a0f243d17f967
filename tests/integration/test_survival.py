"""Any one daemon is killed without warning and started again: the others carry on, and nothing is lost for long."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.support.cluster import DAEMONS, Cluster, running, wait_for, write

WHOLE_AGAIN = 15.0
"""Seconds a system may need to be whole after a daemon came back."""

SITE = """
define command{
    command_name    ok
    command_line    /bin/echo fine
}
define host{
    use             generic-host
    host_name       web
    address         127.0.0.1
    check_command   ok
    check_interval  1
}
define host{
    use                     generic-host
    host_name               told
    address                 127.0.0.1
    check_command           ok
    active_checks_enabled   0
    max_check_attempts      1
}
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Return an installation whose hosts are checked every second and told about from outside."""
    made = write(tmp_path_factory.mktemp("survival"), SITE, settings="log_active_checks = 1")
    with running(made) as cluster:
        yield cluster


def is_whole(cluster: Cluster) -> bool:
    """Tell whether every daemon is at work and the arbiter says so."""
    if not all(cluster.is_ready(name) for name in cluster.daemons):
        return False
    return str(cluster.ask("arbiter-master", "get_alignak_status")["livestate"]["state"]) == "up"


def checks_done(cluster: Cluster) -> int:
    """Return how many outcomes the scheduler has taken in this life of it."""
    return int(cluster.ask("scheduler-master", "get_stats")["counters"]["outcomes"])


@pytest.mark.parametrize("name", sorted(DAEMONS))
def test_a_killed_daemon_comes_back_and_a_new_problem_is_told(cluster: Cluster, name: str) -> None:
    wait_for(lambda: is_whole(cluster), 20, "the whole system")
    cluster.kill(name)
    others = [each for each in cluster.daemons if each != name]
    assert all(cluster.ask(each, "ping") == "pong" for each in others)
    cluster.start(name)
    began = time.monotonic()
    wait_for(lambda: is_whole(cluster), WHOLE_AGAIN, f"the system to be whole after {name} was killed")

    told = f"down after {name} came back"
    assert cluster.command(f"PROCESS_HOST_CHECK_RESULT;told;2;{told}")["_status"] == "OK"
    cluster.wait_for_event(f"HOST NOTIFICATION: admin;told;DOWN;1;outbox;{told}", WHOLE_AGAIN)
    assert cluster.command("PROCESS_HOST_CHECK_RESULT;told;0;up")["_status"] == "OK"
    cluster.wait_for_event("HOST NOTIFICATION: admin;told;UP;")
    assert time.monotonic() - began < 2 * WHOLE_AGAIN


def test_checks_go_on_without_the_arbiter(cluster: Cluster) -> None:
    wait_for(lambda: is_whole(cluster), 20, "the whole system")
    cluster.kill("arbiter-master")
    before = checks_done(cluster)
    wait_for(lambda: checks_done(cluster) >= before + 3, 10, "three more checks without an arbiter")
    cluster.start("arbiter-master")
    wait_for(lambda: is_whole(cluster), WHOLE_AGAIN)


def test_daemons_start_without_the_arbiter_from_what_they_held(cluster: Cluster) -> None:
    wait_for(lambda: is_whole(cluster), 20, "the whole system")
    for name in ("arbiter-master", "scheduler-master", "poller-master"):
        cluster.kill(name)
    for name in ("scheduler-master", "poller-master"):
        cluster.start(name)
    wait_for(lambda: cluster.is_ready("scheduler-master") and checks_done(cluster) >= 2, 15, "checks by themselves")
    cluster.start("arbiter-master")
    wait_for(lambda: is_whole(cluster), WHOLE_AGAIN)


def test_state_comments_and_downtimes_survive_the_scheduler(cluster: Cluster) -> None:
    wait_for(lambda: is_whole(cluster), 20, "the whole system")
    now = int(time.time())
    cluster.command("ADD_HOST_COMMENT;told;1;bob;survivor")
    cluster.command(f"SCHEDULE_HOST_DOWNTIME;told;{now};{now + 600};1;0;600;bob;quiet please")
    cluster.command("PROCESS_HOST_CHECK_RESULT;told;2;down in a downtime")
    cluster.wait_for_event("HOST ALERT: told;DOWN;HARD;1;down in a downtime")
    cluster.kill("scheduler-master")
    cluster.start("scheduler-master")
    wait_for(lambda: is_whole(cluster), WHOLE_AGAIN)
    host = cluster.ask("scheduler-master", "get_host?host_name=told")["content"]
    assert host["state"] == "DOWN"
    assert "survivor" in str(host["comments"])
    assert host["in_scheduled_downtime"] is True
    assert not any("NOTIFICATION: admin;told;DOWN;1;outbox;down in a downtime" in line for line in cluster.events())
