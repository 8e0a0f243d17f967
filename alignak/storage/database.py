"""One open database: connections, transactions, and what can go wrong with them; the stores of ``sql`` stand on it.

SQLite runs in WAL mode, so readers never wait for the writer. ``durable`` decides what a commit means when power is
cut: on the disk before it returns (a scheduler's promises), or soon after and never damaged (a history, whose cursors
go back with it).
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, Final, NamedTuple

from sqlalchemy import URL, ClauseElement, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.schema import CreateSchema

from alignak.base.errors import StoreDamagedError, StoreError
from alignak.storage.migrations import Step, migrate
from alignak.system.files import PRIVATE_FILE, open_regular

BUSY_TIMEOUT: Final = 5.0
"""Seconds a statement waits for another program that holds the database."""

CONNECT_TIMEOUT: Final = 5
MOST_CONNECTIONS: Final = 32
LARGEST_CHECKED: Final = 512 << 20
"""Bytes; the structure of a larger file is not read through when it is opened: that would take too long."""

_WAL_KEPT: Final = 64 << 20
_WAL_PAGES: Final = 4_000
"""Pages of the log that are put back into the file together: the same states are written again and again."""

_WIDTH: Final = 50
"""Rows of one statement: SQLite lets go of the interpreter at each, and other threads are slow to give it back."""

_DAMAGE: Final = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))
_DRIVERS: Final = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}

Insert = sqlite.Insert | postgresql.Insert


class Many(NamedTuple):
    """A statement as the driver takes it: SQLAlchemy looks at every value of every row, which takes longer than SQLite
    needs to store it."""

    text: str
    names: tuple[str, ...]
    positions: tuple[str, ...]
    """The names in the order in which the statement wants them; none when it names them itself."""

    wide: str = ""
    """The statement for ``_WIDTH`` rows at once, where there is one."""

    def run(self, connection: Connection, rows: Sequence[tuple[str | int | bytes, ...]]) -> None:
        """Run the statement for each row."""
        start = 0
        while self.wide and start + _WIDTH <= len(rows):
            connection.exec_driver_sql(self.wide, tuple(chain.from_iterable(rows[start : start + _WIDTH])))
            start += _WIDTH
        left = rows[start:]
        if not left:
            return
        if self.positions == self.names:
            connection.exec_driver_sql(self.text, list(left))
        else:
            connection.exec_driver_sql(self.text, [dict(zip(self.names, each, strict=True)) for each in left])


class Database:
    """A SQLite file or a PostgreSQL schema, with its tables made. Raises StoreError when it cannot be opened."""

    def __init__(self, url: str, name: str, steps: Sequence[Step], durable: bool, schema: str = "") -> None:
        self._url = _parsed(url)
        self._writing = threading.Lock()
        self._is_closed = False
        self.shown = self._url.database if self.is_sqlite else self._url.render_as_string(hide_password=True)
        with self._translated("opened"):
            self._engine = self._sqlite(durable) if self.is_sqlite else self._postgresql(schema)
        try:
            self._prepare(name, steps, schema)
        except BaseException:
            self._engine.dispose()
            raise

    @property
    def is_sqlite(self) -> bool:
        """Tell whether this is a SQLite file."""
        return self._url.get_backend_name() == "sqlite"

    def insert(self, table: Table) -> Insert:
        """Return an insert that can say what to do about rows that exist."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def upsert(self, table: Table, key: str, *columns: str) -> Insert:
        """Return an insert that replaces the columns of a row whose key exists."""
        statement = self.insert(table)
        return statement.on_conflict_do_update(
            index_elements=[key], set_={each: statement.excluded[each] for each in columns}
        )

    def many(self, statement: ClauseElement, *names: str) -> Many:
        """Return a statement that is run for many rows at once, each a tuple of the named values."""
        compiled = statement.compile(dialect=self._engine.dialect, column_keys=list(names))
        text, positions = str(compiled), tuple(getattr(compiled, "positiontup", None) or ())
        row = f"({', '.join('?' * len(names))})"
        is_wide = self.is_sqlite and positions == names and f"VALUES {row}" in text
        wide = text.replace(f"VALUES {row}", f"VALUES {', '.join([row] * _WIDTH)}") if is_wide else ""
        return Many(text, names, positions, wide)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the database."""
        with self._translated("read"), self._connected(writes=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction: committed at the end, undone when anything is raised."""
        # One writer at a time inside this process: waiting here is fair, SQLite's own waiting is not.
        with (
            self._writing,
            self._translated("written"),
            self._connected(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        """Close every connection; SQLite puts its log back into the file."""
        with self._writing:
            self._is_closed = True
            self._engine.dispose()

    def _connected(self, writes: bool) -> Any:
        if self._is_closed:
            raise StoreError("the store is closed")
        return self._engine.connect().execution_options(alignak_writes=writes)

    @contextmanager
    def _translated(self, done: str) -> Iterator[None]:
        """Turn the errors of the database into ours."""
        try:
            yield
        except DBAPIError as error:
            if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _DAMAGE:
                raise self.damaged(str(error.orig)) from error
            raise StoreError(f"the store {self.shown} could not be {done}: {error.orig}") from error
        except (SQLAlchemyError, OSError, ValueError, OverflowError) as error:
            # The last two: a text or a number that no database takes, refused before it is asked.
            raise StoreError(f"the store {self.shown} could not be {done}: {error}") from error

    def damaged(self, what: str) -> StoreDamagedError:
        """Return the error that says what is damaged."""
        return StoreDamagedError(f"the store {self.shown} is damaged ({what}); move it away to start with an empty one")

    def _prepare(self, name: str, steps: Sequence[Step], schema: str) -> None:
        if self.is_sqlite:
            self._check_structure()
        with self.writing() as connection:
            if schema and not self.is_sqlite:
                connection.execute(CreateSchema(schema, if_not_exists=True))
            migrate(connection, name, steps)

    def _check_structure(self) -> None:
        if os.path.getsize(str(self._url.database)) > LARGEST_CHECKED:
            return
        with self.reading() as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
        if found != "ok":
            raise self.damaged(str(found).replace("\n", " "))

    def _sqlite(self, durable: bool) -> Engine:
        path = self._url.database
        if not path or path == ":memory:":
            raise StoreError("a SQLite store needs a file: sqlite:////path/of/the/file")
        # Made before SQLite opens it: its log and index files take over this mode, whatever the umask.
        descriptor = open_regular(path, os.O_RDWR | os.O_CREAT)
        try:
            os.fchmod(descriptor, PRIVATE_FILE)
        finally:
            os.close(descriptor)
        engine = create_engine(
            self._url,
            connect_args={"timeout": BUSY_TIMEOUT, "check_same_thread": False, "isolation_level": None},
            pool_size=MOST_CONNECTIONS,
            max_overflow=0,
        )
        event.listen(engine, "connect", lambda raw, _: _set_up(raw, durable))
        event.listen(engine, "begin", _begin)
        return engine

    def _postgresql(self, schema: str) -> Engine:
        options = f"-csearch_path={schema}" if schema else ""
        return create_engine(
            self._url,
            connect_args={"connect_timeout": CONNECT_TIMEOUT, "options": options},
            pool_size=MOST_CONNECTIONS,
            max_overflow=0,
            pool_pre_ping=True,
        )


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        parsed = parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))
        backend = parsed.get_backend_name()
    except (ArgumentError, NoSuchModuleError) as error:
        raise StoreError(f"{url!r} is no database URL; write sqlite:////path or postgresql://host/name") from error
    if backend not in ("sqlite", "postgresql"):
        raise StoreError(f"{backend} cannot be a store; use sqlite or postgresql")
    return parsed


def _set_up(raw: Any, durable: bool) -> None:
    """Set what SQLite forgets between connections."""
    cursor = raw.cursor()
    for pragma in (
        "journal_mode=WAL",
        f"synchronous={'FULL' if durable else 'NORMAL'}",
        f"journal_size_limit={_WAL_KEPT}",
        f"wal_autocheckpoint={_WAL_PAGES}",
        "trusted_schema=OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Begin a transaction ourselves: one that writes takes its lock at once, so it cannot fail half-way for it."""
    writes = connection.get_execution_options().get("alignak_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
