"""An append-only record of what must not be lost, for whoever owes something: ledgers, the receiver, the broker.

A folder of segments. A segment is named after the sequence number of its first record; a record is::

    mark (4 bytes) | length (4) | CRC32 of all that follows and the length (4) | sequence (8) | data

What ``append`` returned from survives the death of the process; what was synced survives the loss of power. On opening,
a torn tail (nothing good follows it, in the last segment) is cut: nobody was told that it is safe. A bad record
anywhere else is damage: it is passed over and told as a ``Gap``, never papered over (reliability.md 5.2 number 4).
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, NoReturn

from alignak.base.errors import JournalError, StorageFullError
from alignak.system.files import ensure_folder, open_regular, sync_folder

MAX_BYTES: Final = 256 << 20
SEGMENT_BYTES: Final = 8 << 20
SYNC_INTERVAL: Final = 1.0
SYNC_RECORDS: Final = 256

_MARK: Final = b"\xff\xfeJ\n"
"""Begins a record; not UTF-8, so that no text inside a record looks like one."""
_HEADER: Final = struct.Struct("<4sIIQ")
_SUFFIX: Final = ".journal"
_FULL: Final = frozenset((errno.ENOSPC, errno.EDQUOT))


class Record(NamedTuple):
    """One record as it was appended."""

    seq: int
    data: bytes


class Gap(NamedTuple):
    """Records that are damaged or missing: those between the two sequence numbers, both excluded."""

    after: int
    before: int
    path: str
    """The segment in which it was noticed."""


class _Segment:
    """One file of the journal."""

    __slots__ = ("first", "path", "size")

    def __init__(self, folder: str, first: int, size: int) -> None:
        self.first = first
        self.path = os.path.join(folder, f"{first:020d}{_SUFFIX}")
        self.size = size


class Journal:
    """A journal in a folder, held by one process at a time.

    Opening recovers; ``gaps`` and ``cut_bytes`` say what that found. Not thread safe.
    """

    def __init__(
        self,
        folder: str,
        max_bytes: int = MAX_BYTES,
        segment_bytes: int = SEGMENT_BYTES,
        sync_interval: float = SYNC_INTERVAL,
        sync_records: int = SYNC_RECORDS,
    ) -> None:
        self.folder = folder
        self._max_bytes = max_bytes
        self._segment_bytes = segment_bytes
        self._sync_interval = sync_interval
        self._sync_records = sync_records
        self.gaps: list[Gap] = []
        self.cut_bytes = 0
        self._descriptor = -1
        self._unsynced: list[Record] = []
        self._unsynced_since: float | None = None
        ensure_folder(folder)
        self._lock = self._take_lock()
        try:
            self._segments = self._find_segments()
            self.next_seq = self._recover()
        except OSError as error:
            os.close(self._lock)
            raise JournalError(f"the journal {folder} cannot be opened: {error}") from error

    # Reading --------------------------------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """Return the bytes of all segments."""
        return sum(each.size for each in self._segments)

    def records(self) -> Iterator[Record]:
        """Return every good record, oldest first."""
        for index, segment in enumerate(self._segments):
            end = self._segments[index + 1].first if index + 1 < len(self._segments) else None
            for record in _good_records(_read(segment.path)):
                # What a later segment holds too was written again after a failed sync: the later one counts.
                if end is not None and record.seq >= end:
                    break
                yield record

    def _take_lock(self) -> int:
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise JournalError(f"the journal {self.folder} is held by another process; stop that one first") from None
        return descriptor

    def _find_segments(self) -> list[_Segment]:
        firsts = sorted(
            int(name.removesuffix(_SUFFIX))
            for name in os.listdir(self.folder)
            if name.endswith(_SUFFIX) and name.removesuffix(_SUFFIX).isdecimal()
        )
        segments = [_Segment(self.folder, first, 0) for first in firsts]
        for segment in segments:
            segment.size = os.stat(segment.path, follow_symlinks=False).st_size
        return segments

    def _recover(self) -> int:
        """Look through every segment, note gaps, cut a torn tail, and return the next sequence number."""
        expected = self._segments[0].first if self._segments else 1
        for index, segment in enumerate(self._segments):
            is_last = index + 1 == len(self._segments)
            end = None if is_last else self._segments[index + 1].first
            if segment.first > expected:
                self.gaps.append(Gap(expected - 1, segment.first, segment.path))
            expected = max(expected, segment.first) if end is None else min(max(expected, segment.first), end)
            expected = self._look_through(segment, expected, end)
        return expected

    def _look_through(self, segment: _Segment, expected: int, end: int | None) -> int:
        """Check one segment from the expected number on (up to ``end``, the next one's) and return the number after."""
        data = _read(segment.path)
        position = 0
        for start, record in _scan(data):
            if end is not None and record.seq >= end:
                return end
            if record.seq > expected:
                self.gaps.append(Gap(expected - 1, record.seq, segment.path))
            expected = record.seq + 1
            position = start + _HEADER.size + len(record.data)
        if end is None and position < len(data):
            self._cut(segment, position, len(data))
        return expected

    def _cut(self, segment: _Segment, position: int, size: int) -> None:
        """Cut what follows the last good record of the last segment."""
        descriptor = open_regular(segment.path, os.O_RDWR)
        try:
            os.ftruncate(descriptor, position)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        segment.size = position
        self.cut_bytes += size - position

    # Writing --------------------------------------------------------------------------------------------------

    def append(self, items: Sequence[bytes], now: float, sync: bool = False) -> int:
        """Write records and return the sequence number of the last; with ``sync`` they are on disk when it returns.

        ``now`` is monotonic. Raises StorageFullError when the bound or the disk is reached and JournalError when the
        disk fails: these records do not count then.
        """
        if not items:
            return self.next_seq - 1
        records = [Record(self.next_seq + index, item) for index, item in enumerate(items)]
        data = b"".join(map(_packed, records))
        if self.size + len(data) > self._max_bytes:
            raise StorageFullError(
                f"the journal {self.folder} holds {self.size} of {self._max_bytes} bytes: "
                "what it waits for is not taken away; is the other side reachable?"
            )
        self._write(data)
        self._unsynced += records
        if self._unsynced_since is None:
            self._unsynced_since = now
        if sync or len(self._unsynced) >= self._sync_records:
            self._sync_or_forget(len(records))
        self.next_seq = records[-1].seq + 1
        return records[-1].seq

    def _sync_or_forget(self, count: int) -> None:
        """Sync; when that fails, forget the newest records: their writer is told that they do not count."""
        try:
            self.sync()
        except (JournalError, StorageFullError):
            del self._unsynced[-count:]
            if not self._unsynced:
                self._unsynced_since = None
            raise

    def tick(self, now: float) -> None:
        """Sync when the oldest unsynced record is a sync interval old. Raises JournalError, StorageFullError."""
        if self._unsynced_since is not None and now - self._unsynced_since >= self._sync_interval:
            self.sync()

    def sync(self) -> None:
        """Bring what was appended to the disk itself. Raises JournalError or StorageFullError when that fails."""
        if not self._unsynced:
            return
        try:
            if self._descriptor < 0:
                self._write_again()
            else:
                os.fdatasync(self._descriptor)
        except OSError:
            # After a failed sync nobody knows what the file will hold: it is left, never synced a second time.
            self._close_segment()
            self._write_again()
        self._unsynced.clear()
        self._unsynced_since = None

    def _write_again(self) -> None:
        """Write what is unsynced into a new segment, complete and on disk before it gets its name."""
        first = self._unsynced[0].seq
        segment = _Segment(self.folder, first, 0)
        data = b"".join(map(_packed, self._unsynced))
        temporary = os.path.join(self.folder, ".again")
        descriptor = -1
        try:
            descriptor = open_regular(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
            _write_all(descriptor, data, 0)
            os.fsync(descriptor)
            os.rename(temporary, segment.path)
            sync_folder(self.folder)
        except OSError as error:
            if descriptor >= 0:
                os.close(descriptor)
            self._raise_for(error)
        self._descriptor = descriptor
        segment.size = len(data)
        self._use(segment)

    def _write(self, data: bytes) -> None:
        """Write to the current segment, all of it or nothing."""
        if self._descriptor < 0 and self._unsynced:
            self.sync()
        if self._descriptor < 0 or self._segments[-1].size >= self._segment_bytes:
            self._next_segment()
        segment = self._segments[-1]
        try:
            _write_all(self._descriptor, data, segment.size)
        except OSError as error:
            self._take_back(segment)
            self._raise_for(error)
        segment.size += len(data)

    def _take_back(self, segment: _Segment) -> None:
        """Remove half a record; where even that fails the segment is left as it is."""
        try:
            os.ftruncate(self._descriptor, segment.size)
        except OSError:
            self._close_segment()

    def _raise_for(self, error: OSError) -> NoReturn:
        if error.errno in _FULL:
            raise StorageFullError(f"the disk of the journal {self.folder} is full: {error}") from error
        raise JournalError(f"the journal {self.folder} cannot be written: {error}") from error

    def _next_segment(self) -> None:
        self.sync()
        self._close_segment()
        segment = _Segment(self.folder, self.next_seq, 0)
        try:
            # A file of that name holds nothing that counts: no record has this number yet.
            self._descriptor = open_regular(segment.path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
            sync_folder(self.folder)
        except OSError as error:
            self._close_segment()
            self._raise_for(error)
        self._use(segment)

    def _use(self, segment: _Segment) -> None:
        self._segments = [each for each in self._segments if each.first < segment.first]
        self._segments.append(segment)

    def _close_segment(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def rotate(self) -> int:
        """Begin a new segment and return the number of its first record: all before can be truncated later."""
        self._next_segment()
        return self.next_seq

    def truncate(self, below: int) -> None:
        """Forget the segments that hold only records with a number below the given one."""
        keep = 0
        while keep + 1 < len(self._segments) and self._segments[keep + 1].first <= below:
            keep += 1
        for segment in self._segments[:keep]:
            os.unlink(segment.path)
        if keep:
            del self._segments[:keep]
            sync_folder(self.folder)

    def close(self) -> None:
        """Sync and let go of the folder."""
        if self._lock < 0:
            return
        try:
            self.sync()
        finally:
            self._close_segment()
            os.close(self._lock)
            self._lock = -1


def _packed(record: Record) -> bytes:
    """Return a record as it stands on disk."""
    length = len(record.data)
    return _HEADER.pack(_MARK, length, _sum(length, record.seq, record.data), record.seq) + record.data


def _sum(length: int, seq: int, data: bytes) -> int:
    return zlib.crc32(data, zlib.crc32(struct.pack("<IQ", length, seq)))


def _write_all(descriptor: int, data: bytes, offset: int) -> None:
    written = 0
    while written < len(data):
        written += os.pwrite(descriptor, data[written:], offset + written)


def _read(path: str) -> bytes:
    with os.fdopen(open_regular(path, os.O_RDONLY), "rb") as file:
        return file.read()


def _record_at(data: bytes, start: int) -> Record | None:
    """Return the record that stands at a place, or None when what is there is not a whole, good one."""
    if start + _HEADER.size > len(data):
        return None
    mark, length, checksum, seq = _HEADER.unpack_from(data, start)
    body = data[start + _HEADER.size : start + _HEADER.size + length]
    if mark != _MARK or len(body) != length or _sum(length, seq, body) != checksum:
        return None
    return Record(seq, body)


def _scan(data: bytes) -> Iterator[tuple[int, Record]]:
    """Return the good records with their places; after a bad one, go on at the next good one with a later number."""
    start = 0
    last = -1
    while start >= 0:
        record = _record_at(data, start)
        if record is not None and record.seq > last:
            yield start, record
            last = record.seq
            start += _HEADER.size + len(record.data)
        else:
            start = data.find(_MARK, start + 1)


def _good_records(data: bytes) -> Iterator[Record]:
    return (record for _, record in _scan(data))
