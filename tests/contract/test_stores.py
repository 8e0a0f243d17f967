"""What every store promises: one suite over memory, a SQLite file and PostgreSQL.

PostgreSQL is the server ``ALIGNAK_TEST_POSTGRESQL`` names, or one started for the tests where it is installed.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from msgspec import Raw
from sqlalchemy import inspect

from alignak.base.codec import encode
from alignak.base.errors import StoreDamagedError, StoreError
from alignak.base.ids import ObjectKey, OrderId
from alignak.messages.broks import Brok
from alignak.messages.work import Order, Work
from alignak.storage import migrations, tables
from alignak.storage.database import Database
from alignak.storage.memory import MemoryEventStore, MemorySchedulerStore
from alignak.storage.port import Batch, EventQuery, EventStore, SchedulerStore
from alignak.storage.sql import SqlEventStore, SqlSchedulerStore
from tests.support import postgresql

Open = Callable[[], SchedulerStore]
OpenEvents = Callable[[], EventStore]

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.services)]
STORES = ["memory", *DATABASES]
_schemas = itertools.count(1)


@pytest.fixture(scope="session")
def postgresql_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the URL of a server, or skip."""
    given = os.environ.get("ALIGNAK_TEST_POSTGRESQL", "")
    if given:
        yield given
        return
    pytest.importorskip("psycopg", reason="needs the PostgreSQL driver: pip install 'psycopg[binary]'")
    programs = postgresql.find_server()
    if programs is None:
        reason = "needs a PostgreSQL server: apt-get install postgresql, or set ALIGNAK_TEST_POSTGRESQL to a URL"
        (pytest.fail if request.config.getoption("--with-services") else pytest.skip)(reason)
    with postgresql.server(programs) as url:
        yield url


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """Give URL and schema of an empty database of the kind the test asks for."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql_url"), f"tests_{os.getpid()}_{next(_schemas)}"
    return f"sqlite:///{tmp_path}/store.db", ""


@pytest.fixture
def closing() -> Iterator[Callable[[SchedulerStore | EventStore], None]]:
    """Close what a test opened."""
    opened: list[SchedulerStore | EventStore] = []
    yield opened.append
    for each in opened:
        each.close()


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path, closing: Callable[..., None]) -> SchedulerStore:
    """Give an empty scheduler's store."""
    found: SchedulerStore
    if request.param == "memory":
        found = MemorySchedulerStore()
    elif request.param == "sqlite":
        found = SqlSchedulerStore(f"sqlite:///{tmp_path}/store.db")
    else:
        found = SqlSchedulerStore(request.getfixturevalue("postgresql_url"), f"tests_{os.getpid()}_{next(_schemas)}")
    closing(found)
    return found


@pytest.fixture(params=STORES)
def history(request: pytest.FixtureRequest, tmp_path: Path, closing: Callable[..., None]) -> EventStore:
    """Give an empty history."""
    found: EventStore
    if request.param == "memory":
        found = MemoryEventStore()
    elif request.param == "sqlite":
        found = SqlEventStore(f"sqlite:///{tmp_path}/events.db")
    else:
        found = SqlEventStore(request.getfixturevalue("postgresql_url"), f"tests_{os.getpid()}_{next(_schemas)}")
    closing(found)
    return found


def brok(seq: int, text: str = "", at: float = 0, type_: str = "monitoring_log", epoch: str = "e") -> Brok:
    """Make one line of the monitoring log."""
    return Brok(
        uuid=f"{epoch}-{seq}",
        seq=seq,
        type=type_,
        instance_id="SchedulerLink_1",
        creation_time=at or 1000.0 + seq,
        data=Raw(encode({"level": "info", "message": text or f"line {seq}"})),
    )


def notification(name: str) -> Order:
    """Make an order to tell somebody."""
    return Order(
        id=OrderId(name),
        work=Work.NOTIFICATION,
        key=ObjectKey("srv;Disk"),
        argv=("/usr/bin/mail", "ops é"),
        shell=False,
        environment={"A": "b"},
        timeout=30,
        due_at=1000.5,
        contact="ops",
    )


