"""What a process does to itself before it works: leave the terminal, take its name, give up rights.

The shell of every daemon calls it at start, the worker too. Order matters and is the caller's: refuse root, daemonize,
drop privileges, and only then open files (reliability.md 5.2 number 13).
"""

from __future__ import annotations

import contextlib
import ctypes
import grp
import os
import pwd
import resource
import signal
import sys
from typing import Final

import setproctitle

from alignak.base.errors import StartError

SWITCH: Final = 0.0005
"""Seconds after which a thread is asked to let another one have the interpreter; Python's own is ten times as much."""

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_CHILD_SUBREAPER: Final = 36
_PR_SET_NO_NEW_PRIVS: Final = 38
_EXIT_INIT: Final = 3


def set_title(title: str) -> None:
    """Show the process under this title in ``ps`` (configuration.md 3.4)."""
    setproctitle.setproctitle(title)


def switch_threads_often() -> None:
    """Let a thread that waits for the interpreter have it soon.

    The loop of a daemon comes back from its store to find that a thread has it which answers a request.
    """
    sys.setswitchinterval(SWITCH)


def close_to_others() -> None:
    """Let every file made from now on be private, whatever the umask was."""
    os.umask(0o077)


def refuse_root(is_allowed: bool, user: str) -> None:
    """Refuse to run as root unless ``idontcareaboutsecurity`` says so or another user is named to become.

    Raises StartError with exit code 3.
    """
    if os.geteuid() == 0 and not is_allowed and user in ("", "root"):
        raise StartError(
            "this daemon does not run as root: start it as another user, set user= and group= in its section (or "
            "ALIGNAK_USER and ALIGNAK_GROUP), or write idontcareaboutsecurity=1",
            _EXIT_INIT,
        )


def drop_privileges(user: str, group: str) -> None:
    """Become a user and group for good; nothing happens for whoever is that user already.

    Raises StartError (exit code 3) when they are unknown, when this process may not change, or could change back.
    """
    uid, gid, name = _user_id(user), _group_id(group), user
    if os.geteuid() != 0:
        _check_is_already(user, uid, group, gid)
        return
    try:
        os.initgroups(name, gid)
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
    except OSError as error:
        raise StartError(f"cannot become user {user} and group {group}: {error}", _EXIT_INIT) from error
    if uid != 0:
        _check_cannot_return(user)


def _user_id(user: str) -> int:
    try:
        return pwd.getpwnam(user).pw_uid
    except KeyError:
        raise StartError(f"the user {user} does not exist: create it or set user= to another", _EXIT_INIT) from None


def _group_id(group: str) -> int:
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        raise StartError(f"the group {group} does not exist: create it or set group= to another", _EXIT_INIT) from None


def primary_group(user: str) -> str:
    """Return the group that the system gives a user. Raises StartError (exit code 3) when there is no such user."""
    try:
        return grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
    except KeyError:
        raise StartError(f"the user {user} or its group does not exist: create it", _EXIT_INIT) from None


def user_name() -> str:
    """Return the name of the user this process is; the number of one that has no name."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def forbid_new_privileges() -> None:
    """Have the kernel refuse this process, and all it starts, what set-user-id programs would give."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def _check_is_already(user: str, uid: int, group: str, gid: int) -> None:
    if uid != os.geteuid():
        raise StartError(f"only root can become user {user}: start as root or as {user}", _EXIT_INIT)
    if gid != os.getegid() and gid not in os.getgroups():
        raise StartError(f"only root can become group {group}: start as root or in that group", _EXIT_INIT)


def _check_cannot_return(user: str) -> None:
    with contextlib.suppress(PermissionError):
        os.setresuid(0, 0, 0)
        raise StartError(f"became user {user} but could become root again: refused", _EXIT_INIT)


class Launcher:
    """The process that started a daemon and waits at the terminal to hear how the start went."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def tell(self, exit_code: int, message: str = "") -> None:
        """Let the waiting process write a message and end with this exit code; 0 says that the daemon is ready."""
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            # The one who waits may have been ended meanwhile.
            with contextlib.suppress(OSError), os.fdopen(descriptor, "wb") as pipe:
                pipe.write(bytes([exit_code]) + message.encode("utf-8", "backslashreplace"))


def daemonize() -> Launcher:
    """Leave the terminal: go on in a new session, without standard streams, in ``/``.

    The process at the terminal ends when the daemon tells it how the start went, so that a failed start has an exit
    code. Call it before any thread exists.
    """
    reader, writer = os.pipe2(os.O_CLOEXEC)
    if os.fork():
        os.close(writer)
        with os.fdopen(reader, "rb") as told:
            code, *message = told.read() or bytes([_EXIT_INIT])
        with contextlib.suppress(OSError):
            os.write(2, bytes(message))
        os._exit(code)
    os.close(reader)
    os.setsid()
    if os.fork():
        os._exit(0)
    os.chdir("/")
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    if null > 2:
        os.close(null)
    return Launcher(writer)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent dies, so that none of them is lost."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(number: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send a signal to this process when the thread that started it ends."""
    _prctl(_PR_SET_PDEATHSIG, number)


def _prctl(option: int, value: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"prctl({option}, {value}): {os.strerror(number)}")


def forbid_core_dumps() -> None:
    """Write no core files, of this process and what it starts: they would hold secrets."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_open_files(wanted: int) -> int:
    """Raise the limit of open files to what is wanted, as far as the hard limit lets; return what is allowed now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return soft
