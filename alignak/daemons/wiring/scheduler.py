"""Put a scheduler together."""

from __future__ import annotations

from alignak.base.errors import StoreDamagedError
from alignak.daemons.passive import PassiveLink
from alignak.daemons.scheduler import Scheduler
from alignak.daemons.shell import Shell
from alignak.daemons.wiring.parts import Parts
from alignak.daemons.wiring.stores import open_or_replace
from alignak.storage.sql import SqlSchedulerStore
from alignak.system.garbage import collect_seldom


def make(parts: Parts) -> Shell:
    """Return a scheduler on its store."""
    collect_seldom()
    store = open_or_replace(parts.folder("scheduler.sqlite"), open_and_read, parts.clock.now().wall)
    return Scheduler(
        parts.place,
        store,
        lambda conf, *functions: PassiveLink(conf, parts.link(conf), *functions),
    )


def open_and_read(url: str) -> SqlSchedulerStore:
    """Return a store whose every state and order could be read; StoreDamagedError when one cannot."""
    store = SqlSchedulerStore(url)
    try:
        store.load_states()
        store.load_orders()
    except StoreDamagedError:
        store.close()
        raise
    return store
