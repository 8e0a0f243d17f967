"""The worker: a process of its own in which the plugins and in-process checks of a poller or reactionner run.

The pool starts it as ``python -m alignak.execution.runner SETTINGS`` with one end of a socket pair. It runs what comes,
answers with what came of it, and ends, with everything it started, when the other end closes: when its daemon let it
go or died. Signals are for the daemon; a worker that stopped by itself would lose what it runs.
"""

from __future__ import annotations

import math
import os
import selectors
import signal
import socket
import sys
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from alignak.base.clock import Clock
from alignak.execution.frames import Batch, Line, Report
from alignak.execution.nursery import Nursery
from alignak.execution.spawning import Limits
from alignak.execution.threads import Threads
from alignak.messages.work import Order
from alignak.system.clocks import SystemClock
from alignak.system.process import adopt_orphans, allow_open_files, close_to_others, forbid_core_dumps, set_title

FORK = "fork"
"""The module type of plugins; any other is in-process."""

_DESCRIPTORS_EACH = 4
_DESCRIPTORS_BESIDE = 128


class Settings(Struct, frozen=True):
    """What the pool tells a worker at its start."""

    descriptor: int
    """Of the worker's end of the line."""
    daemon: str
    """The poller or reactionner it works for."""
    name: str
    """``fork_1``."""
    at_a_time: int
    """Orders it runs at a time, at most."""
    environment: Mapping[str, str]
    """What every plugin gets."""
    memory: int = Limits().memory
    """Bytes of data a plugin may have; 0 for no limit."""


class Runner:
    """The loop of a worker."""

    def __init__(self, line: Line[Batch], clock: Clock, settings: Settings) -> None:
        self._line = line
        self._clock = clock
        self._selector = selectors.DefaultSelector()
        self._nursery = Nursery(
            self._selector, clock, settings.daemon, settings.environment, limits=Limits(settings.memory)
        )
        self._threads = Threads(clock, settings.daemon)
        self._is_retiring = False
        self._selector.register(line, selectors.EVENT_READ, self._on_line)
        self._selector.register(self._threads, selectors.EVENT_READ, lambda: None)

    def run(self) -> None:
        """Work until the other end of the line closes, then end everything that was started."""
        while not self._line.is_closed:
            self._round()
        self._nursery.end_all()

    def _round(self) -> None:
        due = min(self._nursery.next_due(), self._threads.next_due())
        wait = None if due == math.inf else max(0.0, due - self._clock.now().mono)
        for key, _ in self._selector.select(wait):
            key.data()
        self._nursery.on_time()
        self._threads.on_time()
        self._report()

    def _on_line(self) -> None:
        self._line.flush()
        for batch in self._line.receive():
            for order in batch.orders:
                self._start(order)

    def _start(self, order: Order) -> None:
        if order.module_type == FORK:
            self._nursery.start(order)
        else:
            self._threads.start(order)

    def _report(self) -> None:
        """Send what ended, and once that this worker had better be replaced."""
        outcomes = (*self._nursery.take(), *self._threads.take())
        is_news = self._threads.is_exhausted and not self._is_retiring
        if outcomes or is_news:
            self._is_retiring = self._is_retiring or is_news
            self._line.send(Report(outcomes, self._is_retiring))
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._line.has_to_send else 0)
        if not self._line.is_closed and self._selector.get_key(self._line).events != wanted:
            self._selector.modify(self._line, wanted, self._on_line)


def main(argv: Sequence[str]) -> None:
    """Become a worker, as the settings say."""
    settings = msgspec.json.decode(argv[1], type=Settings)
    set_title(f"alignak-{settings.daemon} worker {settings.name}")
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(number, signal.SIG_IGN)
    os.chdir("/")
    close_to_others()
    forbid_core_dumps()
    adopt_orphans()
    allow_open_files(settings.at_a_time * _DESCRIPTORS_EACH + _DESCRIPTORS_BESIDE)
    line = Line(socket.socket(fileno=settings.descriptor), Batch)
    os.set_inheritable(settings.descriptor, False)
    Runner(line, SystemClock(), settings).run()


if __name__ == "__main__":
    main(sys.argv)
    os._exit(0)  # in-process checks that never came back must not keep the process
