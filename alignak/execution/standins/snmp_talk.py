"""Questions to SNMP agents as ``snmpget`` and ``snmpgetnext`` ask them, and what those say when nothing comes of it."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final, TypeVar

from msgspec import Struct

from alignak.execution.standins.ber import Name, NoiseError
from alignak.execution.standins.connections import Target, UnresolvedError, addresses_of
from alignak.execution.standins.snmp_messages import Answer, Question, Variable, answered_to, asked_by
from alignak.execution.standins.snmp_users import (
    Access,
    Engine,
    Report,
    answered_by,
    asked_of,
    introduced,
    introduction,
)
from alignak.execution.standins.snmp_values import named

T = TypeVar("T")

_LONGEST: Final = 65_535
_MOST_TRIES: Final = 3
"""How often a question is put again to an agent whose clock is not as it said."""

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


class TroubleError(Exception):
    """No values came; the text is what the program says."""


class EndlessError(Exception):
    """An agent says of every question that it comes too late; the program would go on asking."""


class Agent(Struct, frozen=True):
    """Whom to ask, and how."""

    host: str
    port: int
    version: int
    """As the packets count: 0 for SNMP 1, 1 for 2c, 3."""
    community: str
    access: Access | None
    """Who asks, in SNMP 3."""
    seconds: int
    retries: int

    @property
    def shown(self) -> str:
        """Return how messages name the agent."""
        return f"{self.host}:{self.port}"


class _Line:
    """A socket to an agent; ``close`` it in a ``finally``."""

    def __init__(self, agent: Agent, where: tuple[str, int]) -> None:
        self._agent = agent
        self._where = where
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)

    def close(self) -> None:
        self._socket.close()

    async def ask(self, packet: bytes, opened: Callable[[bytes], T]) -> T:
        """Send until something comes that can be opened: what cannot is noise. Raises TimeoutError."""
        for _ in range(self._agent.retries + 1):
            with suppress(TimeoutError):
                async with asyncio.timeout(self._agent.seconds):
                    with suppress(OSError):  # no way to it: as silent as an agent that is down
                        self._socket.sendto(packet, self._where)
                    return await self._heard(opened)
        raise TimeoutError

    async def _heard(self, opened: Callable[[bytes], T]) -> T:
        loop = asyncio.get_running_loop()
        while True:
            with suppress(NoiseError, OSError):
                return opened(await loop.sock_recv(self._socket, _LONGEST))
            await asyncio.sleep(0)  # who makes noise without end holds up this check alone


Speaker = Callable[[Question], Awaitable[Answer]]
"""Puts a question to an agent. Raises TroubleError, TimeoutError."""


async def fetch(agent: Agent, names: Sequence[Name], is_next: bool) -> Sequence[Variable]:
    """Return the variables of an agent. Raises TroubleError, EndlessError."""
    program = "snmpgetnext" if is_next else "snmpget"
    try:
        addresses = await addresses_of(Target(agent.host, agent.port, socket.AF_INET, socket.SOCK_DGRAM))
    except UnresolvedError:
        raise TroubleError(f"{program}: Unknown host ({agent.shown})") from None
    line = _Line(agent, (str(addresses[0].name[0]), agent.port))
    try:
        return await _fetched(_speaker(line, agent, program), tuple(names), is_next)
    except TimeoutError:
        raise TroubleError(f"Timeout: No Response from {agent.shown}.") from None
    finally:
        line.close()


async def _fetched(speak: Speaker, names: tuple[Name, ...], is_next: bool) -> Sequence[Variable]:
    """Ask, without the names that an error is about, until none is left. Raises TroubleError, TimeoutError."""
    said = ""
    while names:
        answer = await speak(Question(_number(), names, is_next))
        if not answer.status:
            if said:
                break
            return answer.variables
        said += _failed(answer, is_next)
        if not 0 < answer.place <= len(names):
            break
        names = names[: answer.place - 1] + names[answer.place :]
    raise TroubleError(said)


def _failed(answer: Answer, is_next: bool) -> str:
    """Return what the program says of an error."""
    reason = _REASONS[answer.status - 1] if 0 < answer.status <= len(_REASONS) else "Unknown Error"
    said = f"Error in packet{'.' * is_next}\nReason: {reason}\n"
    if 0 < answer.place <= len(answer.names):
        said += f"Failed object: {named(answer.names[answer.place - 1])}\n\n"
    return said


def _number() -> int:
    """Return a number for a question that nobody can guess."""
    return secrets.randbelow(2**31 - 1) + 1


def _speaker(line: _Line, agent: Agent, program: str) -> Speaker:
    if agent.access is not None:
        return _User(line, agent.access, program).ask
    community, version = agent.community.encode(), agent.version

    async def speak(question: Question) -> Answer:
        packet = asked_by(community, version, question)
        return await line.ask(packet, lambda data: answered_to(version, question, data))

    return speak


class _User:
    """Asks in SNMP 3: first who the agent is, and what its clock shows."""

    def __init__(self, line: _Line, access: Access, program: str) -> None:
        self._line = line
        self._access = access
        self._program = program
        self._engine: Engine | None = None

    async def ask(self, question: Question) -> Answer:
        """Return the answer that comes. Raises TroubleError, EndlessError, TimeoutError."""
        for _ in range(_MOST_TRIES):
            engine = self._engine = self._engine or await self._introduced()
            found = await self._asked(engine, question)
            if isinstance(found, Answer):
                return found
            if found.clock is None:
                raise TroubleError(f"{self._program}: {found.text}")
            self._engine = engine._replace(clock=found.clock)
        raise EndlessError

    async def _introduced(self) -> Engine:
        number = _number()
        try:
            return await self._line.ask(introduction(number), lambda data: introduced(number, data))
        except TimeoutError:
            raise TroubleError(f"{self._program}: Timeout") from None

    async def _asked(self, engine: Engine, question: Question) -> Answer | Report:
        number = _number()
        packet = asked_of(engine, self._access, number, question)
        return await self._line.ask(packet, lambda data: answered_by(engine, self._access, number, question, data))
