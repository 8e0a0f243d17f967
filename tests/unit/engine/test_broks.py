"""Followers are told in the words and shapes the field knows."""

from __future__ import annotations

import pytest

from alignak.base import codec
from alignak.base.ids import Cause
from alignak.engine import broks
from alignak.engine.command_table import scan
from alignak.engine.decisions import EmitBrok
from alignak.engine.macro_table import NotificationMacros
from alignak.engine.output import ParsedOutput
from alignak.engine.state import Acknowledgement, Comment, Downtime, Item, ItemState, World
from alignak.model.settings import Settings
from alignak.model.states import StateType
from tests.support.worlds import NOW, world

WHY = Cause("e1-7")

EVERYTHING = Settings(log_active_checks=True, log_passive_checks=True, log_initial_states=True)


def here(settings: Settings = EVERYTHING) -> tuple[World, Item, Item]:
    states = {
        "web": ItemState(state="DOWN", state_type=StateType.SOFT, attempt=1, output="host bad"),
        "web;http": ItemState(state="CRITICAL", attempt=3, output="crit 3\nsecret second line", has_been_checked=True),
    }
    it = world(settings=settings, states=states)
    return it, it.items["web"], it.items["web;http"]  # type: ignore[index]


def line(emitted: tuple[EmitBrok, ...]) -> tuple[str, str]:
    (brok,) = emitted
    assert brok.type == "monitoring_log"
    assert brok.cause == WHY
    return str(brok.data["level"]), str(brok.data["message"])


def test_alerts_handlers_and_states_say_state_type_and_attempt() -> None:
    it, host, service = here()
    assert line(broks.alert(it, host, WHY)) == ("error", "HOST ALERT: web;DOWN;SOFT;1;host bad")
    assert line(broks.alert(it, service, WHY)) == ("error", "SERVICE ALERT: web;http;CRITICAL;HARD;3;crit 3")
    assert line(broks.event_handler(it, service, "eh", WHY)) == (
        "error",
        "SERVICE EVENT HANDLER: web;http;CRITICAL;HARD;3;eh",
    )
    assert line(broks.current_state(it, host, WHY))[1] == "CURRENT HOST STATE: web;DOWN;SOFT;1;host bad"
    assert line(broks.current_state(it, service, WHY))[1] == "CURRENT SERVICE STATE: web;http;CRITICAL;HARD;3;crit 3"


def test_a_host_that_is_unreachable_warns_and_a_service_informs() -> None:
    it, host, service = here()
    host.state.state = service.state.state = "UNREACHABLE"
    assert line(broks.alert(it, host, WHY))[0] == "warning"
    assert line(broks.alert(it, service, WHY))[0] == "info"


def test_notifications_say_whom_the_state_and_how_often() -> None:
    it, host, service = here()
    assert line(broks.notification(it, service, "admin", "PROBLEM", 1, "notify-service", "crit 3", WHY)) == (
        "error",
        "SERVICE NOTIFICATION: admin;web;http;CRITICAL;1;notify-service;crit 3",
    )
    assert line(broks.notification(it, host, "admin", "ACKNOWLEDGEMENT", 1, "notify-host", "x", WHY))[1] == (
        "HOST NOTIFICATION: admin;web;ACKNOWLEDGEMENT (DOWN);1;notify-host;x"
    )


def test_acknowledgements_downtimes_and_comments_are_told_in_sentences() -> None:
    it, host, service = here()
    assert line(broks.acknowledge_raised(it, service, WHY)) == (
        "info",
        "SERVICE ACKNOWLEDGE ALERT: web;http;STARTED; Service problem has been acknowledged",
    )
    assert line(broks.acknowledge_expired(it, host, WHY))[1] == (
        "HOST ACKNOWLEDGE ALERT: web;EXPIRED; Host problem acknowledge expired"
    )
    assert line(broks.downtime_started(it, host, WHY))[1] == (
        "HOST DOWNTIME ALERT: web;STARTED; Host has entered a period of scheduled downtime"
    )
    assert line(broks.downtime_stopped(it, service, WHY))[1] == (
        "SERVICE DOWNTIME ALERT: web;http;STOPPED; Service has exited from a period of scheduled downtime"
    )
    assert line(broks.downtime_cancelled(it, service, WHY))[1] == (
        "SERVICE DOWNTIME ALERT: web;http;CANCELLED; Scheduled downtime for service has been cancelled."
    )
    assert line(broks.comment_added(it, host, "bob", "my comment", WHY)) == ("info", "HOST COMMENT: web;bob;my comment")


