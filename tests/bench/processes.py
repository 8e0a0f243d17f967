"""Programs that are measured: how long they run, how much memory they take with all that belongs to them."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

PACE: Final = 0.005
"""Seconds between two looks at the memory of a program."""

SHARING_PACE: Final = 0.05
"""Seconds between two looks at the memory of several processes together, which costs them time."""

MIB: Final = 1 << 20


class Program(NamedTuple):
    """A command line and its environment."""

    argv: Sequence[str | Path]
    environment: Mapping[str, str]

    def seconds(self) -> float:
        """Return how long the program runs from start to exit."""
        began = time.monotonic()
        process = self._spawn()
        code = process.wait()
        took = time.monotonic() - began
        _check(self.argv, code)
        return took

    def peak(self) -> float:
        """Return the most memory the program has while it runs to its end, its workers included, in MiB."""
        process = self._spawn()
        memory = Memory(process.pid)
        while process.poll() is None:
            memory.look()
            time.sleep(PACE)
        _check(self.argv, process.returncode)
        return memory.peak / MIB

    def _spawn(self) -> subprocess.Popen[bytes]:
        nowhere = subprocess.DEVNULL
        return subprocess.Popen(self.argv, env=self.environment, stdin=nowhere, stdout=nowhere, stderr=nowhere)


class Memory:
    """The most memory a process and its workers had, as far as somebody looked.

    One process has what the kernel says was its most. Several share pages: theirs are shared out before they are added.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._next = 0.0
        self.peak = 0
        """In bytes."""

    def look(self) -> None:
        """Look how much it is now."""
        with suppress(OSError):
            self.peak = max(self.peak, _field(self._pid, "status", "VmHWM:"))
            family = list(_family(self._pid))
            if len(family) > 1 and time.monotonic() >= self._next:
                self.peak = max(self.peak, sum(_shared_out(each) for each in family))
                self._next = time.monotonic() + SHARING_PACE


def _check(argv: Sequence[str | Path], code: int) -> None:
    if code:
        raise RuntimeError(f"run it to see why it ended with {code}: {' '.join(map(str, argv))}")


def _family(pid: int) -> Iterator[int]:
    """Yield a process and those below it that read configurations with it, not what it launched for other work."""
    yield pid
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in tasks.read_text().split():
            if not _is_for_other_work(int(child)):
                yield from _family(int(child))


def _is_for_other_work(pid: int) -> bool:
    """Tell whether a process is a daemon that an arbiter launched, or one of Nagios' helpers that run checks."""
    with suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
        is_daemon = words.startswith(b"alignak-") and not words.startswith(b"alignak-arbiter")
        return is_daemon or b"--launched" in words or b"--worker" in words
    return False


def _shared_out(pid: int) -> int:
    with suppress(OSError):
        return _field(pid, "smaps_rollup", "Pss:")
    return 0


def _field(pid: int, file: str, name: str) -> int:
    """Return a field of the kernel's account of a process, in bytes."""
    for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    return 0
