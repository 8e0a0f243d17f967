"""A process that runs one module of others: it may hang, crash or eat memory, and the daemon goes on.

Wiring starts one for each module while the configuration is read and asks it; what the module prints and logs comes
out in the daemon's log, its secrets starred.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import select
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Final

import msgspec

from alignak.base.secret import Secret
from alignak.model.topology import Module
from alignak.modules.interface import LARGEST, LENGTH, Answer, Failed, Request, Said
from alignak.system.logs import Redactor, escaped

ENDS_WITHIN: Final = 2.0
"""Seconds a module has to end once nothing is asked any more."""

_CHUNK: Final = 1 << 18
_LONGEST_LINE: Final = 4000
"""Bytes of a line that are shown."""

_IS_SECRET: Final = re.compile(r"pass|secret|token|key|credential", re.IGNORECASE)
"""The options of a module whose values are not for the log."""


class ModuleFailedError(Exception):
    """A module could not do what was asked; ``may_pass`` tells whether it may go better the next time."""

    def __init__(self, message: str, may_pass: bool = True) -> None:
        super().__init__(message)
        self.may_pass = may_pass


class ModuleHost:
    """One module in a process of its own; used as a context manager, which ends it."""

    def __init__(self, name: str, argv: Sequence[str], secrets: Iterable[Secret] = ()) -> None:
        """Start the process. ``argv`` is the program; the descriptor to speak on is added to it."""
        self.name = name
        self._log = logging.getLogger(f"alignak.module.{name}")
        self._output_log = self._log.getChild("output")  # of its own: what floods the log is cut short by its source
        self._redactor = Redactor(secrets)
        self._decoder: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)
        self._to_send = bytearray()
        self._received = bytearray()
        self._printed = bytearray()
        self._is_gone = False
        self._is_silent = False
        self._line, theirs = socket.socketpair()
        self._output, output = os.pipe2(os.O_CLOEXEC)
        try:
            self._process = subprocess.Popen(  # noqa: S603  our own program
                [*argv, str(theirs.fileno())],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        except OSError as error:
            self._line.close()
            os.close(self._output)
            raise ModuleFailedError(f"no process can be started for it: {error}") from error
        finally:
            theirs.close()
            os.close(output)
        self._line.setblocking(False)
        self._pidfd = os.pidfd_open(self._process.pid)

    def __enter__(self) -> ModuleHost:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end(ENDS_WITHIN if kind is None else 0.0)

    def ask(self, request: Request, until: float) -> Answer:
        """Return the answer to a request.

        Raises TimeoutError when there is none at a monotonic time, EOFError saying how when the process ended, and
        ModuleFailedError.
        """
        body = msgspec.msgpack.encode(request)
        self._to_send += LENGTH.pack(len(body)) + body
        while (answer := self._next_answer()) is None:
            self._exchange(until)
        if isinstance(answer, Failed):
            if answer.details:
                self._say(self._log, logging.INFO, answer.details)
            raise ModuleFailedError(self._redactor.clean(answer.message), answer.may_pass)
        return answer

    def end(self, wait: float) -> None:
        """Let the module end, and kill it with all it started when it has not within so many seconds."""
        self._line.close()
        until = time.monotonic() + wait
        while not self._has_ended() and (left := until - time.monotonic()) > 0:
            self._take_output(_ready(left, self._pidfd, *self._outputs()))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)  # a group keeps its number until its leader is waited for
        self._process.wait()
        self._take_output(_ready(0.0, *self._outputs()))
        self._show(self._printed)
        os.close(self._pidfd)
        os.close(self._output)

    def _exchange(self, until: float) -> None:
        """Wait for something to happen and take note of it."""
        if self._is_gone:
            raise EOFError(self._ending())
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        line = self._line.fileno()
        ready = _ready(left, line, *self._outputs(), is_to_send=line if self._to_send else -1)
        if line in ready:
            self._send()
            self._receive()
        self._take_output(ready)

    def _outputs(self) -> tuple[int, ...]:
        """Return where the module prints, as long as somebody can."""
        return () if self._is_silent else (self._output,)

    def _send(self) -> None:
        with contextlib.suppress(BlockingIOError, BrokenPipeError, ConnectionResetError):
            while self._to_send:
                del self._to_send[: self._line.send(memoryview(self._to_send)[:_CHUNK])]

    def _receive(self) -> None:
        try:
            chunk = self._line.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        self._received += chunk
        self._is_gone = not chunk

    def _next_answer(self) -> Answer | None:
        """Return the first complete answer; what the module says before it goes to the log."""
        while (body := self._next_message()) is not None:
            try:
                answer = self._decoder.decode(body)
            except msgspec.DecodeError as error:
                raise ModuleFailedError(f"its process answers what cannot be read: {error}") from error
            if not isinstance(answer, Said):
                return answer
            self._say(self._log, answer.level, answer.text)
        return None

    def _next_message(self) -> bytes | None:
        if len(self._received) < LENGTH.size:
            return None
        (length,) = LENGTH.unpack_from(self._received)
        if length > LARGEST:
            raise ModuleFailedError(f"it gives more than {LARGEST >> 20} MiB at once", may_pass=False)
        end = LENGTH.size + length
        if len(self._received) < end:
            return None
        body = bytes(memoryview(self._received)[LENGTH.size : end])
        del self._received[:end]
        return body

    def _take_output(self, ready: set[int]) -> None:
        """Log what was printed."""
        if self._output not in ready:
            return
        chunk = os.read(self._output, _CHUNK)
        self._is_silent = not chunk
        *lines, rest = (self._printed + chunk).split(b"\n")
        self._printed = rest[:_LONGEST_LINE]
        for line in lines:
            self._show(line)

    def _show(self, line: bytes | bytearray) -> None:
        if text := line[:_LONGEST_LINE].decode("utf-8", "backslashreplace").strip():
            self._say(self._output_log, logging.INFO, text)

    def _say(self, log: logging.Logger, level: int, text: str) -> None:
        log.log(level, "module %s: %s", self.name, escaped(self._redactor.clean(text)))

    def _has_ended(self, wait: float = 0.0) -> bool:
        return bool(_ready(wait, self._pidfd))

    def _ending(self) -> str:
        """Return how the process ended."""
        if not self._has_ended(ENDS_WITHIN):
            return "closed the line"
        found = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        if found is None or found.si_code == os.CLD_EXITED:
            return f"ended with exit code {found.si_status if found else 0}"
        return f"was killed by {signal.Signals(found.si_status).name}"


def _ready(wait: float, *descriptors: int, is_to_send: int = -1) -> set[int]:
    """Wait until something can be read, or sent on one of them; return which."""
    poll = select.poll()  # a descriptor may be larger than select takes
    for each in descriptors:
        poll.register(each, select.POLLIN | (select.POLLOUT if each == is_to_send else 0))
    return {descriptor for descriptor, _ in poll.poll(max(wait, 0.0) * 1000)}


def secrets_of(module: Module) -> list[Secret]:
    """Return the options of a module that are not for the log."""
    return [Secret(value) for key, value in module.options.items() if _IS_SECRET.search(key)]
