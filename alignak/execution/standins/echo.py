"""Echo requests to one address, and what comes back, for the stand-ins of ``check_ping`` and ``check_icmp``.

Where the system lets ordinary users ping (``net.ipv4.ping_group_range``) each check has a datagram socket of its own
and the kernel sorts the answers. Else there is one raw socket for all checks of an address, since the kernel gives each
answer to every raw socket that could want it: with a thousand of them, a thousand times. Times are those at which the
kernel received a packet: a busy loop does not make a host look slow.
"""

from __future__ import annotations

import asyncio
import ctypes
import errno
import os
import socket
import struct
import time
from array import array
from collections import deque
from contextlib import suppress
from functools import cache
from typing import Final, NamedTuple

from alignak.execution.standins.standin import Unsupported

_TIMESTAMP_NS: Final = 35
_ATTACH_FILTER: Final = 26
_IF_EQUAL: Final = 0x15
_RETURN: Final = 0x06
_LONGEST: Final = 65_535
_HEADER: Final = 8
_ALONE: Final = b"\0\0"
"""Identifier where the kernel puts its own, and sorts by it."""
_MOST_ECHOES: Final = 0x8000
_MOST_UNHEARD: Final = 64
"""Packets sent before a socket is read: a usual buffer holds some 270 answers."""
_SOURCES: Final = {2: (socket.AF_INET, slice(20, 24)), 3: (socket.AF_INET6, slice(24, 40))}
"""Where a ``sock_extended_err`` is from, ICMP or ICMPv6 -> family and place of the address of who says it."""

_Extra = list[tuple[int, int, bytes]]
"""What the kernel says beside a packet: level, kind, data."""


class _Version(NamedTuple):
    """What differs between ICMP of IPv4 and IPv6."""

    protocol: int
    request: int
    answer: int
    level: int
    receive_errors: int
    """Option that makes the kernel keep ICMP errors for the socket."""
    ttl: int
    before: tuple[tuple[int, int, int, int], ...]
    """What a packet filter does first: over IPv4 a raw socket sees the IP header, whose length goes to X."""
    load: int
    """The filter's instruction that loads two bytes, counted from X or from the beginning."""


_VERSIONS: Final = {
    socket.AF_INET: _Version(
        socket.IPPROTO_ICMP,
        request=8,
        answer=0,
        level=socket.SOL_IP,
        receive_errors=11,
        ttl=socket.IP_TTL,
        before=((0xB1, 0, 0, 0),),
        load=0x48,
    ),
    socket.AF_INET6: _Version(
        socket.IPPROTO_ICMPV6,
        request=128,
        answer=129,
        level=socket.IPPROTO_IPV6,
        receive_errors=25,
        ttl=socket.IPV6_UNICAST_HOPS,
        before=(),
        load=0x28,
    ),
}


class Reply(NamedTuple):
    """An answer to an echo request."""

    number: int
    taken: float
    """Seconds."""


class Refusal(NamedTuple):
    """An ICMP error about an echo request."""

    family: int
    kind: int
    code: int
    source: str
    """Address of who says it."""


