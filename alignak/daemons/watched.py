"""One daemon as the arbiter knows it: the way to it, which life of it, what it said last."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from alignak.daemons.follow import Trouble
from alignak.dispatch.health import LinkHealth
from alignak.model.topology import DaemonLink
from alignak.net.links import Link


class Watched(Struct):
    """One daemon as the arbiter knows it."""

    conf: DaemonLink
    link: Link
    trouble: Trouble
    running_id: str = ""
    statistics: dict[str, Any] | None = None
    asked_at: float = 0.0
    """Monotonic time of the statistics."""
    configuration_sent: bool = False
    up_since: float = 0.0
    """Monotonic; 0 while it does not answer."""
    down_since: float = 0.0
    """Monotonic; 0 while it answers, and before it was asked."""
    reported: dict[str, Any] | None = None

    @property
    def health(self) -> LinkHealth:
        """Return how the link to it is."""
        return self.link.health


def watcher(conf: DaemonLink) -> str:
    """Return the name of the follower that watches a daemon: another one when anything about the daemon changes."""
    return f"{conf.role.value} {conf}"
