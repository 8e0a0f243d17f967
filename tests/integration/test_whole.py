"""Six daemons, one configuration: a check goes all the way from its schedule to a notification and an event."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cluster import Cluster, running, wait_for, write

SITE = """
define command{
    command_name    state
    command_line    /bin/sh $SITE$/state.sh $ARG1$
}
define host{
    use             generic-host
    host_name       web
    address         127.0.0.1
    check_command   state!host
}
define service{
    use                     generic-service
    host_name               web
    service_description     http
    check_command           state!http
}
"""

SCRIPT = """code=$(cat "$(dirname "$0")/$1"); echo "$1 says $code | code=$code"; exit "$code"
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Return an installation that watches one host with one service, whose states are files."""
    folder: Path = tmp_path_factory.mktemp("whole")
    made = write(folder, SITE, settings=f"_site = {folder}")
    (folder / "state.sh").write_text(SCRIPT)
    for each in ("host", "http"):
        (folder / each).write_text("0")
    with running(made) as cluster:
        yield cluster


def test_a_problem_is_seen_confirmed_told_and_its_end_too(cluster: Cluster) -> None:
    wait_for(lambda: "OK" in str(cluster.ask("scheduler-master", "dump")), 10, "the first results")

    (cluster.folder / "http").write_text("2")
    cluster.wait_for_event("SERVICE ALERT: web;http;CRITICAL;SOFT;1;http says 2")
    cluster.wait_for_event("SERVICE ALERT: web;http;CRITICAL;HARD;2;http says 2")
    cluster.wait_for_event("SERVICE NOTIFICATION: admin;web;http;CRITICAL;1;outbox;http says 2")
    cluster.wait_for_outbox("PROBLEM|admin|web|http|UP|CRITICAL")

    (cluster.folder / "http").write_text("0")
    cluster.wait_for_event("SERVICE ALERT: web;http;OK;HARD;2;http says 0")
    cluster.wait_for_outbox("RECOVERY|admin|web|http|UP|OK")


def test_the_status_names_every_daemon_and_says_that_all_are_up(cluster: Cluster) -> None:
    status = cluster.ask("arbiter-master", "get_alignak_status")
    assert status["livestate"]["state"] == "up"
    assert {each["name"] for each in status["services"]} == set(cluster.daemons)
    assert status["poller"] == ["poller-master"]


def test_a_command_given_to_the_receiver_takes_effect_in_the_scheduler(cluster: Cluster) -> None:
    answer = cluster.ask("receiver-master", "command", {"command": "ADD_SVC_COMMENT;web;http;1;bob;on my way"})
    assert answer["_status"] == "OK"
    cluster.wait_for_event("SERVICE COMMENT: web;http;bob;on my way")


def test_a_command_that_cannot_work_is_refused_with_the_reason(cluster: Cluster) -> None:
    unknown_host = cluster.command("ADD_HOST_COMMENT;nowhere;1;bob;x")
    assert unknown_host["_status"] == "ERR"
    assert "nowhere" in unknown_host["_message"]
    misspelt = cluster.command("ADD_HOST_COMENT;web;1;bob;x")
    assert "ADD_HOST_COMMENT" in misspelt["_message"]
