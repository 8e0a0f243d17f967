"""Stands in for ``check_swap``: how much swap space is free."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from alignak.execution.standins.options import given
from alignak.execution.standins.standin import Call, Result, StandIn, Unsupported

_OPTIONS: Final = {
    "-w --warning": "BYTES or PERCENT%",
    "-c --critical": "BYTES or PERCENT%",
    "-a --allswaps": "",
    "-n --no-swap": "STATE",
}
_LIMIT: Final = re.compile(r"[1-9]\d{0,14}|([1-9]\d?|100)%", re.ASCII)
_WORDS: Final = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
_STATES: Final[Mapping[str, int]] = {
    name: code for code, word in enumerate(_WORDS) for name in (word.lower(), word, str(code))
}
_MEGABYTE: Final = 1 << 20
_MEMORY: Final = "/proc/meminfo"
_NONE: Final = "- Swap is either disabled, not present, or of zero size. "


class _Limit(NamedTuple):
    """How little may be free."""

    amount: int
    is_percent: bool

    def of(self, total: int) -> int:
        """Return the bytes that are meant, of so many."""
        return self.amount * (total // 100) if self.is_percent else self.amount

    def alerts(self, free: int, total: int) -> bool:
        """Tell whether too little is free."""
        if self.is_percent:
            return _percent_used(free, total) >= 100 - self.amount
        return free <= self.amount


class _Asked(NamedTuple):
    """What the words ask."""

    warning: _Limit
    critical: _Limit
    without: int
    """Exit code on a machine that has no swap."""


def _read(words: Sequence[str]) -> _Asked:
    """``-a`` changes nothing on Linux, whose kernel does not tell the plugin about each area."""
    options = dict(given(words, _OPTIONS).options)
    warning, critical = (_limit(option, options.get(option, "")) for option in ("-w", "-c"))
    if warning.is_percent != critical.is_percent:
        raise Unsupported("a limit in bytes beside one in percent")
    if warning.amount < critical.amount:
        raise Unsupported("a warning limit below the critical one")
    without = _STATES.get(options.get("-n", "critical"))
    if without is None:
        raise Unsupported(f"-n {options['-n']}")
    return _Asked(warning, critical, without)


def _limit(option: str, text: str) -> _Limit:
    if not _LIMIT.fullmatch(text):
        raise Unsupported(f"{option} {text}")
    return _Limit(int(text.removesuffix("%")), text.endswith("%"))


def _percent_used(free: int, total: int) -> int:
    return max(0, 100 * (total - free) // total)


async def _run(asked: _Asked, _call: Call) -> Result:
    with open(_MEMORY, encoding="ascii") as file:
        sizes = dict(line.split(":", 1) for line in file)
    megabytes = {name: int(sizes[name].split()[0]) // 1024 for name in ("SwapTotal", "SwapFree", "SwapCached")}
    total = megabytes["SwapTotal"] * _MEGABYTE
    free = (megabytes["SwapFree"] + megabytes["SwapCached"]) * _MEGABYTE if total else 0
    code = _judged(asked, free, total) if total else asked.without
    percent = 100 - _percent_used(free, total) if total else 0
    text = f"{percent}% free ({free // _MEGABYTE}MB out of {total // _MEGABYTE}MB) {'' if total else _NONE}"
    values = f"swap={free}B;{asked.warning.of(total)};{asked.critical.of(total)};0;{total}"
    return code, f"SWAP {_WORDS[code]} - {text}|{values}"


def _judged(asked: _Asked, free: int, total: int) -> int:
    return 2 * asked.critical.alerts(free, total) or int(asked.warning.alerts(free, total))


SWAP: Final = StandIn(_read, _run)
