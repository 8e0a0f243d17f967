"""How long something took, in seconds: the limits of ``-w`` and ``-c``, and the value as the plugins print it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from alignak.execution.standins.standin import Unsupported

_PLAIN: Final = re.compile(r"\d{1,9}(\.\d{0,9})?|\.\d{1,9}", re.ASCII)


class Limits(NamedTuple):
    """Seconds above which something is WARNING, and CRITICAL; nothing for never."""

    warning: float | None = None
    critical: float | None = None

    def judge(self, taken: float) -> int:
        """Return the exit code for what took so many seconds."""
        if self.critical is not None and taken > self.critical:
            return 2
        return int(self.warning is not None and taken > self.warning)

    def perfdata(self, taken: float) -> str:
        """Return the value, its limits and its least."""
        warning = "" if self.warning is None else f"{self.warning:f}"
        critical = "" if self.critical is None else f"{self.critical:f}"
        return f"time={taken:f}s;{warning};{critical};0.000000"


def limits(options: Mapping[str, str]) -> Limits:
    """Read ``-w`` and ``-c``. Raises Unsupported for what is no plain number: the plugins take its beginning."""
    return Limits(_limit("-w", options.get("-w")), _limit("-c", options.get("-c")))


def _limit(option: str, text: str | None) -> float | None:
    if text is None:
        return None
    if not _PLAIN.fullmatch(text):
        raise Unsupported(f"{option} {text}")
    return float(text)
