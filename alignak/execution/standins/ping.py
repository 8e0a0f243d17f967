"""Stands in for ``check_ping``: what the plugin makes of the words of ``ping -n -U -w SECONDS -c COUNT HOST``.

That program sends a request a second until so many are answered, an error comes or the seconds are over; more requests
than asked for are sent to a host that loses some.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import re
import socket
import struct
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from msgspec import Struct, field

from alignak.execution.standins.connections import Target, UnresolvedError, addresses_of
from alignak.execution.standins.echo import Echo, Refusal, Reply, socket_kind
from alignak.execution.standins.hosts import family
from alignak.execution.standins.options import given, number
from alignak.execution.standins.standin import Call, Result, StandIn, Unsupported

_KNOWN: Final = {
    "-H --hostname": "HOST",
    "-w --warning": "PAIR",
    "-c --critical": "PAIR",
    "-p --packets": "COUNT",
    "-t --timeout": "SECONDS",
    "-4 --use-ipv4": "",
    "-6 --use-ipv6": "",
    "-n --nohtml": "",
    "-L --link": "",
    "-V --version": "",
    "-v --verbose": "",
    "-h --help": "",
}
_LEFT: Final = ("-V", "-v", "-h")
"""Options left to the plugin; named above so that a shortened name is as ambiguous here as there."""

_PAIR: Final = re.compile(r"(\d{1,9}(?:\.\d{0,6})?)[,:](\d{1,4})(?:\.\d+)?%", re.ASCII)
_SECONDS: Final = re.compile(r"([1-9]\d{0,5})(?::\w*)?", re.ASCII)
_SIZE: Final = 56
_USAGE: Final = (
    "Usage:\ncheck_ping -H <host_address> -w <wrta>,<wpl>% -c <crta>,<cpl>%\n [-p packets] [-t timeout] [-4|-6]"
)
_REFUSALS: Final[Mapping[tuple[int, int], str]] = {
    (3, 0): "Network Unreachable",
    (3, 1): "Host Unreachable",
    (3, 2): "Bogus ICMP: Protocol Unreachable",
    (3, 3): "Bogus ICMP: Port Unreachable",
    (3, 9): "Network Prohibited",
    (3, 10): "Host Prohibited",
    (3, 11): "Network Unreachable",
    (3, 12): "Host Unreachable",
    (3, 13): "Packet Filtered",
    (11, 0): "Time to live exceeded",
}
"""ICMP type and code -> what the plugin calls it; for any other it counts a packet that is lost."""
_REFUSALS_6: Final[Mapping[tuple[int, int], str]] = {
    (1, 0): "Network Unreachable",
    (1, 1): "Packet Filtered",
    (1, 2): "Destination Unreachable",
    (1, 3): "Host Unreachable",
    (1, 4): "Bogus ICMP: Port Unreachable",
    (1, 5): "Destination Unreachable",
    (1, 6): "Destination Unreachable",
    (1, 7): "Destination Unreachable",
    (3, 0): "Time to live exceeded",
    (3, 1): "Time to live exceeded",
}
_NO_WAY: Final = (errno.ENETUNREACH, errno.EHOSTUNREACH)
_WORDS: Final = ("OK", "WARNING", "CRITICAL")
_OUTCRY: Final = "System call sent warnings to stderr "


class Question(Struct, frozen=True):
    """What ``check_ping`` is asked."""

    host: str
    warning: tuple[float, int]
    """Milliseconds of the average round trip, and percent of loss."""
    critical: tuple[float, int]
    kind: int
    """Of the socket to ping with."""
    packets: int = 5
    seconds: int = 10
    family: int = socket.AF_UNSPEC
    has_link: bool = False


class Tally(Struct):
    """What was sent and came back."""

    sent: int = 0
    answered: set[int] = field(default_factory=set)
    repeated: int = 0
    micros: int = 0
    """Sum of the round trips."""
    outcries: int = 0
    """Requests the system would not send."""


def read(probe: Callable[[], int], words: Sequence[str]) -> Question:
    """Read the words of ``check_ping``; ``probe`` returns the kind of socket to ping with, or raises Unsupported."""
    options, operands = given(words, _KNOWN)
    values = dict(options)
    for option in _LEFT:
        if option in values:
            raise Unsupported(option)
    names = [value for name, value in options if name == "-H"]
    if operands or len(names) != 1:
        raise Unsupported(f"operands {' '.join(operands)}" if operands else "other than one -H")
    if "-w" not in values or "-c" not in values:
        raise Unsupported("no -w or no -c")
    warning, critical = _pair("-w", values["-w"]), _pair("-c", values["-c"])
    if warning[0] > critical[0] or warning[1] > critical[1]:
        raise Unsupported(f"-w {values['-w']} above -c {values['-c']}")
    packets = number("-p", values.get("-p", "5"))
    if not packets:
        raise Unsupported("-p 0")
    version = family(values)
    seconds = max(_seconds(values.get("-t", "10")), int(critical[0] / 1000 * packets + packets))
    return Question(address(names[0]), warning, critical, probe(), packets, seconds, version, "-L" in values)


def address(text: str) -> str:
    """Return a name or address one packet can be answered from. Raises Unsupported."""
    if not text or any(letter in text for letter in ", /"):
        raise Unsupported(f"-H {text}")
    try:
        known = ipaddress.ip_address(text)
    except ValueError:
        return text
    if known.is_unspecified or known.is_multicast or text == "255.255.255.255" or "%" in text:
        raise Unsupported(f"-H {text}")
    return text


def _pair(option: str, text: str) -> tuple[float, int]:
    found = _PAIR.fullmatch(text)
    if found is None:
        raise Unsupported(f"{option} {text}")
    return _single(float(found[1])), int(found[2])


def _seconds(text: str) -> int:
    found = _SECONDS.fullmatch(text)
    if found is None:
        raise Unsupported(f"-t {text}")
    return int(found[1])


def _single(value: float) -> float:
    """Return a number as a C ``float`` holds it."""
    single: float = struct.unpack("f", struct.pack("f", value))[0]
    return single


async def _run(asked: Question, _call: Call) -> Result:
    invalid = 3, f"check_ping: Invalid hostname/address - {asked.host}\n{_USAGE}"
    try:
        async with asyncio.timeout(asked.seconds):
            family, where = await _resolved(asked)
    except UnresolvedError as error:
        return _mute(asked, socket.AF_INET) if _is_of_other_version(asked.host, error) else invalid
    except TimeoutError:
        return 2, f"CRITICAL - Plugin timed out after {asked.seconds} seconds"
    try:
        echo = Echo(where, family, asked.kind, _SIZE)
    except OSError as error:
        if error.errno in _NO_WAY:
            return 2, f"CRITICAL - Network Unreachable ({asked.host})"
        return _mute(asked, family)
    tally = Tally()
    try:
        refusal = await _ping(echo, asked, tally)
    finally:
        echo.close()
    names = _REFUSALS if family == socket.AF_INET else _REFUSALS_6
    if refusal is not None and (refusal.kind, refusal.code) in names:
        return 2, f"CRITICAL - {names[refusal.kind, refusal.code]} ({asked.host})"
    return _told(asked, tally)


async def _resolved(asked: Question) -> tuple[int, str]:
    """Return family and address; IPv6 comes first. Raises UnresolvedError."""
    target = Target(asked.host, 0, asked.family, socket.SOCK_DGRAM)
    found = [(family, name[0]) for family, name in await addresses_of(target) if isinstance(name, tuple)]
    return next((each for each in found if each[0] == socket.AF_INET6), found[0])  # type: ignore[return-value]


def _is_of_other_version(host: str, error: UnresolvedError) -> bool:
    """Return whether a name has addresses, but none of the version asked for."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "family" in str(error)
    return False


