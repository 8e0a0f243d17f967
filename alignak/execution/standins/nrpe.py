"""Stands in for ``check_nrpe`` 4: asks an NRPE server for a command's result, by packets of version 4, else of 2.

A packet has a version, a kind, a checksum, an exit code and a text; version 2 has room for 1,023 bytes of it.
"""

from __future__ import annotations

import asyncio
import os
import re
import ssl
import struct
import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct

from alignak.execution.standins.connections import (
    Connection,
    Target,
    UnconnectedError,
    UnresolvedError,
    UnsecuredError,
    addresses_of,
    connect,
)
from alignak.execution.standins.hosts import family
from alignak.execution.standins.options import given, number
from alignak.execution.standins.standin import Call, Result, StandIn, Unsupported

_KNOWN: Final = {
    "-H --host": "address",
    "-p --port": "port",
    "-c --command": "name",
    "-t --timeout": "seconds",
    "-2 --v2-packets-only": "",
    "-3 --v3-packets-only": "",
    "-4 --ipv4": "",
    "-6 --ipv6": "",
    "-n --no-ssl": "",
    "-u --unknown-timeout": "",
    "-C --client-cert": "file",
    "-K --key-file": "file",
    "-A --ca-cert-file": "file",
    "-E --stderr-to-stdout": "",
    "-D --disable-syslog": "",
    "-d --use-adh": "number",
    "-P --payload-size": "size",
    "-S --ssl-version": "version",
    "-L --cipher-list": "list",
    "-s --ssl-logging": "number",
    "-b --bind": "address",
    "-f --config-file": "file",
    "-g --log-file": "file",
    "-V --version": "",
    "-l --license": "",
    "-h --help": "",
    "--args": "words",
}
_LEFT: Final = ("-3", "-d", "-P", "-S", "-L", "-s", "-b", "-f", "-g", "-V", "-l", "-h", "--args")
"""Options left to the plugin; named above so that a shortened name is as ambiguous here as there."""
_CIPHERS: Final = "ALL:!MD5:@STRENGTH:@SECLEVEL=0"
_TIMEOUT: Final = re.compile(r"([1-9]\d{0,4})(?::(\w+))?", re.ASCII)
_STATES: Final[Mapping[str, int]] = {
    name: code for code, word in enumerate(("OK", "WARNING", "CRITICAL", "UNKNOWN")) for name in (word, str(code))
}
_WORDS: Final = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
_DEFAULT: Final = "_NRPE_CHECK"
_HEAD: Final = struct.Struct("!hhIh")
_HEAD_4: Final = struct.Struct("!hhIhhi")
_SIZE_2: Final = 1036
_ROOM: Final = 1024
_LEAST_4: Final = _SIZE_2 - _HEAD_4.size
_MOST_4: Final = 65_536
_NO_RESULT: Final = 255
"""An exit code, -1 as the server has it, that the plugin takes for no answer: it tries again."""
_UNDERFLOW: Final = "CHECK_NRPE: Receive {} {} bytes received (4 expected)."


class Question(Struct, frozen=True):
    """What ``check_nrpe`` is asked."""

    target: Target
    query: bytes
    seconds: int
    trouble: int
    """Exit code when no connection comes about in time."""
    is_secure: bool
    version: int
    """Of the packets to try first."""
    files: tuple[str, str, str]
    """Paths of an authority, of a certificate to show and of its key; each may be empty."""


class _FailedError(Exception):
    """A try brought no result: the next version is tried; the text is what the plugin says, or nothing."""

    def __init__(self, text: str = "", *, is_unanswered: bool = False) -> None:
        super().__init__(text)
        self.is_unanswered = is_unanswered
        """Whether not even a packet's beginning came: said only when there is no other version to try."""


