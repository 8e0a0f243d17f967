"""What the stand-ins of ``check_tcp`` and its relatives say to a server, and what they make of its answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from msgspec import Struct

from alignak.execution.standins.certificates import Days, age
from alignak.execution.standins.connections import (
    Address,
    Connection,
    Target,
    UnconnectedError,
    UnresolvedError,
    UnsecuredError,
    addresses_of,
    connect,
    timed_out,
)
from alignak.execution.standins.standin import Call, Result
from alignak.execution.standins.times import Limits

_CHUNK: Final = 1024
"""Bytes taken before they are looked at: what ``-m`` counts in."""

_MOST: Final = 128 << 10
"""Bytes of an answer that are looked at; the plugin knows no end."""

_PAUSE: Final = 2.0
"""Seconds to wait for more of an answer that is not what is expected, yet."""

_WORDS: Final = ("OK", "WARNING", "CRITICAL")
_BLANKS: Final = b" \t\n\v\f\r"


class Question(Struct, frozen=True):
    """What is asked of a server."""

    word: str
    """What the answer begins with."""
    host: str
    """As it was given; may be nothing."""
    target: Target
    timeout: int
    limits: Limits
    is_secure: bool
    name: str | None
    """The server name for TLS."""
    days: Days | None
    sends: bytes
    expects: tuple[bytes, ...]
    is_exact: bool
    """Whether the answer has to begin with what is expected, rather than have it anywhere."""
    needs_all: bool
    quits: bytes
    most: int
    """Bytes after which an answer is good enough; 0 for no such thing."""
    delay: int
    hides: bool
    refused: int
    """Exit code for a connection that nobody takes."""
    mismatched: int
    """Exit code for an answer that is not expected."""


async def talk(question: Question, _call: Call) -> Result:
    """Answer a question."""
    begun = time.perf_counter()
    before: list[str] = []
    try:
        addresses = await addresses_of(question.target)
        async with asyncio.timeout(question.timeout):
            code, text = await _talked(question, addresses, begun, before)
    except UnresolvedError:
        return 2, f"{question.word} CRITICAL - Invalid hostname, address or socket: {question.host}"
    except TimeoutError:
        code, text = timed_out(question.timeout)
    return code, "\n".join((*before, text))


async def _talked(question: Question, addresses: Sequence[Address], begun: float, before: list[str]) -> Result:
    """Have the conversation; ``before`` takes the line about a certificate that is well."""
    try:
        connection = await connect(question.target, addresses)
    except UnconnectedError as error:
        return question.refused, str(error)
    try:
        if question.is_secure:
            await connection.secure(question.name)
        if question.days is not None:
            code, text = age(connection.certificate(), question.days)
            if code:
                return code, text
            before.append(text)
        data, is_expected = await _exchange(question, connection)
    except UnsecuredError as error:
        return 2, str(error)
    finally:
        connection.close()
    return _judged(question, data, is_expected, time.perf_counter() - begun - question.delay)


async def _exchange(question: Question, connection: Connection) -> tuple[bytes | None, bool]:
    """Say what is to be said; return the answer, nothing when none is waited for, and whether it will do."""
    if question.sends:
        await _say(connection, question.sends)
    if question.delay:
        await asyncio.sleep(question.delay)
    data, is_expected = await _heard(question, connection) if question.expects else (None, True)
    if question.quits and data != b"":
        await _say(connection, question.quits)
    return data, is_expected


async def _say(connection: Connection, data: bytes) -> None:
    with suppress(OSError):
        await connection.send(data)


async def _heard(question: Question, connection: Connection) -> tuple[bytes, bool]:
    """Return an answer, and whether it will do."""
    data = b""
    while chunk := await _next(connection):
        data += chunk
        if question.most and len(data) >= question.most:
            return data, len(data) == len(chunk)
        found = _found(question, data.partition(b"\0")[0])
        if found is not None:
            return data, found
        if len(data) >= _MOST or not await _has_more(connection):
            break
    return data, False


async def _next(connection: Connection) -> bytes:
    try:
        return await connection.receive(_CHUNK)
    except OSError:
        return b""


async def _has_more(connection: Connection) -> bool:
    try:
        async with asyncio.timeout(_PAUSE):
            await connection.wait_for_more()
    except TimeoutError:
        return False
    return True


def _found(question: Question, data: bytes) -> bool | None:
    """Tell whether an answer will do; nothing while that may still change."""
    if not question.is_exact:
        hits = [each in data for each in question.expects]
        return True if (all(hits) if question.needs_all else any(hits)) else None
    hits = [data.startswith(each) for each in question.expects]
    if all(hits) if question.needs_all else any(hits):
        return True
    return None if any(len(data) < len(each) and each.startswith(data) for each in question.expects) else False


def _judged(question: Question, data: bytes | None, is_expected: bool, taken: float) -> Result:
    if data == b"":
        return 2, "No data received from host"
    code, shown = question.limits.judge(taken), question.limits
    if not is_expected:
        code, shown = code if code == 2 else question.mismatched, _blanked(shown)
    perfdata = f"{shown.perfdata(taken)};{question.timeout:f}"
    return code, f"{question.word} {_WORDS[code]} - {_text(question, data, is_expected, taken)}|{perfdata}"


def _blanked(limits: Limits) -> Limits:
    """Return limits as the plugin prints them beside an answer that is not expected: as 0."""
    return Limits(*(None if each is None else 0.0 for each in limits))


def _text(question: Question, data: bytes | None, is_expected: bool, taken: float) -> str:
    shown = None if data is None or question.hides else _shown(data)
    if is_expected:
        answer = "" if shown is None else f" [{shown}]"
        return f"{taken:.3f} second response time{_place(question)}{answer}"
    return "Unexpected response from host/socket" + (_place(question) if shown is None else f": {shown}")


def _shown(data: bytes) -> str | None:
    """Return an answer as it is shown: up to a NUL, and not when it is a single byte."""
    kept = data.rstrip(_BLANKS)
    return kept.partition(b"\0")[0].decode("utf-8", "replace") if len(kept) > 1 else None


def _place(question: Question) -> str:
    if question.host.startswith("/"):
        return f" on socket {question.host}"
    return f" on {question.host} port {question.target.port}" if question.host else f" on port {question.target.port}"
