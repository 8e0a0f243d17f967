"""The daemons an arbiter launches on its own machine, kept alive with back-off.

An arbiter that was killed and comes back finds its daemons still at work: it adopts them rather than launch rivals.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from msgspec import Struct, field

from alignak.base.clock import Instant
from alignak.base.errors import StartError
from alignak.model.topology import DaemonLink
from alignak.system.supervise import Child, RestartPolicy

log = logging.getLogger(__name__)

ADOPTED_LOOK = 2.0
"""Seconds between two looks at an adopted daemon."""


class Kept(Struct):
    """One daemon that is to run."""

    link: DaemonLink
    child: Child
    policy: RestartPolicy = field(default_factory=RestartPolicy)
    next_look: float | None = None
    """When to start it or look after it, monotonic; None while the child runs."""
    is_adopted: bool = False


class Children:
    """Launch daemons, launch again those that die, stop them all at the end.

    ``make`` makes the process of a daemon, ``answers`` tells whether one answers at an address already, ``ask_to_stop``
    asks an adopted one to end.
    """

    def __init__(
        self,
        make: Callable[[DaemonLink], Child],
        answers: Callable[[DaemonLink], bool],
        ask_to_stop: Callable[[DaemonLink], None],
        stop_timeout: float,
    ) -> None:
        self._make = make
        self._answers = answers
        self._ask_to_stop = ask_to_stop
        self._stop_timeout = stop_timeout
        self._kept: dict[str, Kept] = {}

    def keep(self, daemons: Iterable[DaemonLink], now: Instant) -> None:
        """Launch what is new and stop what is not named any more."""
        wanted = {each.name: each for each in daemons}
        self._end([self._kept.pop(name) for name in list(self._kept) if name not in wanted])
        for name, link in wanted.items():
            if name not in self._kept:
                self._kept[name] = Kept(link, self._make(link), next_look=now.mono)
        self.tick(now)

    def tick(self, now: Instant) -> float:
        """Start what is due, notice what died; return the seconds until the next look."""
        for kept in self._kept.values():
            if kept.next_look is None:
                if (code := kept.child.poll()) is not None:
                    self._died(kept, f"ended with code {code}", now)
            elif now.mono >= kept.next_look:
                self._look(kept, now)
        return 0.2

    def _look(self, kept: Kept, now: Instant) -> None:
        """Adopt a daemon that answers, start one that does not."""
        was_adopted, kept.is_adopted = kept.is_adopted, self._answers(kept.link)
        if kept.is_adopted:
            kept.next_look = now.mono + ADOPTED_LOOK
            if not was_adopted:
                log.info("the daemon %s runs already: it is left as it is", kept.link.name)
            return
        try:
            kept.child.start()
            kept.next_look = None
            log.info("launched the daemon %s, pid %d", kept.link.name, kept.child.pid)
        except StartError as error:
            self._died(kept, error.message, now)

    def _died(self, kept: Kept, why: str, now: Instant) -> None:
        restart = kept.policy.ended(now.mono)
        kept.next_look = now.mono + restart.delay
        level = logging.ERROR if restart.is_degraded else logging.WARNING
        log.log(level, "the daemon %s %s: it is launched again in %.1f s", kept.link.name, why, restart.delay)

    def restart(self) -> None:
        """End every daemon; the next look launches them again."""
        for kept in self._kept.values():
            if kept.is_adopted:
                self._ask_to_stop(kept.link)
            kept.child.terminate()

    def stop(self) -> None:
        """Stop all of them together, and wait for each."""
        self._end(list(self._kept.values()))
        self._kept.clear()

    def _end(self, gone: list[Kept]) -> None:
        for kept in gone:
            if kept.is_adopted:
                self._ask_to_stop(kept.link)
            elif kept.next_look is None:
                kept.child.terminate()
        for kept in gone:
            if kept.next_look is None:
                kept.child.stop(self._stop_timeout)
