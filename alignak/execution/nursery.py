"""All plugins of one worker, in one epoll: no thread and no helper process per check.

Whoever owns the nursery waits for its descriptor, calls ``on_ready`` when that is readable and ``on_time`` when
something is due, and takes the outcomes.

Most plugins end soon, so that little is done for them: only their first pipe is waited for. When that closes, the other
one and the process are looked at. What is not over then, or after a moment, is watched in full.
"""

from __future__ import annotations

import math
import os
import select
from collections import deque
from collections.abc import Mapping
from typing import Final

from alignak.base.clock import Clock
from alignak.execution.plugin import Caps, Phase, Plugin
from alignak.execution.spawning import Limits, NotStartedError, Spawner, pass_on_no_ignored_signal
from alignak.execution.strays import GRACE, Strays
from alignak.messages.work import Ending, Order, Outcome

_WATCH_AFTER: Final = 0.1
"""Seconds after which a plugin is watched in full."""

_SWEEP_SOON: Final = 0.1
_SWEEP_SEEN: Final = 0.2
_SWEEP_IDLE: Final = 1.0
"""Seconds to the next look for strays: after a plugin ended, while there are some, and otherwise."""

_EVENTS: Final = select.EPOLLIN | select.EPOLLET
"""Once for all that came, not as long as something is there: so a closed pipe is not told of again."""

_AT_A_TIME: Final = 512
"""Events taken in one round."""

_STARTS: Final = 16
"""Plugins started without a look at those before: each start costs more, the more descriptors are open."""


