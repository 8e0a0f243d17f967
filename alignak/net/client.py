"""Ask another daemon: one endpoint, one typed answer, nothing but LinkError when it does not work.

``links`` builds on it, and so do the operator commands. A peer that is slow, gone or answers nonsense costs its caller
a bounded time and a message; it is never a reason to stop (reliability.md 5.2 number 7).
"""

from __future__ import annotations

import http.client
import io
import socket
import threading
import time
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

import msgspec
import requests
import urllib3
from msgspec import Struct
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ProtocolError

from alignak.base import codec
from alignak.base.errors import BadRequestError, PeerAnswerError, PeerTimeoutError, PeerUnreachableError, StartError
from alignak.base.secret import Secret
from alignak.net.answers import JSON, read_refusal
from alignak.net.deadlines import is_loopback
from alignak.net.endpoint import Effect, Endpoint, NoRequest
from alignak.net.tls import TlsFiles, client_context

MAX_ANSWER: Final = 256 << 20
"""Bytes of an answer, decompressed, that are read before the peer is taken for mad."""

_PIECE: Final = 256 << 10
_FAILURES: Final = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError)
"""What the libraries raise when a peer or its address is at fault; errors of encoding and of JSON are ValueError."""


class Client:
    """A caller of one peer, over connections that are kept and shared by threads."""

    def __init__(
        self,
        uri: str,
        secret: Secret | None = None,
        *,
        short_timeout: float = 3.0,
        long_timeout: float = 120.0,
        tls: TlsFiles | None = None,
        ca_cert: str = "",
        check_hostname: bool = True,
        connections: int = 4,
        max_answer: int = MAX_ANSWER,
    ) -> None:
        """Make a client of the peer at ``uri`` that shows the certificate ``tls`` and trusts ``ca_cert``.

        Certificates are read at the first call: one peer's file that cannot be read is trouble with that peer only.
        """
        self.uri = uri if uri.endswith("/") else f"{uri}/"
        self._timeouts = {False: short_timeout, True: long_timeout}
        self._short = short_timeout
        self._max_answer = max_answer
        self._session = _session(secret, ca_cert)
        if is_loopback(urlsplit(uri).hostname or ""):
            self._session.headers["Accept-Encoding"] = "identity"  # compressing costs more than the way
        self._session.mount("http://", _Adapter(None, check_hostname, connections))
        self._mount_lock = threading.Lock()
        self._is_mounted = not uri.startswith("https:")
        self._context = partial(client_context, tls, ca_cert, check_hostname)
        self._adapter = partial(_Adapter, check_hostname=check_hostname, connections=connections)

    def call(self, endpoint: Endpoint, request: Struct | None = None) -> Any:
        """Return the peer's answer, of the type the endpoint declares; LinkError when there is none.

        A PeerAnswerError has the HTTP status when the peer refused, and 0 when what came was no answer at all.
        """
        self._mount()
        try:
            status, body = self._exchange(endpoint, NoRequest() if request is None else request)
        except _FAILURES as error:
            self._explain(endpoint, error)
        refusal = read_refusal(body)
        if status != 200 or refusal is not None:
            reason = refusal.message if refusal else f"HTTP status {status}"
            raise PeerAnswerError(f"{self.uri}{endpoint.name} refused: {reason[:500]}", peer_status=status)
        if endpoint.text:
            return body.decode("utf-8", "replace")
        try:
            return codec.decode(body, endpoint.answer)
        except BadRequestError as error:
            raise PeerAnswerError(f"{self.uri}{endpoint.name} answered nonsense: {error}") from error

    def _mount(self) -> None:
        """Make ready for TLS, once."""
        if self._is_mounted:
            return
        with self._mount_lock:
            try:
                self._session.mount("https://", self._adapter(self._context()))
            except StartError as error:
                raise PeerUnreachableError(f"{self.uri} cannot be asked: {error.message}") from error
            self._is_mounted = True

    def close(self) -> None:
        """Close the kept connections."""
        self._session.close()

    def _exchange(self, endpoint: Endpoint, request: Struct) -> tuple[int, bytes]:
        """Send a request and return status and body; what can be repeated is, once, when a kept connection was dead."""
        try:
            return self._send(endpoint, request)
        except requests.ConnectionError as error:
            if endpoint.effect is Effect.ONCE or not _was_cut(error):
                raise
            return self._send(endpoint, request)

    def _send(self, endpoint: Endpoint, request: Struct) -> tuple[int, bytes]:
        by_post = "POST" in endpoint.methods
        with self._session.request(
            "POST" if by_post else "GET",
            self.uri + endpoint.name,
            params=None if by_post else query_of(request),
            data=codec.encode(request) if by_post else None,
            headers={"Content-Type": JSON} if by_post else None,
            timeout=(self._short, self._timeouts[endpoint.is_slow]),
            allow_redirects=False,
            stream=True,
        ) as response:
            return response.status_code, self._read(response)

    def _read(self, response: requests.Response) -> bytes:
        body = bytearray()
        for piece in response.iter_content(_PIECE):
            body += piece
            if len(body) > self._max_answer:
                message = f"{self.uri} answered with more than {self._max_answer} bytes"
                raise PeerAnswerError(message)
        return bytes(body)

    def _explain(self, endpoint: Endpoint, error: Exception) -> NoReturn:
        """Raise the LinkError that says what the libraries' error means."""
        where = f"{self.uri}{endpoint.name}"
        if _is_timeout(error):
            raise PeerTimeoutError(f"{where} did not answer within {self._timeouts[endpoint.is_slow]:g} s") from error
        if isinstance(error, requests.ConnectionError) and not _was_cut(error):
            raise PeerUnreachableError(f"nothing answers at {self.uri}: {_reason(error)}") from error
        raise PeerAnswerError(f"{where} broke off: {_reason(error)}") from error


