"""What the engine remembers, as bytes for a store and back.

The scheduler's shell encodes what a ``SaveState`` names and decodes it at its next start. The bytes say which version
of the layout they have; fields this version does not know are passed over, missing ones get their default.
"""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from alignak.base.errors import StoreError
from alignak.engine.state import EngineState, ItemState

VERSION: Final = 1
"""Raised when the layout changes in a way that the fields' defaults do not bridge."""

T = TypeVar("T")


class _Version(Struct):
    version: int


class _RetainedItem(Struct):
    version: int
    state: ItemState


class _RetainedEngine(Struct):
    version: int
    state: EngineState


_encoder: Final = msgspec.json.Encoder()


def encode_item(state: ItemState) -> bytes:
    """Return the state of a host or service as bytes."""
    return _encoder.encode(_RetainedItem(VERSION, state))


def decode_item(data: bytes) -> ItemState:
    """Return the state that bytes hold; StoreError when they are damaged or of a version not known here."""
    return _decode(data, _RetainedItem).state


def encode_engine(state: EngineState) -> bytes:
    """Return the engine's own state as bytes."""
    return _encoder.encode(_RetainedEngine(VERSION, state))


def decode_engine(data: bytes) -> EngineState:
    """Return the engine's own state that bytes hold; StoreError as for ``decode_item``."""
    return _decode(data, _RetainedEngine).state


def _decode(data: bytes, type_: type[T]) -> T:
    try:
        version = msgspec.json.decode(data, type=_Version).version
        if version == VERSION:
            return msgspec.json.decode(data, type=type_)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise StoreError(f"the retained state {data[:60]!r} cannot be read: {error}") from error
    raise StoreError(f"the retained state has version {version}, this program reads version {VERSION}")
