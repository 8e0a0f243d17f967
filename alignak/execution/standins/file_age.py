"""Stands in for ``check_file_age``: how old and how large a file is."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import Final, NamedTuple

from alignak.execution.standins.options import given
from alignak.execution.standins.standin import Call, Result, StandIn, Unsupported

_OPTIONS: Final = {
    "-f": "FILE",
    "-w --warning-age": "SECONDS",
    "-c --critical-age": "SECONDS",
    "-W --warning-size": "BYTES",
    "-C --critical-size": "BYTES",
    "-i --ignore-missing": "",
}
_DEFAULTS: Final = (("-w", "240"), ("-c", "600"), ("-W", "0"), ("-C", "0"))
_WORDS: Final = ("OK", "WARNING", "CRITICAL")


class _Asked(NamedTuple):
    """What the words ask; limits as they were written."""

    file: str
    warning_age: str
    critical_age: str
    warning_size: str
    critical_size: str
    may_miss: bool


def _read(words: Sequence[str]) -> _Asked:
    said = given(words, _OPTIONS)
    options = dict(said.options)
    file = options.get("-f", "") or "".join(said.operands[:1])
    if file in ("", "0"):
        raise Unsupported("no file")
    age, critical_age, size, critical_size = (_plain(options.get(option, default)) for option, default in _DEFAULTS)
    return _Asked(file, age, critical_age, size, critical_size, "-i" in options)


def _plain(limit: str) -> str:
    """Refuse ranges, for which the plugin needs a Perl module."""
    if not (limit.isascii() and limit.isdigit()) or len(limit) > 15:
        raise Unsupported(f"the limit {limit}")
    return limit


def _block(asked: _Asked, _call: Call) -> Result:
    """Look at the file in a thread: it may be on a disk that takes its time."""
    try:
        status = os.stat(asked.file)
    except (OSError, ValueError):
        if asked.may_miss:
            return 0, f"FILE_AGE OK: {asked.file} doesn't exist, but ignore-missing was set"
        return 2, f"FILE_AGE CRITICAL: File not found - {asked.file}"
    age, size = int(time.time()) - status.st_mtime_ns // 1_000_000_000, status.st_size
    is_critical = age > int(asked.critical_age) or size < int(asked.critical_size)
    is_warning = age > int(asked.warning_age) or size < int(asked.warning_size)
    code = 2 * is_critical or int(is_warning)
    values = (
        f"age={age}s;{asked.warning_age};{asked.critical_age} size={size}B;{asked.warning_size};{asked.critical_size};0"
    )
    return code, f"FILE_AGE {_WORDS[code]}: {asked.file} is {age} seconds old and {size} bytes | {values}"


FILE_AGE: Final = StandIn(_read, block=_block)
