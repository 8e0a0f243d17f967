"""From what a handler returned or raised to the bytes of an answer; the admission and the connections use it."""

from __future__ import annotations

import gzip
import typing
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec
from msgspec import Struct

from alignak.base import codec
from alignak.base.errors import (
    AlignakError,
    ConfigurationError,
    MethodNotAllowedError,
    UnauthorizedError,
)
from alignak.net.deadlines import GZIP_FROM
from alignak.net.endpoint import Endpoint

JSON: Final = "application/json"

_ALWAYS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Vary": "Accept-Encoding, Origin",
    "X-Content-Type-Options": "nosniff",
}


class Refusal(Struct, frozen=True, rename={"status": "_status", "message": "_message"}):
    """The body of every answer that is not what was asked for."""

    status: str
    message: str


class Answer(Struct, frozen=True):
    """A whole answer: status, headers, body."""

    status: int
    headers: dict[str, str]
    body: bytes = b""

    @property
    def status_line(self) -> str:
        """Return the status as HTTP writes it."""
        return f"{self.status} {HTTPStatus(self.status).phrase}"

    def with_headers(self, more: Mapping[str, str]) -> Answer:
        """Return the same answer with more headers."""
        return Answer(self.status, {**self.headers, **more}, self.body)


def success(endpoint: Endpoint, value: Any) -> Answer:
    """Return the answer that carries what a handler returned."""
    if endpoint.text:
        body = value if isinstance(value, bytes) else str(value).encode()
        return Answer(200, {"Content-Type": endpoint.text, **_ALWAYS}, body)
    return Answer(200, {"Content-Type": JSON, **_ALWAYS}, _encoded(endpoint, value))


def failure(error: AlignakError) -> Answer:
    """Return the answer to a request that was refused: its status, and the historical ``_status`` ERR document."""
    document: dict[str, codec.Json] = {"_status": "ERR", "_message": error.message}
    headers = {"Content-Type": JSON, **_ALWAYS}
    if isinstance(error, ConfigurationError) and error.diagnostics:
        document["_issues"] = list(error.diagnostics)
    if isinstance(error, MethodNotAllowedError):
        headers["Allow"] = ", ".join(error.allowed)
    if isinstance(error, UnauthorizedError):
        headers["WWW-Authenticate"] = 'Bearer realm="alignak"'
    if error.can_retry:
        headers["Retry-After"] = "1"
    return Answer(error.status, headers, codec.encode(document))


def refusal(status: int, message: str) -> bytes:
    """Return a complete HTTP answer that ends its connection, for a request that never became one."""
    body = codec.encode(Refusal("ERR", message))
    return (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
        f"Content-Type: {JSON}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode("ascii") + body


def compressed(answer: Answer, accept_encoding: str) -> Answer:
    """Return an answer compressed when that is worth it and the caller takes it."""
    if len(answer.body) < GZIP_FROM or not accepts_gzip(accept_encoding):
        return answer
    body = gzip.compress(answer.body, compresslevel=3, mtime=0)
    return Answer(answer.status, {**answer.headers, "Content-Encoding": "gzip"}, body)


def accepts_gzip(accept_encoding: str) -> bool:
    """Tell whether an Accept-Encoding header takes gzip."""
    for part in accept_encoding.lower().split(","):
        coding, _, parameters = part.partition(";")
        if coding.strip() in ("gzip", "*"):
            return parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _encoded(endpoint: Endpoint, value: Any) -> bytes:
    if is_loose(endpoint.answer):
        try:
            return codec.dumps(value).encode()
        except (TypeError, ValueError, OverflowError):
            pass  # a record inside, or a number that JSON has no word for: msgspec knows both
    return codec.encode(value)


def is_loose(type_: Any) -> bool:
    """Tell whether an answer is a loosely shaped document rather than a typed message."""
    if type_ is Any or type_ in (dict, list):
        return True
    origin, arguments = typing.get_origin(type_), typing.get_args(type_)
    return origin in (dict, list) and bool(arguments) and is_loose(arguments[-1])


def read_refusal(body: bytes) -> Refusal | None:
    """Return the refusal that a body is, or None when it is something else."""
    if b'"_status"' not in body[:200]:
        return None
    try:
        found = msgspec.json.decode(body, type=Refusal)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return found if found.status == "ERR" else None
