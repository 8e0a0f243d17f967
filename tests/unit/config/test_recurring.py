"""Recurring downtimes as files define them."""

from __future__ import annotations

import pytest

from alignak.config.recurring import read_duration
from alignak.model.recurring import Malformed, RecurringDowntime
from tests.support.configurations import BASE, compiled, errors, loaded, warnings


def define(kind: str, **values: str) -> str:
    lines = "".join(f"{key} {value}\n" for key, value in values.items())
    return f"define {kind}{{\n{lines}}}\n"


SITE = (
    BASE
    + "".join(define("host", host_name=each, use="generic-host", hostgroups="web") for each in ("web1", "web2"))
    + define("hostgroup", hostgroup_name="web")
    + define("service", host_name="web1,web2", use="generic-service", service_description="http", servicegroups="pages")
    + define("servicegroup", servicegroup_name="pages")
)

TIMES = {"rule": "sunday", "start_time": "02:00", "duration": "2h30m"}


def downtime(**values: str) -> str:
    return define("recurringdowntime", **{"recurringdowntime_name": "patches", "host_name": "web1", **TIMES, **values})


def one(**values: str) -> RecurringDowntime:
    (found,) = compiled(SITE + downtime(**values)).objects.recurringdowntimes
    return found


def test_what_a_definition_says_is_kept() -> None:
    found = one(rule="FREQ=MONTHLY BYDAY=2SU", zone="Europe/Paris", author="ops", comment="second sunday")
    assert (found.name, found.rule, found.start, found.duration) == ("patches", "FREQ=MONTHLY;BYDAY=2SU", 120, 9000)
    assert (found.zone, found.author, found.comment, found.first_day) == ("Europe/Paris", "ops", "second sunday", "")
    assert found.imported_from.endswith(":" + str((SITE + downtime()).split("define recurring")[0].count("\n") + 1))


def test_who_says_neither_author_nor_comment_gets_some() -> None:
    assert (one().author, one().comment) == ("Alignak", "Recurring downtime patches")


@pytest.mark.parametrize(
    ("whom", "members"),
    [
        ({}, ["web1"]),
        ({"host_name": "web1,web2"}, ["web1", "web2"]),
        ({"host_name": "!web1", "hostgroup_name": "web"}, ["web2"]),
        ({"hostgroup_name": "web", "service_description": "http"}, ["web1;http", "web2;http"]),
        ({"host_name": "", "servicegroup_name": "pages"}, ["web1;http", "web2;http"]),
    ],
)
def test_it_is_for_hosts_or_for_their_services(whom: dict[str, str], members: list[str]) -> None:
    assert list(one(**whom).members) == members


def test_nothing_is_said_of_a_good_one() -> None:
    result = loaded(SITE + downtime())
    assert (errors(result), warnings(result)) == ([], [])
    assert result.created["recurringdowntime"] == 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"rule": "someday"}, "'someday' is no weekday"),
        ({"rule": "FREQ=HOURLY"}, "FREQ is 'HOURLY'"),
        ({"rule": "FREQ=WEEKLY INTERVAL=2 BYDAY=MO"}, "INTERVAL counts from a first day: add DTSTART=20260131"),
        ({"rule": "FREQ=YEARLY BYMONTH=2 BYMONTHDAY=30"}, "gives no day within ten years"),
        ({"start_time": "24:00"}, "'24:00' is no time of day"),
        ({"duration": "soon"}, "'soon' is no duration"),
        ({"zone": "Mars/Olympus"}, "zone 'Mars/Olympus' is no time zone"),
        ({"host_name": "web9"}, "got a bad host_name definition 'web9', did you mean 'web"),
        ({"service_description": "htpt"}, "Service htpt not found for host web1, did you mean 'http'?"),
        ({"servicegroup_name": "page"}, "got a bad servicegroup_name definition 'page', did you mean 'pages'?"),
        ({"host_name": ""}, "it is for nothing: give host_name, hostgroup_name or servicegroup_name"),
        ({"rule": ""}, "rule required property is missing"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(wrong: dict[str, str], message: str) -> None:
    assert any(message in each for each in errors(loaded(SITE + downtime(**wrong))))


def test_a_misspelt_directive_brings_the_right_one() -> None:
    found = warnings(loaded(SITE + downtime(start_tme="02:00")))
    assert any("start_time" in each for each in found)


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("2h", 7200), ("1d 2h 3m 4", 93784)])
def test_durations_are_seconds_or_have_units(text: str, seconds: int) -> None:
    assert read_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "0", "0h", "2x", "1.5h", "-3", "9999d", "h", "١h"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        read_duration(text)
