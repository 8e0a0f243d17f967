"""How fast checks that are late are given out: after a stall, or when a poller comes back, spread and not in a burst.

Whatever is monitored would otherwise get minutes of checks in a second. ``Lanes`` owns one and asks before it lends.
"""

from __future__ import annotations

from typing import Final

LATE: Final = 10.0
"""Seconds past its time at which a check counts as left over from a stall."""

WITHIN: Final = 30.0
"""Seconds over which what is left over is spread at most."""


FEW: Final = 50.0
"""Checks a second that are no burst."""


class CatchingUp:
    """A bucket of allowances, filled at the pace at which what waits is caught up with."""

    __slots__ = ("_at", "_left", "_pace")

    def __init__(self) -> None:
        self._at = 0.0
        self._left = 0.0
        self._pace = FEW

    def allowance(self, waiting: int, lateness: float, mono: float) -> int | None:
        """Return how many of ``waiting`` checks may be given out now, the first of them late so many seconds.

        None is as many as there are: nothing is late. The pace is twice that at which they came to wait, so that a
        mere lack of pollers is not made worse, and fast enough to be through ``WITHIN`` seconds from now.
        """
        if lateness <= LATE:
            self._at, self._pace = 0.0, FEW
            return None
        self._pace = pace = max(self._pace, waiting * max(2.0 / lateness, 1.0 / WITHIN))
        self._left = min(pace, self._left + pace * (mono - self._at)) if self._at else FEW
        self._at = mono
        return int(self._left)

    def gave(self, count: int) -> None:
        """Take note of how many were given out."""
        self._left -= count
