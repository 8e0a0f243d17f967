"""When something is due: one wheel of timers for everything that happens at a time.

The engine turns it. A timer belongs to an object and is of one kind; setting it again moves it. A heap orders the
timers by monotonic time; one that was moved or cancelled leaves a dead entry behind, which is passed over when its
time comes, and swept away when the dead outnumber the living. So each operation costs O(log n) at worst, and nothing
ever looks at all objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from heapq import heapify, heappop, heappush
from typing import Final, TypeAlias

from alignak.base.ids import ObjectKey

SWEEP_AT: Final = 1_000
"""Dead entries below this number are not worth a sweep."""


class Timer(IntEnum):
    """What is to happen; an object has at most one timer of each kind."""

    CHECK = 0
    FORCED_CHECK = 1
    FRESHNESS = 2
    NOTIFICATION = 3
    DOWNTIME = 4
    ACKNOWLEDGEMENT = 5
    MAINTENANCE = 6
    BUSINESS_IMPACT = 7
    RECOVERY = 8
    CONTACT_DOWNTIME = 9
    """Of a contact; its key is no object's, as that of WINDOW."""
    WINDOW = 10
    RECURRENCE = 11
    STATUS = 12
    """Of the whole: its followers are told the program's status."""


Due: TypeAlias = "tuple[Timer, ObjectKey]"
_Entry: TypeAlias = "tuple[float, int, Due]"


class Wheel:
    """Timers in the order of their time; those of one time in the order they were set."""

    __slots__ = ("_heap", "_living", "_number")

    def __init__(self) -> None:
        self._heap: list[_Entry] = []
        self._living: dict[Due, tuple[int, float]] = {}
        self._number = 0

    def __len__(self) -> int:
        return len(self._living)

    def __iter__(self) -> Iterator[Due]:
        return iter(self._living)

    def set(self, timer: Timer, key: ObjectKey, at: float) -> None:
        """Have a timer fire at a monotonic time, and at no other any more."""
        due = (timer, key)
        self._number = number = self._number + 1
        self._living[due] = (number, at)
        heappush(self._heap, (at, number, due))
        if len(self._heap) > SWEEP_AT + 2 * len(self._living):
            self._sweep()

    def cancel(self, timer: Timer, key: ObjectKey) -> None:
        """Have a timer not fire; nothing happens when it is not set."""
        self._living.pop((timer, key), None)

    def forget(self, key: ObjectKey) -> None:
        """Cancel every timer of an object."""
        for timer in Timer:
            self._living.pop((timer, key), None)

    def at(self, timer: Timer, key: ObjectKey) -> float | None:
        """Return the monotonic time a timer is set to, or None."""
        entry = self._living.get((timer, key))
        return None if entry is None else entry[1]

    def next_at(self) -> float | None:
        """Return the monotonic time of the first timer, or None when none is set."""
        heap, living = self._heap, self._living
        while heap:
            at, number, due = heap[0]
            entry = living.get(due)
            if entry is not None and entry[0] == number:
                return at
            heappop(heap)
        return None

    def take_due(self, mono: float, most: int) -> list[Due]:
        """Remove and return the timers whose time has come, in order, at most ``most`` of them."""
        heap, living = self._heap, self._living
        found: list[Due] = []
        while heap and heap[0][0] <= mono and len(found) < most:
            _, number, due = heappop(heap)
            entry = living.get(due)
            if entry is not None and entry[0] == number:
                del living[due]
                found.append(due)
        return found

    def _sweep(self) -> None:
        living = self._living
        self._heap = [entry for entry in self._heap if entry[2] in living and living[entry[2]][0] == entry[1]]
        heapify(self._heap)
