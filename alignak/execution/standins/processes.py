"""The processes of this machine as ``ps`` would list them, for ``check_procs``, which reads its columns."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final, NamedTuple

_FOLDER: Final = "/proc"
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_LONGEST: Final = 131_072
"""Bytes of a command line that ``ps`` reads."""

_PLAIN: Final = bytes(
    32 if byte in (0, 10) else 46 if byte < 32 or byte == 127 else 63 if byte > 127 else byte for byte in range(256)
)
"""What ``ps`` prints in the C locale for each byte of a command: a space, a dot or a question mark if it cannot."""

_PARENT_OF_KERNEL: Final = "kthreadd"
_LEAST_FIELDS: Final = 22


class Process(NamedTuple):
    """One line of ``ps``."""

    flags: str
    """``S``, ``Ssl+``: the state and what ``ps`` adds to it."""
    owner: int
    process_id: int
    parent_id: int
    size: int
    """Virtual memory in KiB."""
    resident: int
    """KiB in memory."""
    cpu: float
    """Percent of the time since its start, with one place."""
    elapsed: int
    """Whole seconds since its start."""
    program: str
    """The command's name up to its first space, without folders: what is left of it when read by columns."""
    arguments: str
    """The rest of the line."""


class Needs(NamedTuple):
    """What is to be read beside the first file of each process."""

    status: bool
    arguments: bool


def processes(needs: Needs) -> Iterator[Process]:
    """Return those there are; what is not needed is empty or 0. One that ends meanwhile is left out."""
    with open(f"{_FOLDER}/uptime", encoding="ascii") as file:
        now = float(file.read().split()[0])
    with os.scandir(_FOLDER) as found:
        names = [each.name for each in found if each.name.isdigit()]
    for name in sorted(names, key=int):
        with suppress(FileNotFoundError, ProcessLookupError, IndexError, ValueError):
            yield _process(name, now, needs)


def kernel_parent(listed: Iterable[Process]) -> int | None:
    """Return the process whose children are the kernel's threads; nothing where it is not to be seen."""
    return next((each.process_id for each in listed if each.program == _PARENT_OF_KERNEL and not each.parent_id), None)


def _process(name: str, now: float, needs: Needs) -> Process:
    """Read one process. Raises OSError when it is gone."""
    line = _content(name, "stat", _LONGEST)
    command, fields = line[line.index(b"(") + 1 : line.rindex(b")")], line[line.rindex(b")") + 2 :].split()
    if len(fields) < _LEAST_FIELDS:
        raise ValueError(name)
    status = _status(name) if needs.status else {}
    lasted = now - int(fields[19]) / _TICKS
    used = (int(fields[11]) + int(fields[12])) / _TICKS
    program, arguments = _columns(name, command, fields[0] == b"Z", needs)
    return Process(
        flags=_flags(name, fields, status),
        owner=_number(status, b"Uid", 1),
        process_id=int(name),
        parent_id=int(fields[1]),
        size=_number(status, b"VmSize"),
        resident=_number(status, b"VmRSS"),
        cpu=int(used * 1000 / lasted) / 10 if lasted > 0 else 0.0,
        elapsed=max(0, int(lasted)),
        program=program,
        arguments=arguments,
    )


def _content(name: str, file: str, limit: int) -> bytes:
    with open(f"{_FOLDER}/{name}/{file}", "rb", buffering=0) as opened:
        return opened.read(limit)


def _status(name: str) -> dict[bytes, list[bytes]]:
    lines = (line.partition(b":") for line in _content(name, "status", _LONGEST).splitlines())
    return {key: value.split() for key, _, value in lines}


def _number(status: dict[bytes, list[bytes]], key: bytes, place: int = 0) -> int:
    """Return a number of the status, 0 when it has none: a thread of the kernel, or what ended."""
    values = status.get(key, ())
    return int(values[place]) if len(values) > place else 0


def _flags(name: str, fields: list[bytes], status: dict[bytes, list[bytes]]) -> str:
    """Return the state and what is added to it; ``L`` only with the status."""
    nice = int(fields[16])
    return "".join(
        (
            fields[0].decode("ascii"),
            "<" if nice < 0 else "N" if nice > 0 else "",
            "L" if _number(status, b"VmLck") else "",
            "s" if fields[3] == name.encode("ascii") else "",
            "l" if int(fields[17]) > 1 else "",
            "+" if fields[5] == fields[2] else "",
        )
    )


def _columns(name: str, command: bytes, is_dead: bool, needs: Needs) -> tuple[str, str]:
    """Return program and arguments, split where a reader of columns splits them."""
    shown = command.translate(_PLAIN).decode("ascii")
    words = ""
    if needs.arguments or not shown.strip():
        line = _content(name, "cmdline", _LONGEST).removesuffix(b"\0").translate(_PLAIN).decode("ascii")
        words = line or (f"[{shown}] <defunct>" if is_dead else f"[{shown}]")
    program, _, arguments = f"{shown:<15} {words}".strip(" ").partition(" ")
    return program.rsplit("/", 1)[-1] or program, arguments.strip(" ")
