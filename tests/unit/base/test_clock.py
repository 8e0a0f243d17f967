"""An instant shows both clocks, and setting one leaves the other alone."""

from __future__ import annotations

from alignak.base.clock import Instant, ManualClock


def test_time_that_passes_moves_both_clocks() -> None:
    clock = ManualClock(wall=1000.0, mono=50.0)

    assert clock.advance(2.5) == Instant(1002.5, 52.5)
    assert clock.now() == Instant(1002.5, 52.5)


def test_an_administrator_who_sets_the_clock_changes_no_duration() -> None:
    clock = ManualClock(wall=1000.0, mono=50.0)
    deadline = clock.now().plus(30).mono

    clock.step_wall(-3600)

    assert clock.now().wall == -2600.0
    assert deadline - clock.now().mono == 30


def test_one_clock_can_be_read_off_the_other() -> None:
    now = Instant(1000.0, 50.0)

    assert now.wall_of(mono=60.0) == 1010.0
    assert now.mono_of(wall=990.0) == 40.0
