"""Stands in for ``check_dummy``: the state it is told, and the text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from alignak.execution.standins.options import given
from alignak.execution.standins.standin import Call, Result, StandIn, Unsupported

_WORDS: Final = ("OK", "WARNING", "CRITICAL", "UNKNOWN")


def _read(words: Sequence[str]) -> Result:
    operands = given(words, {}).operands
    if len(operands) not in (1, 2) or operands[0] not in ("0", "1", "2", "3"):
        raise Unsupported("anything but a state from 0 to 3 and a text")
    code = int(operands[0])
    return code, ": ".join((_WORDS[code], *operands[1:]))


async def _run(answer: Result, _call: Call) -> Result:
    return answer


DUMMY: Final = StandIn(_read, _run)
