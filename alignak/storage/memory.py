"""Stores that live as long as the process: the reference for what a store does, and what tests and simulations use."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from alignak.base.errors import StoreError
from alignak.messages.broks import Brok
from alignak.messages.work import Order
from alignak.storage.port import KEPT_COMMANDS, Batch, EventQuery, StoredEvent, level_and_message, new_epoch


class MemorySchedulerStore:
    """Keep a scheduler's states, broks, orders and command fates in dictionaries."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._states: dict[str, bytes] = {}
        self._broks: dict[int, Brok] = {}
        self._orders: dict[str, Order] = {}
        self._commands: dict[str, bytes] = {}
        self._next_seq = 1
        self._epoch = new_epoch()
        self._is_closed = False

    def commit(self, batch: Batch) -> None:
        """Store a batch."""
        with self._lock:
            self._check_open()
            for key in batch.removed_states:
                self._states.pop(key, None)
            self._states.update(batch.states)
            for brok in batch.broks:
                self._broks.setdefault(brok.seq, brok)
                self._next_seq = max(self._next_seq, brok.seq + 1)
            self._orders.update((order.id, order) for order in batch.orders)
            for order_id in batch.finished_orders:
                self._orders.pop(order_id, None)
            self._commands.update(batch.commands)

    def load_states(self) -> Mapping[str, bytes]:
        """Return a copy of all states."""
        with self._lock:
            self._check_open()
            return dict(self._states)

    def load_orders(self) -> Sequence[Order]:
        """Return the unfinished actions, oldest first."""
        with self._lock:
            self._check_open()
            return tuple(self._orders.values())

    def epoch(self) -> str:
        """Return what the broks are numbered under."""
        with self._lock:
            return f"{self._epoch:x}"

    def renew_epoch(self) -> str:
        """Number under another epoch."""
        with self._lock:
            self._epoch = new_epoch()
        return self.epoch()

    def next_seq(self) -> int:
        """Return the number the next brok is to have."""
        with self._lock:
            return self._next_seq

    def broks_after(self, seq: int, most: int) -> Sequence[Brok]:
        """Return broks with a greater number, in order."""
        with self._lock:
            self._check_open()
            known = sorted(self._broks)
            start = bisect_right(known, seq)
            return tuple(self._broks[each] for each in known[start : start + most])

    def oldest_seq(self) -> int:
        """Return the number of the oldest brok kept."""
        with self._lock:
            return min(self._broks, default=self._next_seq)

    def trim_broks(self, keep: int) -> int:
        """Forget old broks, and the oldest fates of commands."""
        with self._lock:
            self._check_open()
            gone = sorted(self._broks)[: max(0, len(self._broks) - keep)]
            for seq in gone:
                del self._broks[seq]
            for command_id in list(self._commands)[: max(0, len(self._commands) - KEPT_COMMANDS)]:
                del self._commands[command_id]
            return len(gone)

    def find_command(self, command_id: str) -> bytes | None:
        """Return the fate of a command."""
        with self._lock:
            self._check_open()
            return self._commands.get(command_id)

    def close(self) -> None:
        """Refuse everything from now on."""
        self._is_closed = True

    def _check_open(self) -> None:
        if self._is_closed:
            raise StoreError("the store is closed")


class MemoryEventStore:
    """Keep a broker's history and cursors in lists and dictionaries."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: list[StoredEvent] = []
        self._uuids: dict[str, int] = {}
        """Of each event kept -> its id."""
        self._cursors: dict[str, int] = {}
        self._next_id = 1
        self._is_closed = False

    def append(self, broks: Sequence[Brok], cursors: Mapping[str, int]) -> int:
        """Store the broks that are new, and the cursors."""
        with self._lock:
            self._check_open()
            before = len(self._events)
            for brok in broks:
                if brok.uuid not in self._uuids:
                    self._add(brok)
            for instance_id, seq in cursors.items():
                self._cursors.pop(instance_id, None)
                self._cursors[instance_id] = seq
            return len(self._events) - before

    def _add(self, brok: Brok) -> None:
        level, message = level_and_message(brok)
        self._events.append(
            StoredEvent(
                id=self._next_id,
                at=brok.creation_time,
                instance_id=brok.instance_id,
                seq=brok.seq,
                type=brok.type,
                level=level,
                message=message,
                data=bytes(brok.data),
            )
        )
        self._uuids[brok.uuid] = self._next_id
        self._next_id += 1

    def cursors(self) -> Mapping[str, int]:
        """Return how far each instance was read."""
        with self._lock:
            self._check_open()
            return dict(self._cursors)

    def query(self, query: EventQuery) -> Sequence[StoredEvent]:
        """Return the wanted events, newest first."""
        with self._lock:
            self._check_open()
            found = [each for each in self._events if _is_wanted(each, query)]
        found.sort(key=lambda each: (each.at, each.id), reverse=True)
        return found[: query.count]

    def trim(self, older_than: float) -> int:
        """Forget what is older."""
        with self._lock:
            self._check_open()
            kept = [each for each in self._events if each.at >= older_than]
            gone = len(self._events) - len(kept)
            ids = {each.id for each in kept}
            self._events = kept
            self._uuids = {uuid: id_ for uuid, id_ in self._uuids.items() if id_ in ids}
            return gone

    def close(self) -> None:
        """Refuse everything from now on."""
        self._is_closed = True

    def _check_open(self) -> None:
        if self._is_closed:
            raise StoreError("the store is closed")


def _is_wanted(event: StoredEvent, query: EventQuery) -> bool:
    return (
        (not query.types or event.type in query.types)
        and (query.before is None or event.at < query.before)
        and (query.after is None or event.at >= query.after)
        and query.contains in event.message
    )
