"""Stands in for ``check_users``: how many sessions of users are open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import psutil

from alignak.execution.standins.options import given
from alignak.execution.standins.ranges import Range, range_of
from alignak.execution.standins.standin import Call, Result, StandIn, Unsupported

_OPTIONS: Final = {"-w --warning": "RANGE", "-c --critical": "RANGE"}
_WORDS: Final = ("OK", "WARNING", "CRITICAL")


class _Asked(NamedTuple):
    """What the words ask."""

    warning: Range
    critical: Range
    limits: str
    """Both as they were written."""


def _read(words: Sequence[str]) -> _Asked:
    """Limits without an option are taken in the order in which one is missing."""
    said = given(words, _OPTIONS)
    options, operands = dict(said.options), list(said.operands)
    for option in ("-w", "-c"):
        if option not in options:
            if not operands:
                raise Unsupported(f"no {option}")
            options[option] = operands.pop(0)
    warning, critical = (range_of(option, options[option]) for option in ("-w", "-c"))
    return _Asked(warning, critical, f"{options['-w']};{options['-c']}")


async def _run(asked: _Asked, _call: Call) -> Result:
    count = len(psutil.users())
    code = 2 * asked.critical.alerts(count) or int(asked.warning.alerts(count))
    return code, f"USERS {_WORDS[code]} - {count} users currently logged in |users={count};{asked.limits};0"


USERS: Final = StandIn(_read, _run)
