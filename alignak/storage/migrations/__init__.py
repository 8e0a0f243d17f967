"""Bring a database to the tables of this version, step by step; ``storage/database`` calls it when it opens one.

A step is never changed once it was released: what changes later is a further step. Each runs once, in one transaction
with the note that it ran. A database that a newer version wrote is refused rather than guessed at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, insert, select, update

from alignak.base.errors import StoreError
from alignak.storage.migrations import first

Step = Callable[[Connection], None]

SCHEDULER: Final[Sequence[Step]] = (first.create_scheduler_tables,)
EVENTS: Final[Sequence[Step]] = (first.create_event_tables,)

_METADATA: Final = MetaData()
versions: Final = Table(
    "schema_version", _METADATA, Column("name", Text, primary_key=True), Column("version", Integer, nullable=False)
)


def migrate(connection: Connection, name: str, steps: Sequence[Step]) -> int:
    """Run the steps a database has not seen yet and return how many ran; the caller's transaction holds them all.

    Raises StoreError when a newer version wrote the database.
    """
    _METADATA.create_all(connection)
    known = connection.scalar(select(versions.c.version).where(versions.c.name == name))
    version = known or 0
    if version > len(steps):
        raise StoreError(
            f"the {name} store has schema {version} and this version of Alignak knows {len(steps)}: "
            "start the version that wrote it, or move the store away"
        )
    for step in steps[version:]:
        step(connection)
    if known is None:
        connection.execute(insert(versions).values(name=name, version=len(steps)))
    elif version < len(steps):
        connection.execute(update(versions).where(versions.c.name == name).values(version=len(steps)))
    return len(steps) - version
