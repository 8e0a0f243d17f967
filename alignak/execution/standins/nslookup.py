"""Stands in for ``check_dns``: what the plugin makes of the words of ``nslookup``, which is not run.

The name is asked for with an IPv4 address, then with an IPv6 one; an address is asked for its names.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.reversename
from msgspec import Struct

from alignak.execution.standins.connections import TIMED_OUT, seconds
from alignak.execution.standins.options import given
from alignak.execution.standins.queries import NoAnswerError, Patience, Server, ask, domain, found_servers
from alignak.execution.standins.standin import Call, Result, StandIn, Unsupported
from alignak.execution.standins.times import Limits, limits

_KNOWN: Final = {
    "-H --hostname": "name",
    "-s --server": "address",
    "-a --expected-address": "address",
    "-n --expect-nxdomain": "",
    "-A --expect-authority": "",
    "-L --all": "",
    "-w --warning": "seconds",
    "-c --critical": "seconds",
    "-t --timeout": "seconds",
    "-r --reverse-server": "address",
    "-v --verbose": "",
    "-V --version": "",
    "-h --help": "",
}
_LEFT: Final = ("-r", "-v", "-V", "-h")
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,252}", re.ASCII)
_HOST: Final = re.compile(r"[A-Za-z0-9:][A-Za-z0-9.:_-]*", re.ASCII)
_NET: Final = re.compile(r"\d+\.\d+\.\d+\.\d+/([1-9]\d?)", re.ASCII)
_WORDS: Final = ("OK", "WARNING", "CRITICAL")
_RESOLVER: Final = Path("/etc/resolv.conf")


class Question(Struct, frozen=True):
    """What ``check_dns`` is asked."""

    name: str
    server: str
    expected: tuple[str, ...]
    is_absence: bool
    is_authority: bool
    is_complete: bool
    """Whether no other addresses may be returned than those expected."""
    limits: Limits
    seconds: int


class Habits(Struct, frozen=True):
    """What the system's resolver is told to do."""

    suffixes: tuple[str, ...] = ()
    dots: int = 1
    patience: Patience = Patience(3, 5.0)


class Lookup(Struct):
    """What was found."""

    values: list[str]
    code: int = 0
    is_authoritative: bool = True


def _read(words: Sequence[str]) -> Question:
    options, operands = given(words, _KNOWN)
    values = {"-t": "10", **dict(options)}
    for option in _LEFT:
        if option in values:
            raise Unsupported(option)
    if operands or "-H" not in values or "-s" not in values:
        raise Unsupported(f"operands {' '.join(operands)}" if operands else "no -H or no -s")
    if not _HOST.fullmatch(values["-s"]):
        raise Unsupported(f"-s {values['-s']}")
    expected = tuple(each for option, text in options if option == "-a" for each in text.split(","))
    if expected and "-n" in values:
        raise Unsupported("-a with -n")
    for each in expected:
        _known_address(each)
    if not _is_address(values["-H"]) and (not _NAME.fullmatch(values["-H"]) or domain(values["-H"]) is None):
        raise Unsupported(f"-H {values['-H']}")
    if _is_address(values["-H"]) and "-A" in values:
        raise Unsupported("-A with an address")
    return Question(
        values["-H"],
        values["-s"],
        expected,
        "-n" in values,
        "-A" in values,
        "-L" in values,
        limits(values),
        seconds("-t", values["-t"]),
    )


def _known_address(text: str) -> None:
    """Raise Unsupported for what the plugin would not just compare, or takes for a net in a way of its own."""
    net = _NET.fullmatch(text)
    if not text or ("/" in text and (net is None or int(net[1]) > 32)):
        raise Unsupported(f"-a {text}")
    if net is not None and not _is_address(text.partition("/")[0]):
        raise Unsupported(f"-a {text}")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


async def _run(asked: Question, _call: Call) -> Result:
    begun = time.monotonic()
    try:
        async with asyncio.timeout(asked.seconds):
            servers = await found_servers(asked.server, 53)
            if not servers:
                return 3, f"check_dns: Invalid hostname/address - {asked.server}"
            found = await _looked_up(asked, servers, _habits())
    except TimeoutError:
        return TIMED_OUT
    except NoAnswerError:
        return 2, f"No response from DNS {asked.server}"
    if found.code == dns.rcode.REFUSED:
        return 2, f"Connection to DNS {asked.server} was refused"
    return _judged(asked, found, time.monotonic() - begun)