def test_checks_are_told_when_asked_for() -> None:
    it, host, service = here()
    assert line(broks.active_check(it, service, "WARNING", 1, "warn\nmore", WHY)) == (
        "warning",
        "ACTIVE SERVICE CHECK: web;http;WARNING;1;warn",
    )
    parsed = ParsedOutput("out", "one\ntwo", "a=1")
    assert line(broks.passive_check(it, service, 2, parsed, WHY)) == (
        "error",
        "PASSIVE SERVICE CHECK: web;http;2;out;one\\ntwo;a=1",
    )
    assert line(broks.passive_check(it, host, 1, parsed, WHY))[0] == "warning"
    assert line(broks.passive_check(it, service, 3, parsed, WHY))[0] == "info"


def test_commands_are_logged_but_passive_results_are_not() -> None:
    it, _, _ = here()
    assert line(broks.external_command(it, "[1] DISABLE_NOTIFICATIONS\n", WHY)) == (
        "info",
        "EXTERNAL COMMAND: [1] DISABLE_NOTIFICATIONS",
    )
    assert broks.external_command(it, "[1] process_host_check_result;web;0;up", WHY) == ()
    assert line(broks.timeperiod_transition(it, "24x7", -1, 1, WHY))[1] == "TIMEPERIOD TRANSITION: 24x7;-1;1"


def test_each_kind_of_line_can_be_switched_off() -> None:
    silent = Settings(
        log_alerts=False,
        log_notifications=False,
        log_event_handlers=False,
        log_acknowledgements=False,
        log_downtimes=False,
        log_external_commands=False,
    )
    it, host, _ = here(silent)
    assert broks.alert(it, host, WHY) == ()
    assert broks.notification(it, host, "admin", "PROBLEM", 1, "c", "x", WHY) == ()
    assert broks.event_handler(it, host, "eh", WHY) == ()
    assert broks.acknowledge_raised(it, host, WHY) == broks.acknowledge_expired(it, host, WHY) == ()
    assert broks.downtime_started(it, host, WHY) == broks.downtime_cancelled(it, host, WHY) == ()
    assert broks.external_command(it, "DISABLE_NOTIFICATIONS", WHY) == ()
    assert broks.active_check(it, host, "UP", 1, "x", WHY) == ()
    assert broks.passive_check(it, host, 0, ParsedOutput("x"), WHY) == ()
    assert broks.current_state(it, host, WHY) == ()


@pytest.mark.parametrize(
    "hostile", ["a\nHOST ALERT: fake", "\r", "\x1b[2J", "\u2028x", "\x85", "\u202e", "\ud800", "\0", "x" * 1_000_000]
)
def test_one_event_is_one_line_whatever_was_written(hostile: str) -> None:
    it, host, _ = here()
    host.state.output = hostile
    for emitted in (
        broks.alert(it, host, WHY),
        broks.comment_added(it, host, hostile, hostile, WHY),
        broks.external_command(it, f"ADD_HOST_COMMENT;web;1;{hostile}", WHY),
        broks.notification(it, host, "admin", "PROBLEM", 1, "c", hostile, WHY),
        broks.passive_check(it, host, 0, ParsedOutput(hostile, hostile, hostile), WHY),
    ):
        message = line(emitted)[1]
        assert message.isprintable()
        assert len(message) < 20_000


def test_status_and_results_carry_the_historical_keys() -> None:
    it, host, service = here()
    (brok,) = broks.check_result(it, service, WHY)
    assert (brok.type, len(brok.data)) == ("service_check_result", 43)
    assert (brok.data["state"], brok.data["state_id"], brok.data["command_name"]) == ("CRITICAL", 2, "check_x")
    (brok,) = broks.check_result(it, host, WHY)
    assert (brok.type, len(brok.data)) == ("host_check_result", 40)
    (brok,) = broks.update_status(it, host, WHY)
    assert (brok.type, len(brok.data)) == ("update_host_status", 132)
    (brok,) = broks.next_schedule(it, service, WHY)
    assert brok.type == "service_next_schedule"
    assert list(brok.data) == ["uuid", "host_name", "service_description", "next_chk", "in_checking"]


