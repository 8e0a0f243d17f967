"""Starting one program for one order: in a session of its own, with clean surroundings, from a process of any size.

``posix_spawn`` is a vfork underneath: its cost does not grow with the worker's memory, as fork's would. The nursery
calls it. Descriptors of ours are closed by exec (Python makes them so), the current folder is the worker's own: ``/``.
"""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import shutil
import signal
from collections.abc import Mapping
from typing import Final, NamedTuple

from alignak.messages.work import Order

ORDER_ID: Final = "ALIGNAK_ORDER_ID"
"""The variable that says for which order a process runs: it finds those that left their session."""

SHELL: Final = "/bin/sh"
CANNOT_RUN: Final = 126
NOT_FOUND: Final = 127
UNKNOWN: Final = 3

_EXIT_CODES: Final[Mapping[int, int]] = {
    errno.ENOENT: NOT_FOUND,
    errno.ENOTDIR: NOT_FOUND,
    errno.EACCES: CANNOT_RUN,
    errno.EPERM: CANNOT_RUN,
    errno.ENOEXEC: CANNOT_RUN,
    errno.EISDIR: CANNOT_RUN,
    errno.ETXTBSY: CANNOT_RUN,
    errno.E2BIG: CANNOT_RUN,
    errno.ELOOP: CANNOT_RUN,
}
"""What a shell would exit with; anything else, such as no memory or no descriptors, is no fault of the file: 3."""

_HINTS: Final[Mapping[int, str]] = {
    errno.ENOEXEC: "is no program for this machine and does not begin with #!",
    errno.EACCES: "may not be executed: check its mode (chmod +x), its folders and the mount options",
    errno.ETXTBSY: "is open for writing: somebody is still copying it",
    errno.E2BIG: "gets arguments and environment longer than the system takes",
    errno.EISDIR: "is a folder",
}

_TO_DEFAULT: Final = tuple(
    number
    for number in signal.Signals
    if number not in (signal.SIGKILL, signal.SIGSTOP) and not signal.SIGRTMIN <= number <= signal.SIGRTMAX
)
"""Handed back their default action: what the worker ignores, a plugin must not inherit."""


class Limits(NamedTuple):
    """What a program may use."""

    memory: int = 4 << 30
    """Bytes of data (RLIMIT_DATA); 0 for no limit."""


class Spawned(NamedTuple):
    """A program that runs, and our ends of what it has."""

    pid: int
    pidfd: int
    stdout: int
    stderr: int


class NotStartedError(Exception):
    """A program could not be started; the text is for people, ``exit_code`` as a shell would give it."""

    def __init__(self, reason: str, exit_code: int) -> None:
        super().__init__(reason)
        self.exit_code = exit_code


def spawn(order: Order, environment: Mapping[str, str], limits: Limits) -> Spawned:
    """Start the program of an order. ``environment`` is what every program gets; the order's own comes on top.

    Raises NotStartedError.
    """
    words = (SHELL, "-c", order.argv[0]) if order.shell and order.argv else order.argv
    if not words or not words[0]:
        raise NotStartedError("the order names no program: is the command_line empty?", NOT_FOUND)
    variables = {**environment, **order.environment, ORDER_ID: order.id}
    path = _find(words[0], variables.get("PATH", os.defpath))
    try:
        return _start(path, words, variables, limits)
    except OSError as error:
        raise _explained(path, error) from error


def _find(name: str, path: str) -> str:
    """Return the path of a program named with or without one."""
    if "/" in name:
        return _without_nul(name)
    found = shutil.which(name, path=path)
    if found is None:
        raise NotStartedError(f"{name}: no such program in PATH={path}", NOT_FOUND)
    return found


def _start(path: str, words: tuple[str, ...], variables: Mapping[str, str], limits: Limits) -> Spawned:
    """Start a program with pipes for what it writes. Raises OSError, having left nothing open."""
    with contextlib.ExitStack() as on_failure, contextlib.ExitStack() as always:
        stdout, stdout_there = _pipe(on_failure, always)
        stderr, stderr_there = _pipe(on_failure, always)
        pid = os.posix_spawn(
            path,
            [_bytes(word) for word in words],
            {_bytes(name): _bytes(value) for name, value in variables.items()},
            file_actions=(
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, stdout_there, 1),
                (os.POSIX_SPAWN_DUP2, stderr_there, 2),
            ),
            setsid=True,
            setsigmask=(),
            setsigdef=_TO_DEFAULT,
        )
        pidfd = _watch(pid)
        if limits.memory:
            with contextlib.suppress(ProcessLookupError, PermissionError):  # gone, or of another user by now
                resource.prlimit(pid, resource.RLIMIT_DATA, (limits.memory, limits.memory))
        on_failure.pop_all()
        return Spawned(pid, pidfd, stdout, stderr)


def _pipe(on_failure: contextlib.ExitStack, always: contextlib.ExitStack) -> tuple[int, int]:
    """Return a pipe: our end, closed if the start fails, and theirs, closed in any case."""
    ours, theirs = os.pipe2(os.O_CLOEXEC)
    on_failure.callback(os.close, ours)
    always.callback(os.close, theirs)
    os.set_blocking(ours, False)
    return ours, theirs


def _watch(pid: int) -> int:
    """Return a descriptor that becomes readable when the process ends; without one the process is not let run."""
    try:
        return os.pidfd_open(pid)
    except OSError:
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise


def _bytes(text: str) -> bytes:
    """Return a word as a program can get it: a text from outside must not keep a notification from being sent."""
    text = _without_nul(text)
    try:
        return os.fsencode(text)
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _without_nul(text: str) -> str:
    return text.replace("\0", "\ufffd")


def _explained(path: str, error: OSError) -> NotStartedError:
    number = error.errno or 0
    code = _EXIT_CODES.get(number, UNKNOWN)
    if code == UNKNOWN:
        return NotStartedError(f"{path} could not be started: {os.strerror(number)}", code)
    interpreter = _missing_interpreter(path) if number in (errno.ENOENT, errno.EACCES) else ""
    if interpreter:
        return NotStartedError(f"{path} asks for the interpreter {interpreter}, which cannot be run", CANNOT_RUN)
    hint = _HINTS.get(number)
    return NotStartedError(f"{path} {hint}" if hint else f"{path}: {os.strerror(number)}", code)


def _missing_interpreter(path: str) -> str:
    """Return the interpreter a script asks for when that is what is missing."""
    if not os.access(path, os.X_OK):
        return ""
    try:
        with open(path, "rb") as file:
            line = file.readline(256)
    except OSError:
        return ""
    if not line.startswith(b"#!"):
        return ""
    interpreter = os.fsdecode(line[2:].strip(b" \t\n").split(b" ")[0])
    return "" if os.access(interpreter, os.X_OK) else interpreter.replace("\r", "\\r") or "(none)"
