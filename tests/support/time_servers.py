"""Servers that tell the time on the loopback: NTP and the time protocol, as wrong as a test wants them."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final, NamedTuple

FROM_1900: Final = 2_208_988_800
_LONGEST_WAIT: Final = 60.0


class Clock(NamedTuple):
    """How an NTP server answers."""

    offsets: Sequence[float] = (0.0,)
    """Seconds its clock is ahead, at each answer."""
    leap: int = 0
    stratum: int = 2
    delay: int = 0
    dispersion: int = 0
    answers: int | None = None
    """How often it answers at all; nothing for always."""
    silent: int = 0
    """Questions it leaves unanswered first."""
    length: int = 48
    """Bytes of an answer."""
    has_times: bool = True


@contextmanager
def ntp(clock: Clock, address: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """Answer each socket as a clock does; yields the port."""
    seen: Counter[object] = Counter()

    def answered(question: bytes, sender: object) -> bytes | None:
        number = seen[sender] - clock.silent
        seen[sender] += 1
        if number < 0 or (clock.answers is not None and number >= clock.answers):
            return None
        offset = clock.offsets[number % len(clock.offsets)]
        return _packet(clock, question, time.time() + offset)[: clock.length]

    with _datagrams(address, port, answered) as bound:
        yield bound


def _packet(clock: Clock, question: bytes, now: float) -> bytes:
    head = struct.pack(">BBbb", clock.leap << 6 | 36, clock.stratum, 4, -20)
    fields = struct.pack(">III", clock.delay, clock.dispersion, 1)
    times = _stamp(now) + question[40:48] + _stamp(now) * 2
    return head + fields + (times if clock.has_times else bytes(32))


def _stamp(at: float) -> bytes:
    return struct.pack(">II", int(at) + FROM_1900, int(at % 1 * (1 << 32)))


def told(offset: int) -> bytes:
    """Return what a server of the time protocol says."""
    return struct.pack(">I", (int(time.time()) + FROM_1900 + offset) % (1 << 32))


@contextmanager
def time_by_udp(said: Callable[[], bytes | None]) -> Iterator[int]:
    """Answer every datagram by what is said, or not at all; yields the port."""
    with _datagrams("127.0.0.1", 0, lambda _question, _sender: said()) as port:
        yield port


@contextmanager
def time_by_tcp(said: Callable[[], bytes | None]) -> Iterator[int]:
    """Say something to whoever connects and close; for nothing stay silent. Yields the port."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    text = said()
                    if text is None:
                        held.append(connection)
                    else:
                        with connection:
                            connection.sendall(text)

        with _in_thread(serve, lambda: server.shutdown(socket.SHUT_RDWR)):
            yield server.getsockname()[1]
    for each in held:
        each.close()


@contextmanager
def _datagrams(address: str, port: int, answered: Callable[[bytes, object], bytes | None]) -> Iterator[int]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((address, port))

        def serve() -> None:
            while True:
                question, sender = server.recvfrom(2048)
                if question == _BYE:
                    return
                if (answer := answered(question, sender)) is not None:
                    server.sendto(answer, sender)

        def stop() -> None:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(_BYE, server.getsockname())

        with _in_thread(serve, stop):
            yield server.getsockname()[1]


_BYE: Final = b"the test is over"


@contextmanager
def _in_thread(serve: Callable[[], None], stop: Callable[[], None]) -> Iterator[None]:
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop()
        thread.join(_LONGEST_WAIT)
