"""What a poller or reactionner owes: orders it took and has not finished, outcomes nobody has acknowledged.

An outcome is written down before anybody is told, and kept until the scheduler has it. The intent to run a notification
or an event handler is on disk before it runs; after a crash it is run again under the same id. A check is not: the
scheduler gives it out again. When the disk fails the work goes on from memory (reliability.md 5.1).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

import msgspec
from msgspec import Struct

from alignak.base.clock import Clock
from alignak.base.errors import JournalError, StorageFullError
from alignak.messages.work import ACTIONS, Order, Outcome
from alignak.system.journal import Gap, Journal

log = logging.getLogger(__name__)

CAPACITY: Final = 100_000
"""Orders and outcomes held at a time."""

CAPACITY_BYTES: Final = 64 << 20
"""Bytes of output held at a time."""

_COMPACT_BYTES: Final = 8 << 20
_CHUNK: Final = 256
_RETRY: Final = 5.0


class _Held(Struct, frozen=True, array_like=True, tag="h"):
    """Orders were taken."""

    orders: tuple[Order, ...]


class _Finished(Struct, frozen=True, array_like=True, tag="f"):
    """Orders were run."""

    outcomes: tuple[Outcome, ...]


class _Gone(Struct, frozen=True, array_like=True, tag="g"):
    """Outcomes were acknowledged, or orders given back."""

    ids: tuple[str, ...]


_Entry = _Held | _Finished | _Gone


class Ledger:
    """Hold orders and outcomes in memory and in a journal. Not thread safe."""

    def __init__(
        self, journal: Journal, clock: Clock, capacity: int = CAPACITY, capacity_bytes: int = CAPACITY_BYTES
    ) -> None:
        """Take up what the journal holds."""
        self._journal = journal
        self._clock = clock
        self._capacity = capacity
        self._capacity_bytes = capacity_bytes
        self._encoder = msgspec.msgpack.Encoder()
        self._orders: dict[str, Order] = {}
        self._outcomes: dict[str, Outcome] = {}
        self._bytes = 0
        self._compact_at = _COMPACT_BYTES
        self._retry_at = 0.0
        self.unwritten = 0
        """Entries that are in memory only, because the disk did not take them."""
        self.unreadable = 0
        """Entries of the journal that could not be understood."""
        self._replay()

    def __len__(self) -> int:
        return len(self._orders) + len(self._outcomes)

    @property
    def is_full(self) -> bool:
        """Tell whether no more orders are taken until outcomes are acknowledged."""
        return len(self) >= self._capacity or self._bytes >= self._capacity_bytes

    @property
    def gaps(self) -> Sequence[Gap]:
        """Return what the journal lost to damage, found when it was opened."""
        return self._journal.gaps

    def hold(self, orders: Iterable[Order]) -> tuple[Order, ...]:
        """Take orders and return those to run: not the ones held already, nor any while full.

        When this returns, the intents of actions among them are on disk (or counted as unwritten).
        """
        taken: list[Order] = []
        for order in orders:
            if self.is_full:
                break
            if order.id not in self._orders and order.id not in self._outcomes:
                self._orders[order.id] = order
                taken.append(order)
        intents = tuple(order for order in taken if order.work in ACTIONS)
        if intents:
            self._write(_Held(intents), sync=True)
        return tuple(taken)

    def finish(self, *outcomes: Outcome) -> int:
        """Keep outcomes until they are acknowledged; return how many: not those whose order is not held, a repeat's."""
        kept = tuple(each for each in outcomes if self._orders.pop(each.id, None) is not None)
        for each in kept:
            self._outcomes[each.id] = each
            self._bytes += len(each.output)
        if kept:
            self._write(_Finished(kept))
        return len(kept)

    def acknowledge(self, ids: Iterable[str]) -> int:
        """Forget outcomes somebody has now, and return how many there were."""
        known = tuple(each for each in dict.fromkeys(ids) if each in self._outcomes)
        for each in known:
            self._bytes -= len(self._outcomes.pop(each).output)
        self._forget(known)
        return len(known)

    def release(self, ids: Iterable[str]) -> int:
        """Forget orders that will not be run here, such as those given back, and return how many there were."""
        known = tuple(each for each in dict.fromkeys(ids) if each in self._orders)
        journalled = tuple(each for each in known if self._orders.pop(each).work in ACTIONS)
        self._forget(journalled)
        return len(known)

    def unacknowledged(self, most: int | None = None) -> list[Outcome]:
        """Return the outcomes nobody has acknowledged, oldest first, at most so many."""
        return list(islice(self._outcomes.values(), most))

    def unfinished(self) -> list[Order]:
        """Return the orders held and not finished, oldest first; after a restart, the actions to run again."""
        return list(self._orders.values())

    def tick(self) -> None:
        """Bring the journal to the disk when it is time, keep it short, and make up for what could not be written."""
        now = self._clock.now().mono
        if self.unwritten and now >= self._retry_at:
            self._retry_at = now + _RETRY
            self._compact()
        elif self._journal.size > self._compact_at:
            self._compact()
        try:
            self._journal.tick(now)
        except (JournalError, StorageFullError) as error:
            self._note_failure(error)

    def close(self) -> None:
        """Bring everything to the disk and let go of it."""
        self._journal.close()

    def _forget(self, ids: tuple[str, ...]) -> None:
        if ids:
            self._write(_Gone(ids))
        if not self._orders and not self._outcomes and self._journal.size > self._compact_at // 2:
            self._compact()

    def _write(self, entry: _Entry, sync: bool = False) -> None:
        """Write an entry down; when that fails it is in memory, which has to do until the disk is well again."""
        try:
            self._journal.append((self._encoder.encode(entry),), self._clock.now().mono, sync)
        except (JournalError, StorageFullError) as error:
            self._note_failure(error)

    def _note_failure(self, error: Exception) -> None:
        if not self.unwritten:
            log.error("going on from memory, what is not acknowledged would not survive a crash: %s", error)
        self.unwritten += 1

    def _compact(self) -> None:
        """Write what is live into a new segment and drop the old ones."""
        outcomes = tuple(self._outcomes.values())
        intents = tuple(order for order in self._orders.values() if order.work in ACTIONS)
        entries: list[_Entry] = [_Held(intents[at : at + _CHUNK]) for at in range(0, len(intents), _CHUNK)]
        entries += [_Finished(outcomes[at : at + _CHUNK]) for at in range(0, len(outcomes), _CHUNK)]
        try:
            first = self._journal.rotate()
            self._journal.append(list(map(self._encoder.encode, entries)), self._clock.now().mono, sync=True)
            self._journal.truncate(first)
        except (JournalError, StorageFullError) as error:
            self._note_failure(error)
            return
        if self.unwritten:
            log.warning("the disk is well again: everything is written")
        self.unwritten = 0
        self._compact_at = max(_COMPACT_BYTES, 2 * self._journal.size)

    def _replay(self) -> None:
        decoder = msgspec.msgpack.Decoder(_Entry)
        for record in self._journal.records():
            try:
                entry: _Entry = decoder.decode(record.data)
            except msgspec.DecodeError:
                self.unreadable += 1
                continue
            self._apply(entry)
        self._bytes = sum(len(each.output) for each in self._outcomes.values())

    def _apply(self, entry: _Entry) -> None:
        match entry:
            case _Held(orders):
                self._orders.update((order.id, order) for order in orders)
            case _Finished(outcomes):
                for outcome in outcomes:
                    self._orders.pop(outcome.id, None)
                    self._outcomes[outcome.id] = outcome
            case _Gone(ids):
                for each in ids:
                    self._orders.pop(each, None)
                    self._outcomes.pop(each, None)
