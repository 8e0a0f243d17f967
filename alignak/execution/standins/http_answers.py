"""An answer of a web server, taken apart as leniently as ``check_http`` does it. The ``http`` stand-in judges it.

h11 and httptools were looked at and refuse most of what the plugin accepts: bare newlines, no blank line, a body that
goes on after its length. So a reader of our own that knows a status line, a header and a page, and nothing else.
"""

from __future__ import annotations

import calendar
import re
from typing import Final, NamedTuple

from alignak.execution.standins.standin import Result

_NEWLINES: Final = b"\r\n"
_LINE_END: Final = re.compile(rb"[\r\n]+")
_BLANK_LINE: Final = re.compile(rb"(?>\r\n|\n\r|\r|\n)[\r\n]+")
_CHUNKED: Final = re.compile(rb"Transfer-Encoding: *chunked", re.IGNORECASE)
_SIZE: Final = re.compile(rb"[ \t\r\n\v\f]*\+?(?:0[xX])?([0-9a-fA-F]+)")
_STATUS: Final = re.compile(rb"[^ ]* ([0-9]{3})(?![0-9])")
_FIELD: Final = re.compile(rb"([^:\r\n]*):[ \t\r\n\v\f]*([^\r\n]*)")
_DATE: Final = re.compile(
    r"[A-Z][a-z][a-z], ([ 0-9][0-9]) "
    r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ([0-9]{4}) ([0-9][0-9]):([0-9][0-9]):([0-9][0-9]) GMT"
)
_MONTHS: Final = {name: at for at, name in enumerate(calendar.month_abbr)}
_TWO_DAYS: Final = 172_800
_FUTURE: Final = 30
"""Seconds that a page may be newer than the server's clock."""


class HttpAnswer(NamedTuple):
    """What came from the server."""

    status_line: bytes
    header: bytes
    """The lines after the first, without the blank one."""
    page: bytes


def taken_apart(data: bytes) -> HttpAnswer:
    """Return status line, header and page of what was received."""
    first = _LINE_END.search(data)
    if first is None:
        return HttpAnswer(data.rstrip(), b"", b"")
    status_line = data[: first.start()].rstrip()
    blank = _BLANK_LINE.search(data, first.end())
    if blank is None:
        return HttpAnswer(status_line, data[first.end() :], b"")
    return HttpAnswer(status_line, data[first.end() : blank.start()], data[blank.end() :])


def has_header(data: bytes) -> bool:
    """Say whether the blank line after the header has come."""
    return _BLANK_LINE.search(data) is not None


def status_of(line: bytes) -> int | None:
    """Return the number in a status line; nothing when it has no three digits after the first space."""
    found = _STATUS.match(line)
    return int(found[1]) if found is not None else None


def is_chunked(header: bytes) -> bool:
    """Say whether the page comes in chunks."""
    return _CHUNKED.search(header) is not None


def joined(page: bytes) -> tuple[bytes, bool]:
    """Return the contents of a page that comes in chunks, and whether it came to its end."""
    pieces: list[bytes] = []
    at = 0
    while (found := _SIZE.match(page, at)) is not None:
        size = int(found[1], 16)
        if size == 0:
            return b"".join(pieces), True
        begin = found.end() + 2
        if page[found.end() : found.end() + 1] == b";":
            begin = page.find(_NEWLINES, found.end()) + 2
        if begin < 2 or begin + size > len(page):
            break
        pieces.append(page[begin : begin + size])
        at = begin + size + 2
    return b"".join(pieces), False


def age(header: bytes, limit: int) -> Result | None:
    """Judge the age of a page by what the header says; nothing when it is young enough."""
    fields = _fields(header)
    server, document = fields.get(b"date", ""), fields.get(b"last-modified", "")
    if not server:
        return 3, "Server date unknown"
    if not document:
        return 2, "Document modification date unknown"
    now, then = _instant(server), _instant(document)
    for what, text, at in (("Server", server, now), ("Document", document, then)):
        if at <= 0:
            return 2, f'{what} date "{text:>100}" unparsable'
    if then > now + _FUTURE:
        return 2, f"Document is {then - now} seconds in the future"
    if then < now - limit:
        return 2, f"Last modified {_ago(now - then)} ago"
    return None


def _fields(header: bytes) -> dict[bytes, str]:
    """Return the values of a header by their lower names, the last of each."""
    found: dict[bytes, str] = {}
    at = 0
    while at < len(header):
        field = _FIELD.match(header, at)
        if field is not None:
            found[field[1].lower()] = field[2].decode("utf-8", "replace")
        line = _LINE_END.search(header, at if field is None else field.end())
        at = len(header) if line is None else line.end()
    return found


def _instant(text: str) -> int:
    """Return the time of a date, 0 when it is none."""
    found = _DATE.match(text)
    if found is None or not 1 <= int(found[1]) <= 31:
        return 0
    day, month, year, hour, minute, second = found.groups()
    return (
        calendar.timegm((int(year), _MONTHS[month], 1, 0, 0, 0))
        + (((int(day) - 1) * 24 + int(hour)) * 60 + int(minute)) * 60
        + int(second)
    )


def _ago(seconds: int) -> str:
    if seconds > _TWO_DAYS:
        return f"{seconds / 86_400:.1f} days"
    return f"{seconds // 3_600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
