"""Checks that a stall left over are given out spread, and those of an ordinary day at once."""

from __future__ import annotations

from alignak.base.clock import Instant, ManualClock
from alignak.base.ids import ObjectKey, OrderId
from alignak.dispatch.catching_up import WITHIN, CatchingUp
from alignak.dispatch.leases import Lanes
from alignak.messages.work import Order, Work


def put(lanes: Lanes, name: str, due_at: float, work: Work = Work.CHECK) -> None:
    lanes.put(Order(OrderId(name), work, ObjectKey(name), ("/bin/true",), False, {}, 10.0, due_at))


def test_what_is_due_is_given_out_at_once() -> None:
    lanes = Lanes()
    for number in range(5000):
        put(lanes, f"c-{number}", 999.0)
    assert len(lanes.lease((Work.CHECK,), ("None",), None, "p", Instant(1000.0, 50.0), 10_000)) == 5000


def test_after_a_stall_of_ten_minutes_checks_are_spread_over_half_a_minute() -> None:
    lanes = Lanes()
    clock = ManualClock(wall=1000.0, mono=50.0)
    for number in range(30_000):
        put(lanes, f"c-{number}", 400.0 + number / 50)
    put(lanes, "n-1", 999.0, Work.NOTIFICATION)
    each_second = []
    while lanes.depth(Work.CHECK):
        found = lanes.lease((Work.CHECK, Work.NOTIFICATION), ("None",), None, "p", clock.now(), 10_000)
        each_second.append(len(found))
        clock.advance(1.0)

    assert max(each_second) <= 30_000 / WITHIN + 1, "no burst"
    assert len(each_second) < WITHIN + 5, "nor slower than that"
    assert lanes.depth(Work.NOTIFICATION) == 0, "notifications do not wait for it"


def test_a_lack_of_pollers_is_not_made_worse() -> None:
    """1,000 checks a second come, 800 can be run: they are never held back below what can be run."""
    bucket, waiting, second = CatchingUp(), 20_000.0, 0.0
    while second < 60:
        second += 0.1
        allowed = bucket.allowance(int(waiting), waiting / 1000, 50.0 + second)
        taken = 80 if allowed is None else min(80, allowed)
        bucket.gave(taken)
        assert taken == 80 or second < 0.2
        waiting += 100 - taken


def test_a_handful_is_no_burst() -> None:
    lanes = Lanes()
    for number in range(20):
        put(lanes, f"c-{number}", 100.0)
    assert len(lanes.lease((Work.CHECK,), ("None",), None, "p", Instant(1000.0, 50.0), 100)) == 20


def test_what_others_ask_for_does_not_slow_it_down() -> None:
    """A reactionner, and a poller of another tag, ask in between."""
    lanes = Lanes()
    clock = ManualClock(wall=1000.0, mono=50.0)
    for number in range(30_000):
        put(lanes, f"c-{number}", 400.0 + number / 50)
    given = 0
    for _ in range(10 * int(WITHIN + 5)):
        given += len(lanes.lease((Work.CHECK,), ("None",), None, "p", clock.now(), 10_000))
        lanes.lease((Work.NOTIFICATION,), ("None",), None, "r", clock.now(), 100)
        lanes.lease((Work.CHECK,), ("dmz",), None, "q", clock.now(), 100)
        clock.advance(0.1)
    assert given == 30_000
