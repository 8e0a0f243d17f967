"""What a satellite owes one scheduler: orders taken and outcomes not given back, in a ledger of that scheduler."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Final

from alignak.execution.ledger import Ledger
from alignak.messages.work import Order, Outcome

MOST_RESULTS: Final = 1_000
"""Outcomes one answer to a scheduler holds."""


class Desk:
    """The orders of one scheduler; thread safe."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._given: tuple[str, ...] = ()
        """Ids of the outcomes handed out last."""

    def take(self, orders: Sequence[Order]) -> Sequence[Order]:
        """Note orders and return those to run: one that is here already is not run twice."""
        with self._lock:
            return self._ledger.hold(orders)

    def left(self) -> Sequence[Order]:
        """Return the actions the last run had begun."""
        with self._lock:
            return self._ledger.unfinished()

    def finish(self, outcomes: Sequence[Outcome]) -> None:
        """Keep outcomes until the scheduler has them."""
        with self._lock:
            self._ledger.finish(*outcomes)

    def outcomes(self) -> list[Outcome]:
        """Return the oldest outcomes the scheduler has not got."""
        with self._lock:
            return self._ledger.unacknowledged(MOST_RESULTS)

    def acknowledge(self, ids: Sequence[str]) -> None:
        """Forget outcomes the scheduler has."""
        with self._lock:
            self._ledger.acknowledge(ids)

    def drain(self, got: Sequence[str] | None = None) -> list[Outcome]:
        """Hand out outcomes, and forget those the scheduler has got: by default what the last call handed out."""
        self.acknowledge(self._given if got is None else got)
        found = self.outcomes()
        self._given = tuple(each.id for each in found)
        return found

    @property
    def waiting(self) -> int:
        """Return how many orders and outcomes are held."""
        return len(self._ledger)

    def tick(self) -> None:
        """Let the ledger write what is due."""
        with self._lock:
            self._ledger.tick()

    def close(self) -> None:
        """Bring everything to the disk."""
        with self._lock:
            self._ledger.close()


class Desks:
    """The desks of a satellite, by scheduler; a new scheduler gets one when it first appears."""

    def __init__(self, open_ledger: Callable[[str], Ledger], known: Sequence[str]) -> None:
        self._open = open_ledger
        self._lock = threading.Lock()
        self._desks = {scheduler: Desk(open_ledger(scheduler)) for scheduler in known}

    def of(self, scheduler: str) -> Desk:
        """Return the desk of a scheduler instance."""
        with self._lock:
            if scheduler not in self._desks:
                self._desks[scheduler] = Desk(self._open(scheduler))
            return self._desks[scheduler]

    def all(self) -> tuple[tuple[str, Desk], ...]:
        """Return every desk with its scheduler."""
        with self._lock:
            return tuple(self._desks.items())
