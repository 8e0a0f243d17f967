"""The journal behind a door: commands that were accepted and have not reached all their schedulers."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from alignak.base.clock import Clock
from alignak.base.codec import decode, encode
from alignak.daemons.door import Waiting
from alignak.system.journal import Journal

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
        for record in self._journal.records():
            entry = decode(record.data, Entry)
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
            self._journal.append([encode(Entry(done=id_))], self._clock.now().mono)
            self._settled += 1
            if self._settled >= COMPACT_AFTER:
                self._compact()

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