def test_what_people_do_is_told_with_the_object_it_is_about() -> None:
    it, host, service = here()
    acknowledgement = Acknowledgement("me", "known", True, False, 100)
    (brok,) = broks.acknowledge_raise(it, service, acknowledgement, WHY)
    assert brok.type == "acknowledge_raise"
    assert (brok.data["host"], brok.data["service"], brok.data["sticky"]) == ("web", "http", True)
    assert broks.acknowledge_expire(it, service, acknowledgement, WHY)[0].type == "acknowledge_expire"
    downtime = Downtime("12", "me", "works", 100, 200, fixed=False, duration=60)
    (brok,) = broks.downtime_raise(it, host, downtime, WHY)
    assert (brok.type, brok.data["uuid"], brok.data["host"]) == ("downtime_raise", "12", "web")
    assert "service" not in brok.data
    assert broks.downtime_expire(it, host, downtime, WHY)[0].type == "downtime_expire"
    (brok,) = broks.comment(it, service, Comment("3", "me", "text", 100), WHY)
    assert (brok.data["comment"], brok.data["comment_type"], brok.data["service"]) == ("text", 2, "http")


def test_a_notification_is_told_with_its_id() -> None:
    it, _, service = here()
    message = NotificationMacros("ACKNOWLEDGEMENT", 1, "e1-9", author="me", comment="known")
    (brok,) = broks.notification_raise(it, service, "admin", message, NOW.wall, WHY)
    assert len(brok.data) == 19
    assert (brok.data["uuid"], brok.data["contact_name"], brok.data["reason_type"]) == ("e1-9", "admin", 1)
    assert (brok.data["author"], brok.data["author_name"]) == ("me", "n/a")


def test_a_result_for_somebody_unknown_is_told_when_wanted() -> None:
    it, _, _ = here()
    result = scan("PROCESS_SERVICE_CHECK_RESULT;new;cpu;2;hot | t=90")
    (brok,) = broks.unknown_check_result(it, result, 1234.5, WHY)
    assert brok.type == "unknown_service_check_result"
    assert brok.data == {
        "time_stamp": 1234,
        "host_name": "new",
        "service_description": "cpu",
        "return_code": "2",
        "output": "hot",
        "perf_data": "t=90",
    }
    (brok,) = broks.unknown_check_result(it, scan("PROCESS_HOST_CHECK_RESULT;new;0;up"), 1, WHY)
    assert brok.type == "unknown_host_check_result"
    silent, _, _ = here(Settings(accept_passive_unknown_check_results=False))
    assert broks.unknown_check_result(silent, result, 1, WHY) == ()


KEYS = {
    "initial_timeperiod_status": 9,
    "initial_command_status": 6,
    "initial_notificationway_status": 14,
    "initial_contact_status": 37,
    "initial_contactgroup_status": 10,
    "initial_host_status": 132,
    "initial_hostgroup_status": 14,
    "initial_service_status": 132,
    "initial_servicegroup_status": 13,
    "initial_broks_done": 1,
}


def test_who_comes_first_is_told_everything_in_the_order_it_relies_on() -> None:
    it, _, _ = here()
    told = broks.initial(it, NOW, WHY)
    assert list(dict.fromkeys(each.type for each in told)) == ["program_status", *KEYS]
    for each in told[1:]:
        assert len(each.data) == KEYS[each.type], each
        codec.dumps(each.data)
        codec.encode(each.data)
    hosts = [each.data["host_name"] for each in told if each.type == "initial_host_status"]
    assert hosts == ["router", "web"]


def test_the_program_tells_its_configuration_and_no_secret() -> None:
    it = world(macros={"USER3": "pa55word", "SNMPCOMMUNITY": "pa55word", "PLUGINS": "/opt"})
    (brok,) = broks.program_status(it, NOW, WHY)
    assert list(brok.data) == [
        "is_running", "instance_id", "instance_name", "last_alive", "pid", "_running", "_config", "_macros",
    ]  # fmt: skip
    text = codec.dumps(brok.data)
    assert "pa55word" not in text
    assert '"/opt"' in text
    assert '"log_alerts":true' in text
    assert "s3cret" not in codec.dumps([each.data for each in broks.initial(it, NOW, WHY)])
    assert broks.update_program_status(it, NOW, WHY)[0].type == "update_program_status"


def test_a_line_of_any_kind_can_be_written() -> None:
    assert line(broks.log_line("info", "RETENTION LOAD: scheduler-master", WHY)) == (
        "info",
        "RETENTION LOAD: scheduler-master",
    )
