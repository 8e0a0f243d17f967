"""The six programs as a person or systemd starts them: processes with a command line, an environment and exit codes."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests.support.cluster import Cluster, wait_for

START = 20.0
"""Seconds a program may take to start on a busy machine."""


def command(cluster: Cluster, name: str, *arguments: str) -> list[str]:
    """Return the command line of a daemon of an installation."""
    environment = str(cluster.environment)
    return [
        sys.executable,
        "-m",
        "alignak.cli.daemons",
        cluster.daemons[name],
        "-n",
        name,
        "-e",
        environment,
        *arguments,
    ]


def variables(**more: str) -> dict[str, str]:
    """Return the environment of a program: this one's without what an installation of the machine put there."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("ALIGNAK_", "NOTIFY_", "WATCHDOG_"))
    }
    return kept | more


def run(cluster: Cluster, name: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a program that is expected to end by itself."""
    return subprocess.run(
        command(cluster, name, *arguments),
        env=variables(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=2 * START,
        check=False,
    )


def start(cluster: Cluster, name: str, *arguments: str, **more: str) -> subprocess.Popen[bytes]:
    """Start a program as one of the installation's, which is stopped with it; its output goes to ``<name>.out``."""
    with (cluster.folder / "log" / f"{name}.out").open("ab") as out:
        process = subprocess.Popen(
            command(cluster, name, *arguments), env=variables(**more), stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    cluster.processes[name] = process
    return process


def wait_until_listening(cluster: Cluster, *names: str) -> None:
    """Wait until daemons answer."""
    for name in names:
        wait_for(lambda name=name: pings(cluster, name), START, f"{name} to listen")


def pings(cluster: Cluster, name: str) -> bool:
    """Tell whether a daemon answers."""
    try:
        return bool(cluster.ask(name, "ping") == "pong")
    except OSError:
        return False


@contextmanager
def stopping(cluster: Cluster) -> Iterator[Cluster]:
    """Stop, at the end, whatever runs with an installation's environment file; nothing may be left."""
    try:
        yield cluster
    finally:
        for each in members(cluster):
            each.terminate()
        _, left = psutil.wait_procs(members(cluster), START)
        for each in left:
            each.kill()
        for process in cluster.processes.values():
            process.wait(5)
        assert not left, f"did not stop: {left}"


def members(cluster: Cluster) -> list[psutil.Process]:
    """Return the daemons of an installation that run, whoever started them, as their pid files say."""
    found = []
    for path in (cluster.folder / "run").glob("*.pid"):
        text = path.read_text().strip()
        if text.isdecimal() and psutil.pid_exists(int(text)):
            process = psutil.Process(int(text))
            if any(word.startswith("alignak-") for word in process.cmdline()):
                found.append(process)
    return found


def pid_of(cluster: Cluster, name: str) -> int:
    """Return the process a daemon's pid file names; 0 while there is none, or none is written in it."""
    path = cluster.folder / "run" / f"{name}.pid"
    with suppress(FileNotFoundError, ValueError):
        return int(path.read_text())
    return 0


def title(pid: int) -> str:
    """Return what ``ps`` shows of a process."""
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()


def status(pid: int) -> Mapping[str, list[str]]:
    """Return the words of each line of ``/proc/PID/status``."""
    rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {key: value.split() for key, _, value in (row.partition(":") for row in rows)}


def mode(path: Path) -> str:
    """Return the mode of a file as ``0600``."""
    return f"{path.stat().st_mode & 0o7777:04o}"


class Listener:
    """The socket on which systemd would hear a daemon."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + address[1:] if address.startswith("@") else address)

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def hear(self, word: str, timeout: float = START) -> str:
        """Return the next message that holds a word; fail when none comes in time."""
        until = time.monotonic() + timeout
        while (message := self._next(until - time.monotonic())) is not None:
            if word in message:
                return message
        raise AssertionError(f"waited {timeout:g} s in vain to hear {word}")

    def messages(self, seconds: float) -> Sequence[str]:
        """Return everything that is said within so many seconds."""
        until, found = time.monotonic() + seconds, []
        while (message := self._next(until - time.monotonic())) is not None:
            found.append(message)
        return found

    def _next(self, wait: float) -> str | None:
        if wait > 0 and select.select([self._socket], [], [], wait)[0]:
            return self._socket.recv(65536).decode()
        return None


def end(process: subprocess.Popen[bytes], number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
    """Signal a process; return its exit code and the seconds it took to end."""
    began = time.monotonic()
    process.send_signal(number)
    return process.wait(START), time.monotonic() - began
