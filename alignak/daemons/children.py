"""The daemons an arbiter launches on its own machine, kept alive with back-off.

An arbiter that was killed and comes back finds its daemons still at work: it adopts them rather than launch rivals, and
stops them at its own end as if it had launched them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct, field

from alignak.base.clock import Instant
from alignak.base.errors import StartError
from alignak.model.topology import DaemonLink
from alignak.system.supervise import Child, Found, RestartPolicy

log = logging.getLogger(__name__)

LOOK_EVERY: Final = 0.2
"""Seconds between two looks at the children."""


class Kept(Struct):
    """One daemon that is to run."""

    link: DaemonLink
    start_at: float
    """When to start it, monotonic, while it does not run."""
    running: Child | Found | None = None
    policy: RestartPolicy = field(default_factory=RestartPolicy)


class Children:
    """Launch daemons, launch again those that die, stop them all at the end.

    ``make`` makes the process of a daemon, ``find`` returns the one that runs already, ``is_here`` tells whether a
    daemon's address is one of this machine.
    """

    def __init__(
        self,
        make: Callable[[DaemonLink], Child],
        find: Callable[[DaemonLink], Found | None],
        is_here: Callable[[DaemonLink], bool],
        stop_timeout: float,
    ) -> None:
        self._make = make
        self._find = find
        self._is_here = is_here
        self._stop_timeout = stop_timeout
        self._kept: dict[str, Kept] = {}

    def keep(self, daemons: Iterable[DaemonLink], now: Instant) -> None:
        """Launch what is new, stop what is not named any more, move what has another address."""
        wanted = {each.name: each for each in daemons if self._can_launch(each)}
        self._end(
            [
                self._kept.pop(name)
                for name, kept in list(self._kept.items())
                if name not in wanted or _place(wanted[name]) != _place(kept.link)
            ]
        )
        for name, link in wanted.items():
            if name not in self._kept:
                self._kept[name] = Kept(link, now.mono)
        self.tick(now)

    def _can_launch(self, link: DaemonLink) -> bool:
        if self._is_here(link):
            return True
        log.error(
            "%s has alignak_launched=1 and the address %s, which is none of this machine: start it there",
            link.name,
            link.address,
        )
        return False

    def tick(self, now: Instant) -> float:
        """Start what is due, notice what died; return the seconds until the next look."""
        for kept in self._kept.values():
            if kept.running is None:
                if now.mono >= kept.start_at:
                    self._start(kept, now)
            elif not kept.running.is_alive():
                self._died(kept, _how(kept.running), now)
        return LOOK_EVERY

    def _start(self, kept: Kept, now: Instant) -> None:
        """Adopt a daemon that runs, launch one that does not."""
        if (found := self._find(kept.link)) is not None:
            kept.running = found
            log.info("the daemon %s runs already: it is adopted", kept.link.name)
            return
        child = self._make(kept.link)
        try:
            child.start()
        except StartError as error:
            self._died(kept, error.message, now)
            return
        kept.running = child
        log.info("launched the daemon %s, pid %d", kept.link.name, child.pid)

    def _died(self, kept: Kept, why: str, now: Instant) -> None:
        if isinstance(kept.running, Found):
            kept.running.close()
        kept.running = None
        restart = kept.policy.ended(now.mono)
        kept.start_at = now.mono + restart.delay
        level = logging.ERROR if restart.is_degraded else logging.WARNING
        log.log(level, "the daemon %s %s: it is launched again in %.1f s", kept.link.name, why, restart.delay)

    def restart(self) -> None:
        """End every daemon; the next look launches them again."""
        for kept in self._kept.values():
            if kept.running is not None:
                kept.running.terminate()

    def stop(self) -> None:
        """Stop all of them together, and wait for each."""
        self._end(list(self._kept.values()))
        self._kept.clear()

    def _end(self, gone: list[Kept]) -> None:
        """Ask all to end, then wait; those that run when the time is over are killed."""
        over_at = time.monotonic() + self._stop_timeout
        for kept in gone:
            if kept.running is not None:
                kept.running.terminate()
        for kept in gone:
            if kept.running is not None:
                kept.running.stop(max(0.0, over_at - time.monotonic()))


def _place(link: DaemonLink) -> tuple[str, str, str, int]:
    """Return what a daemon is launched for; with another of these it is another process."""
    return link.role.value, link.host, link.address, link.port


def _how(process: Child | Found) -> str:
    """Return how a process ended, as far as it is known: only a parent is told."""
    code = process.poll() if isinstance(process, Child) else None
    if code is None:
        return "ended"
    return f"ended with code {code}" if code >= 0 else f"was killed by signal {-code}"
