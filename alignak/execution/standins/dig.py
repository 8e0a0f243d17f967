"""Stands in for ``check_dig``: what the plugin makes of the words of ``dig``, which is not run.

The plugin looks for a text in the lines that dig prints from the answer section on, and prints the first that has it.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from typing import Final

import dns.message
import dns.rdatatype
from msgspec import Struct

from alignak.execution.standins.connections import TIMED_OUT, seconds
from alignak.execution.standins.options import given, number
from alignak.execution.standins.queries import NoAnswerError, Patience, Server, ask, domain, found_servers
from alignak.execution.standins.standin import Call, Result, StandIn, Unsupported
from alignak.execution.standins.times import Limits, limits

_KNOWN: Final = {
    "-H --hostname": "address",
    "-p --port": "port",
    "-l --query_address": "name",
    "-T --record_type": "type",
    "-a --expected_address": "text",
    "-A --dig-arguments": "words",
    "-w --warning": "seconds",
    "-c --critical": "seconds",
    "-t --timeout": "seconds",
    "-4 --use-ipv4": "",
    "-6 --use-ipv6": "",
    "-v --verbose": "",
    "-V --version": "",
    "-h --help": "",
}
_LEFT: Final = ("-4", "-6", "-v", "-V", "-h")
_TYPES: Final = frozenset({"A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"})
_NAME: Final = re.compile(r"(?![+@-])(?=[^.]*\.)[A-Za-z0-9._-]{2,253}", re.ASCII)
_HOST: Final = re.compile(r"[A-Za-z0-9:][A-Za-z0-9.:_-]*", re.ASCII)
_OWN: Final = re.compile(r"[^A-Za-z0-9 :;+#()]|::")
"""What tells a text from the lines in which dig speaks of itself."""
_COLUMNS: Final = (24, 32, 40, 48)
"""Where dig puts what follows a name, with tabs as far as they go."""
_TAB: Final = 8
_WORDS: Final = ("OK", "WARNING", "CRITICAL")
_LONGEST_LINE: Final = 8192


class Question(Struct, frozen=True):
    """What ``check_dig`` is asked."""

    server: str
    port: int
    name: str
    kind: str
    expected: str
    limits: Limits
    seconds: int
    is_stream: bool


def _read(words: Sequence[str]) -> Question:
    options, operands = given(words, _KNOWN)
    values = {"-H": "127.0.0.1", "-p": "53", "-T": "A", "-t": "10", "-A": "", **dict(options)}
    for option in _LEFT:
        if option in values:
            raise Unsupported(option)
    if operands or "-l" not in values:
        raise Unsupported("operands" if operands else "no -l")
    for option, text, is_known in (
        ("-H", values["-H"], _HOST.fullmatch(values["-H"])),
        ("-l", values["-l"], _NAME.fullmatch(values["-l"]) and domain(values["-l"])),
        ("-T", values["-T"], values["-T"].upper() in _TYPES),
        ("-a", values.get("-a", "-"), values.get("-a", "-").isascii() and _OWN.search(values.get("-a", "-"))),
        ("-A", values["-A"], values["-A"] in ("", "+tcp")),
    ):
        if not is_known:
            raise Unsupported(f"{option} {text}")
    warning, critical = limits(values)
    port = number("-p", values["-p"])
    if not 0 < port < 65_536:
        raise Unsupported(f"-p {port}")
    return Question(
        values["-H"],
        port,
        values["-l"],
        values["-T"].upper(),
        values.get("-a", values["-l"]),
        Limits(warning or None, critical or None),
        seconds("-t", values["-t"]),
        values["-A"] == "+tcp",
    )


async def _run(asked: Question, _call: Call) -> Result:
    begun = time.monotonic()
    try:
        async with asyncio.timeout(asked.seconds):
            code, text = await _answered(asked)
    except TimeoutError:
        return TIMED_OUT
    if not text:
        return code, f"check_dig: Invalid hostname/address - {asked.server}"
    taken = time.monotonic() - begun
    code = max(code, asked.limits.judge(taken))
    return code, f"DNS {_WORDS[code]} - {taken:.3f} seconds response time ({text})|{asked.limits.perfdata(taken)}"


async def _answered(asked: Question) -> Result:
    """Return what came of the question; no text when the server has no address."""
    servers = await found_servers(asked.server, asked.port)
    if not servers:
        return 3, ""
    message = dns.message.make_query(domain(asked.name) or asked.name, asked.kind, use_edns=0, payload=1232)
    for server in servers:
        try:
            answer = await ask(message, server, Patience(3, asked.seconds // 2 + 2, asked.is_stream))
        except NoAnswerError:
            continue
        return _judged(asked, server, answer)
    return 1, "dig returned an error status"


def _judged(asked: Question, server: Server, answer: dns.message.Message) -> Result:
    if not answer.answer:
        return 2, "No ANSWER SECTION found"
    wanted = asked.expected.lower()
    for line in _lines(asked, server, answer):
        if wanted in line.lower():
            return 0, line[:_LONGEST_LINE].replace("\t", " ")
    return 1, "Server not found in ANSWER SECTION"


def _lines(asked: Question, server: Server, answer: dns.message.Message) -> Iterator[str]:
    """Yield what dig prints from the answer section on, as far as it can hold what is looked for."""
    for section in (answer.answer, answer.authority, answer.additional):
        for records in section:
            for record in records:
                kind = dns.rdatatype.to_text(records.rdtype)
                yield _line(records.name.to_text(), str(records.ttl), "IN", kind, record.to_text())
    yield f";; SERVER: {server.name[0]}#{asked.port}({asked.server}) ({'TCP' if asked.is_stream else 'UDP'})"


def _line(*parts: str) -> str:
    """Put parts into columns, at least one apart."""
    line, at = parts[0], len(parts[0])
    for column, part in zip(_COLUMNS, parts[1:], strict=True):
        to = max(column, at + 1)
        tabs = max(0, to // _TAB - at // _TAB)
        line += "\t" * tabs + " " * (to % _TAB if tabs else to - at) + part
        at = to + len(part)
    return line


DIG: Final = StandIn(_read, _run)
