"""What in-process checks share: thresholds, options, and the line they print, as the plugin guidelines have it."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, NoReturn

OK: Final = 0
WARNING: Final = 1
CRITICAL: Final = 2
UNKNOWN: Final = 3

WORDS: Final = ("OK", "WARNING", "CRITICAL", "UNKNOWN")

Result = tuple[int, str]
"""Exit code and text."""

Check = Callable[[Sequence[str], Mapping[str, str], float], Result]
"""An in-process check: words, environment, monotonic deadline."""


class UsageError(Exception):
    """The words of a command are not what the check takes; the text says what it takes."""


class Parser(argparse.ArgumentParser):
    """Parse the words of a command; tell of wrong ones by UsageError, never by ending the process."""

    def __init__(self, name: str) -> None:
        super().__init__(prog=name, add_help=False, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """Raise UsageError with what is wrong and what would be right."""
        raise UsageError(f"{message}; {' '.join(self.format_usage().split())}")


class Range(NamedTuple):
    """A threshold of the plugin guidelines: ``10``, ``10:``, ``~:10``, ``10:20``, ``@10:20``."""

    low: float
    high: float
    is_inside: bool
    """Whether values inside alert, rather than those outside."""
    text: str

    def alerts(self, value: float) -> bool:
        """Tell whether a value is one to alert on."""
        return (self.low <= value <= self.high) is self.is_inside


def threshold(text: str) -> Range:
    """Return the threshold a text says; a percent sign at the end is left out. ValueError when it says none."""
    body = text.removeprefix("@").removesuffix("%")
    low, colon, high = body.partition(":")
    if not colon:
        low, high = "0", low
    bounds = (-math.inf if low == "~" else float(low or 0), float(high) if high else math.inf)
    if bounds[0] > bounds[1]:
        raise ValueError(f"{text} begins after its end")
    return Range(*bounds, text.startswith("@"), text.removesuffix("%"))


class Limits(NamedTuple):
    """The two thresholds of a check."""

    warning: Range | None
    critical: Range | None

    def judge(self, value: float) -> int:
        """Return the exit code a value means."""
        if self.critical and self.critical.alerts(value):
            return CRITICAL
        return WARNING if self.warning and self.warning.alerts(value) else OK


def add_limits(parser: argparse.ArgumentParser, warning: str, critical: str) -> None:
    """Let a parser take ``-w`` and ``-c``, with these defaults."""
    parser.add_argument("-w", "--warning", type=threshold, default=warning)
    parser.add_argument("-c", "--critical", type=threshold, default=critical)


def limits_of(options: argparse.Namespace) -> Limits:
    """Return the thresholds that were given."""
    return Limits(options.warning, options.critical)


def perf(label: str, value: float, unit: str = "", limits: Limits | None = None, top: float | None = None) -> str:
    """Return one item of performance data: ``label=value[unit];warning;critical;min;max``."""
    name = label.replace("'", "''").replace("=", "_")
    quoted = f"'{name}'" if set(name) & set(" '") else name
    warning = limits.warning.text if limits and limits.warning else ""
    critical = limits.critical.text if limits and limits.critical else ""
    shown = f"{value:.3f}".rstrip("0").rstrip(".")
    end = "" if top is None else f"{top:.0f}"
    return f"{quoted}={shown}{unit};{warning};{critical};0;{end}".rstrip(";")


def result(title: str, code: int, text: str, items: Sequence[str] = ()) -> Result:
    """Return an exit code with the line ``TITLE STATE - text | performance data``."""
    line = f"{title} {WORDS[code]} - {text}"
    return code, f"{line} | {' '.join(items)}" if items else line
