"""From the query string or the body of a request to the struct its endpoint declares.

``Signature`` is made once for each endpoint; ``admission`` asks it before the handler is called.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Final, NoReturn
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct, inspect

from alignak.base.codec import MAX_DEPTH
from alignak.base.errors import BadRequestError, NotFoundError, TooLargeError
from alignak.net.deadlines import MOST_INFLATED
from alignak.net.endpoint import MAX_BODY, Audience, Endpoint

_MAX_PARAMETERS: Final = 200
_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_ONE_BRACKET: Final = bytes.maketrans(b"{}", b"[]")
_SEQUENCES: Final = (inspect.ListType, inspect.VarTupleType, inspect.TupleType, inspect.SetType, inspect.FrozenSetType)
_WINDOW: Final[Mapping[str, int]] = {"gzip": zlib.MAX_WBITS | 16, "zlib": zlib.MAX_WBITS}


class Signature(Struct, frozen=True):
    """What an endpoint takes: the names of its parameters, and which of them are required or hold several values."""

    endpoint: Endpoint
    names: tuple[str, ...]
    required: tuple[str, ...]
    several: frozenset[str]
    whole: frozenset[str]
    """Those of them that are not divided at commas."""
    never_null: frozenset[str]
    """Those that may be left out and hold no text: the word ``null`` is no value of theirs."""

    @classmethod
    def of(cls, endpoint: Endpoint) -> Signature:
        """Read the signature of an endpoint from its request struct."""
        fields = msgspec.structs.fields(endpoint.request)
        return cls(
            endpoint=endpoint,
            names=tuple(each.encode_name for each in fields),
            required=tuple(each.encode_name for each in fields if each.required),
            several=frozenset(each.encode_name for each in fields if _holds_several(inspect.type_info(each.type))),
            whole=frozenset(each.encode_name for each in fields if _is_whole(inspect.type_info(each.type))),
            never_null=frozenset(each.encode_name for each in fields if _has_no_text(inspect.type_info(each.type))),
        )

    def from_query(self, query: str, segments: tuple[str, ...] = ()) -> Struct:
        """Return the request that a query string and further path segments make.

        Missing and unexpected parameters are NotFoundError, as the historical server answered (http-api.md 2.1).
        """
        values = self._gathered(parse_query(query), segments)
        if missing := [name for name in self.required if name not in values]:
            raise NotFoundError(f"Missing parameters: {','.join(missing)}")
        return self._converted(values)

    def from_body(self, body: bytes) -> Struct:
        """Return the request that a JSON body makes; an empty body is one without parameters."""
        check_json(body, may_repeat=self.endpoint.audience is Audience.DAEMON)
        try:
            given = msgspec.json.decode(body, type=dict[str, msgspec.Raw]) if body else {}
            if unknown := sorted(given.keys() - set(self.names)):
                raise BadRequestError(f"unexpected parameters: {', '.join(unknown)[:200]}; {self._taken()}")
            if missing := [name for name in self.required if name not in given]:
                raise BadRequestError(f"Missing parameters: {','.join(missing)}")
            return msgspec.json.decode(body or b"{}", type=self.endpoint.request)
        except (ValueError, RecursionError) as error:
            _refuse(error)

    def _gathered(self, pairs: list[tuple[str, str]], segments: tuple[str, ...]) -> dict[str, Any]:
        """Join what was given under each name, and refuse names that are not parameters or come twice."""
        if unknown := sorted({name for name, _ in pairs} - set(self.names)):
            raise NotFoundError(f"Unexpected query string parameters: {', '.join(unknown)[:200]}")
        given: dict[str, list[str]] = {}
        for name, value in (*zip(self.endpoint.segments, segments, strict=False), *pairs):
            given.setdefault(name, []).append(value)
        values: dict[str, Any] = {}
        for name, texts in given.items():
            if name in self.several:
                values[name] = texts if name in self.whole else _split(texts)
            elif len(texts) > 1:
                raise BadRequestError(f"{name} is given {len(texts)} times: give it once")
            elif name in self.never_null and texts[0].lower() == "null":
                raise BadRequestError(f"{name} is null: leave it out instead")
            else:
                values[name] = texts[0]
        return values

    def _converted(self, values: Mapping[str, Any]) -> Struct:
        try:
            return msgspec.convert(values, type=self.endpoint.request, strict=False)
        except ValueError as error:
            _refuse(error)

    def _taken(self) -> str:
        return f"{self.endpoint.name} takes {', '.join(self.names) or 'none'}"


def parse_query(query: str) -> list[tuple[str, str]]:
    """Return the parameters of a query string, in order."""
    try:
        return parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS)
    except ValueError as error:  # UnicodeDecodeError is one
        raise BadRequestError(f"the query string cannot be read: {error}") from error


def inflate(body: bytes, coding: str, limit: int) -> bytes:
    """Return a ``gzip`` or ``zlib`` body decompressed, to at most ``limit`` bytes and ten times its size."""
    most = min(limit, MOST_INFLATED * len(body))
    machine = zlib.decompressobj(_WINDOW[coding])
    try:
        inflated = machine.decompress(body, most + 1)
    except zlib.error as error:
        raise BadRequestError(f"the {coding} body cannot be decompressed: {error}") from error
    if len(inflated) > most:
        raise TooLargeError(f"the {coding} body becomes larger than {most} bytes")
    if not machine.eof or machine.unused_data:
        raise BadRequestError(f"the {coding} body is cut short or has something behind it")
    return inflated


def check_json(body: bytes, *, may_repeat: bool = False) -> None:
    """Refuse JSON that nests too deep, or that names a key twice in one object.

    With ``may_repeat``, and in bodies over the ordinary limit, keys are not looked at: these come from a daemon that
    showed the secret, and to read its batches twice would cost more than the check is worth.
    """
    if is_deeper_than(body, MAX_DEPTH):
        raise BadRequestError(f"Invalid JSON document: nested deeper than {MAX_DEPTH}")
    if body and not may_repeat and len(body) <= MAX_BODY:
        try:
            _pairs_reader.decode(body.decode())
        except (ValueError, RecursionError) as error:
            _refuse(error)


def is_deeper_than(raw: bytes, limit: int) -> bool:
    """Tell whether the brackets of a JSON text nest deeper than a limit; text that is no JSON is not deep.

    Each turn takes away the innermost pairs, so a text of depth ``d`` is empty after ``d`` of them: a few passes at
    the speed of ``bytes.replace`` instead of one step of Python a byte.
    """
    if raw.count(b"[") + raw.count(b"{") <= limit:
        return False
    outside = b"".join(raw.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2])
    brackets = outside.translate(_ONE_BRACKET, _NOT_BRACKETS)
    for _ in range(limit):
        fewer = brackets.replace(b"[]", b"")
        if len(fewer) == len(brackets):
            return brackets[: limit + 1] == b"[" * (limit + 1)
        brackets = fewer
    return bool(brackets)


def _refuse(error: Exception) -> NoReturn:
    if isinstance(error, msgspec.ValidationError):
        raise BadRequestError(f"wrong parameters: {error}") from error
    if isinstance(error, RecursionError):
        raise BadRequestError(f"Invalid JSON document: nested deeper than {MAX_DEPTH}") from error
    raise BadRequestError(f"Invalid JSON document: {str(error)[:200]}") from error


def _holds_several(kind: inspect.Type) -> bool:
    if isinstance(kind, inspect.UnionType):
        return any(map(_holds_several, kind.types))
    return isinstance(kind.type if isinstance(kind, inspect.Metadata) else kind, _SEQUENCES)


def _is_whole(kind: inspect.Type) -> bool:
    if isinstance(kind, inspect.UnionType):
        return any(map(_is_whole, kind.types))
    return isinstance(kind, inspect.Metadata) and bool(kind.extra and kind.extra.get("whole"))


def _has_no_text(kind: inspect.Type) -> bool:
    return isinstance(kind, inspect.UnionType) and not any(isinstance(each, inspect.StrType) for each in kind.types)


def _split(texts: list[str]) -> list[str]:
    """Return the values of a list parameter: repeated, or once and separated by commas."""
    if len(texts) > 1:
        return texts
    return [each.strip() for each in texts[0].split(",")] if texts[0] else []


def _without_repeats(pairs: Iterable[tuple[str, Any]]) -> None:
    """Refuse an object that names a key twice; the object itself is not kept."""
    seen = set()
    for key, _ in pairs:
        if key in seen:
            raise ValueError(f"the key {key[:60]!r} comes twice")
        seen.add(key)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_pairs_reader: Final = json.JSONDecoder(object_pairs_hook=_without_repeats, parse_constant=_refuse_constant)
