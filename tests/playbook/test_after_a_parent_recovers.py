"""What depends on a host that recovered is checked before anybody is told about it, for a bounded time."""

from __future__ import annotations

from tests.support.playbook import Playbook
from tests.support.sites import ACTIVE, PASSIVE, Site

SLOW = {"check_interval": 60, "retry_interval": 60}


def site(**policy: object) -> Site:
    return Site().host("h", **PASSIVE).service("h", "s", **{**SLOW, "notification_interval": 2, **policy})


def down_with_its_service(play: Playbook) -> None:
    """Have the service be told, then its host go down."""
    play.check("h;s", 2, "bad")
    play.passive("h", 2)
    play.messages()


def test_a_service_that_recovered_with_its_host_is_never_told_as_a_problem() -> None:
    play = Playbook(site())
    down_with_its_service(play)
    play.passive("h", 0)
    assert play.messages() == [("admin", "RECOVERY")]
    assert play.is_running("h;s")
    play.after(10)
    play.outcome("h;s", 0, "fine")
    assert play.messages() == [("admin", "RECOVERY")]
    play.after(3_000)
    assert play.messages() == []


def test_a_notification_that_falls_due_waits_for_the_answer_and_goes_out_with_it() -> None:
    play = Playbook(site())
    down_with_its_service(play)
    play.after(118)
    play.passive("h", 0)
    play.messages()
    play.after(10)
    assert play.messages() == []
    assert play.item("h;s").vetoes[0].stage == "unconfirmed"
    play.outcome("h;s", 2, "still bad")
    assert play.messages() == [("admin", "PROBLEM")]


def test_without_an_answer_it_goes_out_after_a_minute() -> None:
    play = Playbook(site())
    down_with_its_service(play)
    play.after(118)
    play.passive("h", 0)
    play.messages()
    play.after(59)
    assert play.messages() == []
    play.after(2)
    assert play.messages() == [("admin", "PROBLEM")]
    play.outcome("h;s", 2, "still bad")
    assert play.messages() == []


def test_a_check_that_began_before_is_old_news_and_another_one_follows() -> None:
    play = Playbook(site())
    down_with_its_service(play)
    play.command("SCHEDULE_FORCED_SVC_CHECK;h;s;0")
    play.after(117)
    before = play.clock.now().wall
    play.after(2)
    play.passive("h", 0)
    play.messages()
    order = play.checks["h;s"]
    play.outcome("h;s", 2, "bad when the host was down", at=before)
    play.after(10)
    assert play.messages() == []
    assert play.checks["h;s"].id != order.id
    play.outcome("h;s", 0, "fine")
    assert play.messages() == [("admin", "RECOVERY")]


def test_an_attempt_of_a_soft_problem_is_not_used_up() -> None:
    play = Playbook(site(max_check_attempts=3))
    play.check("h;s", 2, "bad")
    play.passive("h", 2)
    play.passive("h", 0)
    play.outcome("h;s", 2, "bad")
    assert play.item("h;s").state.attempt == 1


def test_children_behind_a_router_are_checked_and_theirs_after_them() -> None:
    found = Site().host("r", **PASSIVE).host("a", parents=("r",), **SLOW).host("b", parents=("a",), **SLOW)
    play = Playbook(found)
    for name in ("r", "a", "b"):
        play.passive(name, 2)
    play.checks.clear()
    play.passive("r", 0)
    assert list(play.checks) == ["a"]
    play.outcome("a", 0)
    assert list(play.checks) == ["a", "b"]


def test_what_is_good_or_passive_is_left_alone() -> None:
    play = Playbook(site().service("h", "t", **PASSIVE).service("h", "u", **SLOW))
    play.check("h;u", 0)
    play.passive("h;t", 2)
    play.passive("h", 2)
    play.checks.clear()
    play.passive("h", 0)
    assert "h;t" not in play.checks
    assert "h;u" not in play.checks


def test_the_rhythm_of_the_checks_stays() -> None:
    play = Playbook(Site().host("h", **PASSIVE).service("h", "s", **ACTIVE))
    play.check("h;s", 2)
    planned = play.item("h;s").state.next_chk
    play.passive("h", 2)
    play.passive("h", 0)
    play.outcome("h;s", 2)
    assert play.item("h;s").state.next_chk == planned


def test_a_restart_forgets_the_doubt_and_not_the_notification() -> None:
    play = Playbook(site())
    down_with_its_service(play)
    play.after(118)
    play.passive("h", 0)
    play.after(5)
    play.messages()
    play.restart()
    play.after(60)
    assert play.messages() == [("admin", "PROBLEM")]


def test_a_reminder_waits_for_the_check_of_the_same_second_and_is_not_told_when_that_is_good() -> None:
    play = Playbook(Site().host("h", **PASSIVE).service("h", "s", notification_interval=1, **ACTIVE))
    play.check("h;s", 2)
    play.messages()
    play.until_checked("h;s")
    play.after(1)
    assert play.messages() == []
    play.outcome("h;s", 0)
    assert play.messages() == [("admin", "RECOVERY")]


def test_a_reminder_that_waited_for_a_check_keeps_its_rhythm() -> None:
    play = Playbook(Site().host("h", **PASSIVE).service("h", "s", notification_interval=1, **ACTIVE))
    play.check("h;s", 2)
    told_at = play.clock.now().wall
    play.messages()
    play.until_checked("h;s")
    play.after(5)
    play.outcome("h;s", 2)
    assert play.messages() == [("admin", "PROBLEM")]
    assert play.item("h;s").state.next_notification == told_at + 120


def test_a_reminder_does_not_wait_for_a_poller_that_never_answers() -> None:
    play = Playbook(Site().host("h", **PASSIVE).service("h", "s", notification_interval=1, **ACTIVE))
    play.check("h;s", 2)
    play.messages()
    play.after(121)
    assert play.messages() == [("admin", "PROBLEM")]
