"""The loop of a daemon: who waits for it is answered, in time, and not before what was decided is stored."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from alignak.base.errors import NotReadyError, StoreError
from alignak.daemons.loop import Loop, Stored
from tests.support.cluster import wait_for


class Turning:
    """A loop that turns in a thread, and stores when it is told to."""

    def __init__(self) -> None:
        self.loop = Loop()
        self.kept: list[Stored] = []
        self.is_over = False
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        while not self.is_over:
            self.loop.turn(0.01, self.kept.append)

    def store(self, failure: Exception | None = None) -> None:
        """Say of every turn so far that it is stored."""
        waiting, self.kept[:] = list(self.kept), []
        for stored in waiting:
            stored(failure)


@pytest.fixture
def turning() -> Iterator[Turning]:
    made = Turning()
    yield made
    made.is_over = True
    made.thread.join()
    made.store()


def begun(function: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """Call a function in a thread; return that and what it returned or raised, once it did."""
    came: list[object] = []

    def call() -> None:
        try:
            came.append(function())
        except Exception as error:
            came.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    return thread, came


def test_a_question_is_answered_at_once_a_change_when_it_is_stored(turning: Turning) -> None:
    changed: list[int] = []
    thread, answer = begun(lambda: turning.loop.call(partial(changed.append, 1), needs_store=True))
    wait_for(lambda: changed, 10, "the change")
    assert turning.loop.call(lambda: len(changed), is_question=True) == 1
    assert answer == []
    turning.store()
    thread.join(10)
    assert answer == [None]


def test_who_needs_the_store_is_told_that_it_failed(turning: Turning) -> None:
    ran: list[int] = []
    thread, answer = begun(lambda: turning.loop.call(partial(ran.append, 1), needs_store=True))
    other, other_answer = begun(lambda: turning.loop.call(lambda: ran.append(2) or "seen"))
    wait_for(lambda: len(ran) == 2, 10, "both to run")
    wait_for(lambda: turning.kept, 10, "the turn to end")
    while not (answer and other_answer):
        turning.store(StoreError("the disk is full"))
    thread.join(10)
    other.join(10)
    assert isinstance(answer[0], StoreError)
    assert other_answer == ["seen"]


def test_several_requests_run_in_order_and_are_answered_together(turning: Turning) -> None:
    ran: list[int] = []

    def run(number: int) -> int:
        ran.append(number)
        return number

    thread, answer = begun(lambda: turning.loop.call_each([partial(run, each) for each in range(5)]))
    while thread.is_alive():
        turning.store()
        thread.join(0.01)
    assert ran == [0, 1, 2, 3, 4]
    assert answer == [ran]


def test_a_turn_does_not_go_on_for_ever_where_requests_keep_coming() -> None:
    loop, ran = Loop(), []
    is_slow = threading.Event()

    def again() -> None:
        ran.append(1)
        is_slow.wait(0.01)
        loop.post(again)

    loop.post(again)
    kept: list[Stored] = []
    loop.turn(0, kept.append)
    assert kept, "nothing would ever be stored"
    assert loop.depth == 1


def test_who_waits_for_a_loop_that_ends_is_told(turning: Turning) -> None:
    turning.is_over = True
    turning.thread.join()
    thread, answer = begun(lambda: turning.loop.call(lambda: "never"))
    wait_for(lambda: turning.loop.depth == 1, 10, "the request")
    turning.loop.close()
    thread.join(10)
    assert isinstance(answer[0], NotReadyError)
    with pytest.raises(NotReadyError, match="stopping"):
        turning.loop.call(lambda: "never")


def test_nobody_waits_longer_than_he_wants(turning: Turning) -> None:
    with pytest.raises(NotReadyError, match="in time"):
        turning.loop.call(lambda: "never stored", timeout=0.05)
