"""The line between pool and worker."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from alignak.execution.frames import Batch, Line, Report
from alignak.execution.nursery import not_started
from tests.support.running import order

Ends = tuple[Line[Report], Line[Batch]]


@pytest.fixture
def ends() -> Iterator[Ends]:
    pool, worker = socket.socketpair()
    made = Line(pool, Report), Line(worker, Batch)
    yield made
    for line in made:
        line.close()


def test_messages_come_whole_and_in_order(ends: Ends) -> None:
    pool, worker = ends
    orders = [order("echo", "é", id_=f"e-{number}", environment={"A": "b"}) for number in range(5)]
    for each in orders:
        pool.send(Batch((each,)))

    assert [batch.orders[0] for batch in worker.receive()] == orders
    assert worker.receive() == []


def test_what_the_socket_does_not_take_waits_and_follows(ends: Ends) -> None:
    pool, worker = ends
    outcome = not_started(order("x"), "é" * 100_000, 127, 1.5, "poller")
    for _ in range(20):
        worker.send(Report((outcome,)))
    assert worker.has_to_send

    received: list[Report] = []
    while len(received) < 20:
        worker.flush()
        received += pool.receive()

    assert {each.outcomes for each in received} == {(outcome,)}
    assert not worker.has_to_send


def test_what_was_sent_before_the_end_still_arrives(ends: Ends) -> None:
    pool, worker = ends
    worker.send(Report(is_retiring=True))
    worker.close()

    assert pool.receive() == [Report(is_retiring=True)]
    assert pool.receive() == []
    assert pool.is_closed


def test_a_failed_send_does_not_hide_what_the_other_end_had_sent(ends: Ends) -> None:
    pool, worker = ends
    worker.send(Report())
    worker.close()
    pool.send(Batch(()))

    assert pool.is_closed
    assert pool.drain() == [Report()]
