"""Work that takes long and is done one at a time, beside the loop: taking a configuration over, reading one.

It is done in one thread and not in that of whoever asks. A thread keeps for itself what large work leaves behind when
its memory is given back; with many threads, each has its own share of that after a while.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, TypeVar

from alignak.daemons.loop import Loop

T = TypeVar("T")

IDLE: Final = 3600.0
"""Seconds after which the thread looks around though nobody asked for anything."""


class Aside:
    """Run functions of other threads in a thread of its own, one at a time."""

    def __init__(self, name: str) -> None:
        self._jobs = Loop()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def call(self, function: Callable[[], T], timeout: float) -> T:
        """Have a function run and return what it returned; NotReadyError when that takes too many seconds."""
        with self._lock:
            if self._thread.ident is None:
                self._thread.start()
        return self._jobs.call(function, timeout)

    def _run(self) -> None:
        while True:
            self._jobs.turn(IDLE, lambda stored: stored(None))
