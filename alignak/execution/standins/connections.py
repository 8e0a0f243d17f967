"""Connections of stand-ins to servers: names resolved by the loop, TCP, UDP or a Unix socket, TLS on top when asked.

Every stand-in that talks over a stream connects here, so that all say what the plugins say when it fails. Bytes move
by ``loop.sock_*`` and TLS by ``ssl.MemoryBIO``: the same under asyncio and uvloop, closed at once, nothing left behind.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Final, NamedTuple

from alignak.execution.standins.standin import Result, Unsupported

CHUNK: Final = 16_384
"""Bytes taken from a socket at a time."""

DEFAULT_TIMEOUT: Final = 10
"""Seconds a plugin gives itself."""

TIMED_OUT: Final = 2, "CRITICAL - Plugin timed out while executing system call"
"""What plugins say that run another program, when their own time is over."""

NO_TLS: Final = "CRITICAL - Cannot make SSL connection."

_AT_ONCE: Final = int(socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
_CONNECTED: Final = (0, errno.ECONNRESET, errno.EPIPE)
"""What connecting ends with; the last two when the server has already let go of the connection it took."""

_BUSY: Final = 0.01
"""Seconds until a server on a socket file, which has too many callers, is called again."""

_LITERALS: Final[Mapping[int, tuple[int, ...]]] = {int(socket.AF_UNSPEC): (socket.AF_INET, socket.AF_INET6)}


class UnresolvedError(Exception):
    """No address for a name; the text is the system's (``Name or service not known``)."""


class UnconnectedError(Exception):
    """No address answered; the text is the plugins' (``connect to address ... and port ...: Connection refused``)."""


class UnsecuredError(Exception):
    """The TLS handshake failed; the text is the plugins', and the cause says why."""

    def __init__(self) -> None:
        super().__init__(NO_TLS)


class Target(NamedTuple):
    """Where to connect to."""

    host: str
    """Name, address, or path of a Unix socket when it begins with a slash."""
    port: int
    family: int = socket.AF_UNSPEC
    kind: int = socket.SOCK_STREAM


class Terms(NamedTuple):
    """How TLS is spoken: what makes two contexts different."""

    least: ssl.TLSVersion = ssl.TLSVersion.MINIMUM_SUPPORTED
    most: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED
    certificate: str = ""
    """Path of a certificate to show, and below that of its key; nothing for none."""
    key: str = ""
    changed: tuple[int, ...] = ()
    """When the two files were changed last, so that new ones are read."""


class Address(NamedTuple):
    """One way to a target."""

    family: int
    name: tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes] | str


DEFAULT_TERMS: Final = Terms()


