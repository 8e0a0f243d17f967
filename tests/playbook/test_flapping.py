"""Objects that change their state all the time (engine.md 4.7)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from msgspec.structs import replace

from alignak.base.ids import Cause
from alignak.engine.attributes import historical
from alignak.engine.broks import initial
from tests.support.playbook import Playbook
from tests.support.sites import PASSIVE, SERVICE_OPTIONS, Site

OPTIONS = ("o", "w", "c", "u", "x")
STARTED = (
    "SERVICE FLAPPING ALERT: h;s;STARTED; Service appears to have started flapping (101.0% change >= 50.0% threshold)"
)
STOPPED = (
    "SERVICE FLAPPING ALERT: h;s;STOPPED; Service appears to have stopped flapping (21.5% change < 25.0% threshold)"
)
DISABLED = "SERVICE FLAPPING ALERT: h;s;DISABLED; Flap detection has been disabled"


def told(what: str) -> str:
    return f"SERVICE NOTIFICATION: admin;h;s;{what};notify-service;"


def site(settings: dict[str, object] | None = None, **policy: object) -> Site:
    given = {"flap_detection_options": OPTIONS, **PASSIVE, **policy}
    return Site(**(settings or {})).host("h", **PASSIVE).service("h", "s", **given)


def alternate(play: Playbook, count: int, first: int = 2, other: int = 0) -> list[str]:
    """Have the service change its state with each result, and return the lines of the last one."""
    found: list[str] = []
    for number in range(count):
        play.after(60)
        found = play.passive("h;s", other if number % 2 else first)
    return found


def calm(play: Playbook, count: int, code: int = 0) -> list[str]:
    """Have the service say the same again and again, and return the lines of the last time."""
    found: list[str] = []
    for _ in range(count):
        play.after(60)
        found = play.passive("h;s", code)
    return found


@pytest.fixture
def play() -> Playbook:
    """Return a service that has begun to flap, and is OK."""
    play = Playbook(site())
    alternate(play, 20)
    play.told()
    return play


def test_the_recorded_run_of_26_alternations_and_15_good_results() -> None:
    """As broks-and-logs.md 6.4 has it (engine.md 4.7 "start and stop")."""
    play = Playbook(site())
    assert alternate(play, 19) == ["SERVICE ALERT: h;s;CRITICAL;HARD;1;", told("CRITICAL;1")]
    play.after(60)
    assert play.passive("h;s", 0) == [
        "SERVICE ALERT: h;s;OK;HARD;1;",
        told("OK;0"),
        STARTED,
        told("FLAPPINGSTART (OK);0"),
    ]
    assert play.item("h;s").state.percent_state_change == pytest.approx(101)
    assert alternate(play, 5) == ["SERVICE ALERT: h;s;CRITICAL;HARD;1;"]
    assert alternate(play, 1, 0) == ["SERVICE ALERT: h;s;OK;HARD;1;"]
    assert calm(play, 14) == []
    assert calm(play, 1) == [STOPPED, told("FLAPPINGSTOP (OK);0")]
    assert alternate(play, 1) == ["SERVICE ALERT: h;s;CRITICAL;HARD;1;", told("CRITICAL;1")]


def test_a_host_has_its_own_words_and_options() -> None:
    play = Playbook(Site().host("h", flap_detection_options=("o", "d"), **PASSIVE))
    found: list[str] = []
    for number in range(20):
        found = play.passive("h", 0 if number % 2 else 2)
    assert found[2:] == [
        "HOST FLAPPING ALERT: h;STARTED; Host appears to have started flapping (101.0% change >= 50.0% threshold)",
        "HOST NOTIFICATION: admin;h;FLAPPINGSTART (UP);0;notify-host;",
    ]


def test_nothing_is_decided_before_the_history_is_full_and_its_length_is_a_parameter() -> None:
    """engine.md 4.7 "history"."""
    play = Playbook(site({"flap_history": 6}))
    alternate(play, 5)
    assert not play.item("h;s").state.is_flapping
    alternate(play, 1, 0)
    assert play.item("h;s").state.is_flapping


def test_states_that_are_not_listed_are_not_noted() -> None:
    play = Playbook(site(flap_detection_options=("o", "c")))
    alternate(play, 60, 1, 1)
    assert historical(play.engine.world, play.item("h;s"))["flapping_changes"] == []
    alternate(play, 3, 0, 2)
    assert historical(play.engine.world, play.item("h;s"))["flapping_changes"] == [True, True, True]


@dataclass
class Thresholds:
    own: tuple[int, int]
    program: tuple[int, int]
    calm_results: int


@pytest.mark.parametrize(
    "case",
    [
        Thresholds((25, 50), (5, 10), 15),
        Thresholds((-1, -1), (25, 50), 15),
        Thresholds((0, 0), (50, 60), 10),
        Thresholds((-1, 102), (25, 50), 0),
    ],
)
def test_thresholds_are_the_objects_or_the_programs(case: Thresholds) -> None:
    """engine.md 4.7 "thresholds"."""
    settings = {"low_service_flap_threshold": case.program[0], "high_service_flap_threshold": case.program[1]}
    play = Playbook(site(settings, low_flap_threshold=case.own[0], high_flap_threshold=case.own[1]))
    alternate(play, 20)
    assert play.item("h;s").state.is_flapping is bool(case.calm_results)
    for _ in range(case.calm_results):
        assert play.item("h;s").state.is_flapping
        calm(play, 1)
    assert not play.item("h;s").state.is_flapping


def test_a_comment_and_a_status_brok_tell_of_it(play: Playbook) -> None:
    (comment,) = play.item("h;s").state.comments.values()
    assert (comment.entry_type, comment.author, comment.source) == (3, "Alignak", 0)
    assert play.item("h;s").state.flapping_comment_id == comment.id
    (status,) = play.broks("update_service_status")
    assert status.data["is_flapping"] is True
    assert status.data["flapping_changes"] == [True] * 20
    calm(play, 15)
    assert play.item("h;s").state.comments == {}
    assert play.broks("update_service_status")[0].data["is_flapping"] is False


def test_the_result_that_begins_a_flapping_period_tells_of_that_and_not_of_its_problem() -> None:
    """engine.md 4.7 "notifications"."""
    play = Playbook(site())
    assert alternate(play, 20, 0, 2)[2:] == [told("FLAPPINGSTART (CRITICAL);0")]


def test_why_nobody_is_told_can_be_asked(play: Playbook) -> None:
    alternate(play, 1)
    assert [(veto.stage, veto.reason) for veto in play.item("h;s").vetoes] == [("flapping", "the object is flapping")]


def test_a_problem_that_outlasts_the_flapping_is_told_once(play: Playbook) -> None:
    assert calm(play, 15, 2) == []
    assert calm(play, 1, 2) == [STOPPED, told("FLAPPINGSTOP (CRITICAL);0"), told("CRITICAL;1")]
    assert calm(play, 5, 2) == []
    assert play.after(7_200) == []
    assert calm(play, 1)[1:] == [told("OK;0")]


def test_who_knew_of_the_problem_before_it_flapped_learns_that_it_is_over_in_one_message() -> None:
    site_ = site(contacts=("admin", "guest")).contact("guest", service_notification_options=("c", "r"))
    play = Playbook(site_)
    assert told("CRITICAL;1") in alternate(play, 19)
    assert told("FLAPPINGSTART (CRITICAL);1") in calm(play, 1, 2)
    assert calm(play, 1) == ["SERVICE ALERT: h;s;OK;HARD;1;"]
    assert calm(play, 13) == []
    assert calm(play, 1)[1:] == [told("FLAPPINGSTOP (OK);0"), told("OK;0").replace("admin", "guest")]
    assert play.after(7_200) == []


def test_flap_detection_of_one_object_is_switched_off_and_on(play: Playbook) -> None:
    alternate(play, 1)
    lines = play.command("DISABLE_SVC_FLAP_DETECTION;h;s")
    assert lines == [DISABLED, told("FLAPPINGDISABLED (CRITICAL);0")]
    assert play.item("h;s").state.comments == {}
    assert play.item("h;s").state.flapping_history == 0
    assert play.passive("h;s", 2) == [told("CRITICAL;1")]
    alternate(play, 40)
    assert not play.item("h;s").state.is_flapping
    play.command("ENABLE_SVC_FLAP_DETECTION;h;s")
    alternate(play, 19)
    assert not play.item("h;s").state.is_flapping
    alternate(play, 1, 0)
    assert play.item("h;s").state.is_flapping


def test_flap_detection_is_switched_off_for_the_whole_program(play: Playbook) -> None:
    assert play.command("DISABLE_FLAP_DETECTION") == [DISABLED, told("FLAPPINGDISABLED (OK);0")]
    alternate(play, 40)
    assert not play.item("h;s").state.is_flapping
    play.command("ENABLE_FLAP_DETECTION")
    alternate(play, 20)
    assert play.item("h;s").state.is_flapping


def test_a_configuration_that_wants_no_flap_detection_ends_it(play: Playbook) -> None:
    assert DISABLED in play.reconfigure(site(flap_detection_enabled=False).part())
    assert not play.item("h;s").state.is_flapping


def test_it_goes_on_over_a_restart(play: Playbook) -> None:
    calm(play, 5)
    play.restart(30)
    assert play.item("h;s").state.is_flapping
    assert calm(play, 10) == [STOPPED, told("FLAPPINGSTOP (OK);0")]


def test_a_restart_without_flap_detection_says_that_it_is_over(play: Playbook) -> None:
    play.part = replace(play.part, settings=replace(play.part.settings, enable_flap_detection=False))
    play.restart()
    assert not play.item("h;s").state.is_flapping
    assert DISABLED in [each.data["message"] for each in play.broks("monitoring_log")]


def test_lines_can_be_switched_off_and_contacts_can_do_without() -> None:
    quiet = site({"log_flappings": False}, notification_options=[each for each in SERVICE_OPTIONS if each != "f"])
    play = Playbook(quiet)
    alternate(play, 19)
    play.told()
    assert alternate(play, 1, 0)[1:] == [told("OK;0")]
    assert play.item("h;s").state.is_flapping


def test_initial_broks_show_the_history_as_a_list(play: Playbook) -> None:
    world = play.engine.world
    found = [each for each in initial(world, play.clock.now(), Cause("t")) if each.type == "initial_service_status"]
    assert found[0].data["flapping_changes"] == [True] * 20
