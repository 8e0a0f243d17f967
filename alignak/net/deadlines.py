"""How much and how long a caller may take: the numbers of the HTTP base (reliability.md 5.2 number 11).

Every wait of the reception has a deadline here and every size a cap; ``reception`` and ``admission`` enforce them.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Final

from msgspec import Struct

GZIP_FROM: Final = 1_400
"""Bytes from which an answer is worth compressing: less fits one packet anyway."""

MOST_INFLATED: Final = 10
"""How many times its compressed size a body may become."""


class Limits(Struct, frozen=True, kw_only=True):
    """The caps of one server."""

    head_bytes: int = 16 << 10
    """Request line and headers together."""
    headers: int = 100
    newcomers: int = 8
    """Connections of one address without credentials that may be shaking hands or sending a head (``grace`` apart)."""
    guests: int = 64
    """Connections of one address without credentials, whatever they wait for (``grace`` apart)."""
    grace: float = 1.0
    """Seconds a connection may wait before it counts for those two caps. Whoever says at once what it wants is done by
    then, so a flood costs an honest caller nothing, even from the same address."""
    connections: int = 1_024
    """Of all addresses; past it the oldest waiting guest of the address that has most of them goes."""
    linger_bytes: int = 1 << 20
    """What is read and thrown away so that a caller who is still sending can read why it is refused."""


class Deadlines(Struct, frozen=True, kw_only=True):
    """Seconds each stage of a connection may last, as a whole: a byte now and then does not extend it."""

    handshake: float = 2.0
    head: float = 5.0
    body: float = 30.0
    answer: float = 60.0
    """For the caller to read its answer."""
    idle: float = 60.0
    """Between two requests."""
    linger: float = 1.0


@lru_cache(maxsize=4_096)
def is_loopback(address: str) -> bool:
    """Tell whether an address or a host name is of this machine alone."""
    if address == "localhost":
        return True
    parsed = _parsed(address)
    return parsed is not None and parsed.is_loopback


@lru_cache(maxsize=4_096)
def neighbourhood(address: str) -> str:
    """Return what the caps count as one address: an IPv4 address, or the /64 network of an IPv6 one."""
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((parsed, 64), strict=False))
    return address if parsed is None else str(parsed)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed
