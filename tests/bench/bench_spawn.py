"""How many plugins a second one poller's workers run, beside the loop in C that does nothing but start programs.

The plugin is the least there can be (``tiny.c``), so that what is measured is starting, hearing out and reaping. The
loop in C runs one program at a time on each core. As the kernel places its processes, its rate varies by the weather;
bound to a core each, it is the fastest this machine does.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from alignak.base.ids import ObjectKey, OrderId
from alignak.execution.nursery import Nursery
from alignak.execution.pool import WorkerPool, plugin_environment
from alignak.messages.work import Order, Outcome, Work
from alignak.system.clocks import SystemClock
from alignak.system.process import adopt_orphans
from tests.bench.frame import Figures, Found, Options, Row, Subject, measured
from tests.bench.pools import CORES, started

SECONDS: Final = 2.0
"""Each is measured in a round."""

AT_A_TIME: Final = 32
"""Plugins in flight in one nursery."""

IN_FLIGHT: Final = 128
"""Orders given to a pool at a time."""

GOAL: Final = 0.8
FLAGS: Final = ("-O2", "-Wall")
RAW: Final = "raw loop in C"


def rows(options: Options) -> Found:
    """Yield how many plugins a second are run, by one process and by a whole pool."""
    here = Path(__file__).parent
    tiny, raw = options.folder / "tiny", options.folder / "raw_spawn"
    try:
        _compile(here / "tiny.c", tiny, "-static", "-nostdlib")
        _compile(here / "raw_spawn.c", raw)
    except (OSError, subprocess.CalledProcessError) as error:
        yield f"Without a C compiler there is nothing to compare with: {error}"
        return
    found = measured(
        (
            Subject("one", partial(_raw, raw, tiny, 1, "bound")),
            Subject("all", partial(_raw, raw, tiny, CORES)),
            Subject("bound", partial(_raw, raw, tiny, CORES, "bound")),
            Subject("guarded", partial(_raw, raw, tiny, CORES, "bound", "guarded")),
            Subject("nursery", partial(_nursery, str(tiny))),
            Subject("pool", partial(_pool, str(tiny))),
        ),
        options.rounds,
    )
    rates = {name: figures["rate"] for name, figures in found.items()}
    yield Row("plugins, one process, one core", "a second", rates["nursery"], f"{RAW}, bound", rates["one"])
    question = f"plugins, a pool, {CORES} cores"
    yield Row(question, "a second", rates["pool"], RAW, rates["all"], GOAL, is_rate=True)
    yield Row(question, "a second", rates["pool"], f"{RAW}, bound", rates["bound"])
    yield Row(question, "a second", rates["pool"], f"{RAW}, bound and guarded", rates["guarded"])


def _compile(source: Path, program: Path, *flags: str) -> None:
    subprocess.run(("cc", *FLAGS, *flags, "-o", program, source), check=True, capture_output=True, text=True)


def _raw(raw: Path, tiny: Path, loops: int, *how: str) -> Figures:
    told = subprocess.run((raw, tiny, str(SECONDS), str(loops), *how), check=True, stdout=subprocess.PIPE, text=True)
    return {"rate": float(told.stdout)}


def _nursery(program: str) -> Figures:
    """Run plugins in this process, bound to a core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    adopt_orphans()
    clock, selector = SystemClock(), selectors.DefaultSelector()
    nursery = Nursery(clock, "bench", plugin_environment(os.environ))
    selector.register(nursery, selectors.EVENT_READ, nursery.on_ready)
    ran = started = 0
    begun = time.monotonic()
    while time.monotonic() < begun + SECONDS:
        for _ in range(AT_A_TIME - len(nursery)):
            nursery.start(_order(program, started))
            started += 1
        for key, _ in selector.select(max(0.0, nursery.next_due() - time.monotonic())):
            key.data()
        nursery.on_time()
        ran += sum(_is_right(each) for each in nursery.take())
    rate = ran / (time.monotonic() - begun)
    selector.close()
    nursery.end_all()
    os.sched_setaffinity(0, before)
    return {"rate": rate}


def _pool(program: str) -> Figures:
    """Run plugins in a pool with a worker on each core, as a poller does."""
    done: list[Outcome] = []
    pool = started(IN_FLIGHT, done.extend)
    orders = (_order(program, number) for number in range(10_000_000))
    _keep_busy(pool, orders, 0.5)
    before, begun = len(done), time.monotonic()
    _keep_busy(pool, orders, SECONDS)
    rate = (len(done) - before) / (time.monotonic() - begun)
    pool.stop(1.0)
    if not all(map(_is_right, done)):
        raise RuntimeError("not every plugin ran as it should")
    return {"rate": rate}


def _keep_busy(pool: WorkerPool, orders: Iterator[Order], seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pool.submit_all(list(islice(orders, pool.free)))
        pool.poll(0.1)


def _order(program: str, number: int) -> Order:
    return Order(
        OrderId(f"bench-{number}"), Work.CHECK, ObjectKey(f"host;{number}"), (program,), False, {}, 60.0, time.time()
    )


def _is_right(outcome: Outcome) -> bool:
    return outcome.exit_code == 0 and outcome.output == "OK | a=1\n"