def seqs(broks: Sequence[Brok]) -> list[int]:
    """Return the numbers of broks."""
    return [each.seq for each in broks]


# A scheduler's store -----------------------------------------------------------------------------------------------


def test_a_new_store_holds_nothing_and_numbers_its_broks_from_one(store: SchedulerStore) -> None:
    assert dict(store.load_states()) == {}
    assert list(store.load_orders()) == []
    assert (store.next_seq(), store.oldest_seq()) == (1, 1)
    assert list(store.broks_after(0, 10)) == []
    assert store.find_command("c-1") is None
    store.commit(Batch())


def test_the_newest_state_of_each_object_is_kept(store: SchedulerStore) -> None:
    store.commit(Batch(states={"": b"engine", "srv": b"up", "srv;Disk é": b"\x00\xff"}))
    store.commit(Batch(states={"srv": b"down"}))
    assert dict(store.load_states()) == {"": b"engine", "srv": b"down", "srv;Disk é": b"\x00\xff"}


def test_the_state_of_an_object_that_is_gone_is_forgotten(store: SchedulerStore) -> None:
    store.commit(Batch(states={"srv": b"up", "old": b"up"}))
    store.commit(Batch(removed_states=["old", "never seen"]))
    assert dict(store.load_states()) == {"srv": b"up"}


def test_an_object_that_left_and_came_back_in_one_batch_keeps_its_state(store: SchedulerStore) -> None:
    store.commit(Batch(states={"srv": b"new"}, removed_states=["srv"]))
    assert dict(store.load_states()) == {"srv": b"new"}


def test_a_follower_reads_broks_in_order_from_where_it_stands(store: SchedulerStore) -> None:
    store.commit(Batch(broks=[brok(1), brok(2)]))
    store.commit(Batch(broks=[brok(3), brok(4)]))
    assert seqs(store.broks_after(0, 3)) == [1, 2, 3]
    assert seqs(store.broks_after(3, 100)) == [4]
    assert store.next_seq() == 5
    found = store.broks_after(1, 1)[0]
    assert (found.uuid, found.type, bytes(found.data)) == ("e-2", "monitoring_log", bytes(brok(2).data))


def test_trimmed_broks_are_gone_and_their_numbers_are_not_given_again(store: SchedulerStore) -> None:
    store.commit(Batch(broks=[brok(each) for each in range(1, 11)]))
    assert store.trim_broks(4) == 6
    assert store.trim_broks(4) == 0
    assert (store.oldest_seq(), store.next_seq()) == (7, 11)
    assert seqs(store.broks_after(0, 100)) == [7, 8, 9, 10]
    assert store.trim_broks(0) == 4
    assert (store.oldest_seq(), store.next_seq()) == (11, 11)


def test_actions_without_an_outcome_are_given_back_oldest_first(store: SchedulerStore) -> None:
    store.commit(Batch(orders=[notification("b"), notification("a")]))
    store.commit(Batch(orders=[notification("c")], finished_orders=["b", "unknown"]))
    assert list(store.load_orders()) == [notification("a"), notification("c")]


def test_an_action_that_was_decided_and_finished_in_one_batch_is_finished(store: SchedulerStore) -> None:
    store.commit(Batch(orders=[notification("a")], finished_orders=["a"]))
    assert list(store.load_orders()) == []


def test_the_fate_of_a_command_is_found_by_its_id(store: SchedulerStore) -> None:
    store.commit(Batch(commands={"c-1": b"accepted"}))
    assert store.find_command("c-1") == b"accepted"
    assert store.find_command("c-2") is None


def test_a_batch_stored_twice_is_stored_once(store: SchedulerStore) -> None:
    batch = Batch(
        states={"srv": b"up"},
        broks=[brok(1), brok(2)],
        orders=[notification("a"), notification("b")],
        finished_orders=["b"],
        commands={"c": b"x"},
    )
    store.commit(batch)
    store.commit(batch)
    assert seqs(store.broks_after(0, 10)) == [1, 2]
    assert list(store.load_orders()) == [notification("a")]
    assert (store.next_seq(), store.find_command("c")) == (3, b"x")


