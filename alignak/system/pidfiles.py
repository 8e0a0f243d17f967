"""One instance of a daemon at a time: a pid file whose lock, not whose text, says who runs.

The shell of every daemon takes it at start; ``--replace`` and the stop command find the living instance through it. The
number written in the file is for people: a signal goes only to the process the kernel names as holder of the lock, by
pidfd, so a stale or forged file never has a stranger signalled (reliability.md 5.2 number 13).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
from typing import Final

from alignak.base.errors import StartError
from alignak.system.files import open_regular, remove

_LOCKS: Final = "/proc/locks"
_EXIT_HELD: Final = 3
_KILL_WAIT: Final = 5.0


class PidFile:
    """Hold the pid file of this process as long as it lives."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._descriptor = -1

    def acquire(self, replace: bool = False, wait: float = 10.0) -> None:
        """Take the file for this process; with ``replace``, first stop the instance that holds it.

        Call it after the process has become a daemon: the lock names the process that took it. Raises StartError (exit
        code 3) when a living instance holds the file, or did not go within ``wait`` seconds.
        """
        if self._try_lock():
            return
        if replace:
            stop_holder(self.path, wait)
            if self._try_lock():
                return
        holder = holder_of(self.path)
        raise StartError(
            f"the pid file {self.path} is held by process {holder or 'unknown'}: the daemon runs already; "
            "stop it, or start with --replace",
            _EXIT_HELD,
        )

    def _try_lock(self) -> bool:
        """Lock the file and write our pid in it; False when another process holds it."""
        while True:
            try:
                descriptor = open_regular(self.path, os.O_RDWR | os.O_CREAT)
            except OSError as error:
                raise StartError(f"the pid file {self.path} cannot be opened: {error}", _EXIT_HELD) from error
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                return False
            if self._is_still(descriptor):
                break
            os.close(descriptor)  # its last holder removed the file between our open and our lock
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
        self._descriptor = descriptor
        return True

    def _is_still(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), os.lstat(self.path))
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Remove the file and let go of it."""
        if self._descriptor >= 0:
            remove(self.path)
            os.close(self._descriptor)
            self._descriptor = -1


def holder_of(path: str) -> int | None:
    """Return the pid of the living process that holds a pid file, or None when nobody does.

    The kernel's list of locks must name the process, and the file must name the same one.
    """
    try:
        descriptor = open_regular(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        inode = os.fstat(descriptor).st_ino
        written = os.pread(descriptor, 32, 0)
    finally:
        os.close(descriptor)
    return next((pid for pid in _lockers(inode) if written.strip() == b"%d" % pid), None)


def _lockers(inode: int) -> list[int]:
    """Return the processes that hold a flock on a file of that inode number."""
    try:
        with open(_LOCKS, encoding="ascii") as file:
            rows = [line.split() for line in file]
    except OSError:
        return []
    # "1: FLOCK  ADVISORY  WRITE 4242 fd:01:123456 0 EOF"; a waiting lock has "->" in the second place.
    return [int(row[4]) for row in rows if row[1] == "FLOCK" and row[5].rpartition(":")[2] == str(inode)]


def signal_holder(path: str, number: signal.Signals) -> bool:
    """Send a signal to the process that holds a pid file; False when nobody does."""
    pidfd = open_holder(path)
    if pidfd is None:
        return False
    try:
        return _send(pidfd, number)
    finally:
        os.close(pidfd)


def stop_holder(path: str, wait: float) -> bool:
    """Have the instance that holds a pid file end, with SIGKILL after ``wait`` seconds; False when nobody held it."""
    pidfd = open_holder(path)
    if pidfd is None:
        return False
    try:
        if _send(pidfd, signal.SIGTERM) and not _has_ended(pidfd, wait):
            _send(pidfd, signal.SIGKILL)
            _has_ended(pidfd, _KILL_WAIT)
        return True
    finally:
        os.close(pidfd)


def open_holder(path: str) -> int | None:
    """Return a pidfd of the process that holds a pid file, or None when nobody does; the caller closes it.

    It is checked again after it was opened: the number cannot have changed hands.
    """
    pid = holder_of(path)
    if pid is None:
        return None
    try:
        pidfd = os.pidfd_open(pid)
    except ProcessLookupError:
        return None
    if holder_of(path) != pid:
        os.close(pidfd)
        return None
    return pidfd


def _send(pidfd: int, number: signal.Signals) -> bool:
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(pidfd, number)
        return True
    return False


def _has_ended(pidfd: int, wait: float) -> bool:
    return bool(select.select([pidfd], [], [], wait)[0])
