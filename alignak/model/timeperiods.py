"""Time periods: when something applies, in calendar terms (configuration.md 3.8).

The configuration compiles them, the engine asks them. A period is active at an instant when the local wall clock of
that instant lies in one of its ranges and in none of the periods it excludes. So a clock change needs no rule of its
own: an hour that is skipped is never active, an hour that comes twice is active twice.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

Minutes: TypeAlias = tuple[tuple[int, int], ...]
"""Ranges of minutes since midnight, the end not included: ``((480, 1440),)`` is 08:00-24:00."""

SEARCH_DAYS: Final = 366
"""How far the next change of a period is looked for."""

_DAY: Final = 86400


class RangeKind(Enum):
    """How the days of a date range are meant."""

    CALENDAR = "calendar"
    """``2026-01-01 - 2026-02-01``: between two dates."""
    MONTH_DATE = "month date"
    """``february 10 - june -1``: each year."""
    MONTH_WEEKDAY = "month weekday"
    """``monday 3 may - friday -1 june``: each year."""
    MONTH_DAY = "month day"
    """``day 1 - 15``: each month."""
    WEEKDAY_OFFSET = "weekday offset"
    """``monday 2 - friday 4``: each month."""
    WEEKDAY = "weekday"
    """``monday``: each week."""


class Day(Struct, frozen=True, omit_defaults=True):
    """One end of a date range; only the fields of its kind are set."""

    year: int = 0
    month: int = 0
    number: int = 0
    """The day of the month, or which of its weekdays; negative counts from the end."""
    weekday: int = 0
    """0 is Monday."""


class DateRange(Struct, frozen=True, omit_defaults=True):
    """One entry of a time period: some days, and the minutes of those days."""

    kind: RangeKind
    first: Day
    last: Day | None = None
    """None: for ever, as ``2026-01-01 / 3`` has no end."""
    every: int = 1
    """The skip interval: only each nth day counted from the first."""
    minutes: Minutes = ()


class Timeperiod(Struct, frozen=True, omit_defaults=True):
    """A ``define timeperiod``."""

    name: str
    alias: str = ""
    entries: tuple[DateRange, ...] = ()
    exclude: tuple[str, ...] = ()
    """Names of the periods whose minutes are taken away."""
    imported_from: str = ""


def is_active(period: Timeperiod, at: float, periods: Mapping[str, Timeperiod], zone: str) -> bool:
    """Tell whether the period is active at an instant; an empty ``zone`` is the machine's own."""
    wall = _local(at, _zone(zone))
    minute = wall.hour * 60 + wall.minute
    return any(start <= minute < end for start, end in day_minutes(period, wall.date(), periods))


def next_active(period: Timeperiod, at: float, periods: Mapping[str, Timeperiod], zone: str) -> float | None:
    """Return the first instant from ``at`` on at which the period is active; None when there is none within a year."""
    return _next(period, at, periods, zone, wanted=True)


def next_inactive(period: Timeperiod, at: float, periods: Mapping[str, Timeperiod], zone: str) -> float | None:
    """Return the first instant from ``at`` on at which the period is not active; None when there is none in a year."""
    return _next(period, at, periods, zone, wanted=False)


def day_minutes(period: Timeperiod, day: date, periods: Mapping[str, Timeperiod]) -> Minutes:
    """Return the minutes of a day at which the period is active, sorted and without overlap."""
    return _day_minutes(period, day, periods, {})


def _day_minutes(
    period: Timeperiod, day: date, periods: Mapping[str, Timeperiod], known: dict[str, Minutes]
) -> Minutes:
    """Return the active minutes; ``known`` keeps what shared exclusions already gave."""
    if period.name in known:
        return known[period.name]
    known[period.name] = ()  # a loop, refused when the configuration is compiled, ends here
    minutes = merged([each for entry in period.entries if covers(entry, day) for each in entry.minutes])
    for name in period.exclude:
        if minutes and name in periods:
            minutes = _without(minutes, _day_minutes(periods[name], day, periods, known))
    known[period.name] = minutes
    return minutes


