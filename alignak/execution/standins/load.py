"""Stands in for ``check_load``: the load averages of this machine."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from alignak.execution.standins.options import given
from alignak.execution.standins.standin import Call, Result, StandIn, Unsupported

_OPTIONS: Final = {
    "-w --warning": "WLOAD1,WLOAD5,WLOAD15",
    "-c --critical": "CLOAD1,CLOAD5,CLOAD15",
    "-n --procs-to-show": "0",
    "-r --percpu": "",
}
_NUMBER: Final = r" {0,9}(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})"
_LOADS: Final = re.compile(rf"{_NUMBER}(?:,{_NUMBER}){{0,2}}", re.ASCII)
_WORDS: Final = ("OK", "WARNING", "CRITICAL")
_AVERAGES: Final = "/proc/loadavg"

Loads = tuple[float, float, float]


class _Asked(NamedTuple):
    """What the words ask."""

    warning: Loads
    critical: Loads
    is_scaled: bool


def _read(words: Sequence[str]) -> _Asked:
    options = dict(given(words, _OPTIONS).options)
    if options.get("-n", "0") != "0":
        raise Unsupported("-n: the processes that use most")
    warning, critical = (_loads(option, options.get(option, "")) for option in ("-w", "-c"))
    if any(low > high for low, high in zip(warning, critical, strict=True)):
        raise Unsupported("a warning load above the critical one")
    return _Asked(warning, critical, "-r" in options)


def _loads(option: str, text: str) -> Loads:
    """Return the limits of the three averages: the last one given is that of those after it."""
    if not _LOADS.fullmatch(text):
        raise Unsupported(f"{option} {text}")
    read = [float(each) for each in text.split(",")]
    return read[0], read[min(1, len(read) - 1)], read[-1]


async def _run(asked: _Asked, _call: Call) -> Result:
    with open(_AVERAGES, encoding="ascii") as file:
        one, five, fifteen = (float(each) for each in file.read().split()[:3])
    loads = (one, five, fifteen)
    judged = tuple(each / os.sysconf("SC_NPROCESSORS_ONLN") for each in loads) if asked.is_scaled else loads
    code = 2 * _exceeds(judged, asked.critical) or int(_exceeds(judged, asked.warning))
    scaled = f"scaled load average: {_shown(judged)} - " if asked.is_scaled else ""
    values = "".join(_perfdata(asked, *each) for each in zip((1, 5, 15), range(3), loads, judged, strict=True))
    return code, f"LOAD {_WORDS[code]} - {scaled}total load average: {_shown(loads)}|{values}"


def _exceeds(loads: Sequence[float], limits: Loads) -> bool:
    return any(load > limit for load, limit in zip(loads, limits, strict=True))


def _shown(loads: Sequence[float]) -> str:
    return ", ".join(f"{each:.2f}" for each in loads)


def _perfdata(asked: _Asked, minutes: int, place: int, load: float, judged: float) -> str:
    limits = f"{asked.warning[place]:.3f};{asked.critical[place]:.3f};0; "
    if not asked.is_scaled:
        return f"load{minutes}={load:.3f};{limits}"
    return f"load{minutes}={load:.3f};;;0; scaled_load{minutes}={judged:.3f};{limits}"


LOAD: Final = StandIn(_read, _run)
