"""Real daemons say why, and run checks out of turn: ``explain``, ``check run`` and ``simulate --live``."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import ujson

from tests.support.cluster import Cluster, running, wait_for, write

ARBITER = "arbiter-master"
POLLER = "poller-master"

SITE = """
$USER5$=us3r-five
define command{
    command_name    echo
    command_line    /bin/sh -c 'echo "pass is ${#0}, $ARG1$ | time=0.5s\\;1\\;2" && exit $ARG2$' $_HOSTPASSWORD$$USER5$
}
define command{
    command_name    slow
    command_line    /bin/sleep 1
}
define contact{
    contact_name                    bob
    host_notification_options       r
    service_notification_options    r
    host_notification_commands      outbox
    service_notification_commands   outbox
}
define host{
    use             generic-host
    host_name       web
    check_command   slow
    check_interval  60
    contacts        admin,bob
    _PASSWORD       hunter2
}
define service{
    use                     generic-service
    host_name               web
    service_description     http
    check_command           echo!it is bad!2
    check_interval          3600
    retry_interval          3600
    contacts                admin,bob
    active_checks_enabled   0
}
define service{
    use                     generic-service
    host_name               web
    service_description     echoed
    check_command           _echo
}
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Return an installation of one host."""
    with running(write(tmp_path_factory.mktemp("explained"), SITE)) as cluster:
        yield cluster


def alignak(cluster: Cluster, *words: str) -> subprocess.CompletedProcess[str]:
    """Run ``alignak`` against the installation."""
    command = [sys.executable, "-m", "alignak.cli.main", *words, "--url", cluster.url(ARBITER, "")]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def document(cluster: Cluster, *words: str) -> Any:
    done = alignak(cluster, *words, "-o", "json")
    assert done.stdout, done.stderr
    return ujson.loads(done.stdout)


def state(cluster: Cluster) -> dict[str, Any]:
    found: dict[str, Any] = cluster.ask(ARBITER, "explain/web/http")
    return found


def test_a_check_is_run_by_a_poller_and_changes_nothing(cluster: Cluster) -> None:
    before = state(cluster)
    done = alignak(cluster, "check", "run", "web/http", "-o", "json")
    found = ujson.loads(done.stdout)

    assert done.returncode == 1
    assert (found["progress"], found["poller"], found["scheduler"]) == ("done", POLLER, "scheduler-master")
    assert (found["exit_code"], found["state"], found["output"]) == (2, "CRITICAL", "pass is 16, it is bad")
    assert [(each["name"], each["value"], each["critical"]) for each in found["metrics"]] == [("time", 0.5, 2.0)]
    assert found["command"].endswith(" ******")
    assert "hunter2" not in done.stdout
    assert "us3r-five" not in done.stdout
    after = state(cluster)
    assert (after["state"], after["result"]) == (before["state"], before["result"])


def test_a_result_that_is_to_count_makes_the_state_and_is_explained(cluster: Cluster) -> None:
    for attempt in (1, 2):
        found = document(cluster, "check", "run", "web/http", "--apply")
        assert found["is_applied"]
        wait_for(lambda attempt=attempt: state(cluster)["attempt"] == attempt, about="the result to count")
    cluster.wait_for_event("SERVICE ALERT: web;http;CRITICAL;HARD;2;pass is 16, it is bad")
    cluster.wait_for_outbox("PROBLEM|admin|web|http")

    found = document(cluster, "explain", "web/http")
    assert (found["state"], found["state_type"], found["result"]["source"]) == ("CRITICAL", "HARD", "active")
    (notice,) = found["notifications"]
    assert [each["contact"] for each in notice["told"]] == ["admin"]
    assert [(each["contact"], each["stage"]) for each in notice["not_told"]] == [("bob", "way options")]

    text = alignak(cluster, "explain", "service/web/http").stdout
    assert "If PROBLEM 2 of CRITICAL were due now" in text
    assert "told of CRITICAL already, notification_interval is 0" in text
    assert "not bob" in text


def test_what_was_told_survives_the_scheduler(cluster: Cluster) -> None:
    wait_for(lambda: state(cluster).get("notifications"), about="a notification to be told")
    before = state(cluster)["notifications"]
    cluster.kill("scheduler-master")
    cluster.start("scheduler-master")
    wait_for(lambda: "notifications" in state(cluster), about="the scheduler to answer again")
    assert state(cluster)["notifications"] == before


def test_a_contact_is_explained_by_all_schedulers(cluster: Cluster) -> None:
    found = document(cluster, "explain", "contact/admin")
    assert (found["about"], found["schedulers"]) == ("contact", ["scheduler-master"])
    assert [each["name"] for each in found["knows"]] == ["web/http"]
    assert {each["object"] for each in found["notifications"]} == {"web/http"}


def test_a_simulation_may_begin_with_the_present_states(cluster: Cluster) -> None:
    words = ("simulate", "web/http", "ok", "-e", str(cluster.environment))
    live = document(cluster, *words, "--live")
    assert live["moments"][0]["log"] == ["SERVICE ALERT: web;http;OK;HARD;2;simulated"]
    assert [each["type"] for each in live["moments"][0]["notifications"]] == ["RECOVERY"]
    assert document(cluster, *words)["moments"][0]["log"] == []
    assert state(cluster)["state"] == "CRITICAL", "nothing happened in truth"


def test_what_the_scheduler_answers_itself_needs_no_poller(cluster: Cluster) -> None:
    found = document(cluster, "check", "run", "web/echoed")
    assert (found["progress"], found["poller"], found["state"]) == ("done", "", "OK")


@pytest.mark.parametrize(
    "words", [("explain", "nobody"), ("check", "run", "web/nothing"), ("check", "run", "contact/bob")]
)
def test_what_is_not_there_is_refused_in_plain_words(cluster: Cluster, words: tuple[str, ...]) -> None:
    done = alignak(cluster, *words)
    assert done.returncode == 1
    assert done.stderr.startswith("alignak: ")
    assert "http://" not in done.stderr
    assert words[-1].partition("/")[2] in done.stderr


def test_running_a_check_is_an_act_and_no_page_can_ask_for_it(cluster: Cluster) -> None:
    assert cluster.exchange(ARBITER, "run_check?name=web")[0] == 405
    assert cluster.exchange("scheduler-master", "run_check?name=web")[0] == 405


def test_the_scheduler_answers_the_same_as_the_arbiter(cluster: Cluster) -> None:
    ours, theirs = state(cluster), cluster.ask("scheduler-master", "explain?name=web/http")
    assert {**ours, "at": 0} == {**theirs, "at": 0}


def test_a_poller_that_is_gone_is_told_of(cluster: Cluster) -> None:
    """The last one: it leaves the installation without a poller."""
    cluster.kill(POLLER)
    found = document(cluster, "check", "run", "web")
    assert found["progress"] == "failed"
    assert "poller" in found["reason"]
    cluster.start(POLLER)
    wait_for(lambda: cluster.is_ready(POLLER), about="the poller")
    assert wait_for(
        lambda: document(cluster, "check", "run", "web")["progress"] == "done", 40, "the poller to run checks"
    )
