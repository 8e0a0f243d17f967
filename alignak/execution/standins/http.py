"""Stands in for ``check_http``: asks for a page, follows redirects, judges status, contents, size, age and time."""

from __future__ import annotations

import asyncio
import os
import ssl
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from cryptography import x509
from msgspec import Struct

from alignak.execution.standins import http_answers, http_redirects
from alignak.execution.standins.certificates import age
from alignak.execution.standins.connections import (
    Connection,
    Target,
    Terms,
    UnconnectedError,
    UnresolvedError,
    UnsecuredError,
    connect,
    timed_out,
    tls_context,
)
from alignak.execution.standins.exchanges import Fetched, Terse, exchange
from alignak.execution.standins.http_answers import HttpAnswer
from alignak.execution.standins.http_asked import REACTIONS, Asked, Place, request
from alignak.execution.standins.http_options import read
from alignak.execution.standins.http_redirects import RedirectError
from alignak.execution.standins.standin import Call, Result, StandIn

_CHUNK: Final = 65_536
_PLUGIN_CHUNK: Final = 8_191
"""Bytes the plugin reads at a time; with ``-N`` that is what decides how much of the page is counted."""

_MOST_KEPT: Final = 8_388_608
"""Bytes of an answer that are kept: what is beyond is counted."""

_WANTED: Final = (Terse(_MOST_KEPT), Terse(_MOST_KEPT, _PLUGIN_CHUNK, http_answers.has_header))
"""How much of an answer is received: all, or with ``-N`` the header."""

_MOST_SHOWN: Final = 65_536
_MANY: Final = 262_144
_WORDS: Final = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
_WORST_FIRST: Final = (2, 1, 3, 0)
_LONGEST_NEEDLE: Final = 29
_EXPECTED: Final = "HTTP/1."


