"""A daemon's HTTP interface with answers a test gives, on a free port: for what speaks to daemons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from alignak.api.roles import ENDPOINTS
from alignak.base.secret import Secret
from alignak.model.topology import Role
from alignak.net.auth import Gate
from alignak.net.endpoint import Binding
from alignak.net.keys import KeyRing
from alignak.net.server import Server
from alignak.system.clocks import SystemClock

SECRET = "an-instance-secret-that-is-long-enough-for-anybody"


@contextmanager
def answering(
    role: Role, handlers: Mapping[str, Callable[[Any], Any]], keys: KeyRing | None = None, *, local: bool = True
) -> Iterator[str]:
    """Serve some endpoints of a role and yield the address; ``local`` operators need no key."""
    endpoints = [each for each in ENDPOINTS[role] if each.name in handlers]
    gate = Gate(Secret(SECRET), keys or KeyRing(), local, SystemClock())
    server = Server(Binding(endpoints, handlers), "127.0.0.1", 0, gate)
    server.start()
    try:
        yield f"http://127.0.0.1:{server.port}/"
    finally:
        server.stop()
