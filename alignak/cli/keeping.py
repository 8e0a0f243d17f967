"""Programs that run as long as a command in a terminal does: ``alignak demo`` keeps an arbiter, ``up`` even all six."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

import psutil

from alignak.base.errors import StartError
from alignak.system.signals import Signals
from alignak.system.supervise import Child, RestartPolicy

LAST_LINES: Final = 5
"""How many lines of a program's output are shown when it ended."""

PATIENCE: Final = 5.0
"""Seconds that processes which nobody waits for any more are given to end."""


class Keeper:
    """Start a program, start it again when it ends, stop it; ``say`` is told of all that happens."""

    def __init__(self, child: Child, log_path: str, say: Callable[[str], None]) -> None:
        self.child = child
        self.ends = 0
        """How often it ended without being asked to."""
        self._log_path = log_path
        self._say = say
        self._policy = RestartPolicy()
        self._again_at: float | None = None

    @property
    def name(self) -> str:
        """Return the program's name."""
        return self.child.name

    def start(self) -> None:
        """Start the program; what keeps it from starting counts as an end."""
        self._again_at = None
        try:
            self.child.start()
            self._say(f"{self.name}: started, process {self.child.pid}")
        except StartError as error:
            self._ended(error.message)

    def tick(self) -> None:
        """Notice an end, and start again when its time has come."""
        if self._again_at is not None:
            if time.monotonic() >= self._again_at:
                self.start()
        elif (code := self.child.poll()) is not None:
            self._ended(f"ended with code {code}" if code >= 0 else f"was killed by signal {-code}")

    def _ended(self, why: str) -> None:
        self.ends += 1
        restart = self._policy.ended(time.monotonic())
        self._again_at = time.monotonic() + restart.delay
        self._say(f"{self.name}: {why}; started again in {restart.delay:.1f} s")

    def last_words(self) -> Iterator[str]:
        """Yield the last lines the program wrote."""
        with suppress(OSError), open(self._log_path, encoding="utf-8", errors="replace") as file:
            yield from (line.rstrip() for line in file.readlines()[-LAST_LINES:])

    def stop(self, wait: float) -> None:
        """End the program, asked first."""
        if self._again_at is None and self.child.is_alive():
            self.child.stop(wait)


def is_asked_to_stop(signals: Signals, wait: float) -> bool:
    """Wait so many seconds, or until a signal that means "stop" arrives; tell whether one did.

    A terminal that is closed (SIGHUP) means it too: nothing here reloads.
    """
    select.select([signals], [], [], wait)
    return any(each.name in ("SIGINT", "SIGTERM", "SIGHUP") for each in signals.take())


def end_descendants() -> int:
    """End every process that descends from this one, and return how many had to be ended."""
    left = psutil.Process().children(recursive=True)
    alive = [each for each in left if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]
    for each in left:
        with suppress(psutil.NoSuchProcess):
            each.terminate()
    _, stubborn = psutil.wait_procs(left, PATIENCE)
    for each in stubborn:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    psutil.wait_procs(stubborn, PATIENCE)
    return len(alive)
