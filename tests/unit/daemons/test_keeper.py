"""What a scheduler decides is stored beside its loop: in order, once, and before anybody is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from alignak.base.errors import StoreError
from alignak.base.ids import ObjectKey, OrderId
from alignak.daemons.keeper import Keeper
from alignak.messages.work import Order, Work
from alignak.storage.memory import MemorySchedulerStore
from alignak.storage.port import Batch
from tests.support.cluster import wait_for


class SlowStore(MemorySchedulerStore):
    """A store whose disk can be made to hang, and to fail."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.began = threading.Event()
        self.failures = 0
        self.failure: Exception = StoreError("the disk is full")
        self.batches: list[Batch] = []

    def commit(self, batch: Batch) -> None:
        """Store a batch when that is allowed."""
        self.began.set()
        assert self.may_go_on.wait(10)
        if self.failures:
            self.failures -= 1
            raise self.failure
        self.batches.append(batch)
        super().commit(batch)


class Scheduler:
    """As much of one as the keeper needs."""

    def __init__(self, store: SlowStore) -> None:
        self.changed: dict[str, bytes] = {}
        self.handed_out: list[str] = []
        self.woken = threading.Event()
        self.keeper = Keeper(store, self._complete, self._hand_out, self.woken.set)

    def _complete(self, batch: Batch) -> None:
        batch.states |= self.changed
        self.changed = {}

    def _hand_out(self, orders: object) -> None:
        self.handed_out += [each.id for each in orders]  # type: ignore[attr-defined]


@pytest.fixture
def store() -> SlowStore:
    return SlowStore()


@pytest.fixture
def scheduler(store: SlowStore) -> Iterator[Scheduler]:
    made = Scheduler(store)
    yield made
    store.may_go_on.set()
    made.keeper.close()


def nobody(_failure: Exception | None) -> None:
    """Wait for nothing."""


def notification(number: int) -> Order:
    return Order(OrderId(f"n-{number}"), Work.NOTIFICATION, ObjectKey("web"), ("/bin/true",), False, {}, 10.0, 0.0)


def test_the_loop_goes_on_while_the_disk_hangs_and_nobody_is_told_before(
    scheduler: Scheduler, store: SlowStore
) -> None:
    keeper, first, second = scheduler.keeper, [], []
    store.may_go_on.clear()
    scheduler.changed = {"web": b"down"}
    keeper.add_action(notification(1))
    keeper.keep(first.append)
    assert store.began.wait(10)
    scheduler.changed = {"web": b"up"}
    keeper.keep(second.append)
    scheduler.changed["db"] = b"down"
    keeper.keep(second.append)
    assert first == second == scheduler.handed_out == []

    store.may_go_on.set()
    wait_for(lambda: first == [None], 10, "the first turn to be stored")
    assert scheduler.woken.wait(10)
    keeper.keep(nobody)
    assert scheduler.handed_out == ["n-1"]
    wait_for(lambda: second == [None, None], 10, "the turns that came meanwhile")
    assert [each.states for each in store.batches] == [{"web": b"down"}, {"web": b"up", "db": b"down"}]


def test_what_could_not_be_stored_is_stored_with_what_came_after(scheduler: Scheduler, store: SlowStore) -> None:
    keeper, told = scheduler.keeper, []
    store.failures = 1
    scheduler.changed = {"web": b"down", "gone": b"up"}
    keeper.batch.commands["c-1"] = b"answered"
    keeper.add_action(notification(1))
    keeper.keep(told.append)
    wait_for(lambda: told, 10, "the failure")
    assert isinstance(told[0], StoreError)
    assert keeper.find_command("c-1") == b"answered", "a repeat of the command would be run again"

    scheduler.changed = {"web": b"up"}
    keeper.batch.removed_states.append("gone")
    keeper.flush()
    assert scheduler.handed_out == ["n-1"], "a notification that may repeat is better than none"
    assert store.load_states() == {"web": b"up"}
    assert [each.id for each in store.load_orders()] == ["n-1"]
    assert store.find_command("c-1") == b"answered"
    assert keeper.is_idle


def test_an_action_that_is_withdrawn_while_it_is_stored_is_not_run(scheduler: Scheduler, store: SlowStore) -> None:
    keeper = scheduler.keeper
    store.may_go_on.clear()
    keeper.add_action(notification(1))
    keeper.keep(nobody)
    assert store.began.wait(10)
    keeper.add_action(notification(2))
    keeper.withdraw("n-1")
    keeper.withdraw("n-2")
    store.may_go_on.set()
    keeper.flush()
    assert scheduler.handed_out == []
    assert list(store.load_orders()) == []


def test_a_command_is_known_as_answered_while_that_is_written(scheduler: Scheduler, store: SlowStore) -> None:
    keeper = scheduler.keeper
    store.may_go_on.clear()
    keeper.batch.commands["c-1"] = b"answered"
    keeper.keep(nobody)
    assert store.began.wait(10)
    assert keeper.find_command("c-1") == b"answered"
    assert keeper.find_command("c-2") is None


def test_who_changed_nothing_waits_for_what_was_decided_before(scheduler: Scheduler, store: SlowStore) -> None:
    keeper, told = scheduler.keeper, []
    keeper.keep(told.append)
    assert told == [None], "there was nothing to store"
    store.may_go_on.clear()
    scheduler.changed = {"web": b"down"}
    keeper.keep(nobody)
    assert store.began.wait(10)
    keeper.keep(told.append)
    assert told == [None], "what it saw is not on the disk yet"
    store.may_go_on.set()
    keeper.flush()
    assert told == [None, None]


def test_a_disk_that_hangs_is_told_of(
    scheduler: Scheduler, store: SlowStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    monkeypatch.setattr("alignak.daemons.keeper.SLOW", 0.0)
    store.may_go_on.clear()
    scheduler.changed = {"web": b"down"}
    scheduler.keeper.keep(nobody)
    assert store.began.wait(10)
    scheduler.keeper.keep(nobody)
    assert "on its way to the disk" in caplog.text
    store.may_go_on.set()
    scheduler.keeper.flush()
    assert "works again" in caplog.text


def test_what_nobody_foresaw_is_tried_again_and_told_once(
    scheduler: Scheduler, store: SlowStore, caplog: pytest.LogCaptureFixture
) -> None:
    store.failures, store.failure = 3, ZeroDivisionError("oh")
    scheduler.changed = {"web": b"down"}
    for _ in range(4):
        scheduler.keeper.flush()
    assert store.load_states() == {"web": b"down"}
    assert caplog.text.count("Traceback") == 1
