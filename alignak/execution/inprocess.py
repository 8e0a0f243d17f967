"""Checks answered in the worker itself: thousands at a time on its event loop, those that must wait in threads.

The runner owns one ``InProcess`` and gives it the orders that the pool found to take no process. A check past its
deadline is answered TIMEOUT. One that fails as no check should is run as the plugin it stands in for: a mistake of ours
never is a state of somebody's service.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

from alignak.base.clock import Clock, Instant
from alignak.execution.acceleration import FORK, Accepted, understood
from alignak.execution.builtin import registry
from alignak.execution.nursery import not_started
from alignak.execution.spawning import NOT_FOUND, UNKNOWN
from alignak.execution.standins.standin import Call, Result, Unsupported
from alignak.execution.standins.table import stand_in
from alignak.execution.threads import Threads
from alignak.messages.work import Ending, Order, Outcome, Work

MOST_IN_PROCESS: Final = 4096
"""Orders a worker answers in process at a time."""

_LOOK: Final = 0.1
"""Seconds between two looks for checks past their deadlines: a timer for each costs more than what it guards."""

_IN_PROCESS: Final = "answered in process"


class InProcess:
    """Answer checks without a process; to be made and used in a running event loop."""

    def __init__(
        self,
        clock: Clock,
        worker: str,
        threads: Threads,
        run_plugin: Callable[[Order, str], None],
        on_ended: Callable[[], None],
    ) -> None:
        """``worker`` is the daemon's name. ``run_plugin`` gets the order of a stand-in that failed, and how it did;
        ``on_ended`` is called when there is something to ``take``."""
        self._clock = clock
        self._worker = worker
        self._threads = threads
        self._run_plugin = run_plugin
        self._on_ended = on_ended
        self._loop = asyncio.get_running_loop()
        self._under_way: dict[asyncio.Task[None], float] = {}
        """Each with its deadline, monotonic time."""
        self._is_watching = False
        self._ended: list[Outcome] = []

    def __len__(self) -> int:
        return len(self._under_way)

    def start(self, order: Order) -> None:
        """Answer an order, which ``accepted`` said can be answered or which names an in-process check."""
        if order.module_type != FORK:
            self._start_named(order)
            return
        found = understood(order)
        if isinstance(found, str):
            self._run_plugin(order, found)
        else:
            self._begin(order, found)

    def take(self) -> list[Outcome]:
        """Return the outcomes that came since the last call."""
        ended, self._ended = self._ended, []
        return ended + self._threads.take()

    def end_all(self) -> None:
        """Let go of all that is under way."""
        for task in self._under_way:
            task.cancel()

    def _start_named(self, order: Order) -> None:
        """Run the in-process check an order names; when there is none of the name, that is its outcome."""
        name, words, now = order.argv[0] if order.argv else "", order.argv[1:], self._clock.now()
        if name in registry.TABLE:
            self._threads.start(order, lambda deadline: registry.load(name)(order.argv, order.environment, deadline))
            return
        try:
            found = stand_in(name)
            self._begin(order, Accepted(found, found.read(words)))
        except KeyError:
            reason = f"{name or '(nothing)'}: no in-process check of this name for module_type {order.module_type}"
            self._say(not_started(order, reason, NOT_FOUND, now.wall, self._worker))
        except Unsupported as error:
            text = f"UNKNOWN - {name} does not do this in process: {error}; with module_type fork the plugin is run"
            self._say(self._outcome(order, now, (UNKNOWN, text)))

    def _begin(self, order: Order, found: Accepted) -> None:
        if found.stand_in.block is not None:
            self._threads.start(order, partial(self._blocking, order, found))
            return
        now = self._clock.now()
        task = self._loop.create_task(self._answer(order, found, now))
        self._under_way[task] = now.mono + order.timeout
        task.add_done_callback(self._under_way.pop)
        if not self._is_watching:
            self._is_watching = True
            self._loop.call_later(_LOOK, self._end_late)

    async def _answer(self, order: Order, found: Accepted, now: Instant) -> None:
        run = found.stand_in.run
        assert run is not None
        try:
            result = await run(found.asked, Call(order.environment, now.mono + order.timeout))
            self._say(self._outcome(order, now, result))
        except asyncio.CancelledError:
            text = f"{order.argv[0]} did not come back within {order.timeout:g} s"
            self._say(self._outcome(order, now, (UNKNOWN, text), Ending.TIMEOUT))
        except Exception as error:  # noqa: BLE001  a check is not ours to trust
            self._failed(order, now, f"{type(error).__name__}: {error}")

    def _end_late(self) -> None:
        """End what is past its deadline, and look again as long as something is under way."""
        now = self._clock.now().mono
        for task in [task for task, deadline in self._under_way.items() if deadline <= now]:
            task.cancel()
        self._is_watching = bool(self._under_way)
        if self._is_watching:
            self._loop.call_later(_LOOK, self._end_late)

    def _blocking(self, order: Order, found: Accepted, deadline: float) -> Result | None:
        """Answer in a thread; None when the plugin is run instead."""
        block, now = found.stand_in.block, self._clock.now()
        assert block is not None
        try:
            return block(found.asked, Call(order.environment, deadline))
        except Exception as error:  # noqa: BLE001  a check is not ours to trust
            self._loop.call_soon_threadsafe(self._failed, order, now, f"{type(error).__name__}: {error}")
            return None

    def _failed(self, order: Order, began: Instant, problem: str) -> None:
        """Run the plugin in the place of what stands in for it and failed; where there is none, say what happened."""
        if order.module_type == FORK:
            self._run_plugin(order, f"the stand-in failed: {problem}")
        else:
            self._say(self._outcome(order, began, (UNKNOWN, f"UNKNOWN - {order.argv[0]} failed: {problem}")))

    def _say(self, outcome: Outcome) -> None:
        self._ended.append(outcome)
        self._on_ended()

    def _outcome(self, order: Order, began: Instant, result: Result, ending: Ending = Ending.DONE) -> Outcome:
        return Outcome(
            id=order.id,
            work=order.work,
            key=order.key,
            ending=ending,
            exit_code=result[0],
            output=result[1],
            started_at=began.wall,
            execution_time=self._clock.now().mono - began.mono,
            cause=order.cause,
            worker=self._worker,
            is_in_process=True,
            way=_IN_PROCESS if order.work is Work.TRIAL else "",
        )
