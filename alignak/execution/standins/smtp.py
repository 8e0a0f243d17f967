"""Stands in for ``check_smtp``. The words are read here; ``smtp_talk`` has what is then said to the server."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Final

from alignak.execution.standins.certificates import days
from alignak.execution.standins.connections import DEFAULT_TIMEOUT, seconds
from alignak.execution.standins.hosts import server
from alignak.execution.standins.options import given, number
from alignak.execution.standins.posix_patterns import pattern
from alignak.execution.standins.smtp_talk import Login, Question, talk
from alignak.execution.standins.standin import StandIn, Unsupported
from alignak.execution.standins.times import limits

_OPTIONS: Final = {
    "-H --hostname": "address",
    "-p --port": "port",
    "-4 --use-ipv4": "",
    "-6 --use-ipv6": "",
    "-e --expect": "text",
    "-C --command": "text",
    "-R --response": "pattern",
    "-f --from": "address",
    "-F --fqdn": "name",
    "-D --certificate": "days",
    "-S --starttls": "",
    "-A --authtype": "name",
    "-U --authuser": "text",
    "-P --authpass": "text",
    "-L --lmtp": "",
    "-q --ignore-quit-failure": "",
    "-w --warning": "seconds",
    "-c --critical": "seconds",
    "-t --timeout": "seconds",
    "-v --verbose": "",
    "-V --version": "",
    "-h --help": "",
}
_LEFT: Final = ("-v", "-V", "-h")
_PORT: Final = 25


def _read(words: Sequence[str]) -> Question:
    said = given(words, _OPTIONS)
    last = dict(said.options)
    for option in _LEFT:
        if option in last:
            raise Unsupported(option)
    if len(said.operands) > ("-H" not in last):
        raise Unsupported(f"the word {said.operands[-1]}, which belongs to no option")
    is_secure = "-S" in last or "-D" in last
    is_plain = not is_secure and "-A" not in last
    return Question(
        server=server(words, said, number("-p", last["-p"]) if "-p" in last else _PORT),
        timeout=seconds("-t", last["-t"]) if "-t" in last else DEFAULT_TIMEOUT,
        limits=limits(last),
        greets="LHLO" if "-L" in last else "HELO" if is_plain else "EHLO",
        name=last.get("-F", socket.gethostname()),
        is_secure=is_secure,
        days=days("-D", last["-D"]) if "-D" in last else None,
        expects=_bytes(last.get("-e", "220")),
        sender=_sender(last["-f"]) if "-f" in last else None,
        commands=tuple(value for option, value in said.options if option == "-C"),
        patterns=tuple(
            pattern(_bytes(value), any_case=False, by_lines=True) for option, value in said.options if option == "-R"
        ),
        login=Login(last["-A"], last.get("-U"), last.get("-P")) if "-A" in last else None,
        forgives="-q" in last,
    )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _sender(text: str) -> str:
    """Return an address in angle brackets."""
    return f"{'' if text.startswith('<') else '<'}{text}{'' if text.endswith('>') else '>'}"


SMTP: Final = StandIn(_read, talk)
