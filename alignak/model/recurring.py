"""Downtimes that come again and again: the days a rule gives, from a time of day on, for a while.

``config`` and external commands make them with ``read_rule``; the engine asks ``occurrences`` when they come. Rules are
those of RFC 5545 (``FREQ=MONTHLY;BYDAY=2SU``), as far as they are about days. A list of weekdays is short for one.

The time of day is that of the wall clock of a zone, so that a downtime at 02:00 is at 02:00 in summer and in winter. On
a day on which the clock jumps over that time, it begins as soon as the clock has jumped; on a day that has it twice, it
begins the first time, and once. The duration is what a stop watch shows, whatever the clock does meanwhile.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr
from msgspec import Struct

from alignak.base.ids import ObjectKey

HORIZON_DAYS: Final = 3653
"""How far occurrences are looked for: ten years, in which the rarest day, a 29th of February, comes twice."""

LONGEST_RULE: Final = 500
LONGEST_DURATION: Final = 366 * 86400
MOST_INTERVAL: Final = 1000

_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BY: Final = ("BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS")
_PARTS: Final = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", *_BY)
_FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_DAY_PARTS: Final[dict[str, frozenset[str]]] = {
    "DAILY": frozenset(),
    "WEEKLY": frozenset(("BYDAY",)),
    "MONTHLY": frozenset(("BYDAY", "BYMONTHDAY")),
    "YEARLY": frozenset(("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO")),
}
"""Frequency -> the parts of which one says which days are meant, where no first day does."""

_SOME_DAY: Final = datetime(2026, 1, 1)  # noqa: DTZ001 - wall clocks have no zone here

_COUNT: Final = re.compile(r";COUNT=(\d+)")
_UNTIL: Final = re.compile(r";UNTIL=(\d{8})T\d{6}")
_DATE: Final = re.compile(r"\d{8}", re.ASCII)
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)


class Malformed(ValueError):
    """Say why a rule or a time cannot be read."""


class RecurringDowntime(Struct, frozen=True, omit_defaults=True):
    """A downtime of some objects that comes again and again."""

    name: str
    """The name of the definition, or the id of what a command made."""
    rule: str
    """RFC 5545, without ``DTSTART`` and ``RRULE:``."""
    start: int
    """Minutes since midnight."""
    duration: float
    """Seconds."""
    zone: str = ""
    """Empty: that of the configuration, or else of the machine."""
    first_day: str = ""
    """``2026-01-31``: no occurrence is before it, and intervals count from it."""
    author: str = ""
    comment: str = ""
    members: tuple[ObjectKey, ...] = ()
    """The hosts and services it is for; none where an object has it itself."""
    imported_from: str = ""


class Occurrence(NamedTuple):
    """One time a downtime comes, in wall seconds."""

    start: float
    end: float


class Rule(NamedTuple):
    """A rule as it was read."""

    text: str
    first_day: str


# Reading


def read_rule(text: str, first_day: str = "") -> Rule:
    """Return the rule a text means: weekdays (``saturday, sun``), ``daily``, or the parts of an RFC 5545 rule.

    Parts are divided by semicolons or blanks; ``DTSTART=20260131`` among them is the first day, where ``first_day`` is
    what counts otherwise. Raises Malformed with the reason.
    """
    if len(text) > LONGEST_RULE:
        raise Malformed(f"the rule has more than {LONGEST_RULE} characters")
    words = [each for each in re.split(r"[;\s]+", text.strip().upper().removeprefix("RRULE:")) if each]
    if not words:
        raise Malformed("the rule is empty: give weekdays, daily, or FREQ=...")
    if not any("=" in each for each in words):
        return Rule(_of_weekdays(text), first_day)
    parts = _parts(words)
    if "DTSTART" in parts:
        first_day = _day(parts.pop("DTSTART"))
    rule = Rule(_checked(parts, first_day), first_day)
    _try(rule)
    return rule


def read_time(text: str) -> int:
    """Return the minutes since midnight that ``HH:MM`` means; raises Malformed."""
    match = _TIME.fullmatch(text.strip())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise Malformed(f"'{text[:20]}' is no time of day: give HH:MM, 00:00 to 23:59")
    return int(match[1]) * 60 + int(match[2])


def _of_weekdays(text: str) -> str:
    """Return the rule that a list of weekdays is short for."""
    names = [each for each in re.split(r"[,;\s]+", text.strip().upper()) if each]
    if names == ["DAILY"]:
        return "FREQ=DAILY"
    for each in names:
        if each[:2] not in _WEEKDAYS or not _is_weekday(each):
            raise Malformed(f"'{each[:20].lower()}' is no weekday: give monday to sunday, or daily")
    chosen = {each[:2] for each in names}
    return f"FREQ=WEEKLY;BYDAY={','.join(each for each in _WEEKDAYS if each in chosen)}"


def _is_weekday(word: str) -> bool:
    full = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
    return any(each.startswith(word) for each in full)


def _parts(words: list[str]) -> dict[str, str]:
    parts: dict[str, str] = {}
    for each in words:
        name, equals, value = each.partition("=")
        if not equals or not value or name not in (*_PARTS, "DTSTART") or name in parts:
            known = ", ".join(sorted(_PARTS))
            raise Malformed(f"'{each[:40]}' is no part of a rule of days: give each once of {known}, DTSTART")
        parts[name] = value
    return parts


def _checked(parts: dict[str, str], first_day: str) -> str:
    """Return the text of a rule that has all it needs."""
    frequency = parts.get("FREQ", "")
    if frequency not in _FREQUENCIES:
        raise Malformed(f"FREQ is '{frequency[:20]}': give one of {', '.join(_FREQUENCIES)}")
    if not parts.get("INTERVAL", "1").isdecimal() or not 1 <= int(parts.get("INTERVAL", "1")[:5]) <= MOST_INTERVAL:
        raise Malformed(f"INTERVAL is '{parts['INTERVAL'][:20]}': give 1 to {MOST_INTERVAL}")
    if "COUNT" in parts and not (parts["COUNT"].isdecimal() and 0 < len(parts["COUNT"].lstrip("0")) <= 5):
        raise Malformed(f"COUNT is '{parts['COUNT'][:20]}': give 1 to 99999")
    if "COUNT" in parts and "UNTIL" in parts:
        raise Malformed("COUNT and UNTIL both end the rule: give one of them")
    if "UNTIL" in parts:
        parts["UNTIL"] = f"{_day(parts['UNTIL']).replace('-', '')}T235959"
    if not first_day:
        counted = [each for each in ("COUNT", "INTERVAL") if each in parts and parts[each] != "1"]
        if counted:
            raise Malformed(f"{counted[0]} counts from a first day: add DTSTART=20260131")
        days = _DAY_PARTS[frequency]
        if days and not days & parts.keys():
            raise Malformed(f"the rule says not which days: give {' or '.join(sorted(days))}, or DTSTART=20260131")
    return ";".join(f"{name}={parts[name]}" for name in _PARTS if name in parts)


def _day(text: str) -> str:
    """Return a date as ``2026-01-31``."""
    digits = text[:8]
    try:
        if not _DATE.fullmatch(digits) or (text[8:] and not re.fullmatch(r"T\d{6}Z?", text[8:])):
            raise ValueError
        found = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise Malformed(f"'{text[:20]}' is no day: give YYYYMMDD") from None
    if not 1970 <= found.year <= 2900:
        raise Malformed(f"'{text[:20]}' is too far away: give a day from 1970 on")
    return found.isoformat()


def _try(rule: Rule) -> None:
    """Have the library read a rule; what it cannot, nobody can."""
    try:
        begin = _SOME_DAY if not rule.first_day else datetime.fromisoformat(rule.first_day)
        if next(_days(_UNTIL.sub("", rule.text), rule.first_day, 0, begin), None) is None:
            raise Malformed(f"the rule {rule.text} gives no day within ten years")
    except Malformed:
        raise
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise Malformed(f"the rule {rule.text} cannot be read: {error}") from error


# Asking


def occurrences(recurring: RecurringDowntime, at: float, zone: str) -> Iterator[Occurrence]:
    """Yield the occurrences that are not over at a wall time, in order, for ten years.

    ``zone`` is that of downtimes that name none.
    """
    name = recurring.zone or zone
    where = ZoneInfo(name) if name else None
    begin = _wall(at - recurring.duration, where) - timedelta(days=1)
    for local in _days(recurring.rule, recurring.first_day, recurring.start, begin):
        start = instant(local, where)
        if start + recurring.duration > at:
            yield Occurrence(start, start + recurring.duration)


def today(at: float, zone: str) -> str:
    """Return the day it is in a zone."""
    return _wall(at, ZoneInfo(zone) if zone else None).date().isoformat()


def _days(text: str, first_day: str, minutes: int, begin: datetime) -> Iterator[datetime]:
    """Yield what the wall clock shows when a rule's occurrences come, from a moment on and for ten years.

    They are counted from the first day, or where there is none, as nothing is counted then, from the year before. The
    library looks for a day that never comes until the year 9999. So it is asked about the last years of which the
    calendar is the same: days, weekdays and weeks come again after 400 years.
    """
    first = date.fromisoformat(first_day) if first_day else date(begin.year - 1, 1, 1)
    start = datetime.combine(first, time(minutes // 60, minutes % 60))
    count, until = _COUNT.search(text), _UNTIL.search(text)
    end = max(begin, start) + timedelta(days=HORIZON_DAYS)
    later = (9999 - end.year) // 400 * 400
    if until is not None:
        end = min(end, datetime.combine(date.fromisoformat(until[1]), time.max))
    rule = rrulestr(_UNTIL.sub("", _COUNT.sub("", text)), dtstart=_moved(start, later))
    assert isinstance(rule, rrule)
    rule = rule.replace(until=_moved(end, later))
    begin = _moved(begin, later)
    found = rule if count is None else islice(rule, int(count[1]))
    return (_moved(each, -later) for each in found if each >= begin)


def _moved(moment: datetime, years: int) -> datetime:
    return moment.replace(year=moment.year + years)


def instant(local: datetime, zone: ZoneInfo | None) -> float:
    """Return when the wall clock of a zone shows a time first; when it jumps over it, the moment it has jumped.

    No zone is the machine's own.
    """
    early, late = _stamp(local.replace(fold=1), zone), _stamp(local.replace(fold=0), zone)
    if late <= early:
        return late
    before = _wall(early - 1, zone) - datetime.fromtimestamp(early - 1, UTC).replace(tzinfo=None)
    seconds = range(int(early), int(late) + 1)

    def has_jumped(second: int) -> bool:
        return _wall(second, zone) - datetime.fromtimestamp(second, UTC).replace(tzinfo=None) != before

    return float(seconds[bisect_left(seconds, True, key=has_jumped)])


def _stamp(local: datetime, zone: ZoneInfo | None) -> float:
    return local.replace(tzinfo=zone).timestamp()


def _wall(at: float, zone: ZoneInfo | None) -> datetime:
    """Return what the wall clock of a zone shows at an instant."""
    return datetime.fromtimestamp(at, UTC).astimezone(zone).replace(tzinfo=None)
