"""Where a request ends: strict HTTP/1.1 framing, as pure functions of bytes; the reception and the requests use it.

Everything two programs could read in two ways is refused rather than interpreted (reliability.md S10): folded headers,
bare line feeds, two lengths, a length beside a transfer coding, spaces before a colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Protocol

from alignak.base.errors import BadRequestError, TooLargeError

_REQUEST_LINE: Final = re.compile(rb"[A-Z]{1,24} (?:/(?!/)[!-~]*|\*) HTTP/[0-9]\.[0-9]")
_NAME: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_LENGTH: Final = re.compile(rb"[0-9]{1,18}")
_CHUNK_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n\x00]*)?")

_ONCE: Final = frozenset(
    b"authorization content-encoding content-length content-type expect host origin transfer-encoding x-api-key".split()
)
"""Headers that mean something to us and therefore come once."""

_MAX_CHUNK_LINE: Final = 256
_MAX_CHUNKS: Final = 20_000
"""Chunks of one body: each costs a step of Python, and a body of single bytes would be a million of them."""
_MAX_TRAILERS: Final = 4_096


def head_end(data: bytes | bytearray, seen: int = 0) -> int:
    """Return where the head ends, just after its empty line, or -1 when it is not all there.

    ``seen`` bytes were looked at before. A bare line feed ends the head at once: what follows could only be refused.
    """
    found = data.find(b"\r\n\r\n", max(0, seen - 3))
    feed = data.find(b"\n", seen)
    while feed != -1 and (found == -1 or feed < found):
        if feed == 0 or data[feed - 1] != 0x0D:
            return feed + 1
        feed = data.find(b"\n", feed + 1)
    return -1 if found == -1 else found + 4


def is_request_line(line: bytes) -> bool:
    """Tell whether a line, without its end, is a request line we read."""
    return _REQUEST_LINE.fullmatch(line) is not None


def read_headers(lines: Iterable[bytes]) -> dict[bytes, bytes]:
    """Return the headers of a head by lower-case name; BadRequestError when they can be read in more than one way.

    ``lines`` are without their ends. A header that comes twice is joined with a comma unless it must be single.
    """
    headers: dict[bytes, bytes] = {}
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            raise BadRequestError("a header continues on a second line: write it on one")
        name, colon, value = line.partition(b":")
        if not colon or not _NAME.fullmatch(name):
            raise BadRequestError(f"malformed header: {line[:60]!r}")
        if _CONTROL.search(value):
            raise BadRequestError(f"control character in the header {name.decode('ascii')}")
        key = name.lower()
        if key in headers and key in _ONCE:
            raise BadRequestError(f"the header {name.decode('ascii')} comes twice")
        value = value.strip(b" \t")
        headers[key] = headers[key] + b", " + value if key in headers else value
    return headers


def check_framing(headers: dict[bytes, bytes], version: bytes) -> None:
    """Refuse a head whose body could be delimited in more than one way, or that names no host."""
    length, coding = headers.get(b"content-length"), headers.get(b"transfer-encoding")
    if length is not None and not _LENGTH.fullmatch(length):
        raise BadRequestError(f"Content-Length is not a number: {length[:40]!r}")
    if coding is not None:
        if length is not None:
            raise BadRequestError("both Content-Length and Transfer-Encoding are given: send one")
        if version != b"HTTP/1.1" or coding.lower() != b"chunked":
            raise BadRequestError(f"Transfer-Encoding {coding[:40]!r} is not understood: only chunked, over HTTP/1.1")
    if version == b"HTTP/1.1" and b"host" not in headers:
        raise BadRequestError("HTTP/1.1 requires a Host header")


class Framing(Protocol):
    """Knows when a body is complete."""

    def take(self, data: bytearray) -> bytes | None:
        """Remove what belongs to the body from the received data; return the body once it is complete."""
        ...


class LengthFraming:
    """A body of a length said beforehand."""

    __slots__ = ("_length",)

    def __init__(self, length: int) -> None:
        self._length = length

    def take(self, data: bytearray) -> bytes | None:
        """Return the body once all of it has arrived."""
        if len(data) < self._length:
            return None
        body = bytes(memoryview(data)[: self._length])
        del data[: self._length]
        return body


class ChunkedFraming:
    """A body in chunks, at most ``limit`` bytes of it; TooLargeError as soon as a chunk announces more."""

    __slots__ = ("_body", "_chunks", "_left", "_limit", "_trailers")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._body = bytearray()
        self._chunks = 0
        self._left = 0
        self._trailers = -1
        """Bytes of trailers read, or -1 before the last chunk."""

    def take(self, data: bytearray) -> bytes | None:
        """Return the body once its last chunk and its trailers have arrived."""
        while True:
            if self._left:
                if not self._take_chunk(data):
                    return None
                continue
            line = _take_line(data)
            if line is None:
                return None
            if self._trailers >= 0:
                if not line:
                    return bytes(self._body)
                self._count_trailer(line)
            else:
                self._begin_chunk(line)

    def _begin_chunk(self, line: bytes) -> None:
        match = _CHUNK_SIZE.fullmatch(line)
        if match is None:
            raise BadRequestError(f"bad chunk size: {line[:40]!r}")
        size = int(match[1], 16)
        self._chunks += 1
        if self._chunks > _MAX_CHUNKS:
            raise TooLargeError(f"the body comes in more than {_MAX_CHUNKS} chunks: send larger ones")
        if len(self._body) + size > self._limit:
            raise TooLargeError(f"the body is larger than the {self._limit} bytes taken here")
        if size == 0:
            self._trailers = 0
        else:
            self._left = size + 2  # its line end belongs to the chunk

    def _take_chunk(self, data: bytearray) -> bool:
        if len(data) >= self._left:
            size = self._left - 2
            if data[size : self._left] != b"\r\n":
                raise BadRequestError("a chunk does not end where its size says")
            self._body += memoryview(data)[:size]
            del data[: self._left]
            self._left = 0
            return True
        part = min(len(data), self._left - 2)
        self._body += memoryview(data)[:part]
        del data[:part]
        self._left -= part
        return False

    def _count_trailer(self, line: bytes) -> None:
        self._trailers += len(line)
        if self._trailers > _MAX_TRAILERS:
            raise TooLargeError(f"more than {_MAX_TRAILERS} bytes of trailers")


def _take_line(data: bytearray) -> bytes | None:
    end = data.find(b"\n", 0, _MAX_CHUNK_LINE)
    if end == -1:
        if len(data) >= _MAX_CHUNK_LINE:
            raise BadRequestError("a line between chunks is too long")
        return None
    if end == 0 or data[end - 1] != 0x0D:
        raise BadRequestError("HTTP requires CRLF terminators")
    line = bytes(data[: end - 1])
    del data[: end + 1]
    return line
