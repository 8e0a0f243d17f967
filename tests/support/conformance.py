"""A plugin and its stand-in, run with the same words, and what differs between their answers.

Exit code, status word, performance data (labels, units, thresholds, least and most) must be the same; the text as well
once its numbers that tell a time are taken out, unless a case says why not.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from alignak.execution.standins.standin import Call, Result
from alignak.execution.standins.table import stand_in

FOLDER: Final = Path("/usr/lib/nagios/plugins")
"""Where Debian has the plugins."""

PATIENCE: Final = 20.0
ENVIRONMENT: Final = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


class Answer(NamedTuple):
    """What a plugin printed, taken apart."""

    code: int
    word: str
    """The first word in capitals that says a state, or nothing."""
    perfdata: tuple[str, ...]
    """``label unit;warning;critical;min;max`` of each value, without the value."""
    text: str
    """All it printed but performance data, with each number that has a fraction written as ``#``."""


_STATE: Final = re.compile(r"\b(OK|WARNING|CRITICAL|UNKNOWN)\b")
_VALUE: Final = re.compile(r"('[^']*'|[^\s=']+)=(-?[\d.]+)([^\s;]*)(\S*)")
_FRACTION: Final = re.compile(r"-?\d+\.\d+")


def taken_apart(result: Result) -> Answer:
    """Return the parts of an answer that are compared."""
    code, output = result
    first, _, perfdata = output.partition("|")
    perfdata, _, further = perfdata.partition("\n")
    state = _STATE.search(first)
    values = tuple(f"{label} {unit}{rest}" for label, _, unit, rest in _VALUE.findall(perfdata))
    text = _FRACTION.sub("#", f"{first.rstrip()}\n{further}".strip())
    return Answer(code, state[1] if state else "", values, text)


def by_plugin(name: str, words: Sequence[str]) -> Result:
    """Run the real plugin."""
    argv = [str(FOLDER / name), *words]
    ran = subprocess.run(argv, env=ENVIRONMENT, capture_output=True, timeout=PATIENCE, check=False)
    return ran.returncode, (ran.stdout or ran.stderr).decode("utf-8", "replace").rstrip("\n")


def in_process(name: str, words: Sequence[str]) -> Result:
    """Run the stand-in; raises Unsupported when it does not know the words."""
    found = stand_in(name)
    asked = found.read(words)
    call = Call(ENVIRONMENT, time.monotonic() + PATIENCE)
    if found.block is not None:
        return found.block(asked, call)
    run = found.run
    assert run is not None

    async def answered() -> Result:
        return await run(asked, call)

    return asyncio.run(answered())


def compare(name: str, words: Sequence[str], *, text: Callable[[str], str] | None = None) -> tuple[Answer, Answer]:
    """Return what stand-in and plugin answer, for ``ours == theirs``; ``text`` takes out what may differ."""
    ours, theirs = taken_apart(in_process(name, words)), taken_apart(by_plugin(name, words))
    if text is not None:
        ours, theirs = ours._replace(text=text(ours.text)), theirs._replace(text=text(theirs.text))
    return ours, theirs
