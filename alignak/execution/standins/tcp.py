"""Stands in for ``check_tcp`` and the plugins that are the same program with other defaults: FTP, IMAP, POP, Clamd...

The words are read here; ``tcp_talk`` has what is then said to the server.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from msgspec import Struct

from alignak.execution.standins.certificates import days
from alignak.execution.standins.connections import DEFAULT_TIMEOUT, Target, seconds
from alignak.execution.standins.hosts import FAMILIES
from alignak.execution.standins.options import given, number
from alignak.execution.standins.standin import StandIn, Unsupported
from alignak.execution.standins.tcp_talk import Question, talk
from alignak.execution.standins.times import limits

_OPTIONS: Final = {
    "-H --hostname": "address",
    "-p --port": "port",
    "-4 --use-ipv4": "",
    "-6 --use-ipv6": "",
    "-E --escape": "",
    "-s --send": "text",
    "-e --expect": "text",
    "-A --all": "",
    "-q --quit": "text",
    "-r --refuse": "state",
    "-M --mismatch": "state",
    "-j --jail": "",
    "-m --maxbytes": "number",
    "-d --delay": "seconds",
    "-D --certificate": "days",
    "-S --ssl": "",
    "--sni": "name",
    "-w --warning": "seconds",
    "-c --critical": "seconds",
    "-t --timeout": "seconds",
    "-W --warning-codes": "number",
    "-C --critical-codes": "number",
    "-P --protocol": "name",
    "-v --verbose": "",
    "-V --version": "",
    "-h --help": "",
}
_LEFT: Final = ("-W", "-C", "-P", "-v", "-V", "-h")
"""Options left to the plugin; named above so that a shortened name is as ambiguous here as there."""

_STATES: Final = {"ok": 0, "warn": 1, "warning": 1, "crit": 2, "critical": 2}
_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t"}
_LONGEST_PATH: Final = 107


class Service(Struct, frozen=True):
    """What a name of the program is about, unless the words say otherwise."""

    word: str
    port: int = 0
    sends: bytes = b""
    expects: tuple[bytes, ...] = ()
    quits: bytes = b""
    is_secure: bool = False
    hides: bool = False
    keeps_expected: bool = False
    """Whether what ``-e`` says is expected besides, not instead."""
    kind: int = socket.SOCK_STREAM


def _read(service: Service, words: Sequence[str]) -> Question:
    said = given(words, _OPTIONS)
    last = dict(said.options)
    for option in _LEFT:
        if option in last:
            raise Unsupported(option)
    if said.operands:
        raise Unsupported(f"the word {said.operands[0]}, which belongs to no option")
    sends, quits = _to_send(service, said.options)
    expects = tuple(_bytes(value) for option, value in said.options if option == "-e")
    is_secure = service.is_secure or not last.keys().isdisjoint(("-S", "-D", "--sni"))
    if service.kind == socket.SOCK_DGRAM and (is_secure or not (sends and expects)):
        raise Unsupported("UDP with TLS, or without both -s and -e")
    return Question(
        word=service.word,
        host=last.get("-H", ""),
        target=_target(service, said.options, last),
        timeout=seconds("-t", last["-t"]) if "-t" in last else DEFAULT_TIMEOUT,
        limits=limits(last),
        is_secure=is_secure,
        name=last.get("--sni"),
        days=days("-D", last["-D"]) if "-D" in last else None,
        sends=sends,
        expects=(service.expects if service.keeps_expected or not expects else ()) + expects,
        is_exact=not expects,
        needs_all="-A" in last,
        quits=quits,
        most=_positive("-m", last),
        delay=_positive("-d", last),
        hides=service.hides or "-j" in last,
        refused=_state("-r", last, 2),
        mismatched=_state("-M", last, 1),
    )


def _target(service: Service, options: Sequence[tuple[str, str]], last: Mapping[str, str]) -> Target:
    host = last.get("-H", "127.0.0.1")
    port = number("-p", last["-p"]) if "-p" in last else service.port
    if host.startswith("/"):
        if service.kind == socket.SOCK_DGRAM or len(_bytes(host)) > _LONGEST_PATH:
            raise Unsupported(f"-H {host}: UDP on a socket file, or a path longer than {_LONGEST_PATH} bytes")
    elif not 0 < port < 65_536:
        raise Unsupported(f"-p {port}: no port from 1 to 65535")
    families = [FAMILIES[option] for option, _ in options if option in FAMILIES]
    return Target(host, port, families[-1] if families else socket.AF_UNSPEC, service.kind)


def _to_send(service: Service, options: Sequence[tuple[str, str]]) -> tuple[bytes, bytes]:
    """Return what opens and what closes the conversation; ``-E`` counts for what comes after it."""
    sends, quits, is_escaped = service.sends, service.quits, False
    for option, value in options:
        if option == "-E":
            is_escaped = True
        elif option == "-s":
            sends = _bytes(_unescaped(value) if is_escaped else value)
        elif option == "-q":
            quits = _bytes(_unescaped(value) if is_escaped else f"{value}\r\n")
    return sends, quits


def _unescaped(text: str) -> str:
    """Return text with its escapes resolved; a backslash before any other letter, or the end, is dropped."""
    pieces = iter(text)
    return "".join(each if each != "\\" else _control(next(pieces, "")) for each in pieces)


def _control(letter: str) -> str:
    return _CONTROLS.get(letter, letter)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _positive(option: str, options: Mapping[str, str]) -> int:
    """Return a number greater than 0, or 0 when it was not given."""
    if option not in options:
        return 0
    if not (value := number(option, options[option])):
        raise Unsupported(f"{option} 0")
    return value


def _state(option: str, options: Mapping[str, str], otherwise: int) -> int:
    if option not in options:
        return otherwise
    if options[option] not in _STATES:
        raise Unsupported(f"{option} {options[option]}")
    return _STATES[options[option]]


_OPENING: Final = b"<stream:stream to='host' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>\n"
_GREETING: Final = b"<?xml version='1.0'"


def _stand_in(service: Service) -> StandIn:
    return StandIn(partial(_read, service), talk)


TCP: Final = _stand_in(Service("TCP"))
UDP: Final = _stand_in(Service("UDP", kind=socket.SOCK_DGRAM))
FTP: Final = _stand_in(Service("FTP", 21, b"", (b"220",), b"QUIT\r\n"))
IMAP: Final = _stand_in(Service("IMAP", 143, b"", (b"* OK",), b"a1 LOGOUT\r\n"))
SIMAP: Final = _stand_in(Service("SIMAP", 993, b"", (b"* OK",), b"a1 LOGOUT\r\n", is_secure=True))
POP: Final = _stand_in(Service("POP", 110, b"", (b"+OK",), b"QUIT\r\n"))
SPOP: Final = _stand_in(Service("SPOP", 995, b"", (b"+OK",), b"QUIT\r\n", is_secure=True))
SSMTP: Final = _stand_in(Service("SSMTP", 465, b"", (b"220",), b"QUIT\r\n", is_secure=True))
NNTP: Final = _stand_in(Service("NNTP", 119, b"", (b"200", b"201"), b"QUIT\r\n", keeps_expected=True))
NNTPS: Final = _stand_in(Service("NNTPS", 563, b"", (b"200", b"201"), b"QUIT\r\n", is_secure=True, keeps_expected=True))
CLAMD: Final = _stand_in(Service("CLAMD", 3310, b"PING", (b"PONG",)))
JABBER: Final = _stand_in(Service("JABBER", 5222, _OPENING, (_GREETING,), b"</stream:stream>\n", hides=True))
