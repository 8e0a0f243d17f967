"""A thread that does one thing again and again: ask one peer, keep one link going."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Final

from alignak.base.errors import AlignakError

JOIN_TIMEOUT: Final = 5.0
PAUSE_AFTER_BUG: Final = 5.0

log = logging.getLogger(__name__)


class Follower:
    """Call ``step`` until stopped; it returns the seconds to rest before the next call."""

    def __init__(self, name: str, step: Callable[[], float]) -> None:
        self.name = name
        self._step = step
        self._wake = threading.Event()
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def nudge(self) -> None:
        """Cut the present rest short."""
        self._wake.set()

    @property
    def is_stopping(self) -> bool:
        """Tell whether the follower was asked to stop; long steps look."""
        return self._is_stopping

    def ask_to_stop(self) -> None:
        """Ask the thread to end after its present step."""
        self._is_stopping = True
        self._wake.set()

    def join(self, timeout: float = JOIN_TIMEOUT) -> None:
        """Wait for the thread to end."""
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self._is_stopping:
            self._wake.clear()
            try:
                rest = self._step()
            except AlignakError as error:
                log.warning("%s: %s", self.name, error.message)
                rest = 1.0
            except Exception:
                log.exception("%s failed in a way nobody foresaw", self.name)
                rest = PAUSE_AFTER_BUG
            if rest > 0 and not self._is_stopping:
                self._wake.wait(rest)


class Followers:
    """The followers of a daemon, by name: kept in step with what its configuration asks for."""

    def __init__(self) -> None:
        self._running: dict[str, Follower] = {}

    def __len__(self) -> int:
        return len(self._running)

    def keep(self, wanted: Mapping[str, Callable[[], Callable[[], float]]]) -> None:
        """Stop the followers that are not wanted any more, start the new ones, leave the others alone.

        The key of a follower holds everything it depends on: another address is another follower. The value makes its
        step function.
        """
        gone = [self._running.pop(name) for name in list(self._running) if name not in wanted]
        for follower in gone:
            follower.ask_to_stop()
        for follower in gone:
            follower.join()
        for name, make in wanted.items():
            if name not in self._running:
                self._running[name] = follower = Follower(name, make())
                follower.start()

    def nudge(self) -> None:
        """Cut every rest short."""
        for follower in tuple(self._running.values()):
            follower.nudge()

    def stop(self) -> None:
        """Stop all."""
        self.keep({})