class Nursery:
    """Start plugins, look after them, and say what came of them."""

    def __init__(
        self,
        clock: Clock,
        worker: str,
        environment: Mapping[str, str],
        *,
        caps: Caps = Caps(),  # noqa: B008  a frozen value
        limits: Limits = Limits(),  # noqa: B008
        grace: float = GRACE,
    ) -> None:
        """``worker`` is the daemon's name, shown in outcomes; ``environment`` is what every plugin gets.

        To be made in the main thread: signals that this process ignores must not stay ignored in plugins.
        """
        pass_on_no_ignored_signal()
        self._clock = clock
        self._worker = worker
        self._caps = caps
        self._spawner = Spawner(environment, limits)
        self._epoll = select.epoll()
        self._by_descriptor: dict[int, Plugin] = {}
        self._plugins: set[Plugin] = set()
        self._leaders: dict[int, Plugin] = {}
        self._unwatched: deque[tuple[float, Plugin]] = deque()
        """When those that may end before are watched in full, unless they did."""
        self._starts = 0
        """Since the last look at what plugins do."""
        self._ended: list[Outcome] = []
        self._strays = Strays(self._is_running, self._leaders, grace)
        self._sweep_at = self._due = clock.now().mono + _SWEEP_IDLE

    def __len__(self) -> int:
        return len(self._plugins)

    @property
    def strays_ended(self) -> int:
        """Return how many processes were killed because they outlived their plugin."""
        return self._strays.ended

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when ``on_ready`` is to be called."""
        return self._epoll.fileno()

    def start(self, order: Order) -> None:
        """Start the plugin of an order; when it cannot be, that is its outcome."""
        now = self._clock.now()
        try:
            process = self._spawner.spawn(order)
        except NotStartedError as error:
            self._ended.append(not_started(order, str(error), error.exit_code, now.wall, self._worker))
            return
        plugin = Plugin(order, process, now, self._caps)
        self._plugins.add(plugin)
        self._leaders[plugin.pid] = plugin
        self._unwatched.append((now.mono + _WATCH_AFTER, plugin))
        self._register(plugin, plugin.stdout)
        self._due = min(self._due, plugin.due)
        self._starts += 1
        if self._starts >= _STARTS:
            self.on_ready()

    def on_ready(self) -> None:
        """Take what plugins wrote, and note which of them ended."""
        self._starts = 0
        now = self._clock.now().mono
        perhaps_over: list[Plugin] = []
        for descriptor, events in self._epoll.poll(0, _AT_A_TIME):
            plugin = self._by_descriptor.get(descriptor)
            if plugin is None:
                continue
            if descriptor == plugin.pidfd or self._hear(plugin, descriptor, bool(events & select.EPOLLHUP), now):
                perhaps_over.append(plugin)
        for plugin in perhaps_over:  # as late as may be: a process ends a moment after its pipes
            if plugin.has_process and not self._reap(plugin, now):
                self._watch(plugin, now)
        if perhaps_over:
            self._strays.reap_ended()

    def next_due(self) -> float:
        """Return the monotonic time at which ``on_time`` may have something to do."""
        return min(self._due, self._sweep_at, self._unwatched[0][0] if self._unwatched else math.inf)

    def on_time(self) -> None:
        """Do what is due: plugins that take longer, that are late, and strays."""
        now = self._clock.now().mono
        self._watch_until(now)
        if now >= self._due:
            for plugin in [each for each in self._plugins if each.due <= now]:
                plugin.on_late(now)
                self._settle(plugin, now)
            self._due = min((each.due for each in self._plugins), default=math.inf)
        if now >= self._sweep_at:
            self._strays.sweep(now)
            self._sweep_at = now + (_SWEEP_SEEN if len(self._strays) else _SWEEP_IDLE)

    def take(self) -> list[Outcome]:
        """Return the outcomes that came since the last call."""
        ended, self._ended = self._ended, []
        return ended

    def end_all(self) -> None:
        """Kill every plugin and everything they left behind; nothing can be started any more."""
        for plugin in self._plugins:
            plugin.abandon()
        self._strays.end_all()
        for plugin in self._plugins:
            plugin.close()
        self._epoll.close()
        self._spawner.close()

    def _register(self, plugin: Plugin, descriptor: int) -> None:
        self._by_descriptor[descriptor] = plugin
        self._epoll.register(descriptor, _EVENTS)

    def _hear(self, plugin: Plugin, pipe: int, is_hung_up: bool, now: float) -> bool:
        """Read what a plugin wrote; tell whether it may be over."""
        plugin.on_readable(pipe, is_hung_up, now)
        is_closed = pipe not in plugin.pipes
        if is_closed and plugin.pidfd < 0:
            plugin.on_readable(plugin.stderr, False, now)
        if not is_closed or plugin.phase is not Phase.RUNNING:
            self._settle(plugin, now)
        return is_closed

    def _watch_until(self, now: float) -> None:
        """Watch in full what still runs of those whose time for that has come, or is about to."""
        due = now + _WATCH_AFTER / 2  # so that it is not done for each of many
        if self._unwatched and self._unwatched[0][0] <= now:
            while self._unwatched and self._unwatched[0][0] <= due:
                plugin = self._unwatched.popleft()[1]
                if plugin.has_process:
                    self._watch(plugin, now)

    def _watch(self, plugin: Plugin, now: float) -> None:
        """Have the end of a plugin's process told, and what comes by its second pipe."""
        if plugin.pidfd >= 0:
            return
        try:
            plugin.pidfd = os.pidfd_open(plugin.pid)
        except OSError:  # too many descriptors are open just now
            if not self._reap(plugin, now):
                self._unwatched.append((now + _WATCH_AFTER, plugin))
            return
        self._register(plugin, plugin.pidfd)
        if plugin.stderr in plugin.pipes:
            self._register(plugin, plugin.stderr)
        self._spawner.free(plugin.pid)

    def _reap(self, plugin: Plugin, now: float) -> bool:
        """Take note of the end of a plugin's process, if it ended."""
        if not plugin.on_exit(now):
            return False
        del self._leaders[plugin.pid]
        if plugin.pidfd >= 0:
            self._forget(plugin, plugin.pidfd)
            os.close(plugin.pidfd)
        elif plugin.stderr in plugin.pipes:  # something it started holds it
            self._register(plugin, plugin.stderr)
        self._sweep_at = min(self._sweep_at, now + _SWEEP_SOON)
        self._settle(plugin, now)
        return True

    def _settle(self, plugin: Plugin, now: float) -> None:
        """Draw the consequences of what a plugin did."""
        if plugin.phase is not Phase.ENDED:
            self._due = min(self._due, plugin.due)
        elif plugin in self._plugins:
            self._plugins.discard(plugin)
            self._forget(plugin, plugin.stdout)
            self._forget(plugin, plugin.stderr)
            self._ended.append(plugin.outcome(now, self._worker))

    def _is_running(self, order_id: str) -> bool:
        return any(each.order.id == order_id for each in self._leaders.values())

    def _forget(self, plugin: Plugin, descriptor: int) -> None:
        """Take no more events of a descriptor, unless another plugin has the number by now."""
        if self._by_descriptor.get(descriptor) is plugin:
            del self._by_descriptor[descriptor]


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
