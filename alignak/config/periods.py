"""Time period entries: text made typed date ranges (configuration.md 3.8)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from alignak.config.diagnostics import Diagnostics, shown
from alignak.config.graphs import loops, order, shown_path
from alignak.config.parser import PLAIN_TIMEPERIOD_KEYS
from alignak.config.resolved import Resolved
from alignak.config.values import names
from alignak.model.timeperiods import DateRange, Day, Minutes, RangeKind, Timeperiod, merged

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)

DEEPEST: Final = 50
"""How far excluded periods may exclude others."""

MOST_ENTRIES: Final = 10_000
"""How many entries one period may have: the engine looks at all of them for each day it asks about."""

_TIMES: Final = re.compile(r"(?<!\S)\d{1,2}:\d{2}\s*-")
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_NOT_DATES: Final = PLAIN_TIMEPERIOD_KEYS | {"dateranges", "unresolved", "invalid_entries", "is_active"}

_WEEKDAY = f"(?P<{{0}}weekday>{'|'.join(WEEKDAYS)})"
_MONTH = f"(?P<{{0}}month>{'|'.join(MONTHS)})"
_NUMBER = r"(?P<{0}number>-?\d{{1,2}})"
_DATE = r"(?P<{0}year>\d{{4}})-(?P<{0}month>\d{{1,2}})-(?P<{0}number>\d{{1,2}})"
_SKIP = r"(?: ?/ ?(?P<every>\d{1,4}))"


def _ends(form: str, short: str = "") -> str:
    """Return the pattern of a range whose two ends have one form; ``short`` is what the second may shrink to."""
    last = f"(?:{form.format('b_')}|{short.format('c_')})" if short else form.format("b_")
    return f"{form.format('a_')}(?: ?- ?{last}{_SKIP}?)?"


_FORMS: Final[tuple[tuple[RangeKind, re.Pattern[str]], ...]] = (
    (RangeKind.CALENDAR, re.compile(f"{_DATE.format('a_')}(?: ?- ?{_DATE.format('b_')})?{_SKIP}?")),
    (RangeKind.MONTH_WEEKDAY, re.compile(_ends(f"{_WEEKDAY} {_NUMBER} {_MONTH}"))),
    (RangeKind.WEEKDAY_OFFSET, re.compile(_ends(f"{_WEEKDAY} {_NUMBER}", _NUMBER))),
    (RangeKind.MONTH_DATE, re.compile(_ends(f"{_MONTH} {_NUMBER}", _NUMBER))),
    (RangeKind.MONTH_DAY, re.compile(_ends(f"day {_NUMBER}", _NUMBER))),
    (RangeKind.WEEKDAY, re.compile(_WEEKDAY.format("a_"))),
)


def compile_periods(objects: Iterable[Resolved], diagnostics: Diagnostics) -> dict[str, Timeperiod]:
    """Return the time periods by name; what is wrong with one is said about it."""
    found = {each.name: each for each in objects}
    periods = {name: _period(each, diagnostics) for name, each in sorted(found.items())}
    _check_excludes(periods, found, diagnostics)
    return periods


def _period(resolved: Resolved, diagnostics: Diagnostics) -> Timeperiod:
    about = f"timeperiod::{resolved.name}"
    entries: list[DateRange] = []
    for key, value in _given(resolved):
        problem = _read(f"{key} {value}".strip(), entries)
        if problem:
            diagnostics.error(problem, resolved.place(key), about)
    unique = set(entries)
    if len(unique) > MOST_ENTRIES:
        message = f"has {len(unique)} entries, a period may have {MOST_ENTRIES}: use ranges, or periods to exclude"
        diagnostics.error(message, resolved.place(), about)
    return Timeperiod(
        name=resolved.name,
        alias=resolved.text("alias") or "",
        entries=tuple(sorted(unique, key=repr)),
        exclude=tuple(sorted(set(resolved.names("exclude")))),
        imported_from=resolved.imported_from,
    )


def _given(resolved: Resolved) -> list[tuple[str, str]]:
    """Return the entries of a period, those of its templates included where it has none of that key."""
    own = resolved.own
    merged_values = {**resolved.chain.values, **own}
    result: list[tuple[str, str]] = []
    for key, value in merged_values.items():
        if key in _NOT_DATES or key[:1] == "_" or value == "null":
            continue
        repeated = resolved.definition.repeated.get(key) if key in own else None
        result += [(key, each) for each in repeated or [value]]
    return result


def _read(text: str, entries: list[DateRange]) -> str:
    """Add the ranges an entry stands for; return what is wrong with it, or nothing."""
    times = _TIMES.search(text)
    if times is None:
        return f"invalid entry '{shown(text)}': no times, write them as 08:00-18:00"
    days = " ".join(text[: times.start()].lower().split())
    minutes = read_minutes(text[times.start() :])
    if minutes is None:
        return f"invalid daterange '{shown(text)}': times are HH:MM-HH:MM, from 00:00 to 24:00, the earlier first"
    for kind, form in _FORMS:
        if match := form.fullmatch(days):
            entry = _range(kind, match.groupdict(), minutes)
            if entry is None:
                return f"invalid daterange '{shown(text)}': there is no such day"
            entries.append(entry)
            return ""
    return f"invalid entry '{shown(text)}': '{shown(days)}' names no days"


def read_minutes(text: str) -> Minutes | None:
    """Return the minutes ``HH:MM-HH:MM,HH:MM-HH:MM`` stands for, None when it stands for none."""
    ranges: list[tuple[int, int]] = []
    for each in names(text):
        match = _TIME.fullmatch(each)
        if match is None:
            return None
        hour, minute, last_hour, last_minute = (int(group) for group in match.groups())
        start, end = hour * 60 + minute, last_hour * 60 + last_minute
        if minute > 59 or last_minute > 59 or not start <= end <= 1440:
            return None
        ranges.append((start, end))
    return merged(ranges)


def _range(kind: RangeKind, groups: Mapping[str, str | None], minutes: Minutes) -> DateRange | None:
    """Return a typed range, None when one of its ends can never be."""
    first = _day(groups, "a_")
    last: Day | None = first
    if groups.get("c_number"):
        last = Day(month=first.month, number=int(groups["c_number"] or 0), weekday=first.weekday)
    elif any(groups.get(f"b_{part}") for part in ("number", "month", "weekday")):
        last = _day(groups, "b_")
    elif kind is RangeKind.CALENDAR and groups.get("every"):
        last = None
    every = int(groups.get("every") or 1)
    ends = [first] if last is None else [first, last]
    if every < 1 or not all(_is_possible(kind, each) for each in ends):
        return None
    if kind is RangeKind.CALENDAR and last is not None and _date(last) < _date(first):
        return None
    return DateRange(kind, first, last, every, minutes)


def _day(groups: Mapping[str, str | None], prefix: str) -> Day:
    month = groups.get(f"{prefix}month") or ""
    weekday = groups.get(f"{prefix}weekday") or ""
    return Day(
        year=int(groups.get(f"{prefix}year") or 0),
        month=MONTHS.index(month) + 1 if month in MONTHS else int(month or 0),
        number=int(groups.get(f"{prefix}number") or 0),
        weekday=WEEKDAYS.index(weekday) if weekday else 0,
    )


def _date(day: Day) -> tuple[int, int, int]:
    return day.year, day.month, day.number


def _is_possible(kind: RangeKind, day: Day) -> bool:
    """Tell whether there is, or was, such a day."""
    if kind is RangeKind.WEEKDAY:
        return True
    if kind is RangeKind.CALENDAR:
        try:
            date(day.year, day.month, day.number)
        except ValueError:
            return False
        return True
    most = 5 if kind in (RangeKind.MONTH_WEEKDAY, RangeKind.WEEKDAY_OFFSET) else 31
    return 1 <= abs(day.number) <= most


def _check_excludes(periods: Mapping[str, Timeperiod], found: Mapping[str, Resolved], diagnostics: Diagnostics) -> None:
    """Say which exclusions name no period, form a loop or go too deep."""
    for name, period in periods.items():
        for excluded in period.exclude:
            if excluded not in periods:
                hint = diagnostics.nearest(excluded, periods)
                diagnostics.error(
                    f"unknown {shown(excluded)} timeperiod{hint}", found[name].place("exclude"), f"timeperiod::{name}"
                )
    edges = {name: period.exclude for name, period in periods.items()}
    ordered, _ = order(edges)
    for path in loops(edges):
        message = f"is in a loop in exclude parameter: {shown_path(path)}"
        for name in path[:-1]:
            diagnostics.error(message, found[name].place("exclude"), f"timeperiod::{name}")
    depths: dict[str, int] = {}
    for name in ordered:
        depths[name] = max((depths.get(each, 0) for each in periods[name].exclude), default=0) + 1
        if depths[name] > DEEPEST:
            diagnostics.error(
                f"excludes periods that exclude others more than {DEEPEST} times over",
                found[name].place("exclude"),
                f"timeperiod::{name}",
            )
