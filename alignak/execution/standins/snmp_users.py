"""The messages of SNMP 3 for a user: asking an agent who it is, then asking it, signed and encrypted (RFC 3414).

``snmp_talk`` sends and hears them. Only what is signed and encrypted as the question was counts as its answer; what an
agent reports of a question it cannot take may come unsigned, since it may not know the user.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from typing import Final, NamedTuple

from msgspec import Struct

from alignak.execution.standins import ber
from alignak.execution.standins.ber import Field, NoiseError, read, sequence, written
from alignak.execution.standins.snmp_keys import SIGNATURE, Clock, Sealed, Secret, localized, opened, sealed, signature
from alignak.execution.standins.snmp_messages import Answer, Question, answer

VERSION: Final = 3
_LONGEST: Final = 65_507
_USM: Final = 3
_SIGNED, _ENCRYPTED, _REPORTABLE = 1, 2, 4
_ENGINE_BYTES: Final = range(1, 33)
_COUNTS: Final = range(2**31)
_LATE: Final = 150
"""Seconds after which a message is a repetition of an old one."""

_REPORTS: Final = (1, 3, 6, 1, 6, 3, 15, 1, 1)
_NOT_IN_TIME, _UNKNOWN_ENGINE, _UNKNOWN_REPORT = 2, 4, 0
_SAID: Final[Mapping[int, str]] = {
    1: "Unsupported security level",
    3: "Unknown user name",
    _UNKNOWN_ENGINE: "Unknown engine ID",
    5: "Authentication failure (incorrect password, community or key)",
    6: "Decryption error",
}
"""Number of a report -> what is said of it."""


class Access(Struct, frozen=True):
    """Who asks."""

    user: str
    auth: Secret | None = None
    priv: Secret | None = None
    """Only with ``auth``."""
    context: str = ""

    @property
    def flags(self) -> int:
        """Return how messages are protected."""
        return (_SIGNED if self.auth else 0) | (_ENCRYPTED if self.priv else 0)


class Engine(NamedTuple):
    """An agent, as it introduced itself."""

    id: bytes
    clock: Clock


class Report(NamedTuple):
    """What an agent said instead of an answer."""

    text: str
    clock: Clock | None
    """What the agent's clock shows, when it is that which was wrong."""


class _Heard(NamedTuple):
    """A message, taken apart but not believed yet."""

    message: int
    flags: int
    engine: Engine
    user: bytes
    signature: bytes
    salt: bytes
    body: Field
    data: bytes


def introduction(message: int) -> bytes:
    """Return the question who an agent is."""
    body = sequence(Field(ber.OCTETS, b""), Field(ber.OCTETS, b""), Question(message, ()).field)
    return _packed(message, _REPORTABLE, (Engine(b"", Clock(0, 0)), b"", b"", b""), body)


def introduced(message: int, data: bytes) -> Engine:
    """Return the agent that answers the question who it is. Raises NoiseError."""
    heard = _heard(data)
    if heard.message != message or heard.flags & _ENCRYPTED or len(heard.engine.id) not in _ENGINE_BYTES:
        raise NoiseError("no introduction")
    if _reported(heard.body) != _UNKNOWN_ENGINE:
        raise NoiseError("no report of an unknown engine")
    return heard.engine


def asked_of(engine: Engine, access: Access, message: int, question: Question) -> bytes:
    """Return the packet by which a user asks."""
    body = sequence(Field(ber.OCTETS, engine.id), Field(ber.OCTETS, access.context.encode()), question.field)
    salt = b""
    if access.auth and access.priv:
        key = localized(access.priv, engine.id, access.auth.method)
        data, salt = sealed(access.priv.method, key, engine.clock, written(body))
        body = Field(ber.OCTETS, data)
    mark = secrets.token_bytes(SIGNATURE) if access.auth else b""
    security = (engine, access.user.encode(), mark, salt)
    packet = _packed(message, access.flags | _REPORTABLE, security, body)
    return packet.replace(mark, _signature(access, engine, packet, mark), 1) if access.auth else packet


