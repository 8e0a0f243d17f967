"""The highest rate that is held: tried out, step by step."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

LATE: Final = 1.0
"""Seconds that checks may be late on average."""

DONE: Final = 0.95
"""The part of what was due that must have been done."""


class Step(NamedTuple):
    """What came of one rate."""

    offered: float
    """Checks due a second."""
    done: float
    """Checks a second that went all the way."""
    latency: float
    """Seconds, on average."""
    cpu: Mapping[str, float]
    """Role -> processors it kept busy."""
    states: Mapping[str, int]
    """State -> services."""

    @property
    def is_held(self) -> bool:
        """Return whether the engine keeps up with this."""
        return self.latency < LATE and self.done >= DONE * self.offered


class Patience(NamedTuple):
    """How finely it is looked for."""

    stride: float = 1.5
    """What the rate is multiplied with until one is held and one is not."""
    precision: float = 1.12
    """How many times the highest rate held the lowest rate not held may be in the end."""


def climb(measure: Callable[[float], Step], start: float, patience: Patience) -> Step:
    """Return the highest rate that was held; its last step when not even a hundredth of the start is."""
    step = measure(start)
    best, above = (step, math.inf) if step.is_held else (None, start)
    rate = start
    while best is None or above == math.inf:
        rate = rate * patience.stride if best is not None else rate / patience.stride
        if rate < start / 100:
            return step
        step = measure(rate)
        best, above = (step, above) if step.is_held else (best, rate)
    while above / best.offered > patience.precision:
        step = measure(math.sqrt(above * best.offered))
        best, above = (step, above) if step.is_held else (best, step.offered)
    return best
