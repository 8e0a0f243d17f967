"""External commands are read from lines, and refused with a reason a person can use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignak.base.errors import RefusedError
from alignak.engine.command_table import (
    ROWS,
    ParsedCommand,
    Row,
    Scope,
    check_shape,
    host_of_result,
    parse,
    routing_host,
    scan,
)
from tests.support.worlds import world

NOW = 1_700_000_000.5

GOOD = {
    "host": "web",
    "service": "web;http",
    "contact": "admin",
    "host_group": "network",
    "service_group": "front",
    "contact_group": "admins",
    "time_period": "24x7",
    "command": "check_ping",
    "to_int": "7",
    "to_bool": "1",
    "author": "me",
    "text": "some text",
    "obsolete": "1",
}
"""A right argument of each kind."""


def line_of(row: Row) -> str:
    return ";".join((f"[1234] {row.name}", *(GOOD[kind] for kind in row.kinds)))


def test_all_169_commands_are_known_and_each_has_its_audience() -> None:
    assert len(ROWS) >= 169
    assert sorted(name for name, row in ROWS.items() if row.scope is Scope.ARBITER) == [
        "ADD_SIMPLE_POLLER",
        "PROCESS_FILE",
        "RELOAD_CONFIG",
        "RESTART_PROGRAM",
        "SHUTDOWN_PROGRAM",
    ]
    assert {"host", "service"}.isdisjoint(
        kind for row in ROWS.values() if row.scope is Scope.GLOBAL for kind in row.kinds
    )


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.name)
def test_each_command_is_accepted_with_right_arguments_and_refused_with_others(row: Row) -> None:
    here = world()
    line = line_of(row)
    assert parse(line, NOW, here).name == row.name
    assert parse(line, NOW, here).at == 1234
    for wrong in wrong_lines(row, line):
        with pytest.raises(RefusedError):
            parse(wrong, NOW, here)


def wrong_lines(row: Row, line: str) -> list[str]:
    """Missing, extra and absurd arguments; free text takes everything."""
    wrong = [line.rpartition(";")[0]] if row.kinds else [f"{line};extra"]
    if row.kinds and row.kinds[-1] not in ("text", "author", "obsolete"):
        wrong.append(f"{line};extra")
    for number, kind in enumerate(row.kinds):
        if kind not in ("text", "author", "obsolete"):
            fields = [GOOD[each] for each in row.kinds]
            for absurd in ("", "\x00\ud800", "a" * 10_000, "-", "1e400"):
                fields[number] = f"{absurd};{absurd}" if kind == "service" else absurd
                wrong.append(";".join((row.name, *fields)))
    return wrong


def test_the_name_is_taken_in_any_case_and_the_arguments_as_they_are() -> None:
    found = parse("[1234] add_svc_comment;web;http;1;Me;Some Text; more", NOW, world())
    assert found.name == "ADD_SVC_COMMENT"
    assert found.values == ("Me", "Some Text; more")
    assert found.item is not None
    assert found.item.key == "web;http"
    assert found.host is found.item.host


def test_without_a_timestamp_the_time_of_arrival_is_meant() -> None:
    assert parse("DISABLE_NOTIFICATIONS", NOW, world()).at == NOW
    assert scan("DISABLE_NOTIFICATIONS").timestamp is None


def test_a_semicolon_is_escaped_with_a_backslash() -> None:
    found = parse("ADD_HOST_COMMENT;web;1;me\\;you;text \\; more", NOW, world())
    assert found.values == ("me;you", "text ; more")


def test_typed_arguments_come_in_order_and_obsolete_ones_are_left_out() -> None:
    found = parse("ACKNOWLEDGE_SVC_PROBLEM;web;http;2;1;1;me;known", NOW, world())
    assert found.values == (2, True, "me", "known")
    found = parse("SCHEDULE_HOST_DOWNTIME;web;100;200;1;0;3600;me;works", NOW, world())
    assert found.values == (100, 200, True, "0", 3600, "me", "works")


def test_objects_are_found() -> None:
    here = world()
    found = parse("CHANGE_CONTACT_HOST_NOTIFICATION_TIMEPERIOD;admin;24x7", NOW, here)
    assert (found.contact, found.period) == (here.contacts["admin"], here.timeperiods["24x7"])
    assert parse("ENABLE_HOSTGROUP_HOST_CHECKS;network", NOW, here).group is here.hostgroups["network"]
    assert parse("CHANGE_HOST_CHECK_COMMAND;web;check_x", NOW, here).command is here.commands["check_x"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "Malformed command: ''"),
        ("[abc] DISABLE_NOTIFICATIONS", "Malformed command: '[abc] DISABLE_NOTIFICATIONS'"),
        ("[1234]", "Malformed command: '[1234]'"),
        (f"[{'9' * 5000}] DISABLE_NOTIFICATIONS", "Malformed command"),
        ("[1234] DISABLE_NOTIFICATION", "is not recognized, sorry; did you mean 'DISABLE_NOTIFICATIONS'?"),
        ("[1234] foo;bar", "Command '[1234] foo;bar' is not recognized, sorry"),
        ("ENABLE_HOST_CHECK", "Arguments are not correct for the command: 'ENABLE_HOST_CHECK'"),
        ("DELAY_HOST_NOTIFICATION;web;soon", "'soon' is no whole number"),
        ("ENABLE_HOST_CHECK;wep", "the host 'wep', but the host could not be found!"),
        ("ENABLE_SVC_CHECK;web;htp", "for the service 'htp' on host 'web', but the service could not be found!"),
        ("ENABLE_SVC_CHECK;web;htp", "did you mean 'http'?"),
        ("ENABLE_CONTACT_SVC_NOTIFICATIONS;adnin", "there is no contact 'adnin'; did you mean 'admin'?"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_may_be_meant(line: str, reason: str) -> None:
    with pytest.raises(RefusedError) as refused:
        parse(line, NOW, world())
    assert reason in refused.value.message
    assert refused.value.message.isprintable()
    assert len(refused.value.message) < 1000


def test_a_refusal_is_one_line_whatever_the_command_holds() -> None:
    with pytest.raises(RefusedError) as refused:
        scan("FOO\nBAR;\x1b[31m\ud800")
    assert refused.value.message.isprintable()


def test_who_has_no_world_checks_number_and_types_and_finds_the_host_to_route_by() -> None:
    assert check_shape("[12] PROCESS_SERVICE_CHECK_RESULT;h;s;2;out; put").fields == ("h", "s", "2", "out; put")
    assert routing_host("[12] PROCESS_SERVICE_CHECK_RESULT;h;s;2;output") == "h"
    assert routing_host("ENABLE_HOST_CHECK; h ") == "h"
    assert routing_host("DISABLE_NOTIFICATIONS") is None
    assert routing_host("DEL_ALL_CONTACT_DOWNTIMES;admin") is None
    assert check_shape("RESTART_PROGRAM").is_local
    assert not check_shape("DISABLE_NOTIFICATIONS").is_local
    with pytest.raises(RefusedError):
        check_shape("PROCESS_SERVICE_CHECK_RESULT;h;s;two;output")


NAMES = st.sampled_from(("web", "db", "nobody", " web", "web ", "", "web;x"))
TEXTS = st.text(st.sampled_from("a é|;\\\n\0\ud800\ufdd0\r1"), max_size=12)


@given(
    stamp=st.sampled_from(("[1234] ", "", "[1234]", " [ 1234 ] ", "[12345678901234] ")),
    target=st.sampled_from(("SERVICE_CHECK_RESULT;web;http", "HOST_CHECK_RESULT;web", "HOST_CHECK_RESULT;web;http"))
    | st.builds("HOST_CHECK_RESULT;{}".format, NAMES)
    | st.builds("SERVICE_CHECK_RESULT;{};http".format, NAMES),
    code=st.sampled_from(("0", "2", "4", "5", "+1", "", "x")),
    text=TEXTS,
)
def test_results_written_plainly_are_read_like_all_others(stamp: str, target: str, code: str, text: str) -> None:
    """A name in small letters is read the long way."""
    here = world()
    line, long_way = (f"{stamp}{name}_{target};{code};{text}" for name in ("PROCESS", "process"))
    try:
        expected: ParsedCommand | None = parse(long_way, NOW, here)
    except RefusedError:
        expected = None
    if expected is None:
        with pytest.raises(RefusedError):
            parse(line, NOW, here)
    else:
        assert parse(line, NOW, here) == expected
    host = host_of_result(line)
    assert host is None or host.strip() == routing_host(long_way)