def _mute(asked: Question, family: int) -> Result:
    """Return what is said when ``ping`` gives up before its first word."""
    version = 6 if socket.AF_INET6 in (asked.family, family) else 4
    line = f"/bin/ping -{version} -n -U -w {asked.seconds} -c {asked.packets} {asked.host}"
    return 3, f"{line}\nCRITICAL - Could not interpret output from ping command"


async def _ping(echo: Echo, asked: Question, tally: Tally) -> Refusal | None:
    """Ping until there is nothing to wait for; return the ICMP error that ended it."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    end = due + asked.seconds
    while len(tally.answered) < asked.packets:
        if loop.time() >= min(due, end):
            if loop.time() >= end:
                return None
            _send(echo, tally)
            due += 1.0
        heard = await echo.heard(min(due, end))
        if isinstance(heard, Refusal):
            return heard
        if heard is not None:
            _count(tally, heard)
    return None


def _send(echo: Echo, tally: Tally) -> None:
    try:
        echo.send(tally.sent)
    except OSError:
        tally.outcries += 1
    tally.sent += 1


def _count(tally: Tally, heard: Reply) -> None:
    tally.repeated += heard.number in tally.answered
    tally.answered.add(heard.number)
    tally.micros += int(heard.taken * 1e6)


def _told(asked: Question, tally: Tally) -> Result:
    """Return the answer of a ping that came to its end."""
    received = len(tally.answered)
    loss = int((tally.sent - received) * 100 / tally.sent) if tally.sent else 100
    rta = _single(tally.micros // (received + tally.repeated) / 1000) if received else -1.0
    code = max(
        _judged(loss, rta, asked),
        bool(tally.repeated or tally.outcries),
    )
    warned = "DUPLICATES FOUND! " if tally.repeated else " ".join([_OUTCRY] * tally.outcries)
    text = f"PING {_WORDS[code]} - {warned}Packet loss = {loss}%"
    if received:
        text += f", RTA = {rta:2.2f} ms"
    if asked.has_link:
        text = f"<A HREF='/nagios/cgi-bin/traceroute.cgi?{asked.host}'>{text}</A>"
    return code, f"{text}|{_perfdata(loss, rta, asked)}"


def _judged(loss: int, rta: float, asked: Question) -> int:
    if loss >= asked.critical[1] or rta >= asked.critical[0] or rta < 0:
        return 2
    return int(loss >= asked.warning[1] or rta >= asked.warning[0])


def _perfdata(loss: int, rta: float, asked: Question) -> str:
    (warning, lossy), (critical, lost) = asked.warning, asked.critical
    if rta < 0:
        times = f" rta=U;{warning:f};{critical:f};;"
    else:
        limits = [f"{limit:f}" if limit else "" for limit in (warning, critical)]
        times = f"rta={rta:f}ms;{';'.join(limits)};0.000000"
    return f"{times} pl={loss}%;{lossy or ''};{lost or ''};0;"


PING: Final = StandIn(partial(read, socket_kind), _run)
