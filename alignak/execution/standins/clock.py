"""Stands in for ``check_time``: how far the clock of this machine is from one told by the time protocol."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

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
from alignak.execution.standins.options import given, number
from alignak.execution.standins.standin import Call, Result, StandIn

_OPTIONS: Final = {
    "-H --hostname": "HOST",
    "-p --port": "PORT",
    "-w --warning-variance": "SECONDS",
    "-c --critical-variance": "SECONDS",
    "-W --warning-connect": "SECONDS",
    "-C --critical-connect": "SECONDS",
    "-t --timeout": "SECONDS",
    "-u --udp": "",
}
_WORDS: Final = ("OK", "WARNING", "CRITICAL")
_USAGE: Final = (
    "Usage:\ncheck_time -H <host_address> [-p port] [-u] [-w variance] [-c variance]\n"
    " [-W connect_time] [-C connect_time] [-t timeout]"
)
_PORT: Final = 37
_FROM_1900: Final = 2_208_988_800
_WIDTH: Final = 4
_WRAP: Final = 1 << 64


class _Limits(NamedTuple):
    """Whole seconds above which something is wrong; nothing for never."""

    warning: int | None
    critical: int | None

    def judge(self, taken: int) -> int:
        """Return the exit code for so many seconds."""
        if self.critical is not None and taken > self.critical:
            return 2
        return int(self.warning is not None and taken > self.warning)

    def perfdata(self, label: str, taken: int) -> str:
        """Return the value and its limits."""
        warning, critical = ("" if each is None else str(each) for each in self)
        return f"{label}={taken}s;{warning};{critical};0;"


class _Asked(NamedTuple):
    """What the words ask."""

    server: Server
    difference: _Limits
    response: _Limits
    timeout: int


def _read(words: Sequence[str]) -> _Asked:
    said = given(words, _OPTIONS)
    options = dict(said.options)
    asked = server(words, said, number("-p", options.get("-p", str(_PORT))))
    kind = socket.SOCK_DGRAM if "-u" in options else socket.SOCK_STREAM
    timeout = seconds("-t", options.get("-t", str(DEFAULT_TIMEOUT)))
    return _Asked(
        Server(asked.target._replace(kind=kind), asked.named_as, asked.is_option),
        _Limits(_limit(options, "-w"), _limit(options, "-c")),
        _Limits(_limit(options, "-W"), _limit(options, "-C")),
        timeout,
    )


def _limit(options: Mapping[str, str], option: str) -> int | None:
    return number(option, options[option]) if option in options else None


async def _run(asked: _Asked, _call: Call) -> Result:
    target = asked.server.target
    where = f"server {target.host}, port {target.port}"
    begun = int(time.time())
    try:
        async with asyncio.timeout(asked.timeout):
            told = await _told(asked)
    except TimeoutError:
        return timed_out(asked.timeout)
    except NoHostError as error:
        return 3, f"{error}\n{_USAGE}"
    except UnresolvedError as error:
        return 3, f"{error}\nTIME UNKNOWN - could not connect to {where}"
    except UnconnectedError as error:
        return 3, f"{error}\nTIME UNKNOWN - could not connect to {where}"
    except OSError:
        told = b""
    if not told:
        return 3, f"TIME UNKNOWN - no data received from {where}"
    ended = int(time.time())
    return _judged(asked, ended - begun, int.from_bytes(told.ljust(_WIDTH, b"\0")) - _FROM_1900 - ended)


async def _told(asked: _Asked) -> bytes:
    """Return what the server says."""
    target = asked.server.target
    addresses = await located("check_time", asked.server)
    if target.kind == socket.SOCK_DGRAM:
        return await _told_by_datagram(addresses[0])
    connection = await connect(target, addresses)
    try:
        return await connection.receive(_WIDTH)
    finally:
        connection.close()


async def _told_by_datagram(address: Address) -> bytes:
    """Ask by an empty datagram, which event loops would not send."""
    with socket.socket(address.family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as opened:
        opened.connect(address.name)
        opened.send(b"")
        return await asyncio.get_running_loop().sock_recv(opened, _WIDTH)


def _judged(asked: _Asked, taken: int, difference: int) -> Result:
    """Judge how long the answer took, and when that is well what it says."""
    time_taken = asked.response.perfdata("time", taken)
    if code := asked.response.judge(taken):
        return code, f"TIME {_WORDS[code]} - {taken} second response time|{time_taken}"
    code = asked.difference.judge(abs(difference))
    shown = _distance(difference)
    offset = asked.difference.perfdata("offset", difference)
    return code, f"TIME {_WORDS[code]} - {shown} second time difference|{time_taken} {offset}"


def _distance(difference: int) -> int:
    """Return how large a difference is; one beyond 31 bits shows as it does in the plugin, which wraps it."""
    return abs(difference) if abs(difference) < 1 << 31 else difference % _WRAP


CLOCK: Final = StandIn(_read, _run)
