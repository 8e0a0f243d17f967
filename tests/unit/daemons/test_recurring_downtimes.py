"""Recurring downtimes by HTTP are the commands that make them."""

from __future__ import annotations

import pytest

from alignak.api.arbiter import EndRecurring, RecurringRequest
from alignak.base.errors import RefusedError
from alignak.daemons.recurring_downtimes import end, schedule
from alignak.engine.command_table import check_shape

GIVEN = {"rule": "FREQ=MONTHLY;BYDAY=2SU", "start": "02:00", "duration": 600, "author": "me", "comment": "a; b"}
REST = r"FREQ=MONTHLY\;BYDAY=2SU;02:00;600;;me;a; b"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({"element": "web"}, "SCHEDULE_RECURRING_HOST_DOWNTIME;web;"),
        ({"element": "web", "services": True}, "SCHEDULE_RECURRING_HOST_SVC_DOWNTIME;web;"),
        ({"element": "web/http/2"}, "SCHEDULE_RECURRING_SVC_DOWNTIME;web;http/2;"),
        ({"hostgroup": "all"}, "SCHEDULE_RECURRING_HOSTGROUP_HOST_DOWNTIME;all;"),
        ({"hostgroup": "all", "services": True}, "SCHEDULE_RECURRING_HOSTGROUP_SVC_DOWNTIME;all;"),
        ({"servicegroup": "front"}, "SCHEDULE_RECURRING_SERVICEGROUP_SVC_DOWNTIME;front;"),
    ],
)
def test_what_it_is_for_says_which_command_it_is(target: dict[str, object], expected: str) -> None:
    line = schedule(RecurringRequest(**GIVEN, **target)).command
    assert line == expected + REST
    assert check_shape(line)


def test_one_thing_says_what_it_is_for() -> None:
    for target in ({}, {"element": "web", "hostgroup": "all"}):
        with pytest.raises(RefusedError, match="give one of them"):
            schedule(RecurringRequest(**GIVEN, **target))


def test_no_id_becomes_another_command() -> None:
    assert end(EndRecurring("17;x")).command == r"DEL_RECURRING_DOWNTIME;17\;x"
