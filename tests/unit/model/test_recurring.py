"""Which days a rule means, and when that is on a wall clock that jumps."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from alignak.model.recurring import Malformed, RecurringDowntime, instant, occurrences, read_rule, read_time, today

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC).timestamp()


def days(rule: str, count: int = 4, start: str = "10:00", zone: str = "UTC") -> list[str]:
    """Return the first days of a rule from the first of January 2026 on."""
    text, first = read_rule(rule)
    recurring = RecurringDowntime("r", text, read_time(start), 60, zone, first)
    found = islice(occurrences(recurring, NOON, "UTC"), count)
    return [f"{datetime.fromtimestamp(each.start, ZoneInfo(zone)):%m-%d}" for each in found]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("daily", ["01-02", "01-03", "01-04", "01-05"]),
        ("saturday, sun", ["01-03", "01-04", "01-10", "01-11"]),
        ("FREQ=MONTHLY;BYDAY=2SU", ["01-11", "02-08", "03-08", "04-12"]),
        ("rrule:freq=monthly bymonthday=-1", ["01-31", "02-28", "03-31", "04-30"]),
        ("FREQ=WEEKLY INTERVAL=2 DTSTART=20260105", ["01-05", "01-19", "02-02", "02-16"]),
        ("FREQ=DAILY COUNT=3 DTSTART=20260101", ["01-02", "01-03"]),
        ("FREQ=DAILY UNTIL=20260103", ["01-02", "01-03"]),
        ("FREQ=MONTHLY BYDAY=MO,TU,WE,TH,FR BYSETPOS=-1", ["01-30", "02-27", "03-31", "04-30"]),
        ("FREQ=YEARLY BYMONTH=2 BYMONTHDAY=29", ["02-29", "02-29"]),
    ],
)
def test_rules_give_their_days(rule: str, expected: list[str]) -> None:
    assert days(rule) == expected


def test_the_same_weekdays_are_the_same_rule_however_they_are_written() -> None:
    assert read_rule("sun,MON").text == read_rule("Monday sunday").text == "FREQ=WEEKLY;BYDAY=MO,SU"


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "m",
        "monsun",
        "FREQ=SECONDLY",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=WEEKLY",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO",
        "FREQ=DAILY;COUNT=5",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=999999999999",
        "FREQ=DAILY;COUNT=0;DTSTART=20260101",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101;DTSTART=20260101",
        "FREQ=DAILY;UNTIL=20261399",
        "FREQ=DAILY;DTSTART=00010101",
        "FREQ=DAILY;BYEASTER=1",
        "FREQ=MONTHLY;BYMONTHDAY=99",
        "FREQ=YEARLY;BYWEEKNO=x",
        "FREQ=DAILY;X" + "X" * 1000,
    ],
)
def test_what_is_no_rule_of_days_is_refused_with_a_reason(rule: str) -> None:
    with pytest.raises(Malformed) as refused:
        list(days(rule))
    assert str(refused.value)


@pytest.mark.parametrize("text", ["", "24:00", "10:60", "10", "1000", "-1:00", "10:00:00", "١٠:00"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        read_time(text)


@pytest.mark.timeout(5)
def test_a_rule_that_never_comes_ends_soon() -> None:
    for rest in ("", " COUNT=99999 DTSTART=19700101", " UNTIL=29000101"):
        with pytest.raises(Malformed, match="gives no day within ten years"):
            days(f"FREQ=DAILY BYMONTH=2 BYMONTHDAY=30{rest}")
    assert days("FREQ=DAILY UNTIL=20250101") == []


@pytest.mark.parametrize(
    ("zone", "local", "shown"),
    [
        ("Europe/Paris", datetime(2026, 3, 29, 2, 30), "03-29 01:00:00"),
        ("Europe/Paris", datetime(2026, 10, 25, 2, 30), "10-25 00:30:00"),
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 15), "10-03 15:30:00"),
        ("Pacific/Apia", datetime(2011, 12, 30, 12, 0), "12-30 10:00:00"),
        ("America/New_York", datetime(2026, 3, 8, 2, 0), "03-08 07:00:00"),
        ("UTC", datetime(2026, 3, 29, 2, 30), "03-29 02:30:00"),
    ],
)
def test_a_time_the_clock_jumps_over_is_when_it_has_jumped_and_one_it_shows_twice_the_first(
    zone: str, local: datetime, shown: str
) -> None:
    assert f"{datetime.fromtimestamp(instant(local, ZoneInfo(zone)), UTC):%m-%d %H:%M:%S}" == shown


def test_an_occurrence_that_goes_on_is_the_first() -> None:
    recurring = RecurringDowntime("r", "FREQ=DAILY", 23 * 60, 5 * 3600, "Asia/Tokyo")
    at = datetime(2026, 1, 1, 15, 30, tzinfo=UTC).timestamp()
    first, second = islice(occurrences(recurring, at, "UTC"), 2)
    assert (at - first.start, first.end - at, second.start - first.start) == (1.5 * 3600, 3.5 * 3600, 86400)


def test_the_zone_of_the_configuration_counts_where_none_is_named() -> None:
    recurring = RecurringDowntime("r", "FREQ=DAILY", 0, 60)
    zones = [next(occurrences(recurring, NOON, zone)).start for zone in ("UTC", "Asia/Tokyo")]
    assert zones[0] - zones[1] == 9 * 3600
    assert (today(NOON + 4 * 3600, "Asia/Tokyo"), today(NOON, "UTC")) == ("2026-01-02", "2026-01-01")
