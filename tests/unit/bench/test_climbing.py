"""The highest rate that is held is found, whatever the first guess."""

from __future__ import annotations

import pytest

from tests.bench.climbing import Patience, Step, climb


class Engine:
    """One that holds rates up to a limit, and notes what it was asked."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self.tried: list[float] = []

    def measure(self, rate: float) -> Step:
        self.tried.append(rate)
        is_late = rate > self._limit
        return Step(rate, min(rate, self._limit), 20.0 if is_late else 0.1, {}, {})


@pytest.mark.parametrize("start", [100, 1_000, 2_250, 10_000])
def test_the_rate_is_found_from_below_and_from_above(start: float) -> None:
    engine = Engine(2_250)
    found = climb(engine.measure, start, Patience(1.5, 1.1))
    assert found.is_held
    assert 2_250 / 1.1 <= found.done <= 2_250


def test_a_good_guess_takes_few_steps() -> None:
    engine = Engine(2_250)
    climb(engine.measure, 2_200, Patience(1.1, 1.1))
    assert len(engine.tried) == 2


def test_an_engine_that_holds_nothing_is_not_tried_for_ever() -> None:
    engine = Engine(0)
    assert not climb(engine.measure, 1_000, Patience()).is_held
    assert len(engine.tried) < 20


@pytest.mark.parametrize(
    ("done", "latency", "is_held"),
    [(1_000, 0.2, True), (960, 0.99, True), (940, 0.2, False), (1_000, 1.0, False)],
)
def test_what_is_late_or_left_undone_is_not_held(done: float, latency: float, is_held: bool) -> None:
    assert Step(1_000, done, latency, {}, {}).is_held is is_held
