"""Hosts that answer pings as they are told to, in a network of the tests' own: nothing leaves the machine.

A thread in a network namespace of its own holds a tunnel device; what is sent to 10.77.0.0/24 or fd77::/64 through it
is answered here, by the last byte of the address. Making one takes root; ``network`` raises PermissionError otherwise.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from heapq import heappop, heappush
from typing import Final, NamedTuple, TypeVar

T = TypeVar("T")

Answers = list[tuple[float, bytes]]
"""Seconds to wait, and an IP packet, of each answer."""

Host = Callable[[bytes, int], Answers]
"""An IP packet that holds an echo request, and its sequence number counted from 0 -> answers."""

_NEW_NETWORK: Final = 0x40000000
_HOME: Final = "10.77.0.1"
_HOME_6: Final = "fd77::1"


def checksum(data: bytes) -> int:
    """Return the checksum of the Internet protocols."""
    padded = data + b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def _packet(source: bytes, kind: int, code: int, rest: bytes) -> bytes:
    """Return an ICMP message to us, of the version that the source is of."""
    body = struct.pack("!BBH", kind, code, 0) + rest
    if len(source) == 4:
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 24 + len(rest), 1, 0, 64, 1, 0, source, socket.inet_aton(_HOME))
        head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
        total = checksum(body)
    else:
        home = socket.inet_pton(socket.AF_INET6, _HOME_6)
        head = struct.pack("!IHBB16s16s", 0x60000000, len(body), 58, 64, source, home)
        total = checksum(source + home + struct.pack("!II", len(body), 58) + body)
    return head + body[:2] + struct.pack("!H", total) + body[4:]


class _Request(NamedTuple):
    """Where the parts of an echo request are."""

    target: bytes
    message: bytes


def _request(packet: bytes) -> _Request | None:
    """Take an IP packet apart; nothing when it is no echo request."""
    if packet[0] >> 4 == 4 and packet[9] == 1 and packet[20] == 8:
        return _Request(packet[16:20], packet[20:])
    if packet[0] >> 4 == 6 and packet[6] == 58 and packet[40] == 128:
        return _Request(packet[24:40], packet[40:])
    return None


def reply(packet: bytes, *, token: bytes = b"") -> bytes:
    """Return the answer to an echo request; ``token`` stands for its identifier and number."""
    asked = _request(packet)
    assert asked is not None
    return _packet(
        asked.target, 0 if len(asked.target) == 4 else 129, 0, (token or asked.message[4:8]) + asked.message[8:]
    )


def error(packet: bytes, kind: int, code: int, source: str | None = None) -> bytes:
    """Return an ICMP error about a request."""
    asked = _request(packet)
    assert asked is not None
    family = socket.AF_INET if len(asked.target) == 4 else socket.AF_INET6
    sender = socket.inet_pton(family, source) if source else asked.target
    return _packet(sender, kind, code, b"\0\0\0\0" + packet[: 28 if len(asked.target) == 4 else 48])


def answering(request: bytes, _number: int) -> Answers:
    """Answer at once."""
    return [(0.0, reply(request))]


def silent(_request: bytes, _number: int) -> Answers:
    """Never answer."""
    return []


def after(delay: float) -> Host:
    """Return a host that answers late."""
    return lambda request, _number: [(delay, reply(request))]


def only(numbers: frozenset[int], host: Host = answering, otherwise: Host = silent) -> Host:
    """Return a host that answers some requests in one way and the rest in another."""
    return lambda request, number: (host if number in numbers else otherwise)(request, number)


def refusing(kind: int, code: int, source: str | None = None) -> Host:
    """Return a host that answers with an ICMP error."""
    return lambda request, _number: [(0.0, error(request, kind, code, source))]


def twice(request: bytes, _number: int) -> Answers:
    """Answer two times."""
    return [(0.0, reply(request)), (0.0, reply(request))]


def _set(control: socket.socket, what: int, name: bytes, value: bytes) -> None:
    fcntl.ioctl(control, what, struct.pack("16s24s", name, value))


def _up(control: socket.socket, name: bytes) -> None:
    _set(control, 0x8914, name, struct.pack("H", 0x41))  # SIOCSIFFLAGS: up, running


def _address(control: socket.socket, what: int, name: bytes, address: str) -> None:
    _set(control, what, name, struct.pack("HH4s8s", socket.AF_INET, 0, socket.inet_aton(address), b""))


def _new_network() -> int:
    """Move the calling thread into a network of its own; return the tunnel into it."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_NETWORK):
        raise PermissionError(ctypes.get_errno(), "a network of one's own takes root")
    tunnel = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tunnel, 0x400454CA, struct.pack("16sH22s", b"hosts", 0x1001, b""))  # TUNSETIFF: IP packets, no header
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as control:
        _up(control, b"lo")
        _address(control, 0x8916, b"hosts", _HOME)  # SIOCSIFADDR
        _address(control, 0x891C, b"hosts", "255.255.255.0")  # SIOCSIFNETMASK
        _up(control, b"hosts")
    with closing(socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)) as control:
        home = socket.inet_pton(socket.AF_INET6, _HOME_6)
        fcntl.ioctl(control, 0x8916, struct.pack("16sIi", home, 64, socket.if_nametoindex("hosts")))
    return tunnel


def _serve(tunnel: int, stop: int, hosts: Mapping[int, Host]) -> None:
    """Answer until told to stop."""
    first: dict[tuple[bytes, bytes], int] = {}
    late: list[tuple[float, int, bytes]] = []
    count = 0
    while True:
        wait = max(0.0, late[0][0] - time.monotonic()) if late else None
        ready, _, _ = select.select([tunnel, stop], [], [], wait)
        if stop in ready:
            return
        if tunnel in ready:
            packet = os.read(tunnel, 65536)
            asked = _request(packet)
            if asked is not None:
                sequence = int.from_bytes(asked.message[6:8])
                number = sequence - first.setdefault((asked.target, asked.message[4:6]), sequence)
                for delay, answer in hosts.get(asked.target[-1], silent)(packet, number):
                    count += 1
                    heappush(late, (time.monotonic() + delay, count, answer))
        while late and late[0][0] <= time.monotonic():
            os.write(tunnel, heappop(late)[2])


@contextmanager
def network(hosts: Mapping[int, Host]) -> Iterator[Callable[[Callable[[], T]], T]]:
    """Yield a function that runs another one in a network with these hosts."""
    with ThreadPoolExecutor(1) as threads:
        tunnel = threads.submit(_new_network).result()
        stopped, stop = os.pipe()
        server = threading.Thread(target=_serve, args=(tunnel, stopped, hosts))
        server.start()
        try:
            yield lambda work: threads.submit(work).result()
        finally:
            os.write(stop, b"x")
            server.join()
            for each in (tunnel, stopped, stop):
                os.close(each)
