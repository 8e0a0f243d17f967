"""Orders that wait, are lent to pollers and reactionners, and come back when those are not heard of."""

from __future__ import annotations

import pytest

from alignak.base.clock import Instant, ManualClock
from alignak.base.ids import ObjectKey, OrderId
from alignak.dispatch.leases import Lanes
from alignak.messages.work import ACTIONS, Order, Work

NOW = Instant(1000.0, 50.0)
CHECKS = (Work.CHECK,)
ANY = ("None",)


def order(
    name: str,
    due_at: float = 900.0,
    work: Work = Work.CHECK,
    tag: str = "None",
    module_type: str = "fork",
    timeout: float = 10.0,
) -> Order:
    """Make an order that is due."""
    return Order(
        id=OrderId(name),
        work=work,
        key=ObjectKey("srv;Disk"),
        argv=("/bin/true",),
        shell=False,
        environment={},
        timeout=timeout,
        due_at=due_at,
        module_type=module_type,
        tag=tag,
    )


def take(lanes: Lanes, holder: str = "p1", now: Instant = NOW, most: int = 100) -> list[str]:
    """Lease untagged checks and return their ids."""
    return [each.id for each in lanes.lease(CHECKS, ANY, None, holder, now, most)]


def test_orders_are_handed_out_by_due_time_and_in_the_order_given_where_that_is_the_same() -> None:
    lanes = Lanes()
    for each in (order("late", 999), order("early", 1), order("same-1", 500), order("same-2", 500)):
        assert lanes.put(each)
    assert take(lanes, most=3) == ["early", "same-1", "same-2"]
    assert take(lanes) == ["late"]
    assert take(lanes) == []


def test_an_order_is_not_handed_out_before_its_time() -> None:
    lanes = Lanes()
    lanes.put(order("now", 1000.0))
    lanes.put(order("soon", 1000.1))
    assert lanes.next_due() == 1000.0
    assert take(lanes) == ["now"]
    assert lanes.next_due() == 1000.1
    assert take(lanes, now=NOW.plus(0.2)) == ["soon"]
    assert lanes.next_due() is None


def test_a_worker_gets_only_what_it_has_the_tag_and_the_module_for() -> None:
    lanes = Lanes()
    for each in (
        order("plain"),
        order("dmz", tag="dmz"),
        order("nrpe", module_type="nrpe"),
        order("both", 1, Work.CHECK, "dmz", "nrpe"),
    ):
        lanes.put(each)
    assert [each.id for each in lanes.lease(CHECKS, ("dmz",), ("fork",), "p1", NOW, 10)] == ["dmz"]
    assert [each.id for each in lanes.lease(CHECKS, ("None", "dmz"), ("nrpe",), "p1", NOW, 10)] == ["both", "nrpe"]
    assert [each.id for each in lanes.lease(CHECKS, ("None",), None, "p1", NOW, 10)] == ["plain"]


def test_pollers_get_no_actions_and_reactionners_no_checks() -> None:
    lanes = Lanes()
    lanes.put(order("check"))
    lanes.put(order("notification", work=Work.NOTIFICATION))
    assert [each.id for each in lanes.lease(ACTIONS, ANY, None, "r1", NOW, 10)] == ["notification"]
    assert take(lanes) == ["check"]


def test_what_a_state_change_asked_for_goes_first_and_performance_data_last() -> None:
    lanes = Lanes()
    for each in (
        order("perfdata", 1, Work.PERFDATA),
        order("check", 2),
        order("handler", 4, Work.EVENT_HANDLER),
        order("notification", 3, Work.NOTIFICATION),
        order("not yet", 2000, Work.NOTIFICATION),
    ):
        lanes.put(each)
    given = lanes.lease(tuple(Work), ANY, None, "both", NOW, 10)
    assert [each.id for each in given] == ["notification", "handler", "check", "perfdata"]


def test_a_withdrawn_order_is_not_handed_out_and_one_that_runs_is_let_run() -> None:
    lanes = Lanes()
    lanes.put(order("a"))
    lanes.put(order("b"))
    assert lanes.cancel("a")
    assert not lanes.cancel("a")
    assert take(lanes) == ["b"]
    assert not lanes.cancel("b")
    assert lanes.finish("b") is not None


def test_an_order_withdrawn_and_given_again_is_handed_out_once() -> None:
    lanes = Lanes()
    lanes.put(order("a", 1))
    lanes.cancel("a")
    lanes.put(order("a", 950))
    lanes.put(order("b", 900))
    assert take(lanes) == ["b", "a"]


def test_thousands_of_withdrawn_orders_leave_nothing_behind() -> None:
    lanes = Lanes()
    for number in range(5000):
        lanes.put(order(f"o-{number}", 2000 + number))
    for number in range(4999):
        lanes.cancel(f"o-{number}")
    assert lanes.depth(Work.CHECK) == 1
    assert sum(map(len, lanes._lanes.values())) < 1500
    assert take(lanes, now=Instant(9000, 60)) == ["o-4999"]


def test_an_order_is_not_put_twice_whether_it_waits_or_runs() -> None:
    lanes = Lanes()
    assert lanes.put(order("a"))
    assert lanes.put(order("a"))
    assert take(lanes) == ["a"]
    assert lanes.put(order("a"))
    assert take(lanes, "p2") == []


