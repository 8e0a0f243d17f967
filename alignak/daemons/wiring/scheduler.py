"""Put a scheduler together."""

from __future__ import annotations

import os

from alignak.daemons.passive import PassiveLink
from alignak.daemons.scheduler import Scheduler
from alignak.daemons.shell import Shell
from alignak.daemons.wiring.parts import Parts
from alignak.storage.sql import SqlSchedulerStore


def make(parts: Parts) -> Shell:
    """Return a scheduler on its store."""
    return Scheduler(
        parts.place,
        lambda folder: SqlSchedulerStore(f"sqlite:///{os.path.join(folder, 'scheduler.sqlite')}"),
        lambda conf, instance_id, lease, apply: PassiveLink(conf, parts.link(conf), instance_id, lease, apply),
    )
