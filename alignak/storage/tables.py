"""The tables of the stores as they are now, one set for every database; ``migrations`` makes them so.

Values are opaque here: what the engine or a brok says is encoded by whoever owns it, and sealed with a checksum.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Double, Integer, LargeBinary, MetaData, Table, Text

_SERIAL = BigInteger().with_variant(Integer, "sqlite")

SCHEDULER: Final = MetaData()
EVENTS: Final = MetaData()

states: Final = Table("states", SCHEDULER, Column("key", Text, primary_key=True), Column("value", LargeBinary))
broks: Final = Table("broks", SCHEDULER, Column("seq", _SERIAL, primary_key=True), Column("value", LargeBinary))
orders: Final = Table(
    "orders",
    SCHEDULER,
    Column("n", _SERIAL, primary_key=True),
    Column("key", Text, unique=True),
    Column("value", LargeBinary),
)
commands: Final = Table(
    "commands",
    SCHEDULER,
    Column("n", _SERIAL, primary_key=True),
    Column("key", Text, unique=True),
    Column("value", LargeBinary),
)
counters: Final = Table("counters", SCHEDULER, Column("key", Text, primary_key=True), Column("value", BigInteger))

events: Final = Table(
    "events",
    EVENTS,
    Column("id", _SERIAL, primary_key=True),
    Column("uuid", Text, unique=True),
    Column("at", Double),
    Column("instance_id", Text),
    Column("seq", BigInteger),
    Column("type", Text),
    Column("level", Text),
    Column("message", Text),
    Column("data", LargeBinary),
)
cursors: Final = Table(
    "cursors",
    EVENTS,
    Column("instance_id", Text, primary_key=True),
    Column("seq", BigInteger),
    Column("moved", BigInteger),
)
