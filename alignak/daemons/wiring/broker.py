"""Put a broker together."""

from __future__ import annotations

import os

from alignak.daemons.broker import Broker
from alignak.daemons.shell import Shell
from alignak.daemons.wiring.parts import Parts
from alignak.daemons.wiring.stores import open_or_replace
from alignak.storage.sql import SqlEventStore
from alignak.system import logs


def make(parts: Parts) -> Shell:
    """Return a broker on its history."""
    store = open_or_replace(parts.folder("events.sqlite"), SqlEventStore, parts.clock.now().wall)
    log_path = os.path.join(parts.place.settings.logdir, "alignak-events.log")
    return Broker(
        parts.place,
        store,
        logs.MonitoringLogWriter(log_path),
        parts.link,
    )
