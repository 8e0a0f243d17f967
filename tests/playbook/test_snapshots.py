"""A closer look at what is in trouble, kept for later (engine.md 4.11)."""

from __future__ import annotations

import pytest

from alignak.engine.attributes import historical
from alignak.messages.work import Ending, Order, Work
from alignak.model.objects import CommandCall
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import PASSIVE, Site

EVENING = MONDAY_NOON + 8 * 3600
LOOKED = {"snapshot_enabled": True, "snapshot_command": CommandCall("other"), "snapshot_criteria": ("c", "u")}


def play_with(wall: float = MONDAY_NOON, settings: dict[str, object] | None = None, **policy: object) -> Playbook:
    site = Site(**(settings or {})).host("h", **PASSIVE)
    return Playbook(site.service("h", "s", **PASSIVE, **LOOKED, **policy), wall)


def snapshots(play: Playbook) -> list[Order]:
    """Return the snapshots asked for since this was last asked."""
    found = [order for order in play.sent if order.work is Work.SNAPSHOT]
    play.sent.clear()
    return found


def test_a_snapshot_is_taken_in_the_states_that_ask_for_one_and_not_too_often() -> None:
    """engine.md 4.11 "snapshot"."""
    play = play_with()
    for code in (0, 1):
        play.passive("h;s", code)
        assert snapshots(play) == []
    assert play.passive("h;s", 2, "bad")[-1] == "SERVICE SNAPSHOT: h;s;CRITICAL;HARD;1;other"
    assert [order.command_name for order in snapshots(play)] == ["other"]
    play.after(299)
    play.passive("h;s", 2)
    assert snapshots(play) == []
    play.after(1)
    play.passive("h;s", 2)
    assert len(snapshots(play)) == 1
    assert historical(play.engine.world, play.item("h;s"))["last_snapshot"] == MONDAY_NOON + 300


def test_what_it_says_is_told_to_the_followers_whatever_it_ends_with() -> None:
    play = play_with()
    play.passive("h;s", 2)
    (order,) = snapshots(play)
    assert play.outcome("h;s", 3, "who  pid\nroot 1\n", order=order) == []
    (brok,) = play.broks("service_snapshot")
    assert brok.data == {
        "uuid": "h;s",
        "snapshot_output": "who  pid\nroot 1\n",
        "snapshot_time": int(MONDAY_NOON),
        "snapshot_exit_status": 3,
        "host_name": "h",
        "service_description": "s",
    }


def test_a_host_has_snapshots_too() -> None:
    play = Playbook(Site().host("h", **PASSIVE, **{**LOOKED, "snapshot_criteria": ("d",)}))
    assert play.passive("h", 2)[-1] == "HOST SNAPSHOT: h;DOWN;HARD;1;other"
    (order,) = snapshots(play)
    play.outcome("h", 0, "text", order=order)
    (brok,) = play.broks("host_snapshot")
    assert "service_description" not in brok.data


def test_one_that_takes_too_long_is_logged_and_told_as_far_as_it_came() -> None:
    play = play_with()
    play.passive("h;s", 2)
    (order,) = snapshots(play)
    lines = play.outcome("h;s", 137, "half", Ending.TIMEOUT, order)
    assert lines == ["The snapshot command 'other' timed out after 30 seconds"]
    assert play.broks("service_snapshot")[0].data["snapshot_output"] == "half"


def test_none_is_taken_outside_its_period() -> None:
    play = play_with(EVENING, snapshot_period="workhours")
    play.passive("h;s", 2)
    assert snapshots(play) == []
    play.after(13 * 3600)
    play.passive("h;s", 2)
    assert len(snapshots(play)) == 1


@pytest.mark.parametrize("change", [{"snapshot_enabled": False}, {"snapshot_command": None}])
def test_none_is_taken_without_a_command_or_when_it_is_off(change: dict[str, object]) -> None:
    site = Site().host("h", **PASSIVE).service("h", "s", **{**PASSIVE, **LOOKED, **change})
    play = Playbook(site)
    play.passive("h;s", 2)
    assert snapshots(play) == []


def test_lines_can_be_switched_off() -> None:
    play = play_with(settings={"log_snapshots": False})
    assert not [line for line in play.passive("h;s", 2) if "SNAPSHOT" in line]
    assert len(snapshots(play)) == 1


def test_the_time_of_the_last_one_is_kept_over_a_restart_and_no_step_of_the_clock_delays_the_next() -> None:
    play = play_with()
    play.passive("h;s", 2)
    play.restart(60)
    snapshots(play)
    play.passive("h;s", 2)
    assert snapshots(play) == []
    play.step_wall(-86_400)
    play.after(300)
    play.passive("h;s", 2)
    assert len(snapshots(play)) == 1


def test_a_command_gives_another_one() -> None:
    play = play_with()
    play.command("CHANGE_SVC_SNAPSHOT_COMMAND;h;s;eh")
    play.passive("h;s", 2)
    assert [order.command_name for order in snapshots(play)] == ["eh"]
    assert historical(play.engine.world, play.item("h;s"))["snapshot_command"] == "eh"
    play.command("CHANGE_SVC_MODATTR;h;s;0")
    assert historical(play.engine.world, play.item("h;s"))["snapshot_command"] == "other"
