"""Stores in a database: a SQLite file beside the daemon, or PostgreSQL; ``daemons/wiring`` opens them.

Nothing else imports this module: SQLAlchemy takes a noticeable part of a second to load.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, bindparam, delete, func, select

from alignak.base.codec import decode, encode
from alignak.base.errors import BadRequestError
from alignak.messages.broks import Brok
from alignak.messages.work import Order
from alignak.storage import migrations, tables
from alignak.storage.database import Database
from alignak.storage.port import KEPT_COMMANDS, Batch, EventQuery, StoredEvent, level_and_message, new_epoch

T = TypeVar("T")

_NEXT_SEQ = "next_seq"
_EPOCH = "epoch"
_GONE = "gone"
"""The newest brok that was forgotten: a row may hold it still, with others."""

_BUNDLE = 200
"""Broks of one row: they come and go by the hundreds, and a row costs more than what it holds."""

_CHECKSUM = 4


class SqlSchedulerStore:
    """Keep a scheduler's states, broks, orders and command fates in a database.

    ``schema`` separates schedulers that share a PostgreSQL database; a SQLite file belongs to one scheduler.
    Raises StoreDamagedError when the file is damaged, StoreError when it cannot be opened.
    """

    def __init__(self, url: str, schema: str = "") -> None:
        self._database = Database(url, "scheduler", migrations.SCHEDULER, durable=True, schema=schema)
        many, upsert = self._database.many, self._database.upsert
        self._save_state = many(upsert(tables.states, "key", "value"), "key", "value")
        self._save_order = many(upsert(tables.orders, "key", "value"), "key", "value")
        self._save_command = many(upsert(tables.commands, "key", "value"), "key", "value")
        self._save_counter = self._database.upsert(tables.counters, "key", "value")
        insert = self._database.insert(tables.broks).on_conflict_do_nothing(index_elements=["seq"])
        self._save_broks = many(insert, "seq", "value")
        self._drop_state = many(delete(tables.states).where(tables.states.c.key == bindparam("gone")), "gone")
        self._drop_order = many(delete(tables.orders).where(tables.orders.c.key == bindparam("gone")), "gone")
        self._seq_lock = threading.Lock()
        self._next_seq = self._load_next_seq()
        self._epoch = self._load_epoch()
        self._gone = self._load_gone()

    def commit(self, batch: Batch) -> None:
        """Store a batch."""
        if batch.is_empty():
            return
        with self._database.writing() as connection:
            self._drop_state.run(connection, [(each,) for each in batch.removed_states])
            self._save_state.run(connection, _rows(batch.states.items()))
            self._save_broks.run(connection, _bundles(batch.broks))
            self._save_order.run(connection, _rows((each.id, encode(each)) for each in batch.orders))
            self._drop_order.run(connection, [(each,) for each in batch.finished_orders])
            self._save_command.run(connection, _rows(batch.commands.items()))
        if batch.broks:
            with self._seq_lock:
                self._next_seq = max(self._next_seq, 1 + max(each.seq for each in batch.broks))

    def load_states(self) -> Mapping[str, bytes]:
        """Return all states."""
        with self._database.reading() as connection:
            rows = connection.execute(select(tables.states.c.key, tables.states.c.value)).all()
            return {key: self._opened(key, value) for key, value in rows}

    def load_orders(self) -> Sequence[Order]:
        """Return the unfinished actions, oldest first."""
        statement = select(tables.orders.c.key, tables.orders.c.value).order_by(tables.orders.c.n)
        with self._database.reading() as connection:
            return [self._decoded(key, value, Order) for key, value in connection.execute(statement)]

    def epoch(self) -> str:
        """Return what the broks are numbered under."""
        with self._seq_lock:
            return f"{self._epoch:x}"

    def renew_epoch(self) -> str:
        """Number under another epoch."""
        number = new_epoch()
        with self._database.writing() as connection:
            connection.execute(self._save_counter, [{"key": _EPOCH, "value": number}])
        with self._seq_lock:
            self._epoch = number
        return self.epoch()

    def next_seq(self) -> int:
        """Return the number the next brok is to have."""
        with self._seq_lock:
            return self._next_seq

    def broks_after(self, seq: int, most: int) -> Sequence[Brok]:
        """Return broks with a greater number, in order."""
        table = tables.broks
        statement = select(table.c.seq, table.c.value).where(table.c.seq > seq).order_by(table.c.seq)
        found: list[Brok] = []
        last = max(seq, self._gone)
        with self._database.reading() as connection:
            for number, value in connection.execute(statement.execution_options(yield_per=1)):
                # A bundle may hold again what the one before it holds, when nobody knew whether that was stored.
                found += [each for each in self._unbundled(number, value) if each.seq > last]
                if len(found) >= most:
                    break
                last = found[-1].seq if found else last
        return found[:most]

    def _unbundled(self, number: int, value: bytes) -> Sequence[Brok]:
        """Return the broks of a row; those of the first versions hold one each."""
        data = self._opened(str(number), value)
        try:
            return decode(data, list[Brok]) if data.startswith(b"[") else [decode(data, Brok)]
        except BadRequestError as error:
            raise self._database.damaged(f"{number!r} cannot be read: {error}") from error

    def oldest_seq(self) -> int:
        """Return the number of the oldest brok kept."""
        oldest = self.broks_after(0, 1)
        return oldest[0].seq if oldest else self.next_seq()

    def trim_broks(self, keep: int) -> int:
        """Forget old broks, and the oldest fates of commands."""
        table, fates = tables.broks, tables.commands
        oldest_fate = select(fates.c.n).order_by(fates.c.n.desc()).offset(KEPT_COMMANDS).limit(1)
        oldest, following = self.oldest_seq(), self.next_seq()
        gone = following - 1 - keep
        with self._database.writing() as connection:
            fate = connection.scalar(oldest_fate)
            if fate is not None:
                connection.execute(delete(fates).where(fates.c.n <= fate))
            if gone < oldest:
                return 0
            # The newest brok may go: the number it had must not be given again.
            rows = [{"key": _NEXT_SEQ, "value": following}, {"key": _GONE, "value": gone}]
            connection.execute(self._save_counter, rows)
            connection.execute(delete(table).where(table.c.seq <= gone))
        self._gone = gone
        return gone - oldest + 1

    def find_command(self, command_id: str) -> bytes | None:
        """Return the fate of a command."""
        table = tables.commands
        with self._database.reading() as connection:
            value = connection.scalar(select(table.c.value).where(table.c.key == command_id))
        return None if value is None else self._opened(command_id, value)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _load_next_seq(self) -> int:
        counters = tables.counters
        with self._database.reading() as connection:
            kept = connection.scalar(select(counters.c.value).where(counters.c.key == _NEXT_SEQ))
            newest = connection.scalar(select(func.max(tables.broks.c.seq)))
        return max(int(kept or 1), int(newest or 0) + 1)

    def _load_gone(self) -> int:
        counters = tables.counters
        with self._database.reading() as connection:
            return int(connection.scalar(select(counters.c.value).where(counters.c.key == _GONE)) or 0)

    def _load_epoch(self) -> int:
        counters = tables.counters
        with self._database.writing() as connection:
            kept = connection.scalar(select(counters.c.value).where(counters.c.key == _EPOCH))
            if kept is None:
                kept = new_epoch()
                connection.execute(self._save_counter, [{"key": _EPOCH, "value": kept}])
        return int(kept)

    def _opened(self, key: str, value: bytes) -> bytes:
        """Return what was sealed; StoreDamagedError when it is not what was stored under the key."""
        data = bytes(value[_CHECKSUM:])
        if value[:_CHECKSUM] != _checksum(key, data):
            raise self._database.damaged(f"the checksum of {key!r} is wrong")
        return data

    def _decoded(self, key: str, value: bytes, type_: type[T]) -> T:
        try:
            return decode(self._opened(key, value), type_)
        except BadRequestError as error:
            raise self._database.damaged(f"{key!r} cannot be read: {error}") from error


class SqlEventStore:
    """Keep a broker's history and cursors in a database. Raises as ``SqlSchedulerStore`` does."""

    def __init__(self, url: str, schema: str = "") -> None:
        self._database = Database(url, "events", migrations.EVENTS, durable=False, schema=schema)
        self._save_event = self._database.insert(tables.events).on_conflict_do_nothing(index_elements=["uuid"])
        self._save_cursor = self._database.upsert(tables.cursors, "instance_id", "seq", "moved")
        self._holds = func.instr if self._database.is_sqlite else func.strpos

    def append(self, broks: Sequence[Brok], cursors: Mapping[str, int]) -> int:
        """Store the broks that are new, and the cursors."""
        if not broks and not cursors:
            return 0
        with self._database.writing() as connection:
            new = self._append(connection, broks) if broks else 0
            if cursors:
                self._move(connection, cursors)
        return new

    def _append(self, connection: Connection, broks: Sequence[Brok]) -> int:
        """Store broks and return how many were new; drivers do not agree on what to say of rows passed over."""
        table = tables.events
        newest = connection.scalar(select(func.max(table.c.id))) or 0
        connection.execute(self._save_event, [_event_row(each) for each in broks])
        return connection.scalar(select(func.count()).where(table.c.id > newest)) or 0

    def _move(self, connection: Connection, cursors: Mapping[str, int]) -> None:
        moved = connection.scalar(select(func.max(tables.cursors.c.moved))) or 0
        rows = [
            {"instance_id": name, "seq": seq, "moved": moved + number}
            for number, (name, seq) in enumerate(cursors.items(), 1)
        ]
        connection.execute(self._save_cursor, rows)

    def cursors(self) -> Mapping[str, int]:
        """Return how far each instance was read."""
        table = tables.cursors
        with self._database.reading() as connection:
            rows = connection.execute(select(table.c.instance_id, table.c.seq).order_by(table.c.moved))
            return {row.instance_id: row.seq for row in rows}

    def query(self, query: EventQuery) -> Sequence[StoredEvent]:
        """Return the wanted events, newest first."""
        table = tables.events
        statement = select(table).order_by(table.c.at.desc(), table.c.id.desc()).limit(query.count)
        if query.types:
            statement = statement.where(table.c.type.in_(query.types))
        if query.before is not None:
            statement = statement.where(table.c.at < query.before)
        if query.after is not None:
            statement = statement.where(table.c.at >= query.after)
        if query.contains:
            statement = statement.where(self._holds(table.c.message, query.contains) > 0)
        with self._database.reading() as connection:
            return [_stored_event(each) for each in connection.execute(statement)]

    def trim(self, older_than: float) -> int:
        """Forget what is older."""
        with self._database.writing() as connection:
            return connection.execute(delete(tables.events).where(tables.events.c.at < older_than)).rowcount

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def _checksum(key: str, data: bytes) -> bytes:
    """Return the seal of a value: it holds for this key only. SQLite would not notice a flipped bit in a value."""
    return zlib.crc32(data, zlib.crc32(key.encode("utf-8", "surrogatepass"))).to_bytes(_CHECKSUM, "big")


def _rows(values: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    return [(key, _checksum(key, data) + data) for key, data in values]


def _bundles(broks: Sequence[Brok]) -> list[tuple[int, bytes]]:
    """Return broks as rows, each numbered like the last of those it holds."""
    rows = []
    for start in range(0, len(broks), _BUNDLE):
        bundle = broks[start : start + _BUNDLE]
        number, data = bundle[-1].seq, encode(bundle)
        rows.append((number, _checksum(str(number), data) + data))
    return rows


def _event_row(brok: Brok) -> dict[str, Any]:
    level, message = level_and_message(brok)
    return {
        "uuid": brok.uuid,
        "at": brok.creation_time,
        "instance_id": brok.instance_id,
        "seq": brok.seq,
        "type": brok.type,
        "level": level,
        "message": message,
        "data": bytes(brok.data),
    }


def _stored_event(row: Row[Any]) -> StoredEvent:
    return StoredEvent(
        id=row.id,
        at=row.at,
        instance_id=row.instance_id,
        seq=row.seq,
        type=row.type,
        level=row.level,
        message=row.message,
        data=bytes(row.data),
    )
