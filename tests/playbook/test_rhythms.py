"""When things happen: each in its own second, and not in that of a loop that looks at everything."""

from __future__ import annotations

import pytest

from alignak.model.states import StateType
from tests.support.playbook import Playbook
from tests.support.sites import ACTIVE, PASSIVE, Site


def test_whatever_comes_in_time_comes_in_its_own_second_and_nothing_is_looked_at_before() -> None:
    """engine.md 4.1 "schedule"."""
    site = Site().host("h", **PASSIVE).service("h", "s", notification_interval=10, **PASSIVE)
    play = Playbook(site.service("h", "fresh", check_freshness=True, freshness_threshold=100, **PASSIVE))
    begin = play.clock.now()
    now = int(begin.wall)
    play.passive("h;s", 2)
    play.command(f"SCHEDULE_HOST_DOWNTIME;h;{now + 37};{now + 41};1;0;0;me;works")
    play.command(f"ACKNOWLEDGE_SVC_PROBLEM_EXPIRE;h;s;1;0;0;{now + 53};me;mine")
    seen = []
    while (at := play.engine.next_wakeup()) is not None and at <= begin.mono + 115:
        before = play.clock.now().mono
        play.after(at - before)
        seen.append(round(at - begin.mono, 6))
    assert seen[:3] == [37, 41, 53]
    assert seen[-1] == 115  # 100 seconds, and 15 for what is on its way
    assert len(seen) < 12, "nobody turns a loop"


def test_without_an_interval_a_host_is_checked_each_five_minutes_and_a_service_never() -> None:
    """engine.md 4.2 "zero interval"."""
    never = {**ACTIVE, "check_interval": 0}
    play = Playbook(Site().host("h", **never).service("h", "s", **never))
    play.check("h", 0)
    assert play.until_checked("h") == pytest.approx(300)
    assert play.item("h;s").state.next_chk == 0
    play.command("SCHEDULE_FORCED_SVC_CHECK;h;s;0")
    play.after(1)
    play.outcome("h;s", 0)
    assert play.item("h;s").state.state == "OK"
    play.after(3_600)
    assert not play.is_running("h;s")


def test_a_soft_state_has_the_number_0_and_a_hard_one_1() -> None:
    """engine.md 4.3 "state_type_id"."""
    play = Playbook(Site().host("h", **PASSIVE).service("h", "s", max_check_attempts=2, **PASSIVE))
    seen = []
    for code in (0, 2, 2, 0):
        play.passive("h;s", code)
        told = play.broks("service_check_result")[0].data
        seen.append((told["state"], told["state_type"], play.item("h;s").state.state_type.id))
    assert seen == [("OK", "HARD", 1), ("CRITICAL", "SOFT", 0), ("CRITICAL", "HARD", 1), ("OK", "HARD", 1)]
    assert play.item("h;s").state.state_type is StateType.HARD


def test_a_host_that_is_down_after_it_could_not_be_reached_has_changed_when_it_could_not() -> None:
    """engine.md 4.3 "last_state_change"."""
    play = Playbook(Site().host("h", **PASSIVE))
    play.passive("h", 0)
    play.after(100)
    play.passive("h", 4)
    since = play.item("h").state.last_state_change
    assert since == play.clock.now().wall
    play.after(100)
    play.passive("h", 1)
    assert (play.item("h").state.state, play.item("h").state.last_state_change) == ("DOWN", since)
    play.after(100)
    play.passive("h", 0)
    assert play.item("h").state.last_state_change == since + 200


def test_each_change_is_an_event_with_a_number_and_each_problem_has_one_until_it_is_over() -> None:
    """engine.md 4.3 "event_id and problem_id"."""
    play = Playbook(Site().host("h", **PASSIVE).service("h", "a", **PASSIVE).service("h", "b", **PASSIVE))
    seen = []
    for key, code in (("h;a", 2), ("h;b", 1), ("h;a", 1), ("h;a", 1), ("h;a", 0), ("h;a", 2)):
        play.passive(key, code)
        state = play.item(key).state
        seen.append((state.current_event_id, state.current_problem_id, state.last_problem_id))
    assert seen == [(1, 1, 0), (2, 2, 0), (3, 1, 0), (3, 1, 0), (4, 0, 1), (5, 3, 0)]
    play.restart()
    play.passive("h;b", 0)
    assert play.item("h;b").state.current_event_id == 6