def test_old_fates_of_commands_are_forgotten_when_broks_are_trimmed(
    store: SchedulerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("alignak.storage.memory", "alignak.storage.sql"):
        monkeypatch.setattr(f"{module}.KEPT_COMMANDS", 2)
    store.commit(Batch(commands={f"c-{each}": b"ok" for each in range(1, 6)}))
    store.trim_broks(10)
    assert [store.find_command(f"c-{each}") for each in range(1, 6)] == [None, None, None, b"ok", b"ok"]


def test_a_closed_store_says_so(store: SchedulerStore) -> None:
    store.close()
    for use in (lambda: store.commit(Batch(states={"srv": b"up"})), store.load_states, lambda: store.trim_broks(1)):
        with pytest.raises(StoreError, match="closed"):
            use()


def test_readers_in_other_threads_see_whole_batches_while_the_scheduler_commits(store: SchedulerStore) -> None:
    broken: list[str] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                found = seqs(store.broks_after(0, 1000))
                if found != list(range(1, len(found) + 1)) or len(found) % 5:
                    broken.append(f"half a batch: {found}")
                values = set(store.load_states().values())
                if len(values) > 1:
                    broken.append(f"states of two batches: {values}")
        except StoreError as error:
            broken.append(str(error))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for each in readers:
        each.start()
    for turn in range(40):
        states = {f"srv-{each}": b"%d" % turn for each in range(20)}
        store.commit(Batch(states=states, broks=[brok(turn * 5 + each) for each in range(1, 6)]))
    done.set()
    for each in readers:
        each.join()
    assert not broken
    assert store.next_seq() == 201


# What lies in a database outlives the process -----------------------------------------------------------------------


@pytest.mark.parametrize("place", DATABASES, indirect=True)
def test_a_restarted_scheduler_finds_what_it_had_committed(place: tuple[str, str]) -> None:
    first = SqlSchedulerStore(*place)
    first.commit(
        Batch(states={"srv": b"up"}, broks=[brok(1), brok(2)], orders=[notification("a")], commands={"c": b"ok"})
    )
    first.close()
    second = SqlSchedulerStore(*place)
    assert dict(second.load_states()) == {"srv": b"up"}
    assert list(second.load_orders()) == [notification("a")]
    assert (second.next_seq(), second.oldest_seq(), second.find_command("c")) == (3, 1, b"ok")
    second.trim_broks(0)
    second.close()
    third = SqlSchedulerStore(*place)
    assert third.next_seq() == 3
    third.close()


@pytest.mark.parametrize("place", DATABASES, indirect=True)
def test_a_batch_that_cannot_be_stored_leaves_nothing_and_the_next_one_is_fine(place: tuple[str, str]) -> None:
    store = SqlSchedulerStore(*place)
    with pytest.raises(StoreError, match="could not be written"):
        store.commit(Batch(states={"srv": b"up"}, broks=[brok(1)], commands={"lone surrogate \ud800": b"x"}))
    assert dict(store.load_states()) == {}
    assert (list(store.broks_after(0, 10)), store.next_seq()) == ([], 1)
    store.commit(Batch(states={"srv": b"up"}, broks=[brok(1)]))
    assert store.next_seq() == 2
    store.close()


@pytest.mark.parametrize("place", DATABASES, indirect=True)
def test_a_store_of_a_newer_version_is_refused_not_guessed_at(place: tuple[str, str]) -> None:
    SqlSchedulerStore(*place).close()

    def of_the_future(_: object) -> None:
        """Change nothing."""

    Database(place[0], "scheduler", (*migrations.SCHEDULER, of_the_future), durable=True, schema=place[1]).close()
    with pytest.raises(StoreError, match="schema 2 and this version of Alignak knows 1"):
        SqlSchedulerStore(*place)


@pytest.mark.parametrize("place", DATABASES, indirect=True)
def test_a_migration_runs_once_and_keeps_what_is_stored(place: tuple[str, str]) -> None:
    store = SqlSchedulerStore(*place)
    store.commit(Batch(states={"srv": b"up"}))
    store.close()
    runs: list[str] = []

    def widen(connection: object) -> None:
        runs.append("ran")
        connection.exec_driver_sql("ALTER TABLE states ADD COLUMN since INTEGER DEFAULT 0")  # type: ignore[attr-defined]

    steps = (*migrations.SCHEDULER, widen)
    for _ in range(2):
        database = Database(place[0], "scheduler", steps, durable=True, schema=place[1])
        with database.reading() as connection:
            assert connection.exec_driver_sql("SELECT key, since FROM states").all() == [("srv", 0)]
        database.close()
    assert runs == ["ran"]


@pytest.mark.parametrize("place", DATABASES, indirect=True)
@pytest.mark.parametrize(
    ("name", "steps", "wanted"),
    [("scheduler", migrations.SCHEDULER, tables.SCHEDULER), ("events", migrations.EVENTS, tables.EVENTS)],
)
def test_the_migrations_lead_to_the_tables_the_stores_use(
    place: tuple[str, str], name: str, steps: Sequence[migrations.Step], wanted: object
) -> None:
    database = Database(place[0], name, steps, durable=True, schema=place[1])
    with database.reading() as connection:
        found = inspect(connection)
        names = set(found.get_table_names(place[1] or None)) - {"schema_version", "sqlite_sequence"}
        columns = {each: [col["name"] for col in found.get_columns(each, place[1] or None)] for each in names}
    database.close()
    assert columns == {each.name: each.columns.keys() for each in wanted.tables.values()}  # type: ignore[attr-defined]


@pytest.mark.services
def test_two_schedulers_share_a_postgresql_database_without_meeting(postgresql_url: str) -> None:
    name = f"tests_{os.getpid()}_{next(_schemas)}"
    one, two = SqlSchedulerStore(postgresql_url, f"{name}_one"), SqlSchedulerStore(postgresql_url, f"{name}_two")
    one.commit(Batch(states={"srv": b"mine"}))
    assert dict(two.load_states()) == {}
    one.close()
    two.close()


# A SQLite file ------------------------------------------------------------------------------------------------------


def test_a_store_s_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        store = SqlSchedulerStore(f"sqlite:///{tmp_path}/store.db")
        store.commit(Batch(states={"srv": b"up"}))
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
        store.close()
    finally:
        os.umask(old)
    assert modes == {"store.db": 0o600, "store.db-wal": 0o600, "store.db-shm": 0o600}


def test_a_scheduler_s_commit_is_on_the_disk_when_it_returns(tmp_path: Path) -> None:
    scheduler = SqlSchedulerStore(f"sqlite:///{tmp_path}/store.db")
    events = SqlEventStore(f"sqlite:///{tmp_path}/events.db")
    found = []
    for each in (scheduler, events):
        with each._database.reading() as connection:
            found.append(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())
        each.close()
    assert found == [2, 1]  # FULL; NORMAL


def test_a_store_behind_a_link_or_in_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").touch()
    (tmp_path / "link.db").symlink_to(tmp_path / "real")
    with pytest.raises(StoreError, match="symbolic link"):
        SqlSchedulerStore(f"sqlite:///{tmp_path}/link.db")
    with pytest.raises(StoreError, match="No such file"):
        SqlSchedulerStore(f"sqlite:///{tmp_path}/nowhere/store.db")


@pytest.mark.parametrize("url", ["store.db", "mysql://host/db", "sqlite://"])
def test_what_cannot_be_a_store_is_named(url: str) -> None:
    with pytest.raises(StoreError, match=r"write sqlite:|use sqlite|needs a file"):
        SqlSchedulerStore(url)


def test_a_file_that_is_no_database_is_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(b"this is not a database, " * 100)
    with pytest.raises(StoreDamagedError, match=r"store\.db is damaged .*move it away"):
        SqlSchedulerStore(f"sqlite:///{path}")


def test_a_store_another_program_holds_is_refused_in_time_and_taken_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alignak.storage.database.BUSY_TIMEOUT", 0.1)
    store = SqlSchedulerStore(f"sqlite:///{tmp_path}/store.db")
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        store.commit(Batch(states={"srv": b"up"}))
    assert dict(store.load_states()) == {}
    other.execute("ROLLBACK")
    other.close()
    store.commit(Batch(states={"srv": b"up"}))
    assert dict(store.load_states()) == {"srv": b"up"}
    store.close()


KILLED = """
import os, signal, sys
from alignak.storage.port import Batch
from alignak.storage.sql import SqlSchedulerStore
store = SqlSchedulerStore(sys.argv[1])
for turn in range(1, 1000):
    store.commit(Batch(states={"srv": b"%d" % turn}, commands={f"c-{turn}": b"accepted"}))
    print(turn, flush=True)
"""


def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    with subprocess.Popen([sys.executable, "-c", KILLED, url], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        acknowledged = [int(process.stdout.readline()) for _ in range(50)][-1]
        process.kill()
        acknowledged = max([acknowledged, *(int(each) for each in process.stdout.read().split())])
    store = SqlSchedulerStore(url)
    assert int(store.load_states()["srv"]) >= acknowledged
    assert all(store.find_command(f"c-{each}") for each in range(1, acknowledged + 1))
    store.close()


def copied_while_open(path: Path, target: Path) -> None:
    """Copy a database with its log as a power cut would leave them."""
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", f"{target}{suffix}")


def test_a_log_torn_at_any_byte_loses_only_the_batch_that_was_being_written(tmp_path: Path) -> None:
    store = SqlSchedulerStore(f"sqlite:///{tmp_path}/store.db")
    store.commit(Batch(states={"srv": b"first"}, broks=[brok(1)]))
    before = os.path.getsize(tmp_path / "store.db-wal")
    store.commit(Batch(states={"srv": b"second", "srv-2": b"x" * 9000}, broks=[brok(2)]))
    after = os.path.getsize(tmp_path / "store.db-wal")
    assert after > before
    for length in {*range(before, after, 397), after - 1}:
        torn = tmp_path / f"torn-{length}.db"
        copied_while_open(tmp_path / "store.db", torn)
        os.truncate(f"{torn}-wal", length)
        again = SqlSchedulerStore(f"sqlite:///{torn}")
        assert dict(again.load_states()) == {"srv": b"first"}
        assert (seqs(again.broks_after(0, 10)), again.next_seq()) == ([1], 2)
        again.close()
    store.close()


def test_a_flipped_bit_is_noticed_or_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    wanted = {f"srv-{each}": b"state %d" % each * 9 for each in range(60)}
    store = SqlSchedulerStore(f"sqlite:///{path}")
    store.commit(Batch(states=wanted, broks=[brok(each) for each in range(1, 30)], orders=[notification("a")]))
    store.close()
    whole = path.read_bytes()
    noticed = 0
    for offset in range(0, len(whole), 491):
        flipped = bytearray(whole)
        flipped[offset] ^= 1 << (offset % 7)
        path.write_bytes(flipped)
        try:
            again = SqlSchedulerStore(f"sqlite:///{path}")
        except StoreError:
            noticed += 1
            continue
        try:
            found = dict(again.load_states()), seqs(again.broks_after(0, 100)), list(again.load_orders())
            assert found == (wanted, list(range(1, 30)), [notification("a")]), f"byte {offset}"
        except StoreError:
            noticed += 1
        finally:
            again.close()
    assert noticed > 10


# A broker's history -------------------------------------------------------------------------------------------------


def lines(history: EventStore, query: EventQuery) -> list[str]:
    """Return the messages a query finds."""
    return [each.message for each in history.query(query)]


def test_the_history_answers_newest_first(history: EventStore) -> None:
    assert history.append([brok(1, "older", at=10), brok(2, "newest", at=30), brok(3, "newer", at=20)], {}) == 3
    assert lines(history, EventQuery()) == ["newest", "newer", "older"]
    assert lines(history, EventQuery(count=2)) == ["newest", "newer"]
    assert lines(history, EventQuery(before=30)) == ["newer", "older"]
    assert lines(history, EventQuery(after=20)) == ["newest", "newer"]


def test_events_of_one_moment_come_in_the_order_they_were_learnt(history: EventStore) -> None:
    history.append([brok(1, "first", at=10), brok(2, "second", at=10)], {})
    history.append([brok(3, "third", at=10)], {})
    assert lines(history, EventQuery()) == ["third", "second", "first"]


def test_an_event_told_twice_is_kept_once(history: EventStore) -> None:
    assert history.append([brok(1), brok(2)], {"a": 2}) == 2
    assert history.append([brok(2), brok(3), brok(3)], {"a": 3}) == 1
    assert lines(history, EventQuery()) == ["line 3", "line 2", "line 1"]


def test_events_are_found_by_type_and_by_what_they_say(history: EventStore) -> None:
    history.append(
        [
            brok(1, "SERVICE ALERT: srv;Disk 100%;CRITICAL"),
            brok(2, "SERVICE ALERT: srv;Load;CRITICAL"),
            brok(3, type_="comment"),
        ],
        {},
    )
    assert lines(history, EventQuery(contains="Disk 100%")) == ["SERVICE ALERT: srv;Disk 100%;CRITICAL"]
    assert lines(history, EventQuery(contains="Disk_")) == []
    assert lines(history, EventQuery(contains="disk")) == []
    assert [each.type for each in history.query(EventQuery(types=("comment",)))] == ["comment"]
    assert len(history.query(EventQuery(types=()))) == 3
    assert len(history.query(EventQuery(types=("comment", "monitoring_log")))) == 3


def test_an_event_keeps_all_its_brok_said(history: EventStore) -> None:
    history.append([brok(7, "ligne é\0", at=12.5)], {})
    found = history.query(EventQuery())[0]
    assert (found.at, found.seq, found.instance_id, found.type) == (12.5, 7, "SchedulerLink_1", "monitoring_log")
    assert (found.level, found.message) == ("info", "ligne é\ufffd")
    assert found.data == bytes(brok(7, "ligne é\0").data)


def test_a_log_line_that_is_none_is_kept_all_the_same(history: EventStore) -> None:
    odd = Brok(
        uuid="x", seq=1, type="monitoring_log", instance_id="s", creation_time=1, data=Raw(b'{"level":1,"message":[]}')
    )
    assert history.append([odd], {}) == 1
    assert lines(history, EventQuery()) == [""]


def test_how_far_each_instance_was_read_moves_with_its_events(history: EventStore) -> None:
    assert history.append([], {"a@1": 5, "b@1": 3}) == 0
    history.append([brok(1)], {"a@1": 9})
    assert list(history.cursors().items()) == [("b@1", 3), ("a@1", 9)]


def test_what_is_too_old_is_forgotten_and_ids_go_on(history: EventStore) -> None:
    history.append([brok(1, at=10), brok(2, at=20)], {"a": 2})
    newest = history.query(EventQuery())[0].id
    assert history.trim(15) == 1
    assert history.trim(100) == 1
    assert lines(history, EventQuery()) == []
    history.append([brok(3, at=30)], {})
    assert history.query(EventQuery())[0].id > newest
    assert dict(history.cursors()) == {"a": 2}


def test_a_closed_history_says_so(history: EventStore) -> None:
    history.close()
    with pytest.raises(StoreError, match="closed"):
        history.append([brok(1)], {})
    with pytest.raises(StoreError, match="closed"):
        history.query(EventQuery())


@pytest.mark.parametrize("place", DATABASES, indirect=True)
def test_a_restarted_broker_goes_on_where_it_stood(place: tuple[str, str]) -> None:
    first = SqlEventStore(*place)
    first.append([brok(1), brok(2)], {"a": 2})
    first.close()
    second = SqlEventStore(*place)
    assert second.append([brok(2), brok(3)], {"a": 3}) == 1
    assert lines(second, EventQuery()) == ["line 3", "line 2", "line 1"]
    assert dict(second.cursors()) == {"a": 3}
    second.close()
