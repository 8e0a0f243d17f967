"""Time period entries as they are written."""

from __future__ import annotations

import pytest

from alignak.config.periods import read_minutes
from alignak.model.timeperiods import DateRange, Day, RangeKind
from tests.support.configurations import BASE, compiled, errors, loaded

HOURS = ((480, 1080),)


def period(name: str, *lines: str) -> str:
    return f"define timeperiod{{\ntimeperiod_name {name}\n" + "\n".join(lines) + "\n}\n"


def entry(days: str) -> DateRange:
    config = compiled(BASE + period("p", f"{days}   08:00-18:00"))
    (found,) = config.objects.timeperiods[0].entries
    return found


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("monday", (RangeKind.WEEKDAY, Day(), Day(), 1)),
        ("Sunday", (RangeKind.WEEKDAY, Day(weekday=6), Day(weekday=6), 1)),
        ("2026-01-31", (RangeKind.CALENDAR, Day(2026, 1, 31), Day(2026, 1, 31), 1)),
        ("2026-01-01 - 2026-02-01", (RangeKind.CALENDAR, Day(2026, 1, 1), Day(2026, 2, 1), 1)),
        ("2026-01-01 - 2026-02-01 / 3", (RangeKind.CALENDAR, Day(2026, 1, 1), Day(2026, 2, 1), 3)),
        ("2026-01-01 / 3", (RangeKind.CALENDAR, Day(2026, 1, 1), None, 3)),
        (
            "monday 3 may - friday -1 june / 2",
            (RangeKind.MONTH_WEEKDAY, Day(month=5, number=3), Day(month=6, number=-1, weekday=4), 2),
        ),
        ("tuesday 1 may", (RangeKind.MONTH_WEEKDAY, Day(0, 5, 1, 1), Day(0, 5, 1, 1), 1)),
        ("monday 2 - friday 4", (RangeKind.WEEKDAY_OFFSET, Day(number=2), Day(number=4, weekday=4), 1)),
        ("tuesday 1 - 3", (RangeKind.WEEKDAY_OFFSET, Day(number=1, weekday=1), Day(number=3, weekday=1), 1)),
        ("monday -1", (RangeKind.WEEKDAY_OFFSET, Day(number=-1), Day(number=-1), 1)),
        ("february 10 - june -1", (RangeKind.MONTH_DATE, Day(month=2, number=10), Day(month=6, number=-1), 1)),
        ("february 10 - 20 / 2", (RangeKind.MONTH_DATE, Day(month=2, number=10), Day(month=2, number=20), 2)),
        ("december 25", (RangeKind.MONTH_DATE, Day(month=12, number=25), Day(month=12, number=25), 1)),
        ("day 1 - 15", (RangeKind.MONTH_DAY, Day(number=1), Day(number=15), 1)),
        ("day -1", (RangeKind.MONTH_DAY, Day(number=-1), Day(number=-1), 1)),
    ],
)
def test_every_form_of_days(days: str, expected: tuple[RangeKind, Day, Day | None, int]) -> None:
    assert entry(days) == DateRange(*expected, minutes=HOURS)


def test_single_blanks_everywhere_are_understood() -> None:
    config = compiled(BASE + period("p", "monday 3 may - friday -1 june 08:00-18:00", "monday 00:00-24:00"))
    assert [each.kind for each in config.objects.timeperiods[0].entries] == [
        RangeKind.MONTH_WEEKDAY,
        RangeKind.WEEKDAY,
    ]


def test_times_are_merged_and_may_reach_midnight() -> None:
    assert read_minutes("00:00-09:00,17:00-24:00, 08:00-10:00") == ((0, 600), (1020, 1440))
    assert read_minutes("00:00-00:00") == ()


@pytest.mark.parametrize("times", ["24:01-24:02", "09:00-08:00", "8-9", "10:60-11:00", "09:00"])
def test_times_that_are_none(times: str) -> None:
    assert read_minutes(times) is None


def test_wrong_entries_are_all_named_with_their_lines() -> None:
    text = BASE + period(
        "p", "mondey   08:00-18:00", "monday   25:00-26:00", "2026-02-30   08:00-18:00", "tuesday", "exclude q"
    )
    assert errors(loaded(text)) == [
        "[timeperiod::p] invalid entry 'mondey 08:00-18:00': 'mondey' names no days; from: /etc/a/main.cfg:24",
        "[timeperiod::p] invalid daterange 'monday 25:00-26:00': times are HH:MM-HH:MM, from 00:00 to 24:00, the"
        " earlier first; from: /etc/a/main.cfg:25",
        "[timeperiod::p] invalid daterange '2026-02-30 08:00-18:00': there is no such day; from: /etc/a/main.cfg:26",
        "[timeperiod::p] invalid entry 'tuesday': no times, write them as 08:00-18:00; from: /etc/a/main.cfg:27",
        "[timeperiod::p] unknown q timeperiod; from: /etc/a/main.cfg:28",
    ]


def test_periods_that_exclude_each_other_are_refused() -> None:
    text = BASE + period("first", "exclude other") + period("other", "exclude first") + period("third", "exclude first")
    assert [each.partition(";")[0] for each in errors(loaded(text))] == [
        "[timeperiod::first] is in a loop in exclude parameter: first -> other -> first",
        "[timeperiod::other] is in a loop in exclude parameter: first -> other -> first",
    ]


def test_a_period_takes_the_entries_of_its_templates() -> None:
    config = compiled(
        BASE
        + "define timeperiod{\nname week\nregister 0\nmonday 08:00-18:00\ntuesday 08:00-18:00\n}\n"
        + period("p", "use week", "monday 10:00-12:00")
    )
    assert [(each.first.weekday, each.minutes) for each in config.objects.timeperiods[0].entries] == [
        (0, ((600, 720),)),
        (1, HOURS),
    ]


def test_more_entries_than_anybody_needs_are_refused() -> None:
    dates = [
        f"{year}-{month:02}-{day:02}   08:00-18:00"
        for year in range(2000, 2031)
        for month in range(1, 13)
        for day in range(1, 29)
    ]
    assert "has 10416 entries" in errors(loaded(BASE + period("p", *dates)))[0]
