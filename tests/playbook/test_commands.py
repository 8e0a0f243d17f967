"""External commands: each does something, or is refused with a reason."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from alignak.engine.command_table import ROWS
from alignak.engine.commands import EFFECTS
from alignak.engine.switches import MODIFIED
from alignak.model.objects import Group
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import ACTIVE, PASSIVE, Site

NOW = int(MONDAY_NOON)


def site() -> Site:
    result = (
        Site()
        .host("h", **ACTIVE)
        .service("h", "s", **ACTIVE)
        .service("h", "custom", host_dependency_enabled=False, **PASSIVE)
    )
    result.hostgroups.append(Group("hg", members=("h",)))
    result.servicegroups.append(Group("sg", members=("h;s",)))
    result.contactgroups.append(Group("cg", members=("admin",)))
    return result


@pytest.fixture
def play() -> Playbook:
    return Playbook(site())


SAMPLES = {
    "host": "h",
    "service": "h;s",
    "contact": "admin",
    "host_group": "hg",
    "service_group": "sg",
    "contact_group": "cg",
    "time_period": "workhours",
    "command": "other",
    "to_int": "1",
    "to_bool": "1",
    "obsolete": "0",
    "author": "me",
    "text": "0",
}


def line(name: str) -> str:
    """Return a line of a command with arguments of the right kinds."""
    return ";".join((name, *(SAMPLES[kind] for kind in ROWS[name].kinds)))


@pytest.mark.parametrize("name", sorted(ROWS))
def test_no_command_is_accepted_without_an_effect_and_none_breaks_the_engine(name: str) -> None:
    play = Playbook(site())
    play.command(f"SCHEDULE_SVC_DOWNTIME;h;s;{NOW};{NOW + 100};1;0;0;me;a")
    if name not in EFFECTS:
        assert "is the arbiter's own affair" in play.refused(line(name))
        assert play.broks("monitoring_log")[0].data["level"] == "error"
    else:
        play.handle_line(line(name))
        assert play.answer().accepted or play.answer().reason


def test_every_effect_is_a_command_there_is() -> None:
    assert set(EFFECTS) <= set(ROWS)


def test_a_command_that_is_no_command_is_refused_and_logged(play: Playbook) -> None:
    assert play.refused("FOO;h") == "Command 'FOO;h' is not recognized, sorry"
    (brok,) = play.broks("monitoring_log")
    assert brok.data == {"level": "error", "message": "Command 'FOO;h' is not recognized, sorry"}


def test_an_accepted_command_is_in_the_log_and_passive_results_are_not(play: Playbook) -> None:
    play.command("DISABLE_NOTIFICATIONS")
    assert play.broks("monitoring_log")[0].data["message"] == "EXTERNAL COMMAND: DISABLE_NOTIFICATIONS"
    play.passive("h;custom", 0)
    assert not play.broks("monitoring_log")


def test_passive_results_are_logged_when_asked_for() -> None:
    play = Playbook(Site(log_passive_checks=True).host("h", **PASSIVE))
    assert play.passive("h", 0, "fine|a=1") == ["PASSIVE HOST CHECK: h;0;fine;;a=1"]


def test_passive_results_are_refused_where_they_are_disabled(play: Playbook) -> None:
    play.command("DISABLE_PASSIVE_SVC_CHECKS;h;custom")
    assert "passive checks of h/custom are disabled" in play.refused("PROCESS_SERVICE_CHECK_RESULT;h;custom;0;x")
    play.command("ENABLE_PASSIVE_SVC_CHECKS;h;custom")
    play.command("STOP_ACCEPTING_PASSIVE_SVC_CHECKS")
    assert "disabled" in play.refused("PROCESS_SERVICE_CHECK_RESULT;h;custom;0;x")


def test_a_passive_result_of_the_same_second_counts_because_timestamps_are_whole_seconds(play: Playbook) -> None:
    play.after(0.7)
    play.passive("h;custom", 0, "fine")
    play.command(f"[{NOW}] PROCESS_SERVICE_CHECK_RESULT;h;custom;2;bad")
    assert play.item("h;custom").state.output == "bad"


def test_a_passive_result_that_is_older_than_the_last_is_passed_over(play: Playbook) -> None:
    play.passive("h;custom", 0, "new")
    play.command(f"[{NOW - 60}] PROCESS_SERVICE_CHECK_RESULT;h;custom;2;old")
    assert play.item("h;custom").state.output == "new"


def test_a_code_that_is_no_state_is_refused(play: Playbook) -> None:
    assert "5 is no result of h/custom" in play.refused("PROCESS_SERVICE_CHECK_RESULT;h;custom;5;x")


def test_a_result_for_an_object_nobody_knows_is_told_to_the_followers(play: Playbook) -> None:
    play.command("PROCESS_SERVICE_CHECK_RESULT;h;nosuch;2;bad")
    (brok,) = play.broks("unknown_service_check_result")
    assert brok.data["service_description"] == "nosuch"


def test_an_output_keeps_the_state(play: Playbook) -> None:
    play.passive("h;custom", 1, "so so")
    play.command("PROCESS_SERVICE_OUTPUT;h;custom;still so so")
    state = play.item("h;custom").state
    assert (state.state, state.output) == ("WARNING", "still so so")


def test_checks_are_disabled_for_a_host_its_services_or_the_program(play: Playbook) -> None:
    """engine.md 4.2 "eligible"."""
    play.command("DISABLE_HOST_SVC_CHECKS;h")
    play.command("STOP_EXECUTING_HOST_CHECKS")
    play.after(1_000)
    assert not play.checks
    play.command("ENABLE_HOST_SVC_CHECKS;h")
    play.command("START_EXECUTING_HOST_CHECKS")
    play.after(301)
    assert set(play.checks) == {"h", "h;s"}


def test_a_group_is_switched_at_once(play: Playbook) -> None:
    play.command("DISABLE_HOSTGROUP_SVC_NOTIFICATIONS;hg")
    play.command("DISABLE_SERVICEGROUP_PASSIVE_SVC_CHECKS;sg")
    assert not play.item("h;s").policy.notifications_enabled
    assert not play.item("h;s").policy.passive_checks_enabled
    assert play.item("h;custom").policy.passive_checks_enabled
    assert play.item("h").policy.notifications_enabled


def test_objects_changed_alike_share_one_policy() -> None:
    many = Site().host("h", **PASSIVE)
    for number in range(5):
        many.service("h", f"s{number}", **PASSIVE)
    play = Playbook(many)
    play.command("DISABLE_HOST_SVC_NOTIFICATIONS;h")
    assert len({id(play.item(f"h;s{number}").policy) for number in range(5)}) == 1


def test_intervals_attempts_commands_and_periods_change_while_it_runs_and_stay_after_a_restart(play: Playbook) -> None:
    play.command("CHANGE_NORMAL_SVC_CHECK_INTERVAL;h;s;10")
    play.command("CHANGE_RETRY_SVC_CHECK_INTERVAL;h;s;2")
    play.command("CHANGE_MAX_SVC_CHECK_ATTEMPTS;h;s;5")
    play.command("CHANGE_SVC_CHECK_COMMAND;h;s;other")
    play.command("CHANGE_SVC_CHECK_TIMEPERIOD;h;s;workhours")
    play.command("CHANGE_SVC_EVENT_HANDLER;h;s;eh")
    play.restart()
    item = play.item("h;s")
    policy = item.policy
    assert (policy.check_interval, policy.retry_interval, policy.max_check_attempts) == (10, 2, 5)
    assert (policy.check_period, policy.event_handler.name) == ("workhours", "eh")
    play.until_checked("h;s")
    assert play.checks["h;s"].command_name == "other"
    play.outcome("h;s", 0)
    assert play.until_checked("h;s") == pytest.approx(600)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("CHANGE_MAX_SVC_CHECK_ATTEMPTS;h;s;0", "give 1 to 5000000"),
        ("CHANGE_NORMAL_SVC_CHECK_INTERVAL;h;s;-1", "give 0 to 5000000"),
        ("CHANGE_CUSTOM_SVC_VAR;h;s;nosuch;1", "has no custom variable _NOSUCH"),
        ("CHANGE_SVC_MODATTR;h;s;32", "bits that mean nothing"),
        ("LAUNCH_SVC_EVENT_HANDLER;h;s", "has no event handler"),
        ("SCHEDULE_SVC_CHECK;h;custom;1", "active checks of h/custom are disabled"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(play: Playbook, text: str, reason: str) -> None:
    before = replace(play.item("h;s").state)
    assert reason in play.refused(text)
    assert play.item("h;s").state == before


def test_a_custom_variable_changes(play: Playbook) -> None:
    play.command("CHANGE_CUSTOM_SVC_VAR;h;custom;level;9")
    assert play.item("h;custom").custom("_LEVEL") == "9"
    assert play.item("h;custom").state.modified_attributes == MODIFIED["customs"]


def test_clearing_the_modified_bits_gives_the_configuration_back(play: Playbook) -> None:
    play.command("CHANGE_MAX_SVC_CHECK_ATTEMPTS;h;s;5")
    play.command("DISABLE_SVC_NOTIFICATIONS;h;s")
    assert play.item("h;s").state.modified_attributes == 4096 | 1
    play.command("CHANGE_SVC_MODATTR;h;s;1")
    assert play.item("h;s").policy.max_check_attempts == 1
    assert not play.item("h;s").policy.notifications_enabled
    play.command("CHANGE_SVC_MODATTR;h;s;0")
    assert play.item("h;s").policy.notifications_enabled


def test_a_check_is_pulled_forward_and_keeps_its_new_rhythm(play: Playbook) -> None:
    play.check("h;s", 0)
    play.after(10)
    play.command(f"SCHEDULE_SVC_CHECK;h;s;{NOW}")
    assert play.until_checked("h;s") == 0
    play.outcome("h;s", 0)
    assert play.until_checked("h;s") == pytest.approx(60)


def test_an_event_handler_is_launched_by_hand_even_where_it_is_disabled(play: Playbook) -> None:
    """engine.md 4.11 "launched by hand"."""
    play.command("CHANGE_HOST_EVENT_HANDLER;h;eh")
    assert play.command("LAUNCH_HOST_EVENT_HANDLER;h") == ["HOST EVENT HANDLER: h;UP;HARD;0;eh"]


def test_the_global_event_handler_serves_who_has_none() -> None:
    """engine.md 4.11 "event handler"."""
    play = Playbook(Site(global_host_event_handler="eh").host("h", event_handler_enabled=True, **PASSIVE))
    assert "HOST EVENT HANDLER: h;DOWN;HARD;1;eh" in play.passive("h", 2)
    play.command("DISABLE_EVENT_HANDLERS")
    assert not [line for line in play.passive("h", 0) if "HANDLER" in line]


def test_each_changed_object_is_saved_once_and_told_once(play: Playbook) -> None:
    """engine.md 4.1 "update_retention"."""
    play.command("DISABLE_HOST_SVC_NOTIFICATIONS;h")
    saved = [each.key for each in play.decided if type(each).__name__ == "SaveState"]
    assert sorted(saved) == ["h;custom", "h;s"]
    assert len(play.broks("update_service_status")) == 2
