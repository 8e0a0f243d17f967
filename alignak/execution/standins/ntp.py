"""Stands in for ``check_ntp_time``: how far the clock of this machine is from that of a time server."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from alignak.execution.standins.connections import (
    DEFAULT_TIMEOUT,
    Address,
    UnresolvedError,
    seconds,
    timed_out,
)
from alignak.execution.standins.hosts import NoHostError, Server, located, server
from alignak.execution.standins.options import given, number
from alignak.execution.standins.ranges import Range, range_of
from alignak.execution.standins.standin import Call, Result, StandIn, Unsupported

_OPTIONS: Final = {
    "-H --hostname": "HOST",
    "-p --port": "PORT",
    "-w --warning": "RANGE",
    "-c --critical": "RANGE",
    "-o --time-offset": "SECONDS",
    "-t --timeout": "SECONDS",
    "-q --quiet": "",
    "-4 --use-ipv4": "",
    "-6 --use-ipv6": "",
}
_LIMITS: Final[Mapping[str, str]] = {"-w": "60", "-c": "120"}
_EXPECTED: Final = re.compile(r"-?\d{1,9}", re.ASCII)
_WORDS: Final = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
_USAGE: Final = "Usage:\n check_ntp_time -H <host> [-4|-6] [-w <warn>] [-c <crit>] [-v verbose] [-o <time offset>]"

_PORT: Final = 123
_QUESTIONS: Final = 4
"""Times each server is asked; what counts is the mean."""

_PACKET: Final = struct.Struct(">BBbbIII4Q")
_QUESTION_HEAD: Final = struct.pack(">BBbbII", 0xE3, 0, 4, -6, 1 << 16, 1 << 16) + bytes(28)
"""Of a client, version 4, whose clock is not set."""

_FROM_1900: Final = 2_208_988_800
_UNSET: Final = 3


class _Asked(NamedTuple):
    """What the words ask."""

    server: Server
    warning: Range
    critical: Range
    expected: int
    """Seconds added to what is measured."""
    timeout: int
    is_quiet: bool


class _Header(NamedTuple):
    """What a server says of itself in its last answer."""

    is_set: bool
    stratum: int
    delay: int
    dispersion: int


class _Peer:
    """One address of the server, and what came from it."""

    __slots__ = ("header", "offsets")

    def __init__(self) -> None:
        self.header = _Header(False, 0, 0, 0)
        self.offsets: list[float] = []

    def is_better_than(self, other: _Peer) -> bool:
        """Tell whether it is to be believed rather than one that answered before."""
        mine, others = self.header, other.header
        return mine.stratum <= others.stratum and mine.dispersion <= others.dispersion and mine.delay < others.delay


def _read(words: Sequence[str]) -> _Asked:
    said = given(words, _OPTIONS)
    options = dict(said.options)
    if "-H" not in options:
        raise Unsupported("no -H")
    expected = options.get("-o", "0")
    if not _EXPECTED.fullmatch(expected):
        raise Unsupported(f"-o {expected}")
    asked = server(words, said, number("-p", options.get("-p", str(_PORT))))
    asked = Server(asked.target._replace(kind=socket.SOCK_DGRAM), asked.named_as, asked.is_option)
    warning, critical = (range_of(option, options.get(option, default)) for option, default in _LIMITS.items())
    timeout = seconds("-t", options.get("-t", str(DEFAULT_TIMEOUT)))
    return _Asked(asked, warning, critical, int(expected), timeout, "-q" in options)


async def _run(asked: _Asked, _call: Call) -> Result:
    try:
        async with asyncio.timeout(asked.timeout):
            return _judged(asked, await _answers(asked))
    except TimeoutError:
        return timed_out(asked.timeout)
    except NoHostError as error:
        return 3, f"{error}\n{_USAGE}"
    except UnresolvedError as error:
        return 3, f"error getting address for {asked.server.target.host}: {error}"


async def _answers(asked: _Asked) -> list[_Peer]:
    """Ask all addresses at once, until each answered as often as it should or half of the time is over."""
    addresses = await located("check_ntp_time", asked.server)
    last = int(time.time()) + asked.timeout // 2
    peers = [_Peer() for _ in addresses]
    if len(addresses) == 1:
        await _ask(addresses[0], peers[0], last)
        return peers
    async with asyncio.TaskGroup() as group:
        for address, peer in zip(addresses, peers, strict=True):
            group.create_task(_ask(address, peer, last))
    return peers


async def _ask(address: Address, peer: _Peer, last: int) -> None:
    """Ask one address; a question that is not answered is asked again when the clock shows the next second."""
    loop = asyncio.get_running_loop()
    with suppress(OSError), socket.socket(address.family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as opened:
        opened.connect(address.name)
        while len(peer.offsets) < _QUESTIONS and (now := time.time()) < last + 1:
            question = _QUESTION_HEAD + _stamp(now)
            with suppress(TimeoutError, ConnectionError):
                async with asyncio.timeout(int(now) + 1 - now):
                    opened.send(question)
                    answer = await loop.sock_recv(opened, _PACKET.size)
                    _take(peer, answer + question[len(answer) :])
                    continue
            await asyncio.sleep(max(0.0, int(now) + 1 - time.time()))


def _stamp(at: float) -> bytes:
    whole = int(at)
    return struct.pack(">II", (whole + _FROM_1900) & 0xFFFFFFFF, int((at - whole) * (1 << 32)))


def _take(peer: _Peer, packet: bytes) -> None:
    """Keep what an answer says; one that is too short says the rest as it was asked."""
    flags, stratum, _, _, delay, dispersion, _, _, *stamps = _PACKET.unpack(packet)
    asked, received, sent = (each / (1 << 32) - _FROM_1900 if each else 0.0 for each in stamps)
    peer.header = _Header(flags >> 6 != _UNSET and stratum > 0, stratum, delay, dispersion)
    peer.offsets.append(((received - asked) + (sent - time.time())) / 2)


def _judged(asked: _Asked, peers: Sequence[_Peer]) -> Result:
    """Return the answer out of that of the best address."""
    answering = [each for each in peers if each.offsets]
    if not answering:
        return 2, "NTP CRITICAL: No response from NTP server"
    best: _Peer | None = None
    for each in answering:
        if each.header.is_set and (best is None or each.is_better_than(best)):
            best = each
    if best is None:
        code = 3 if asked.is_quiet else 2
        return code, f"NTP {_WORDS[code]}: Offset unknown|"
    offset = sum(best.offsets) / len(best.offsets) + asked.expected
    code = 2 * asked.critical.alerts(abs(offset)) or int(asked.warning.alerts(abs(offset)))
    values = f"offset={offset:f}s;{asked.warning.shown:f};{asked.critical.shown:f};"
    return code, f"NTP {_WORDS[code]}: Offset {offset:.10g} secs|{values}"


NTP_TIME: Final = StandIn(_read, _run)
