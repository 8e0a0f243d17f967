"""Timers fire once, in order, at the time they were last set to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alignak.base.ids import ObjectKey
from alignak.engine.wheel import SWEEP_AT, Timer, Wheel

A, B = ObjectKey("a"), ObjectKey("b")


def test_timers_fire_in_the_order_of_their_time_and_no_earlier() -> None:
    wheel = Wheel()
    wheel.set(Timer.CHECK, A, 20.0)
    wheel.set(Timer.CHECK, B, 10.0)
    assert wheel.next_at() == 10.0
    assert wheel.take_due(9.9, 10) == []
    assert wheel.take_due(30.0, 10) == [(Timer.CHECK, B), (Timer.CHECK, A)]
    assert wheel.next_at() is None


def test_timers_of_one_moment_fire_in_the_order_they_were_set() -> None:
    wheel = Wheel()
    for key in ("c", "a", "b"):
        wheel.set(Timer.CHECK, ObjectKey(key), 1.0)
    assert [key for _, key in wheel.take_due(1.0, 10)] == ["c", "a", "b"]


def test_a_timer_set_again_fires_at_its_new_time_only() -> None:
    wheel = Wheel()
    wheel.set(Timer.CHECK, A, 10.0)
    wheel.set(Timer.CHECK, A, 20.0)
    assert wheel.take_due(15.0, 10) == []
    assert wheel.at(Timer.CHECK, A) == 20.0
    wheel.set(Timer.CHECK, A, 16.0)
    assert wheel.take_due(16.0, 10) == [(Timer.CHECK, A)]
    assert wheel.take_due(99.0, 10) == []


def test_kinds_do_not_disturb_each_other_and_forgetting_takes_them_all() -> None:
    wheel = Wheel()
    wheel.set(Timer.CHECK, A, 1.0)
    wheel.set(Timer.DOWNTIME, A, 1.0)
    wheel.set(Timer.CHECK, B, 1.0)
    wheel.cancel(Timer.CHECK, A)
    assert wheel.at(Timer.DOWNTIME, A) == 1.0
    wheel.forget(A)
    assert wheel.take_due(9.0, 10) == [(Timer.CHECK, B)]


def test_a_crowd_is_served_in_portions() -> None:
    wheel = Wheel()
    for number in range(10):
        wheel.set(Timer.CHECK, ObjectKey(str(number)), 1.0)
    assert len(wheel.take_due(1.0, 4)) == 4
    assert wheel.next_at() == 1.0
    assert len(wheel.take_due(1.0, 100)) == 6


def test_moving_a_timer_for_ever_takes_no_memory() -> None:
    wheel = Wheel()
    for number in range(20 * SWEEP_AT):
        wheel.set(Timer.CHECK, A, float(number))
    assert len(wheel._heap) <= SWEEP_AT + 3
    assert wheel.take_due(1e9, 10) == [(Timer.CHECK, A)]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.one_of(st.none(), st.floats(0, 100)))))
def test_a_wheel_is_a_sorted_dictionary(steps: list[tuple[str, float | None]]) -> None:
    wheel, model = Wheel(), {}
    for key, at in steps:
        if at is None:
            wheel.cancel(Timer.CHECK, ObjectKey(key))
            model.pop(key, None)
        else:
            wheel.set(Timer.CHECK, ObjectKey(key), at)
            model[key] = at
    assert wheel.next_at() == min(model.values(), default=None)
    fired = [str(key) for _, key in wheel.take_due(100.0, 10)]
    assert sorted(fired) == sorted(model)
    assert [model[key] for key in fired] == sorted(model.values())
