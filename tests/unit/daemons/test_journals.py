"""The journal of a door: what is accepted is there after a crash, what is settled is not, the folder stays small."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignak.base.clock import ManualClock
from alignak.daemons import journals
from alignak.daemons.journals import DoorJournal
from alignak.daemons.waiting import Waiting


def batch(number: int) -> Waiting:
    return Waiting(f"b-{number}", (f"[5] PROCESS_HOST_CHECK_RESULT;web;0;multi\nline {number}", "second"), ("s1", "s2"))


def opened(folder: Path) -> DoorJournal:
    return DoorJournal(str(folder), ManualClock(0, 0))


def test_what_was_not_settled_is_left_in_its_order(tmp_path: Path) -> None:
    journal = opened(tmp_path / "commands")
    journal.add([batch(1), batch(2)])
    journal.add([batch(3)])
    journal.done(["b-2", "unknown"])
    journal.close()
    again = opened(tmp_path / "commands")
    assert list(again.left()) == [batch(1), batch(3)]
    again.close()


def test_the_folder_does_not_grow_with_what_is_settled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "COMPACT_AFTER", 10_000)
    folder = tmp_path / "commands"
    journal = opened(folder)
    journal.add([batch(0)])
    for number in range(1, 1_000):
        journal.add([batch(number)])
        journal.done([f"b-{number}"])
        assert sum(each.stat().st_size for each in folder.iterdir()) < 30_000
    journal.close()
    again = opened(folder)
    assert list(again.left()) == [batch(0)]
    again.close()
