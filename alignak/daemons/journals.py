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
from alignak.daemons.door import Waiting
from alignak.system.journal import Journal

log = logging.getLogger(__name__)

COMPACT_AFTER: Final = 5_000
"""Settled commands after which the journal is written anew."""


class Entry(Struct, frozen=True, array_like=True):
    """One record: a command that came in, or the id of one that is settled."""

    command: Waiting | None = None
    done: str = ""


class DoorJournal:
    """Keep commands in a journal folder; thread safe."""

    def __init__(self, folder: str, clock: Clock) -> None:
        self._journal = Journal(folder)
        self._clock = clock
        self._lock = threading.Lock()
        self._left: dict[str, Waiting] = {}
        self._settled = 0
        report_damage(self._journal)
        for record in self._journal.records():
            try:
                entry = decode(record.data, Entry)
            except BadRequestError as error:
                log.critical("record %d of %s cannot be read and is passed over: %s", record.seq, folder, error)
                continue
            if entry.command is not None:
                self._left[entry.command.id] = entry.command
            else:
                self._left.pop(entry.done, None)

    def add(self, commands: Sequence[Waiting]) -> None:
        """Make commands durable; returns once they are on disk. Raises StorageFullError and JournalError."""
        if not commands:
            return
        with self._lock:
            now = self._clock.now().mono
            self._journal.append([encode(Entry(command=each)) for each in commands], now, sync=True)
            self._left.update((each.id, each) for each in commands)

    def done(self, id_: str) -> None:
        """Forget a command; noted without haste: a command delivered twice is run once."""
        with self._lock:
            if self._left.pop(id_, None) is None:
                return
            try:
                self._journal.append([encode(Entry(done=id_))], self._clock.now().mono)
                self._settled += 1
                if self._settled >= COMPACT_AFTER:
                    self._compact()
            except (StoreError, StorageFullError) as error:
                log.error("a settled command is not noted, it may be sent again and is then known: %s", error)

    def left(self) -> Sequence[Waiting]:
        """Return what is not settled, oldest first."""
        with self._lock:
            return tuple(self._left.values())

    def _compact(self) -> None:
        first = self._journal.rotate()
        self._journal.append(
            [encode(Entry(command=each)) for each in self._left.values()], self._clock.now().mono, True
        )
        self._journal.truncate(first)
        self._settled = 0

    def close(self) -> None:
        """Let go of the folder."""
        with self._lock:
            self._journal.close()


def report_damage(journal: Journal) -> None:
    """Say what a journal lost to damage, when it was opened."""
    for gap in journal.gaps:
        log.critical("%s: the records after %d and before %d are damaged and lost", gap.path, gap.after, gap.before)
