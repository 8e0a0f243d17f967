"""One connection, and one request on it: what ties the reception, cheroot's parsing and CherryPy together.

A worker never waits for the network. It gets a connection whose head (or body) is complete, works, puts the answer in
``outgoing`` and gives the connection back with the ``Stage`` it goes on in; all waiting is the reception's.
"""

from __future__ import annotations

import io
import logging
import socket
import ssl
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from cheroot import errors as cheroot_errors
from cheroot import server as cheroot_server
from cheroot import wsgi as cheroot_wsgi

from alignak.base.errors import AlignakError, BadRequestError
from alignak.net import answers, framing
from alignak.net.admission import Admission, Asked
from alignak.net.auth import Visitor
from alignak.net.tls import shown_certificate

if TYPE_CHECKING:
    from alignak.net.server import Front

log = logging.getLogger(__name__)

_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_PIECE: Final = 256 << 10


class Stage(Enum):
    """What a connection waits for."""

    HANDSHAKE = "handshake"
    HEAD = "head"
    WORK = "work"
    """A worker has it."""
    BODY = "body"
    ANSWER = "answer"
    """For its caller to read the answer."""
    IDLE = "idle"
    LINGER = "linger"
    """For its caller to notice that it was refused, before it is closed."""
    CLOSED = "closed"


