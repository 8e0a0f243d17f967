"""An agent of SNMP 3 that answers in the way its user is named, for what a well-behaved one never does.

``tests/conformance/test_snmp_users.py`` asks it. It knows every user by one password, and takes what is in plain.
"""

from __future__ import annotations

import socketserver
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Final, NamedTuple

from alignak.execution.standins import ber
from alignak.execution.standins.ber import Field, read, sequence, written
from alignak.execution.standins.snmp_keys import SIGNATURE, Clock, Secret, localized, signature
from tests.support.snmp_agent import agent

PASSWORD: Final = "authpassword"
ENGINE: Final = bytes.fromhex("800000000501020304")
NOW: Final = Clock(7, 1000)
SIGNED: Final = 1
NOT_IN_TIME: Final = 2
UNKNOWN_ENGINE: Final = 4


class Saying(NamedTuple):
    """A message that is to be sent."""

    message: int
    flags: int
    engine: bytes
    clock: Clock
    user: bytes
    pdu: Field


class Heard(NamedTuple):
    """What was asked."""

    saying: Saying
    names: tuple[ber.Name, ...]

    @property
    def request(self) -> int:
        """Return the number of the question."""
        return int(self.saying.pdu.value[0].number)


def _number(value: int) -> Field:
    return Field(ber.INTEGER, value)


def _octets(value: bytes) -> Field:
    return Field(ber.OCTETS, value)


def _heard(packet: bytes) -> Heard:
    _, header, security, body = read(packet).fields(4)
    engine, boots, seconds, user, _, _ = read(security.octets).fields(6)
    pdu = body.fields(3)[2]
    names = tuple(each.fields(2)[0].name for each in pdu.fields(4)[3].fields(0))
    flags, clock = header.fields(4)[2].octets[0] & SIGNED, Clock(boots.number, seconds.number)
    return Heard(Saying(header.fields(4)[0].number, flags, engine.octets, clock, user.octets, pdu), names)


def _packed(saying: Saying, mark: bytes) -> bytes:
    flags = _octets(bytes((saying.flags,)))
    header = sequence(_number(saying.message), _number(65_507), flags, _number(3))
    times = (_number(saying.clock.boots), _number(saying.clock.seconds))
    texts = (_octets(saying.user), _octets(mark), _octets(b""))
    security = _octets(written(sequence(_octets(saying.engine), *times, *texts)))
    body = sequence(_octets(saying.engine), _octets(b""), saying.pdu)
    return written(sequence(_number(3), header, security, body))


def _sent(saying: Saying) -> bytes:
    """Return the packet of a message, signed if it says so."""
    if not saying.flags & SIGNED:
        return _packed(saying, b"")
    key = localized(Secret("sha1", PASSWORD.encode()), saying.engine, "sha1")
    return _packed(saying, signature("sha1", key, _packed(saying, bytes(SIGNATURE))))


def _answer(heard: Heard, request: int = 0) -> Field:
    listed = sequence(*(sequence(Field(ber.OID, name), _number(42)) for name in heard.names))
    return Field(ber.RESPONSE, (_number(request or heard.request), _number(0), _number(0), listed))


def _report(heard: Heard, number: int) -> Field:
    name = (1, 3, 6, 1, 6, 3, 15, 1, 1, number, 0)
    listed = sequence(sequence(Field(ber.OID, name), _number(5)))
    return Field(ber.REPORT, (_number(heard.request), _number(0), _number(0), listed))


def _flipped(packet: bytes) -> bytes:
    """Return a packet with another value in it."""
    return packet.replace(b"\2\1\x2a", b"\2\1\x2b")


def _packets(heard: Heard) -> list[bytes]:
    """Return what a question is answered with."""
    asked = heard.saying
    if asked.engine != ENGINE:
        introduced = asked._replace(engine=ENGINE, clock=NOW, flags=0, pdu=_report(heard, UNKNOWN_ENGINE))
        return [_sent(introduced)]
    kind, _, word = asked.user.decode().partition("-")
    fine = asked._replace(clock=NOW, pdu=_answer(heard))
    if kind == "report":
        return [_sent(fine._replace(flags=0, pdu=_report(heard, int(word))))]
    late = fine._replace(pdu=_report(heard, NOT_IN_TIME), clock=Clock(7, 5000))
    made: Mapping[str, Callable[[], list[bytes]]] = {
        "unsigned": lambda: [_sent(fine._replace(flags=0))],
        "old": lambda: [_sent(fine._replace(clock=Clock(7, 800)))],
        "before": lambda: [_sent(fine._replace(clock=Clock(6, 9000)))],
        "after": lambda: [_sent(fine._replace(clock=Clock(7, 9000)))],
        "user": lambda: [_sent(fine._replace(user=b"another"))],
        "engine": lambda: [_sent(fine._replace(engine=ENGINE + b"\0"))],
        "message": lambda: [_sent(fine._replace(message=asked.message ^ 1))],
        "request": lambda: [_sent(fine._replace(pdu=_answer(heard, heard.request ^ 1)))],
        "flipped": lambda: [_flipped(_sent(fine))],
        "zeros": lambda: [_packed(fine, bytes(SIGNATURE))],
        "short": lambda: [_packed(fine, b"\0")],
        "clock": lambda: [_sent(fine._replace(clock=asked.clock) if asked.clock.seconds >= 5000 else late)],
        "never": lambda: [_sent(late)],
        "hearsay": lambda: [_sent(late._replace(flags=0))],
    }
    return made.get(kind, lambda: [_sent(fine)])()


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        packet, line = self.request
        for each in _packets(_heard(packet)):
            line.sendto(each, self.client_address)


def snmp_engine() -> AbstractContextManager[int]:
    """Run the agent; give its port."""
    return agent(_Handler)
