"""The line between the pool and one worker: whole messages over a stream socket, never waiting.

A frame is its length (4 bytes) and a message in msgpack. The pool sends batches of orders, the worker ``Report``\\s.
"""

from __future__ import annotations

import socket
import struct
from typing import Final, Generic, TypeVar

import msgspec
from msgspec import Struct

from alignak.messages.work import Order, Outcome

_LENGTH: Final = struct.Struct("<I")
_CHUNK: Final = 1 << 18

T = TypeVar("T")


class Batch(Struct, frozen=True, array_like=True):
    """What the pool sends a worker."""

    orders: tuple[Order, ...]
    in_process: bool = False
    """Whether they are answered in process, every one; otherwise each is a plugin's."""


class Report(Struct, frozen=True, array_like=True):
    """What a worker tells the pool."""

    outcomes: tuple[Outcome, ...] = ()
    is_retiring: bool = False
    """It takes no more orders: too many in-process checks never came back. The pool starts another one."""


class Line(Generic[T]):
    """One end of the line: sends messages of any kind, receives those of one type."""

    def __init__(self, end: socket.socket, receives: type[T]) -> None:
        end.setblocking(False)
        self._end = end
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(receives)
        self._to_send = bytearray()
        self._received = bytearray()
        self.is_closed = False
        """Whether the other end is gone."""

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._end.fileno()

    @property
    def has_to_send(self) -> bool:
        """Tell whether something waits until the socket takes it."""
        return bool(self._to_send)

    def send(self, message: object) -> None:
        """Send a message, as much of it as the socket takes now; ``flush`` sends the rest."""
        body = self._encoder.encode(message)
        self._to_send += _LENGTH.pack(len(body)) + body
        self.flush()

    def flush(self) -> None:
        """Send what waits, as far as the socket takes it."""
        while self._to_send and not self.is_closed:
            try:
                sent = self._end.send(self._to_send)
            except BlockingIOError:
                return
            except OSError:
                self.is_closed = True
                return
            del self._to_send[:sent]

    def receive(self) -> list[T]:
        """Return the messages that are complete; sets ``is_closed`` at the end of the line."""
        while not self.is_closed:
            try:
                chunk = self._end.recv(_CHUNK)
            except BlockingIOError:
                break
            except OSError:
                chunk = b""
            self._received += chunk
            if not chunk:
                self.is_closed = True
            elif len(chunk) < _CHUNK:
                break
        return self._complete()

    def drain(self) -> list[T]:
        """Return the messages the other end still sent before it went."""
        self.is_closed = False
        messages = self.receive()
        while not self.is_closed and (more := self.receive()):
            messages += more
        return messages

    def _complete(self) -> list[T]:
        messages: list[T] = []
        start = 0
        data = self._received
        while start + _LENGTH.size <= len(data):
            (length,) = _LENGTH.unpack_from(data, start)
            end = start + _LENGTH.size + length
            if end > len(data):
                break
            messages.append(self._decoder.decode(memoryview(data)[start + _LENGTH.size : end]))
            start = end
        del data[:start]
        return messages

    def close(self) -> None:
        """Let go of the socket."""
        self.is_closed = True
        self._end.close()
