"""What the stand-in of ``check_smtp`` says to a server, and what it makes of the answers."""

from __future__ import annotations

import asyncio
import re
import time
from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from msgspec import Struct

from alignak.execution.standins.certificates import Days, age
from alignak.execution.standins.connections import (
    Address,
    Connection,
    UnconnectedError,
    UnresolvedError,
    UnsecuredError,
    connect,
    timed_out,
)
from alignak.execution.standins.hosts import NoHostError, Server, located
from alignak.execution.standins.posix_patterns import Pattern
from alignak.execution.standins.standin import Call, Result
from alignak.execution.standins.times import Limits

_WORDS: Final = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
_CONTINUED: Final = re.compile(rb"\d\d\d-")
_BLANKS: Final = b" \t\n\v\f\r"
_OFFERS: Final = (b"250 STARTTLS", b"250-STARTTLS")
_PORT: Final = 25

_MOST: Final = 64 << 10
"""Bytes of an answer that are looked at; the plugin knows no end."""


class Login(NamedTuple):
    """How to log in."""

    kind: str
    user: str | None
    password: str | None


class Question(Struct, frozen=True):
    """What is asked of a server."""

    server: Server
    timeout: int
    limits: Limits
    greets: str
    name: str
    """Who we say we are."""
    is_secure: bool
    days: Days | None
    expects: bytes
    sender: str | None
    commands: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    """What the answers to the commands have to match, as far as they go."""
    login: Login | None
    forgives: bool
    """Whether a server may be gone before we say goodbye."""


class _OverError(Exception):
    """The conversation ended before its time."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.result: Result = code, text


class _Line:
    """The conversation: whole answers come out of it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._rest = b""

    async def answer(self) -> bytes | None:
        """Return an answer of one or more lines; nothing when the server is gone."""
        lines: list[bytes] = []
        while sum(map(len, lines)) < _MOST:
            line = await self._next()
            if line is None:
                return None
            lines.append(line)
            if not _CONTINUED.match(line):
                break
        return b"".join(lines).partition(b"\0")[0]

    async def asked(self, text: str) -> bytes | None:
        """Say something and return the answer."""
        with suppress(OSError):
            await self.say(text)
        return await self.answer()

    async def say(self, text: str) -> None:
        """Say something. Raises OSError."""
        await self.connection.send(f"{text}\r\n".encode("utf-8", "surrogateescape"))

    async def secure(self) -> None:
        """Speak TLS; what came before it does not count. Raises UnsecuredError."""
        self._rest = b""
        await self.connection.secure()

    async def _next(self) -> bytes | None:
        while b"\n" not in self._rest and len(self._rest) < _MOST:
            try:
                data = await self.connection.receive()
            except OSError:
                return None
            if not data:
                return None
            self._rest += data
        line, end, self._rest = self._rest.partition(b"\n")
        return line + end


async def talk(question: Question, _call: Call) -> Result:
    """Answer a question."""
    begun = time.perf_counter()
    before: list[str] = []
    try:
        addresses = await located("check_smtp", question.server)
        async with asyncio.timeout(question.timeout):
            code, text = await _connected(question, addresses, before)
    except NoHostError as error:
        return 3, str(error)
    except UnresolvedError as error:
        before.append(str(error))
        code, text = 3, ""
    except _OverError as error:
        return error.result[0], "\n".join((*before, error.result[1]))
    except TimeoutError:
        code, text = timed_out(question.timeout)
        return code, "\n".join((*before, text))
    taken = time.perf_counter() - begun
    code = code or question.limits.judge(taken)
    said = f"SMTP {_WORDS[code]} - {text}{taken:.3f} sec. response time|{question.limits.perfdata(taken)}"
    return code, "\n".join((*before, said))


async def _connected(question: Question, addresses: Sequence[Address], before: list[str]) -> Result:
    """Return code and remark; ``before`` takes the lines that come before the last one. Raises _OverError."""
    try:
        connection = await connect(question.server.target, addresses)
    except UnconnectedError as error:
        before.append(str(error))
        return 2, ""
    try:
        return await _talked(question, _Line(connection), before)
    finally:
        connection.close()


