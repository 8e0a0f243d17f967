"""An NRPE server that answers each query in the way its command names, over plain TCP or TLS, for the tests."""

from __future__ import annotations

import socket
import socketserver
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, NamedTuple

_ANONYMOUS: Final = "ALL:!MD5:@STRENGTH:@SECLEVEL=0"


class Query(NamedTuple):
    """What a client sent."""

    version: int
    command: str
    packet: bytes


def packet(
    version: int, kind: int, code: int, text: bytes, *, crc: int | None = None, length: int | None = None
) -> bytes:
    """Return a packet of a version; checksum and length may be told to be wrong."""
    if version == 2:
        made = struct.pack("!hhIh", 2, kind, 0, code) + text[:1023].ljust(1024, b"\0") + b"\0\0"
    else:
        body = text + b"\0" * (1 if version == 3 else 4)
        made = struct.pack("!hhIhhi", version, kind, 0, code, 0, len(body) if length is None else length) + body
    found = zlib.crc32(made) if crc is None else crc
    return made[:4] + struct.pack("!I", found) + made[8:]


def _query(line: Any) -> Query | None:
    """Receive a query."""
    data = b""
    while True:
        more = line.recv(65536)
        if not more:
            return None
        data += more
        if len(data) >= 16:
            version = struct.unpack("!h", data[:2])[0]
            size = 1036 if version == 2 else 16 + struct.unpack("!i", data[12:16])[0]
            if len(data) >= size:
                text = data[10:] if version == 2 else data[16:]
                return Query(version, text.partition(b"\0")[0].decode("utf-8", "replace"), data)


def _answer(query: Query) -> bytes:
    """Return the bytes that a command is answered with."""
    version, (command, *words) = query.version, query.command.split("!")
    plain = packet(version, 2, 1, query.command.encode())
    made = {
        "crc": lambda: packet(version, 2, 0, b"wrong sum", crc=1),
        "type": lambda: packet(version, 1, 0, b"a query"),
        "version": lambda: packet(version, 2, 0, b"x").replace(struct.pack("!h", version), b"\0\7", 1),
        "empty": lambda: packet(version, 2, 0, b""),
        "garbage": lambda: b"HTTP/1.1 400 Bad Request\r\nServer: not nrpe at all, but long enough\r\n\r\n",
        "short": lambda: plain[:-6],
        "header": lambda: plain[:2],
        "headless": lambda: plain[:9],
        "huge": lambda: packet(version, 2, 0, b"x", length=0x7FFFFFF0),
        "negative": lambda: packet(version, 2, 0, b"x", length=-5),
        "code": lambda: packet(version, 2, int(words[0]), b"a code"),
        "big": lambda: packet(version, 2, 0, b"x" * 60_000),
        "lines": lambda: packet(version, 2, 0, b"one | a=1\ntwo\nthree | b=2\n"),
        "other": lambda: packet(int(words[0]), 2, 0, b"another version"),
        "long": lambda: plain + b"more than was said",
        "latin": lambda: packet(version, 2, 0, "grün".encode("latin-1")),
    }
    return made[command]() if command in made else plain


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        server: Any = self.server
        line = self.request
        with suppress(OSError):
            if server.context is not None:
                line = server.context.wrap_socket(line, server_side=True)
            query = _query(line)
            if query is None:
                return
            server.queries.append(query)
            if query.version > server.newest:
                return
            if query.command == "slow":
                time.sleep(0.5)
            if query.command == "silent":
                line.settimeout(20)
                line.recv(1)
            if query.command == "reset":
                self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            if query.command == "drip":
                for each in _answer(query):
                    line.sendall(bytes((each,)))
            if query.command not in ("close", "silent", "drip"):
                line.sendall(_answer(query))
            if server.context is not None:
                line.unwrap()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128
    context: ssl.SSLContext | None
    newest: int
    queries: list[Query]


def anonymous() -> ssl.SSLContext:
    """Return the terms of a server without a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_ANONYMOUS)
    return context


@contextmanager
def nrpe_server(context: ssl.SSLContext | None = None, newest: int = 4) -> Iterator[tuple[int, list[Query]]]:
    """Run a server that knows packets up to a version; yield its port and the queries that come."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.context, server.newest, server.queries = context, newest, []
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_address[1], server.queries
        finally:
            server.shutdown()
            thread.join()