def query_of(request: Struct) -> list[tuple[str, str]]:
    """Return a request as the parameters of a query string; lists are repeated, an empty one is an empty text."""
    pairs: list[tuple[str, str]] = []
    for name, value in msgspec.to_builtins(request).items():
        if isinstance(value, (list, tuple)):
            pairs += [(name, _text(each)) for each in value] or [(name, "")]
        elif value is not None:
            pairs.append((name, _text(value)))
    return pairs


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _session(secret: Secret | None, ca_cert: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxy and no .netrc stands between two daemons
    session.verify = ca_cert or True
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["Accept"] = "*/*"
    session.headers["User-Agent"] = "alignak"
    if secret is not None:
        session.headers["Authorization"] = f"Bearer {secret.reveal()}"
    return session


def _was_cut(error: requests.ConnectionError) -> bool:
    """Tell whether a connection existed and ended: a kept one that the peer closed looks like this."""
    return bool(error.args) and isinstance(error.args[0], ProtocolError)


def _is_timeout(error: BaseException) -> bool:
    """Tell whether a time-out is behind an error; one while a body is read comes wrapped as a connection error."""
    cause = error.args[0] if error.args else None
    kinds = (requests.Timeout, TimeoutError, urllib3.exceptions.TimeoutError)
    return isinstance(error, kinds) or isinstance(cause, urllib3.exceptions.ReadTimeoutError)


def _reason(error: BaseException) -> str:
    """Return what is at the bottom of an error of the libraries, in a few words."""
    while True:
        inner = getattr(error, "reason", None) or error.__cause__ or error.__context__
        if not isinstance(inner, BaseException):
            return f"{type(error).__name__}: {error}"[:300]
        error = inner


class _Adapter(HTTPAdapter):
    """A pool whose connections have a deadline for the whole answer and use our TLS context."""

    def __init__(self, context: Any, check_hostname: bool, connections: int) -> None:
        self._tls = {"ssl_context": context, "assert_hostname": None if check_hostname else False} if context else {}
        super().__init__(pool_connections=1, pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:
        """Make the pool."""
        super().init_poolmanager(connections, maxsize, block, **pool_kwargs, **self._tls)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


class _TimedAnswer(http.client.HTTPResponse):
    """An answer that must be complete within the connection's time-out: a byte now and then does not extend it."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        timeout = sock.gettimeout()
        if timeout is not None:
            self.fp: io.BufferedReader = io.BufferedReader(_TimedReader(self.fp.detach(), sock, timeout))


class _TimedReader(io.RawIOBase):
    """Reads a socket until a moment."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, timeout: float) -> None:
        super().__init__()
        self._raw = raw
        self._sock = sock
        self._until = time.monotonic() + timeout

    def readable(self) -> bool:
        """Tell that this can be read."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what is there; TimeoutError once the time for the whole answer is over."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """Close what is read from."""
        self._raw.close()
        super().close()


class _Connection(HTTPConnection):
    response_class = _TimedAnswer


class _SecureConnection(HTTPSConnection):
    response_class = _TimedAnswer


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection
