"""A web server on loopback that answers by the book of a test, byte for byte, and keeps what it was asked.

What it answers depends on the path alone, so that a plugin and its stand-in meet the same one after the other.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Final

Step = bytes | float
"""Bytes that are sent, or seconds of silence."""

RESET: Final = -1.0
"""As the last step: end with an error instead of properly."""

Script = Sequence[Step] | bytes
_PATIENCE: Final = 20.0
_HANDSHAKE: Final = 0x16
_CHUNK: Final = 65_536


def page(status: str = "200 OK", headers: str = "A: b\n", body: str = "hello") -> bytes:
    """Return a well-formed answer; header lines end with a newline."""
    return f"HTTP/1.1 {status}\r\n{headers}\r\n".replace("\r", "").replace("\n", "\r\n").encode("latin-1") + (
        body.encode("latin-1")
    )


class Site:
    """The pages, and what was asked for."""

    def __init__(self, pages: Mapping[str, Script], tls: ssl.SSLContext | None, address: str) -> None:
        """Listen; with ``tls`` a connection that begins so is answered so."""
        self.asked: list[bytes] = []
        self._pages, self._tls = pages, tls
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._listening = socket.socket(family)
        self._listening.bind((address, 0))
        self._listening.listen(512)
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        connection.settimeout(_PATIENCE)
        talking = connection
        try:
            if self._tls is not None and connection.recv(1, socket.MSG_PEEK)[:1] == bytes([_HANDSHAKE]):
                talking = self._tls.wrap_socket(connection, server_side=True)
            self._answer(talking)
        except OSError:
            pass
        finally:
            talking.close()
            connection.close()

    def _answer(self, connection: socket.socket) -> None:
        asked = b""
        while b"\r\n\r\n" not in asked and (data := connection.recv(_CHUNK)):
            asked += data
            if asked[0] == _HANDSHAKE:
                break
        else:
            self.asked += [asked] * bool(asked)
        path = [*asked.split(b" "), b"", b""][1].decode("latin-1")
        script = self._pages.get(path, self._pages[""])
        for step in [script] if isinstance(script, bytes) else script:
            if step == RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            if isinstance(step, bytes):
                connection.sendall(step.replace(b"@PORT@", str(self.port).encode()))
            else:
                time.sleep(step)
        if isinstance(connection, ssl.SSLSocket):
            with suppress(OSError):
                connection.unwrap()
            return
        connection.shutdown(socket.SHUT_WR)
        with suppress(OSError):
            while connection.recv(_CHUNK):
                pass


@contextmanager
def serving(
    pages: Mapping[str, Script] | Script, tls: ssl.SSLContext | None = None, address: str = "127.0.0.1"
) -> Iterator[Site]:
    """Serve pages by their path, or one at any, for the length of a with block."""
    by_path = pages if isinstance(pages, Mapping) else {"": pages}
    site = Site(by_path, tls, address)
    try:
        yield site
    finally:
        site.close()


def served_tls(certificate: str, key: str, change: Callable[[ssl.SSLContext], None] | None = None) -> ssl.SSLContext:
    """Return the TLS side of a server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    if change is not None:
        change(context)
    return context
