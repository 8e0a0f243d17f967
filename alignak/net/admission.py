"""What stands between a request and its handler.

In this order: path, method, credentials, media type, size; then, once the body is there, decompression, JSON, types.

``Desk.admit`` runs before a byte of the body is read, ``Desk.answer`` after; the server calls both.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from msgspec import Struct

from alignak.base.errors import (
    AlignakError,
    BadRequestError,
    LengthRequiredError,
    MethodNotAllowedError,
    NotFoundError,
    TooLargeError,
    UnsupportedMediaError,
)
from alignak.net import answers
from alignak.net.answers import Answer
from alignak.net.auth import Caller, Gate, Visitor
from alignak.net.decoding import Signature, inflate
from alignak.net.endpoint import Binding, Effect, Endpoint, Handler

log = logging.getLogger(__name__)

_WITH_BODY: Final = frozenset(("POST", "PUT", "PATCH"))
_CODINGS: Final[Mapping[str, str]] = {"": "", "identity": "", "gzip": "gzip", "x-gzip": "gzip"}


class Asked(Struct, frozen=True):
    """The head of a request."""

    method: str
    path: str
    """As it came: still percent-encoded."""
    query: str
    visitor: Visitor

    def header(self, name: str) -> str:
        """Return a header by its lower-case name, or nothing."""
        return self.visitor.headers.get(name, "")

    @property
    def is_chunked(self) -> bool:
        """Tell whether the length of the body is not said."""
        return "transfer-encoding" in self.visitor.headers

    @property
    def length(self) -> int:
        """Return the length of the body as the head says it."""
        return int(self.header("content-length") or 0)


class Admission(Struct, frozen=True):
    """A request that may go on."""

    asked: Asked
    endpoint: Endpoint
    handler: Handler
    segments: tuple[str, ...]
    caller: Caller
    coding: str
    """``gzip`` or ``zlib`` when the body is compressed."""


class Desk:
    """Admit and answer the requests of one binding."""

    def __init__(self, binding: Binding, gate: Gate) -> None:
        self._binding = binding
        self._gate = gate
        self._signatures = {each.name: Signature.of(each) for each in binding.endpoints}

    def admit(self, asked: Asked) -> Admission:
        """Return the admission of a request; the AlignakError that refuses it otherwise."""
        located = self._binding.locate(path_segments(asked.path))
        if located is None:
            raise NotFoundError(f"The path '{asked.path[:200]}' was not found.")
        endpoint, handler, segments = located
        if asked.method not in (*allowed_methods(endpoint), "OPTIONS"):
            raise _not_allowed(endpoint, asked.method)
        # OPTIONS tells the methods and runs nothing: a browser asks before it has a key.
        caller = Caller.GUEST if asked.method == "OPTIONS" else self._gate.check(endpoint, asked.visitor)
        return Admission(asked, endpoint, handler, segments, caller, _check_body(asked, endpoint))

    def answer(self, admission: Admission, body: bytes) -> Answer:
        """Return the answer of the handler, or of whatever kept the request from it."""
        if admission.asked.method == "OPTIONS":
            return self._dressed(_options(admission.endpoint), admission.asked)
        try:
            given = answers.success(admission.endpoint, admission.handler(self._request(admission, body)))
        except AlignakError as error:
            given = self._failed(admission.asked, error)
        except Exception:  # noqa: BLE001  a handler's bug is one caller's 500, and never shown to it
            given = _incident(admission.asked)
        return self._dressed(given, admission.asked)

    def refuse(self, asked: Asked, error: AlignakError) -> Answer:
        """Return the answer to a request that was not admitted."""
        return self._dressed(self._failed(asked, error), asked)

    def _failed(self, asked: Asked, error: AlignakError) -> Answer:
        if error.status >= 500 and not error.can_retry:
            log.error("%s %s failed: %s", asked.method, asked.path[:200], error, exc_info=error)
        return answers.failure(error)

    def _request(self, admission: Admission, body: bytes) -> Any:
        """Return the struct the handler takes."""
        asked, signature = admission.asked, self._signatures[admission.endpoint.name]
        if asked.method not in _WITH_BODY:
            return signature.from_query(asked.query, admission.segments)
        if not body and "GET" in admission.endpoint.methods:  # an act: its parameters may stand where GET has them
            return signature.from_query(asked.query, admission.segments)
        if asked.query or admission.segments:
            raise NotFoundError(f"Unexpected query string parameters: {asked.query[:200]}; they belong in the body")
        if admission.coding:
            body = inflate(body, admission.coding, admission.endpoint.max_body)
        return signature.from_body(body)

    def _dressed(self, given: Answer, asked: Asked) -> Answer:
        origin = asked.header("origin")
        if origin and origin in self._gate.origins:
            given = given.with_headers({"Access-Control-Allow-Origin": origin})
            if asked.method == "OPTIONS":
                asks = {"Access-Control-Allow-Methods": given.headers.get("Allow", "")}
                asks["Access-Control-Allow-Headers"] = "Authorization, Content-Type, X-Api-Key"
                given = given.with_headers(asks)
        return answers.compressed(given, asked.header("accept-encoding"))


def path_segments(path: str) -> tuple[str, ...]:
    """Return the decoded segments of a path; a slash at its end counts for nothing, an encoded one does not separate.

    Only the first segment is looked up, in a table; the others are parameters of it, never names of anything.
    """
    raw = path.removeprefix("/")
    if len(raw) > 1:
        raw = raw.removesuffix("/")
    try:
        return tuple(unquote_to_bytes(each).decode() for each in raw.split("/"))
    except UnicodeDecodeError as error:
        raise NotFoundError(f"The path '{path[:200]}' was not found.") from error


def allowed_methods(endpoint: Endpoint) -> tuple[str, ...]:
    """Return the methods of an endpoint; HEAD is a GET whose answer is not wanted, so only for what changes nothing."""
    if "GET" in endpoint.methods and endpoint.effect is Effect.READ:
        return (*endpoint.methods, "HEAD")
    return endpoint.methods


def _not_allowed(endpoint: Endpoint, method: str) -> MethodNotAllowedError:
    message = f"/{endpoint.name} does not answer {method}: use {' or '.join(endpoint.methods)}"
    return MethodNotAllowedError(message, (*allowed_methods(endpoint), "OPTIONS"))


def _options(endpoint: Endpoint) -> Answer:
    return Answer(204, {"Allow": ", ".join((*allowed_methods(endpoint), "OPTIONS"))})


def _check_body(asked: Asked, endpoint: Endpoint) -> str:
    """Check what the head says of the body; return how it is compressed."""
    if not asked.is_chunked and not asked.length:
        return ""
    if asked.method not in _WITH_BODY:
        raise BadRequestError(f"{asked.method} takes no body: put parameters in the query string")
    media = asked.header("content-type").partition(";")[0].strip().lower()
    if media not in (answers.JSON, "application/zlib"):
        raise UnsupportedMediaError(f"Expected an entity of content type {answers.JSON}, not {media[:60] or 'none'!r}")
    coding = _CODINGS.get(asked.header("content-encoding").strip().lower())
    if coding is None or (coding and media != answers.JSON):
        raise UnsupportedMediaError("Content-Encoding may be gzip, or left out")
    if media == "application/zlib":
        coding = "zlib"
        if asked.is_chunked:
            raise LengthRequiredError("an application/zlib body needs a Content-Length")
    if asked.length > endpoint.max_body:
        raise TooLargeError(f"the body has {asked.length} bytes; /{endpoint.name} takes at most {endpoint.max_body}")
    return coding


def _incident(asked: Asked) -> Answer:
    incident = secrets.token_hex(4)
    log.exception("incident %s: %s %s failed", incident, asked.method, asked.path[:200])
    return answers.failure(AlignakError(f"internal error, incident {incident}: the daemon's log says more"))
