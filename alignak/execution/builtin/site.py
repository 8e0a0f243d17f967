"""A simulated site: hosts and services that work until a file says they are broken, some behind a router.

The demo writes the file (``write_site``), these checks read it. A host behind a broken host does not answer either,
nor does a service of a host that does not answer: the outage spreads as it would through real cables.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from alignak.base.codec import decode, encode
from alignak.base.errors import BadRequestError
from alignak.execution.builtin.results import CRITICAL, OK, UNKNOWN, Parser, Result, perf, result
from alignak.system.files import write_atomic


class Site(Struct, frozen=True):
    """What the file says."""

    behind: Mapping[str, str] = field(default_factory=dict)
    """Host -> the host it is reached through."""
    broken: tuple[str, ...] = ()
    """Hosts (``router-1``) and services (``web-1/http``) that are broken."""

    def breaker_of(self, host: str) -> str:
        """Return the broken host that keeps a host from answering: itself, or one on the way; empty when it answers."""
        passed: set[str] = set()
        while host and host not in passed:
            if host in self.broken:
                return host
            passed.add(host)
            host = self.behind.get(host, "")
        return ""

    def with_broken(self, name: str) -> Site:
        """Return the site with a host or service broken."""
        return Site(self.behind, (*(each for each in self.broken if each != name), name))

    def with_mended(self, name: str) -> Site:
        """Return the site with a host or service mended."""
        return Site(self.behind, tuple(each for each in self.broken if each != name))


def read_site(path: str) -> Site:
    """Return the site a file describes. Raises OSError, or BadRequestError when it is not JSON of that shape."""
    with open(path, "rb") as file:
        return decode(file.read(), Site)


def write_site(path: str, description: Site) -> None:
    """Replace the file, as a whole: a check never reads half of it. Raises OSError."""
    write_atomic(path, encode(description))


def site(argv: Sequence[str], _environment: Mapping[str, str], _deadline: float) -> Result:
    """Check a simulated host or service: ``site --file FILE --host HOST [--service SERVICE]``."""
    parser = Parser("site")
    parser.add_argument("--file", required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--service", default="")
    options = parser.parse_args(argv[1:])
    try:
        found = read_site(options.file)
    except (OSError, BadRequestError) as error:
        return result("SITE", UNKNOWN, f"{options.file}: {error}")
    if options.service:
        return _service(found, options.host, options.service)
    return _host(found, options.host)


def _host(found: Site, host: str) -> Result:
    breaker = found.breaker_of(host)
    if breaker:
        why = f"{host} does not answer" + (f", {breaker} before it is broken" if breaker != host else "")
        return result("PING", CRITICAL, f"{why}, packet loss = 100%", [perf("pl", 100, "%")])
    rtt = _wave(host, 0.4, 30.0)
    return result("PING", OK, f"packet loss = 0%, RTA = {rtt:.2f} ms", [perf("rta", rtt, "ms"), perf("pl", 0, "%")])


def _service(found: Site, host: str, service: str) -> Result:
    if found.breaker_of(host):
        return result(service.upper(), CRITICAL, f"connect to {host}: no route to host")
    if f"{host}/{service}" in found.broken:
        return result(service.upper(), CRITICAL, f"{host} answers, {service} does not: connection refused")
    taken = _wave(f"{host}/{service}", 0.01, 60.0)
    return result(service.upper(), OK, f"{taken * 1000:.0f} ms response time", [perf("time", taken, "s")])


def _wave(name: str, size: float, period: float) -> float:
    """Return a value that swings about ``size`` in a way of its own for each name."""
    phase = hashlib.sha256(name.encode()).digest()[0] / 256
    return size * (1.5 + math.sin(2 * math.pi * (time.time() / period + phase)) / 2) * (1 + phase)
