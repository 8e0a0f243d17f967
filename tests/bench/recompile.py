"""A process that reads a configuration as an arbiter does, and again when it is told to: ``ALIGNAK_INI``.

It prints a line once it has read it, waits for a line, reads it again with what it remembers, and prints the seconds.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from alignak.config.compile import load
from alignak.config.environment import read_environment
from alignak.config.includes import Library
from alignak.system.files import DiskFiles
from alignak.system.garbage import uncollected
from tests.support.programs import variables


def main(path: str) -> int:
    """Read a configuration twice."""
    library = Library()
    first = _read(path, library)  # kept, as the arbiter keeps what it works on
    print("read", flush=True)
    sys.stdin.readline()
    began = time.monotonic()
    second = _read(path, library)
    print(time.monotonic() - began)
    return 0 if first and second else 1


def _read(path: str, library: Library) -> object:
    environment = read_environment(path, DiskFiles())
    with uncollected():
        return load(environment, DiskFiles(), (), library).config


def seconds_after(path: Path, change: Callable[[], None]) -> float:
    """Return how long reading a configuration takes that was changed since it was read."""
    argv = [sys.executable, "-m", "tests.bench.recompile", str(path)]
    with subprocess.Popen(argv, env=variables(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        change()
        told, _ = process.communicate("\n")
    if process.returncode:
        raise RuntimeError(f"run it to see why it failed: {' '.join(argv)}")
    return float(told)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
