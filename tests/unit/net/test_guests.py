"""Who has to go when callers without credentials become too many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alignak.net.connections import Stage
from alignak.net.deadlines import Limits
from alignak.net.guests import Guests

LIMITS = Limits(newcomers=2, guests=4, grace=1.0)


@dataclass(eq=False)
class Caller:
    """What the guests look at of a connection."""

    since: float
    stage: Stage = Stage.HEAD
    remote_addr: str = "192.0.2.1"


def guests(*callers: Any) -> Guests:
    counted = Guests(LIMITS)
    for each in callers:
        counted.add(each)
    return counted


def test_of_too_many_silent_callers_the_oldest_go() -> None:
    callers = [Caller(since) for since in (3.0, 1.0, 2.0, 4.0)]
    assert guests(*callers).overdue(10.0) == [callers[1], callers[2]]


def test_who_has_just_come_is_heard_however_many_there_are() -> None:
    callers = [Caller(9.5) for _ in range(50)]
    assert guests(*callers).overdue(10.0) == []


def test_who_rests_between_requests_counts_for_the_larger_cap_alone() -> None:
    idle = [Caller(float(n), Stage.IDLE) for n in range(4)]
    assert guests(*idle).overdue(10.0) == []
    assert guests(*idle, Caller(5.0)).overdue(10.0) == [idle[0]]


def test_who_is_being_served_is_not_sent_away() -> None:
    served = [Caller(0.0, Stage.WORK) for _ in range(9)]
    counted = guests(*served)
    assert counted.overdue(10.0) == []
    assert counted.oldest() is None


def test_addresses_are_counted_apart_and_the_fullest_gives_way() -> None:
    first = [Caller(float(n), remote_addr="198.51.100.1") for n in range(2)]
    second = [Caller(5.0 + n, remote_addr=f"2001:db8::{n}") for n in range(3)]
    counted = guests(*first, *second)
    assert counted.overdue(20.0) == [second[0]]
    assert counted.oldest() is second[0]


def test_who_is_forgotten_is_not_counted() -> None:
    callers = [Caller(float(n)) for n in range(3)]
    counted = guests(*callers)
    for each in (*callers, callers[0]):
        counted.forget(each)  # type: ignore[arg-type]
    assert len(counted) == 0
    assert counted.overdue(10.0) == []
    assert counted.oldest() is None
