"""The journal: what was acknowledged is there after any crash, and damage is told."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alignak.base.errors import JournalError, StorageFullError
from alignak.system.journal import Journal


def opened(folder: Path, **options: int) -> Journal:
    return Journal(str(folder), **options)  # type: ignore[arg-type]


def held(journal: Journal) -> list[tuple[int, bytes]]:
    return [(record.seq, record.data) for record in journal.records()]


def written(folder: Path, items: list[bytes], **options: int) -> None:
    """Write items, one append each, and let go as a clean stop does."""
    journal = opened(folder, **options)
    for item in items:
        journal.append([item], 0.0)
    journal.close()


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.journal"))


def test_records_come_back_in_order_and_numbers_go_on(tmp_path: Path) -> None:
    written(tmp_path / "j", [b"one", b"", b"three"])

    journal = opened(tmp_path / "j")
    assert held(journal) == [(1, b"one"), (2, b""), (3, b"three")]
    assert journal.append([b"four", b"five"], 0.0) == 5
    journal.close()

    journal = opened(tmp_path / "j")
    assert [seq for seq, _ in held(journal)] == [1, 2, 3, 4, 5]
    assert journal.gaps == []
    journal.close()


def test_a_journal_has_one_owner(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j")
    with pytest.raises(JournalError, match="held by another process"):
        opened(tmp_path / "j")
    journal.close()


def test_it_is_private(tmp_path: Path) -> None:
    written(tmp_path / "j", [b"one"])

    assert (tmp_path / "j").stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in segments(tmp_path / "j")] == [0o600]


def test_cut_at_every_byte_of_the_last_record_only_that_record_is_gone(tmp_path: Path) -> None:
    written(tmp_path / "j", [b"first", b"second", b"the last one"])
    path = segments(tmp_path / "j")[0]
    whole = path.read_bytes()
    last = whole.rindex(b"\xff\xfeJ\n")

    for size in range(last, len(whole)):
        path.write_bytes(whole[:size])
        journal = opened(tmp_path / "j")
        assert held(journal) == [(1, b"first"), (2, b"second")]
        assert journal.gaps == []
        assert journal.append([b"again"], 0.0) == 3
        journal.close()
        journal = opened(tmp_path / "j")
        assert held(journal)[-1] == (3, b"again")
        assert journal.gaps == []
        journal.close()
        shutil.rmtree(tmp_path / "j")
        (tmp_path / "j").mkdir(mode=0o700)


def test_a_tail_of_zeros_as_after_power_loss_is_cut(tmp_path: Path) -> None:
    written(tmp_path / "j", [b"first"])
    with segments(tmp_path / "j")[0].open("ab") as file:
        file.write(b"\0" * 4096)

    journal = opened(tmp_path / "j")
    assert held(journal) == [(1, b"first")]
    assert journal.cut_bytes == 4096
    journal.close()


def test_every_flipped_bit_is_noticed(tmp_path: Path) -> None:
    items = [b"record number %d" % number for number in range(6)]
    written(tmp_path / "j", items)
    path = segments(tmp_path / "j")[0]
    whole = path.read_bytes()
    last = whole.rindex(b"\xff\xfeJ\n")
    expected = list(enumerate(items, 1))

    for position in range(len(whole)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1 << position % 8]) + whole[position + 1 :])
        journal = opened(tmp_path / "j")
        found = held(journal)
        assert set(found) < set(expected)
        assert len(found) == 5
        if position < last:
            assert journal.gaps
            assert journal.cut_bytes == 0
        else:
            assert journal.cut_bytes > 0  # the last record cannot be told from a torn one
        journal.close()


def test_damage_in_an_older_segment_is_a_gap_with_its_numbers(tmp_path: Path) -> None:
    written(tmp_path / "j", [b"x" * 50] * 9, segment_bytes=150)
    paths = segments(tmp_path / "j")
    assert len(paths) >= 3
    data = bytearray(paths[1].read_bytes())
    data[-1] ^= 1
    paths[1].write_bytes(bytes(data))
    lost = int(paths[2].name.split(".")[0]) - 1

    journal = opened(tmp_path / "j")
    assert [(gap.after, gap.before) for gap in journal.gaps] == [(lost - 1, lost + 1)]
    assert [seq for seq, _ in held(journal)] == [seq for seq in range(1, 10) if seq != lost]
    assert journal.next_seq == 10
    journal.close()


def test_a_missing_segment_is_a_gap(tmp_path: Path) -> None:
    written(tmp_path / "j", [b"x" * 50] * 9, segment_bytes=150)
    paths = segments(tmp_path / "j")
    paths[1].unlink()

    journal = opened(tmp_path / "j")
    (gap,) = journal.gaps
    assert gap.before == int(paths[2].name.split(".")[0])
    journal.close()


def test_text_that_looks_like_a_record_does_not_become_one(tmp_path: Path) -> None:
    written(tmp_path / "a", [b"forged"])
    forged = segments(tmp_path / "a")[0].read_bytes()
    hostile = forged.decode("utf-8", "replace").encode()
    written(tmp_path / "b", [hostile, b"second"])
    path = segments(tmp_path / "b")[0]
    path.write_bytes(b"\0" + path.read_bytes()[1:])

    journal = opened(tmp_path / "b")
    assert held(journal) == [(2, b"second")]
    journal.close()


def test_truncating_forgets_whole_segments_and_keeps_the_rest(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j", segment_bytes=150)
    for number in range(9):
        journal.append([b"%050d" % number], 0.0)
    before = journal.size
    journal.truncate(8)
    assert journal.size < before
    assert held(journal)[-1][0] == 9
    assert held(journal)[0][0] <= 8
    journal.close()

    journal = opened(tmp_path / "j")
    assert journal.gaps == []
    assert journal.next_seq == 10
    journal.close()


def test_numbers_go_on_after_everything_was_forgotten(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j")
    journal.append([b"x"] * 7, 0.0)
    journal.truncate(journal.rotate())
    journal.close()

    journal = opened(tmp_path / "j")
    assert held(journal) == []
    assert journal.next_seq == 8
    assert journal.gaps == []
    journal.close()


def test_a_full_journal_refuses_and_keeps_what_it_has(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j", max_bytes=200)
    journal.append([b"x" * 100], 0.0)
    with pytest.raises(StorageFullError, match="of 200 bytes"):
        journal.append([b"y" * 100], 0.0)
    journal.append([b"z"], 0.0)
    assert [data[:1] for _, data in held(journal)] == [b"x", b"z"]
    journal.close()


class FaultyDisk:
    """Lets chosen calls fail, as ``strace`` injection would; there is no such disk to plug in."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.failing: dict[str, int] = {}
        self.calls: dict[str, int] = {}
        for name in ("pwrite", "fdatasync", "fsync"):
            monkeypatch.setattr(os, name, self._wrap(name, getattr(os, name)))

    def _wrap(self, name: str, real: object) -> object:
        def call(*arguments: object) -> object:
            self.calls[name] = self.calls.get(name, 0) + 1
            if name in self.failing:
                raise OSError(self.failing[name], os.strerror(self.failing[name]))
            return real(*arguments)  # type: ignore[operator]

        return call


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> FaultyDisk:
    return FaultyDisk(monkeypatch)


