"""Planned work and taken care of: beyond the golden runs."""

from __future__ import annotations

import pytest

from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import PASSIVE, Site

NOW = int(MONDAY_NOON)


@pytest.fixture
def play() -> Playbook:
    site = Site().host("h", **PASSIVE).service("h", "s1", **PASSIVE).service("h", "s2", **PASSIVE)
    return Playbook(site)


def starts(lines: list[str]) -> list[str]:
    """Return the events of downtimes, short."""
    return [line.split(";")[-2] for line in lines if "DOWNTIME ALERT" in line]


def test_downtimes_that_overlap_are_one_silence(play: Playbook) -> None:
    """engine.md 4.10 "depth"."""
    assert starts(play.command(f"SCHEDULE_SVC_DOWNTIME;h;s1;{NOW};{NOW + 100};1;0;0;me;a")) == ["STARTED"]
    assert starts(play.command(f"SCHEDULE_SVC_DOWNTIME;h;s1;{NOW};{NOW + 200};1;0;0;me;b")) == []
    assert starts(play.after(150)) == []
    assert starts(play.after(51)) == ["STOPPED"]
    assert not play.item("h;s1").state.comments


def test_a_downtime_begins_later_and_survives_a_restart(play: Playbook) -> None:
    play.command(f"SCHEDULE_SVC_DOWNTIME;h;s1;{NOW + 100};{NOW + 200};1;0;0;me;a")
    play.restart(50)
    assert starts(play.after(51)) == ["STARTED"]
    play.restart(200)
    assert starts(play.after(0)) == ["STOPPED"]


def test_a_downtime_that_is_deleted_is_cancelled_and_told(play: Playbook) -> None:
    """engine.md 4.10 "cancel"."""
    play.command(f"SCHEDULE_SVC_DOWNTIME;h;s1;{NOW};{NOW + 100};1;0;0;me;a")
    (downtime_id,) = play.item("h;s1").state.downtimes
    assert play.refused(f"DEL_HOST_DOWNTIME;{downtime_id}") == f"there is no downtime '{downtime_id}' of a host"
    play.told()
    lines = play.command(f"DEL_SVC_DOWNTIME;{downtime_id}")
    assert lines[0] == "SERVICE DOWNTIME ALERT: h;s1;CANCELLED; Scheduled downtime for service has been cancelled."
    assert play.told() == [("admin", "notify-service")]
    assert not play.item("h;s1").state.comments
    assert "no downtime" in play.refused(f"DEL_SVC_DOWNTIME;{downtime_id}")


def test_a_triggered_downtime_begins_with_the_one_it_waits_for(play: Playbook) -> None:
    play.command(f"SCHEDULE_SVC_DOWNTIME;h;s1;{NOW + 60};{NOW + 100};1;0;0;me;a")
    (first,) = play.item("h;s1").state.downtimes
    play.command(f"SCHEDULE_SVC_DOWNTIME;h;s2;{NOW};{NOW + 900};0;{first};30;me;b")
    play.passive("h;s2", 2)
    assert play.item("h;s2").downtime_depth == 0
    play.restart()
    assert starts(play.after(61)) == ["STARTED", "STARTED"]
    assert starts(play.after(30)) == ["STOPPED"]
    assert play.item("h;s1").downtime_depth == 1


def test_a_flexible_downtime_nothing_happened_in_is_forgotten(play: Playbook) -> None:
    play.command(f"SCHEDULE_SVC_DOWNTIME;h;s1;{NOW};{NOW + 100};0;0;30;me;a")
    assert play.after(101) == []
    assert not play.item("h;s1").state.downtimes
    assert starts(play.passive("h;s1", 2)) == []


@pytest.mark.parametrize(
    "times", [f"{NOW};{NOW}", f"{NOW + 100};{NOW + 50}", f"{NOW - 100};{NOW - 50}"], ids=["empty", "backwards", "over"]
)
def test_a_downtime_that_makes_no_sense_is_refused(play: Playbook, times: str) -> None:
    assert "is over or ends before it begins" in play.refused(f"SCHEDULE_SVC_DOWNTIME;h;s1;{times};1;0;0;me;a")


def test_a_host_downtime_silences_its_services(play: Playbook) -> None:
    play.command(f"SCHEDULE_HOST_DOWNTIME;h;{NOW};{NOW + 100};1;0;0;me;a")
    play.told()
    play.passive("h;s1", 2)
    assert play.told() == []
    assert play.item("h;s1").vetoes[0].stage == "downtime"


def test_all_services_of_a_host_go_into_downtime(play: Playbook) -> None:
    play.command(f"SCHEDULE_HOST_SVC_DOWNTIME;h;{NOW};{NOW + 100};1;0;0;me;a")
    assert [play.item(key).downtime_depth for key in ("h", "h;s1", "h;s2")] == [0, 1, 1]
    play.command("DEL_ALL_SVC_DOWNTIMES;h;s1")
    assert [play.item(key).downtime_depth for key in ("h", "h;s1", "h;s2")] == [0, 0, 1]


def test_a_host_is_acknowledged_with_its_services(play: Playbook) -> None:
    play.passive("h;s1", 2)
    play.passive("h", 2)
    lines = play.command("ACKNOWLEDGE_HOST_PROBLEM;h;2;0;0;me;seen")
    assert [line.split(":")[0] for line in lines] == ["HOST ACKNOWLEDGE ALERT", "SERVICE ACKNOWLEDGE ALERT"]
    assert play.item("h;s2").state.acknowledgement is None


def test_there_is_nothing_to_acknowledge_on_what_is_good(play: Playbook) -> None:
    assert "there is no problem" in play.refused("ACKNOWLEDGE_SVC_PROBLEM;h;s1;2;1;0;me;seen")
    assert "is not acknowledged" in play.refused("REMOVE_SVC_ACKNOWLEDGEMENT;h;s1")


def test_an_acknowledgement_expires_and_survives_a_restart_until_then(play: Playbook) -> None:
    play.passive("h;s1", 2)
    play.command(f"ACKNOWLEDGE_SVC_PROBLEM_EXPIRE;h;s1;2;0;0;{NOW + 100};me;seen")
    play.restart()
    assert play.after(99) == []
    assert play.after(2) == ["SERVICE ACKNOWLEDGE ALERT: h;s1;EXPIRED; Service problem acknowledge expired"]
    assert not play.item("h;s1").state.comments


def test_an_acknowledgement_that_is_taken_back_lets_the_next_interval_tell() -> None:
    play = Playbook(Site().host("h", notification_interval=10, **PASSIVE))
    play.passive("h", 2)
    play.command("ACKNOWLEDGE_HOST_PROBLEM;h;2;0;0;me;seen")
    play.told()
    play.after(601)
    assert play.told() == []
    play.command("REMOVE_HOST_ACKNOWLEDGEMENT;h")
    play.after(600)
    assert play.told() == [("admin", "notify-host")]


def test_comments_come_and_go(play: Playbook) -> None:
    assert play.command("ADD_SVC_COMMENT;h;s1;0;me;call Jane") == ["SERVICE COMMENT: h;s1;me;call Jane"]
    (comment_id,) = play.item("h;s1").state.comments
    assert "no comment" in play.refused(f"DEL_HOST_COMMENT;{comment_id}")
    play.command(f"DEL_SVC_COMMENT;{comment_id}")
    assert not play.item("h;s1").state.comments
    play.command("ADD_HOST_COMMENT;h;0;me;one")
    play.command("ADD_HOST_COMMENT;h;0;me;two")
    play.command("DEL_ALL_HOST_COMMENTS;h")
    assert not play.item("h").state.comments
