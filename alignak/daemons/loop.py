"""The one thread that owns a daemon's state, and how other threads ask it for something.

HTTP threads and followers never touch the state: they hand the loop a function and wait for what it returns. What a
turn decided is stored before its callers are answered: acknowledge after write. The loop may go on meanwhile.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from queue import Empty, Full, Queue
from typing import Any, Final, Generic, TypeAlias, TypeVar

from alignak.base.errors import AlignakError, NotReadyError

T = TypeVar("T")

Stored: TypeAlias = Callable[[Exception | None], None]
"""To be called, by any thread, once a turn is stored, or with the error that kept it from that."""

CAPACITY: Final = 10_000
"""How many requests may wait for the loop; one more is refused with "try again"."""

TIMEOUT: Final = 30.0
"""Seconds somebody waits for an answer."""

LONGEST_TURN: Final = 0.05
"""Seconds after which a turn takes no further request: what it decided is stored, and others get their turn."""

log = logging.getLogger(__name__)


class _Job(Generic[T]):
    """A function somebody waits for."""

    __slots__ = ("done", "error", "function", "is_question", "needs_store", "result")

    def __init__(self, function: Callable[[], T], needs_store: bool = False, is_question: bool = False) -> None:
        self.function = function
        self.needs_store = needs_store
        self.is_question = is_question
        self.done = threading.Event()
        self.result: T | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        """Do what is asked, and keep what came of it."""
        try:
            self.result = self.function()
        except AlignakError as error:
            self.error = error
        except Exception as error:
            log.exception("a request failed in a way nobody foresaw")
            self.error = error

    def wait(self, until: float) -> T:
        """Return the result once it is there; NotReadyError when it is not by that monotonic time."""
        left = until - time.monotonic()
        if not self.done.wait(max(0.0, left)):
            raise NotReadyError("the daemon did not come round to this request in time; try again")
        if self.error is not None:
            raise self.error
        return self.result  # type: ignore[return-value]


class Loop:
    """Run functions of other threads, one at a time, in the thread that calls ``turn``."""

    def __init__(self) -> None:
        self._jobs: Queue[_Job[Any]] = Queue(CAPACITY)
        self._is_closed = False

    @property
    def depth(self) -> int:
        """Return how many requests wait."""
        return self._jobs.qsize()

    def call(
        self, function: Callable[[], T], timeout: float = TIMEOUT, needs_store: bool = False, is_question: bool = False
    ) -> T:
        """Have the loop run a function and return what it returned, once the turn it ran in is stored.

        With ``needs_store``, a turn that could not be stored raises its error here. A question changes nothing that is
        stored, and is answered at once. Raises NotReadyError when too many requests wait, when the daemon stops, or
        when no answer came within ``timeout`` seconds.
        """
        job = _Job(function, needs_store, is_question)
        self._put(job)
        return job.wait(time.monotonic() + timeout)

    def call_each(self, functions: Sequence[Callable[[], T]], timeout: float = TIMEOUT) -> list[T]:
        """Have the loop run functions one after the other, perhaps in different turns; return when all are stored.

        Raises as ``call`` does with ``needs_store``; some may have been run then.
        """
        jobs = [_Job(each, needs_store=True) for each in functions]
        for job in jobs:
            self._put(job)
        until = time.monotonic() + timeout
        return [job.wait(until) for job in jobs]

    def post(self, function: Callable[[], object]) -> None:
        """Have the loop run a function; nobody waits for it."""
        self._put(_Job(function))

    def wake(self) -> None:
        """Have the loop turn, should it wait for something to do; any thread may call this."""
        if self.depth == 0:
            with suppress(NotReadyError):  # it ended
                self.post(lambda: None)

    def _put(self, job: _Job[Any]) -> None:
        if self._is_closed:
            raise NotReadyError("the daemon is stopping")
        try:
            self._jobs.put_nowait(job)
        except Full:
            raise NotReadyError(f"{CAPACITY} requests wait already; try again") from None

    def turn(self, wait: float, keep: Callable[[Stored], None]) -> int:
        """Run what waits, or comes within ``wait`` seconds, and have it stored; return how many functions ran."""
        ran, answered_later = 0, []
        job = self._next(wait)
        until = time.monotonic() + LONGEST_TURN
        while job is not None:
            job.run()
            ran += 1
            if job.is_question:
                job.done.set()
            else:
                answered_later.append(job)
            job = self._next(0) if time.monotonic() < until else None
        keep(partial(_answer, answered_later))
        return ran

    def _next(self, wait: float) -> _Job[Any] | None:
        try:
            return self._jobs.get(timeout=wait) if wait > 0 else self._jobs.get_nowait()
        except Empty:
            return None

    def close(self) -> None:
        """Refuse further requests, and tell those who still wait."""
        self._is_closed = True
        while (job := self._next(0)) is not None:
            job.error = NotReadyError("the daemon is stopping")
            job.done.set()


def _answer(jobs: Sequence[_Job[Any]], failure: Exception | None) -> None:
    """Answer those who wait for what a turn did."""
    for job in jobs:
        if failure is not None and job.needs_store and job.error is None:
            job.error = failure
        job.done.set()
