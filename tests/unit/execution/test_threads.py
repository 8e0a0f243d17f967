"""In-process checks in threads: what fails, hangs or waits."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alignak.execution.builtin.registry import load
from alignak.execution.threads import Threads
from alignak.messages.work import Ending, Order, Outcome
from alignak.system.clocks import SystemClock
from tests.support.running import order


def start(threads: Threads, asked: Order) -> None:
    """Start the in-process check an order names."""
    threads.start(asked, lambda deadline: load(asked.argv[0])(asked.argv, asked.environment, deadline))


def collect(threads: Threads, count: int, within: float = 5.0) -> list[Outcome]:
    outcomes: list[Outcome] = []
    until = time.monotonic() + within
    while len(outcomes) < count and time.monotonic() < until:
        select.select([threads], [], [], max(0.0, min(until, threads.next_due()) - time.monotonic()))
        threads.on_time()
        outcomes += threads.take()
    return outcomes


@pytest.fixture
def hang(tmp_path: Path) -> Iterator[Callable[..., Order]]:
    """Make orders that hang until the test is over: they read a FIFO nobody writes to."""
    path = tmp_path / "hang"
    os.mkfifo(path)
    made: list[Order] = []

    def make(id_: str, timeout: float = 0.2) -> Order:
        words = ("site", "--file", str(path), "--host", "h")
        made.append(order(*words, id_=id_, module_type="builtin", timeout=timeout))
        return made[-1]

    yield make
    if made:
        os.close(os.open(path, os.O_RDWR))
        until = time.monotonic() + 5
        while _readers_wait(path) and time.monotonic() < until:
            time.sleep(0.01)


def _readers_wait(path: Path) -> bool:
    """Let whoever waits for a writer see one come and go; tell whether there was anybody."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
    except OSError:
        return False
    return True


def test_a_check_that_fails_is_unknown_and_says_why() -> None:
    threads = Threads(SystemClock(), "poller")
    start(threads, order("disk", "--nonsense", id_="a", module_type="builtin"))
    start(threads, order("dummy", "7", id_="b", module_type="builtin"))
    start(threads, order("load", "-w", "high", id_="c", module_type="builtin"))
    outcomes = {each.id: each for each in collect(threads, 3)}

    assert {each.exit_code for each in outcomes.values()} == {3}
    assert "unrecognized arguments: --nonsense; usage: disk" in outcomes["a"].output
    assert outcomes["b"].output.startswith("UNKNOWN - dummy: argument state: invalid choice")
    assert "argument -w/--warning" in outcomes["c"].output


def test_one_that_hangs_is_late_and_its_place_is_given_to_another(hang: Callable[..., Order]) -> None:
    threads = Threads(SystemClock(), "poller", most=1, most_stuck=2)
    start(threads, hang("hung"))
    start(threads, order("dummy", "0", id_="next", module_type="builtin"))
    outcomes = collect(threads, 2)

    assert {each.id: each.ending for each in outcomes} == {"hung": Ending.TIMEOUT, "next": Ending.DONE}
    assert not threads.is_exhausted
    assert len(threads) == 0


def test_one_that_never_got_its_turn_is_late_too(hang: Callable[..., Order]) -> None:
    threads = Threads(SystemClock(), "poller", most=1)
    start(threads, hang("hung", 0.6))
    start(threads, order("dummy", "0", id_="waited", module_type="builtin", timeout=0.2))
    (outcome,) = collect(threads, 1)

    assert (outcome.id, outcome.ending) == ("waited", Ending.TIMEOUT)
    assert [each.id for each in collect(threads, 1)] == ["hung"]


def test_too_many_that_hang_are_told(hang: Callable[..., Order]) -> None:
    threads = Threads(SystemClock(), "poller", most=4, most_stuck=2)
    start(threads, hang("a"))
    collect(threads, 1)
    assert not threads.is_exhausted
    start(threads, hang("b"))
    collect(threads, 1)

    assert threads.is_exhausted


def test_many_quick_ones_share_few_threads() -> None:
    threads = Threads(SystemClock(), "poller", most=3)
    for number in range(50):
        start(threads, order("dummy", "0", id_=f"e-{number}", module_type="builtin"))

    assert {each.id for each in collect(threads, 50)} == {f"e-{number}" for number in range(50)}
