"""Whether a time period is active, asked a thousand times a second.

``model.timeperiods`` knows calendars and takes its time; this remembers for each period the span of activity the last
answer lay in, so that most answers cost one comparison. Spans are facts of the calendar: no change of the clock makes
them wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from alignak.model.timeperiods import SEARCH_DAYS, Timeperiod, next_active, next_inactive


class Calendars:
    """The time periods of a configuration, in its time zone."""

    __slots__ = ("_gaps", "_periods", "_spans", "_zone")

    def __init__(self, periods: Mapping[str, Timeperiod], zone: str) -> None:
        self._periods = periods
        self._zone = zone
        self._spans: dict[str, tuple[float, float]] = {}
        self._gaps: dict[str, tuple[float, float]] = {}

    def is_open(self, name: str, at: float) -> bool:
        """Tell whether a period is active at a wall time; no name, or one that is not defined, is always."""
        return self.next_open(name, at) == at

    def next_open(self, name: str, at: float) -> float | None:
        """Return the first wall time from ``at`` on at which a period is active; None: not within a year."""
        if not name:
            return at
        span = self._spans.get(name)
        if span is not None and span[0] <= at < span[1]:
            return at
        gap = self._gaps.get(name)
        if gap is not None and gap[0] <= at < gap[1]:
            return gap[1]
        period = self._periods.get(name)
        if period is None:
            return at
        start = next_active(period, at, self._periods, self._zone)
        if start is not None:
            if start > at:
                self._gaps[name] = (at, start)
            end = next_inactive(period, start, self._periods, self._zone)
            self._spans[name] = (start, start + SEARCH_DAYS * 86400 if end is None else end)
        return start

    def next_close(self, name: str, at: float) -> float:
        """Return the wall time at which a period that is active at ``at`` ends; a year later when it does not."""
        self.next_open(name, at)
        span = self._spans.get(name)
        return span[1] if span is not None and span[0] <= at < span[1] else at + SEARCH_DAYS * 86400

    def next_change(self, name: str, at: float) -> float | None:
        """Return the wall time at which a period begins or ends after ``at``; None: not within a year."""
        if name not in self._periods:
            return None
        opens = self.next_open(name, at)
        return self.next_close(name, at) if opens == at else opens

    def shown(self, at: float) -> str:
        """Return a wall time as people read it, in the configuration's time zone or else the machine's."""
        moment = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(self._zone) if self._zone else None)
        return f"{moment:%Y-%m-%d %H:%M:%S}"