class _DecidedError(Exception):
    """The check ends here; nothing of the answer is judged any more."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class _Told(Struct):
    """What the plugin would already have printed, and the worst of its certificates."""

    text: str
    code: int = 0


async def _run(asked: Asked, _call: Call) -> Result:
    told = _Told(f'<A HREF="{asked.place.link}" target="_blank">' if asked.has_link else "")
    try:
        async with asyncio.timeout(asked.timeout):
            code, text = await _checked(asked, told)
    except TimeoutError:
        code, text = timed_out(asked.timeout)
    except RedirectError as error:
        code, text = error.code, f"{error}{'</A>' if asked.has_link else ''}"
    except _DecidedError as error:
        code, text = error.code, str(error)
    return code, told.text + text


async def _checked(asked: Asked, told: _Told) -> Result:
    """Ask until a page is not elsewhere, and judge that one."""
    begun = time.monotonic()
    place = asked.place
    for depth in range(1, asked.max_redirects + 3):
        fetched = await _fetched(asked, place, told)
        elapsed = time.monotonic() - begun
        answer = _answer(asked, place, fetched)
        code, follows = _status(asked, answer)
        if not follows:
            break
        place = http_redirects.redirected(asked, place, (answer.status_line, answer.header), depth)
    page = await _page(asked, answer, fetched)
    problems = await _problems(asked, place, answer, page, fetched)
    code = _worst([code, told.code, *(each[0] for each in problems), _speed(asked, elapsed)])
    said = [_said(asked, answer), *([", ".join(text for _, text in problems)] if problems else [])]
    said.append(f"{fetched.size} bytes in {elapsed:.3f} second response time ")
    text = f"HTTP {_WORDS[code]}: {' - '.join(said)}{'</A>' if asked.has_link else ''}|"
    shown = f"\n{_text(page[:_MOST_SHOWN])}" if asked.shows_body else ""
    return code, f"{text}{_perfdata(asked, fetched, elapsed, place)}{shown}"


async def _fetched(asked: Asked, place: Place, told: _Told) -> Fetched:
    """Connect, ask, and receive all there is, or with ``-N`` until the header is there."""
    fetched = Fetched(time.monotonic())
    terms = _terms(asked)
    target = Target(place.address, place.port, asked.family)
    try:
        if place.is_secure:
            await _fetched_safely(asked, place, (target, terms), told, fetched)
        else:
            await exchange(target, request(asked, place), _WANTED[asked.has_no_body], fetched)
    except (UnresolvedError, UnconnectedError) as error:
        raise _DecidedError(2, f"{error}\nHTTP CRITICAL - Unable to open TCP socket") from None
    return fetched


async def _fetched_safely(asked: Asked, place: Place, way: tuple[Target, Terms], told: _Told, fetched: Fetched) -> None:
    """Do so over TLS."""
    wanted = _WANTED[asked.has_no_body]
    target, terms = way
    connection = await connect(target)
    try:
        fetched.connected = time.monotonic()
        await _secure(asked, place, connection, terms, told)
        fetched.secured = time.monotonic()
        with suppress(OSError):  # what came before an error counts, for the plugin too
            await connection.send(request(asked, place))
            fetched.sent = time.monotonic()
            while data := await connection.receive(wanted.step or _CHUNK):
                if fetched.take(data, wanted):
                    break
    finally:
        connection.close()
    fetched.ended = time.monotonic()


def _terms(asked: Asked) -> Terms:
    """Return how TLS is spoken; without a client certificate that is there, refuse as the plugin does before all."""
    if not asked.terms.certificate:
        return asked.terms
    changed = []
    for file in (asked.terms.certificate, asked.terms.key):
        try:
            with Path(file).open("rb") as opened:
                changed.append(os.fstat(opened.fileno()).st_mtime_ns)
        except OSError:
            raise _DecidedError(3, f"check_http: file does not exist or is not readable - {file}") from None
    return asked.terms._replace(changed=tuple(changed))


def _check_pair(terms: Terms) -> None:
    """Refuse a client certificate and key that cannot be used together."""
    try:
        tls_context(terms)
    except (ssl.SSLError, OSError):
        try:
            x509.load_pem_x509_certificate(Path(terms.certificate).read_bytes())
        except (ValueError, OSError):
            raise _DecidedError(2, "CRITICAL - Unable to open certificate chain file!") from None
        raise _DecidedError(2, "CRITICAL - Private key does not seem to match certificate!") from None


async def _secure(asked: Asked, place: Place, connection: Connection, terms: Terms, told: _Told) -> None:
    """Begin TLS, and judge the certificate when that is asked."""
    if terms.certificate:
        _check_pair(terms)
    try:
        await connection.secure(place.host if asked.has_sni else None, terms)
    except UnsecuredError as error:
        raise _DecidedError(2, str(error)) from None
    if asked.days is None:
        return
    code, text = age(connection.certificate(), asked.days)
    if not asked.goes_on:
        raise _DecidedError(code, text)
    told.text += f"{text}\n"
    told.code = _worst((told.code, code))


def _answer(asked: Asked, place: Place, fetched: Fetched) -> HttpAnswer:
    """Return what was received, taken apart, once its first line is one."""
    if not fetched.data:
        raise _DecidedError(2, "HTTP CRITICAL - No data received from host")
    answer = http_answers.taken_apart(bytes(fetched.data).replace(b"\0", b" "))
    if asked.has_no_body:
        answer = answer._replace(page=b"")
    expected = _EXPECTED if asked.expected is None else asked.expected
    wanted = expected.encode("utf-8", "surrogateescape").split(b",")
    if not any(each and each in answer.status_line for each in wanted):
        port = "" if place.port == 80 else f" on port {place.port}"
        text = f"HTTP CRITICAL - Invalid HTTP response received from host{port}: {_text(answer.status_line)}"
        shown = f"\n\n{_text(answer.page[:_MOST_SHOWN])}" if asked.shows_body else ""
        raise _DecidedError(2, text + shown)
    return answer


def _status(asked: Asked, answer: HttpAnswer) -> tuple[int, bool]:
    """Return the state that the status line stands for, and whether to go where the server says."""
    if asked.expected is not None:
        return 0, False
    number = http_answers.status_of(answer.status_line)
    if number is None:
        raise _DecidedError(2, f"HTTP CRITICAL: Invalid Status Line ({_text(answer.status_line)})")
    if not 100 <= number < 600:
        raise _DecidedError(2, f"HTTP CRITICAL: Invalid Status ({_text(answer.status_line)})")
    if 300 <= number < 400:
        return REACTIONS.get(asked.on_redirect, 0), asked.on_redirect not in REACTIONS
    return (2 if number >= 500 else 1 if number >= 400 else 0), False


async def _page(asked: Asked, answer: HttpAnswer, fetched: Fetched) -> bytes:
    """Return the page, its chunks joined."""
    if asked.has_no_body or not http_answers.is_chunked(answer.header):
        return answer.page
    if len(answer.page) > _MANY:  # a million chunks would hold up the loop
        page, is_whole = await asyncio.to_thread(http_answers.joined, answer.page)
    else:
        page, is_whole = http_answers.joined(answer.page)
    if not is_whole and not fetched.is_cut:
        raise _DecidedError(3, "HTTP UNKNOWN: Failed to unchunk message body")
    return page


async def _problems(asked: Asked, place: Place, answer: HttpAnswer, page: bytes, fetched: Fetched) -> list[Result]:
    """Return state and text of each thing that is not as it should be, in the plugin's order."""
    found: list[Result] = []
    if asked.max_age is not None and (old := http_answers.age(answer.header, asked.max_age)) is not None:
        found.append(old)
    if asked.header_string not in answer.header:
        found.append((2, _missing("header", asked.header_string, place)))
    if asked.string not in page:
        _refuse_when_cut(fetched)
        found.append((2, _missing("string", asked.string, place)))
    if asked.pattern is not None:
        is_found = await asked.pattern.search(page)
        if not is_found:
            _refuse_when_cut(fetched)
        if is_found == asked.is_inverted:
            found.append((2, f"pattern {'' if is_found else 'not '}found"))
    return found + _sizes(asked, fetched.size)


