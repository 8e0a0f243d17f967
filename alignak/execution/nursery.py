"""All plugins of one worker, in one selector: no thread and no helper process per check.

The runner registers the nursery's descriptors in its own selector (``data`` is a function to call when ready), calls
``on_time`` after every round and takes the outcomes.
"""

from __future__ import annotations

import math
import os
import selectors
from collections.abc import Mapping
from functools import partial
from typing import Final

from alignak.base.clock import Clock
from alignak.execution.plugin import Caps, Phase, Plugin
from alignak.execution.spawning import Limits, NotStartedError, spawn
from alignak.execution.strays import GRACE, Strays
from alignak.messages.work import Ending, Order, Outcome

_SWEEP_SOON: Final = 0.1
_SWEEP_SEEN: Final = 0.2
_SWEEP_IDLE: Final = 1.0
"""Seconds to the next look for strays: after a plugin ended, while there are some, and otherwise."""


class Nursery:
    """Start plugins, look after them, and say what came of them."""

    def __init__(
        self,
        selector: selectors.BaseSelector,
        clock: Clock,
        worker: str,
        environment: Mapping[str, str],
        *,
        caps: Caps = Caps(),  # noqa: B008  a frozen value
        limits: Limits = Limits(),  # noqa: B008
        grace: float = GRACE,
    ) -> None:
        """``worker`` is the daemon's name, shown in outcomes; ``environment`` is what every plugin gets."""
        self._selector = selector
        self._clock = clock
        self._worker = worker
        self._environment = dict(environment)
        self._caps = caps
        self._limits = limits
        self._plugins: set[Plugin] = set()
        self._leaders: set[int] = set()
        self._orders: set[str] = set()
        self._ended: list[Outcome] = []
        self._strays = Strays(self._orders.__contains__, self._leaders, grace)
        self._sweep_at = self._due = clock.now().mono + _SWEEP_IDLE

    def __len__(self) -> int:
        return len(self._plugins)

    @property
    def strays_ended(self) -> int:
        """Return how many processes were killed because they outlived their plugin."""
        return self._strays.ended

    def start(self, order: Order) -> None:
        """Start the plugin of an order; when it cannot be, that is its outcome."""
        now = self._clock.now()
        try:
            process = spawn(order, self._environment, self._limits)
        except NotStartedError as error:
            self._ended.append(not_started(order, str(error), error.exit_code, now.wall, self._worker))
            return
        plugin = Plugin(order, process, now, self._caps, self._close)
        self._plugins.add(plugin)
        self._leaders.add(process.pid)
        self._orders.add(order.id)
        register = self._selector.register
        register(process.pidfd, selectors.EVENT_READ, partial(self._on_exit, plugin))
        for pipe in (process.stdout, process.stderr):
            register(pipe, selectors.EVENT_READ, partial(self._on_readable, plugin, pipe))
        self._due = min(self._due, plugin.due)

    def next_due(self) -> float:
        """Return the monotonic time at which ``on_time`` may have something to do."""
        return min(self._due, self._sweep_at)

    def on_time(self) -> None:
        """Do what is due: late plugins, strays."""
        now = self._clock.now().mono
        if now >= self._due:
            for plugin in [each for each in self._plugins if each.due <= now]:
                had_process = plugin.has_process
                plugin.on_late(now)
                self._changed(plugin, had_process, now)
            self._due = min((each.due for each in self._plugins), default=math.inf)
        if now >= self._sweep_at:
            self._strays.sweep(now)
            self._sweep_at = now + (_SWEEP_SEEN if len(self._strays) else _SWEEP_IDLE)

    def take(self) -> list[Outcome]:
        """Return the outcomes that came since the last call."""
        ended, self._ended = self._ended, []
        return ended

    def end_all(self) -> None:
        """Kill every plugin and everything they left behind."""
        for plugin in self._plugins:
            plugin.abandon()
        self._strays.end_all()

    def _on_exit(self, plugin: Plugin) -> None:
        now = self._clock.now().mono
        had_process = plugin.has_process
        plugin.on_exit(now)
        self._changed(plugin, had_process, now)

    def _on_readable(self, plugin: Plugin, pipe: int) -> None:
        now = self._clock.now().mono
        plugin.on_readable(pipe, now)
        self._changed(plugin, plugin.has_process, now)

    def _changed(self, plugin: Plugin, had_process: bool, now: float) -> None:
        """Draw the consequences of what a plugin did."""
        self._due = min(self._due, plugin.due)
        if had_process and not plugin.has_process:
            self._leaders.discard(plugin.process.pid)
            self._orders.discard(plugin.order.id)
            self._close(plugin.process.pidfd)
            self._strays.reap_ended()
            self._sweep_at = min(self._sweep_at, now + _SWEEP_SOON)
        if plugin.phase is Phase.ENDED and plugin in self._plugins:
            self._plugins.discard(plugin)
            self._ended.append(plugin.outcome(self._clock.now(), self._worker))

    def _close(self, descriptor: int) -> None:
        self._selector.unregister(descriptor)
        os.close(descriptor)


def not_started(order: Order, reason: str, exit_code: int, at: float, worker: str) -> Outcome:
    """Return the outcome of an order that could not be started."""
    return Outcome(
        id=order.id,
        work=order.work,
        key=order.key,
        ending=Ending.NOT_STARTED,
        exit_code=exit_code,
        output=reason,
        started_at=at,
        execution_time=0.0,
        cause=order.cause,
        worker=worker,
    )
