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

import contextlib
import os
import signal
from codecs import getincrementaldecoder
from enum import Enum
from typing import Final, NamedTuple

from alignak.base.clock import Instant
from alignak.execution.spawning import UNKNOWN, Spawned
from alignak.messages.work import Ending, Order, Outcome

_CHUNK: Final = 65_536
"""As much as a pipe holds, so that one read empties it."""


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


class Plugin:
    """A plugin from its start to its outcome."""

    __slots__ = (
        "_begun",
        "_caps",
        "_ending",
        "_kept",
        "_status",
        "_times",
        "_total",
        "due",
        "has_process",
        "order",
        "phase",
        "pid",
        "pidfd",
        "pipes",
        "stderr",
        "stdout",
    )

    def __init__(self, order: Order, process: Spawned, now: Instant, caps: Caps) -> None:
        self.order = order
        self.pid, self.stdout, self.stderr = process
        self.pidfd = -1
        """What tells of its end; the nursery opens it for those that do not end at once."""
        self.phase = Phase.RUNNING
        self.has_process = True
        """Whether the process is there still, unreaped."""
        self.due = now.mono + order.timeout
        """Monotonic time at which ``on_late`` wants to be called."""
        self.pipes = [self.stdout, self.stderr]
        """Our ends that are still open."""
        self._begun = now
        self._kept = {self.stdout: b"", self.stderr: b""}
        self._total = 0
        self._caps = caps
        self._ending = Ending.DONE
        self._status = UNKNOWN
        self._times = (0.0, 0.0)

    def on_readable(self, pipe: int, is_hung_up: bool, now: float) -> None:
        """Read what is there; kill the plugin when it wrote too much. After the hang-up no more is written."""
        if pipe in self.pipes:
            self._read(pipe, is_hung_up)
            self._settle(now)

    def on_exit(self, now: float) -> bool:
        """Reap the process if it ended, and read what it left in its pipes; tell whether it ended."""
        if self._ending is not Ending.DONE and self.has_process and _is_zombie(self.pid):
            self._signal(signal.SIGKILL)  # what is left of its group was asked to end with it
        pid, status, usage = os.wait4(self.pid, os.WNOHANG)
        if pid == 0:
            return False
        self._status = _exit_code(status)
        self._times = (usage.ru_utime, usage.ru_stime)
        self.has_process = False
        self.phase = Phase.DRAINING
        self.due = now + (self._caps.drain if self._ending is Ending.DONE else 0.0)
        for pipe in tuple(self.pipes):
            self._read(pipe, is_hung_up=False)
        self._settle(now)
        return True

    def on_late(self, now: float) -> None:
        """Do what is due when nothing else happened in time."""
        _LATE[self.phase](self, now)

    def abandon(self) -> None:
        """Kill the plugin at once, with its group: the worker is about to end."""
        if self.has_process:
            self._signal(signal.SIGKILL)

    def close(self) -> None:
        """Close what is open of our pipes."""
        for pipe in self.pipes:
            os.close(pipe)
        self.pipes.clear()

    def outcome(self, now: float, worker: str) -> Outcome:
        """Return what came of the order."""
        order = self.order
        return Outcome(
            id=order.id,
            work=order.work,
            key=order.key,
            ending=self._ending,
            exit_code=self._status,
            output=self._text(),
            started_at=self._begun.wall,
            execution_time=now - self._begun.mono,
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
        self.close()
        self.phase = Phase.ENDED

    def _signal(self, number: signal.Signals) -> None:
        # A plugin that became another user cannot be signalled; it is abandoned when it is late for the third time.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    # Reading ---------------------------------------------------------------------------------------------------

    def _read(self, pipe: int, is_hung_up: bool) -> None:
        """Read all that is in a pipe now; close it when nothing more will come."""
        while self._total <= self._caps.flood:
            try:
                chunk = os.read(pipe, _CHUNK)
            except BlockingIOError:
                return
            if chunk:
                self._keep(pipe, chunk)
            if not chunk or (is_hung_up and len(chunk) < _CHUNK):
                self._close(pipe)
                return

    def _keep(self, pipe: int, chunk: bytes) -> None:
        self._total += len(chunk)
        kept = self._kept[pipe]
        if len(kept) < self._caps.kept:
            self._kept[pipe] = kept + chunk[: self._caps.kept - len(kept)]

    def _close(self, pipe: int) -> None:
        self.pipes.remove(pipe)
        os.close(pipe)

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
        kept = self._kept[self.stdout] or self._kept[self.stderr]
        if len(kept) < self._caps.kept:
            text = kept.decode("utf-8", "replace")
        else:
            text = getincrementaldecoder("utf-8")("replace").decode(kept)
        # A NUL cannot be handed on to a program, such as one that notifies.
        return text.replace("\0", "\ufffd")


_LATE: Final = {
    Phase.RUNNING: Plugin._ask,
    Phase.ASKED: Plugin._kill,
    Phase.KILLED: Plugin._end,
    Phase.DRAINING: Plugin._end,
    Phase.ENDED: Plugin._end,
}


def _is_zombie(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _exit_code(status: int) -> int:
    """Return 0 to 255 as a shell shows it: 128 + n when signal n ended the process."""
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code
