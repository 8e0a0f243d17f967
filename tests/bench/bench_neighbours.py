"""What company does to a thousand checks: others that hang, a plugin that eats its processor, floods, leaves children.

A poller's pool is given a thousand checks of a port at once, which take no process. Each round they run alone, then
beside each company; what is wanted is how much later they are done than alone.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from statistics import median
from typing import Final, NamedTuple

from alignak.base.ids import ObjectKey, OrderId
from alignak.execution.pool import WorkerPool
from alignak.messages.work import Order, Outcome, Work
from tests.bench.compiled import serving
from tests.bench.frame import LIMIT, Figures, Found, Options, Row, Subject, measured
from tests.bench.pools import started

CHECKS: Final = 1_000
MOST_LATER: Final = 100.0
"""Milliseconds."""

AT_A_TIME: Final = 256
SETTLED: Final = 1.0
"""Seconds after which company is at work."""

ALONE: Final = "alone"


class Company(NamedTuple):
    """Orders that are at work beside those that are measured."""

    count: int
    words: tuple[str, ...]
    module_type: str = ""


def rows(options: Options) -> Found:
    """Yield how much later a thousand checks are done beside each company."""
    with serving(options.folder) as server, _silence() as port:
        companies = {
            ALONE: Company(0, ()),
            "1,000 that hang": Company(
                1_000, ("check_tcp", "-H", "127.0.0.1", "-p", str(port), "-e", "x", "-t", "60"), "builtin"
            ),
            "one that eats its processor": Company(1, ("/bin/sh", "-c", "while :; do :; done")),
            "ten that flood": Company(10, ("/bin/sh", "-c", "yes | head -c 3000000; sleep 60")),
            "a hundred that leave children": Company(100, ("/bin/sh", "-c", "sleep 60 & sleep 60 & exit 0")),
        }
        quick = ("check_tcp", "-H", "127.0.0.1", "-p", str(server.port))
        subjects = [Subject(name, partial(_done_beside, each, quick)) for name, each in companies.items()]
        found = measured(subjects, options.rounds)
    alone = found.pop(ALONE)
    yield Row(f"{CHECKS:,} checks alone: half of them done", "ms", alone["half"])
    yield Row(f"{CHECKS:,} checks alone: all done", "ms", alone["all"])
    for name, figures in found.items():
        for part in ("half", "all"):
            later = [max(0.0, each - median(alone[part])) for each in figures[part]]
            about = f"beside {name}: {'half of them' if part == 'half' else 'all'} later by"
            yield Row(about, "ms", later, LIMIT, [MOST_LATER], 1.0)


@contextmanager
def _silence() -> Iterator[int]:
    """Give a port where connections are taken and nothing is said."""
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as server:
        yield server.getsockname()[1]


def _done_beside(company: Company, words: Sequence[str]) -> Figures:
    """Return after how many milliseconds half of the checks were done, and all."""
    done: list[tuple[float, Outcome]] = []

    def keep(outcomes: Sequence[Outcome]) -> None:
        now = time.monotonic()
        done.extend((now, each) for each in outcomes if each.id.startswith("quick"))

    pool = started(AT_A_TIME, keep)
    try:
        _work(pool, [_order(f"quick-before-{number}", words, "builtin") for number in range(CHECKS)])
        _poll(pool, lambda: len(done) >= CHECKS)
        _work(pool, [_order(f"slow-{number}", company.words, company.module_type) for number in range(company.count)])
        settled = time.monotonic() + SETTLED
        _poll(pool, lambda: time.monotonic() >= settled)
        done.clear()
        begun = time.monotonic()
        _work(pool, [_order(f"quick-{number}", words, "builtin") for number in range(CHECKS)])
        _poll(pool, lambda: len(done) >= CHECKS)
    finally:
        pool.stop(0)
    if any(each.exit_code for _, each in done):
        raise RuntimeError(f"not every check was OK: {next(each for _, each in done if each.exit_code)}")
    taken = sorted((at - begun) * 1e3 for at, _ in done)
    return {"half": taken[len(taken) // 2], "all": taken[-1]}


def _work(pool: WorkerPool, orders: Sequence[Order]) -> None:
    in_process = bool(orders) and orders[0].module_type == "builtin"
    given = pool.submit_all(orders, in_process=in_process)
    if given != len(orders):
        raise RuntimeError(f"the pool took {given} of {len(orders)} orders")


def _poll(pool: WorkerPool, reached: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not reached():
        if time.monotonic() > until:
            raise RuntimeError("the pool did not come round to it within a minute")
        pool.poll(0.01)


def _order(name: str, words: Sequence[str], module_type: str) -> Order:
    key = ObjectKey(f"host;{name}")
    return Order(
        OrderId(name), Work.CHECK, key, tuple(words), False, {}, 60.0, time.time(), module_type=module_type or "fork"
    )
