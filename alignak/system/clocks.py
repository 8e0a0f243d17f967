"""The clocks of this machine, and the watch that notices when somebody moved one of them."""

from __future__ import annotations

import time
from typing import Final

from alignak.base.clock import Instant

STEP: Final = 2.0
"""Seconds by which the wall clock may differ from the monotonic one before it counts as moved (reliability.md 5.2
number 9)."""


class SystemClock:
    """Tell the time of this machine."""

    __slots__ = ()

    def now(self) -> Instant:
        """Return the present instant."""
        return Instant(time.time(), time.monotonic())


class StepWatch:
    """Notice that the wall clock was set, by holding it against the monotonic one."""

    __slots__ = ("_limit", "_offset")

    def __init__(self, now: Instant, limit: float = STEP) -> None:
        self._limit = limit
        self._offset = now.wall - now.mono

    def check(self, now: Instant) -> float:
        """Return the seconds the wall clock was moved by since the last step, forward positive; 0 when it was not."""
        moved = now.wall - now.mono - self._offset
        if abs(moved) <= self._limit:
            return 0.0
        self._offset += moved
        return moved
