"""Starting one program for one order: in a session of its own, with clean surroundings, from a process of any size.

The nursery makes one ``Spawner``. Programs are started as ``subprocess`` starts them: by its ``fork_exec``, a vfork
whose cost does not grow with the worker's memory, and which takes a third less time than ``posix_spawn``. Descriptors
of ours are closed by exec (Python makes them so), the current folder is the worker's own: ``/``.
"""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import shutil
import signal
from _posixsubprocess import fork_exec
from collections.abc import Mapping, Sequence
from types import FrameType
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

_REMEMBERED: Final = 4096
"""Files of which is known whether they are scripts."""


_ROOM: Final = 1 << 30
"""Bytes of data that are more than a worker needs."""


class Limits(NamedTuple):
    """What a program may use."""

    memory: int = 4 << 30
    """Bytes of data (RLIMIT_DATA); 0 for no limit."""


class Spawned(NamedTuple):
    """A program that runs, and our ends of what it writes to; they do not block."""

    pid: int
    stdout: int
    stderr: int


class NotStartedError(Exception):
    """A program could not be started; the text is for people, ``exit_code`` as a shell would give it."""

    def __init__(self, reason: str, exit_code: int) -> None:
        super().__init__(reason)
        self.exit_code = exit_code


def pass_on_no_ignored_signal() -> None:
    """Give signals that this process ignores a handler that does nothing: exec resets that, and ignored ones stay so.

    SIGPIPE and SIGXFSZ are left alone: Python ignores them, and ``fork_exec`` resets them. To be called in the main
    thread.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number in signal.valid_signals() - {signal.SIGPIPE, signal.SIGXFSZ}:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, _do_nothing)


def _do_nothing(_number: int, _frame: FrameType | None) -> None:
    """Be what an ignored signal does."""


def keep_within(limits: Limits, pid: int) -> None:
    """Have a worker keep the limits of its plugins, which inherit them, where they leave it room enough."""
    if limits.memory >= _ROOM:
        with contextlib.suppress(OSError):  # it ended already
            resource.prlimit(pid, resource.RLIMIT_DATA, (limits.memory, limits.memory))


class Spawner:
    """Start programs with an environment and limits that all of them have."""

    def __init__(self, environment: Mapping[str, str], limits: Limits) -> None:
        self._environment = dict(environment)
        self._variables = _listed(environment)
        self._memory = limits.memory
        self._inherits_memory = 0 < resource.getrlimit(resource.RLIMIT_DATA)[0] <= limits.memory
        self._processors = _processors()
        self._scripts: dict[str, bool] = {}
        self._null = os.open(os.devnull, os.O_RDONLY)
        self._spare = os.dup(self._null)
        """``fork_exec`` wants to close a descriptor in the program."""
        self._failure = os.memfd_create("failure", os.MFD_CLOEXEC)
        """Where ``fork_exec`` writes why a program did not become one, before it returns."""

    def spawn(self, order: Order) -> Spawned:
        """Start the program of an order. The order's own variables come on top of the environment.

        Raises NotStartedError.
        """
        words = (SHELL, "-c", order.argv[0]) if order.shell and order.argv else order.argv
        if not words or not words[0]:
            raise NotStartedError("the order names no program: is the command_line empty?", NOT_FOUND)
        try:
            return self._start(words, order)
        except OSError as error:
            raise _explained(words[0], self._path_of(order), error) from error

    def free(self, pid: int) -> None:
        """Let a program run on all processors, should this worker be bound to one."""
        with contextlib.suppress(OSError):  # gone, or of another user by now
            os.sched_setaffinity(pid, self._processors)

    def close(self) -> None:
        """Let go of the descriptors; nothing can be started any more."""
        for descriptor in (self._null, self._spare, self._failure):
            os.close(descriptor)

    def _start(self, words: Sequence[str], order: Order) -> Spawned:
        """Start a program with pipes for what it writes. Raises OSError, having left nothing open."""
        stdout, stdout_there, stderr, stderr_there = _two_pipes()
        try:
            pid = self._execute(words, order, stdout_there, stderr_there)
        except OSError:
            os.close(stdout)
            os.close(stderr)
            raise
        finally:
            os.close(stdout_there)
            os.close(stderr_there)
        os.set_blocking(stdout, False)
        os.set_blocking(stderr, False)
        if self._memory and not self._inherits_memory:
            with contextlib.suppress(ProcessLookupError, PermissionError):  # gone, or of another user by now
                resource.prlimit(pid, resource.RLIMIT_DATA, (self._memory, self._memory))
        if self._is_script(words[0]):
            self.free(pid)
        return Spawned(pid, stdout, stderr)

    def _execute(self, words: Sequence[str], order: Order, stdout: int, stderr: int) -> int:
        paths = (_bytes(words[0]),) if "/" in words[0] else self._candidates(words[0], order)
        common = self._variables
        if order.environment:
            common = _listed({**self._environment, **order.environment})
        variables = (*common, _bytes(f"{ORDER_ID}={order.id}"))
        try:
            pid = self._fork_exec(words, paths, variables, stdout, stderr)
        except ValueError:  # a NUL, or half of a character
            pid = self._fork_exec([_bytes(word) for word in words], paths, variables, stdout, stderr)
        if os.lseek(self._failure, 0, os.SEEK_CUR):
            os.waitpid(pid, 0)
            raise self._reported()
        return pid

    def _fork_exec(
        self, words: Sequence[str | bytes], paths: Sequence[bytes], variables: Sequence[bytes], stdout: int, stderr: int
    ) -> int:
        # fmt: off
        return fork_exec(
            words, paths,
            False, (),  # descriptors that are not inheritable are closed anyway
            None, variables,  # type: ignore[arg-type]  # the folder stays as it is
            self._null, -1, -1, stdout, -1, stderr, self._spare, self._failure,
            True, True, -1,  # signals as Python found them, a session of its own
            None, None, None, -1,
            None,  # type: ignore[arg-type]  # nothing of Python is to run in between
            True,
        )
        # fmt: on

    def _reported(self) -> OSError:
        """Return why the last program did not become one."""
        _, number, _ = os.pread(self._failure, 100, 0).split(b":", 2)
        os.lseek(self._failure, 0, os.SEEK_SET)
        os.ftruncate(self._failure, 0)
        return OSError(int(number, 16), os.strerror(int(number, 16)))

    def _path_of(self, order: Order) -> str:
        return order.environment.get("PATH") or self._environment.get("PATH") or os.defpath

    def _candidates(self, name: str, order: Order) -> tuple[bytes, ...]:
        """Return what a program named without a path may be."""
        return tuple(_bytes(os.path.join(folder, name)) for folder in self._path_of(order).split(":") if folder)

    def _is_script(self, name: str) -> bool:
        """Tell whether a program is, or may be, a script: those ask how many processors they have (``nproc``)."""
        known = self._scripts.get(name)
        if known is None:
            if len(self._scripts) >= _REMEMBERED:
                self._scripts.clear()
            known = self._scripts[name] = name == SHELL or not _is_machine_code(name)
        return known


def _processors() -> set[int]:
    """Return the processors of the daemon, not only the one that its worker may be bound to."""
    try:
        return os.sched_getaffinity(os.getppid())
    except OSError:
        return os.sched_getaffinity(0)


def _is_machine_code(path: str) -> bool:
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read(4) == b"\x7fELF"
    except (OSError, ValueError):
        return False


def _two_pipes() -> tuple[int, int, int, int]:
    """Return the ends of two pipes, ours before theirs. Raises OSError, having left nothing open."""
    ours, theirs = os.pipe2(os.O_CLOEXEC)
    try:
        return ours, theirs, *os.pipe2(os.O_CLOEXEC)
    except OSError:
        os.close(ours)
        os.close(theirs)
        raise


def _listed(variables: Mapping[str, str]) -> tuple[bytes, ...]:
    return tuple(_bytes(f"{name}={value}") for name, value in variables.items())


def _bytes(text: str) -> bytes:
    """Return a word as a program can get it: a text from outside must not keep a notification from being sent."""
    if "\0" in text:
        text = _without_nul(text)
    try:
        return os.fsencode(text)
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _without_nul(text: str) -> str:
    return text.replace("\0", "\ufffd")


def _explained(name: str, path: str, error: OSError) -> NotStartedError:
    number, name = error.errno or 0, _without_nul(name)
    if "/" not in name:
        found = shutil.which(name, path=path)
        if found is None and number in (errno.ENOENT, errno.ENOTDIR):
            return NotStartedError(f"{name}: no such program in PATH={path}", NOT_FOUND)
        name = found or name
    code = _EXIT_CODES.get(number, UNKNOWN)
    if code == UNKNOWN:
        return NotStartedError(f"{name} could not be started: {os.strerror(number)}", code)
    interpreter = _missing_interpreter(name) if number in (errno.ENOENT, errno.EACCES) else ""
    if interpreter:
        return NotStartedError(f"{name} asks for the interpreter {interpreter}, which cannot be run", CANNOT_RUN)
    hint = _HINTS.get(number)
    return NotStartedError(f"{name} {hint}" if hint else f"{name}: {os.strerror(number)}", code)


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