@lru_cache(maxsize=64)
def tls_context(terms: Terms = DEFAULT_TERMS) -> ssl.SSLContext:
    """Return the context for some terms, made once: no server is refused for its certificate, as with the plugins.

    Raises OSError when certificate or key cannot be read.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("DEFAULT")
    context.minimum_version, context.maximum_version = terms.least, terms.most
    if terms.certificate:
        # with a password, even none, the library does not ask the terminal for the one of a locked key
        context.load_cert_chain(terms.certificate, terms.key or None, password="")
    return context


async def addresses_of(target: Target) -> Sequence[Address]:
    """Return the addresses to try, in order. Raises UnresolvedError."""
    if literal := _literal(target):
        return literal
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(target.host, target.port, family=target.family, type=target.kind)
    except socket.gaierror as error:
        raise UnresolvedError(error.strerror) from None
    except UnicodeError:
        raise UnresolvedError("Name or service not known") from None
    return [Address(family, name) for family, _, _, _, name in found]


@lru_cache(maxsize=16_384)
def _literal(target: Target) -> tuple[Address, ...]:
    """Return the address that a target is written as; nothing for a name."""
    if target.host.startswith("/"):
        return (Address(socket.AF_UNIX, target.host),)
    for family in _LITERALS.get(target.family, (target.family,)):
        with suppress(OSError, ValueError):
            socket.inet_pton(family, target.host)
            return (Address(family, (target.host, target.port)),)
    return ()


class Connection:
    """A stream (or, for UDP, a line of datagrams) to a server. ``close`` it in a ``finally``."""

    __slots__ = ("_incoming", "_loop", "_outgoing", "_socket", "_tls")

    def __init__(self, opened: socket.socket, loop: asyncio.AbstractEventLoop) -> None:
        self._socket = opened
        self._loop = loop
        self._tls: ssl.SSLObject | None = None
        self._incoming = self._outgoing = ssl.MemoryBIO()

    async def secure(self, name: str | None = None, terms: Terms | ssl.SSLContext = DEFAULT_TERMS) -> None:
        """Speak TLS from now on; ``name`` is sent as server name (SNI) unless nothing. Raises UnsecuredError."""
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        try:
            context = terms if isinstance(terms, ssl.SSLContext) else tls_context(terms)
            tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name or None)
            while True:
                try:
                    tls.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    await self._exchange()
            await self._flush()
        except (OSError, ValueError) as error:
            raise UnsecuredError from error
        self._tls = tls

    def certificate(self) -> bytes | None:
        """Return the server's certificate (DER), or nothing without TLS."""
        return self._tls.getpeercert(binary_form=True) if self._tls is not None else None

    async def send(self, data: bytes) -> None:
        """Send all of it. Raises OSError."""
        if self._tls is None:
            await self._loop.sock_sendall(self._socket, data)
            return
        self._tls.write(data)
        await self._flush()

    async def receive(self, limit: int = CHUNK) -> bytes:
        """Return what comes next, at most so many bytes; nothing at the end. Raises OSError."""
        if self._tls is None:
            return await self._loop.sock_recv(self._socket, limit)
        while True:
            try:
                return self._tls.read(limit)
            except ssl.SSLWantReadError:
                await self._exchange()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    async def wait_for_more(self) -> None:
        """Wait until the server sends something, whatever of its last words is still to be received; or its end."""
        if self._tls is None:
            await _readable(self._loop, self._socket)
        elif not self._incoming.pending:
            with suppress(OSError):
                await self._exchange()

    async def _exchange(self) -> None:
        """Send what TLS has to say, then take what the server answers."""
        await self._flush()
        data = await self._loop.sock_recv(self._socket, CHUNK)
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    async def _flush(self) -> None:
        if self._outgoing.pending:
            await self._loop.sock_sendall(self._socket, self._outgoing.read())

    def close(self) -> None:
        """Let go of the socket, after a goodbye under TLS; never waits."""
        if self._tls is not None:
            with suppress(OSError):
                self._tls.unwrap()
            with suppress(OSError):
                self._socket.send(self._outgoing.read())
        self._socket.close()


async def connect(target: Target, addresses: Sequence[Address] | None = None) -> Connection:
    """Connect to the first address that takes it, of those of the target unless they are given.

    Raises UnresolvedError, UnconnectedError.
    """
    loop = asyncio.get_running_loop()
    number = 0
    for address in await addresses_of(target) if addresses is None else addresses:
        try:
            return Connection(await _opened(loop, target, address), loop)
        except OSError as error:
            number = error.errno or 0
    where = target.host if target.host.startswith("/") else f"{target.host} and port {target.port}"
    what = "file socket" if target.host.startswith("/") else "address"
    raise UnconnectedError(f"connect to {what} {where}: {os.strerror(number)}")


async def _readable(loop: asyncio.AbstractEventLoop, opened: socket.socket) -> None:
    """Wait until a socket has something to take."""
    waiter: asyncio.Future[None] = loop.create_future()
    loop.add_reader(opened, _wake, waiter)
    try:
        await waiter
    finally:
        loop.remove_reader(opened)


async def _writable(loop: asyncio.AbstractEventLoop, opened: socket.socket) -> None:
    """Wait until a socket is connected, or will not be."""
    waiter: asyncio.Future[None] = loop.create_future()
    loop.add_writer(opened, _wake, waiter)
    try:
        await waiter
    finally:
        loop.remove_writer(opened)


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


async def _opened(loop: asyncio.AbstractEventLoop, target: Target, address: Address) -> socket.socket:
    opened = socket.socket(address.family, int(target.kind) | _AT_ONCE)
    try:
        while (number := opened.connect_ex(address.name)) == errno.EAGAIN:
            await asyncio.sleep(_BUSY)
        if number == errno.EINPROGRESS:
            await _writable(loop, opened)
            number = opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number not in _CONNECTED:
            raise OSError(number, os.strerror(number))
    except BaseException:
        opened.close()
        raise
    return opened


def seconds(option: str, text: str) -> int:
    """Return the timeout that ``-t`` names. Raises Unsupported for what the plugins refuse."""
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 100_000:
        raise Unsupported(f"{option} {text}")
    return int(text)


def timed_out(timeout: int) -> Result:
    """Return what the plugins say when their own time is over."""
    return 2, f"CRITICAL - Socket timeout after {timeout} seconds"
