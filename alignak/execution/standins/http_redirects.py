"""Where ``check_http`` goes when a server sends it elsewhere. The ``http`` stand-in asks."""

from __future__ import annotations

import re
from typing import Final

from alignak.execution.standins.http_asked import Asked, Place

_LOCATION: Final = re.compile(rb"(?:\A|[\r\n])Location:[ \t]*(?:(?:\r\n|\r|\n)[ \t]+)*", re.IGNORECASE)
_SCHEME: Final = rb"([HTPShtps]+)://([-.a-zA-Z0-9]+)"
_PORT: Final = rb":[ \t\r\n]*(\+?[0-9]{1,6})"
_PATH: Final = rb"[-_.!~*'();/?:@&=+$,%#a-zA-Z0-9]+"
_FORMS: Final = tuple(
    re.compile(each)
    for each in (
        _SCHEME + _PORT + b"/(" + _PATH + b")",
        _SCHEME + b"()/(" + _PATH + b")",
        _SCHEME + _PORT + b"()",
        _SCHEME + b"()()",
        b"()//([-.a-zA-Z0-9]+)()/(" + _PATH + b")",
    )
)
"""Scheme, host, port and path, in the order they are tried; what matches none is a path."""

_RELATIVE: Final = re.compile(_PATH)


class RedirectError(Exception):
    """A redirect that is not followed; ``code`` is the state, the text the plugin's."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


def redirected(asked: Asked, place: Place, answer: tuple[bytes, bytes], depth: int) -> Place:
    """Return the next place, from status line and header; ``depth`` counts redirects, this one included.

    Raises RedirectError.
    """
    found = _location(*answer)
    new = _absolute(found, place) or _relative(found, place)
    if new.port > 65_535 and asked.on_redirect != "stickyport":
        raise RedirectError(3, f"HTTP UNKNOWN - Redirection to port above 65535 - {new.link}")
    if depth > asked.max_redirects:
        text = f"HTTP WARNING - maximum redirection depth {asked.max_redirects} exceeded - {new.link}"
        raise RedirectError(1, text)
    if new.host == place.host == place.address and (new.port, new.url) == (place.port, place.url):
        raise RedirectError(2, f"HTTP CRITICAL - redirection creates an infinite loop - {new.link}")
    return _stuck(asked, place, new)


def _location(status_line: bytes, header: bytes) -> bytes:
    """Return what the header says after ``Location:``, and all that follows."""
    found = _LOCATION.search(header)
    if found is None:
        text = status_line.decode("utf-8", "replace")
        raise RedirectError(3, f"HTTP UNKNOWN - Could not find redirect location - {text}")
    if header[found.end() : found.end() + 1] in (b"\r", b"\n"):
        raise RedirectError(3, "HTTP UNKNOWN - Empty redirect location")
    return header[found.end() :]


def _absolute(location: bytes, place: Place) -> Place | None:
    """Return the place an address with a host names; nothing when it has none."""
    for form in _FORMS:
        if (found := form.match(location)) is not None:
            scheme, host, port, path = (each.decode() for each in found.groups())
            is_secure = scheme == "https" if scheme else place.is_secure
            number = int(port) if port else (443 if is_secure else 80)
            return Place(host, host, number, number, is_secure, f"/{path.removeprefix('/')}")
    return None


def _relative(location: bytes, place: Place) -> Place:
    """Return the place of a path on the same server."""
    found = _RELATIVE.match(location)
    if found is None:
        text = re.split(rb"[\r\n]", location, maxsplit=1)[0].decode("utf-8", "replace")
        raise RedirectError(3, f"HTTP UNKNOWN - Could not parse redirect location - {text}")
    path = found[0].decode()
    if not path.startswith("/"):
        path = f"{place.url[: place.url.rfind('/')] if '/' in place.url else place.url}/{path}"
    host = place.host or place.address
    return Place(host, host, place.port, place.port, place.is_secure, path)


def _stuck(asked: Asked, old: Place, new: Place) -> Place:
    """Return the new place as far as ``-f`` lets it differ from the old one."""
    if asked.on_redirect == "follow":
        return new
    if asked.on_redirect == "sticky":
        return new._replace(address=old.address)
    return new._replace(address=old.address, port=old.port, shown_port=old.port)
