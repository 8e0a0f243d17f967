"""The engine is restarted, gets another part, and has its clock set."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from alignak.engine.decisions import CancelOrder, SaveState
from alignak.engine.retention import encode_item
from alignak.messages.work import Ending
from alignak.model.timeperiods import Timeperiod
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import ACTIVE, PASSIVE, Site


def many(count: int = 100, **policy: object) -> Site:
    site = Site(max_service_check_spread=1).host("h", **PASSIVE)
    for number in range(count):
        site.service("h", f"s{number:03}", **{**ACTIVE, **policy})
    return site


def dues(play: Playbook) -> list[float]:
    """Return the seconds until each service is checked."""
    now = play.clock.now().wall
    return sorted(item.state.next_chk - now for item in play.engine.world.items.values() if not item.is_host)


def test_first_checks_are_spread_by_name_the_same_way_each_time() -> None:
    """engine.md 4.2 "first check"."""
    play, again = Playbook(many()), Playbook(many())
    assert dues(play) == dues(again)
    assert 0 <= dues(play)[0] < 5
    assert 50 < dues(play)[-1] < 60
    assert all(later - earlier < 6 for earlier, later in zip(dues(play), dues(play)[1:], strict=False))


def test_a_short_restart_changes_no_due_time() -> None:
    play = Playbook(many())
    play.after(61)
    for key in tuple(play.checks):
        play.outcome(key, 0)
    before = dues(play)
    play.restart()
    assert dues(play) == pytest.approx(before)


def test_a_check_that_ran_while_the_engine_was_away_counts_once() -> None:
    play = Playbook(Site().host("h", **PASSIVE).service("h", "s", max_check_attempts=3, **ACTIVE))
    play.until_checked("h;s")
    order = play.checks["h;s"]
    began = play.clock.now().wall
    play.restart(5)
    assert play.outcome("h;s", 2, "bad", order=order, at=began) == ["SERVICE ALERT: h;s;CRITICAL;SOFT;1;bad"]
    assert play.outcome("h;s", 2, "bad", order=order, at=began) == []
    play.restart(5)
    assert play.outcome("h;s", 2, "bad", order=order, at=began) == []


def test_a_late_one_does_not_undo_what_is_known_since() -> None:
    play = Playbook(Site().host("h", **PASSIVE).service("h", "s", max_check_attempts=3, **ACTIVE))
    play.until_checked("h;s")
    order, began = play.checks["h;s"], play.clock.now().wall
    play.restart(5)
    play.passive("h;s", 0, "fine")
    assert play.outcome("h;s", 2, "bad", order=order, at=began) == []
    assert play.item("h;s").state.state == "OK"


def test_one_that_timed_out_meanwhile_says_after_how_long() -> None:
    play = Playbook(Site(service_check_timeout=7).host("h", **PASSIVE).service("h", "s", **ACTIVE))
    play.until_checked("h;s")
    order = play.checks["h;s"]
    play.restart(5)
    play.outcome("h;s", 137, ending=Ending.TIMEOUT, order=order)
    assert play.item("h;s").state.output == "(Service check timed out after 7 seconds)"


def test_what_was_missed_is_spread_and_makes_no_burst() -> None:
    play = Playbook(many(200))
    for item in play.engine.world.items.values():
        item.state.next_chk = MONDAY_NOON + 1
    play.restart(3_600)
    within_each_second = [sum(int(due) == second for due in dues(play)) for second in range(61)]
    assert max(within_each_second) <= 12
    assert dues(play)[-1] <= 60


def test_a_new_part_keeps_states_rhythm_and_checks_under_way() -> None:
    site = Site().host("h", **PASSIVE).service("h", "s", max_check_attempts=3, **ACTIVE)
    play = Playbook(site)
    play.check("h;s", 2, "bad")
    due = play.item("h;s").state.next_chk
    play.reconfigure(site.host("new", **ACTIVE).part())
    assert play.item("h;s").state.next_chk == due
    play.until_checked("h;s")
    play.reconfigure(site.part())
    assert play.outcome("h;s", 2, "bad") == ["SERVICE ALERT: h;s;CRITICAL;SOFT;2;bad"]
    assert play.is_running("new")


def test_what_is_not_in_the_new_part_is_forgotten() -> None:
    site = Site().host("h", **ACTIVE).service("h", "s", **ACTIVE).host("stays", **ACTIVE)
    play = Playbook(site)
    play.until_checked("h")
    order = play.checks["h"]
    play.reconfigure(site.without("h"))
    assert {"h", "h;s"} <= {each.key for each in play.decided if isinstance(each, SaveState)}
    assert "h" not in play.engine.world.items
    assert order.id in [each.id for each in play.decided if isinstance(each, CancelOrder)]
    assert play.outcome("h", 2, order=order) == []
    play.after(1_000)


def test_a_result_that_waits_for_a_parent_that_is_gone_is_believed() -> None:
    site = Site().host("r", **ACTIVE).host("h", parents=("r",), **ACTIVE)
    play = Playbook(site)
    play.check("h", 2, "lost")
    assert play.item("h").state.state == "PENDING"
    assert play.reconfigure(site.without("r"))[0] == "HOST ALERT: h;DOWN;HARD;1;lost"


def test_a_shorter_interval_takes_effect_at_once() -> None:
    play = Playbook(Site().host("h", check_interval=60))
    play.check("h", 0)
    play.reconfigure(Site().host("h", check_interval=1).part())
    assert play.until_checked("h") <= 60


def test_fewer_attempts_than_were_used_do_no_harm() -> None:
    play = Playbook(Site().host("h", max_check_attempts=5, **PASSIVE))
    for _ in range(4):
        play.passive("h", 2, "bad")
    play.reconfigure(Site().host("h", max_check_attempts=2, **PASSIVE).part())
    assert play.passive("h", 2, "bad")[0] == "HOST ALERT: h;DOWN;HARD;2;bad"


def test_a_reload_of_one_object_touches_no_other() -> None:
    site = many(50)
    play = Playbook(site)
    play.after(20)
    before, part = dues(play), site.part()
    one = part.objects.services[7]
    services = tuple(replace(each, display_name="new") if each is one else each for each in part.objects.services)
    play.reconfigure(replace(part, objects=replace(part.objects, services=services)))
    assert {each.key for each in play.decided if isinstance(each, SaveState)} <= {one.key}
    assert dues(play) == before
    assert play.item(one.key).spec.display_name == "new"


def test_a_reload_keeps_downtimes_acknowledgements_and_comments_even_of_what_changed() -> None:
    play = Playbook(Site().host("h", **PASSIVE).service("h", "s", **PASSIVE))
    play.passive("h;s", 2, "bad")
    play.command("ACKNOWLEDGE_SVC_PROBLEM;h;s;2;1;1;me;known")
    now = int(play.clock.now().wall)
    play.command(f"SCHEDULE_SVC_DOWNTIME;h;s;{now};{now + 600};1;0;0;me;work")
    play.command("ADD_SVC_COMMENT;h;s;1;me;look here")
    state = encode_item(play.item("h;s").state)
    play.reconfigure(Site().host("h", **PASSIVE).service("h", "s", command="other", **PASSIVE).part())
    assert encode_item(play.item("h;s").state) == state
    assert play.command(f"DEL_SVC_DOWNTIME;{next(iter(play.item('h;s').state.downtimes))}")


def test_a_command_that_changed_its_line_is_run_with_the_new_one() -> None:
    site = Site().host("h", **PASSIVE).service("h", "s", **ACTIVE)
    play = Playbook(site)
    play.check("h;s", 0)
    part = site.part()
    commands = tuple(replace(each, line="/bin/new $HOSTNAME$") for each in part.objects.commands)
    play.reconfigure(replace(part, objects=replace(part.objects, commands=commands)))
    play.until_checked("h;s")
    assert play.checks["h;s"].argv == ("/bin/new", "h")


def test_a_period_that_closes_takes_effect_for_services_that_did_not_change() -> None:
    site = Site().host("h", **PASSIVE).service("h", "s", check_period="workhours", **ACTIVE)
    play = Playbook(site)
    play.check("h;s", 0)
    part = site.part()
    closed = (Timeperiod("workhours"),)
    play.reconfigure(replace(part, objects=replace(part.objects, timeperiods=closed)))
    play.checks.clear()
    play.after(3_600)
    assert not play.checks


def test_a_downtime_of_a_host_that_is_gone_can_be_found_no_more() -> None:
    site = Site().host("h", **PASSIVE).host("stays", **PASSIVE)
    play = Playbook(site)
    now = int(play.clock.now().wall)
    play.command(f"SCHEDULE_HOST_DOWNTIME;h;{now};{now + 600};1;0;0;me;work")
    number = next(iter(play.item("h").state.downtimes))
    play.reconfigure(site.without("h"))
    play.refused(f"DEL_HOST_DOWNTIME;{number}")


@pytest.mark.parametrize("seconds", [3_600.0, -3_600.0, 86_400.0 * 365, -86_400.0 * 365])
def test_setting_the_wall_clock_moves_no_check(seconds: float) -> None:
    """engine.md 4.1 "check_for_system_time_change"."""
    play = Playbook(many(20))
    before = dues(play)
    play.step_wall(seconds)
    assert dues(play) == pytest.approx(before, abs=1e-3)
    checked = play.until_checked("h;s000")
    assert checked <= 60


def test_setting_the_wall_clock_makes_no_storm_of_notifications() -> None:
    play = Playbook(Site().host("h", notification_interval=10, **PASSIVE))
    play.passive("h", 2)
    play.told()
    play.after(300)
    play.step_wall(86_400)
    play.after(299)
    assert play.told() == []
    play.after(2)
    assert play.told() == [("admin", "notify-host")]


def test_downtimes_end_by_the_wall_clock() -> None:
    play = Playbook(Site().host("h", **PASSIVE))
    now = int(MONDAY_NOON)
    play.command(f"SCHEDULE_HOST_DOWNTIME;h;{now};{now + 3600};1;0;0;me;a")
    play.step_wall(3_601)
    assert play.after(0)[0].endswith("STOPPED; Host has exited from a period of scheduled downtime")


def test_passive_results_are_taken_after_the_clock_was_set_back() -> None:
    play = Playbook(Site().host("h", **PASSIVE))
    play.passive("h", 0)
    play.step_wall(-3_600)
    assert play.passive("h", 2, "bad")[0] == "HOST ALERT: h;DOWN;HARD;1;bad"


def test_an_initial_state_is_had_from_the_beginning() -> None:
    """engine.md 4.3 "initial state"."""
    play = Playbook(Site(log_initial_states=True).host("h", initial_state="d", **PASSIVE))
    assert play.item("h").state.state == "DOWN"
    assert play.broks("monitoring_log")[0].data["message"] == "CURRENT HOST STATE: h;DOWN;HARD;0;"
    play.passive("h", 0, "up")
    assert play.told() == []
