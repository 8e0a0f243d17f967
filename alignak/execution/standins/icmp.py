"""Stands in for ``check_icmp`` and ``check_host``, one program: several requests, or until one is answered.

The next request goes out as soon as all before it are answered, or after the interval.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from msgspec import Struct, field

from alignak.execution.standins.connections import Target, UnresolvedError, addresses_of
from alignak.execution.standins.echo import Echo, Refusal, Reply, socket_kind
from alignak.execution.standins.hosts import family
from alignak.execution.standins.options import given, number
from alignak.execution.standins.ping import address
from alignak.execution.standins.standin import Call, Result, StandIn, Unsupported

_KNOWN: Final = {
    "-H": "HOST",
    "-w": "PAIR",
    "-c": "PAIR",
    "-n": "COUNT",
    "-p": "COUNT",
    "-i": "TIME",
    "-l": "TTL",
    "-t": "SECONDS",
    "-b": "BYTES",
    "-4": "",
    "-6": "",
}
_PAIR: Final = re.compile(r"(\d{1,7}(?:\.\d)?)(us|ms|s)?(?:,(\d{1,3})(?:\.\d+)?%?)?", re.ASCII)
_TIME: Final = re.compile(r"(\d{1,7}(?:\.\d)?)(us|ms|s)?", re.ASCII)
_MICROS: Final[Mapping[str | None, int]] = {"us": 1, "ms": 1000, None: 1000, "s": 1_000_000}
_MOST_PACKETS: Final = 20
_SIZES: Final = range(52, 1401)
_REFUSALS: Final[Mapping[int, Mapping[int, str]]] = {
    3: dict(
        enumerate(
            (
                "Net unreachable",
                "Host unreachable",
                "Protocol unreachable (firewall?)",
                "Port unreachable (firewall?)",
                "Fragmentation needed",
                "Source route failed",
                "Unknown network",
                "Unknown host",
                "Source host isolated",
                "Network denied (firewall?)",
                "Host denied (firewall?)",
                "Bad TOS for network (firewall?)",
                "Bad TOS for host (firewall?)",
                "Prohibited by filter (firewall)",
                "Host precedence violation",
                "Precedence cutoff",
            )
        )
    ),
    11: {0: "Time to live exceeded in transit"},
    12: dict.fromkeys(range(256), "Bad IP header (required option absent)"),
}
"""ICMP type -> code -> what the plugin says of it; of ICMPv6 it hears answers alone."""
_WORDS: Final = ("OK", "WARNING", "CRITICAL")


class Limits(Struct, frozen=True):
    """Above which a target is bad."""

    micros: int
    """Of the average round trip."""
    lost: int
    """Percent of the requests."""


class Habits(Struct, frozen=True):
    """What a name of the program does unless told otherwise."""

    name: str
    warning: Limits
    critical: Limits
    interval: int
    """Microseconds between requests at most."""
    is_first_enough: bool = False


class Question(Struct, frozen=True):
    """What is asked."""

    habits: Habits
    host: str
    kind: int
    """Of the socket to ping with."""
    warning: Limits
    critical: Limits
    packets: int
    interval: float
    """Seconds."""
    seconds: int
    ttl: int
    size: int
    family: int


class Tally(Struct):
    """What was sent and came back."""

    sent: int = 0
    failed: int = 0
    """Requests the system would not send."""
    round_trips: list[float] = field(default_factory=list)
    """Microseconds."""
    refusal: Refusal | None = None

    @property
    def awaited(self) -> int:
        """Return how many requests may still be answered."""
        return self.sent - self.failed - len(self.round_trips)


def read(habits: Habits, probe: Callable[[], int], words: Sequence[str]) -> Question:
    """Read the words; ``probe`` returns the kind of socket to ping with, or raises Unsupported."""
    options, operands = given(words, _KNOWN)
    values = {"-n": "5", "-i": f"{habits.interval}us", "-l": "0", "-t": "10", "-b": "68", **dict(options)}
    hosts = [value for name, value in options if name == "-H"] + list(operands)
    if len(hosts) != 1:
        raise Unsupported("other than one host")
    version = family(values)
    packets, ttl = number("-n", values.get("-p", values["-n"])), number("-l", values["-l"])
    seconds, size = number("-t", values["-t"]), number("-b", values["-b"])
    for option, value, known in (
        ("-n", packets, range(1, _MOST_PACKETS + 1)),
        ("-l", ttl, range(256)),
        ("-b", size, _SIZES),
    ):
        if value not in known:
            raise Unsupported(f"{option} {value}")
    if not seconds or ("-p" in values and any(name == "-n" for name, _ in options)):
        raise Unsupported("-t 0" if not seconds else "-n with -p")
    critical = _limits("-c", values.get("-c"), habits.critical)
    warning = _limits("-w", values.get("-w"), habits.warning)
    return Question(
        habits,
        address(hosts[0]),
        probe(),
        Limits(min(warning.micros, critical.micros), min(warning.lost, critical.lost)),
        critical,
        packets,
        _micros("-i", values["-i"]) / 1e6,
        seconds,
        ttl,
        size,
        version,
    )


def _limits(option: str, text: str | None, habit: Limits) -> Limits:
    if text is None:
        return habit
    found = _PAIR.fullmatch(text)
    if found is None:
        raise Unsupported(f"{option} {text}")
    micros = round(float(found[1]) * _MICROS[found[2]])
    lost = habit.lost if found[3] is None else int(found[3])
    if not micros or lost > 100:
        raise Unsupported(f"{option} {text}")
    return Limits(micros, lost)


def _micros(option: str, text: str) -> int:
    found = _TIME.fullmatch(text)
    if found is None:
        raise Unsupported(f"{option} {text}")
    return round(float(found[1]) * _MICROS[found[2]])


async def run(asked: Question, _call: Call) -> Result:
    """Ping, and say how it went."""
    try:
        addresses = await addresses_of(Target(asked.host, 0, asked.family, socket.SOCK_DGRAM))
    except UnresolvedError as error:
        return 3, f"{asked.habits.name}: Failed to resolve {asked.host}: {error}"
    tally = Tally()
    family, name = addresses[0]
    try:
        echo = Echo(name[0], family, asked.kind, asked.size, asked.ttl)  # type: ignore[arg-type]
    except OSError:  # no way there: every packet is lost at once
        return _told(asked, tally)
    try:
        await _ping(echo, asked, tally)
    finally:
        echo.close()
    return _told(asked, tally)


async def _ping(echo: Echo, asked: Question, tally: Tally) -> None:
    """Send the requests and wait for answers, until there is nothing to wait for."""
    now = asyncio.get_running_loop().time
    begun = now()
    end = begun + asked.seconds
    while tally.sent < asked.packets and tally.refusal is None and now() < end:
        _send(echo, tally)
        await _wait(echo, asked, tally, min(end, now() + asked.interval))
        if tally.round_trips and asked.habits.is_first_enough:
            return
    patience = (asked.packets + 1) * asked.critical.micros / 1e6 + asked.packets * asked.interval
    await _wait(echo, asked, tally, min(end, begun + patience))


def _send(echo: Echo, tally: Tally) -> None:
    try:
        echo.send(tally.sent)
    except OSError:
        tally.failed += 1
    tally.sent += 1


async def _wait(echo: Echo, asked: Question, tally: Tally, until: float) -> None:
    """Take answers until none is awaited, or an error comes, or a time of the loop's clock."""
    while tally.awaited > 0 and tally.refusal is None:
        heard = await echo.heard(until)
        if heard is None:
            return
        if isinstance(heard, Reply):
            tally.round_trips.append(int(heard.taken * 1e6))
            if asked.habits.is_first_enough:
                return
        elif heard.family == socket.AF_INET and heard.kind in _REFUSALS:
            tally.refusal = heard