class _EndedError(Exception):
    """A try brought an end that another version does not better."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.result: Result = code, text


def _read(words: Sequence[str]) -> Question:
    before, after = (words[: words.index("-a")], words[words.index("-a") + 1 :]) if "-a" in words else (words, None)
    options, operands = given(before, _KNOWN)
    values = {"-p": "5666", "-c": _DEFAULT, "-t": "10", "-A": "", "-C": "", "-K": "", **dict(options)}
    for option in _LEFT:
        if option in values:
            raise Unsupported(option)
    if operands or not values.get("-H") or after == []:
        raise Unsupported(
            f"operands {' '.join(operands)}" if operands else "no -H" if after != [] else "nothing after -a"
        )
    version = family(values)
    if bool(values["-C"]) != bool(values["-K"]):
        raise Unsupported("one of -C and -K")
    port = number("-p", values["-p"])
    if not 0 < port < 65_536:
        raise Unsupported(f"-p {port}")
    seconds, trouble = _timeout(values["-t"], "-u" in values)
    query = "!".join((values["-c"], *(after or ()))).encode("utf-8", "surrogateescape")
    if b"\0" in query or len(query) > _MOST_4 - 4 or values["-H"].startswith("/"):
        raise Unsupported(f"-c {values['-c'][:40]}")
    return Question(
        Target(values["-H"], port, version),
        query,
        seconds,
        trouble,
        "-n" not in values,
        2 if "-2" in values else 4,
        (values["-A"], values["-C"], values["-K"]),
    )


def _timeout(text: str, is_unknown: bool) -> tuple[int, int]:
    found = _TIMEOUT.fullmatch(text)
    state = found[2].upper() if found is not None and found[2] else "3" if is_unknown else "2"
    if found is None or state not in _STATES or (found[2] and is_unknown):
        raise Unsupported(f"-t {text}")
    return int(found[1]), _STATES[state]


async def _run(asked: Question, _call: Call) -> Result:
    said: list[str] = []
    try:
        async with asyncio.timeout(asked.seconds):
            code = await _tried(asked, said)
    except TimeoutError:
        state = _WORDS[asked.trouble]
        return asked.trouble, f"CHECK_NRPE STATE {state}: Socket timeout after {asked.seconds} seconds."
    return code, "\n".join(said).rstrip("\n")


async def _tried(asked: Question, said: list[str]) -> int:
    """Try the version asked for, then version 2 when that brought nothing; return the exit code, add what is said."""
    for version, is_last in ((asked.version, False), (2, True)):
        gives_up = is_last or version == 2
        try:
            code, text = await _answered(asked, version)
        except _EndedError as end:
            said.append(end.result[1])
            return end.result[0]
        except _FailedError as failure:
            if str(failure) and (gives_up or not failure.is_unanswered):
                said.append(str(failure))
            if gives_up:
                return 3
            continue
        said.append(text)
        if code != _NO_RESULT:
            return code
    return _NO_RESULT


async def _answered(asked: Question, version: int) -> Result:
    """Ask once. Raises _FailedError, _EndedError."""
    connection = await _connected(asked)
    try:
        if asked.is_secure:
            await _secured(connection, asked)
        try:
            await connection.send(_packet(version, asked.query))
        except OSError:
            raise _EndedError(3, "CHECK_NRPE: Error sending query to host.") from None
        return await _received(connection, version, asked.is_secure)
    finally:
        connection.close()


async def _connected(asked: Question) -> Connection:
    """Connect to the first address that takes it. Raises _EndedError."""
    target, said = asked.target, []
    try:
        addresses = await addresses_of(target)
    except UnresolvedError as error:
        raise _EndedError(1, f"Could not resolve hostname {target.host[:100]}: {error}") from None
    why = ""
    for address in addresses:
        try:
            return await connect(target, [address])
        except UnconnectedError as error:
            why = str(error).rpartition(": ")[2]
            said.append(f"connect to address {address.name[0]} port {target.port}: {why}")
    raise _EndedError(asked.trouble, "\n".join((*said, f"connect to host {target.host} port {target.port}: {why}")))


async def _secured(connection: Connection, asked: Question) -> None:
    """Speak TLS, with a server that may have no certificate. Raises _EndedError."""
    host = asked.target.host
    try:
        await connection.secure(terms=_terms(asked.files))
    except UnsecuredError as error:
        why = error.__cause__
        if isinstance(why, ssl.SSLError) or not isinstance(why, OSError):
            text = f"CHECK_NRPE: (ssl_err != 5) Error - Could not complete SSL handshake with {host}: 1"
        else:
            text = f"CHECK_NRPE: Error - Could not connect to {host}: {os.strerror(why.errno or 0)}"
        raise _EndedError(asked.trouble, text) from None


def _terms(files: tuple[str, str, str]) -> ssl.SSLContext:
    """Return the terms for files as they are now. Raises _EndedError."""
    try:
        times = tuple(os.stat(path).st_mtime_ns for path in files if path)
    except OSError:
        times = ()
    return _context(files, times)


@lru_cache(maxsize=64)
def _context(files: tuple[str, str, str], _times: tuple[int, ...]) -> ssl.SSLContext:
    authority, certificate, key = files
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED if authority else ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers(_CIPHERS)
    if certificate:
        try:
            context.load_cert_chain(certificate, key)
        except OSError:
            raise _EndedError(2, f"Error: could not use certificate file '{certificate}'.") from None
    if authority:
        try:
            context.load_verify_locations(authority)
        except OSError:
            raise _EndedError(2, f"Error: could not use CA certificate '{authority}'.") from None
    return context


def _packet(version: int, query: bytes) -> bytes:
    """Return a query in a packet of a version."""
    if version == 2:
        made = _HEAD.pack(2, 1, 0, 0) + query[: _ROOM - 1].ljust(_ROOM + 2, b"\0")
    else:
        text = (query + b"\0").ljust(_LEAST_4, b"\0")
        made = _HEAD_4.pack(4, 1, 0, 0, 0, len(text)) + text
    return made[:4] + zlib.crc32(made).to_bytes(4) + made[8:]


class _Source:
    """What a server sends, up to a packet's end."""

    def __init__(self, connection: Connection, is_secure: bool) -> None:
        self._connection = connection
        self._is_secure = is_secure
        self.data = b""

    async def reach(self, size: int, since: int = 0) -> int | None:
        """Wait for so many bytes in all; else return what the plugin says it received, counted from ``since``."""
        while len(self.data) < size:
            try:
                more = await self._connection.receive()
            except OSError:
                return -1
            if not more:
                return len(self.data) - since if self._is_secure else 0
            self.data += more
        return None


