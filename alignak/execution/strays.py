"""Finding and ending what plugins left behind: daemons they became, helpers that left their session.

The worker adopts orphans (subreaper), so everything whose plugin ended becomes a child of the worker. Only children of
our own are ever signalled: their numbers cannot change hands before we reap them. The nursery sweeps with it, and the
worker pool after a worker died (reliability.md 4 and 5.2 number 10).
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Container
from typing import Final

from alignak.execution.spawning import ORDER_ID

GRACE: Final = 0.5
"""Seconds a process may outlive the plugin that started it."""

_MARK: Final = f"{ORDER_ID}=".encode()


def children() -> list[int]:
    """Return the children of this process, zombies included."""
    me = os.getpid()
    found: list[int] = []
    try:
        for task in os.listdir(f"/proc/{me}/task"):
            with open(f"/proc/{me}/task/{task}/children", "rb") as file:
                found += map(int, file.read().split())
    except FileNotFoundError:
        return children_by_scan()
    return found


def children_by_scan() -> list[int]:
    """Return the children of this process on a kernel that does not list them."""
    me = os.getpid()
    return [pid for pid in map(int, filter(str.isdecimal, os.listdir("/proc"))) if _parent_of(pid) == me]


def _parent_of(pid: int) -> int:
    fields = _fields(pid)
    return int(fields[1]) if fields else 0


def _fields(pid: int) -> list[bytes]:
    """Return what the kernel tells of a process: state, parent, group, session...; nothing when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()
    except OSError:
        return []


def is_foreign_zombie(pid: int) -> bool:
    """Tell whether a child ended that was nobody's but an orphan's: it leads no session and is not of ours."""
    fields = _fields(pid)
    return bool(fields) and fields[0] == b"Z" and int(fields[3]) not in (pid, os.getsid(0))


def order_of(pid: int) -> str:
    """Return the id of the order a process was started for, as its environment says; empty when it does not."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            entries = file.read().split(b"\0")
    except OSError:
        return ""
    return next((os.fsdecode(each[len(_MARK) :]) for each in entries if each.startswith(_MARK)), "")


def end(pid: int) -> None:
    """Kill a child of ours and its group, at once."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        group = os.getpgid(pid)
        if group != os.getpgrp():
            os.killpg(group, signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)


def reap(pid: int) -> bool:
    """Reap a child; tell whether there is nothing left of it."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


class Strays:
    """Know which adopted processes there are, and end each a grace after its plugin."""

    def __init__(self, is_running: Callable[[str], bool], leaders: Container[int], grace: float = GRACE) -> None:
        """``is_running`` tells of an order's id whether its plugin still runs, ``leaders`` are the plugins' pids."""
        self._is_running = is_running
        self._leaders = leaders
        self._grace = grace
        self._seen: dict[int, float] = {}
        self._not_ours = frozenset(children())
        self.ended = 0
        """How many were killed so far."""

    def __len__(self) -> int:
        return len(self._seen)

    def sweep(self, now: float) -> None:
        """Reap adopted processes that ended, and kill those whose plugin ended a grace ago."""
        present = [pid for pid in children() if pid not in self._leaders and pid not in self._not_ours]
        for pid in present:
            if reap(pid):
                self._seen.pop(pid, None)
            elif self._has_plugin(pid):
                self._seen[pid] = now
            elif now - self._seen.setdefault(pid, now) >= self._grace:
                self.ended += 1
                end(pid)
        for gone in self._seen.keys() - set(present):
            del self._seen[gone]

    def reap_ended(self) -> None:
        """Reap adopted processes that ended, as far as no plugin that ended comes first; costs one system call."""
        with contextlib.suppress(ChildProcessError):
            while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                if ended.si_pid in self._leaders or ended.si_pid in self._not_ours:
                    return
                os.waitpid(ended.si_pid, 0)
                self._seen.pop(ended.si_pid, None)

    def _has_plugin(self, pid: int) -> bool:
        """Tell whether the plugin that started an adopted process still runs: then it may go on too."""
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(pid) in self._leaders:
                return True
        return self._is_running(order_of(pid))

    def end_all(self) -> None:
        """Kill and reap whatever was adopted, generation after generation."""
        while present := [pid for pid in children() if pid not in self._not_ours]:
            for pid in present:
                end(pid)
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, 0)