def _told(asked: Question, tally: Tally) -> Result:
    """Return what the plugin says of it."""
    trips = tally.round_trips
    if trips and asked.habits.is_first_enough:
        first, limits = (
            trips[0] / 1000,
            ";".join(f"{each.micros / 1000:.3f}" for each in (asked.warning, asked.critical)),
        )
        text = f"OK - {asked.host} responds to ICMP. Packet 1, rta {first:.3f}ms"
        return 0, f"{text}|pkt=1;;;0;{asked.packets} rta={first:.3f};{limits};;"
    lost = (tally.sent - len(trips)) * 100 // tally.sent if tally.sent else 100
    mean = sum(trips) / len(trips) if trips else 0.0
    code = _judged(asked, tally, lost, mean)
    rta = f"{mean / 1000:.3f}ms" if trips else "nan"
    refused = "" if trips or tally.refusal is None else f"{_said(tally.refusal)} @ {tally.refusal.source}. "
    perfdata = (
        f"rta={mean / 1000:.3f}ms;{asked.warning.micros / 1000:.3f};{asked.critical.micros / 1000:.3f};0; "
        f"pl={lost}%;{asked.warning.lost};{asked.critical.lost};; "
        f"rtmax={max(trips, default=0) / 1000:.3f}ms;;;; rtmin={min(trips, default=0) / 1000:.3f}ms;;;; "
    )
    return code, f"{_WORDS[code]} - {asked.host}: {refused}rta {rta}, lost {lost}%|{perfdata}"


def _said(refusal: Refusal) -> str:
    return _REFUSALS[refusal.kind].get(refusal.code, "Invalid code")


def _judged(asked: Question, tally: Tally, lost: int, mean: float) -> int:
    if tally.refusal is not None or not tally.round_trips:
        return 2
    if lost >= asked.critical.lost or mean >= asked.critical.micros:
        return 2
    return int(lost >= asked.warning.lost or mean >= asked.warning.micros)


_ICMP: Final = Habits("check_icmp", Limits(200_000, 40), Limits(500_000, 80), 80_000)
_HOST: Final = Habits("check_host", Limits(1_000_000, 100), Limits(1_000_000, 100), 1_000_000, is_first_enough=True)

ICMP: Final = StandIn(partial(read, _ICMP, socket_kind), run)
HOST: Final = StandIn(partial(read, _HOST, socket_kind), run)
