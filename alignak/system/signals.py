"""Signals as events: a handler does nothing, the loop reads what arrived and acts (operations.md 8.3)."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from types import FrameType, TracebackType
from typing import Final, NamedTuple


class Request(Enum):
    """What a signal asks a daemon for."""

    STOP = "stop"
    RELOAD = "reload"
    DUMP_ENVIRONMENT = "dump_environment"
    DUMP_OBJECTS = "dump_objects"


REQUESTS: Final[Mapping[signal.Signals, Request]] = {
    signal.SIGTERM: Request.STOP,
    signal.SIGINT: Request.STOP,
    signal.SIGHUP: Request.RELOAD,
    signal.SIGUSR1: Request.DUMP_ENVIRONMENT,
    signal.SIGUSR2: Request.DUMP_OBJECTS,
}


class Arrived(NamedTuple):
    """One signal that arrived."""

    name: str
    """``SIGTERM``, as the log shows it."""
    request: Request


class Signals:
    """Catch the signals of the table and hand them over when asked; used as a context manager in the main thread.

    ``fileno`` becomes readable when something arrived. A loop that does not select gives ``on_wake``: it is called in
    the main thread at the next bytecode, so it must only set an event or put into a queue that does not block.
    """

    def __init__(self, on_wake: Callable[[], None] | None = None) -> None:
        self._reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._on_wake = on_wake
        self._has_any = False
        self._before: dict[signal.Signals, object] = {}
        self._fd_before = -1

    def __enter__(self) -> Signals:
        self._fd_before = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        for number in REQUESTS:
            self._before[number] = signal.signal(number, self._wake)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        signal.set_wakeup_fd(self._fd_before)
        os.close(self._reader)
        os.close(self._writer)

    def _wake(self, _number: int, _frame: FrameType | None) -> None:
        self._has_any = True
        if self._on_wake is not None:
            self._on_wake()

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when a signal arrived."""
        return self._reader

    def take(self) -> list[Arrived]:
        """Return what arrived since the last call, in order; never waits. For the main thread."""
        if not self._has_any:  # nearly always; a read would let go of the interpreter, and wait to get it back
            return []
        self._has_any = False
        numbers = b""
        with contextlib.suppress(BlockingIOError):
            numbers = os.read(self._reader, 4096)
        return list(_known(numbers))


def _known(numbers: bytes) -> Iterable[Arrived]:
    for number in numbers:
        request = REQUESTS.get(number)  # type: ignore[call-overload]
        if request is not None:
            yield Arrived(signal.Signals(number).name, request)