async def _talked(question: Question, line: _Line, before: list[str]) -> Result:
    greeting, answer = await _greeted(question, line)
    if question.is_secure:
        answer = await _secured(question, line, answer)
    said = greeting + answer
    if question.expects not in said:
        place = "" if question.server.target.port == _PORT else f" on port {question.server.target.port}"
        shown = said.rstrip(_BLANKS).decode("utf-8", "replace")
        raise _OverError(1, f"Invalid SMTP response received from host{place}: {shown}")
    if question.sender is not None:
        await line.asked(f"MAIL FROM:{question.sender}")
    code = await _commanded(question, line, before)
    text = ""
    if question.login is not None:
        failed = await _logged_in(line, question.login)
        code, text = failed or (code, "")
    await _quit(question, line)
    return code, text


async def _greeted(question: Question, line: _Line) -> tuple[bytes, bytes]:
    greeting = await line.answer()
    answer = None if greeting is None else await line.asked(f"{question.greets} {question.name}")
    if greeting is None or answer is None:
        raise _OverError(1, "recv() failed")
    return greeting, answer


async def _secured(question: Question, line: _Line, offered: bytes) -> bytes:
    """Go over to TLS and say hello again; the end when that fails, or the certificate is all that is asked about."""
    if not any(offer in offered for offer in _OFFERS):
        await _quit(question, line)
        raise _OverError(1, "WARNING - TLS not supported by server")
    answer = await line.asked("STARTTLS")
    if answer is None or b"220" not in answer:
        raise _OverError(3, "Server does not support STARTTLS")
    try:
        await line.secure()
    except UnsecuredError as error:
        raise _OverError(2, f"{error}\nCRITICAL - Cannot create SSL context.") from None
    again = await line.asked(f"{question.greets} {question.name}")
    if again is None:
        raise _OverError(3, "SMTP UNKNOWN - Cannot read EHLO response via TLS.")
    if question.days is not None:
        code, text = age(line.connection.certificate(), question.days)
        await _quit(question, line)
        raise _OverError(code, text)
    return again


async def _commanded(question: Question, line: _Line, before: list[str]) -> int:
    """Give the commands and return what the last answer that was looked at means."""
    code = 0
    for at, command in enumerate(question.commands):
        answer = await line.asked(command)
        if answer is None or at >= len(question.patterns):
            continue
        answer = answer.rstrip(_BLANKS)
        code = int(not await question.patterns[at].search(answer))
        if code:
            shown = answer.decode("utf-8", "replace")
            before.append(f"SMTP WARNING - Invalid response '{shown}' to command '{command}'")
    return code


async def _logged_in(line: _Line, login: Login) -> Result | None:
    """Return code and remark when that does not work, nothing when it does."""
    if login.kind != "LOGIN":
        return 2, "only authtype LOGIN is supported, "
    for what, value in (("authuser", login.user), ("authpass", login.password)):
        if value is None:
            return 2, f"no {what} specified, "
    steps = (
        ("AUTH LOGIN", "AUTH LOGIN", "AUTH LOGIN", 1, b"334"),
        (_encoded(login.user), "sending authuser", "authuser", 2, b"334"),
        (_encoded(login.password), "sending authpass", "authpass", 2, b"235"),
    )
    for text, sending, received, code, expected in steps:
        answer = await line.asked(text)
        if answer is None:
            return code, f"recv() failed after {sending}, "
        if not answer.startswith(expected):
            return 2, f"invalid response received after {received}, "
    return None


def _encoded(text: str | None) -> str:
    return b64encode((text or "").encode("utf-8", "surrogateescape")).decode("ascii")


async def _quit(question: Question, line: _Line) -> None:
    try:
        await line.say("QUIT")
    except OSError:
        if not question.forgives:
            raise _OverError(3, "Connection closed by server before sending QUIT command") from None
    await line.answer()
