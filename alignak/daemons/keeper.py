"""What a scheduler decided and has not stored yet: stored by a thread beside the loop, one batch after the other.

The loop goes on while a batch is written; what it decides meanwhile makes the next one. Nobody is answered, no action
is handed out and no follower told before the batch it belongs to is stored.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from queue import SimpleQueue
from typing import Final

from alignak.base.errors import StoreError
from alignak.daemons.follow import Trouble
from alignak.daemons.loop import Stored
from alignak.daemons.outbox import Recent
from alignak.messages.broks import MONITORING_LOG
from alignak.messages.work import Order
from alignak.storage.port import Batch, SchedulerStore

log = logging.getLogger(__name__)

MOST_UNSTORED: Final = 20_000
"""Broks that wait in memory while the store cannot be written."""

SLOW: Final = 10.0
"""Seconds a batch may be on its way before people are told: a disk that hangs raises no error."""


class _Writing:
    """A batch on its way to the disk. The loop owns ``orders``, the thread sets ``failure`` and then ``done``."""

    __slots__ = ("batch", "began", "done", "failure", "orders", "waiting")

    def __init__(self, batch: Batch, orders: list[Order], waiting: Sequence[Stored]) -> None:
        self.batch = batch
        self.orders = orders
        self.waiting = waiting
        self.began = time.monotonic()
        self.failure: StoreError | None = None
        self.done = threading.Event()


class Keeper:
    """Keep a scheduler's decisions. All but ``recent`` is for the loop's thread."""

    def __init__(
        self,
        store: SchedulerStore,
        complete: Callable[[Batch], None],
        hand_out: Callable[[Iterable[Order]], None],
        wake: Callable[[], None],
    ) -> None:
        """``complete`` puts what changed into a batch about to be stored; ``wake`` has the loop turn, from any thread.

        When a batch cannot be stored it stays in memory and is tried again with a later turn; its actions are handed
        out all the same: a notification that may repeat is better than one that is never sent.
        """
        self._store = store
        self._complete = complete
        self._hand_out = hand_out
        self._wake = wake
        self.batch = Batch()
        """What is to be stored next."""
        self.recent = Recent()
        self.dropped_broks = 0
        self._actions: list[Order] = []
        """Those of the batch."""
        self._waiting: list[Stored] = []
        """Who waits for the batch."""
        self._writing: _Writing | None = None
        self._trouble = Trouble("the store")
        self._asked: SimpleQueue[_Writing | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)

    @property
    def is_idle(self) -> bool:
        """Tell whether there is nothing to store, and nothing being stored."""
        return self._writing is None and self.batch.is_empty()

    @property
    def has_actions(self) -> bool:
        """Tell whether actions wait for a batch to be begun."""
        return bool(self._actions)

    def add_action(self, order: Order) -> None:
        """Store an action, and hand it out then."""
        self.batch.orders.append(order)
        self._actions.append(order)

    def withdraw(self, order_id: str) -> None:
        """Hand an action out no more, and forget it."""
        for actions in (self._actions, self._writing.orders if self._writing is not None else []):
            actions[:] = [each for each in actions if each.id != order_id]
        self.batch.finished_orders.append(order_id)

    def find_command(self, batch_id: str) -> bytes | None:
        """Return what became of a batch of commands, stored already or not; None when it is not known."""
        found = self.batch.commands.get(batch_id)
        if found is None and self._writing is not None:
            found = self._writing.batch.commands.get(batch_id)
        return self._store.find_command(batch_id) if found is None else found

    def keep(self, stored: Stored) -> None:
        """Have stored what was decided so far, and call ``stored`` then; the loop's thread is not kept waiting."""
        self._waiting.append(stored)
        self._settle()
        if self._writing is None:
            self._begin()
        elif time.monotonic() - self._writing.began > SLOW:
            self._trouble.is_(f"what was decided has been on its way to the disk for more than {SLOW:g} s")

    def flush(self) -> None:
        """Store all there is; returns once it is, or cannot be."""
        self._wait()
        self._begin()
        self._wait()

    def close(self) -> None:
        """Store the rest, and end the thread."""
        self.flush()
        if self._thread.ident is not None:
            self._asked.put(None)
            self._thread.join()

    def _begin(self) -> None:
        """Give the batch to the thread, which is begun with the first one."""
        self._complete(self.batch)
        waiting, self._waiting = self._waiting, []
        if self.batch.is_empty():
            for stored in waiting:
                stored(None)
            return
        self._writing = _Writing(self.batch, self._actions, waiting)
        self.batch, self._actions = Batch(), []
        if self._thread.ident is None:
            self._thread.start()
        self._asked.put(self._writing)

    def _run(self) -> None:
        told = ""
        while (writing := self._asked.get()) is not None:
            try:
                self._store.commit(writing.batch)
                self.recent.add(writing.batch.broks)
            except StoreError as error:
                writing.failure = error
            except Exception as error:  # it is tried again, like anything that could not be stored
                writing.failure = StoreError(f"nobody foresaw this: {type(error).__name__}: {error}")
                if writing.failure.message != told:
                    told = writing.failure.message
                    log.exception("storing failed in a way nobody foresaw")
            for stored in writing.waiting:
                stored(writing.failure)
            writing.done.set()
            if writing.failure is None and (writing.orders or self._waiting):
                self._wake()

    def _wait(self) -> None:
        if self._writing is not None:
            self._writing.done.wait()
            self._settle()

    def _settle(self) -> None:
        """Draw the consequences of what the thread did."""
        writing = self._writing
        if writing is None or not writing.done.is_set():
            return
        self._writing = None
        if writing.failure is None:
            self._trouble.is_over()
        else:
            self._trouble.is_(f"it cannot be written, that is tried again: {writing.failure.message}")
            self.batch = writing.batch.followed_by(self.batch)
            self._bound()
        if writing.orders:
            self._hand_out(writing.orders)

    def _bound(self) -> None:
        """Forget the oldest routine broks when too many wait for the store; log lines stay (reliability.md 5.1)."""
        too_many = len(self.batch.broks) - MOST_UNSTORED
        if too_many <= 0:
            return
        routine = [each.uuid for each in self.batch.broks if each.type != MONITORING_LOG]
        gone = set(routine[:too_many])
        self.batch.broks = [each for each in self.batch.broks if each.uuid not in gone]
        self.dropped_broks += len(gone)
