"""In-process checks, each in a thread: a slow one delays nobody, one that fails is an outcome, one that hangs is left.

The runner owns one ``Threads``. A check that passed its deadline is answered TIMEOUT and its thread is written off
until it comes back; past a number of those the worker as a whole is to be replaced.
"""

from __future__ import annotations

import contextlib
import math
import os
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

from alignak.base.clock import Clock, Instant
from alignak.execution.builtin.results import Result, UsageError
from alignak.execution.spawning import UNKNOWN
from alignak.messages.work import Ending, Order, Outcome, Work

MOST: Final = 32
"""Checks that run at a time in one worker; more wait."""

MOST_STUCK: Final = 16
"""Threads that may be written off before the worker is replaced."""

Blocking = Callable[[float], Result | None]
"""A check that may wait, given the monotonic time at which it is written off; None when somebody else answers."""


class _Job:
    """One check on its way."""

    __slots__ = ("begun", "check", "deadline", "is_over", "order", "result")

    def __init__(self, order: Order, check: Blocking, now: Instant) -> None:
        self.order = order
        self.check = check
        self.begun = now
        self.deadline = now.mono + order.timeout
        self.is_over = False
        self.result: Result | None = (UNKNOWN, "")


class Threads:
    """Run in-process checks, at most so many at a time."""

    def __init__(self, clock: Clock, worker: str, most: int = MOST, most_stuck: int = MOST_STUCK) -> None:
        self._clock = clock
        self._worker = worker
        self._most = most
        self._most_stuck = most_stuck
        self._waiting: deque[_Job] = deque()
        self._running: set[_Job] = set()
        self._finished: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._idle = 0
        self._stuck = 0
        self._ended: list[Outcome] = []
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def __len__(self) -> int:
        return len(self._running) + len(self._waiting)

    @property
    def is_exhausted(self) -> bool:
        """Tell whether so many threads never came back that this process should be replaced."""
        return self._stuck >= self._most_stuck

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when a check came back."""
        return self._wake

    def start(self, order: Order, check: Blocking) -> None:
        """Run a check for an order."""
        now = self._clock.now()
        with self._changed:
            self._waiting.append(_Job(order, check, now))
            self._staff()
            self._changed.notify()

    def next_due(self) -> float:
        """Return the monotonic time at which ``on_time`` has something to do."""
        with self._changed:
            return min((job.deadline for job in (*self._running, *self._waiting)), default=math.inf)

    def on_time(self) -> None:
        """Answer for the checks that passed their deadline, and write off their threads."""
        now = self._clock.now()
        with self._changed:
            late = {job for job in self._running if job.deadline <= now.mono}
            never = [job for job in self._waiting if job.deadline <= now.mono]
            self._running -= late
            self._stuck += len(late)
            for job in late:
                job.is_over = True
            for job in never:
                self._waiting.remove(job)
            self._staff()
        for job in (*late, *never):
            text = f"{job.order.argv[0]} did not come back within {job.order.timeout:g} s"
            self._ended.append(self._outcome(job, Ending.TIMEOUT, (UNKNOWN, text), now))

    def take(self) -> list[Outcome]:
        """Return the outcomes that came since the last call."""
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._wake)
        now = self._clock.now()
        with self._changed:
            finished = list(self._finished)
            self._finished.clear()
        ended, self._ended = self._ended, []
        return ended + [self._outcome(job, Ending.DONE, job.result, now) for job in finished if job.result]

    def _outcome(self, job: _Job, ending: Ending, result: Result, now: Instant) -> Outcome:
        return Outcome(
            id=job.order.id,
            work=job.order.work,
            key=job.order.key,
            ending=ending,
            exit_code=result[0],
            output=result[1],
            started_at=job.begun.wall,
            execution_time=now.mono - job.begun.mono,
            cause=job.order.cause,
            worker=self._worker,
            is_in_process=True,
            way="answered in process, in a thread" if job.order.work is Work.TRIAL else "",
        )

    def _staff(self) -> None:
        """Have a thread for each check that waits, up to the bound. Called under the lock."""
        while len(self._waiting) > self._idle and len(self._running) + self._idle < self._most:
            self._idle += 1
            threading.Thread(target=self._serve, name="in-process check", daemon=True).start()

    def _serve(self) -> None:
        job = self._next()
        while True:
            job.result = _run(job)
            with self._changed:
                if job.is_over:
                    self._stuck -= 1  # it came back after all; somebody else has its place
                    return
                self._running.discard(job)
                self._finished.append(job)
                self._idle += 1
            os.eventfd_write(self._wake, 1)
            job = self._next()

    def _next(self) -> _Job:
        with self._changed:
            while not self._waiting:
                self._changed.wait()
            self._idle -= 1
            job = self._waiting.popleft()
            self._running.add(job)
            return job


def _run(job: _Job) -> Result | None:
    """Run one check; whatever it raises is its result."""
    name = os.path.basename(job.order.argv[0])
    try:
        return job.check(job.deadline)
    except UsageError as error:
        return UNKNOWN, f"UNKNOWN - {name}: {error}"
    except (Exception, SystemExit) as error:  # noqa: BLE001  a check is not ours to trust
        return UNKNOWN, f"UNKNOWN - {name} failed: {type(error).__name__}: {error}"