async def _received(connection: Connection, version: int, is_secure: bool) -> Result:
    """Return what an answer says. Raises _FailedError, _EndedError."""
    source = _Source(connection, is_secure)
    least = _HEAD.size if version == 2 else _HEAD_4.size
    short = await source.reach(_HEAD.size)
    if short is not None:
        raise _FailedError(_UNDERFLOW.format("header underflow - only", short), is_unanswered=True)
    found, kind, _, _ = _HEAD.unpack_from(source.data)
    if found != version or kind != 2:
        raise _FailedError(
            f"CHECK_NRPE: Invalid packet {'type' if found == version else 'version'} received from server."
        )
    if await source.reach(least) is not None:
        raise _FailedError
    size = _SIZE_2 if version == 2 else least + _HEAD_4.unpack_from(source.data)[5]
    if not least <= size <= least + _MOST_4:
        raise _FailedError
    short = await source.reach(size, least)
    if short is not None:
        raise _FailedError(
            _UNDERFLOW.format("buffer size -" if is_secure and version == 4 else "underflow - only", short)
        )
    return _opened(source.data[:size], version, least)


def _opened(packet: bytes, version: int, least: int) -> Result:
    """Return what a whole packet says. Raises _EndedError."""
    _, _, crc, code = _HEAD.unpack_from(packet)
    if zlib.crc32(packet[:4] + b"\0\0\0\0" + packet[8:]) != crc:
        raise _EndedError(3, "CHECK_NRPE: Response packet had invalid CRC32.")
    room = packet[least : least + _ROOM - 1] if version == 2 else packet[least:]
    text = room.partition(b"\0")[0].decode("utf-8", "replace")
    if version == 2 and not text:
        text = "CHECK_NRPE: No output returned from daemon."
    return code & 255, text


NRPE: Final = StandIn(_read, _run)
