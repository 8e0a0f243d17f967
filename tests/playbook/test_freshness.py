"""Objects that are expected to speak up, and do not."""

from __future__ import annotations

from alignak.engine.decisions import Warn
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import PASSIVE, Site

WATCHED = {"check_freshness": True, "freshness_threshold": 60, **PASSIVE}


def test_a_silent_service_goes_through_its_attempts_to_its_freshness_state() -> None:
    """engine.md 4.6 "freshness_state"."""
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
    """engine.md 4.6 "real result"."""
    play = Playbook(Site().host("h", freshness_state="d", **WATCHED))
    for _ in range(5):
        play.after(60)
        play.passive("h", 0)
    assert play.item("h").state.state == "UP"
    assert play.after(80)[0].startswith("HOST ALERT: h;DOWN;HARD;1;Freshness period expired")
    assert play.passive("h", 0, "back")[0] == "HOST ALERT: h;UP;HARD;1;back"
    assert play.item("h").state.freshness_expired is False


def test_services_of_a_silent_host_are_not_stale_as_well() -> None:
    """engine.md 4.6 "watched"."""
    play = Playbook(Site().host("h", **WATCHED).service("h", "s", **WATCHED))
    lines = play.after(200)
    assert [line for line in lines if line.startswith("SERVICE")] == []


def test_freshness_is_switched_by_commands_and_counts_from_then_on() -> None:
    """engine.md 4.6 "watched"."""
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


def test_a_passive_object_that_was_never_heard_of_has_its_time_from_the_first_look_on() -> None:
    play = Playbook(Site(additional_freshness_latency=0).host("h", **WATCHED))
    assert play.after(59) == []
    assert play.after(2) != []


def test_the_threshold_is_the_check_interval_or_the_retry_interval_or_a_minute() -> None:
    """engine.md 4.6 "threshold"."""
    watched = {"check_freshness": True, **PASSIVE}
    site = Site().host("i", check_interval=2, retry_interval=1, **watched)
    play = Playbook(site.host("r", retry_interval=3, **watched).host("m", **watched))
    times = {}
    for second in range(300):
        for line in play.after(1):
            if "ALERT" in line:
                times[line.partition(": ")[2][0]] = second + 1
    assert times == {"m": 75, "i": 135, "r": 195}


def test_the_log_of_the_daemon_says_by_how_much_and_what_is_forced() -> None:
    """A warning at each attempt, and none once the state is settled (engine.md 4.6 "log")."""
    site = Site().host("h", **PASSIVE).service("h", "s", max_check_attempts=2, freshness_state="u", **WATCHED)
    play = Playbook(site)
    warnings: list[str] = []
    for _ in range(400):
        play.after(1)
        warnings += [each.message for each in play.decided if isinstance(each, Warn)]
        play.decided = []
    assert warnings == [
        "The freshness period of service 'h/s' is expired by 0s (threshold=60s + 15s). Attempt: 0 / 2. "
        "I'm forcing the state to freshness state (u / HARD)",
        "The freshness period of service 'h/s' is expired by 60s (threshold=60s + 15s). Attempt: 1 / 2. "
        "I'm forcing the state to freshness state (u / SOFT)",
    ]


def test_nothing_is_expected_outside_the_check_period_and_the_time_counts_from_its_opening_on() -> None:
    play = Playbook(Site().host("h", check_period="workhours", **WATCHED), MONDAY_NOON + 5 * 3600 - 30)
    assert play.after(16 * 3600 + 30 + 74) == []
    assert play.after(2) == [
        "HOST ALERT: h;UNREACHABLE;HARD;1;Freshness period expired: 2025-11-25 09:01:15",
        "HOST NOTIFICATION: admin;h;UNREACHABLE;1;notify-host;Freshness period expired: 2025-11-25 09:01:15",
    ]


def test_an_expired_object_tells_at_each_look_how_long_it_has_been_silent() -> None:
    """engine.md 4.6 "while expired"."""
    play = Playbook(Site().host("h", freshness_state="d", **WATCHED))
    play.after(76)
    play.after(60)
    (brok,) = play.broks("host_check_result")
    assert brok.data["output"] == "Freshness period expired: 2025-11-24 12:02:15, last updated: 2025-11-24 12:00:00"