class Connection:
    """A connection and what has come in and goes out on it; the reception or one worker has it, never both."""

    def __init__(self, front: Front, sock: socket.socket, address: tuple[str, int], now: float) -> None:
        self.front = front
        self.socket = sock
        self.remote_addr, self.remote_port = address
        self.stage = Stage.HEAD
        self.since = now
        """Monotonic time the stage began; a head's stage begins with the connection or with its first byte."""
        self.next_stage = Stage.IDLE
        """What a worker wants the reception to go on with; ``stage`` is the reception's alone."""
        self.is_trusted = False
        """Whether its caller has shown credentials."""
        self.incoming = bytearray()
        self.outgoing = bytearray()
        self.seen = 0
        """Bytes of an unfinished head that were searched for its end."""
        self.head = b""
        self.body: bytes | None = None
        self.framing: framing.Framing | None = None
        self.lingered = 0
        self.request: Request | None = None
        self.ends = False
        """Whether the connection is closed after the answer."""
        # What cheroot's request and gateway look at.
        self.rfile = io.BytesIO()
        self.wfile = _Outgoing(self.outgoing)
        self.ssl_env: dict[str, str] = {}
        self.requests_seen = 0

    def communicate(self) -> None:
        """Go on with the request as far as it can be without waiting; called by a worker."""
        if self.request is None:
            self.request = Request(self.front, self)
            self.requests_seen += 1
            self.rfile = io.BytesIO(self.head)
            self.request.parse_request()
            if not self.request.ready:
                self.ends = True
                self._finish()
                return
            if self._must_wait_for_body(self.request):
                return
        self.request.respond()
        self.ends = self.ends or self.request.close_connection
        self._finish()

    def _must_wait_for_body(self, request: Request) -> bool:
        """Tell whether an admitted request goes back to the reception until its body is there."""
        self.framing = request.framing()
        if self.framing is None:
            self.body = b""
            return False
        self.body = self.take_body()
        if self.body is not None:
            return False
        if request.expects_continue:
            self.outgoing += _CONTINUE
            self.send()
        self.next_stage = Stage.BODY
        return True

    def take_body(self) -> bytes | None:
        """Return the body when all of it has come; a body that cannot be framed fails the request."""
        assert self.framing is not None
        assert self.request is not None
        try:
            return self.framing.take(self.incoming)
        except AlignakError as error:
            self.request.fail(error)
            return b""

    def _finish(self) -> None:
        """Send what can be sent at once, and choose what comes next."""
        self.request, self.framing, self.body, self.head = None, None, None, b""
        self.next_stage = self.after_answer() if self.send() else Stage.ANSWER

    def after_answer(self) -> Stage:
        """Return what a connection whose answer is sent goes on with."""
        return Stage.LINGER if self.ends else Stage.IDLE

    def send(self) -> bool:
        """Send without waiting; tell whether everything is sent. A broken connection counts as sent, and ends."""
        try:
            while self.outgoing:
                sent = self.socket.send(memoryview(self.outgoing)[:_PIECE])
                del self.outgoing[:sent]
        except (BlockingIOError, InterruptedError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            return False
        except OSError:
            self.outgoing.clear()
            self.ends = True
        return True

    def close(self) -> None:
        """Have the reception close this; a worker calls it when something went wrong that nobody foresaw."""
        self.next_stage = Stage.CLOSED


class _Outgoing:
    """What cheroot writes an answer to."""

    def __init__(self, buffer: bytearray) -> None:
        self._buffer = buffer

    def write(self, data: bytes) -> int:
        """Append to what goes out."""
        self._buffer += data
        return len(data)


class Request(cheroot_server.HTTPRequest):
    """A request read by our strict framing and admitted before its body is read."""

    conn: Connection
    header_reader: Callable[[Any, dict[bytes, bytes]], dict[bytes, bytes]]

    def __init__(self, front: Front, connection: Connection) -> None:
        super().__init__(front, connection)
        self.front = front
        self.asked: Asked | None = None
        self.admission: Admission | None = None
        self.error: AlignakError | None = None
        self.header_reader = self._read_headers
        self.expects_continue = False

    def parse_request(self) -> None:
        """Read the head, and ask the desk whether the request may go on."""
        line = self.conn.head.partition(b"\n")[0]
        if line.endswith(b"\r") and not framing.is_request_line(line[:-1]):
            self.simple_response("400 Bad Request", f"malformed request line: {line[:80]!r}")
            return
        super().parse_request()
        if not self.ready:
            return
        self.asked = self._asked()
        try:
            self.admission = self.front.desk.admit(self.asked)
        except AlignakError as error:
            self.fail(error)
            return
        self.conn.is_trusted = self.conn.is_trusted or self.admission.caller.has_credentials

    def fail(self, error: AlignakError) -> None:
        """Refuse the request; a body that is still to come is not read, and ends the connection."""
        self.error = error
        if self.asked is not None and (self.asked.is_chunked or self.asked.length):
            self.close_connection = True

    def framing(self) -> framing.Framing | None:
        """Return what knows the end of the body, or None when there is none to wait for."""
        if self.admission is None or self.error is not None:
            return None
        asked = self.admission.asked
        if asked.is_chunked:
            return framing.ChunkedFraming(self.admission.endpoint.max_body)
        return framing.LengthFraming(asked.length) if asked.length else None

    def respond(self) -> None:
        """Have CherryPy answer, now that the body is there."""
        self.rfile = io.BytesIO()
        self.server.gateway(self).respond()
        self.ensure_headers_sent()
        if self.chunked_write:
            self.conn.wfile.write(b"0\r\n\r\n")

    def simple_response(self, status: str, msg: str = "") -> None:
        """Refuse a request that could not be read, in JSON as everything else; the connection ends."""
        code = int(str(status)[:3])
        if code == 413:  # cheroot's word for a head that is too large; bodies never get here
            code = 431
        self.close_connection = True
        self.conn.wfile.write(answers.refusal(code, msg or "the request cannot be read"))

    def _read_headers(self, rfile: Any, headers: dict[bytes, bytes]) -> dict[bytes, bytes]:
        """Read headers strictly, for cheroot: its names are in title case, its errors ValueError."""
        lines = list(rfile)
        if not lines or lines[-1] != b"\r\n" or not all(each.endswith(b"\r\n") for each in lines):
            raise ValueError("HTTP requires CRLF terminators")
        if len(lines) > self.front.limits.headers:
            raise cheroot_errors.MaxSizeExceeded
        try:
            read = framing.read_headers(each[:-2] for each in lines[:-1])
            framing.check_framing(read, self.request_protocol)
        except BadRequestError as error:
            raise ValueError(error.message) from error
        self.expects_continue = read.pop(b"expect", b"").lower() == b"100-continue"
        if b"connection" in read:
            read[b"connection"] = _connection_option(read[b"connection"])
        headers.update((name.title(), value) for name, value in read.items())
        return headers

    def _asked(self) -> Asked:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in self.inheaders.items()}
        sock = self.conn.socket
        certificate = shown_certificate(sock) if isinstance(sock, ssl.SSLSocket) else None
        path, _, query = self.uri.decode("ascii").partition("?")
        return Asked(self.method.decode("ascii"), path, query, Visitor(self.conn.remote_addr, headers, certificate))


def _connection_option(value: bytes) -> bytes:
    """Return the one option of a Connection header that counts, spelled as cheroot compares it."""
    options = {each.strip() for each in value.lower().split(b",")}
    if b"close" in options:
        return b"close"
    return b"Keep-Alive" if b"keep-alive" in options else b""


class Gateway(cheroot_wsgi.Gateway):
    """Gives CherryPy what it needs to carry an answer; what a caller wrote in its headers is not among it."""

    version = ("alignak", 1)

    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]  # its stub says None, its code a dict
        """Return the environment of one request."""
        request = self.req
        return {
            "ACTUAL_SERVER_PROTOCOL": request.server.protocol,
            "REQUEST_METHOD": request.method.decode("ascii"),
            "SCRIPT_NAME": "",
            "PATH_INFO": "/",
            "QUERY_STRING": "",
            "SERVER_NAME": request.server.server_name,
            "SERVER_PORT": str(request.server.bind_addr[1]),
            "SERVER_PROTOCOL": request.request_protocol.decode("ascii"),
            "REMOTE_ADDR": request.conn.remote_addr,
            "REMOTE_PORT": str(request.conn.remote_port),
            "HTTP_HOST": request.server.server_name,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": request.rfile,
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "alignak.request": request,
        }
