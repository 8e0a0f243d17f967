"""Whether each of the last results changed an object's state, as one number (engine.md 4.7).

The number is a leading 1, then a bit for each result, the newest last, 1 where the state changed; 0 is an empty one.
``flapping`` keeps it, ``attributes`` shows it as the list it historically is. Pure functions on numbers.
"""

from __future__ import annotations


def noted(history: int, is_change: bool, most: int) -> int:
    """Return a history with one more result, the oldest forgotten when there are more than ``most``."""
    longer = (history or 1) << 1 | is_change
    return longer if longer.bit_length() <= most + 1 else longer & ((1 << most) - 1) | 1 << most


def listed(history: int) -> list[bool]:
    """Return a history as the list it historically is, the oldest result first."""
    return [bit == "1" for bit in f"{history:b}"[1:]]


def percentage(history: int, most: int) -> float:
    """Return how much the state changed, in percent; a recent change counts for more than an old one."""
    length = history.bit_length() - 1
    bits = history & ((1 << length) - 1) if history else 0
    total = 0.0
    while bits:
        newest = bits & -bits
        total += 0.8 + 0.4 * (length - newest.bit_length() + 1) / most
        bits ^= newest
    return total * 100 / most
