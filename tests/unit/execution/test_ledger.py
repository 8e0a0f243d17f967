"""The ledger: what a poller or reactionner owes survives whatever happens to it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alignak.base.clock import ManualClock
from alignak.execution.ledger import Ledger
from alignak.messages.work import Ending, Order, Outcome, Work
from alignak.system.journal import Journal
from tests.support.running import order


def check(id_: str) -> Order:
    return order("check_http", id_=id_)


def notification(id_: str) -> Order:
    return order("notify-by-mail", id_=id_, work=Work.NOTIFICATION)


def outcome_of(order: Order, output: str = "OK") -> Outcome:
    return Outcome(order.id, order.work, order.key, Ending.DONE, 0, output, 1.0, 0.1)


def opened(folder: Path, capacity: int = 1000, max_bytes: int = 1 << 24) -> Ledger:
    return Ledger(Journal(str(folder), max_bytes=max_bytes), ManualClock(), capacity)


def crash(folder: Path, number: int = 0) -> Path:
    """Return a copy of what is on disk: what a new process would find if this one died now."""
    copy = folder.with_name(f"{folder.name}-after-crash-{number}")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    copy.chmod(0o700)
    return copy


def ids(items: object) -> list[str]:
    return [each.id for each in items]  # type: ignore[attr-defined]


def test_an_outcome_is_kept_until_it_is_acknowledged(tmp_path: Path) -> None:
    ledger = opened(tmp_path / "l")
    one, two = check("e-1"), check("e-2")
    assert ledger.hold([one, two]) == (one, two)
    assert ids(ledger.unfinished()) == ["e-1", "e-2"]
    assert ledger.finish(outcome_of(one))

    assert ids(ledger.unacknowledged()) == ["e-1"]
    assert ids(ledger.unfinished()) == ["e-2"]
    assert ledger.acknowledge(["e-1", "e-1", "unknown"]) == 1
    assert ledger.unacknowledged() == []
    ledger.close()


def test_an_order_given_twice_runs_once(tmp_path: Path) -> None:
    ledger = opened(tmp_path / "l")
    one = check("e-1")
    ledger.hold([one])
    assert ledger.hold([one]) == ()
    ledger.finish(outcome_of(one))
    assert ledger.hold([one]) == ()
    assert not ledger.finish(outcome_of(one, "late repeat"))
    assert [each.output for each in ledger.unacknowledged()] == ["OK"]
    ledger.close()


def test_after_a_crash_actions_are_run_again_and_checks_are_not(tmp_path: Path) -> None:
    ledger = opened(tmp_path / "l")
    ledger.hold([check("c-1"), notification("n-1"), notification("n-2"), notification("n-3"), check("c-2")])
    ledger.finish(outcome_of(notification("n-1")))
    ledger.finish(outcome_of(check("c-1")))
    assert ledger.release(["n-3", "c-2", "n-3"]) == 2
    copy = crash(tmp_path / "l")
    ledger.close()

    again = opened(copy)
    assert ids(again.unfinished()) == ["n-2"]
    assert again.unfinished()[0] == notification("n-2")
    assert ids(again.unacknowledged()) == ["n-1", "c-1"]
    assert again.finish(outcome_of(notification("n-2")))
    again.close()


def test_what_was_acknowledged_does_not_come_back(tmp_path: Path) -> None:
    ledger = opened(tmp_path / "l")
    ledger.hold([notification("n-1"), notification("n-2")])
    ledger.finish(outcome_of(notification("n-1")))
    ledger.acknowledge(["n-1"])
    copy = crash(tmp_path / "l")
    ledger.close()

    again = opened(copy)
    assert again.unacknowledged() == []
    assert ids(again.unfinished()) == ["n-2"]
    again.close()


def test_the_intent_of_a_notification_is_on_disk_before_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = opened(tmp_path / "l")
    synced: list[int] = []
    real = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda descriptor: synced.append(descriptor) or real(descriptor))
    ledger.hold([check("c-1")])
    ledger.finish(outcome_of(check("c-1")))
    assert synced == []

    ledger.hold([notification("n-1")])
    assert len(synced) == 1
    ledger.close()


def test_a_full_ledger_takes_no_more(tmp_path: Path) -> None:
    ledger = opened(tmp_path / "l", capacity=3)
    assert ids(ledger.hold([check(f"e-{number}") for number in range(5)])) == ["e-0", "e-1", "e-2"]
    assert ledger.is_full
    ledger.finish(outcome_of(check("e-0")))
    assert ledger.is_full
    ledger.acknowledge(["e-0"])
    assert not ledger.is_full
    ledger.close()


def test_it_is_also_full_of_bytes(tmp_path: Path) -> None:
    ledger = Ledger(Journal(str(tmp_path / "l")), ManualClock(), capacity_bytes=100)
    ledger.hold([check("e-1"), check("e-2")])
    ledger.finish(outcome_of(check("e-1"), "x" * 200))
    assert ledger.hold([check("e-3")]) == ()
    ledger.acknowledge(["e-1"])
    assert len(ledger.hold([check("e-3")])) == 1
    ledger.close()


def test_on_a_full_disk_work_goes_on_from_memory_and_is_written_when_there_is_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = ManualClock()
    ledger = Ledger(Journal(str(tmp_path / "l")), clock)

    def full(*_: object) -> int:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        assert ids(ledger.hold([notification("n-1"), notification("n-2")])) == ["n-1", "n-2"]
        assert ledger.finish(outcome_of(notification("n-1")))
        assert ledger.unwritten == 2
        ledger.tick()
    assert len([each for each in caplog.messages if "going on from memory" in each]) == 1
    clock.advance(10)
    ledger.tick()
    assert ledger.unwritten == 0
    copy = crash(tmp_path / "l")
    ledger.close()

    again = opened(copy)
    assert ids(again.unacknowledged()) == ["n-1"]
    assert ids(again.unfinished()) == ["n-2"]
    again.close()


def test_the_journal_stays_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alignak.execution.ledger._COMPACT_BYTES", 50_000)
    ledger = opened(tmp_path / "l")
    ledger.hold([notification("kept")])
    for number in range(2000):
        one = check(f"e-{number}")
        ledger.hold([one])
        ledger.finish(outcome_of(one, "x" * 100))
        ledger.acknowledge([one.id])
        ledger.tick()
    size = sum(path.stat().st_size for path in (tmp_path / "l").glob("*.journal"))
    ledger.close()

    assert size < 120_000
    again = opened(tmp_path / "l")
    assert ids(again.unfinished()) == ["kept"]
    assert again.gaps == []
    again.close()


def test_an_entry_of_another_version_is_counted_and_passed_over(tmp_path: Path) -> None:
    journal = Journal(str(tmp_path / "l"))
    journal.append([b"\x93\xa1z\x01\x02", b"rubbish"], 0.0)
    journal.close()
    ledger = opened(tmp_path / "l")
    assert ledger.unreadable == 2
    assert len(ledger) == 0
    ledger.close()


STEPS = st.lists(
    st.tuples(st.sampled_from(("hold", "finish", "acknowledge", "release", "compact")), st.integers(1, 6)), max_size=25
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.integers(0, 24))
def test_a_crash_after_any_step_loses_no_id_and_doubles_none(
    tmp_path: Path, steps: list[tuple[str, int]], crash_after: int
) -> None:
    shutil.rmtree(tmp_path / "l", ignore_errors=True)
    ledger = opened(tmp_path / "l")
    copy = crash(tmp_path / "l")
    owed: tuple[list[str], list[str]] = ([], [])
    for number, (step, which) in enumerate(steps):
        one = notification(f"n-{which}")
        if step == "hold":
            ledger.hold([one])
        elif step == "finish":
            ledger.finish(outcome_of(one))
        elif step == "acknowledge":
            ledger.acknowledge([one.id])
        elif step == "release":
            ledger.release([one.id])
        else:
            ledger._compact()
        if number == crash_after:
            owed = (sorted(ids(ledger.unfinished())), sorted(ids(ledger.unacknowledged())))
            copy = crash(tmp_path / "l")
            break
    ledger.close()

    again = opened(copy)
    assert (sorted(ids(again.unfinished())), sorted(ids(again.unacknowledged()))) == owed
    assert again.gaps == []
    again.close()
