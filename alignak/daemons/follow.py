"""A thread that does one thing again and again: ask one peer, keep one link going."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping
from typing import Final

from alignak.base.errors import AlignakError

JOIN_TIMEOUT: Final = 5.0
"""Seconds all followers together are waited for at the end."""

REST_IN_TROUBLE: Final = 1.0
REMIND_AFTER: Final = 300.0
PAUSE_AFTER_BUG: Final = 5.0

log = logging.getLogger(__name__)


class Follower:
    """Call ``step`` until stopped; it returns the seconds to rest before the next call, a nudge cuts that short.

    ``pace`` is the least time between the beginnings of two calls, nudged or not: what comes in between goes together.
    """

    def __init__(self, name: str, step: Callable[[], float], pace: float = 0.0) -> None:
        self.name = name
        self._step = step
        self._pace = pace
        self._wake = threading.Event()
        self._is_stopping = False
        self._trouble = Trouble(name)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def nudge(self) -> None:
        """Cut the present rest short."""
        self._wake.set()

    def ask_to_stop(self) -> None:
        """Ask the thread to end after its present step."""
        self._is_stopping = True
        self._wake.set()

    def is_alive(self) -> bool:
        """Tell whether the thread has not ended."""
        return self._thread.is_alive()

    def join(self, timeout: float) -> None:
        """Wait for the thread to end."""
        if self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self._is_stopping:
            self._wake.clear()
            next_at = time.monotonic() + self._pace
            try:
                rest = self._step()
                self._trouble.is_over()
            except AlignakError as error:
                rest = REST_IN_TROUBLE
                if not self._is_stopping:
                    self._trouble.is_(error.message)
            except Exception:  # one bad step must not end a link for ever
                log.exception("%s failed in a way nobody foresaw", self.name)
                rest = PAUSE_AFTER_BUG
            if rest > 0 and not self._is_stopping:
                self._wake.wait(rest)
            if self._pace and not self._is_stopping:
                time.sleep(max(0.0, next_at - time.monotonic()))


class Trouble:
    """Log trouble when it begins, when it changes, now and then while it lasts, and when it is over."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._text = ""
        self._since = self._told = 0.0

    def is_(self, text: str) -> None:
        """Note that there is trouble."""
        now = time.monotonic()
        self._since = self._since or now
        if text != self._text or now - self._told >= REMIND_AFTER:
            log.warning("%s: %s", self._name, text)
            self._text, self._told = text, now

    def is_over(self) -> None:
        """Note that all is well."""
        if self._text:
            log.info("%s: works again, after %.0f s", self._name, time.monotonic() - self._since)
            self._text, self._since = "", 0.0


class Followers:
    """The followers of a daemon, by name: kept in step with what its configuration asks for."""

    def __init__(self, pace: float = 0.0) -> None:
        """``pace`` is that of each follower."""
        self._pace = pace
        self._running: dict[str, Follower] = {}
        self._ending: list[Follower] = []
        """Asked to stop, and perhaps still in their last step: nobody waits for them but ``stop``."""

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
        self._ending = [each for each in self._ending if each.is_alive()] + gone
        for name, make in wanted.items():
            if name not in self._running:
                self._running[name] = follower = Follower(name, make(), self._pace)
                follower.start()

    def nudge(self, names: Collection[str] | None = None) -> None:
        """Cut the rests of the named followers short, or every one."""
        for name, follower in tuple(self._running.items()):
            if names is None or name in names:
                follower.nudge()

    def stop(self) -> None:
        """Stop all, and wait for them together; one that hangs in a call is left to itself."""
        self.keep({})
        until = time.monotonic() + JOIN_TIMEOUT
        for follower in self._ending:
            follower.join(max(0.0, until - time.monotonic()))
