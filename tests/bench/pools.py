"""A poller's workers, for the benches that give them orders themselves."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Final

from alignak.execution.pool import WorkerPool, plugin_environment
from alignak.messages.work import Outcome
from alignak.system.clocks import SystemClock

CORES: Final = len(os.sched_getaffinity(0))


def started(at_a_time: int, on_done: Callable[[Sequence[Outcome]], None]) -> WorkerPool:
    """Return a pool with a worker on each core, at work; ``stop`` it."""
    pool = WorkerPool(
        "bench",
        CORES,
        CORES,
        at_a_time,
        on_done,
        on_lost=lambda lost: None,
        clock=SystemClock(),
        environment=plugin_environment(os.environ),
    )
    pool.start()
    return pool
