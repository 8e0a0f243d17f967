"""Bytes in and out, in one place.

Two kinds of documents exist. *Messages* between our daemons are msgspec structs: typed, validated, refused when a field
or a type is unknown. *Documents* for people, old clients and modules are loosely shaped; ujson writes and reads those.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import msgspec
import ujson

from alignak.base.errors import BadRequestError

T = TypeVar("T")

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
"""What a loosely shaped document is made of."""

MAX_DEPTH = 32
"""How deep a JSON document from outside may nest (reliability.md 5.2 number 11)."""

_encoder = msgspec.json.Encoder()


def encode(message: Any) -> bytes:
    """Return a message (a struct, or plain values) as JSON bytes."""
    return _encoder.encode(message)


def decode(data: bytes, type_: type[T]) -> T:
    """Return the message of the given type that the bytes hold.

    Raises BadRequestError when they are not JSON or not of that type.
    """
    try:
        return msgspec.json.decode(data, type=type_)
    except msgspec.ValidationError as error:
        raise BadRequestError(f"the message is not a {getattr(type_, '__name__', type_)}: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequestError(f"Invalid JSON document: {error}") from error


def dumps(document: Json) -> str:
    """Return a loosely shaped document as JSON text."""
    return ujson.dumps(document, ensure_ascii=False, escape_forward_slashes=False, allow_nan=False)


def loads(text: str | bytes) -> Any:
    """Return the document that JSON text holds; BadRequestError when it is not JSON or nests too deep."""
    raw = text.encode() if isinstance(text, str) else text
    if depth(raw) > MAX_DEPTH:
        raise BadRequestError(f"Invalid JSON document: nested deeper than {MAX_DEPTH}")
    try:
        return ujson.loads(raw)
    except (ValueError, UnicodeDecodeError, OverflowError) as error:
        raise BadRequestError(f"Invalid JSON document: {error}") from error


def depth(raw: bytes) -> int:
    """Return how deep the brackets of a JSON text nest, reading no further than it needs to.

    Brackets inside strings do not count. Stops early once the limit is passed.
    """
    deepest = level = 0
    in_string = escaped = False
    for byte in raw:
        if in_string:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                in_string = False
        elif byte == 0x22:
            in_string = True
        elif byte in (0x5B, 0x7B):
            level += 1
            if level > deepest:
                deepest = level
                if deepest > MAX_DEPTH:
                    return deepest
        elif byte in (0x5D, 0x7D):
            level -= 1
    return deepest


def digest(data: bytes) -> str:
    """Return the content hash of bytes: sha1 in hexadecimal, the historical form of ``push_flavor`` and ``hash``."""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()
