"""Configurations meant to hurt: small texts that would stand for very much, and a process to read them in.

Each case is a function from a size in bytes to a tree of files of about that size. To see what reading them takes::

    python -m tests.support.hostile <size> <seconds> [<case> ...]
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from time import process_time
from typing import Final, NamedTuple

from alignak.base.errors import ConfigurationError
from alignak.config.compile import load
from alignak.config.diagnostics import Severity
from alignak.config.environment import read_environment
from tests.support import hostile_objects, hostile_relations, hostile_texts
from tests.support.configurations import INI, MemoryFiles
from tests.support.hostile_pieces import CASES, Tree

MEGABYTE: Final = 1_000_000
ADDRESS_SPACE: Final = 3_000 * MEGABYTE
"""What a reading process may take before it fails; tests ask for far less."""

MODULES: Final = (hostile_objects, hostile_relations, hostile_texts)
"""Where the cases are; to import them puts them into ``CASES``."""

ROOT: Final = Path(__file__).parents[2]


class Cost(NamedTuple):
    """What reading took."""

    seconds: float
    """Of processor time."""
    megabytes: float
    """More than before it."""
    error_count: int
    warning_count: int
    object_count: int
    """Hosts and services of a configuration that was accepted."""
    errors: list[str]
    """The first of them."""
    failure: str = ""
    """The exception, or the limit, that ended it."""


def tree(name: str, size: int) -> Tree:
    """Return the files of a case."""
    made = CASES[name](size)
    return made if isinstance(made, Mapping) else {"alignak.ini": INI, "main.cfg": made}


def read(name: str, size: int) -> Cost:
    """Read a case here and return what it took."""
    files = MemoryFiles({f"/etc/a/{path}": text for path, text in tree(name, size).items()})
    before, begun = _memory("VmRSS"), process_time()
    errors: list[str] = []
    error_count = warning_count = object_count = 0
    try:
        loaded = load(read_environment("/etc/a/alignak.ini", files), files)
    except ConfigurationError as error:
        errors, error_count = [str(error)], 1
    else:
        errors = [each.render() for each in loaded.diagnostics if each.severity is Severity.ERROR]
        error_count, warning_count = loaded.error_count, loaded.warning_count
        object_count = sum(loaded.created.get(kind, 0) for kind in ("host", "service"))
    took = process_time() - begun
    return Cost(
        took, _memory("VmHWM") - before, error_count, warning_count, object_count, [_short(each) for each in errors[:3]]
    )


def measured(names: Iterable[str], size: int, deadline: int) -> dict[str, Cost]:
    """Read cases, each in a process of its own, and return what they took, or what ended them."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.hostile", str(size), str(deadline), *names],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    )
    return {name: Cost(*cost) for name, cost in map(json.loads, done.stdout.splitlines())}


def _forked(name: str, size: int, deadline: int) -> Cost:
    """Read a case in a copy of this process that has limits."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CPU, (deadline, deadline))
        try:
            cost = read(name, size)
        except BaseException as error:  # whatever it is, it is what the test is about
            cost = _failed(repr(error))
        os.write(writing, json.dumps(cost).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return Cost(*json.loads(answer)) if answer else _failed(f"not read after {deadline} seconds")


def _failed(why: str) -> Cost:
    return Cost(0, 0, 0, 0, 0, [], _short(why))


def _memory(key: str) -> float:
    found = re.search(rf"{key}:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert found is not None
    return int(found.group(1)) * 1024 / MEGABYTE


def _short(text: str) -> str:
    return text[:300]


def main() -> None:
    """Read the cases named on the command line, or all, and print a line for each: its name and what it took."""
    size, deadline, *names = sys.argv[1:]
    for name in names or CASES:
        print(json.dumps([name, _forked(name, int(size), int(deadline))]), flush=True)


if __name__ == "__main__":
    main()
