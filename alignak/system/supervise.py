"""Keeping children alive: when to start one again, and how to start and stop it.

``RestartPolicy`` is pure and decides; ``Child`` is a process, ``Found`` one that an earlier arbiter started. The worker
pool uses the first, the arbiter all of them for the daemons it launches (reliability.md 5.2 number 8).
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from alignak.base.errors import StartError
from alignak.system.files import open_regular

INTENSITY: Final = 5
WINDOW: Final = 60.0
_FIRST_DELAY: Final = 0.1
_LONGEST_DELAY: Final = 60.0


class Restart(NamedTuple):
    """What to do about a child that ended."""

    delay: float
    """Seconds to wait before it is started again."""
    is_degraded: bool
    """Whether it ended so often that somebody has to be told."""


class RestartPolicy:
    """Decide when a child that ended is started again: at once at first, later and later when it goes on ending.

    After ``intensity`` ends within ``window`` seconds it is degraded: tried once a ``longest`` delay, never given up.
    """

    __slots__ = ("_ends", "_first", "_intensity", "_longest", "_window")

    def __init__(
        self,
        intensity: int = INTENSITY,
        window: float = WINDOW,
        first: float = _FIRST_DELAY,
        longest: float = _LONGEST_DELAY,
    ) -> None:
        self._ends: deque[float] = deque(maxlen=intensity)
        self._intensity = intensity
        self._window = window
        self._first = first
        self._longest = longest

    def ended(self, now: float) -> Restart:
        """Count an end at a monotonic time and return what to do about it."""
        self._forget(now)
        self._ends.append(now)
        if len(self._ends) >= self._intensity:
            return Restart(self._longest, True)
        return Restart(min(self._first * 4 ** (len(self._ends) - 1), self._longest), False)

    def is_degraded(self, now: float) -> bool:
        """Tell whether it ended too often lately."""
        self._forget(now)
        return len(self._ends) >= self._intensity

    def _forget(self, now: float) -> None:
        while self._ends and now - self._ends[0] > self._window:
            self._ends.popleft()


class Child:
    """One process that is started, watched and stopped; its output goes to a file."""

    def __init__(self, name: str, argv: Sequence[str], environment: Mapping[str, str], log_path: str | None) -> None:
        self.name = name
        self._argv = tuple(argv)
        self._environment = dict(environment)
        self._log_path = log_path
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Return the process id; 0 before the start."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start the process in a session of its own. Raises StartError when it cannot be."""
        output = self._open_log()
        try:
            self._process = subprocess.Popen(  # noqa: S603  what the arbiter was told to launch
                self._argv,
                env=self._environment,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        except OSError as error:
            raise StartError(f"{self.name} cannot be started: {self._argv[0]}: {error.strerror}", 4) from error
        finally:
            if output >= 0:
                os.close(output)

    def _open_log(self) -> int:
        if self._log_path is None:
            return subprocess.DEVNULL
        try:
            return open_regular(self._log_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        except OSError as error:
            raise StartError(f"{self.name} cannot be started: its log {self._log_path}: {error}", 4) from error

    def poll(self) -> int | None:
        """Return the exit code once the process ended (negative: the signal that ended it), and reap it."""
        return self._process.poll() if self._process else None

    def is_alive(self) -> bool:
        """Tell whether the process was started and runs."""
        return self._process is not None and self._process.poll() is None

    def terminate(self) -> None:
        """Ask the process to end."""
        if self._process is not None:
            self._process.terminate()

    def stop(self, wait: float) -> int | None:
        """End the process: asked first, killed with its group after ``wait`` seconds; return its exit code."""
        if self._process is None:
            return None
        self._process.terminate()
        try:
            return self._process.wait(wait)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            return self._process.wait()


class Found:
    """A process that somebody else started, held by its pidfd: no other can be mistaken for it, whatever its number."""

    def __init__(self, pidfd: int) -> None:
        self._pidfd = pidfd

    def is_alive(self) -> bool:
        """Tell whether the process runs."""
        return not self._has_ended(0.0)

    def terminate(self) -> None:
        """Ask the process to end."""
        self._send(signal.SIGTERM)

    def stop(self, wait: float) -> None:
        """End the process: asked first, killed after ``wait`` seconds; nothing more is done with it then."""
        self.terminate()
        if not self._has_ended(wait):
            self._send(signal.SIGKILL)
        self.close()

    def close(self) -> None:
        """Let go of the process."""
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1

    def _has_ended(self, wait: float) -> bool:
        return self._pidfd < 0 or bool(select.select([self._pidfd], [], [], wait)[0])

    def _send(self, number: signal.Signals) -> None:
        if self._pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, number)
