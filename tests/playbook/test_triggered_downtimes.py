"""Downtimes that begin with others, flexible ones, and those of all that is behind a host (engine.md 4.10)."""

from __future__ import annotations

import pytest

from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import PASSIVE, Site

NOW = int(MONDAY_NOON)


@pytest.fixture
def play() -> Playbook:
    site = Site().host("r", **PASSIVE)
    site.host("a", parents=("r",), **PASSIVE).host("b", parents=("r",), **PASSIVE).host(
        "c", parents=("a", "b"), **PASSIVE
    )
    return Playbook(site.service("r", "s", max_check_attempts=2, **PASSIVE).service("r", "t", **PASSIVE))


def depths(play: Playbook, *keys: str) -> list[int]:
    return [play.item(key).downtime_depth for key in keys]


def only(play: Playbook, key: str) -> str:
    (found,) = play.item(key).state.downtimes
    return found


def test_one_that_is_triggered_by_a_downtime_in_effect_begins_at_once(play: Playbook) -> None:
    """engine.md 4.10 "trigger_id"."""
    play.command(f"SCHEDULE_SVC_DOWNTIME;r;s;{NOW};{NOW + 100};1;0;0;me;a")
    play.command(f"SCHEDULE_SVC_DOWNTIME;r;t;{NOW};{NOW + 900};0;{only(play, 'r;s')};30;me;b")
    assert depths(play, "r;t") == [1]
    play.after(31)
    assert depths(play, "r;s", "r;t") == [1, 0]


def test_who_cancels_a_downtime_cancels_those_it_triggers(play: Playbook) -> None:
    play.command(f"SCHEDULE_SVC_DOWNTIME;r;s;{NOW + 60};{NOW + 600};1;0;0;me;a")
    trigger = only(play, "r;s")
    play.command(f"SCHEDULE_SVC_DOWNTIME;r;t;{NOW};{NOW + 900};0;{trigger};300;me;b")
    play.command(f"SCHEDULE_HOST_DOWNTIME;a;{NOW};{NOW + 900};0;{trigger};300;me;c")
    play.after(61)
    play.restart()
    assert depths(play, "r;s", "r;t", "a") == [1, 1, 1]
    lines = play.command(f"DEL_SVC_DOWNTIME;{trigger}")
    assert [line.split(";")[-2] for line in lines if "DOWNTIME ALERT" in line] == ["CANCELLED"] * 3
    assert not any(play.item(key).state.downtimes for key in ("r;s", "r;t", "a"))


def test_the_end_of_a_downtime_leaves_those_it_triggered(play: Playbook) -> None:
    play.command(f"SCHEDULE_SVC_DOWNTIME;r;s;{NOW};{NOW + 60};1;0;0;me;a")
    play.command(f"SCHEDULE_SVC_DOWNTIME;r;t;{NOW};{NOW + 900};0;{only(play, 'r;s')};300;me;b")
    play.after(61)
    assert depths(play, "r;s", "r;t") == [0, 1]


def test_a_flexible_one_begins_with_the_first_hard_problem_and_lasts_its_duration(play: Playbook) -> None:
    """engine.md 4.10 "flexible"."""
    play.command(f"SCHEDULE_SVC_DOWNTIME;r;s;{NOW};{NOW + 3600};0;0;120;me;a")
    play.passive("r;s", 2)
    assert depths(play, "r;s") == [0]
    play.after(3000)
    play.passive("r;s", 2)
    assert depths(play, "r;s") == [1]
    play.after(119)
    assert depths(play, "r;s") == [1]
    play.after(2)
    assert depths(play, "r;s") == [0]


def test_a_flexible_one_that_begins_shortly_before_the_end_of_its_window_lasts_its_duration(play: Playbook) -> None:
    play.command(f"SCHEDULE_SVC_DOWNTIME;r;t;{NOW};{NOW + 100};0;0;600;me;a")
    play.after(90)
    play.passive("r;t", 2)
    play.after(500)
    assert depths(play, "r;t") == [1]


def test_a_downtime_of_all_that_is_behind_a_host(play: Playbook) -> None:
    play.command(f"SCHEDULE_AND_PROPAGATE_HOST_DOWNTIME;r;{NOW};{NOW + 100};1;0;0;me;works")
    assert depths(play, "r", "a", "b", "c", "r;s") == [1, 1, 1, 1, 0]
    play.command("DEL_ALL_HOST_DOWNTIMES;r")
    assert depths(play, "r", "a", "b", "c") == [0, 1, 1, 1]


def test_a_downtime_that_triggers_those_of_all_that_is_behind_a_host(play: Playbook) -> None:
    play.command(f"SCHEDULE_AND_PROPAGATE_TRIGGERED_HOST_DOWNTIME;r;{NOW - 50};{NOW + 100};1;0;0;me;works")
    assert depths(play, "r", "a", "b", "c") == [1, 1, 1, 1]
    play.after(101)
    assert depths(play, "r", "a", "b", "c") == [0, 0, 0, 0]


def test_a_flexible_one_takes_all_that_is_behind_its_host_with_it(play: Playbook) -> None:
    play.command(f"SCHEDULE_AND_PROPAGATE_TRIGGERED_HOST_DOWNTIME;r;{NOW};{NOW + 3600};0;0;60;me;works")
    play.passive("a", 2)
    assert depths(play, "r", "a", "b", "c") == [0, 0, 0, 0]
    play.passive("r", 2)
    assert depths(play, "r", "a", "b", "c") == [1, 1, 1, 1]
    play.command(f"DEL_HOST_DOWNTIME;{only(play, 'r')}")
    assert depths(play, "r", "a", "b", "c") == [0, 0, 0, 0]
