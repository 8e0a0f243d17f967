"""Time periods looked up minute by minute: the plainest reading of what administrators write, to compare with.

Nothing here knows how ``alignak.model.timeperiods`` goes about it. The days of an entry are found by writing down a
month as a list, looking up its ends in it and walking from one to the other; what a wall clock shows is asked of the
standard library for every quarter of an hour; and whether a minute is active stands in one long row of bytes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from calendar import day_name, month_name
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

FIRST: Final = date(2025, 12, 29)
"""The first day of which rows of minutes tell."""

DAYS: Final = 4 * 366 + 10
MINUTES_A_DAY: Final = 1440
QUARTER: Final = 15
START: Final = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) // 60
"""The first minute of the three years, since 1970."""

END: Final = int(datetime(2029, 1, 1, tzinfo=UTC).timestamp()) // 60
LAST: Final = END + 367 * MINUTES_A_DAY
"""One more year is worked out, for what is looked for from the third one on."""

_MONTHS: Final = tuple(each.lower() for each in month_name[1:])
_WEEKDAYS: Final = tuple(each.lower() for each in day_name)
_SPECIAL_FIRST: Final = ("calendar", "month date", "day", "month weekday", "weekday offset", "weekday")


class Plain(NamedTuple):
    """A time period as it is written: its entries, days apart from times, and those it takes away."""

    entries: Sequence[tuple[str, str]]
    without: Sequence[Plain] = ()


def text_of(name: str, plain: Plain) -> str:
    """Return the definitions of a period and of those it takes away."""
    names = [f"{name}-{number}" for number in range(len(plain.without))]
    lines = [f"define timeperiod{{\ntimeperiod_name {name}"]
    lines += [f"{days}   {times}" for days, times in plain.entries]
    lines += [f"exclude {','.join(names)}"] if names else []
    inner = [text_of(each, other) for each, other in zip(names, plain.without, strict=True)]
    return "\n".join([*lines, "}", "", *inner])


def by_wall(plain: Plain) -> bytes:
    """Return, for each minute of the wall clock from the first day on, 1 when the period is active."""
    days = [(_form(days), frozenset(_days(days)), _times(times)) for days, times in plain.entries]
    row = bytearray(DAYS * MINUTES_A_DAY)
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        covering = [(form, times) for form, found, times in days if day in found]
        deciding = min((_SPECIAL_FIRST.index(form) for form, _ in covering), default=0)
        for form, times in covering:
            if form == _SPECIAL_FIRST[deciding]:
                for begin, end in times:
                    midnight = number * MINUTES_A_DAY
                    row[midnight + begin : midnight + end] = b"\1" * (end - begin)
    left = int.from_bytes(row)
    for other in plain.without:
        left &= ~int.from_bytes(by_wall(other))
    return left.to_bytes(len(row))


class Run(NamedTuple):
    """A stretch of time in which a wall clock goes on evenly."""

    minute: int
    """When it begins, in minutes since 1970."""
    place: int
    """Where in a row the wall clock then stands."""
    length: int


@lru_cache(maxsize=8)
def runs(zone: str) -> Sequence[Run]:
    """Return the stretches of the three years, and one more, between two changes of a zone's clocks.

    Clocks are looked at each quarter of an hour: those of today's zones change at no other time.
    """
    info = ZoneInfo(zone)
    begins: list[tuple[int, int]] = []
    expected = -1
    for minute in range(START, LAST, QUARTER):
        place = _place(minute * 60, info)
        if place != expected:
            assert expected in (-1, _place(minute * 60 - 1, info) + 1), f"a clock change of {zone} at no quarter"
            begins.append((minute, place))
        expected = place + QUARTER
    ends = [*(minute for minute, _ in begins[1:]), LAST]
    return [Run(minute, place, end - minute) for (minute, place), end in zip(begins, ends, strict=True)]


def _place(second: int, zone: ZoneInfo) -> int:
    """Return where in a row the minute stands that a wall clock shows at an instant."""
    wall = datetime.fromtimestamp(second, zone)
    return (wall.date() - FIRST).days * MINUTES_A_DAY + wall.hour * 60 + wall.minute


def by_minute(row: bytes, zone: str) -> bytes:
    """Return, for each minute of the three years, and one more, 1 when a period is active in a zone."""
    return b"".join([row[each.place : each.place + each.length] for each in runs(zone)])


def clock_changes(zone: str) -> list[int]:
    """Return the minutes since 1970 at which a zone's clocks change."""
    return [each.minute for each in runs(zone)[1:]]


