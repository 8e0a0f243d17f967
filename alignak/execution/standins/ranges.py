"""The plugins' threshold ranges: ``10``, ``10:``, ``5:10``, ``~:10``, ``@5:10``."""

from __future__ import annotations

import math
import re
from typing import Final, NamedTuple

from alignak.execution.standins.standin import Unsupported

_NUMBER: Final = r"-?(?:\d{1,15}(?:\.\d*)?|\.\d+)"
_RANGE: Final = re.compile(rf"(@?)(?:(~|{_NUMBER})?:)?({_NUMBER})?")


class Range(NamedTuple):
    """What a value should be in, ends included; or, when ``is_inverted``, should not."""

    least: float
    most: float
    is_inverted: bool

    def alerts(self, value: float) -> bool:
        """Say whether a value is where it should not be."""
        return (self.least <= value <= self.most) == self.is_inverted

    @property
    def shown(self) -> float:
        """Return the upper end as plugins print it: 0 for none."""
        return 0.0 if math.isinf(self.most) else self.most


def range_of(option: str, text: str) -> Range:
    """Read a range. Raises Unsupported for what is none, or has its ends the wrong way round."""
    found = _RANGE.fullmatch(text)
    if found is None or text in {"", "@"}:
        raise Unsupported(f"{option} {text}")
    inverted, least, most = found.groups()
    read = Range(
        -math.inf if least == "~" else float(least or 0.0),
        math.inf if most is None else float(most),
        bool(inverted),
    )
    if read.least > read.most:
        raise Unsupported(f"{option} {text}")
    return read
