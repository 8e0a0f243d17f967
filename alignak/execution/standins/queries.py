"""Questions to name servers, as ``nslookup`` and ``dig`` ask them.

Over UDP, again when no answer comes, and over TCP when the answer is too long.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import dns.exception
import dns.flags
import dns.message
import dns.name
from msgspec import Struct

from alignak.execution.standins.connections import Target, UnresolvedError, addresses_of

_LONGEST: Final = 65_535


class NoAnswerError(Exception):
    """No server answered."""


class Server(Struct, frozen=True):
    """Where to ask."""

    family: int
    name: tuple[str, int]


class Patience(Struct, frozen=True):
    """How often a server is asked, and for how many seconds an answer is waited for each time."""

    tries: int
    seconds: float
    is_stream: bool = False
    """Whether to ask over TCP from the beginning."""


async def found_servers(host: str, port: int) -> Sequence[Server]:
    """Return the addresses of a name server; none when the name has none."""
    try:
        found = await addresses_of(Target(host, port, kind=socket.SOCK_DGRAM))
    except UnresolvedError:
        return ()
    return [Server(family, (str(name[0]), port)) for family, name in found]


def domain(text: str) -> dns.name.Name | None:
    """Return a name as it goes to a server, or nothing for what is none."""
    with suppress(dns.exception.DNSException, UnicodeError):
        return dns.name.from_text(text.encode("ascii").decode("ascii"))
    return None


async def ask(question: dns.message.Message, server: Server, patience: Patience) -> dns.message.Message:
    """Return a server's answer. Raises NoAnswerError."""
    wire = question.to_wire()
    for _ in range(patience.tries):
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(patience.seconds):
                if patience.is_stream:
                    return await _over_stream(question, wire, server)
                answer = await _over_datagrams(question, wire, server)
                return await _over_stream(question, wire, server) if answer.flags & dns.flags.TC else answer
    raise NoAnswerError(server.name[0])


async def _over_datagrams(question: dns.message.Message, wire: bytes, server: Server) -> dns.message.Message:
    loop = asyncio.get_running_loop()
    with socket.socket(server.family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as line:
        line.connect(server.name)
        await loop.sock_sendall(line, wire)
        while True:
            answer = _answer(question, await loop.sock_recv(line, _LONGEST))
            if answer is not None:
                return answer


async def _over_stream(question: dns.message.Message, wire: bytes, server: Server) -> dns.message.Message:
    loop = asyncio.get_running_loop()
    with socket.socket(server.family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as line:
        await loop.sock_connect(line, server.name)
        await loop.sock_sendall(line, len(wire).to_bytes(2) + wire)
        heard = b""
        while len(heard) < 2 or len(heard) < 2 + int.from_bytes(heard[:2]):
            more = await loop.sock_recv(line, _LONGEST)
            if not more:
                raise ConnectionError("closed before the end of the answer")
            heard += more
        answer = _answer(question, heard[2 : 2 + int.from_bytes(heard[:2])])
        if answer is None:
            raise ConnectionError("an answer to something else")
        return answer


def _answer(question: dns.message.Message, wire: bytes) -> dns.message.Message | None:
    """Return the answer to a question that a packet holds, if it does."""
    with suppress(dns.exception.DNSException, ValueError):
        answer = dns.message.from_wire(wire, ignore_trailing=True)
        if question.is_response(answer):
            return answer
    return None
