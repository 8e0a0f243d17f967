"""Who really failed: hosts checked on demand, services of dead hosts, hosts behind dead routers."""

from __future__ import annotations

import pytest

from tests.support.playbook import Playbook
from tests.support.sites import ACTIVE, PASSIVE, Site

SLOW = {"check_interval": 60, "retry_interval": 1, "max_check_attempts": 2}


@pytest.fixture
def play() -> Playbook:
    return Playbook(Site().host("h", **SLOW).service("h", "s", max_check_attempts=2, **ACTIVE))


def test_a_service_problem_has_its_host_checked_at_once_and_waits_for_the_answer(play: Playbook) -> None:
    assert play.check("h;s", 2, "bad") == []
    assert play.is_running("h")
    assert play.item("h;s").state.state == "PENDING"
    assert play.outcome("h", 0, "up") == ["SERVICE ALERT: h;s;CRITICAL;SOFT;1;bad"]


def test_a_service_on_a_dead_host_is_unreachable_and_nobody_is_told(play: Playbook) -> None:
    play.check("h;s", 2, "bad")
    assert play.outcome("h", 2, "dead") == [
        "HOST ALERT: h;DOWN;SOFT;1;dead",
        "SERVICE ALERT: h;s;UNREACHABLE;SOFT;1;bad",
    ]
    play.check("h;s", 2, "bad")
    play.told()
    play.check("h;s", 2, "bad")
    assert play.told() == []


def test_the_hosts_own_attempts_are_not_used_up_by_its_services() -> None:
    """engine.md 4.3 "dependency_check"."""
    site = Site().host("h", **{**SLOW, "max_check_attempts": 5})
    for number in range(5):
        site.service("h", f"s{number}", **PASSIVE)
    play = Playbook(site)
    play.passive("h;s0", 2)
    play.outcome("h", 2, "dead")
    for number in range(1, 5):
        play.passive(f"h;s{number}", 2)
    assert play.item("h").state.attempt == 1
    assert play.until_checked("h") == pytest.approx(60)
    play.outcome("h", 2, "dead")
    assert play.item("h").state.attempt == 2


def test_many_services_of_one_host_ask_once() -> None:
    site = Site().host("h", **SLOW)
    for number in range(5):
        site.service("h", f"s{number}", **PASSIVE)
    play = Playbook(site)
    for number in range(5):
        play.passive(f"h;s{number}", 2, "bad")
    order = play.checks["h"]
    assert len(play.outcome("h", 0, "up", order=order)) == 2 * 5
    assert not play.is_running("h")


def test_a_host_seen_good_within_the_horizon_is_not_asked_again() -> None:
    site = Site(cached_host_check_horizon=30).host("h", **SLOW).service("h", "s", **PASSIVE)
    play = Playbook(site)
    play.check("h", 0, "up")
    play.after(20)
    assert play.passive("h;s", 2, "bad")[0] == "SERVICE ALERT: h;s;CRITICAL;HARD;1;bad"
    assert play.passive("h;s", 0, "fine")
    play.after(20)
    assert play.passive("h;s", 2, "bad") == []
    assert play.is_running("h")


def test_a_problem_that_is_known_and_hard_asks_nobody(play: Playbook) -> None:
    for _ in range(2):
        play.check("h;s", 2, "bad")
        play.outcome("h", 0, "up")
    play.check("h;s", 2, "bad")
    assert not play.is_running("h")


def test_results_keep_their_order_while_they_wait() -> None:
    play = Playbook(Site().host("h", **SLOW).service("h", "s", **PASSIVE))
    play.passive("h;s", 2, "bad")
    play.passive("h;s", 0, "fine")
    lines = play.outcome("h", 0)
    assert [line for line in lines if "ALERT" in line] == [
        "SERVICE ALERT: h;s;CRITICAL;HARD;1;bad",
        "SERVICE ALERT: h;s;OK;HARD;1;fine",
    ]


def test_a_host_is_unreachable_when_all_its_parents_are_down() -> None:
    site = Site().host("r1", **SLOW).host("r2", **SLOW).host("h", parents=("r1", "r2"), max_check_attempts=2, **ACTIVE)
    play = Playbook(site)
    assert play.check("h", 2, "lost") == []
    assert play.outcome("r1", 2, "dead") == ["HOST ALERT: r1;DOWN;SOFT;1;dead"]
    assert play.outcome("r2", 2, "dead") == [
        "HOST ALERT: r2;DOWN;SOFT;1;dead",
        "HOST ALERT: h;UNREACHABLE;SOFT;1;lost",
    ]


def test_one_living_parent_makes_it_down() -> None:
    site = Site().host("r1", **SLOW).host("r2", **SLOW).host("h", parents=("r1", "r2"), max_check_attempts=2, **ACTIVE)
    play = Playbook(site)
    play.check("h", 2, "lost")
    play.outcome("r1", 2, "dead")
    assert play.outcome("r2", 0, "up") == ["HOST ALERT: h;DOWN;SOFT;1;lost"]


def test_a_service_behind_a_dead_router_waits_for_the_whole_way() -> None:
    site = Site().host("r", **SLOW).host("h", parents=("r",), **SLOW).service("h", "s", max_check_attempts=2, **ACTIVE)
    play = Playbook(site)
    play.check("h;s", 2, "bad")
    assert play.outcome("h", 2, "lost") == []
    assert play.outcome("r", 2, "dead") == [
        "HOST ALERT: r;DOWN;SOFT;1;dead",
        "HOST ALERT: h;UNREACHABLE;SOFT;1;lost",
        "SERVICE ALERT: h;s;UNREACHABLE;SOFT;1;bad",
    ]


def test_a_poller_that_dies_with_the_hosts_check_does_not_lose_the_service(play: Playbook) -> None:
    play.check("h;s", 2, "bad")
    play.lose("h")
    assert play.outcome("h", 0, "up") == ["SERVICE ALERT: h;s;CRITICAL;SOFT;1;bad"]


def test_a_host_that_may_not_be_checked_any_more_is_not_waited_for(play: Playbook) -> None:
    play.check("h;s", 2, "bad")
    play.command("DISABLE_HOST_CHECK;h")
    assert play.lose("h") == ["SERVICE ALERT: h;s;CRITICAL;SOFT;1;bad"]


def test_a_service_that_does_not_depend_on_its_host_is_believed() -> None:
    play = Playbook(Site().host("h", **SLOW).service("h", "s", host_dependency_enabled=False, **PASSIVE))
    assert play.passive("h;s", 2, "bad")[0] == "SERVICE ALERT: h;s;CRITICAL;HARD;1;bad"
