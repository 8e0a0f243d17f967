"""Where connections wait: one thread that accepts, shakes hands, gathers heads and bodies, and sends what is left over.

A connection reaches a worker only when there is something to work on, so callers who drip, stay silent or do not read
cost a socket and no thread. Every wait has a deadline for the whole of it, and the callers of one address who showed no
credentials have a cap (reliability.md 5.2 number 11, N6).

It takes the place of cheroot's ``ConnectionManager``.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import selectors
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from alignak.net import answers, framing
from alignak.net.connections import Connection, Stage
from alignak.net.deadlines import Deadlines, Limits
from alignak.net.guests import Guests
from alignak.net.tls import HANDSHAKE

if TYPE_CHECKING:
    from alignak.net.server import Front

log = logging.getLogger(__name__)

_TICK: Final = 0.25
"""Seconds between two looks at the deadlines."""

_PIECE: Final = 64 << 10
_ACCEPTED_AT_ONCE: Final = 32
_WANTS_READ: Final = (BlockingIOError, InterruptedError, ssl.SSLWantReadError)

_EVENTS: Final[Mapping[Stage, int]] = {
    Stage.HANDSHAKE: selectors.EVENT_READ,
    Stage.HEAD: selectors.EVENT_READ,
    Stage.BODY: selectors.EVENT_READ,
    Stage.ANSWER: selectors.EVENT_WRITE,
    Stage.IDLE: selectors.EVENT_READ,
    Stage.LINGER: selectors.EVENT_READ,
}


class Reception:
    """The waiting room of one server."""

    def __init__(
        self,
        front: Front,
        listener: socket.socket,
        tls: ssl.SSLContext | None,
        limits: Limits,
        deadlines: Deadlines,
    ) -> None:
        self._front = front
        self._listener = listener
        self._tls = tls
        self._limits = limits
        self._seconds: Mapping[Stage, float] = {
            Stage.HANDSHAKE: deadlines.handshake,
            Stage.HEAD: deadlines.head,
            Stage.BODY: deadlines.body,
            Stage.ANSWER: deadlines.answer,
            Stage.IDLE: deadlines.idle,
            Stage.LINGER: deadlines.linger,
        }
        self._steps: Mapping[Stage, Callable[[Connection], None]] = {
            Stage.HANDSHAKE: self._shake_hands,
            Stage.HEAD: self._read_head,
            Stage.BODY: self._read_body,
            Stage.ANSWER: self._write_answer,
            Stage.IDLE: self._read_head,
            Stage.LINGER: self._drain,
        }
        self._selector = selectors.DefaultSelector()
        self._connections: dict[Connection, None] = {}
        self._guests = Guests(limits)
        self._returned: deque[Connection] = deque()
        self._bell, self._rope = socket.socketpair()
        self._bell.setblocking(False)
        self._rope.setblocking(False)
        self._is_stopping = threading.Event()
        self._selector.register(listener, selectors.EVENT_READ)
        self._selector.register(self._bell, selectors.EVENT_READ)

    # What other threads call -------------------------------------------------------------------------------------

    def give_back(self, connection: Connection) -> None:
        """Take a connection back from a worker."""
        self._returned.append(connection)
        self._wake()

    def stop(self) -> None:
        """Accept nothing more and end; what workers still hold is closed when they give it back."""
        self._is_stopping.set()
        self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):  # full, it wakes as well; closed, there is nobody to wake
            self._rope.send(b".")

    # The thread --------------------------------------------------------------------------------------------------

    def run(self, is_over: Callable[[], bool]) -> None:
        """Serve until stopped, then until nobody has an answer to come or ``is_over`` tells that time is up."""
        looked_at = time.monotonic()
        while not self._is_stopping.is_set():
            self._turn(_TICK)
            now = time.monotonic()
            if now - looked_at >= _TICK:
                looked_at = now
                self._expire(now)
                for connection in self._guests.overdue(now):
                    self._drop(connection)
        self._stop_accepting()
        while self._connections and not is_over():
            self._turn(0.05)
        self._close_all()

    def _turn(self, timeout: float) -> None:
        for key, _ in self._selector.select(timeout):
            if key.fileobj is self._listener:
                self._accept()
            elif key.data is None:
                self._silence_bell()
            elif key.data in self._connections:  # it may have been thinned out a moment ago
                self._guarded(self._step, key.data)
        while self._returned:
            self._guarded(self._take_back, self._returned.popleft())

    def _step(self, connection: Connection) -> None:
        self._steps[connection.stage](connection)

    def _guarded(self, action: Callable[[Connection], None], connection: Connection) -> None:
        """Do something with a connection; whatever goes wrong, only this one is lost by it."""
        try:
            action(connection)
        except OSError as error:  # ssl.SSLError is one
            log.debug("connection of %s lost: %s", connection.remote_addr, error)
            self._drop(connection)
        except Exception:  # this loop serves everybody: it outlives what one caller brings about
            log.exception("connection of %s failed", connection.remote_addr)
            self._drop(connection)

    def _silence_bell(self) -> None:
        with contextlib.suppress(*_WANTS_READ):
            self._bell.recv(4_096)

    # Coming in ---------------------------------------------------------------------------------------------------

    def _accept(self) -> None:
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                sock, address = self._listener.accept()
            except _WANTS_READ:
                return
            except OSError as error:
                self._make_room(error)
                return
            self._welcome(sock, address)

    def _make_room(self, error: OSError) -> None:
        """Close whoever waits longest when there are no descriptors left; the caller stays in the backlog."""
        if error.errno not in (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS):
            return  # the caller has gone already
        log.error("no connection can be accepted: %s; raise the limit of open files", error)
        if not self._close_oldest_guest():
            time.sleep(0.05)  # nobody to send away: do not spin until somebody leaves

    def _welcome(self, sock: socket.socket, address: tuple[str, int]) -> None:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(self._front, sock, address[:2], time.monotonic())
        if self._tls is not None:
            connection.stage = Stage.HANDSHAKE
        self._connections[connection] = None
        self._guests.add(connection)
        self._selector.register(sock, selectors.EVENT_READ, connection)
        self._guarded(self._step, connection)  # most have said everything already
        if len(self._connections) > self._limits.connections and not self._close_oldest_guest():
            self._drop(connection)

    def _close_oldest_guest(self) -> bool:
        oldest = self._guests.oldest()
        if oldest is not None:
            self._drop(oldest)
        return oldest is not None

    def _shake_hands(self, connection: Connection) -> None:
        """Go on with the handshake; who speaks plain HTTP is told so and never reaches anything."""
        assert self._tls is not None
        if not isinstance(connection.socket, ssl.SSLSocket):
            try:
                first = connection.socket.recv(1, socket.MSG_PEEK)
            except _WANTS_READ:
                return
            if not first:
                self._drop(connection)
                return
            if first[0] != HANDSHAKE:
                self._refuse(connection, 400, "this port speaks HTTPS only: use https:// in the address")
                return
            connection.socket = self._tls.wrap_socket(
                connection.socket, server_side=True, do_handshake_on_connect=False, suppress_ragged_eofs=True
            )
            self._watch(connection, selectors.EVENT_READ)
        try:
            connection.socket.do_handshake()
        except ssl.SSLWantReadError:
            return
        except ssl.SSLWantWriteError:
            self._watch(connection, selectors.EVENT_READ | selectors.EVENT_WRITE)
            return
        self._enter(connection, Stage.HEAD)
        self._read_head(connection)

    def _read_head(self, connection: Connection) -> None:
        """Gather a request line and its headers; the first byte after an idle time starts their deadline."""
        if not self._receive(connection):
            return
        if connection.stage is Stage.IDLE and connection.incoming:
            self._enter(connection, Stage.HEAD)
        self._look_for_head(connection)

    def _look_for_head(self, connection: Connection) -> None:
        incoming = connection.incoming
        if incoming[:2] == b"\r\n" and not connection.seen:
            del incoming[:2]  # some clients end a body with an empty line; one is passed over
        end = framing.head_end(incoming, connection.seen)
        if end != -1 and end <= self._limits.head_bytes:
            connection.head = bytes(incoming[:end])
            del incoming[:end]
            connection.seen = 0
            self._hand_over(connection)
            return
        connection.seen = len(incoming)
        if len(incoming) > self._limits.head_bytes or end != -1:
            most = self._limits.head_bytes
            status, what = (431, "the headers are") if b"\n" in incoming[:most] else (414, "the request line is")
            self._refuse(connection, status, f"{what} larger than {most} bytes")

    def _read_body(self, connection: Connection) -> None:
        if not self._receive(connection):
            return
        connection.body = connection.take_body()
        if connection.body is not None:
            self._hand_over(connection)

    def _receive(self, connection: Connection) -> bool:
        """Read what has come; False when the caller has gone."""
        sock = connection.socket
        try:
            while True:
                data = sock.recv(_PIECE)
                if not data:
                    self._drop(connection)
                    return False
                connection.incoming += data
                # Bytes that the TLS layer holds already do not show in the selector: they are read now.
                if not (isinstance(sock, ssl.SSLSocket) and sock.pending()):
                    return True
        except _WANTS_READ:
            return True

    # Going out ---------------------------------------------------------------------------------------------------

    def _hand_over(self, connection: Connection) -> None:
        """Give a connection to the workers; until it comes back nobody else touches it."""
        connection.stage = Stage.WORK
        self._selector.unregister(connection.socket)
        self._front.workers.put(connection)

    def _take_back(self, connection: Connection) -> None:
        if connection not in self._connections:
            return
        if connection.is_trusted:
            self._guests.forget(connection)
        stage = connection.next_stage
        if stage is Stage.CLOSED or (self._is_stopping.is_set() and stage is not Stage.ANSWER):
            self._drop(connection)
            return
        self._enter(connection, stage)
        if stage is Stage.IDLE and connection.incoming:  # the next request came along with the last one
            self._enter(connection, Stage.HEAD)
            self._look_for_head(connection)
        elif stage is Stage.BODY or isinstance(connection.socket, ssl.SSLSocket):
            self._step(connection)  # something may have come, into our buffer or that of TLS, while it was away

    def _enter(self, connection: Connection, stage: Stage) -> None:
        connection.stage = stage
        connection.since = time.monotonic()
        self._watch(connection, _EVENTS[stage])
        if stage is Stage.LINGER:
            self._begin_to_linger(connection)

    def _watch(self, connection: Connection, events: int) -> None:
        if connection.socket in self._selector.get_map():
            self._selector.modify(connection.socket, events, connection)
        else:
            self._selector.register(connection.socket, events, connection)

    def _write_answer(self, connection: Connection) -> None:
        if not connection.send():
            return
        self._enter(connection, connection.after_answer())
        if connection.stage is Stage.IDLE and connection.incoming:
            self._enter(connection, Stage.HEAD)
            self._look_for_head(connection)

    def _refuse(self, connection: Connection, status: int, message: str) -> None:
        """Answer somebody who never became a request, and end."""
        connection.ends = True
        connection.incoming.clear()
        connection.outgoing += answers.refusal(status, message)
        self._enter(connection, Stage.ANSWER)
        self._write_answer(connection)

    def _begin_to_linger(self, connection: Connection) -> None:
        """Say that nothing more comes, then read on for a moment.

        Closed at once with bytes unread, the socket would be reset, and the caller lose the very answer that says why.
        """
        try:
            connection.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self._drop(connection)

    def _drain(self, connection: Connection) -> None:
        connection.incoming.clear()
        if self._receive(connection):
            connection.lingered += len(connection.incoming)
            if connection.lingered > self._limits.linger_bytes:
                self._drop(connection)

    def _expire(self, now: float) -> None:
        for connection in [each for each in self._connections if each.stage is not Stage.WORK]:
            if now - connection.since < self._seconds[connection.stage]:
                continue
            if connection.stage in (Stage.HEAD, Stage.BODY) and (connection.incoming or connection.stage is Stage.BODY):
                self._guarded(self._refuse_slow, connection)
            else:
                self._drop(connection)

    def _refuse_slow(self, connection: Connection) -> None:
        self._refuse(connection, 408, f"the request did not come within {self._seconds[connection.stage]:g} s")

    def _drop(self, connection: Connection) -> None:
        if self._connections.pop(connection, self._connections) is self._connections:
            return
        self._guests.forget(connection)
        connection.stage = Stage.CLOSED
        with contextlib.suppress(KeyError, ValueError):  # when a worker has it, it is not registered
            self._selector.unregister(connection.socket)
        connection.socket.close()

    # The end -----------------------------------------------------------------------------------------------------

    def _stop_accepting(self) -> None:
        self._selector.unregister(self._listener)
        self._listener.close()
        for connection in [each for each in self._connections if each.stage not in (Stage.WORK, Stage.ANSWER)]:
            self._drop(connection)

    def _close_all(self) -> None:
        for connection in list(self._connections):
            self._drop(connection)
        self._selector.close()
        self._bell.close()
        self._rope.close()
