"""Stands in for ``check_ssh``: the first words of a server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from msgspec import Struct

from alignak.execution.standins.connections import (
    DEFAULT_TIMEOUT,
    Address,
    UnconnectedError,
    UnresolvedError,
    connect,
    seconds,
    timed_out,
)
from alignak.execution.standins.hosts import NoHostError, Server, located, server
from alignak.execution.standins.options import Given, given, number
from alignak.execution.standins.standin import Call, Result, StandIn, Unsupported

_OPTIONS: Final = {
    "-H --hostname --host": "address",
    "-p --port": "port",
    "-4 --use-ipv4": "",
    "-6 --use-ipv6": "",
    "-t --timeout": "seconds",
    "-r --remote-version": "text",
    "-P --remote-protcol": "text",
}
"""The long name of ``-P`` is misspelt in the plugin."""

_MOST: Final = 256
"""Bytes of the greeting that are looked at."""

_USAGE: Final = "Usage:\ncheck_ssh  [-4|-6] [-t <timeout>] [-r <remote version>] [-p <port>] <host>"
_BLANKS: Final = b" \t\n\v\f\r"


class _Question(Struct, frozen=True):
    server: Server
    timeout: int
    version: str | None
    """What the server has to call itself."""
    protocol: str | None
    complaint: str
    """What is said first when there is no such host."""


def _read(words: Sequence[str]) -> _Question:
    said = given(words, _OPTIONS)
    last = dict(said.options)
    found = server(words, said, _port(said, last.get("-p")))
    return _Question(
        server=found,
        timeout=seconds("-t", last["-t"]) if "-t" in last else DEFAULT_TIMEOUT,
        version=last.get("-r"),
        protocol=last.get("-P"),
        complaint="" if found.is_option or "-p" not in last else "check_ssh: Could not parse arguments\n",
    )


def _port(said: Given, option: str | None) -> int:
    """Return the port, from ``-p`` or the word after the host."""
    rest = said.operands if any(option == "-H" for option, _ in said.options) else said.operands[1:]
    if len(rest) > 1 or (rest and option is not None):
        raise Unsupported(f"the word {rest[-1]}")
    return number("-p", option or rest[0]) if option is not None or rest else 22


async def _run(question: _Question, _call: Call) -> Result:
    begun = time.perf_counter()
    try:
        addresses = await located("check_ssh", question.server)
        async with asyncio.timeout(question.timeout):
            greeting = await _greeting(question, addresses)
    except NoHostError as error:
        return 3, f"{error}\n{_USAGE}" if question.server.is_option else f"{question.complaint}{_USAGE}"
    except UnresolvedError as error:
        return 3, str(error)
    except UnconnectedError as error:
        return 2, str(error)
    except TimeoutError:
        return timed_out(question.timeout)
    return _judged(question, greeting, time.perf_counter() - begun)


async def _greeting(question: _Question, addresses: Sequence[Address]) -> bytes:
    """Return what the server says first; one that speaks SSH is told who asks."""
    connection = await connect(question.server.target, addresses)
    try:
        data = b""
        with suppress(OSError):
            data = await connection.receive(_MOST)
            if data.startswith(b"SSH"):
                await connection.send(b"SSH-%s-check_ssh_2.3.3\r\n" % _parts(data)[0])
        return data
    finally:
        connection.close()


def _parts(data: bytes) -> tuple[bytes, bytes]:
    """Return version of the protocol, and what the server calls itself."""
    text = data.partition(b"\0")[0].rstrip(_BLANKS)[4:]
    rest = text.lstrip(b"0123456789. ")
    name = text.lstrip(b"0123456789-. ")
    return text[: len(text) - len(rest)], name if len(name) < len(rest) else b""


def _judged(question: _Question, data: bytes, taken: float) -> Result:
    if not data.startswith(b"SSH"):
        answer = data.partition(b"\0")[0].decode("utf-8", "replace")
        return 2, f"Server answer: {answer}"
    protocol, name = (part.decode("utf-8", "replace") for part in _parts(data))
    who = f"{name} (protocol {protocol})"
    if question.version is not None and question.version != name:
        return 2, f"SSH CRITICAL - {who} version mismatch, expected '{question.version}'"
    if question.protocol is not None and question.protocol != protocol:
        return 2, f"SSH CRITICAL - {who} protocol version mismatch, expected '{question.protocol}'"
    return 0, f"SSH OK - {who} | time={taken:f}s;;;0.000000;{question.timeout:f}"


SSH: Final = StandIn(_read, _run)
