"""Stands in for ``check_uptime`` of monitoring-plugins: for how long this machine has been running."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from alignak.execution.standins.options import given
from alignak.execution.standins.standin import Call, Result, StandIn, Unsupported

_OPTIONS: Final = {
    "-w --warning": "[LEAST:]MOST",
    "-c --critical": "[LEAST:]MOST",
    "-f --for": "",
    "-s --since": "",
    "-d --days": "",
}
_TIME: Final = re.compile(r"(\d{1,12})([smhdw]?)", re.ASCII)
_SECONDS: Final[Mapping[str, int]] = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_UNITS: Final = (("minute", 60, 100), ("hour", 60, 100), ("day", 24, 48), ("week", 7, 14))
"""A unit, how many of the one before it are one of it, and above how many of those it is used."""

_WORDS: Final = ("OK", "WARNING", "CRITICAL")
_UPTIME: Final = "/proc/uptime"


class _Limits(NamedTuple):
    """Between what the time should be, ends included, in seconds; the upper end also as the plugin prints it."""

    least: int
    most: int
    shown: str

    def broken(self, seconds: int) -> str:
        """Return which end is passed, or nothing."""
        return "upper" if seconds > self.most else "lower" if seconds < self.least else ""


class _Asked(NamedTuple):
    """What the words ask."""

    warning: _Limits
    critical: _Limits
    flags: frozenset[str]


def _read(words: Sequence[str]) -> _Asked:
    options = dict(given(words, _OPTIONS).options)
    warning, critical = (_limits(option, options.get(option, "")) for option in ("-w", "-c"))
    if warning.most >= critical.most or warning.least < critical.least:
        raise Unsupported("warning limits that are not within the critical ones")
    return _Asked(warning, critical, frozenset(options))


def _limits(option: str, text: str) -> _Limits:
    least, colon, most = text.rpartition(":")
    found = _TIME.fullmatch(most)
    lower = _TIME.fullmatch(least) if colon else _TIME.fullmatch("0")
    if found is None or lower is None:
        raise Unsupported(f"{option} {text}")
    seconds = _seconds(found)
    return _Limits(_seconds(lower), seconds, str(seconds) if found[2] else most)


def _seconds(found: re.Match[str]) -> int:
    return int(found[1]) * _SECONDS[found[2]]


async def _run(asked: _Asked, _call: Call) -> Result:
    with open(_UPTIME, encoding="ascii") as file:
        seconds = int(float(file.read().split()[0]))
    parts = [f"Uptime is {seconds // 86_400} days." if "-d" in asked.flags else f"Uptime is {seconds} seconds."]
    code = 0
    if end := asked.critical.broken(seconds):
        code = 2
        parts.append(f"Exceeds {end} crit threshold.")
    elif end := asked.warning.broken(seconds):
        code = 1
        parts.append(f"Exceeds {end} warn threshold.")
    if "-f" in asked.flags:
        parts.append(f"Running for {_in_words(seconds)}.")
    if "-s" in asked.flags:
        parts.append(time.strftime("Running since %Y-%m-%d %H:%M:%S.", time.localtime(int(time.time()) - seconds)))
    text = f"{_WORDS[code]}: {' '.join(parts)} "
    return code, f"{text}|uptime={seconds}s;{asked.warning.shown};{asked.critical.shown};0"


def _in_words(seconds: int) -> str:
    """Return a time as the plugin says it: the larger units only from where they are worth it, none that is 0."""
    amounts, left = [("second", seconds)], seconds
    for unit, size, enough in _UNITS:
        if left <= enough:
            break
        name, _ = amounts.pop()
        amounts.append((name, left % size))
        left //= size
        amounts.append((unit, left))
    larger = [f"{amount} {unit}{'' if amount == 1 else 's'}" for unit, amount in reversed(amounts[1:]) if amount]
    last = f"{amounts[0][1]} second{'' if amounts[0][1] == 1 else 's'}"
    return f"{', '.join(larger)} and {last}" if larger else last


UPTIME: Final = StandIn(_read, _run)
