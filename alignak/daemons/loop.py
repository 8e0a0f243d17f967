"""The one thread that owns a daemon's state, and how other threads ask it for something.

HTTP threads and followers never touch the state: they hand the loop a function and wait for what it returns. What a
turn decided is stored before any of its callers is answered: acknowledge after write.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from queue import Empty, Full, Queue
from typing import Any, Final, Generic, TypeVar

from alignak.base.errors import AlignakError, NotReadyError

T = TypeVar("T")

CAPACITY: Final = 10_000
"""How many requests may wait for the loop; one more is refused with "try again"."""

MOST_A_TURN: Final = 500
"""How many requests one turn serves before it stores what they decided."""

LONGEST_GATHERING: Final = 0.02
"""Seconds for which requests are gathered at most, after a turn that took as long: what is stored together is cheap."""

log = logging.getLogger(__name__)


class _Job(Generic[T]):
    """A function somebody waits for."""

    __slots__ = ("done", "error", "function", "needs_store", "result")

    def __init__(self, function: Callable[[], T], needs_store: bool) -> None:
        self.function = function
        self.needs_store = needs_store
        self.done = threading.Event()
        self.result: T | None = None
        self.error: Exception | None = None


class Loop:
    """Run functions of other threads, one at a time, in the thread that calls ``turn``."""

    def __init__(self) -> None:
        self._jobs: Queue[_Job[Any]] = Queue(CAPACITY)
        self._next_turn = 0.0
        self._is_closed = False

    @property
    def depth(self) -> int:
        """Return how many requests wait."""
        return self._jobs.qsize()

    def call(self, function: Callable[[], T], timeout: float = 30.0, needs_store: bool = False) -> T:
        """Have the loop run a function and return what it returned, once the turn it ran in is stored.

        With ``needs_store``, a turn that could not be stored raises its error here. Raises NotReadyError when too many
        requests wait, when the daemon stops, or when no answer came within ``timeout`` seconds.
        """
        job: _Job[T] = _Job(function, needs_store)
        self._put(job)
        if not job.done.wait(timeout):
            raise NotReadyError(f"the daemon did not come round to this request within {timeout:g} s; try again")
        if job.error is not None:
            raise job.error
        return job.result  # type: ignore[return-value]

    def post(self, function: Callable[[], object]) -> None:
        """Have the loop run a function; nobody waits for it."""
        self._put(_Job(function, False))

    def _put(self, job: _Job[Any]) -> None:
        if self._is_closed:
            raise NotReadyError("the daemon is stopping")
        try:
            self._jobs.put_nowait(job)
        except Full:
            raise NotReadyError(f"{CAPACITY} requests wait already; try again") from None

    def turn(self, wait: float, store: Callable[[], Exception | None]) -> int:
        """Run what waits, at most ``wait`` seconds from now, then store; return how many functions ran.

        ``store`` returns the error that kept it from storing, or None.
        """
        jobs = self._drain(wait)
        began = time.monotonic()
        for job in jobs:
            try:
                job.result = job.function()
            except AlignakError as error:
                job.error = error
            except Exception as error:
                log.exception("a request failed in a way nobody foresaw")
                job.error = error
        failure = store()
        for job in jobs:
            if failure is not None and job.needs_store and job.error is None:
                job.error = failure
            job.done.set()
        now = time.monotonic()
        self._next_turn = now + min(now - began, LONGEST_GATHERING)
        return len(jobs)

    def _drain(self, wait: float) -> list[_Job[Any]]:
        jobs: list[_Job[Any]] = []
        try:
            jobs.append(self._jobs.get(timeout=wait) if wait > 0 else self._jobs.get_nowait())
            if (gathering := self._next_turn - time.monotonic()) > 0:
                time.sleep(gathering)
            while len(jobs) < MOST_A_TURN:
                jobs.append(self._jobs.get_nowait())
        except Empty:
            pass
        return jobs

    def close(self) -> None:
        """Refuse further requests, and tell those who still wait."""
        self._is_closed = True
        for job in self._drain(0):
            job.error = NotReadyError("the daemon is stopping")
            job.done.set()
