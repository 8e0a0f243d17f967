"""What the kernel says of a process and everything below it: processor time, memory, descriptors, threads."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

TICK: Final = os.sysconf("SC_CLK_TCK")
PAGE: Final = os.sysconf("SC_PAGE_SIZE")

PLUGINS: Final = "plugins"
"""Whom the time of processes that ended is put down to."""

_TITLES: Final = (
    (re.compile(r"alignak-(\S+?)(?:-master)? worker"), r"\1 workers"),
    (re.compile(r"alignak-(\w+)"), r"\1"),
    (re.compile(r"\S*nagios4 --worker"), "nagios workers"),
    (re.compile(r"\S*nagios4"), "nagios"),
)
"""How the command line of a process begins, and its role."""


class Seen(NamedTuple):
    """One process at one moment."""

    pid: int
    name: str
    """Its role: ``scheduler``, ``poller workers``, ``nagios`` ..., or the name of its program."""
    cpu: float
    """Processor seconds of its own."""
    children_cpu: float
    """Processor seconds of what it started and what has ended."""
    rss: int
    """Bytes."""
    threads: int
    descriptors: int


def family(root: int) -> Iterator[Seen]:
    """Yield a process and all below it, as far as they live long enough to be seen."""
    with suppress(OSError):
        yield _seen(root)
        for task in Path(f"/proc/{root}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from family(int(child))


def cpu(root: int) -> Counter[str]:
    """Return the processor seconds of a process and all below it by role, those that ended together."""
    found: Counter[str] = Counter()
    for each in family(root):
        found[each.name] += each.cpu  # type: ignore[assignment]  # a Counter adds seconds as well
        found[PLUGINS] += each.children_cpu  # type: ignore[assignment]
    return found


def difference(after: Mapping[str, float], before: Mapping[str, float]) -> dict[str, float]:
    """Return what was used in between."""
    return {name: max(0.0, value - before.get(name, 0.0)) for name, value in after.items()}


def _seen(pid: int) -> Seen:
    folder = Path(f"/proc/{pid}")
    name, _, rest = (folder / "stat").read_text().rpartition(")")
    fields = rest.split()
    user, system, users, systems = (int(each) / TICK for each in fields[11:15])
    command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return Seen(
        pid,
        role_of(command) or name.partition("(")[2],
        user + system,
        users + systems,
        int(fields[21]) * PAGE,
        int(fields[17]),
        len(os.listdir(folder / "fd")),
    )


def role_of(command: str) -> str:
    """Return what a process is by its command line, nothing when that does not say it."""
    for title, role in _TITLES:
        if found := title.match(command):
            return found.expand(role)
    return ""
