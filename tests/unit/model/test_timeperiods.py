"""When a time period applies, as administrators expect of their calendar."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alignak.model.timeperiods import (
    DateRange,
    Day,
    RangeKind,
    Timeperiod,
    day_minutes,
    is_active,
    next_active,
    next_change,
    next_inactive,
)
from tests.support.configurations import BASE, compiled

PARIS = "Europe/Paris"
ALWAYS = tuple(DateRange(RangeKind.WEEKDAY, Day(weekday=each), Day(weekday=each), 1, ((0, 1440),)) for each in range(7))


def period(*lines: str) -> Timeperiod:
    config = compiled(BASE + "define timeperiod{\ntimeperiod_name p\n" + "\n".join(lines) + "\n}\n")
    return config.objects.timeperiods[0]


def at(text: str, zone: str = PARIS, *, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()


def days(found: Timeperiod, year: int) -> list[str]:
    first = datetime(year, 1, 1, tzinfo=ZoneInfo("UTC")).date()
    every = [first + timedelta(days=each) for each in range(366)]
    return [f"{each:%m-%d}" for each in every if each.year == year and day_minutes(found, each, {})]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("february 10 - 12", ["02-10", "02-11", "02-12"]),
        ("february 28 - march 1", ["02-28", "03-01"]),
        ("february -1", ["02-28"]),
        ("december 30 - january 2", ["01-01", "01-02", "12-30", "12-31"]),
        ("december 25", ["12-25"]),
        ("monday 3 may", ["05-18"]),
        ("friday -1 june", ["06-26"]),
        ("monday 1 may - tuesday 1 may", ["05-04", "05-05"]),
        ("2026-03-30 - 2026-04-01", ["03-30", "03-31", "04-01"]),
        ("2026-02-01 - 2026-02-10 / 4", ["02-01", "02-05", "02-09"]),
        ("2025-12-31 - 2026-01-02", ["01-01", "01-02"]),
        ("february 1 - 10 / 4", ["02-01", "02-05", "02-09"]),
    ],
)
def test_days_of_a_year(entry: str, expected: list[str]) -> None:
    assert days(period(f"{entry}   08:00-18:00"), 2026) == expected


@pytest.mark.parametrize(
    ("entry", "february", "april"),
    [
        ("day 30", [], [30]),
        ("day -1", [28], [30]),
        ("day 29 - 31", [], [29, 30]),
        ("day 27 - -1", [27, 28], [27, 28, 29, 30]),
        ("day 29 - 2", [1, 2], [1, 2, 29, 30]),
        ("day -2 - 1", [1, 27, 28], [1, 29, 30]),
        ("thursday 5", [], [30]),
        ("thursday -1", [26], [30]),
        ("wednesday 1 - thursday 1", [1, 2, 3, 4, 5], [1, 2]),
        ("friday -1 - monday 1", [1, 2, 27, 28], [1, 2, 3, 4, 5, 6, 24, 25, 26, 27, 28, 29, 30]),
        ("monday 4 - thursday 5", [23, 24, 25, 26, 27, 28], [27, 28, 29, 30]),
    ],
)
def test_days_of_every_month(entry: str, february: list[int], april: list[int]) -> None:
    found = days(period(f"{entry}   08:00-18:00"), 2026)
    assert [int(each[3:]) for each in found if each.startswith("02")] == february
    assert [int(each[3:]) for each in found if each.startswith("04")] == april


def test_every_third_day_has_no_end_when_none_is_given() -> None:
    found = period("2026-01-01 / 3   00:00-24:00")
    assert days(found, 2026)[:3] == ["01-01", "01-04", "01-07"]
    assert len(days(found, 2030)) in (121, 122)


def test_a_working_week_begins_and_ends_on_time() -> None:
    found = period(*(f"{day} 08:00-12:00,13:00-18:00" for day in ("monday", "tuesday", "friday")))
    periods = {"p": found}
    friday = at("2026-11-20T18:00")
    assert is_active(found, friday - 0.5, periods, PARIS)
    assert not is_active(found, friday, periods, PARIS)
    assert next_active(found, friday, periods, PARIS) == at("2026-11-23T08:00")
    assert next_active(found, friday - 60, periods, PARIS) == friday - 60
    assert next_inactive(found, at("2026-11-20T11:59:59"), periods, PARIS) == at("2026-11-20T12:00")
    assert next_inactive(found, friday, periods, PARIS) == friday


def test_round_the_clock_never_ends_and_never_never_begins() -> None:
    always, never = Timeperiod("always", entries=ALWAYS), Timeperiod("never")
    now = at("2026-11-20T18:00")
    assert next_inactive(always, now, {}, PARIS) is None
    assert next_active(always, now, {}, PARIS) == now
    assert next_active(never, now, {}, PARIS) is None
    assert next_active(period("2020-01-01 00:00-24:00"), now, {}, PARIS) is None


def test_midnight_between_two_active_days_is_no_end() -> None:
    found = period("friday 20:00-24:00", "saturday 00:00-04:00")
    assert next_inactive(found, at("2026-11-20T23:00"), {}, PARIS) == at("2026-11-21T04:00")


def test_excluded_periods_and_theirs_are_taken_away() -> None:
    lunch = Timeperiod("lunch", entries=tuple(DateRange(e.kind, e.first, e.last, 1, ((720, 780),)) for e in ALWAYS))
    sundays = Timeperiod("sundays", entries=ALWAYS[6:])
    work_lunch = Timeperiod("work-lunch", entries=lunch.entries, exclude=("sundays",))
    day = Timeperiod("day", entries=ALWAYS, exclude=("work-lunch", "unheard-of"))
    periods = {each.name: each for each in (lunch, sundays, work_lunch, day)}
    assert not is_active(day, at("2026-11-20T12:30"), periods, PARIS)
    assert is_active(day, at("2026-11-22T12:30"), periods, PARIS)
    assert next_inactive(day, at("2026-11-21T14:00"), periods, PARIS) == at("2026-11-23T12:00")
    assert next_active(day, at("2026-11-20T12:30"), periods, PARIS) == at("2026-11-20T13:00")


def test_an_hour_that_is_skipped_is_never_active() -> None:
    found = period("sunday 02:00-03:00")
    assert next_active(found, at("2026-03-28T12:00"), {}, PARIS) == at("2026-04-05T02:00")


def test_an_hour_that_comes_twice_is_active_twice() -> None:
    found = period("sunday 02:00-03:00")
    first, second = at("2026-10-25T02:00"), at("2026-10-25T02:00", fold=1)
    assert second - first == 3600
    assert next_active(found, at("2026-10-24T12:00"), {}, PARIS) == first
    assert next_inactive(found, first, {}, PARIS) == second + 3600
    half = period("sunday 02:15-02:30")
    assert next_active(half, first + 1800, {}, PARIS) == second + 900


def test_a_day_that_begins_at_one_o_clock_is_a_day() -> None:
    found = period("day 25   00:00-02:00")
    zone = "Asia/Beirut"  # on 2018-03-25 its clocks went from 00:00 to 01:00
    assert next_active(found, at("2018-03-24T12:00", zone), {}, zone) == at("2018-03-25T01:00", zone)
    assert next_inactive(found, at("2018-03-25T01:00", zone), {}, zone) == at("2018-03-25T02:00", zone)


def test_without_a_zone_the_machine_s_own_counts() -> None:
    found = Timeperiod("p", entries=tuple(DateRange(e.kind, e.first, e.last, 1, ((480, 1080),)) for e in ALWAYS))
    nine = datetime(2026, 11, 20, 9).astimezone().timestamp()
    assert is_active(found, nine, {}, "")
    assert next_inactive(found, nine, {}, "") == nine + 9 * 3600


def test_a_holiday_takes_the_place_of_its_weekday() -> None:
    # As the sample files of Nagios have it: a period of all weekdays that uses one of holidays.
    found = period("monday 00:00-24:00", "friday 00:00-24:00", "december 25   00:00-00:00", "2026-12-28   10:00-12:00")
    assert not is_active(found, at("2026-12-25T12:00"), {}, PARIS)
    assert is_active(found, at("2026-12-18T12:00"), {}, PARIS)
    assert next_active(found, at("2026-12-25T00:00"), {}, PARIS) == at("2026-12-28T10:00")
    assert next_change(found, at("2026-12-28T10:00"), {}, PARIS) == at("2026-12-28T12:00")


@pytest.mark.parametrize(
    ("entries", "minutes"),
    [
        (["friday 00:00-01:00", "friday -1 00:00-02:00"], 120),
        (["friday -1 00:00-02:00", "friday -1 december 00:00-03:00"], 180),
        (["friday -1 december 00:00-03:00", "day 25   00:00-04:00"], 240),
        (["day 25   00:00-04:00", "december 24 - 26   00:00-05:00"], 300),
        (["december 25   00:00-05:00", "2026-12-25   00:00-06:00"], 360),
        (["december 25   00:00-05:00", "december 24 - 26   08:00-09:00"], 360),
    ],
)
def test_the_most_special_kind_of_entry_decides_and_entries_of_a_kind_add_up(entries: list[str], minutes: int) -> None:
    day = datetime.fromisoformat("2026-12-25").date()
    for lines in (entries, entries[::-1]):
        assert sum(end - start for start, end in day_minutes(period(*lines), day, {})) == minutes