def _habits() -> Habits:
    """Read what the system says of its resolver that ``nslookup`` keeps to."""
    suffixes: tuple[str, ...] = ()
    options: dict[str, int] = {}
    with suppress(OSError):
        for line in _RESOLVER.read_text(encoding="ascii", errors="replace").splitlines():
            words = line.split()
            if words and words[0] in ("search", "domain"):
                suffixes = tuple(words[1:])
            for word in words[1:] if words and words[0] == "options" else ():
                name, _, value = word.partition(":")
                if value.isdigit():
                    options[name] = int(value)
    patience = Patience(options.get("attempts", 2) + 1, options.get("timeout", 5) or 5)
    return Habits(suffixes, options.get("ndots", 1), patience)


async def _looked_up(asked: Question, servers: Sequence[Server], habits: Habits) -> Lookup:
    """Look the name up under each suffix the resolver would try. Raises NoAnswerError."""
    if _is_address(asked.name):
        answer = await _asked(dns.reversename.from_address(asked.name), "PTR", servers, habits)
        return Lookup(_values(answer, "PTR"), answer.rcode())
    found = Lookup([])
    for name in _names(asked.name, habits):
        found = await _addresses(name, servers, habits)
        if found.code != dns.rcode.NXDOMAIN:
            break
    return found


def _names(text: str, habits: Habits) -> list[dns.name.Name]:
    """Return the names to ask for, in order."""
    if text.endswith(".") or text.count(".") >= habits.dots:
        tried = [text]
    else:
        tried = [*(f"{text}.{suffix}" for suffix in habits.suffixes), text]
    return [name for name in map(domain, tried) if name is not None]


async def _addresses(name: dns.name.Name, servers: Sequence[Server], habits: Habits) -> Lookup:
    """Ask for the addresses of both kinds; a failure of the second is one of all."""
    first = await _asked(name, "A", servers, habits)
    if first.rcode():
        return Lookup([], first.rcode())
    aliases = {each.name: each[0].target for each in first.answer if each.rdtype == dns.rdatatype.CNAME}
    for _ in range(len(aliases)):
        name = aliases.get(name, name)
    second = await _asked(name, "AAAA", servers, habits)
    if second.rcode():
        return Lookup([], second.rcode())
    is_authoritative = all(each.flags & dns.flags.AA for each in (first, second) if each.answer)
    return Lookup(_values(first, "A") + _values(second, "AAAA"), 0, is_authoritative)


def _values(answer: dns.message.Message, kind: str) -> list[str]:
    wanted = dns.rdatatype.from_text(kind)
    return [record.to_text() for records in answer.answer if records.rdtype == wanted for record in records]


async def _asked(name: dns.name.Name, kind: str, servers: Sequence[Server], habits: Habits) -> dns.message.Message:
    """Ask the addresses of the server in turn, the first with patience. Raises NoAnswerError."""
    question = dns.message.make_query(name, kind)
    for place, server in enumerate(servers):
        patience = habits.patience if not place else Patience(1, habits.patience.seconds)
        with suppress(NoAnswerError):
            answer = await ask(question, server, patience)
            if answer.rcode() != dns.rcode.SERVFAIL or server is servers[-1]:
                return answer
    raise NoAnswerError


def _judged(asked: Question, found: Lookup, taken: float) -> Result:
    values = sorted(found.values)
    got = ",".join(values)
    if asked.is_absence:
        if values:
            return 2, f"DNS CRITICAL - Domain '{asked.name}' was found by the server: '{got}'\n"
        got = "NXDOMAIN"
    elif not values:
        return 2, f"Domain '{asked.name}' was not found by the server"
    if asked.expected and not _is_expected(asked, values):
        return 2, f"DNS CRITICAL - expected '{'; '.join(asked.expected)}' but got '{got}'"
    if asked.is_authority and not found.is_authoritative:
        return 2, f"DNS CRITICAL - server {asked.server} is not authoritative for {asked.name}"
    code = asked.limits.judge(taken)
    unit = "second" if 1 <= taken < 2 else "seconds"
    text = f"DNS {_WORDS[code]}: {taken:.3f} {unit} response time. {asked.name} returns {got}"
    return code, f"{text}|{asked.limits.perfdata(taken)}"


def _is_expected(asked: Question, values: Sequence[str]) -> bool:
    met = {(value, each) for value in values for each in asked.expected if _meets(value, each)}
    if not asked.is_complete:
        return bool(met)
    return {value for value, _ in met} == set(values) and {each for _, each in met} == set(asked.expected)


def _meets(value: str, expected: str) -> bool:
    if "/" not in expected:
        return value == expected
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(expected, strict=False)
    except ValueError:
        return False


DNS: Final = StandIn(_read, _run)
