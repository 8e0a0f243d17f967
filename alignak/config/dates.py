"""Time period entries written as files have them: ``monday 1 - friday 4 / 2   08:00-18:00`` (configuration.md 3.8).

``periods`` reads them, this writes them, for people who ask what a period says or what changed in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from alignak.config.periods import MONTHS, WEEKDAYS
from alignak.model.timeperiods import DateRange, Day, Minutes, RangeKind

_DAYS: Final[Mapping[RangeKind, Callable[[Day], str]]] = {
    RangeKind.CALENDAR: lambda day: f"{day.year:04}-{day.month:02}-{day.number:02}",
    RangeKind.MONTH_DATE: lambda day: f"{MONTHS[day.month - 1]} {day.number}",
    RangeKind.MONTH_WEEKDAY: lambda day: f"{WEEKDAYS[day.weekday]} {day.number} {MONTHS[day.month - 1]}",
    RangeKind.MONTH_DAY: lambda day: f"day {day.number}",
    RangeKind.WEEKDAY_OFFSET: lambda day: f"{WEEKDAYS[day.weekday]} {day.number}",
    RangeKind.WEEKDAY: lambda day: WEEKDAYS[day.weekday],
}


def entry_text(entry: DateRange) -> str:
    """Return an entry of a time period as a file has it."""
    write = _DAYS[entry.kind]
    days = write(entry.first)
    if entry.last is not None and entry.last != entry.first:
        days += f" - {write(entry.last).removeprefix('day ')}"
    if entry.every != 1:
        days += f" / {entry.every}"
    return f"{days}   {times_text(entry.minutes)}"


def times_text(minutes: Minutes) -> str:
    """Return ranges of minutes as ``08:00-12:00,13:00-18:00``."""
    return ",".join(f"{_time(start)}-{_time(end)}" for start, end in minutes)


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
