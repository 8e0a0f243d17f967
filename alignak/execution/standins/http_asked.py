"""What a line of ``check_http`` asks for, and the bytes that ask a server for it.

``http_options`` reads it from the words, ``http_redirects`` moves it on, ``http`` runs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from msgspec import Struct

from alignak.execution.standins.certificates import Days
from alignak.execution.standins.connections import Terms
from alignak.execution.standins.posix_patterns import Pattern
from alignak.execution.standins.ranges import Range

AGENT: Final = "check_http/v2.3.3 (monitoring-plugins 2.3.3)"
REACTIONS: Final[Mapping[str, int]] = {"ok": 0, "warning": 1, "critical": 2, "unknown": 3}
"""What ``-f`` says about redirects that are not followed -> state."""


class Place(NamedTuple):
    """Where a page is, as known at one hop."""

    address: str
    """What is connected to."""
    host: str | None
    """The virtual host."""
    port: int
    shown_port: int
    """The port that the host header tells."""
    is_secure: bool
    url: str

    @property
    def scheme(self) -> str:
        """Return ``http`` or ``https``."""
        return "https" if self.is_secure else "http"

    @property
    def link(self) -> str:
        """Return the address as the plugin prints it: always with the port."""
        return f"{self.scheme}://{self.host or self.address}:{self.port}{self.url}"


class Asked(Struct, frozen=True):
    """What one line of ``check_http`` asks for."""

    place: Place
    method: str
    agent: str
    headers: tuple[str, ...]
    """Further header lines, credentials and content type included, and the host header when it was given."""
    forced_host: str | None
    post: bytes | None
    family: int
    has_sni: bool
    terms: Terms
    days: Days | None
    goes_on: bool
    """Whether the page is asked for after the certificate was judged."""
    expected: str | None
    """What the status line should have, by commas, in the place of the usual rules."""
    header_string: bytes
    string: bytes
    pattern: Pattern | None
    is_inverted: bool
    smallest: int
    largest: int
    max_age: int | None
    on_redirect: str
    max_redirects: int
    warning: Range | None
    critical: Range | None
    timeout: int
    has_more_perfdata: bool
    has_link: bool
    shows_body: bool
    has_no_body: bool


def request(asked: Asked, place: Place) -> bytes:
    """Return what is sent to a place."""
    version = "1.0" if place.host is None else "1.1"
    lines = [f"{asked.method} {place.url} HTTP/{version}", f"User-Agent: {asked.agent}", "Connection: close"]
    if place.host is not None:
        usual = 443 if place.is_secure else 80
        shown = place.host if place.shown_port == usual else f"{place.host}:{place.shown_port}"
        lines.append(asked.forced_host or f"Host: {shown}")
    lines += (*asked.headers, "", "")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + (asked.post or b"")
