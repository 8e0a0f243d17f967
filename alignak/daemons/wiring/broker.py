"""Put a broker together."""

from __future__ import annotations

import os

from alignak.daemons.broker import Broker
from alignak.daemons.shell import Shell
from alignak.daemons.wiring.parts import Parts
from alignak.storage.sql import SqlEventStore
from alignak.system import logs


def make(parts: Parts) -> Shell:
    """Return a broker on its history."""
    settings = parts.place.settings
    return Broker(
        parts.place,
        lambda folder: SqlEventStore(f"sqlite:///{os.path.join(folder, 'events.sqlite')}"),
        lambda: logs.MonitoringLogWriter(os.path.join(settings.logdir, "alignak-events.log")),
        parts.link,
    )