class Changes:
    """When a period begins and ends, read off a row of minutes."""

    def __init__(self, row: bytes) -> None:
        self.row = row
        self.minutes = list(_changes(row))

    def is_active(self, at: float) -> bool:
        """Tell whether an instant is active."""
        return self.row[int(at // 60) - START] == 1

    def after(self, at: float, days: int) -> float | None:
        """Return the first change after an instant, None when there is none for so many days."""
        place = bisect_right(self.minutes, at / 60)
        if place == len(self.minutes) or self.minutes[place] * 60 > at + days * 86400:
            return None
        return self.minutes[place] * 60.0


def _changes(row: bytes) -> Iterator[int]:
    place, wanted = 0, 1 - row[0]
    while (place := row.find(wanted, place)) >= 0:
        yield START + place
        wanted = 1 - wanted


def _times(text: str) -> list[tuple[int, int]]:
    found = []
    for each in text.split(","):
        begin, end = each.strip().split("-")
        found.append((_minutes(begin), _minutes(end)))
    return found


def _minutes(text: str) -> int:
    hour, minute = text.strip().split(":")
    return int(hour) * 60 + int(minute)


def _form(text: str) -> str:
    words = text.split()
    if text[0].isdigit():
        return "calendar"
    if words[0] == "day":
        return "day"
    if words[0] in _MONTHS:
        return "month date"
    if len(words) == 1:
        return "weekday"
    return "month weekday" if len(words) > 2 and words[2] in _MONTHS else "weekday offset"


def _days(text: str) -> Iterator[date]:
    """Yield the days an entry stands for."""
    form = _form(text)
    if form == "weekday":
        yield from (each for each in _every_day(FIRST) if each.weekday() == _WEEKDAYS.index(text))
        return
    span, _, skip = text.partition(" / ")
    every = int(skip or 1)
    first, _, last = span.partition(" - ")
    if form == "calendar":
        begin = date.fromisoformat(first)
        end = date.fromisoformat(last or first) if last or not skip else FIRST + timedelta(days=DAYS)
        yield from _walk(begin, end, every)
        return
    if last and not re.search("[a-z]", last):
        last = first.rpartition(" ")[0] + " " + last
    years = range(FIRST.year - 1, FIRST.year + 6)
    yearly = form in ("month date", "month weekday")
    months = [(year, month) for year in years for month in ((1,) if yearly else range(1, 13))]
    for place, (year, month) in enumerate(months):
        begins = _end(first, year, month)
        if begins is None:
            continue
        ends = begins if not last or last == first else _end(last, year, month, is_last=True)
        if ends is not None and ends < begins:
            following = months[place + 1 : place + 2]
            ends = _end(last, *following[0], is_last=True) if following else None
        if ends is not None:
            yield from _walk(begins, ends, every)


def _walk(begin: date, end: date, every: int) -> Iterator[date]:
    day, number = begin, 0
    while day <= end:
        if number % every == 0:
            yield day
        day, number = day + timedelta(days=1), number + 1


def _every_day(first: date) -> Iterator[date]:
    return _walk(first, first + timedelta(days=DAYS), 1)


def _end(text: str, year: int, month: int, *, is_last: bool = False) -> date | None:
    """Return the day one end of an entry means, None when that month has none."""
    words = text.split()
    named = [word for word in words if word in _MONTHS]
    if named:
        month = _MONTHS.index(named[0]) + 1
    days = list(_every_day_of(year, month))
    weekdays = [word for word in words if word in _WEEKDAYS]
    meant = [each for each in days if not weekdays or each.weekday() == _WEEKDAYS.index(weekdays[0])]
    number = int(next(word for word in words if word.lstrip("-").isdigit()))
    if number > len(meant):
        return days[-1] if is_last else None
    if number < -len(meant):
        return None
    return meant[number - 1] if number > 0 else meant[number]


def _every_day_of(year: int, month: int) -> Iterator[date]:
    day = date(year, month, 1)
    while day.month == month:
        yield day
        day += timedelta(days=1)
