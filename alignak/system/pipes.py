"""A named pipe that one daemon reads and programs of its user and group write to; ``daemons.command_pipe`` opens it.

What is refused is refused with PermissionError, as in ``files``.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from typing import Final

from alignak.system.files import ensure_folder

MODE: Final = 0o660
"""Who is in the daemon's group may write."""

CAPACITY: Final = 1 << 20
"""Bytes the kernel is asked to keep between writers and reader."""


def open_pipe(path: str) -> int:
    """Return the descriptor of a named pipe, made where it is missing; reads do not wait, and never see its end.

    Its folder must be ours alone to change. Raises PermissionError for what is no pipe of our own, BlockingIOError when
    another process reads it, another OSError when it cannot be opened.
    """
    ensure_folder(os.path.dirname(path) or ".")
    with contextlib.suppress(FileExistsError):
        os.mkfifo(path, 0o600)
    if os.path.islink(path):
        raise PermissionError(f"{path} is a symbolic link; remove it, or name the pipe it leads to")
    # For writing too: the reader's own end keeps the pipe open when the last writer goes.
    descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _check(path, os.fstat(descriptor))
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.fchmod(descriptor, MODE)
        with contextlib.suppress(OSError):  # unprivileged users have a share that may be used up
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, CAPACITY)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _check(path: str, found: os.stat_result) -> None:
    if not stat.S_ISFIFO(found.st_mode):
        raise PermissionError(f"{path} is no pipe; remove it")
    if found.st_uid != os.geteuid():
        raise PermissionError(
            f"{path} belongs to user {found.st_uid}, not to user {os.geteuid()} who runs this; remove it"
        )
    if found.st_nlink > 1:
        raise PermissionError(f"{path} has {found.st_nlink} names (hard links); remove the others")