def _sizes(asked: Asked, size: int) -> list[Result]:
    """Return what is wrong with the size."""
    if asked.largest and size > asked.largest:
        return [(1, f"page size {size} too large")]
    return [(1, f"page size {size} too small")] if asked.smallest and size < asked.smallest else []


def _refuse_when_cut(fetched: Fetched) -> None:
    """Say nothing of what a page lacks when its end was not kept."""
    if fetched.is_cut:
        text = f"HTTP UNKNOWN - {fetched.size} bytes received, and only the first {_MOST_KEPT} are searched"
        raise _DecidedError(3, text)


def _missing(what: str, needle: bytes, place: Place) -> str:
    shown = needle if len(needle) <= _LONGEST_NEEDLE else needle[: _LONGEST_NEEDLE - 3] + b"..."
    return f"{what} '{_text(shown)}' not found on '{place.link}'"


def _speed(asked: Asked, elapsed: float) -> int:
    """Return the state that the time stands for."""
    if asked.critical is not None and asked.critical.alerts(elapsed):
        return 2
    return int(asked.warning is not None and asked.warning.alerts(elapsed))


def _worst(codes: Iterable[int]) -> int:
    """Return the worst state; UNKNOWN is better than WARNING here."""
    return min(codes, key=_WORST_FIRST.index)


def _said(asked: Asked, answer: HttpAnswer) -> str:
    if asked.expected is not None:
        return f'Status line output matched "{asked.expected}"'
    return _text(answer.status_line)


def _perfdata(asked: Asked, fetched: Fetched, elapsed: float, place: Place) -> str:
    warning, critical = ("" if each is None else f"{each.shown:f}" for each in (asked.warning, asked.critical))
    size = f"{asked.smallest};0" if asked.smallest else ";"
    most = f"{asked.timeout:f}"
    text = f"time={elapsed:f}s;{warning};{critical};0.000000;{most} size={fetched.size}B;{size};0;"
    if not asked.has_more_perfdata:
        return text
    secured = f"time_ssl={fetched.secured - fetched.connected:f}s;;;;{most}" if place.is_secure else ""
    parts = {
        "headers": fetched.sent - fetched.secured,
        "firstbyte": fetched.answered - fetched.sent,
        "transfer": fetched.ended - fetched.sent,
    }
    further = " ".join(f"time_{name}={taken:f}s;;;;{most}" for name, taken in parts.items())
    return f"{text} time_connect={fetched.connected - fetched.begun:f}s;;;;{most} {secured} {further}"


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


HTTP: Final = StandIn(read, _run)
