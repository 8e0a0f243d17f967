"""The journal behind a door: commands that were accepted and have not reached all their schedulers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from alignak.base.clock import Clock
from alignak.base.codec import decode, encode
from alignak.base.errors import BadRequestError, StorageFullError, StoreError
from alignak.daemons.waiting import Waiting
from alignak.system.journal import Journal

log = logging.getLogger(__name__)

COMPACT_AFTER: Final = 16 << 20
"""Bytes of a journal after which it is written anew, unless half of them are still needed."""


class Entry(Struct, frozen=True, array_like=True):
    """One record: a batch that came in, or the ids of those that are settled."""

    batch: Waiting | None = None
    done: tuple[str, ...] = ()


class DoorJournal:
    """Keep commands in a journal folder; thread safe."""

    def __init__(self, folder: str, clock: Clock) -> None:
        self._journal = Journal(folder)
        self._clock = clock
        self._lock = threading.Lock()
        self._left: dict[str, Waiting] = {}
        report_damage(self._journal)
        for record in self._journal.records():
            try:
                entry = decode(record.data, Entry)
            except BadRequestError as error:
                log.critical("record %d of %s cannot be read and is passed over: %s", record.seq, folder, error)
                continue
            if entry.batch is not None:
                self._left[entry.batch.id] = entry.batch
            for id_ in entry.done:
                self._left.pop(id_, None)

    def add(self, batches: Sequence[Waiting]) -> None:
        """Make batches durable; returns once they are on disk. Raises StorageFullError and JournalError."""
        if not batches:
            return
        with self._lock:
            now = self._clock.now().mono
            self._journal.append([encode(Entry(batch=each)) for each in batches], now, sync=True)
            self._left.update((each.id, each) for each in batches)

    def done(self, ids: Sequence[str]) -> None:
        """Forget batches; noted without haste: a batch delivered twice is run once."""
        with self._lock:
            settled = tuple(each for each in ids if self._left.pop(each, None) is not None)
            if not settled:
                return
            try:
                self._journal.append([encode(Entry(done=settled))], self._clock.now().mono)
                if self._journal.size > COMPACT_AFTER:
                    self._compact()
            except (StoreError, StorageFullError) as error:
                log.error("a settled command is not noted, it may be sent again and is then known: %s", error)

    def left(self) -> Sequence[Waiting]:
        """Return what is not settled, oldest first."""
        with self._lock:
            return tuple(self._left.values())

    def _compact(self) -> None:
        """Write anew what is left, when that is little of what the journal holds."""
        if 2 * sum(each.size for each in self._left.values()) > self._journal.size:
            return
        first = self._journal.rotate()
        kept = [encode(Entry(batch=each)) for each in self._left.values()]
        self._journal.append(kept, self._clock.now().mono, sync=True)
        self._journal.truncate(first)

    def close(self) -> None:
        """Let go of the folder."""
        with self._lock:
            self._journal.close()


def report_damage(journal: Journal) -> None:
    """Say what a journal lost to damage, when it was opened."""
    for gap in journal.gaps:
        log.critical("%s: the records after %d and before %d are damaged and lost", gap.path, gap.after, gap.before)
