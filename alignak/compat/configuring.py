"""The program that runs one module while an arbiter reads its configuration; ``modules.host`` starts it.

Its argument is the descriptor of a socket. It speaks ``modules.interface`` on it, and ends when the other end closes.
"""

from __future__ import annotations

import contextlib
import logging
import os
import resource
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from alignak.compat.loading import NotLoadedError, load_module, raised
from alignak.compat.module import BaseModule
from alignak.compat.plain import plain
from alignak.compat.records import Conf, Daemon, changes, is_resized
from alignak.modules.interface import (
    EARLY,
    GET_OBJECTS,
    LENGTH,
    OF_CONFIGURATION,
    READ,
    Answer,
    CallHook,
    Change,
    Changed,
    Failed,
    Gave,
    GetObjects,
    Ready,
    Request,
    Said,
    Start,
)
from alignak.system import process

log = logging.getLogger("alignak.modules")

MOST_MEMORY: Final = 4 << 30
"""Bytes of data the module may have (RLIMIT_DATA)."""

_LONGEST_LINE: Final = 4000


class Line:
    """Our end of the line."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._decoder: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)

    def requests(self) -> Iterator[Request]:
        """Yield what is asked, until nothing more is."""
        with contextlib.suppress(OSError, EOFError):
            while True:
                (length,) = LENGTH.unpack(self._read(LENGTH.size))
                yield self._decoder.decode(self._read(length))

    def send(self, answer: Answer) -> None:
        """Send an answer."""
        body = msgspec.msgpack.encode(answer)
        with contextlib.suppress(OSError):  # nobody wants to know any more
            self._end.sendall(LENGTH.pack(len(body)) + body)

    def _read(self, size: int) -> bytes:
        found = bytearray()
        while len(found) < size:
            chunk = self._end.recv(min(size - len(found), 1 << 20))
            if not chunk:
                raise EOFError
            found += chunk
        return bytes(found)


class LineHandler(logging.Handler):
    """Send what the module logs to the daemon's log."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    def emit(self, record: logging.LogRecord) -> None:
        """Send one event."""
        try:
            text = self.format(record)[:_LONGEST_LINE]
            self._line.send(Said(record.levelno, text.encode("utf-8", "replace").decode()))
        except Exception:  # noqa: BLE001  a line of the log that cannot be made is no reason to fail
            self.handleError(record)


class Session:
    """One module, from its start to its end."""

    def __init__(self, start: Start) -> None:
        self._name = start.module.name
        self._daemon = Daemon(start.surroundings)
        self._instance = load_module(start.module, start.nested, self._daemon)
        if self._has(READ):
            self._call(READ, self._daemon)

    def ready(self) -> Ready:
        """Return what the module can be asked for."""
        return Ready(tuple(each for each in OF_CONFIGURATION if self._has(each)))

    def give(self) -> Gave:
        """Return the objects that the module adds."""
        return Gave(plain(self._call(GET_OBJECTS)))

    def hook(self, request: CallHook) -> Changed:
        """Call a hook and return what it changed, as far as changes are taken."""
        self._daemon.conf = Conf(request.objects)
        self._call(request.hook, self._daemon)
        found = [
            Change(each.table, each.index, {key: plain(value) for key, value in each.values.items()})
            for each in changes(self._daemon.conf, request.objects)
        ]
        if is_resized(self._daemon.conf, request.objects):
            log.warning("%s added or removed objects: only get_objects() can add any", request.hook)
        if found and request.hook != EARLY:
            log.warning("%s changed objects: it comes too late, only %s may", request.hook, EARLY)
            found = []
        return Changed(tuple(found))

    def end(self) -> None:
        """Have the module let go of what it holds."""
        if self._daemon.external_commands:
            log.warning(
                "%d external commands came while the configuration is read: they are not run",
                len(self._daemon.external_commands),
            )
        stop: Callable[[], Any] = getattr(self._instance, "quit", self._instance.do_stop)
        try:
            stop()
        except (Exception, SystemExit) as error:  # noqa: BLE001
            log.warning("%s", raised(self._name, "quit", error))

    def _has(self, method: str) -> bool:
        return callable(getattr(self._instance, method, None))

    def _call(self, method: str, *arguments: Any) -> Any:
        instance: BaseModule = self._instance
        try:
            return getattr(instance, method)(*arguments)
        except (Exception, SystemExit) as error:
            raise raised(self._name, method, error) from error


def serve(line: Line) -> None:
    """Answer requests until nothing more is asked; the first one is a Start."""
    session: Session | None = None
    for request in line.requests():
        try:
            if isinstance(request, Start):
                logging.getLogger().setLevel(request.log_level)
                session = Session(request)
                line.send(session.ready())
            elif session is not None:
                line.send(session.give() if isinstance(request, GetObjects) else session.hook(request))
        except NotLoadedError as error:
            line.send(Failed(str(plain(str(error))), error.may_pass, str(plain(error.details))))
    if session is not None:
        session.end()


def main(arguments: list[str]) -> None:
    """Run the module of the daemon that started this process; never returns."""
    descriptor = int(arguments[0])
    os.set_inheritable(descriptor, False)
    process.die_with_parent()
    process.forbid_core_dumps()
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    line = Line(socket.socket(fileno=descriptor))
    logging.basicConfig(format="%(message)s", handlers=[LineHandler(line)], level=logging.INFO)
    logging.captureWarnings(True)
    serve(line)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(0)  # threads of the module do not keep the process


if __name__ == "__main__":
    main(sys.argv[1:])
