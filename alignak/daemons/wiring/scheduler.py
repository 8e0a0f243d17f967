"""Put a scheduler together."""

from __future__ import annotations

from alignak.daemons.passive import PassiveLink
from alignak.daemons.scheduler import EPOCH_FILE, Scheduler
from alignak.daemons.shell import Shell
from alignak.daemons.wiring.parts import Parts
from alignak.daemons.wiring.stores import open_or_replace
from alignak.storage.sql import SqlSchedulerStore
from alignak.system import files


def make(parts: Parts) -> Shell:
    """Return a scheduler on its store; broks of a new store are numbered under a new epoch."""
    store, is_new = open_or_replace(parts.folder("scheduler.sqlite"), SqlSchedulerStore, parts.clock.now().wall)
    if is_new:
        files.remove(parts.folder(EPOCH_FILE))
    return Scheduler(
        parts.place,
        store,
        lambda conf, instance_id, lease, apply: PassiveLink(conf, parts.link(conf), instance_id, lease, apply),
    )
