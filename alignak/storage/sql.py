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
_CHECKSUM = 4


class SqlSchedulerStore:
    """Keep a scheduler's states, broks, orders and command fates in a database.

    ``schema`` separates schedulers that share a PostgreSQL database; a SQLite file belongs to one scheduler.
    Raises StoreDamagedError when the file is damaged, StoreError when it cannot be opened.
    """

    def __init__(self, url: str, schema: str = "") -> None:
        self._database = Database(url, "scheduler", migrations.SCHEDULER, durable=True, schema=schema)
        self._save_state = self._database.upsert(tables.states, "key", "value")
        self._save_order = self._database.upsert(tables.orders, "key", "value")
        self._save_command = self._database.upsert(tables.commands, "key", "value")
        self._save_counter = self._database.upsert(tables.counters, "key", "value")
        self._save_brok = self._database.insert(tables.broks).on_conflict_do_nothing(index_elements=["seq"])
        self._drop_state = delete(tables.states).where(tables.states.c.key == bindparam("gone"))
        self._drop_order = delete(tables.orders).where(tables.orders.c.key == bindparam("gone"))
        self._seq_lock = threading.Lock()
        self._next_seq = self._load_next_seq()
        self._epoch = self._load_epoch()

    def commit(self, batch: Batch) -> None:
        """Store a batch."""
        if batch.is_empty():
            return
        with self._database.writing() as connection:
            _run(connection, self._drop_state, _gone(batch.removed_states))
            _run(connection, self._save_state, _rows(batch.states.items()))
            _run(connection, self._save_brok, [_brok_row(each) for each in batch.broks])
            _run(connection, self._save_order, _rows((each.id, encode(each)) for each in batch.orders))
            _run(connection, self._drop_order, _gone(batch.finished_orders))
            _run(connection, self._save_command, _rows(batch.commands.items()))
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
        statement = select(table.c.seq, table.c.value).where(table.c.seq > seq).order_by(table.c.seq).limit(most)
        with self._database.reading() as connection:
            return [self._decoded(str(number), value, Brok) for number, value in connection.execute(statement)]

    def oldest_seq(self) -> int:
        """Return the number of the oldest brok kept."""
        with self._database.reading() as connection:
            oldest = connection.scalar(select(func.min(tables.broks.c.seq)))
        return self.next_seq() if oldest is None else int(oldest)

    def trim_broks(self, keep: int) -> int:
        """Forget old broks, and the oldest fates of commands."""
        table, fates = tables.broks, tables.commands
        # The newest brok may go: the number it had must not be given again.
        newest_gone = select(table.c.seq).order_by(table.c.seq.desc()).offset(keep).limit(1)
        oldest_fate = select(fates.c.n).order_by(fates.c.n.desc()).offset(KEPT_COMMANDS).limit(1)
        with self._database.writing() as connection:
            gone = connection.scalar(newest_gone)
            fate = connection.scalar(oldest_fate)
            if fate is not None:
                connection.execute(delete(fates).where(fates.c.n <= fate))
            if gone is None:
                return 0
            connection.execute(self._save_counter, [{"key": _NEXT_SEQ, "value": self.next_seq()}])
            return connection.execute(delete(table).where(table.c.seq <= gone)).rowcount

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


def _rows(values: Iterable[tuple[str, bytes]]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _checksum(key, data) + data} for key, data in values]


def _brok_row(brok: Brok) -> dict[str, Any]:
    data = encode(brok)
    return {"seq": brok.seq, "value": _checksum(str(brok.seq), data) + data}


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


def _gone(keys: Sequence[str]) -> list[dict[str, Any]]:
    return [{"gone": each} for each in keys]


def _run(connection: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)
