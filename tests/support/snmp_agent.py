"""An SNMP agent (v1, v2c) that answers in the way its community names, for what a well-behaved one never does."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final, NamedTuple

from alignak.execution.standins.ber import ADDRESS, COUNTER, INTEGER, NULL, OCTETS, OID, OPAQUE, RESPONSE, SEQUENCE

NOTHING: Final = b"\5\0"


def field(tag: int, body: bytes) -> bytes:
    """Return a field of ASN.1."""
    size = len(body)
    if size < 128:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 128 | len(length))) + length + body


def number(value: int, tag: int = INTEGER) -> bytes:
    """Return a number."""
    return field(tag, value.to_bytes(value.bit_length() // 8 + 1, signed=True))


def fields(data: bytes) -> list[tuple[int, bytes]]:
    """Return the fields that stand one after the other."""
    found, at = [], 0
    while at < len(data):
        tag, size = data[at], data[at + 1]
        at += 2
        if size & 128:
            count = size & 127
            size = int.from_bytes(data[at : at + count])
            at += count
        found.append((tag, data[at : at + size]))
        at += size
    return found


class Query(NamedTuple):
    """What was asked."""

    version: int
    community: bytes
    request: int
    names: list[bytes]


def _query(packet: bytes) -> Query:
    version, community, (_, pdu) = fields(fields(packet)[0][1])
    request, _, _, (_, variables) = fields(pdu)
    names = [fields(each)[0][1] for _, each in fields(variables)]
    return Query(int.from_bytes(version[1]), community[1], int.from_bytes(request[1], signed=True), names)


def _response(query: Query, variables: list[tuple[bytes, bytes]], status: int = 0, index: int = 0) -> bytes:
    listed = b"".join(field(SEQUENCE, field(OID, name) + value) for name, value in variables)
    body = number(query.request) + number(status) + number(index) + field(SEQUENCE, listed)
    return field(SEQUENCE, number(query.version) + field(OCTETS, query.community) + field(RESPONSE, body))


def _answers(query: Query) -> list[bytes]:
    """Return the packets that a query is answered with."""
    kind, _, word = query.community.decode().partition("-")
    fine = [(name, number(42 + place)) for place, name in enumerate(query.names)]
    value: dict[str, bytes] = {
        "float": field(OPAQUE, bytes.fromhex("9f7804") + bytes.fromhex("42f6e979")),
        "double": field(OPAQUE, bytes.fromhex("9f7908") + bytes.fromhex("405edd2f1a9fbe77")),
        "null": field(NULL, b""),
        "opaque": field(OPAQUE, b"\x04\x02ab"),
        "zero": field(OID, b"\x00"),
        "joint": field(OID, b"\x55\x01"),
        "huge": field(INTEGER, b"\x7f\xff\xff\xff"),
        "wide": field(COUNTER, b"\x00\xff\xff\xff\xff"),
        "bare": field(COUNTER, b"\xff\xff\xff\xff"),
        "wider": field(COUNTER, b"\x01" * 12),
        "odd": field(ADDRESS, b"\x7f\x00"),
    }
    if kind == "status":
        return [_response(query, [(name, field(NULL, b"")) for name in query.names], int(word), 1)]
    if kind in value:
        return [_response(query, [(name, value[kind]) for name in query.names])]
    made = {
        "silent": lambda: [],
        "garbage": lambda: [b"\x30\x82\xff\xff nonsense", b"x"],
        "wrongid": lambda: [_response(query._replace(request=query.request + 1), fine)],
        "late": lambda: [_response(query._replace(request=query.request - 1), fine), _response(query, fine)],
        "tiny": lambda: [b"\x30\x82\xfd\xe8" + NOTHING * 32_500],
        "false": lambda: [b"\x30\x84\x7f\xff\xff\xff" + NOTHING, b"\x30\x06\2\1\1\4\x84\x7f\xff\xff\xff"],
        "deep": lambda: [b"\x30\x80" * 30_000, b"\x30\x02" * 30_000],
        "noise": lambda: [b"\x30\2\5\0"] * 100 + [_response(query, fine)],
        "community": lambda: [_response(query._replace(community=b"other"), fine)],
        "version": lambda: [_response(query._replace(version=1 - query.version), fine)],
        "other": lambda: [_response(query, [(name[:-1] + b"\x09", value) for name, value in fine])],
        "fewer": lambda: [_response(query, fine[:-1])],
        "none": lambda: [_response(query, [])],
        "more": lambda: [_response(query, fine + fine)],
        "swapped": lambda: [_response(query, fine[::-1])],
        "twice": lambda: [_response(query, fine)] * 2,
        "tail": lambda: [_response(query, fine) + b"and more"],
        "big": lambda: [_response(query, [(name, field(OCTETS, b"x" * 40_000)) for name in query.names[:1]])],
    }
    return made.get(kind, lambda: [_response(query, fine)])()


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        packet, line = self.request
        query = _query(packet)
        server: Any = self.server
        server.seen[query.request] = server.seen.get(query.request, 0) + 1
        if query.community == b"second" and server.seen[query.request] < 2:
            return
        if query.community == b"slow":
            time.sleep(0.4)
        for each in _answers(query):
            line.sendto(each, self.client_address)


class _Server(socketserver.ThreadingUDPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, handler: type[socketserver.BaseRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.seen: dict[int, int] = {}
        """Number of a question -> how often it was put."""


def snmp_agent() -> AbstractContextManager[int]:
    """Run the agent; give its port."""
    return agent(_Handler)


@contextmanager
def agent(handler: type[socketserver.BaseRequestHandler]) -> Iterator[int]:
    """Run an agent that answers by a handler; yield its port."""
    with _Server(handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