@cache
def socket_kind() -> int:
    """Return the kind of socket this process may ping with; raise Unsupported when it may not."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        with suppress(OSError):
            socket.socket(socket.AF_INET, kind, socket.IPPROTO_ICMP).close()
            return kind
    raise Unsupported(
        "pinging from this process: its groups are not in net.ipv4.ping_group_range and it lacks CAP_NET_RAW"
    )


def checksum(data: bytes) -> int:
    """Return the Internet's checksum, as two bytes in this machine's order, of data of even length."""
    total = sum(array("H", data))
    while total >> 16:
        total = (total >> 16) + (total & 0xFFFF)
    return ~total & 0xFFFF


class _Line:
    """A socket to one address, and who pings over it, by the identifier in its packets."""

    def __init__(self, address: str, family: int, kind: int, ttl: int) -> None:
        """Open the socket; raises OSError, also for want of a route."""
        self.version = _VERSIONS[socket.AddressFamily(family)]
        self.is_raw = kind == socket.SOCK_RAW
        self.echoes: dict[bytes, Echo] = {}
        self._loop = asyncio.get_running_loop()
        self._unheard = 0
        self._socket = socket.socket(family, kind | socket.SOCK_NONBLOCK, self.version.protocol)
        try:
            self._prepare(ttl)
            self._socket.connect((address, 0))
            self._loop.add_reader(self._socket.fileno(), self._ready)
        except BaseException:
            self._socket.close()
            raise

    def _prepare(self, ttl: int) -> None:
        version = self.version
        self._socket.setsockopt(version.level, version.receive_errors, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, _TIMESTAMP_NS, 1)
        if self.is_raw:
            self._hear_only_answers()
        if ttl:
            self._socket.setsockopt(version.level, version.ttl, ttl)

    def _hear_only_answers(self) -> None:
        """Let the kernel drop what is no answer, such as the requests to this very machine."""
        steps = (
            *self.version.before,
            (self.version.load, 0, 0, 0),
            (_IF_EQUAL, 0, 1, self.version.answer << 8),
            (_RETURN, 0, 0, _LONGEST),
            (_RETURN, 0, 0, 0),
        )
        program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
        self._socket.setsockopt(
            socket.SOL_SOCKET, _ATTACH_FILTER, struct.pack("@HP", len(steps), ctypes.addressof(program))
        )

    def send(self, packet: bytes) -> None:
        """Send a packet; raises OSError. What came meanwhile is taken before it could fill the socket."""
        if self._unheard >= _MOST_UNHEARD:
            self._ready()
        self._unheard += 1
        self._socket.send(packet)

    def close(self) -> None:
        """Let go of the socket."""
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()

    def _ready(self) -> None:
        """Take all there is from the socket."""
        self._unheard = 0
        with suppress(OSError):
            while True:
                self._refused(*self._socket.recvmsg(_LONGEST, 256, socket.MSG_ERRQUEUE)[:2])
        try:
            while True:
                self._answered(*self._socket.recvmsg(_LONGEST, 64)[:2])
        except BlockingIOError:
            pass
        except OSError:  # what an ICMP error left behind: the error itself was read above
            self._loop.call_soon(self._ready_again)

    def _ready_again(self) -> None:
        if self._socket.fileno() >= 0:
            self._ready()

    def _answered(self, packet: bytes, extra: _Extra) -> None:
        if self.is_raw and self.version.protocol == socket.IPPROTO_ICMP:
            packet = packet[(packet[0] & 15) * 4 :]
        if (echo := self._whose(packet, self.version.answer)) is None:
            return
        stamps = [struct.unpack_from("=qq", data) for _, kind, data in extra if kind == _TIMESTAMP_NS]
        echo.answered(packet, stamps[0][0] * 1_000_000_000 + stamps[0][1] if stamps else time.time_ns())

    def _refused(self, packet: bytes, extra: _Extra) -> None:
        if (echo := self._whose(packet, self.version.request)) is None:
            return
        for level, option, data in extra:
            if (level, option) == (self.version.level, self.version.receive_errors) and data[4] in _SOURCES:
                family, where = _SOURCES[data[4]]
                echo.refused(packet, Refusal(family, data[5], data[6], socket.inet_ntop(family, data[where])))

    def _whose(self, packet: bytes, kind: int) -> Echo | None:
        """Return who sent the request that a message is about."""
        if len(packet) < _HEADER or packet[0] != kind:
            return None
        return self.echoes.get(packet[4:6] if self.is_raw else _ALONE)


_shared: dict[tuple[asyncio.AbstractEventLoop, str, int, int], _Line] = {}
"""Loop, address, family and time to live -> the raw socket that all who ping that address use."""


class Echo:
    """Echo requests to one address, until it is closed."""

    def __init__(self, address: str, family: int, kind: int, size: int, ttl: int = 0) -> None:
        """Prepare to send requests of ``size`` bytes after the header; raises OSError, also for want of a route."""
        self._loop = asyncio.get_running_loop()
        self._size = size
        self._token = os.urandom(8)
        self._payload = self._token + bytes(size + size % 2 - len(self._token))
        self._sent: dict[int, int] = {}
        self._heard: deque[Reply | Refusal] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._key = (self._loop, address, family, ttl) if kind == socket.SOCK_RAW else None
        line = _shared.get(self._key) if self._key else None
        self._line = line or _Line(address, family, kind, ttl)
        if self._key:
            _shared[self._key] = self._line
        self._identifier = self._free_identifier()
        self._line.echoes[self._identifier] = self

    def _free_identifier(self) -> bytes:
        """Return an identifier that nobody uses to this address; raises OSError when there is none left."""
        if self._key is None:
            return _ALONE
        if len(self._line.echoes) >= _MOST_ECHOES:
            raise OSError(errno.EAGAIN, "too many checks ping this address at once")
        while (identifier := os.urandom(2)) in self._line.echoes:
            pass
        return identifier

    def close(self) -> None:
        """Let go of the socket."""
        if self._line.echoes.pop(self._identifier, None) is None or self._line.echoes:
            return
        self._line.close()
        if self._key:
            del _shared[self._key]

    def send(self, number: int) -> None:
        """Send the request of a number from 0; raises OSError."""
        tail = self._identifier + struct.pack("!H", number + 1) + self._payload
        kind = self._line.version.request
        total = checksum(bytes((kind, 0, 0, 0)) + tail) if self._line.is_raw else 0
        self._sent[number] = time.time_ns()
        self._line.send((struct.pack("!BB", kind, 0) + struct.pack("=H", total) + tail)[: _HEADER + self._size])

    async def heard(self, until: float) -> Reply | Refusal | None:
        """Wait, no longer than to a time of the loop's clock, for the next answer or error."""
        while not self._heard:
            if self._loop.time() >= until:
                return None
            waiter = self._waiter = self._loop.create_future()
            timer = self._loop.call_at(until, self._wake)
            try:
                await waiter
            finally:
                timer.cancel()
                self._waiter = None
        return self._heard.popleft()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def answered(self, packet: bytes, at: int) -> None:
        """Note an answer that the kernel received at a time in nanoseconds."""
        if (number := self._number(packet)) is not None and packet[_HEADER : _HEADER + 8] == self._token:
            self._note(Reply(number, max(0, at - self._sent[number]) / 1e9))

    def refused(self, packet: bytes, refusal: Refusal) -> None:
        """Note an ICMP error about a request."""
        if self._number(packet) is not None:
            self._note(refusal)

    def _note(self, heard: Reply | Refusal) -> None:
        self._heard.append(heard)
        self._wake()

    def _number(self, packet: bytes) -> int | None:
        """Return the number of the request that a message is about, if it was sent."""
        number = int.from_bytes(packet[6:8]) - 1
        return number if number in self._sent else None
