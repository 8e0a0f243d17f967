"""A small daemon interface to try the HTTP base on: every audience, method and shape, on a free port."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
from msgspec import Struct

from alignak.base.errors import NotReadyError, RefusedError, StorageFullError
from alignak.base.secret import Secret
from alignak.net.auth import Gate
from alignak.net.deadlines import Deadlines, Limits
from alignak.net.endpoint import MAX_PUSH, Audience, Binding, Effect, Endpoint
from alignak.net.keys import KeyRing
from alignak.net.server import Server
from alignak.net.tls import TlsFiles
from alignak.system.clocks import SystemClock

SECRET = "an-instance-secret-that-is-long-enough-for-anybody"
HEAVY = b"a line of metrics\n" * 300_000
AS_DAEMON = {"Authorization": f"Bearer {SECRET}"}
JSON = "application/json"


class Search(Struct, frozen=True, forbid_unknown_fields=True):
    """Parameters of several kinds."""

    name: str
    count: int = 1
    details: bool = False
    tags: tuple[str, ...] = ()


class Note(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of an act."""

    text: str = ""
    payload: Any = None


class Lookup(Struct, frozen=True, forbid_unknown_fields=True):
    """Parameters that may stand in the path."""

    kind: str
    name: str = ""


class Found(Struct, frozen=True):
    """A typed answer."""

    name: str
    count: int
    details: bool
    tags: tuple[str, ...]


ENDPOINTS = (
    Endpoint(name="ping", aliases=("", "index"), doc="Answer pong. Always.", answer=str, can_refuse=False),
    Endpoint(
        name="search", aliases=("_search",), doc="Search.", request=Search, answer=Found, audience=Audience.OPERATOR
    ),
    Endpoint(
        name="note",
        doc="Take a note.",
        request=Note,
        answer=dict[str, Any],
        methods=("GET", "POST"),
        audience=Audience.OPERATOR,
        effect=Effect.ONCE,
    ),
    Endpoint(
        name="push",
        doc="Take much.",
        request=Note,
        answer=bool,
        methods=("POST",),
        audience=Audience.DAEMON,
        effect=Effect.IDEMPOTENT,
        max_body=MAX_PUSH,
        is_slow=True,
    ),
    Endpoint(name="drain", doc="Hand out.", answer=list[int], audience=Audience.DAEMON, effect=Effect.IDEMPOTENT),
    Endpoint(name="object", doc="Look up.", request=Lookup, answer=Lookup, segments=("kind", "name")),
    Endpoint(name="metrics", doc="Count.", answer=str, text="text/plain; version=0.0.4", hidden=True),
    Endpoint(name="heavy", doc="Answer more than the buffers of a socket hold.", answer=str, text="text/plain"),
    Endpoint(name="large", doc="Answer much.", answer=list[str], can_refuse=False),
    Endpoint(name="busy", doc="Refuse for now.", answer=bool),
    Endpoint(name="full", doc="Cannot keep it.", answer=bool),
    Endpoint(name="no", doc="Refuse on business grounds.", answer=dict[str, Any]),
    Endpoint(name="bug", doc="Fail.", answer=bool),
)


class Site:
    """The handlers, and what they were called with."""

    def __init__(self, note: Callable[[Any], Any] | None = None) -> None:
        """Make the site; ``note`` answers in the place of its own handler of that name."""
        self.notes: list[Note] = []
        self.binding = Binding(
            ENDPOINTS,
            {
                "ping": lambda _: "pong",
                "search": lambda asked: Found(asked.name, asked.count, asked.details, asked.tags),
                "note": note or self.take,
                "push": lambda note: self.take(note) is not None,
                "drain": lambda _: [1, 2, 3],
                "object": lambda asked: asked,
                "metrics": lambda _: "alignak_checks_total 12\n",
                "heavy": lambda _: HEAVY,
                "large": lambda _: ["the same line again and again"] * 5_000,
                "busy": self.be_busy,
                "full": self.be_full,
                "no": self.refuse,
                "bug": lambda _: 1 / 0,
            },
        )

    def take(self, note: Note) -> dict[str, Any]:
        self.notes.append(note)
        return {"_status": "OK", "text": note.text}

    def be_busy(self, _: Any) -> bool:
        raise NotReadyError("no configuration yet")

    def be_full(self, _: Any) -> bool:
        raise StorageFullError("no space is left on /var/lib/alignak")

    def refuse(self, _: Any) -> dict[str, Any]:
        raise RefusedError("Required log level is not allowed: FOO")


@contextmanager
def serving(
    site: Site,
    keys: KeyRing | None = None,
    loopback_operators: bool = True,
    tls: TlsFiles | None = None,
    address: str = "127.0.0.1",
    origins: frozenset[str] = frozenset(),
    threads: int = 4,
    limits: Limits | None = None,
    deadlines: Deadlines | None = None,
) -> Iterator[Server]:
    """Serve the site for the length of a with block."""
    gate = Gate(Secret(SECRET), keys or KeyRing(), loopback_operators, SystemClock(), origins=origins)
    server = Server(site.binding, address, 0, gate, tls, threads=threads, limits=limits, deadlines=deadlines)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def person() -> requests.Session:
    """Return a session of somebody without any credentials."""
    session = requests.Session()
    session.trust_env = False
    return session


def connect(server: Server, timeout: float = 5.0, room: int = 0) -> socket.socket:
    """Return a plain connection to a server; ``room`` is how many unread bytes it takes, roughly."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.settimeout(timeout)
    if room:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    sock.connect(("127.0.0.1", server.port))
    return sock


def read_all(sock: socket.socket, most: float = 5.0) -> bytes:
    """Return what comes until the other side ends, resets or is silent for too long."""
    data = b""
    until = time.monotonic() + most
    while (left := until - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            piece = sock.recv(65_536)
        except (TimeoutError, ConnectionError):
            break
        if not piece:
            break
        data += piece
    return data


def say(server: Server, data: bytes, most: float = 5.0) -> bytes:
    """Send bytes on a connection of their own, and return everything that is answered until it ends."""
    with connect(server) as sock:
        sock.sendall(data)
        return read_all(sock, most)


def status_of(answer: bytes) -> int:
    """Return the status of a raw answer, 0 when there is none."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def address_of_this_machine() -> str | None:
    """Return an address of this machine that is not loopback, or None when it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: the kernel only picks the address it would use
        except OSError:
            return None
        found = str(probe.getsockname()[0])
    return None if found.startswith("127.") else found