@pytest.mark.parametrize(("number", "error"), [(errno.ENOSPC, StorageFullError), (errno.EIO, JournalError)])
def test_what_could_not_be_written_is_refused_and_work_goes_on_after_relief(
    tmp_path: Path, disk: FaultyDisk, number: int, error: type[Exception]
) -> None:
    journal = opened(tmp_path / "j")
    journal.append([b"one"], 0.0, sync=True)
    disk.failing = {"pwrite": number}
    with pytest.raises(error):
        journal.append([b"refused"], 0.0)
    disk.failing = {}
    assert journal.append([b"two"], 0.0, sync=True) == 2
    journal.close()

    journal = opened(tmp_path / "j")
    assert held(journal) == [(1, b"one"), (2, b"two")]
    assert journal.gaps == []
    journal.close()


def test_after_a_failed_sync_the_records_are_written_again_elsewhere(tmp_path: Path, disk: FaultyDisk) -> None:
    journal = opened(tmp_path / "j")
    journal.append([b"one"], 0.0, sync=True)
    journal.append([b"two"], 0.0)
    disk.failing = {"fdatasync": errno.EIO}
    journal.append([b"three"], 0.0, sync=True)  # does not raise: it is on disk, in a new segment
    disk.failing = {}
    journal.append([b"four"], 0.0)
    journal.close()

    assert len(segments(tmp_path / "j")) == 2
    journal = opened(tmp_path / "j")
    assert held(journal) == [(1, b"one"), (2, b"two"), (3, b"three"), (4, b"four")]
    assert journal.gaps == []
    journal.close()


