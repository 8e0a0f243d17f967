"""Time as a value: an ``Instant`` is given to whoever needs to know what time it is.

Intervals, timeouts and leases count on the monotonic part; calendars and what people see on the wall part.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Instant(NamedTuple):
    """One moment as both clocks of this machine show it, in seconds."""

    wall: float
    mono: float

    def plus(self, seconds: float) -> Instant:
        """Return the instant ``seconds`` later on both clocks."""
        return Instant(self.wall + seconds, self.mono + seconds)

    def wall_of(self, mono: float) -> float:
        """Return the wall time a monotonic time corresponds to, as seen from this instant."""
        return self.wall + (mono - self.mono)

    def mono_of(self, wall: float) -> float:
        """Return the monotonic time a wall time corresponds to, as seen from this instant."""
        return self.mono + (wall - self.wall)


class Clock(Protocol):
    """Whatever can tell the time."""

    def now(self) -> Instant:
        """Return the present instant."""
        ...


class ManualClock:
    """A clock for tests and simulations: it moves when told to."""

    __slots__ = ("_now",)

    def __init__(self, wall: float = 1_700_000_000.0, mono: float = 1_000.0) -> None:
        self._now = Instant(wall, mono)

    def now(self) -> Instant:
        """Return the instant the clock was last moved to."""
        return self._now

    def advance(self, seconds: float) -> Instant:
        """Move both clocks forward and return the new instant."""
        self._now = self._now.plus(seconds)
        return self._now

    def step_wall(self, seconds: float) -> Instant:
        """Move the wall clock alone, as an administrator or NTP does."""
        self._now = Instant(self._now.wall + seconds, self._now.mono)
        return self._now
