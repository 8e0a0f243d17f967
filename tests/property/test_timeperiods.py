"""Time periods against the plainest definition there is: look at the wall clock, minute by minute."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from alignak.model.timeperiods import (
    DateRange,
    Day,
    RangeKind,
    Timeperiod,
    day_minutes,
    is_active,
    merged,
    next_active,
    next_inactive,
)

ZONES = {
    "Europe/Paris": ("2026-03-29", "2026-10-25"),
    "America/New_York": ("2026-03-08", "2026-11-01"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),
    "Asia/Beirut": ("2018-03-25", "2018-10-28"),
    "America/Havana": ("2026-03-08", "2026-11-01"),
    "UTC": ("2026-02-28", "2026-12-31"),
}
"""Zones with a day of each on which their clocks change: by an hour, by half an hour, at midnight, never."""

STEP = 60 * 15
SPAN = 3 * 86400

quarters = st.integers(0, 96).map(lambda each: each * 15)
minutes = st.lists(st.tuples(quarters, quarters), min_size=1, max_size=3).map(merged)
numbers = st.integers(-31, 31).filter(bool)
nths = st.integers(-5, 5).filter(bool)
weekdays = st.integers(0, 6)
months = st.integers(1, 12)
ends = {
    RangeKind.MONTH_DATE: st.builds(Day, month=months, number=numbers),
    RangeKind.MONTH_DAY: st.builds(Day, number=numbers),
    RangeKind.MONTH_WEEKDAY: st.builds(Day, month=months, number=nths, weekday=weekdays),
    RangeKind.WEEKDAY_OFFSET: st.builds(Day, number=nths, weekday=weekdays),
    RangeKind.WEEKDAY: st.builds(Day, weekday=weekdays),
}
ranges = st.sampled_from(sorted(ends, key=str)).flatmap(
    lambda kind: st.builds(DateRange, st.just(kind), ends[kind], ends[kind], st.integers(1, 4), minutes)
)
weekly = st.builds(
    lambda day, times: DateRange(RangeKind.WEEKDAY, Day(weekday=day), Day(weekday=day), 1, times), weekdays, minutes
)
entries = st.lists(st.one_of(weekly, ranges), max_size=8).map(tuple)


def wall_says(period: Timeperiod, periods: dict[str, Timeperiod], at: float, zone: str) -> bool:
    wall = datetime.fromtimestamp(at, ZoneInfo(zone))
    now = wall.hour * 60 + wall.minute
    return any(start <= now < end for start, end in day_minutes(period, wall.date(), periods))


@settings(max_examples=60, deadline=None)
@given(entries, entries, st.sampled_from(sorted(ZONES)), st.integers(0, 1), st.integers(0, 95), st.integers(0, 59))
@example(
    tuple(DateRange(RangeKind.WEEKDAY, Day(weekday=each), Day(weekday=each), 1, ((0, 1440),)) for each in range(7)),
    (),
    "Europe/Paris",
    0,
    0,
    0,
)
def test_the_next_change_is_where_the_wall_clock_says(
    included: tuple[DateRange, ...],
    excluded: tuple[DateRange, ...],
    zone: str,
    transition: int,
    quarter: int,
    second: int,
) -> None:
    periods = {"p": Timeperiod("p", entries=included, exclude=("x",)), "x": Timeperiod("x", entries=excluded)}
    period = periods["p"]
    day = datetime.fromisoformat(ZONES[zone][transition]).replace(tzinfo=ZoneInfo(zone))
    start = day.timestamp() - 86400 + quarter * STEP + second
    grid = [start, *(float(each) for each in range(int(start // STEP + 1) * STEP, int(start) + SPAN, STEP))]
    answers = [wall_says(period, periods, each, zone) for each in grid]
    assert [is_active(period, each, periods, zone) for each in grid] == answers
    for wanted, search in ((True, next_active), (False, next_inactive)):
        found = search(period, start, periods, zone)
        expected = next((at for at, answer in zip(grid, answers, strict=True) if answer is wanted), None)
        if expected is not None:
            assert found == expected
        else:
            assert found is None or found > grid[-1]


@settings(max_examples=200, deadline=None)
@given(ranges, st.dates(min_value=datetime(1971, 1, 1).date(), max_value=datetime(2100, 12, 31).date()))
def test_any_range_answers_on_any_day(entry: DateRange, day: object) -> None:
    found = day_minutes(Timeperiod("p", entries=(entry,)), day, {})  # type: ignore[arg-type]
    assert found in ((), entry.minutes)
