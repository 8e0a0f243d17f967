"""Connections of stand-ins: every address is tried, names do not hold up others, nothing stays open."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Iterator

import psutil
import pytest

from alignak.execution.standins.connections import (
    Address,
    Target,
    Terms,
    UnconnectedError,
    UnresolvedError,
    UnsecuredError,
    addresses_of,
    connect,
    seconds,
    tls_context,
)
from alignak.execution.standins.standin import Call, Unsupported
from alignak.execution.standins.table import stand_in
from tests.support.talkers import Move, Talkers, talkers


@pytest.fixture(scope="module")
def several() -> Iterator[Talkers]:
    with talkers() as talking:
        yield talking


def _connections(port: int) -> int:
    return sum(bool(each.raddr) and each.raddr.port == port for each in psutil.Process().net_connections("tcp"))


def test_the_next_address_is_tried_when_one_refuses(several: Talkers) -> None:
    port = several.tcp(b"hello")
    addresses = [Address(socket.AF_INET, ("127.0.0.1", several.nobody())), Address(socket.AF_INET, ("127.0.0.1", port))]

    async def greeted() -> bytes:
        connection = await connect(Target("two.example.org", port), addresses)
        try:
            return await connection.receive()
        finally:
            connection.close()

    assert asyncio.run(greeted()) == b"hello"


def test_the_last_address_says_why_none_answers(several: Talkers) -> None:
    port = several.nobody()
    with pytest.raises(UnconnectedError, match=f"^connect to address 127.0.0.1 and port {port}: Connection refused$"):
        asyncio.run(connect(Target("127.0.0.1", port)))
    with pytest.raises(UnconnectedError, match=r"^connect to file socket /no/such: No such file or directory$"):
        asyncio.run(connect(Target("/no/such", 0)))


@pytest.mark.parametrize("host", ["nowhere.invalid", "127.0.0.300", "", "a b", "x" * 70, "a..b", "é" * 64])
def test_a_name_without_an_address_is_said_in_the_words_of_the_system(host: str) -> None:
    with pytest.raises(UnresolvedError, match=r"^(Name or service not known|.*failure.*|No address.*)$"):
        asyncio.run(addresses_of(Target(host, 1)))


def test_an_address_is_not_looked_up() -> None:
    assert list(asyncio.run(addresses_of(Target("::1", 5)))) == [Address(socket.AF_INET6, ("::1", 5))]
    with pytest.raises(UnresolvedError):
        asyncio.run(addresses_of(Target("::1", 5, socket.AF_INET)))


def test_a_context_is_made_once_for_the_same_terms() -> None:
    assert tls_context(Terms()) is tls_context(Terms())
    assert tls_context(Terms(most=ssl.TLSVersion.TLSv1_2)) is not tls_context(Terms())


def test_the_server_is_told_which_name_is_meant(several: Talkers) -> None:
    names: list[str | None] = []
    tls = several.tls(5.0)
    tls.sni_callback = lambda _socket, name, _context: names.append(name)
    port = several.tcp(tls=tls)

    async def secured(name: str | None) -> None:
        connection = await connect(Target("127.0.0.1", port))
        try:
            await connection.secure(name)
        finally:
            connection.close()

    for name in ("shop.example.org", None, ""):
        asyncio.run(secured(name))
    assert names == ["shop.example.org", None, None]


@pytest.mark.parametrize("script", [(Move.CLOSE,), (Move.HEAR, Move.RESET), (b"220 not tls at all\r\n",)])
def test_a_handshake_that_fails_says_so_and_leaves_nothing_open(several: Talkers, script: tuple[Move]) -> None:
    port = several.tcp(*script)

    async def secured() -> None:
        connection = await connect(Target("127.0.0.1", port))
        try:
            await connection.secure()
        finally:
            connection.close()

    with pytest.raises(UnsecuredError, match=r"^CRITICAL - Cannot make SSL connection\.$"):
        asyncio.run(secured())
    assert _connections(port) == 0


def test_servers_that_never_answer_do_not_delay_others(several: Talkers) -> None:
    silent, lively = several.tcp(), several.tcp(b"220 hello\r\n")
    found, call = stand_in("check_tcp"), Call({}, time.monotonic() + 60)
    run = found.run
    assert run is not None
    waits, greets = (found.read(("-H", "127.0.0.1", "-p", str(port), "-e", "220")) for port in (silent, lively))

    async def slowest() -> float:
        waiting = [asyncio.ensure_future(run(waits, call)) for _ in range(200)]
        while _connections(silent) < len(waiting):
            await asyncio.sleep(0.02)
        begun = time.monotonic()
        answers = await asyncio.gather(*(run(greets, call) for _ in range(50)))
        taken = time.monotonic() - begun
        assert {code for code, _ in answers} == {0}
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return taken

    assert asyncio.run(slowest()) < 2.0
    assert _connections(silent) == 0


def test_a_timeout_is_a_whole_number_of_seconds() -> None:
    assert seconds("-t", "10") == 10
    for text in ("0", "-1", "1.5", "10:3", "x", "", "٣"):
        with pytest.raises(Unsupported, match="-t"):
            seconds("-t", text)
