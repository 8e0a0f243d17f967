"""Objects that are expected to speak up, and do not."""

from __future__ import annotations

from tests.support.playbook import Playbook
from tests.support.sites import PASSIVE, Site

WATCHED = {"check_freshness": True, "freshness_threshold": 60, **PASSIVE}


def test_a_silent_service_goes_through_its_attempts_to_its_freshness_state() -> None:
    play = Playbook(Site().host("h", **PASSIVE).service("h", "s", max_check_attempts=2, freshness_state="u", **WATCHED))
    assert play.after(74) == []
    assert play.after(2) == ["SERVICE ALERT: h;s;UNKNOWN;SOFT;1;Freshness period expired: 2025-11-24 12:01:15"]
    lines = play.after(60)
    assert lines[0] == "SERVICE ALERT: h;s;UNKNOWN;HARD;2;Freshness period expired: 2025-11-24 12:02:15"
    assert play.after(60) == []
    state = play.item("h;s").state
    assert state.output == "Freshness period expired: 2025-11-24 12:03:15, last updated: 2025-11-24 12:00:00"
    assert state.has_been_checked is False


def test_a_result_in_time_keeps_it_fresh_and_a_late_one_makes_it_fresh_again() -> None:
    play = Playbook(Site().host("h", freshness_state="d", **WATCHED))
    for _ in range(5):
        play.after(60)
        play.passive("h", 0)
    assert play.item("h").state.state == "UP"
    assert play.after(80)[0].startswith("HOST ALERT: h;DOWN;HARD;1;Freshness period expired")
    assert play.passive("h", 0, "back")[0] == "HOST ALERT: h;UP;HARD;1;back"
    assert play.item("h").state.freshness_expired is False


def test_services_of_a_silent_host_are_not_stale_as_well() -> None:
    play = Playbook(Site().host("h", **WATCHED).service("h", "s", **WATCHED))
    lines = play.after(200)
    assert [line for line in lines if line.startswith("SERVICE")] == []


def test_freshness_is_switched_by_commands_and_counts_from_then_on() -> None:
    play = Playbook(Site().host("h", **WATCHED))
    play.command("DISABLE_HOST_FRESHNESS_CHECKS")
    assert play.after(1_000) == []
    play.command("ENABLE_HOST_FRESHNESS_CHECKS")
    assert play.after(70) == []
    assert play.after(10) != []
    play.command("DISABLE_HOST_FRESHNESS_CHECK;h")
    play.passive("h", 0)
    assert play.after(1_000) == []


def test_the_time_to_speak_up_goes_on_over_a_restart() -> None:
    play = Playbook(Site().host("h", **WATCHED))
    play.passive("h", 0)
    play.after(50)
    play.restart()
    assert play.after(24) == []
    assert play.after(2) != []
