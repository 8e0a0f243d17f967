"""Servers on loopback that talk by a script, for checks of services: every behaviour a check may meet, good or bad.

A script is a sequence of steps: bytes are sent, a number is a pause in seconds, and ``Move`` names the rest. After its
last step a server hears what comes until the other end is gone. ``talkers`` runs any number of them in one thread.
"""

from __future__ import annotations

import asyncio
import datetime
import enum
import socket
import ssl
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

T = TypeVar("T")

PATIENCE: Final = 30.0


class Move(enum.Enum):
    """What a server does besides talking."""

    CLOSE = "close"
    RESET = "reset"
    """Close so that the other end sees an error."""
    HEAR = "hear"
    """Wait until something comes."""
    ECHO = "echo"
    """Wait until something comes and send it back."""
    SECURE = "secure"
    """Speak TLS from now on."""


Step = bytes | float | Move
Script = Sequence[Step]


def context(folder: Path, ends_in: datetime.timedelta, name: str | None = "localhost") -> ssl.SSLContext:
    """Return the TLS side of a server whose certificate ends so much from now and names itself so."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate(folder, ends_in, name))
    return tls


def certificate(folder: Path, ends_in: datetime.timedelta, name: str | None = "localhost") -> Path:
    """Return a file with a key and a certificate that ends so much from now and names itself so."""
    path = folder / f"{ends_in.total_seconds()}-{name}.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    named = [x509.NameAttribute(NameOID.COMMON_NAME, name)] if name is not None else []
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tests"), *named])
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=400))
        .not_valid_after(now + ends_in)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return path


def days(number: float) -> datetime.timedelta:
    """Return so many days, and some time so that they are not over while a test runs."""
    return datetime.timedelta(days=number, minutes=10)


class Talkers:
    """Servers in a thread of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.heard: dict[int | str, list[bytes]] = {}
        """Port, or path, -> what each connection sent, one after the other."""
        self._taken: list[socket.socket] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def tcp(self, *script: Step, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> int:
        """Start a server and return its port; ``tls`` is spoken from the first byte unless the script has SECURE."""

        async def start() -> int:
            place: list[int | str] = []
            at_once = None if Move.SECURE in script else tls
            server = await asyncio.start_server(self._played(script, place, tls), host, 0, ssl=at_once, backlog=4096)
            place.append(int(server.sockets[0].getsockname()[1]))
            return int(place[0])

        return self._done(start())

    def unix(self, name: str, *script: Step) -> str:
        """Start a server on a socket file and return its path."""
        path = str(self.folder / name)

        async def start() -> str:
            await asyncio.start_unix_server(self._played(script, [path], None), path)
            return path

        return self._done(start())

    def udp(self, *answers: bytes) -> int:
        """Start a server that answers each datagram with some, and return its port."""
        heard = self.heard

        class Protocol(asyncio.DatagramProtocol):
            def connection_made(self, transport: Any) -> None:
                self.transport = transport

            def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
                heard.setdefault(self.transport.get_extra_info("sockname")[1], []).append(data)
                for answer in answers:
                    self.transport.sendto(answer, addr)

        async def start() -> int:
            transport, _ = await self._loop.create_datagram_endpoint(Protocol, ("127.0.0.1", 0))
            return int(transport.get_extra_info("sockname")[1])

        return self._done(start())

    def nobody(self) -> int:
        """Return a port that nobody listens on, and nobody will until these servers are closed."""
        taken = socket.socket()
        taken.bind(("127.0.0.1", 0))
        self._taken.append(taken)
        return int(taken.getsockname()[1])

    def tls(self, valid: float) -> ssl.SSLContext:
        """Return the TLS side of a server whose certificate is valid for so many days."""
        return context(self.folder, days(valid))

    def said_to(self, place: int | str, count: int) -> list[bytes]:
        """Return what so many connections sent, once they have ended."""
        until = time.monotonic() + PATIENCE
        while len(self.heard.get(place, ())) < count and time.monotonic() < until:
            time.sleep(0.01)
        return self.heard.get(place, [])

    def close(self) -> None:
        """Stop them all."""

        async def stop() -> None:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        for taken in self._taken:
            taken.close()
        self._done(stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)

    def _done(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def _played(
        self, script: Script, place: list[int | str], tls: ssl.SSLContext | None
    ) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]:
        async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heard = bytearray()
            with suppress(OSError, asyncio.CancelledError):
                if await self._steps(script, reader, writer, heard, tls):
                    while data := await reader.read(65_536):
                        heard += data
            self.heard.setdefault(place[0], []).append(bytes(heard))
            with suppress(OSError):
                writer.transport.abort()

        return play

    async def _steps(
        self,
        script: Script,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        heard: bytearray,
        tls: ssl.SSLContext | None,
    ) -> bool:
        """Play the steps; tell whether the connection is still open."""
        for step in script:
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
            elif isinstance(step, float):
                await asyncio.sleep(step)
            elif step in (Move.HEAR, Move.ECHO):
                data = await reader.read(65_536)
                heard += data
                if step is Move.ECHO:
                    writer.write(data)
            elif step is Move.SECURE:
                assert tls is not None
                await writer.start_tls(tls)
            else:
                _leave(writer, is_reset=step is Move.RESET)
                return False
        return True


def _leave(writer: asyncio.StreamWriter, *, is_reset: bool) -> None:
    if is_reset:
        opened = writer.get_extra_info("socket")
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    else:
        writer.close()


@contextmanager
def talkers() -> Iterator[Talkers]:
    """Have servers for a while."""
    with tempfile.TemporaryDirectory() as folder:
        several = Talkers(Path(folder))
        try:
            yield several
        finally:
            several.close()
