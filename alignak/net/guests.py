"""The callers who have shown no credentials, and which of them have to go; the reception asks (reliability.md N6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from alignak.net.connections import Connection, Stage
from alignak.net.deadlines import Limits, neighbourhood

_SILENT: Final = frozenset((Stage.HANDSHAKE, Stage.HEAD))
"""Stages in which a caller has not said yet what it wants."""


class Guests:
    """The connections without credentials, by the address they come from."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._by_address: dict[str, dict[Connection, None]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._by_address.values()))

    def add(self, connection: Connection) -> None:
        """Count a connection."""
        self._by_address.setdefault(neighbourhood(connection.remote_addr), {})[connection] = None

    def forget(self, connection: Connection) -> None:
        """Count a connection no more: it is closed, or has shown credentials."""
        address = neighbourhood(connection.remote_addr)
        connections = self._by_address.get(address)
        if connections is not None:
            connections.pop(connection, None)
            if not connections:
                del self._by_address[address]

    def overdue(self, now: float) -> list[Connection]:
        """Return the connections that are too many for their address, those that wait longest first."""
        found: dict[Connection, None] = {}
        for connections in self._by_address.values():
            if len(connections) > self._limits.newcomers:
                waiting = _waiting(connections)
                silent = [each for each in waiting if each.stage in _SILENT]
                found |= dict.fromkeys(self._late(silent, len(silent) - self._limits.newcomers, now))
                found |= dict.fromkeys(self._late(waiting, len(waiting) - self._limits.guests, now))
        return list(found)

    def oldest(self) -> Connection | None:
        """Return the connection that waits longest of the address that has most, or None when nobody waits."""
        most = max(map(_waiting, self._by_address.values()), key=len, default=[])
        return min(most, key=_since, default=None)

    def _late(self, connections: Sequence[Connection], surplus: int, now: float) -> list[Connection]:
        """Return as many as are too many, of those whose grace is over."""
        if surplus <= 0:
            return []
        return sorted((each for each in connections if now - each.since > self._limits.grace), key=_since)[:surplus]


def _waiting(connections: dict[Connection, None]) -> list[Connection]:
    return [each for each in connections if each.stage is not Stage.WORK]


def _since(connection: Connection) -> float:
    return connection.since
