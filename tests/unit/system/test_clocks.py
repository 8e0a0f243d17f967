"""The clocks, and a wall clock that somebody moves."""

from __future__ import annotations

import time

from alignak.base.clock import ManualClock
from alignak.system.clocks import StepWatch, SystemClock


def test_it_tells_the_time_of_the_machine() -> None:
    before = time.time(), time.monotonic()
    now = SystemClock().now()

    assert before[0] <= now.wall <= time.time()
    assert before[1] <= now.mono <= time.monotonic()


def test_a_step_of_the_wall_clock_is_told_once() -> None:
    clock = ManualClock()
    watch = StepWatch(clock.now())
    assert watch.check(clock.advance(3600)) == 0

    assert watch.check(clock.step_wall(3600)) == 3600
    assert watch.check(clock.advance(1)) == 0
    assert watch.check(clock.step_wall(-86400)) == -86400
    assert watch.check(clock.advance(1)) == 0


def test_the_small_corrections_of_ntp_are_no_step() -> None:
    clock = ManualClock()
    watch = StepWatch(clock.now())

    assert [watch.check(clock.step_wall(0.4)) for _ in range(4)] == [0, 0, 0, 0]