def answered_by(engine: Engine, access: Access, message: int, question: Question, data: bytes) -> Answer | Report:
    """Return what an agent answers or reports. Raises NoiseError."""
    heard = _heard(data)
    if heard.message != message or heard.user != access.user.encode() or heard.engine.id != engine.id:
        raise NoiseError("not from this agent, to this user and question")
    is_signed = _is_signed(heard, access)
    said = _body(heard, access)
    number = _reported(said)
    if number is not None:
        return _report(number, heard, is_signed or access.auth is None)
    if heard.flags & ~_REPORTABLE != access.flags or is_signed is not bool(access.auth):
        raise NoiseError("not protected as the question was")
    if is_signed and heard.engine.clock < engine.clock._replace(seconds=engine.clock.seconds - _LATE):
        raise NoiseError("an old message")
    return answer(question, said.fields(3)[2])


def _report(number: int, heard: _Heard, is_believed: bool) -> Report:
    if number != _NOT_IN_TIME:
        return Report(_SAID.get(number, "Unknown Report message"), None)
    if not is_believed:
        raise NoiseError("a clock that somebody else may have shown")
    return Report("Not in time window", heard.engine.clock)


def _packed(message: int, flags: int, security: tuple[Engine, bytes, bytes, bytes], body: Field) -> bytes:
    """Return a message; ``security`` is the agent, the user, the signature and the salt."""
    engine, *texts = security
    header = (Field(ber.INTEGER, message), Field(ber.INTEGER, _LONGEST), Field(ber.OCTETS, bytes((flags,))))
    numbers = (Field(ber.INTEGER, each) for each in engine.clock)
    secured = sequence(Field(ber.OCTETS, engine.id), *numbers, *(Field(ber.OCTETS, each) for each in texts))
    parts = (sequence(*header, Field(ber.INTEGER, _USM)), Field(ber.OCTETS, written(secured)), body)
    return written(sequence(Field(ber.INTEGER, VERSION), *parts))


def _heard(data: bytes) -> _Heard:
    """Take a message apart. Raises NoiseError."""
    version, header, security, body = read(data).fields(4)
    message, _, flags, model = header.fields(4)
    if version.number != VERSION or model.number != _USM or len(flags.octets) != 1:
        raise NoiseError("not a user's message of SNMP 3")
    engine, boots, seconds, user, signed, salt = read(security.octets).fields(6)
    clock = Clock(boots.number, seconds.number)
    if clock.boots not in _COUNTS or clock.seconds not in _COUNTS:
        raise NoiseError("a clock that shows nothing")
    known = Engine(engine.octets, clock)
    texts = (user.octets, signed.octets, salt.octets)
    return _Heard(message.number, flags.octets[0] & ~_REPORTABLE, known, *texts, body, data)


def _signature(access: Access, engine: Engine, packet: bytes, mark: bytes) -> bytes:
    """Return what a packet is signed with; the mark stands in the signature's place."""
    assert access.auth is not None
    key = localized(access.auth, engine.id, access.auth.method)
    return signature(access.auth.method, key, packet.replace(mark, bytes(SIGNATURE), 1))


def _is_signed(heard: _Heard, access: Access) -> bool:
    """Say whether a message is signed at all. Raises NoiseError for one signed by somebody else."""
    if not heard.flags & _SIGNED:
        return False
    if access.auth is None or len(heard.signature) != SIGNATURE:
        raise NoiseError("signed in a way nobody asked for")
    wanted = _signature(access, heard.engine, heard.data, heard.signature)
    if not hmac.compare_digest(wanted, heard.signature):
        raise NoiseError("a wrong signature")
    return True


def _body(heard: _Heard, access: Access) -> Field:
    """Return what a message is about, in plain. Raises NoiseError."""
    if not heard.flags & _ENCRYPTED:
        return heard.body
    if access.auth is None or access.priv is None or not heard.flags & _SIGNED:
        raise NoiseError("encrypted in a way nobody asked for")
    key = localized(access.priv, heard.engine.id, access.auth.method)
    try:
        return read(opened(access.priv.method, key, heard.engine.clock, Sealed(heard.body.octets, heard.salt)))
    except ValueError:
        raise NoiseError("cannot be decrypted") from None


def _reported(said: Field) -> int | None:
    """Return the number of a report; nothing when it is none."""
    _, _, pdu = said.fields(3)
    if pdu.tag != ber.REPORT:
        return None
    for variable in pdu.fields(4)[3].fields(0):
        name = variable.fields(2)[0].name
        if name[:-2] == _REPORTS:
            return name[-2]
    return _UNKNOWN_REPORT
