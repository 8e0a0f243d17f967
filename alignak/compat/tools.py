"""Small things that modules import: statistics, and an external command (modules.md 7.5).

Packages know them as ``alignak.stats.Stats`` and ``alignak.external_command.ExternalCommand``.
"""

from __future__ import annotations

import time
from typing import Final

from alignak.config.values import FALSE
from alignak.system.stats import StatsdSender

_MILLISECONDS: Final = 1000


class Stats:
    """Send what a module counts and times to statsd, where its section asks for it."""

    def __init__(self) -> None:
        self.name = ""
        self.type = ""
        self._sender: StatsdSender | None = None

    def register(  # noqa: PLR0917  historical
        self,
        name: str,
        _type: str,
        statsd_host: str = "localhost",
        statsd_port: int = 8125,
        statsd_prefix: str = "alignak",
        statsd_enabled: bool | str = False,
        broks_enabled: bool = False,  # noqa: ARG002  of the historical call
    ) -> bool:
        """Say who sends, and where to; return whether anything is sent."""
        self.name, self.type = name, _type
        is_enabled = statsd_enabled and str(statsd_enabled).strip().lower() not in FALSE
        self._sender = StatsdSender(statsd_host, int(statsd_port), statsd_prefix, name) if is_enabled else None
        return self.connect()

    def connect(self) -> bool:
        """Return whether what is counted goes anywhere."""
        return self._sender is not None

    def counter(self, key: str, value: float, timestamp: float | None = None) -> None:  # noqa: ARG002  statsd has none
        """Send a count."""
        self._send(key, value, "c")

    def gauge(self, key: str, value: float, timestamp: float | None = None) -> None:  # noqa: ARG002
        """Send what a value is now."""
        self._send(key, value, "g")

    def timer(self, key: str, value: float, timestamp: float | None = None) -> None:  # noqa: ARG002
        """Send how many seconds something took."""
        self._send(key, value * _MILLISECONDS, "ms")

    def _send(self, key: str, value: float, kind: str) -> None:
        if self._sender is not None:
            self._sender.send(key, value, kind)


class ExternalCommand:
    """An external command as modules make one."""

    my_type = "externalcommand"

    def __init__(self, cmd_line: str, timestamp: float | None = None) -> None:
        self.cmd_line = cmd_line
        self.creation_timestamp = timestamp or time.time()
