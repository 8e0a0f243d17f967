"""Time periods against the plainest definition there is: look at the wall clock, minute by minute."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alignak.model.timeperiods import (
    SEARCH_DAYS,
    DateRange,
    Day,
    RangeKind,
    Timeperiod,
    day_minutes,
    is_active,
    merged,
    next_active,
    next_change,
    next_inactive,
)
from tests.support.calendars import END, START, Changes, Plain, by_minute, by_wall, clock_changes, text_of
from tests.support.configurations import BASE, compiled

WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ALWAYS = [(day, "00:00-24:00") for day in WEEK]
WORK = [(day, "08:30-12:00,13:00-17:45") for day in WEEK[:5]]
NIGHTS = [(day, "00:00-03:15,22:00-24:00") for day in WEEK]
LUNCH = Plain([(day, "12:00-13:00") for day in WEEK])

PERIODS = {
    "weekday": Plain([("sunday", "01:00-04:00")]),
    "a working week": Plain(WORK),
    "nights, over midnight": Plain(NIGHTS),
    "round the clock": Plain(ALWAYS),
    "never": Plain([("monday", "00:00-00:00")]),
    "date": Plain([("2028-02-29", "00:00-24:00"), ("2026-03-29", "01:30-03:30"), ("2027-10-03", "01:45-02:45")]),
    "dates": Plain([("2026-03-25 - 2026-04-10", "02:00-03:00"), ("2027-12-30 - 2028-01-02", "00:00-24:00")]),
    "dates, every third": Plain([("2026-01-01 - 2028-11-30 / 3", "00:30-02:30")]),
    "from a date on, every 28th": Plain([("2026-03-01 / 28", "00:00-24:00")]),
    "month date": Plain([("february 29", "00:00-24:00"), ("december 25", "10:00-24:00")]),
    "month date, from the end": Plain([("february -1", "00:00-24:00"), ("october -31", "01:00-05:00")]),
    "month dates": Plain([("february 10 - june -1", "01:50-02:20"), ("october 1 - 26", "02:00-02:30")]),
    "month dates, every second": Plain([("march 20 - november 5 / 2", "00:00-03:00")]),
    "over the new year": Plain([
        ("december 30 - january 2", "06:00-24:00"),
        ("november 1 - january 31 / 7", "1:00-2:00"),
    ]),
    "day": Plain([("day 1", "00:00-24:00"), ("day 31", "12:00-24:00")]),
    "day, from the end": Plain([("day -1", "00:00-24:00"), ("day -31", "05:00-06:00")]),
    "days": Plain([("day 25 - 31", "02:00-03:00"), ("day 28 - 3", "04:00-05:00"), ("day 15 - -10", "9:00-9:01")]),
    "days, every fifth": Plain([("day 1 - 31 / 5", "00:00-04:00")]),
    "weekday of a month": Plain([("sunday -1 march", "00:00-24:00"), ("sunday 1 october", "01:00-03:00")]),
    "weekdays of months": Plain([
        ("monday 3 may - friday -1 june", "07:00-19:00"),
        ("sunday -1 october - monday 5 february", "00:00-04:00"),
    ]),
    "weekdays of months, every fourth": Plain([("tuesday 2 february - sunday -1 october / 4", "00:15-23:45")]),
    "weekday of every month": Plain([
        ("sunday 1", "00:00-24:00"),
        ("sunday -1", "02:15-02:45"),
        ("friday 5", "8:00-9:00"),
    ]),
    "weekdays of every month": Plain([
        ("monday 2 - friday 4", "08:00-18:00"),
        ("saturday -1 - monday 1", "00:00-24:00"),
    ]),
    "weekdays of every month, every second": Plain([
        ("monday 1 - thursday 5 / 2", "00:00-06:00"),
        ("sunday 1 - 3", "01:00-03:00"),
    ]),
    "without lunch": Plain(WORK, [LUNCH]),
    "without lunch but on Wednesdays": Plain(ALWAYS, [Plain(LUNCH.entries, [Plain([("wednesday", "00:00-24:00")])])]),
    "without nights and holidays": Plain(ALWAYS, [Plain(NIGHTS), Plain([("december 24 - 26", "00:00-24:00")])]),
    "a holiday instead of a weekday": Plain([*ALWAYS, ("december 25", "00:00-00:00"), ("day 1", "10:00-12:00")]),
    "each kind over the next": Plain([
        *ALWAYS,
        ("sunday 1", "00:00-20:00"),
        ("sunday -1", "01:00-20:00"),
        ("sunday -1 march", "02:30-19:00"),
        ("day 25 - 31", "03:00-18:00"),
        ("march 28 - 29", "01:00-03:00"),
        ("october 25", "01:00-02:30"),
        ("2026-03-29", "00:00-02:00,05:00-06:00"),
        ("2026-03-28 - 2026-03-30", "22:00-23:00"),
    ]),
}  # fmt: skip
"""What administrators write, each form of a date alone and together with others."""

ZONES = ("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Kolkata")
"""Clocks that change at night, by half an hour, at midnight, never."""


@lru_cache(maxsize=len(PERIODS))
def wall_row(name: str) -> bytes:
    return by_wall(PERIODS[name])


@lru_cache(maxsize=len(PERIODS))
def defined(name: str) -> dict[str, Timeperiod]:
    config = compiled(BASE + text_of("p", PERIODS[name]))
    return {each.name: each for each in config.objects.timeperiods}


def walked(period: Timeperiod, periods: Mapping[str, Timeperiod], zone: str) -> list[int]:
    """Return the minutes of three years at which a period changes, going from each to the next."""
    found: list[int] = []
    at = START * 60.0
    while at < END * 60:
        change = next_change(period, at, periods, zone)
        if change is None:
            at += SEARCH_DAYS * 86400
        else:
            assert change % 60 == 0
            found.append(int(change // 60))
            at = change
    return [each for each in found if each < END]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("name", PERIODS)
def test_three_years_are_as_the_wall_clock_says(name: str, zone: str) -> None:
    periods = defined(name)
    period = periods["p"]
    truth = Changes(by_minute(wall_row(name), zone))
    expected = [each for each in truth.minutes if each < END]
    assert walked(period, periods, zone) == expected
    near = {each + nearby for each in expected[::7] for nearby in (-1, 0)}
    near.update(minute for change in clock_changes(zone) for minute in range(change - 99, change + 99) if minute < END)
    wrong = [each for each in near if is_active(period, each * 60.0 + 59, periods, zone) != truth.is_active(each * 60)]
    assert not wrong


@pytest.mark.parametrize("name", PERIODS)
def test_the_next_change_is_found_from_anywhere(name: str) -> None:
    periods = defined(name)
    for zone in ZONES[1:3]:
        truth = Changes(by_minute(wall_row(name), zone))
        for at in range(START * 60 + 17, END * 60, 86400 * 97 + 3601):
            expected = truth.after(at, SEARCH_DAYS)
            is_on = truth.is_active(at)
            assert next_change(periods["p"], at, periods, zone) == expected
            assert next_active(periods["p"], at, periods, zone) == (at if is_on else expected)
            assert next_inactive(periods["p"], at, periods, zone) == (expected if is_on else at)


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("name", PERIODS)
def test_every_minute_of_three_years_is_as_the_wall_clock_says(name: str, zone: str) -> None:
    periods = defined(name)
    row = by_minute(wall_row(name), zone)
    step = 1 if zone == "Australia/Lord_Howe" else 31
    found = bytes([is_active(periods["p"], each * 60.0, periods, zone) for each in range(START, END, step)])
    assert found == row[: END - START : step]


clocks = st.integers(0, 96).map(lambda each: f"{each // 4:02}:{each % 4 * 15:02}")
times = st.lists(st.lists(clocks, min_size=2, max_size=2).map(sorted).map("-".join), min_size=1, max_size=3)
weekdays = st.sampled_from(WEEK)
months = st.sampled_from(("january", "february", "march", "june", "october", "december"))
numbers = st.integers(-31, 31).filter(bool)
nths = st.integers(-5, 5).filter(bool)
dates = st.dates(date(2025, 12, 1), date(2029, 2, 1)).map(str)
skips = st.sampled_from(("", "", " / 2", " / 5", " / 40"))
ends = (
    st.builds("{} {}".format, months, numbers),
    st.builds("day {}".format, numbers),
    st.builds("{} {} {}".format, weekdays, nths, months),
    st.builds("{} {}".format, weekdays, nths),
)
days = st.one_of(
    weekdays,
    dates,
    st.builds("{} / {}".format, dates, st.integers(1, 99)),
    st.builds("{} - {}{}".format, dates, dates, skips).filter(lambda each: each[:10] <= each[13:23]),
    st.one_of(*ends),
    st.one_of(*(st.builds("{} - {}{}".format, each, each, skips) for each in ends)),
)
entries = st.lists(st.tuples(days, times.map(",".join)), max_size=6)


@settings(max_examples=25, deadline=None)
@given(entries, entries, st.sampled_from(ZONES))
@example(
    [("thursday 5 - wednesday 5", "00:00-24:00"), ("february 30 - february 29", "00:00-12:00")], [], "Europe/Paris"
)
def test_whatever_is_written_the_wall_clock_is_right(
    included: list[tuple[str, str]], excluded: list[tuple[str, str]], zone: str
) -> None:
    plain = Plain(included, [Plain(excluded)])
    periods = {each.name: each for each in compiled(BASE + text_of("p", plain)).objects.timeperiods}
    truth = Changes(by_minute(by_wall(plain), zone))
    assert walked(periods["p"], periods, zone) == [each for each in truth.minutes if each < END]


quarters = st.integers(0, 96).map(lambda each: each * 15)
minutes = st.lists(st.tuples(quarters, quarters), min_size=1, max_size=3).map(merged)
day_numbers = st.builds(
    Day, year=st.integers(0, 9999), month=st.integers(1, 12), number=st.integers(-40, 40), weekday=st.integers(0, 6)
)
ranges = st.builds(
    DateRange, st.sampled_from(RangeKind), day_numbers, st.none() | day_numbers, st.integers(1, 4), minutes
)


@settings(max_examples=200, deadline=None)
@given(ranges, st.dates(min_value=date(1971, 1, 1), max_value=date(2100, 12, 31)))
def test_any_range_answers_on_any_day(entry: DateRange, day: date) -> None:
    assert day_minutes(Timeperiod("p", entries=(entry,)), day, {}) in ((), entry.minutes)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1440), st.integers(0, 1440)), max_size=8))
def test_merged_ranges_are_the_minutes_of_all(some: list[tuple[int, int]]) -> None:
    found = merged(some)
    assert {each for start, end in found for each in range(start, end)} == {
        each for start, end in some for each in range(start, end)
    }
    assert all(one[1] < other[0] for one, other in pairwise(found))
