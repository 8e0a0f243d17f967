"""The worker: a process of its own in which the plugins and in-process checks of a poller or reactionner run.

The pool starts it as ``python -m alignak.execution.runner SETTINGS`` with one end of a socket pair. It runs what comes,
answers with what came of it, and ends, with everything it started, when the other end closes: when its daemon let it
go or died. Signals are for the daemon; a worker that stopped by itself would lose what it runs.
"""

from __future__ import annotations

import asyncio
import math
import os
import signal
import socket
import sys
from collections import deque
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from alignak.base.clock import Clock
from alignak.execution.acceleration import accepted
from alignak.execution.frames import Batch, Line, Report
from alignak.execution.inprocess import MOST_IN_PROCESS, InProcess
from alignak.execution.nursery import Nursery
from alignak.execution.spawning import Limits
from alignak.execution.threads import Threads
from alignak.messages.work import Order, Outcome, Work
from alignak.system.clocks import SystemClock
from alignak.system.garbage import collect_seldom
from alignak.system.process import adopt_orphans, allow_open_files, close_to_others, forbid_core_dumps, set_title

try:
    from uvloop import new_event_loop
except ImportError:  # there is no wheel of it for this machine: asyncio's own loop does the same at half the speed
    from asyncio import new_event_loop  # type: ignore[assignment]

_AT_ONCE = 16
_SHORTEST = 0.001
_BUSY = 16
"""Orders under way, from which on what ends is reported together."""
_GATHERING = 0.01
"""Seconds for which it is gathered: a message costs its daemon a write to its ledger."""
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
    is_accelerating: bool = True
    """Whether checks by plugins that something stands in for are answered in process."""
    memory: int = Limits().memory
    """Bytes of data a plugin may have; 0 for no limit."""


class Runner:
    """The loop of a worker; to be made in a running event loop."""

    def __init__(self, line: Line[Batch], clock: Clock, settings: Settings) -> None:
        self._line = line
        self._clock = clock
        self._is_accelerating = settings.is_accelerating
        self._loop = asyncio.get_running_loop()
        self._nursery = Nursery(clock, settings.daemon, settings.environment, limits=Limits(settings.memory))
        self._threads = Threads(clock, settings.daemon)
        self._in_process = InProcess(clock, settings.daemon, self._threads, self._run_plugin, self._report_soon)
        self._ways: dict[str, str] = {}
        """Trial, by the id of its order, -> why a process is needed."""
        self._is_retiring = False
        self._is_reporting = False
        self._is_sending = False
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = math.inf
        """Monotonic time it is set to."""
        self._to_start: deque[tuple[Order, bool]] = deque()
        """Orders, and whether they are answered in process."""
        self._closed = asyncio.Event()

    async def run(self) -> None:
        """Work until the other end of the line closes, then end everything that was started."""
        self._loop.add_reader(self._line.fileno(), self._on_line)
        self._loop.add_reader(self._nursery.fileno(), self._on_plugins)
        self._loop.add_reader(self._threads.fileno(), self._report_soon)
        self._plan()
        await self._closed.wait()
        self._loop.remove_reader(self._nursery.fileno())
        self._in_process.end_all()
        self._nursery.end_all()

    def _on_line(self) -> None:
        is_starting = bool(self._to_start)
        for batch in self._line.receive():
            self._to_start.extend((order, batch.in_process) for order in batch.orders)
        if not is_starting:
            self._start_some()
        self._report_soon()

    def _start_some(self) -> None:
        """Start what came, some at a time: starting hundreds of plugins must not hold up checks in process."""
        for _ in range(min(_AT_ONCE, len(self._to_start))):
            order, in_process = self._to_start.popleft()
            if in_process:
                self._in_process.start(order)
            else:
                self._run_plugin(order, self._why_not(order) if order.work is Work.TRIAL else "")
        if self._to_start:
            self._loop.call_soon(self._start_some)

    def _why_not(self, order: Order) -> str:
        """Return why an order takes a process, for people."""
        reason = accepted(order) if self._is_accelerating else "accelerate_plugins is 0 for this poller"
        return reason if isinstance(reason, str) else ""

    def _run_plugin(self, order: Order, reason: str) -> None:
        if order.work is Work.TRIAL:
            self._ways[order.id] = f"run as a process: {reason}"
        self._nursery.start(order)
        self._report_soon()

    def _on_plugins(self) -> None:
        self._nursery.on_ready()
        self._report_soon()

    def _on_time(self) -> None:
        self._timer = None
        self._nursery.on_time()
        self._threads.on_time()
        self._report()

    def _report_soon(self) -> None:
        """Report once what ends in this round of the loop, or in the next moment while much is under way."""
        if self._is_reporting:
            return
        self._is_reporting = True
        if len(self._nursery) + len(self._in_process) + len(self._to_start) < _BUSY:
            self._loop.call_soon(self._report)
        else:
            self._loop.call_later(_GATHERING, self._report)

    def _report(self) -> None:
        """Send what ended, and once that this worker had better be replaced; then wait for what comes next."""
        self._is_reporting = False
        outcomes = (*map(self._with_way, self._nursery.take()), *self._in_process.take())
        is_news = self._threads.is_exhausted and not self._is_retiring
        if outcomes or is_news:
            self._is_retiring = self._is_retiring or is_news
            self._line.send(Report(outcomes, self._is_retiring))
        self._watch_line()
        self._plan()

    def _with_way(self, outcome: Outcome) -> Outcome:
        way = self._ways.pop(outcome.id, "") if self._ways else ""
        return replace(outcome, way=way) if way else outcome

    def _watch_line(self) -> None:
        """Wait for the line to take more where something is left to send; end with it."""
        line = self._line
        if line.is_closed:
            self._loop.remove_reader(line.fileno())
            self._closed.set()
        elif line.has_to_send and not self._is_sending:
            self._loop.add_writer(line.fileno(), self._flush)
        elif self._is_sending and not line.has_to_send:
            self._loop.remove_writer(line.fileno())
        self._is_sending = line.has_to_send and not line.is_closed

    def _flush(self) -> None:
        self._line.flush()
        self._watch_line()

    def _plan(self) -> None:
        """Have ``_on_time`` called when something is due."""
        due = min(self._nursery.next_due(), self._threads.next_due())
        if self._timer is not None and self._timer_at <= due:
            return  # it comes early, looks, and plans again
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._timer_at = None, due
        if due != math.inf:
            self._timer = self._loop.call_later(max(_SHORTEST, due - self._clock.now().mono), self._on_time)


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
    allow_open_files((settings.at_a_time + MOST_IN_PROCESS) * _DESCRIPTORS_EACH + _DESCRIPTORS_BESIDE)
    os.set_inheritable(settings.descriptor, False)
    collect_seldom()
    with asyncio.Runner(loop_factory=new_event_loop) as loop:
        loop.run(_work(settings))


async def _work(settings: Settings) -> None:
    line = Line(socket.socket(fileno=settings.descriptor), Batch)
    await Runner(line, SystemClock(), settings).run()


if __name__ == "__main__":
    main(sys.argv)
    os._exit(0)  # in-process checks that never came back must not keep the process
