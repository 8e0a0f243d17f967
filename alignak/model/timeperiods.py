"""Time periods: when something applies, in calendar terms (configuration.md 3.8).

The configuration compiles them, the engine asks them. A period is active at an instant when the local wall clock of
that instant lies in one of the day's ranges and in none of the periods it excludes. So a clock change needs no rule of
its own: an hour that is skipped is never active, an hour that comes twice is active twice.

The ranges of a day are those of the most special kind of entry that covers it: ``december 25`` says all there is to say
about that day, whatever the entry of its weekday says. ``PRECEDENCE`` is the order. Entries of one kind add up.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
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


PRECEDENCE: Final = (
    RangeKind.CALENDAR,
    RangeKind.MONTH_DATE,
    RangeKind.MONTH_DAY,
    RangeKind.MONTH_WEEKDAY,
    RangeKind.WEEKDAY_OFFSET,
    RangeKind.WEEKDAY,
)
"""The kinds of ranges, the one that decides over the others first: Nagios' order."""


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
    return bool(_day_mask(period, wall.date(), periods, {}) >> (wall.hour * 60 + wall.minute) & 1)


def next_change(period: Timeperiod, at: float, periods: Mapping[str, Timeperiod], zone: str) -> float | None:
    """Return the first instant after ``at`` at which the period begins or ends; None when it does not within a year."""
    stretches = _stretches(period, at, periods, zone)
    _, former = next(stretches)
    return next((start for start, is_on in stretches if is_on is not former), None)


def next_active(period: Timeperiod, at: float, periods: Mapping[str, Timeperiod], zone: str) -> float | None:
    """Return the first instant from ``at`` on at which the period is active; None when there is none within a year."""
    return next((start for start, is_on in _stretches(period, at, periods, zone) if is_on), None)


def next_inactive(period: Timeperiod, at: float, periods: Mapping[str, Timeperiod], zone: str) -> float | None:
    """Return the first instant from ``at`` on at which the period is not active; None when there is none in a year."""
    return next((start for start, is_on in _stretches(period, at, periods, zone) if not is_on), None)


def day_minutes(period: Timeperiod, day: date, periods: Mapping[str, Timeperiod]) -> Minutes:
    """Return the minutes of a day at which the period is active, sorted and without overlap."""
    return _ranges(_day_mask(period, day, periods, {}))


def merged(ranges: Iterable[tuple[int, int]]) -> Minutes:
    """Return ranges sorted, those that touch or overlap as one, without empty ones."""
    return _ranges(_mask(ranges))


# A set of minutes of a day is a whole number with a bit for each: to unite and to take away are one operation each.


def _mask(ranges: Iterable[tuple[int, int]]) -> int:
    """Return ranges as a set of minutes."""
    mask = 0
    for start, end in ranges:
        if start < end:
            mask |= (1 << end) - (1 << start)
    return mask


def _ranges(mask: int) -> Minutes:
    """Return a set of minutes as ranges."""
    result: list[tuple[int, int]] = []
    end = 0
    while left := mask >> end:
        start = end + _lowest(left)
        end = start + _lowest(~(mask >> start))
        result.append((start, end))
    return tuple(result)


def _lowest(number: int) -> int:
    """Return the place of the lowest bit that is set."""
    return (number & -number).bit_length() - 1


def _day_mask(period: Timeperiod, day: date, periods: Mapping[str, Timeperiod], known: dict[str, int]) -> int:
    """Return the active minutes of a day; ``known`` keeps what shared exclusions already gave."""
    if period.name in known:
        return known[period.name]
    known[period.name] = 0  # a loop, refused when the configuration is compiled, ends here
    mask = _entries_mask(period.entries, day)
    for name in period.exclude:
        if mask and name in periods:
            mask &= ~_day_mask(periods[name], day, periods, known)
    known[period.name] = mask
    return mask


def _entries_mask(entries: Iterable[DateRange], day: date) -> int:
    """Return the minutes that the entries of the most special kind that covers a day give it."""
    mask, best, weekday = 0, len(PRECEDENCE), day.weekday()
    for entry in entries:
        if entry.kind is _WEEKDAY and entry.first.weekday != weekday:
            continue  # most entries of most periods end here, before anything that costs
        rank = _RANKS[entry.kind]
        if rank > best or not covers(entry, day):
            continue
        if rank < best:
            mask, best = 0, rank
        mask |= _mask(entry.minutes)
    return mask


def covers(entry: DateRange, day: date) -> bool:
    """Tell whether a day is one of the days of a date range."""
    if entry.kind is _WEEKDAY:
        return day.weekday() == entry.first.weekday
    if entry.kind is _CALENDAR and not _is_between(day, entry.first, entry.last):
        return False
    return any(_within(entry, day, year, month) for year, month in _anchors(entry.kind, day))


def _is_between(day: date, first: Day, last: Day | None) -> bool:
    """Tell whether a day lies between two dates, both included."""
    number = (day.year, day.month, day.day)
    if number < (first.year, first.month, first.number):
        return False
    return last is None or number <= (last.year, last.month, last.number)


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
    """Return the date one end of a range stands for; what a month lacks is its last day when it ends a range."""
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
    if end and index > count:
        return length
    return first + (index - 1) * 7 if 1 <= index <= count else 0


def _stretches(
    period: Timeperiod, at: float, periods: Mapping[str, Timeperiod], zone_name: str
) -> Iterator[tuple[float, bool]]:
    """Yield from when on a period is active or not, from ``at`` on and for a year, day by day.

    Within a piece of a day with one UTC offset, wall time and instants differ by that offset alone.
    """
    zone = _zone(zone_name)
    start, limit = at, at + SEARCH_DAYS * _DAY
    while start <= limit:
        wall = _local(start, zone)
        offset = wall.utcoffset() or _NO_OFFSET
        ahead = offset.total_seconds()
        midnight = (start + ahead) // _DAY * _DAY - ahead
        end = _end_of_offset(start, midnight + _DAY, offset, zone)
        position = start
        for first, last in day_minutes(period, wall.date(), periods):
            on, off = max(midnight + first * 60, start), min(midnight + last * 60, end)
            if on >= off:
                continue
            if position < on:
                yield position, False
            if on <= limit:
                yield on, True
            position = off
        if position < end and position <= limit:
            yield position, False
        start = end


def _end_of_offset(start: float, end: float, offset: timedelta, zone: ZoneInfo | None) -> float:
    """Return where between two instants the UTC offset changes, or the later one."""
    if _local(end - 1, zone).utcoffset() == offset:
        return end
    low, high = start, end - 1
    while high - low > 1:
        middle = float((low + high) // 2)
        if _local(middle, zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return float(int(high))


def _zone(name: str) -> ZoneInfo | None:
    return ZoneInfo(name) if name else None


def _local(at: float, zone: ZoneInfo | None) -> datetime:
    """Return the wall clock of an instant in a zone, or in the machine's own."""
    return datetime.fromtimestamp(at, UTC).astimezone() if zone is None else datetime.fromtimestamp(at, zone)


_CALENDAR: Final = RangeKind.CALENDAR
_WEEKDAY: Final = RangeKind.WEEKDAY
_RANKS: Final = {kind: rank for rank, kind in enumerate(PRECEDENCE)}
_NO_OFFSET: Final = timedelta(0)
