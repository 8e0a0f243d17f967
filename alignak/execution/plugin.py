"""One running plugin as a state machine: what it wrote, how long it may still run, how it ended.

It is driven by the nursery's loop and never waits::

    RUNNING --timeout--> ASKED --kill_after--> KILLED --kill_after--> ENDED (abandoned: it cannot be killed)
       |  \\--too many bytes---------------------^  |
       |                     | its process ends    | (from any of the three)
       v                     v                     v
    DRAINING --pipes closed, or drain seconds later--> ENDED

The process is reaped when it ends and not before: as long as it is not, its group is signalled without the risk that
the number belongs to somebody else by now (reliability.md 5.2 number 10).
"""

from __future__ import annotations

import codecs
import contextlib
import os
import signal
from collections.abc import Callable
from enum import Enum
from typing import Final, NamedTuple

from alignak.base.clock import Instant
from alignak.execution.spawning import UNKNOWN, Spawned
from alignak.messages.work import Ending, Order, Outcome

_CHUNK: Final = 65_536


class Caps(NamedTuple):
    """Bytes and seconds a plugin is given."""

    kept: int = 64 << 10
    """Bytes kept of each of its two streams."""
    flood: int = 4 << 20
    """Bytes at which it is killed."""
    kill_after: float = 1.0
    """Seconds between asking it to end and killing it."""
    drain: float = 0.5
    """Seconds its pipes are still read after it ended, when something it started holds them."""


class Phase(Enum):
    """Where in its life a plugin is."""

    RUNNING = "running"
    ASKED = "asked"
    KILLED = "killed"
    DRAINING = "draining"
    ENDED = "ended"


_WITH_PROCESS: Final = frozenset((Phase.RUNNING, Phase.ASKED, Phase.KILLED))


class Plugin:
    """A plugin from its start to its outcome."""

    __slots__ = (
        "_caps",
        "_close_pipe",
        "_ending",
        "_kept",
        "_mono",
        "_status",
        "_times",
        "_total",
        "_wall",
        "due",
        "order",
        "phase",
        "pipes",
        "process",
    )

    def __init__(
        self, order: Order, process: Spawned, now: Instant, caps: Caps, close_pipe: Callable[[int], None]
    ) -> None:
        self.order = order
        self.process = process
        self.phase = Phase.RUNNING
        self.due = now.mono + order.timeout
        """Monotonic time at which ``on_late`` wants to be called."""
        self.pipes = {process.stdout, process.stderr}
        """Our ends that are still open."""
        self._kept = {process.stdout: bytearray(), process.stderr: bytearray()}
        self._total = 0
        self._caps = caps
        self._close_pipe = close_pipe
        self._ending = Ending.DONE
        self._status = UNKNOWN
        self._times = (0.0, 0.0)
        self._wall, self._mono = now

    def on_readable(self, pipe: int, now: float) -> None:
        """Read what is there; kill the plugin when it wrote too much."""
        if pipe in self.pipes and self._read(pipe):
            self._close(pipe)
        self._settle(now)

    def on_exit(self, now: float) -> None:
        """Reap the process, which ended, and read what it left in its pipes."""
        if not self.has_process:
            return
        if self._ending is not Ending.DONE:
            self._signal(signal.SIGKILL)  # what is left of its group was asked to end with it
        _, status, usage = os.wait4(self.process.pid, 0)
        self._status = _exit_code(status)
        self._times = (usage.ru_utime, usage.ru_stime)
        self.phase = Phase.DRAINING
        self.due = now + (self._caps.drain if self._ending is Ending.DONE else 0.0)
        for pipe in tuple(self.pipes):
            self._empty(pipe)
        self._settle(now)

    def on_late(self, now: float) -> None:
        """Do what is due when nothing else happened in time."""
        _LATE[self.phase](self, now)

    def abandon(self) -> None:
        """Kill the plugin at once, with its group: the worker is about to end."""
        if self.has_process:
            self._signal(signal.SIGKILL)

    @property
    def has_process(self) -> bool:
        """Tell whether the process is there still, unreaped."""
        return self.phase in _WITH_PROCESS

    def outcome(self, now: Instant, worker: str) -> Outcome:
        """Return what came of the order."""
        order = self.order
        return Outcome(
            id=order.id,
            work=order.work,
            key=order.key,
            ending=self._ending,
            exit_code=self._status,
            output=self._text(),
            started_at=self._wall,
            execution_time=now.mono - self._mono,
            user_time=self._times[0],
            system_time=self._times[1],
            cause=order.cause,
            worker=worker,
        )

    # What happens when it is late ------------------------------------------------------------------------------

    def _ask(self, now: float) -> None:
        self._ending = Ending.TIMEOUT
        self._signal(signal.SIGTERM)
        self._signal(signal.SIGCONT)  # a stopped process does not notice that it is asked
        self._to(Phase.ASKED, now)

    def _kill(self, now: float) -> None:
        self._signal(signal.SIGKILL)
        self._to(Phase.KILLED, now)

    def _to(self, phase: Phase, now: float) -> None:
        self.phase = phase
        self.due = now + self._caps.kill_after

    def _end(self, _now: float) -> None:
        for pipe in tuple(self.pipes):
            self._close(pipe)
        self.phase = Phase.ENDED

    def _signal(self, number: signal.Signals) -> None:
        # A plugin that became another user cannot be signalled; it is abandoned when it is late for the third time.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)

    # Reading ---------------------------------------------------------------------------------------------------

    def _read(self, pipe: int) -> bool:
        """Read once; return True when nothing more will come."""
        try:
            chunk = os.read(pipe, _CHUNK)
        except BlockingIOError:
            return False
        self._total += len(chunk)
        kept = self._kept[pipe]
        if len(kept) < self._caps.kept:
            kept += chunk[: self._caps.kept - len(kept)]
        return not chunk

    def _empty(self, pipe: int) -> None:
        """Read all that is in a pipe now."""
        before = -1
        while before != self._total and self._total <= self._caps.flood:
            before = self._total
            if self._read(pipe):
                self._close(pipe)
                return

    def _close(self, pipe: int) -> None:
        self.pipes.discard(pipe)
        self._close_pipe(pipe)

    def _settle(self, now: float) -> None:
        """Take note of too many bytes and of the end."""
        if self._total > self._caps.flood and self._ending is not Ending.FLOODED:
            self._ending = Ending.FLOODED
            if self.phase is Phase.DRAINING:
                self._end(now)
            else:
                self._kill(now)
        if self.phase is Phase.DRAINING and not self.pipes:
            self._end(now)

    def _text(self) -> str:
        """Return what it wrote, stdout first; text that breaks off at the cap does not end in half a character."""
        kept = self._kept[self.process.stdout] or self._kept[self.process.stderr]
        is_cut = len(kept) >= self._caps.kept
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        # A NUL cannot be handed on to a program, such as one that notifies.
        return decoder.decode(bytes(kept), final=not is_cut).replace("\0", "\ufffd")


_LATE: Final = {
    Phase.RUNNING: Plugin._ask,
    Phase.ASKED: Plugin._kill,
    Phase.KILLED: Plugin._end,
    Phase.DRAINING: Plugin._end,
    Phase.ENDED: Plugin._end,
}


def _exit_code(status: int) -> int:
    """Return 0 to 255 as a shell shows it: 128 + n when signal n ended the process."""
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code
