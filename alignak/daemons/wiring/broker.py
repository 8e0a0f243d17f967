"""Put a broker together."""

from __future__ import annotations

import os

from alignak.config.diagnostics import Diagnostics
from alignak.config.settings import read_settings
from alignak.daemons.broker import Broker
from alignak.daemons.shell import Shell
from alignak.daemons.wiring.parts import Parts
from alignak.daemons.wiring.stores import open_or_replace
from alignak.storage.sql import SqlEventStore
from alignak.system import logs


def make(parts: Parts) -> Shell:
    """Return a broker on its history."""
    store = open_or_replace(parts.folder("events.sqlite"), SqlEventStore, parts.clock.now().wall)
    return Broker(parts.place, store, monitoring_log(parts), parts.link)


def monitoring_log(parts: Parts) -> logs.MonitoringLogWriter:
    """Return the monitoring log, kept as the global section says."""
    settings, _ = read_settings(parts.environment, (), Diagnostics())
    return logs.MonitoringLogWriter(
        os.path.join(parts.place.settings.logdir, settings.log_filename),
        settings.log_date,
        settings.log_rotation_count,
        settings.log_rotation_when,
        settings.log_rotation_interval,
    )