def merged(ranges: list[tuple[int, int]]) -> Minutes:
    """Return ranges sorted, those that touch or overlap as one, without empty ones."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if end <= start:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def _without(minutes: Minutes, removed: Minutes) -> Minutes:
    """Return what is left of ranges when others are cut out."""
    for cut_start, cut_end in removed:
        pieces: list[tuple[int, int]] = []
        for start, end in minutes:
            pieces += [(start, min(end, cut_start)), (max(start, cut_end), end)]
        minutes = tuple((start, end) for start, end in pieces if start < end)
    return minutes


def covers(entry: DateRange, day: date) -> bool:
    """Tell whether a day is one of the days of a date range."""
    if entry.kind is RangeKind.WEEKDAY:
        return day.weekday() == entry.first.weekday
    return any(_within(entry, day, year, month) for year, month in _anchors(entry.kind, day))


def _anchors(kind: RangeKind, day: date) -> tuple[tuple[int, int], ...]:
    """Return the years and months in which a range that covers the day may have begun."""
    if kind is RangeKind.CALENDAR:
        return ((day.year, day.month),)
    if kind in (RangeKind.MONTH_DATE, RangeKind.MONTH_WEEKDAY):
        return ((day.year, 1), (day.year - 1, 1))
    return ((day.year, day.month), _month_before(day.year, day.month))


def _within(entry: DateRange, day: date, year: int, month: int) -> bool:
    """Tell whether the range that begins in that year or month covers the day."""
    first = _resolve(entry, entry.first, year, month, end=False)
    if first is None or day < first:
        return False
    if entry.last is not None:
        last = _resolve(entry, entry.last, year, month, end=entry.last != entry.first)
        if last is not None and last < first and entry.kind is not RangeKind.CALENDAR:
            last = _resolve(entry, entry.last, *_following(entry.kind, year, month), end=True)
        if last is None or day > last:
            return False
    return (day - first).days % entry.every == 0


def _following(kind: RangeKind, year: int, month: int) -> tuple[int, int]:
    """Return where a range that wraps around its year or month ends."""
    if kind in (RangeKind.MONTH_DATE, RangeKind.MONTH_WEEKDAY) or month == 12:
        return year + 1, 1
    return year, month + 1


def _month_before(year: int, month: int) -> tuple[int, int]:
    return (year - 1, 12) if month == 1 else (year, month - 1)


def _resolve(entry: DateRange, spec: Day, year: int, month: int, *, end: bool) -> date | None:
    """Return the date one end of a range stands for; a day the month lacks is its last one when it ends a range."""
    year, month = spec.year or year, spec.month or month
    if not 1 <= year <= 9999:
        return None
    first_weekday, length = monthrange(year, month)
    if entry.kind in (RangeKind.MONTH_WEEKDAY, RangeKind.WEEKDAY_OFFSET):
        number = _nth_weekday((spec.weekday - first_weekday) % 7 + 1, length, spec.number, end=end)
    else:
        number = spec.number if spec.number > 0 else length + 1 + spec.number
        if end:
            number = min(number, length)
    return date(year, month, number) if 1 <= number <= length else None


def _nth_weekday(first: int, length: int, nth: int, *, end: bool) -> int:
    """Return the day of the month of its nth such weekday, 0 when it has none; ``first`` is where its first lies."""
    count = (length - first) // 7 + 1
    index = nth if nth > 0 else count + 1 + nth
    if end:
        index = min(index, count)
    return first + (index - 1) * 7 if 1 <= index <= count else 0


def _next(period: Timeperiod, at: float, periods: Mapping[str, Timeperiod], zone: str, *, wanted: bool) -> float | None:
    """Return the first instant from ``at`` on with the wanted answer."""
    limit = at + SEARCH_DAYS * _DAY
    for start, end, is_on in _pieces(period, at, limit, periods, _zone(zone)):
        if is_on is wanted and end > at and start <= limit:
            return max(start, at)
    return None


def _pieces(
    period: Timeperiod, at: float, limit: float, periods: Mapping[str, Timeperiod], zone: ZoneInfo | None
) -> Iterator[tuple[float, float, bool]]:
    """Yield what lies between ``at`` and ``limit`` as spans of one answer, day by day.

    Within a piece of a day with one UTC offset, wall time and instants differ by that offset alone.
    """
    start = at
    while start <= limit:
        offset = _offset(start, zone)
        midnight = (start + offset) // _DAY * _DAY - offset
        end = _end_of_offset(start, midnight + _DAY, offset, zone)
        day = _local(start, zone).date()
        position = start
        for first, last in day_minutes(period, day, periods):
            on, off = max(midnight + first * 60, start), min(midnight + last * 60, end)
            if on >= off:
                continue
            if position < on:
                yield position, on, False
            yield on, off, True
            position = off
        if position < end:
            yield position, end, False
        start = end


def _end_of_offset(start: float, end: float, offset: float, zone: ZoneInfo | None) -> float:
    """Return where between two instants the UTC offset changes, or the later one."""
    if _offset(end - 1, zone) == offset:
        return end
    low, high = start, end - 1
    while high - low > 1:
        middle = float((low + high) // 2)
        if _offset(middle, zone) == offset:
            low = middle
        else:
            high = middle
    return float(int(high))


def _zone(name: str) -> ZoneInfo | None:
    return ZoneInfo(name) if name else None


def _local(at: float, zone: ZoneInfo | None) -> datetime:
    """Return the wall clock of an instant in a zone, or in the machine's own."""
    instant = _EPOCH + timedelta(seconds=at)
    return instant.astimezone(zone)


def _offset(at: float, zone: ZoneInfo | None) -> float:
    """Return how many seconds the wall clock is ahead of UTC."""
    offset = _local(at, zone).utcoffset()
    return offset.total_seconds() if offset else 0.0


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