def test_a_record_that_cannot_be_synced_anywhere_is_refused_and_earlier_ones_kept(
    tmp_path: Path, disk: FaultyDisk
) -> None:
    journal = opened(tmp_path / "j")
    journal.append([b"one"], 0.0)
    disk.failing = {"fdatasync": errno.EIO, "fsync": errno.EIO}
    with pytest.raises(JournalError):
        journal.append([b"refused"], 0.0, sync=True)
    with pytest.raises(JournalError):
        journal.tick(5.0)
    disk.failing = {}
    journal.append([b"two"], 6.0, sync=True)
    journal.close()

    journal = opened(tmp_path / "j")
    assert held(journal) == [(1, b"one"), (2, b"two")]
    assert journal.gaps == []
    journal.close()


def test_syncs_are_grouped_by_time_and_number(tmp_path: Path, disk: FaultyDisk) -> None:
    journal = opened(tmp_path / "j", sync_records=10)
    for number in range(9):
        journal.append([b"x"], number * 0.1)
    journal.tick(0.9)
    assert disk.calls.get("fdatasync", 0) == 0
    journal.tick(1.0)
    assert disk.calls["fdatasync"] == 1
    journal.tick(9.0)
    assert disk.calls["fdatasync"] == 1
    journal.append([b"x"] * 10, 9.0)
    assert disk.calls["fdatasync"] == 2
    journal.close()


WRITER = """
import sys
from alignak.system.journal import Journal
journal = Journal(sys.argv[1], segment_bytes=2000)
for number in range(1_000_000):
    journal.append([b"%d" % number], 0.0)
    print(number, flush=True)
"""


def test_nothing_acknowledged_is_lost_when_the_writer_is_killed(tmp_path: Path) -> None:
    acknowledged = -1
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "j")], stdout=subprocess.PIPE)
        assert process.stdout is not None
        for line in process.stdout:
            acknowledged = int(line)
            if acknowledged >= 200:
                break
        process.send_signal(signal.SIGKILL)
        acknowledged = max(acknowledged, *(int(each) for each in process.communicate()[0].split(b"\n")[:-1] or [b"0"]))
        journal = opened(tmp_path / "j")
        found = [int(data) for _, data in held(journal)]
        assert found[: acknowledged + 1] == list(range(acknowledged + 1))
        assert journal.gaps == []
        journal.close()
        shutil.rmtree(tmp_path / "j")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=80), max_size=30), st.data())
def test_any_cut_of_the_last_segment_leaves_a_beginning(
    tmp_path: Path, items: list[bytes], data: st.DataObject
) -> None:
    folder = tmp_path / "j"
    shutil.rmtree(folder, ignore_errors=True)
    written(folder, items, segment_bytes=300)
    paths = segments(folder)
    if paths:
        size = paths[-1].stat().st_size
        os.truncate(paths[-1], data.draw(st.integers(0, size)))

    journal = opened(folder)
    found = [record for _, record in held(journal)]
    assert found == items[: len(found)]
    assert len(found) >= (int(paths[-1].name.split(".")[0]) - 1 if paths else 0)
    assert journal.gaps == []
    journal.close()
