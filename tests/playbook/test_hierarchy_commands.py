"""Commands along the ways between hosts, and those about the program (external-commands.md 5.2, 5.3)."""

from __future__ import annotations

import pytest

from alignak.engine.decisions import AnswerCommand, SaveState
from alignak.messages.work import Work
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import ACTIVE, PASSIVE, Site

NOW = int(MONDAY_NOON)


def site() -> Site:
    """Return a router, two hosts behind it, one behind those, and a host beside them."""
    return (
        Site()
        .host("router", **PASSIVE)
        .host("left", parents=("router",), **PASSIVE)
        .host("right", parents=("router",), **PASSIVE)
        .host("end", parents=("left", "right"), **PASSIVE)
        .host("beside", **PASSIVE)
        .service("end", "s", **PASSIVE)
    )


def in_downtime(play: Playbook) -> list[str]:
    return [str(key) for key, item in play.engine.world.items.items() if item.downtime_depth]


def planned(play: Playbook) -> list[str]:
    return [str(key) for key, item in play.engine.world.items.items() if item.state.downtimes]


def test_a_propagated_downtime_is_planned_for_every_host_behind_once() -> None:
    play = Playbook(site())
    play.command(f"SCHEDULE_AND_PROPAGATE_HOST_DOWNTIME;router;{NOW + 60};{NOW + 600};1;0;0;me;move")
    assert planned(play) == ["router", "left", "right", "end"]
    assert all(len(play.item(key).state.downtimes) == 1 for key in planned(play))
    play.after(61)
    assert in_downtime(play) == ["router", "left", "right", "end"]
    (first,) = play.item("router").state.downtimes
    play.command(f"DEL_HOST_DOWNTIME;{first}")
    assert in_downtime(play) == ["left", "right", "end"]


def test_a_triggered_downtime_behind_a_host_begins_with_the_one_of_the_host() -> None:
    play = Playbook(site())
    play.command(f"SCHEDULE_AND_PROPAGATE_TRIGGERED_HOST_DOWNTIME;router;{NOW + 60};{NOW + 600};0;0;120;me;move")
    play.after(70)
    assert in_downtime(play) == []
    play.passive("router", 2)
    assert in_downtime(play) == ["router", "left", "right", "end"]
    play.after(121)
    assert in_downtime(play) == []


def test_a_triggered_downtime_of_now_begins_at_once_everywhere_and_lasts_as_long() -> None:
    play = Playbook(site())
    play.command(f"SCHEDULE_AND_PROPAGATE_TRIGGERED_HOST_DOWNTIME;router;{NOW};{NOW + 600};1;0;0;me;move")
    assert in_downtime(play) == ["router", "left", "right", "end"]
    play.restart()
    play.after(599)
    assert in_downtime(play) == ["router", "left", "right", "end"]
    play.after(2)
    assert in_downtime(play) == []


def test_a_downtime_cannot_be_triggered_by_a_comment() -> None:
    play = Playbook(site())
    play.command("ADD_HOST_COMMENT;end;0;me;a")
    (comment,) = play.item("end").state.comments
    text = f"SCHEDULE_HOST_DOWNTIME;left;{NOW};{NOW + 60};0;{comment};60;me;a"
    assert "there is no downtime" in play.refused(text)


def test_a_host_depends_on_another_from_a_command_on_until_another_command() -> None:
    here = site().host("up", **ACTIVE)
    play = Playbook(here)
    play.command("ADD_SIMPLE_HOST_DEPENDENCY;beside;up")
    assert [each.key for each in play.item("beside").parents] == ["up"]
    assert [each.key for each in play.item("up").children] == ["beside"]
    play.passive("up", 2)
    play.passive("beside", 2)
    assert play.item("beside").state.state == "UNREACHABLE"
    play.restart()
    assert [each.key for each in play.item("beside").parents] == ["up"]
    play.reconfigure(here.part())
    assert [each.key for each in play.item("beside").parents] == ["up"]
    play.command("DEL_HOST_DEPENDENCY;beside;up")
    assert play.item("beside").parents == ()
    play.passive("beside", 2)
    assert play.item("beside").state.state == "DOWN"


def test_a_configured_parent_can_be_taken_away() -> None:
    play = Playbook(site())
    play.command("DEL_HOST_DEPENDENCY;end;left")
    assert [each.key for each in play.item("end").parents] == ["right"]
    play.command("DEL_HOST_DEPENDENCY;end;right")
    assert play.item("end").parents == ()
    play.restart()
    assert play.item("end").parents == ()


def test_a_result_that_waits_for_a_host_is_believed_when_nothing_depends_on_it_any_more() -> None:
    play = Playbook(Site().host("up", **ACTIVE).host("down", parents=("up",), **PASSIVE))
    play.passive("up", 0)
    play.clock.advance(5)
    play.passive("down", 2)
    assert play.item("down").state.state == "PENDING"
    play.command("DEL_HOST_DEPENDENCY;down;up")
    assert play.item("down").state.state == "DOWN"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("ADD_SIMPLE_HOST_DEPENDENCY;end;left", "end depends on left already"),
        ("ADD_SIMPLE_HOST_DEPENDENCY;router;router", "router depends on router"),
        ("ADD_SIMPLE_HOST_DEPENDENCY;router;end", "end depends on router"),
        ("DEL_HOST_DEPENDENCY;router;end", "router does not depend on end"),
    ],
)
def test_a_dependency_that_makes_no_sense_is_refused(line: str, reason: str) -> None:
    assert reason in Playbook(site()).refused(line)


# The program


def test_the_global_event_handler_can_be_changed_and_stays_so() -> None:
    here = Site(global_host_event_handler="eh").host("h", event_handler_enabled=True, **PASSIVE)
    play = Playbook(here)
    play.command("CHANGE_GLOBAL_HOST_EVENT_HANDLER;other")
    play.passive("h", 2)
    assert [each.command_name for each in play.sent if each.work is Work.EVENT_HANDLER] == ["other"]
    play.restart()
    play.sent.clear()
    play.passive("h", 0)
    assert [each.command_name for each in play.sent if each.work is Work.EVENT_HANDLER] == ["other"]
    play.reconfigure(here.part())
    assert play.engine.world.settings.global_host_event_handler == "other"
    assert play.engine.world.settings.global_service_event_handler == ""


def answer(play: Playbook) -> AnswerCommand:
    return play.answer()


@pytest.mark.parametrize(
    ("line", "remark"),
    [
        ("ENABLE_FAILURE_PREDICTION", "nothing predicts failures"),
        ("DISABLE_FAILURE_PREDICTION", "nothing predicts failures"),
        ("READ_STATE_INFORMATION", "what is stored is what is known already"),
    ],
)
def test_a_command_that_has_nothing_to_do_says_so(line: str, remark: str) -> None:
    play = Playbook(site())
    play.command(line)
    assert remark in answer(play).reason


def test_all_states_are_stored_once_more_when_somebody_asks() -> None:
    play = Playbook(site())
    play.command("SAVE_STATE_INFORMATION")
    saved = {each.key for each in play.decided if isinstance(each, SaveState)}
    assert saved == {*play.engine.world.items, ""}
