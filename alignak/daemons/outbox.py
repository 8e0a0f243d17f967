"""Broks that wait in memory for brokers, each of whom reads with a cursor of its own.

``Outbox`` is all there is of a daemon that keeps none on disk; a scheduler has ``Recent`` and ``Introductions`` beside
its store.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import deque
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Final

from msgspec import Raw

from alignak.base.codec import Json, encode
from alignak.base.ids import Cause
from alignak.messages.broks import MONITORING_LOG, Brok

CAPACITY: Final = 10_000
MOST: Final = 4_000
"""Broks one answer holds."""

RECENT: Final = 8_000
"""Stored broks that are kept in memory too."""


class Cursors:
    """How far each broker has read: what was handed out last is taken as received at the next call."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def start_of(self, broker: str, after: int | None, known_epoch: bool) -> int:
        """Return the sequence number after which the next broks for a broker begin."""
        if after is not None:
            return after if known_epoch else 0
        return self._given.get(broker, 0)

    def gave(self, broker: str, last: int) -> None:
        """Note what a broker was handed."""
        self._given[broker] = last


class Recent:
    """The newest broks of a store, so that followers who keep up need not have it read; any thread may call it."""

    def __init__(self) -> None:
        self._broks: deque[Brok] = deque(maxlen=RECENT)
        self._lock = threading.Lock()

    def add(self, broks: Sequence[Brok]) -> None:
        """Take up what was stored."""
        with self._lock:
            self._broks.extend(broks)

    def after(self, seq: int) -> list[Brok] | None:
        """Return the next broks after a number, oldest first; None when only the store can know."""
        with self._lock:
            if not self._broks or self._broks[0].seq > seq + 1:
                return None
            known = list(self._broks)
        start = bisect_right(known, seq, key=attrgetter("seq"))
        return known[start : start + MOST]


class Introductions:
    """What brokers are told before anything else: all there is, a part of it each time they ask."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Brok]] = {}
        self._given: dict[str, int] = {}
        """Broker -> how many the last call handed out."""

    def begin(self, broker: str, broks: list[Brok]) -> None:
        """Have a broker told these, from the first on."""
        self._waiting[broker], self._given[broker] = broks, 0

    def next(self, broker: str) -> list[Brok]:
        """Return the next broks of a broker, and forget those of its last call."""
        waiting = self._waiting.get(broker)
        if not waiting:
            return []
        del waiting[: self._given[broker]]
        self._given[broker] = min(len(waiting), MOST)
        return waiting[:MOST]


class Outbox:
    """Keep the newest broks of this life of the daemon; the oldest go first when it is full, and are counted."""

    def __init__(self, epoch: str, instance_id: str) -> None:
        self._epoch = epoch
        self.instance_id = instance_id
        self._broks: deque[Brok] = deque(maxlen=CAPACITY)
        self._next = 1
        self._cursors = Cursors()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._broks)

    def add(self, type_: str, data: Mapping[str, Json], at: float, cause: str = "") -> None:
        """Append a brok."""
        with self._lock:
            self._broks.append(
                Brok(
                    uuid=f"{self._epoch}-{self._next}",
                    seq=self._next,
                    type=type_,
                    instance_id=self.instance_id,
                    creation_time=at,
                    data=Raw(encode(data)),
                    cause=Cause(cause),
                )
            )
            self._next += 1

    def log(self, level: str, message: str, at: float) -> None:
        """Append a line for the monitoring log."""
        self.add(MONITORING_LOG, {"level": level, "message": message}, at)

    def read(self, broker: str, after: int | None, epoch: str) -> list[Brok]:
        """Return the next broks for a broker, oldest first."""
        with self._lock:
            start = self._cursors.start_of(broker, after, epoch == self._epoch)
            found = [each for each in self._broks if each.seq > start][:MOST]
            self._cursors.gave(broker, found[-1].seq if found else start)
            return found
