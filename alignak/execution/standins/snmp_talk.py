"""Questions to SNMP agents as ``snmpget`` and ``snmpgetnext`` ask them, and what those say when nothing comes of it."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, NamedTuple, TypeVar

from msgspec import Struct
from puresnmp.adt import Message
from puresnmp.credentials import V3, Auth, Priv
from puresnmp.exc import ErrorResponse, SnmpError
from puresnmp.pdu import PDU, GetNextRequest, GetRequest, GetResponse, PDUContent
from puresnmp.plugins import mpm
from puresnmp.varbind import VarBind
from x690 import decode
from x690.exc import X690Error
from x690.types import Integer, Null, ObjectIdentifier, OctetString
from x690.types import Sequence as Fields

from alignak.execution.standins.connections import Target, UnresolvedError, addresses_of
from alignak.execution.standins.snmp_values import UnprintableError, name, printed

T = TypeVar("T")

_LONGEST: Final = 65_535
NOISE: Final = (SnmpError, X690Error, UnprintableError, ValueError, TypeError, IndexError, KeyError, AttributeError)
"""What reading a packet raises that is none, or not for us."""
_MOST_TRIES: Final = 3
"""How often a v3 question is put again for an agent whose clock is not as it said."""

_REASONS: Final = (
    "(tooBig) Response message would have been too large.",
    "(noSuchName) There is no such variable name in this MIB.",
    "(badValue) The value given has the wrong type or length.",
    "(readOnly) The two parties used do not have access to use the specified SNMP PDU.",
    "(genError) A general failure occured",
    "noAccess",
    "wrongType (The set datatype does not match the data type the agent expects)",
    "wrongLength (The set value has an illegal length from what the agent expects)",
    "wrongEncoding",
    "wrongValue (The set value is illegal or unsupported in some way)",
    "noCreation (That table does not support row creation or that object can not ever be created)",
    "inconsistentValue (The set value is illegal or unsupported in some way)",
    "resourceUnavailable (This is likely a out-of-memory failure within the agent)",
    "commitFailed",
    "undoFailed",
    "authorizationError (access denied to that object)",
    "notWritable (That object does not support modification)",
    "inconsistentName (That object can not currently be created)",
)
"""What an error status from 1 on is called."""

_REPORTS: Final = {
    "Unknown user-name": "Unknown user name",
    "Wrong message digest": "Authentication failure (incorrect password, community or key)",
    "Unsupported security level": "Unsupported security level",
    "Unable to decrypt": "Decryption error",
}
"""What a report of an agent is about -> what is said of it."""
_NOT_IN_TIME: Final = "Not in time window"


class TroubleError(Exception):
    """No values came; the text is what the program says."""


class Access(Struct, frozen=True):
    """Who asks, in SNMP 3."""

    user: str
    auth: tuple[str, str] | None = None
    """Method and password."""
    priv: tuple[str, str] | None = None
    context: str = ""


class Agent(Struct, frozen=True):
    """Whom to ask, and how."""

    host: str
    port: int
    version: int
    """As the packets count: 0 for SNMP 1, 1 for 2c, 3."""
    community: str
    access: Access | None
    seconds: int
    retries: int

    @property
    def program(self) -> str:
        """Return how messages name the agent."""
        return f"{self.host}:{self.port}"


class Variable(NamedTuple):
    """A name and its value, as they are printed."""

    name: str
    text: str


class _StatusError(Exception):
    """An agent answered with an error status."""

    def __init__(self, status: int, place: ObjectIdentifier | None) -> None:
        super().__init__(status)
        self.status = status
        self.place = place


class _Line:
    """A socket to an agent; ``close`` it in a ``finally``."""

    def __init__(self, agent: Agent, where: tuple[str, int]) -> None:
        self._agent = agent
        self._where = where
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)

    def close(self) -> None:
        self._socket.close()

    async def ask(self, packet: bytes, opened: Callable[[bytes], T]) -> T:
        """Send until an answer comes that can be opened: others are noise. Raises TimeoutError, _StatusError."""
        loop = asyncio.get_running_loop()
        for _ in range(self._agent.retries + 1):
            with suppress(TimeoutError):
                async with asyncio.timeout(self._agent.seconds):
                    with suppress(OSError):  # no way to it: as silent as an agent that is down
                        self._socket.sendto(packet, self._where)
                    while True:
                        with suppress(*NOISE, OSError):
                            return opened(await loop.sock_recv(self._socket, _LONGEST))
        raise TimeoutError


async def fetch(agent: Agent, names: Sequence[str], is_next: bool) -> list[Variable]:
    """Return the variables of an agent. Raises TroubleError."""
    try:
        addresses = await addresses_of(Target(agent.host, agent.port, socket.AF_INET, socket.SOCK_DGRAM))
    except UnresolvedError:
        program = "snmpgetnext" if is_next else "snmpget"
        raise TroubleError(f"{program}: Unknown host ({agent.program})") from None
    line = _Line(agent, (str(addresses[0].name[0]), agent.port))
    try:
        return await _fetched(line, agent, list(names), is_next)
    except TimeoutError:
        raise TroubleError(f"Timeout: No Response from {agent.program}.") from None
    finally:
        line.close()


async def _fetched(line: _Line, agent: Agent, names: list[str], is_next: bool) -> list[Variable]:
    """Ask without the names that an error is about, until none is left. Raises TroubleError, TimeoutError."""
    said = ""
    speaker = _speaker(line, agent, is_next)
    while names:
        kind = GetNextRequest if is_next else GetRequest
        variables = [VarBind(ObjectIdentifier(each.lstrip(".")), Null()) for each in names]
        try:
            found = await speaker(kind(PDUContent(secrets.randbits(31) | 1, variables)))
        except _StatusError as error:
            reason = _REASONS[error.status - 1] if 0 < error.status <= len(_REASONS) else "Unknown Error"
            said += f"Error in packet{'.' * is_next}\nReason: {reason}\n"
            if error.place is None:
                break
            said += f"Failed object: {name(error.place)}\n\n"
            left = [each for each in names if each.lstrip(".") != error.place.value]
            if len(left) == len(names):
                break
            names = left
            continue
        if said:
            break
        return found
    raise TroubleError(said)


def _speaker(line: _Line, agent: Agent, is_next: bool) -> Callable[[PDU], Awaitable[list[Variable]]]:
    """Return what sends a request and returns the variables of its answer."""
    if agent.access is None:
        return lambda request: _by_community(line, agent, request)
    user = _User(line, agent, agent.access, "snmpgetnext" if is_next else "snmpget")
    return user.ask


async def _by_community(line: _Line, agent: Agent, request: PDU) -> list[Variable]:
    packet = bytes(Fields([Integer(agent.version), OctetString(agent.community.encode()), request]))
    return _settled(await line.ask(packet, lambda data: opened(data, agent.version, request)))


def opened(data: bytes, version: int, request: PDU) -> list[Variable] | _StatusError:
    """Return what a packet of SNMP 1 or 2c holds; raises one of ``NOISE`` when it is no answer to this request."""
    fields, _ = decode(data, enforce_type=Fields)
    if fields[0].value != version:
        raise ValueError(fields[0].value)
    return _opened(fields[2], request)


def _opened(answer: Any, request: PDU) -> list[Variable] | _StatusError:
    """Return what an answer holds; raises one of ``NOISE`` when it is none to this request."""
    if not isinstance(answer, GetResponse):
        raise TypeError(answer)
    try:
        content = answer.value
    except ErrorResponse as error:
        return _StatusError(
            error.error_status or error.IDENTIFIER, error.offending_oid if error.offending_oid.value else None
        )
    if content.request_id != request.value.request_id:
        raise ValueError(content.request_id)
    return [Variable(name(each.oid), printed(each.value)) for each in content.varbinds]


def _settled(found: list[Variable] | _StatusError) -> list[Variable]:
    if isinstance(found, _StatusError):
        raise found
    return found


class _User:
    """Asks in SNMP 3: the agent's identity and clock first."""

    def __init__(self, line: _Line, agent: Agent, access: Access, program: str) -> None:
        self._line = line
        self._access = access
        self._program = program
        auth = Auth(access.auth[1].encode(), access.auth[0]) if access.auth else None
        priv = Priv(access.priv[1].encode(), access.priv[0]) if access.priv else None
        self._credentials = V3(access.user, auth, priv)
        self._model: Any = mpm.create(3, self._discover, {})
        self._agent = agent

    async def _discover(self, packet: bytes) -> bytes:
        """Send a question that anybody may ask; returns the first packet that can be an answer."""

        def same(data: bytes) -> bytes:
            asked, heard = Message.decode(packet), Message.decode(data)
            if asked.header.message_id != heard.header.message_id:
                raise ValueError(heard.header.message_id)
            return data

        try:
            return await self._line.ask(packet, same)
        except TimeoutError:
            raise TroubleError(f"{self._program}: Timeout") from None

    async def ask(self, request: PDU) -> list[Variable]:
        """Return the variables that come. Raises TroubleError, TimeoutError, _StatusError."""
        for _ in range(_MOST_TRIES):
            packet = await self._packet(request)
            found = await self._line.ask(packet, lambda data: self._opened(data, request))
            if isinstance(found, TroubleError):
                raise found
            if found is not None:
                return _settled(found)
        raise TroubleError(f"{self._program}: Not in time window")

    async def _packet(self, request: PDU) -> bytes:
        context = self._access.context.encode()
        try:
            made = await self._model.encode(request.value.request_id, self._credentials, b"", context, request)
        except NOISE:
            raise TimeoutError from None
        packet: bytes = made.data
        return packet

    def _opened(self, data: bytes, request: PDU) -> list[Variable] | _StatusError | TroubleError | None:
        """Return what a packet holds, nothing when it says what time it is; raises one of ``NOISE``."""
        heard = Message.decode(data)
        if heard.header.message_id != request.value.request_id:
            raise ValueError(heard.header.message_id)
        try:
            answer = self._model.decode(data, self._credentials)
        except ErrorResponse as error:
            return _StatusError(error.error_status or error.IDENTIFIER, error.offending_oid or None)
        except SnmpError as error:
            return self._reported(str(error), heard)
        flags = heard.header.flags
        if flags.auth != bool(self._credentials.auth) or flags.priv != bool(self._credentials.priv):
            raise ValueError(flags)
        return _opened(answer, request)

    def _reported(self, report: str, heard: Message) -> TroubleError | None:
        """Return what an agent complains about; nothing when that is the time, which is set. Raises SnmpError."""
        for text, said in _REPORTS.items():
            if text in report:
                return TroubleError(f"{self._program}: {said}")
        if _NOT_IN_TIME not in report:
            raise SnmpError(report)
        at, _ = decode(heard.security_parameters, enforce_type=Fields)
        boots, time = at[1].value, at[2].value
        self._model.disco = replace(self._model.disco, authoritative_engine_boots=boots, authoritative_engine_time=time)
        return None