def test_a_flood_of_performance_data_is_refused_and_leaves_room_for_notifications() -> None:
    lanes = Lanes(capacity=2)
    assert [lanes.put(order(name, work=Work.PERFDATA)) for name in ("a", "b", "c")] == [True, True, False]
    assert lanes.put(order("n", work=Work.NOTIFICATION))
    assert (lanes.refused, lanes.depth(Work.PERFDATA), lanes.depth(Work.NOTIFICATION)) == (1, 2, 1)
    assert [each.id for each in lanes.lease((Work.PERFDATA,), ANY, None, "p1", NOW, 1)] == ["a"]
    assert lanes.put(order("c", work=Work.PERFDATA))


def test_no_check_is_refused_an_object_whose_check_were_would_never_be_checked_again() -> None:
    lanes = Lanes(capacity=2)
    assert all(lanes.put(order(name)) for name in "abcd")


def test_an_outcome_ends_the_lease_once() -> None:
    lanes = Lanes()
    lanes.put(order("a"))
    take(lanes)
    leased = lanes.finish("a")
    assert leased is not None
    assert (leased.order.id, leased.holder) == ("a", "p1")
    assert lanes.finish("a") is None
    assert lanes.finish("unknown") is None


def test_what_a_silent_poller_held_is_given_to_another_after_its_time_to_live() -> None:
    clock, lanes = ManualClock(1000, 50), Lanes()
    lanes.put(order("a"))
    take(lanes, "p1", clock.now())
    assert lanes.expire(clock.advance(14.9)) == []
    lost = lanes.expire(clock.advance(0.1))
    assert [(each.order.id, each.holder) for each in lost] == [("a", "p1")]
    assert lanes.expire(clock.now()) == []
    lanes.put(lost[0].order)
    assert take(lanes, "p2", clock.now()) == ["a"]


def test_a_poller_that_is_heard_of_keeps_what_it_holds() -> None:
    clock, lanes = ManualClock(1000, 50), Lanes()
    lanes.put(order("a", timeout=60))
    take(lanes, "p1", clock.now())
    for _ in range(6):
        assert lanes.renew("p1", clock.advance(10)) == 1
        assert lanes.expire(clock.now()) == []


def test_an_order_that_never_comes_back_from_a_living_poller_is_taken_back_past_its_deadline() -> None:
    clock, lanes = ManualClock(1000, 50), Lanes(margin=20)
    lanes.put(order("stuck", timeout=10))
    lanes.put(order("done", timeout=10))
    take(lanes, "p1", clock.now())
    lanes.finish("done")
    for _ in range(2):
        lanes.renew("p1", clock.advance(14))
        assert lanes.expire(clock.now()) == []
    lanes.renew("p1", clock.advance(2))
    assert [each.order.id for each in lanes.expire(clock.now())] == ["stuck"]


def test_a_second_lease_of_an_order_has_its_own_deadline() -> None:
    clock, lanes = ManualClock(1000, 50), Lanes(margin=20)
    lanes.put(order("a", timeout=10))
    take(lanes, "p1", clock.now())
    lanes.put(lanes.holder_gone("p1")[0].order)
    clock.advance(20)
    take(lanes, "p2", clock.now())
    lanes.renew("p2", clock.advance(10))
    assert lanes.expire(clock.now()) == []


def test_setting_the_wall_clock_ends_no_lease() -> None:
    clock, lanes = ManualClock(1000, 50), Lanes()
    lanes.put(order("a"))
    take(lanes, "p1", clock.now())
    assert lanes.expire(clock.step_wall(86_400)) == []


def test_a_restarted_poller_s_orders_come_back_at_once() -> None:
    lanes = Lanes()
    for name in ("a", "b", "c"):
        lanes.put(order(name))
    take(lanes, "p1", most=2)
    take(lanes, "p2")
    assert sorted(each.order.id for each in lanes.holder_gone("p1")) == ["a", "b"]
    assert lanes.holder_gone("p1") == []
    assert lanes.in_hand() == {"p2": 1}
    assert lanes.lost == 2


def test_an_outcome_that_comes_after_all_keeps_the_order_from_running_twice() -> None:
    lanes = Lanes()
    lanes.put(order("a"))
    take(lanes, "p1")
    lanes.put(lanes.holder_gone("p1")[0].order)
    found = lanes.finish("a")
    assert found is not None
    assert found.holder == ""
    assert take(lanes, "p2") == []


def test_a_scheduler_tells_how_much_waits_runs_and_is_late() -> None:
    lanes = Lanes()
    lanes.put(order("a", 990))
    lanes.put(order("b", 2000))
    lanes.put(order("n", 995, Work.NOTIFICATION))
    assert lanes.lateness(NOW) == 10
    take(lanes)
    assert lanes.lateness(NOW) == 5
    assert lanes.statistics() == {
        "actions.count": 1,
        "actions.scheduled": 1,
        "actions.in_poller": 0,
        "actions.zombie": 0,
        "checks.count": 2,
        "checks.scheduled": 1,
        "checks.in_poller": 1,
        "checks.zombie": 0,
    }
    assert Lanes().lateness(NOW) == 0


@pytest.mark.parametrize("most", [0, -1])
def test_a_poller_without_room_gets_nothing(most: int) -> None:
    lanes = Lanes()
    lanes.put(order("a"))
    assert take(lanes, most=most) == []


def test_whoever_asks_learns_who_has_an_order() -> None:
    lanes = Lanes()
    lanes.put(order("one", work=Work.TRIAL))
    assert lanes.holder_of("one") == ""
    lanes.lease((Work.TRIAL,), ANY, None, "p1", NOW, 1)
    assert lanes.holder_of("one") == "p1"
    lanes.finish("one")
    assert lanes.holder_of("one") == ""
