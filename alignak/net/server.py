"""The HTTP server of a daemon: a CherryPy application on cheroot, dispatched by a table, with a reception before it.

``wiring`` starts one or several in a process; nothing of CherryPy's engine, signals or configuration is touched. What
happens to a request: ``reception`` gathers its head, a worker has ``framing`` read it and ``admission`` admit it, the
reception gathers its body, a worker has CherryPy call the handler and carry the answer.
"""

from __future__ import annotations

import itertools
import logging
import queue
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, Final

import cherrypy
from cheroot import wsgi as cheroot_wsgi
from cherrypy import _cprequest

from alignak.base.errors import StartError
from alignak.net.admission import Desk
from alignak.net.auth import Gate
from alignak.net.connections import Connection, Gateway, Request
from alignak.net.deadlines import Deadlines, Limits
from alignak.net.endpoint import Binding
from alignak.net.reception import Reception
from alignak.net.tls import TlsFiles, server_context

log = logging.getLogger(__name__)

_BACKLOG: Final = 256


class Server:
    """Serve the endpoints of one binding at one address."""

    def __init__(
        self,
        binding: Binding,
        address: str,
        port: int,
        gate: Gate,
        tls: TlsFiles | None = None,
        *,
        threads: int = 8,
        limits: Limits | None = None,
        deadlines: Deadlines | None = None,
    ) -> None:
        """Make a server; ``threads`` is how many requests are worked on at once, not how many callers there may be."""
        self._address = address
        self._front = Front(Desk(binding, gate), (address, port), threads, limits or Limits())
        self._deadlines = deadlines or Deadlines()
        self._tls = tls
        self._thread: threading.Thread | None = None
        self._over_at = float("inf")

    @property
    def port(self) -> int:
        """Return the port that is listened on: the one asked for, or the one chosen when that was 0."""
        return int(self._front.bind_addr[1])

    def start(self) -> None:
        """Listen and serve in threads; returns once callers can connect. StartError when the port cannot be had."""
        context = None if self._tls is None else server_context(self._tls)
        self._front.open(context, self._deadlines)
        self._thread = threading.Thread(target=self._serve, name=f"http-{self.port}", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Stop accepting, let what is being worked on be answered, and end within ``timeout`` seconds."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._over_at = time.monotonic() + timeout
        self._front.reception.stop()
        thread.join(timeout + 1)
        self._front.workers.stop(max(0.0, self._over_at - time.monotonic()))

    def _serve(self) -> None:
        self._front.reception.run(lambda: time.monotonic() >= self._over_at)


class Front(cheroot_wsgi.Server):
    """cheroot's server with our reception in the place of its connection manager."""

    reception: Reception

    def __init__(self, desk: Desk, bind_addr: tuple[str, int], threads: int, limits: Limits) -> None:
        super().__init__(bind_addr, application(), numthreads=threads, server_name="alignak")
        self.gateway = Gateway
        self.workers = Workers(threads)
        self.desk = desk
        self.limits = limits

    def open(self, tls: Any, deadlines: Deadlines) -> None:
        """Listen, and get workers and reception ready."""
        host, port = self.bind_addr
        listener = _listen(host, port)
        self.bind_addr = (host, listener.getsockname()[1])
        self.reception = Reception(self, listener, tls, self.limits, deadlines)
        self.timeout = int(deadlines.idle)
        self.ready = True
        self.workers.start()

    @property
    def can_add_keepalive_connection(self) -> bool:
        """Tell cheroot that connections are kept; the reception limits how many."""
        return True

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Log what cheroot has to say."""
        log.log(level, "%s", msg, exc_info=traceback)


class Workers:
    """The threads that work on requests: those of daemons and operators first, so that a storm of others waits.

    How much waits for them is bounded by the number of connections.
    """

    def __init__(self, threads: int) -> None:
        self._count = threads
        self._waiting: queue.PriorityQueue[tuple[int, int, Connection | None]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the threads."""
        names = [f"http-worker-{number}" for number in range(self._count)]
        self._threads = [threading.Thread(target=self._work, name=name, daemon=True) for name in names]
        for thread in self._threads:
            thread.start()

    def put(self, connection: Connection) -> None:
        """Have a connection worked on."""
        self._waiting.put((0 if connection.is_trusted else 1, next(self._order), connection))

    def stop(self, timeout: float) -> None:
        """End the threads; one that is still in a handler when the time is up is left behind."""
        over_at = time.monotonic() + timeout
        for _ in self._threads:
            self._waiting.put((2, next(self._order), None))
        for thread in self._threads:
            thread.join(max(0.0, over_at - time.monotonic()))
        if left := [thread.name for thread in self._threads if thread.is_alive()]:
            log.warning("requests did not end in time: %s left behind", ", ".join(left))
        self._threads = []

    def _work(self) -> None:
        while (connection := self._waiting.get()[2]) is not None:
            try:
                connection.communicate()
            except Exception:  # one request's bug must not cost the others a worker
                log.exception("a request of %s failed outside its handler", connection.remote_addr)
                connection.close()
            connection.front.reception.give_back(connection)


def application() -> cherrypy.Application:
    """Return a CherryPy application whose dispatcher takes the admitted request instead of looking for one."""
    app = cherrypy.Application(None, "", {"/": {"request.dispatch": _dispatch}})
    cherrypy.engine.unsubscribe("graceful", app.log.reopen_files)  # nobody rotates files it does not have
    app.log = _CherryPyLog()
    app.request_class = _Request
    app.wsgiapp.pipeline = []
    return app


class _Request(_cprequest.Request):  # type: ignore[misc]
    """CherryPy's request without its own reading of query and body: the desk does both, by the endpoint's types."""

    process_request_body = False
    show_tracebacks = False

    def process_query_string(self) -> None:
        """Leave the query string to the desk."""


class _CherryPyLog:
    """Where CherryPy logs to: what it cannot handle is an error of ours; there is no access log."""

    def access(self) -> None:
        """Log nothing for a request."""

    def error(self, msg: str = "", context: str = "", severity: int = logging.INFO, traceback: bool = False) -> None:
        """Log what CherryPy reports."""
        log.log(severity, "%s %s", context, msg, exc_info=traceback)

    __call__ = error


def _dispatch(_path: str) -> None:
    """Have CherryPy call the desk with the request that the reception and the desk have prepared."""
    serving = cherrypy.serving.request
    serving.config = {}
    serving.handler = _handler_of(serving.wsgi_environ["alignak.request"])


def _handler_of(request: Request) -> Callable[[], bytes]:
    def handle() -> bytes:
        if request.admission is not None and request.error is None:
            answer = request.front.desk.answer(request.admission, request.conn.body or b"")
        else:
            assert request.asked is not None
            assert request.error is not None
            answer = request.front.desk.refuse(request.asked, request.error)
        response = cherrypy.serving.response
        response.status = answer.status_line
        response.headers.clear()
        response.headers.update({"Server": "alignak", **answer.headers})
        return answer.body

    return handle


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        is_any = address[0] == "::"
        listener = socket.create_server(
            address[:2], family=family, backlog=_BACKLOG, dualstack_ipv6=is_any and socket.has_dualstack_ipv6()
        )
    except OSError as error:
        raise StartError(f"cannot listen on {host}:{port}: {error}; is another daemon there?", exit_code=3) from error
    listener.setblocking(False)
    return listener
