"""Whatever a module returns, made of values that can be sent: text, numbers, truth values, lists and dictionaries.

What has a text of its own (an address, a date, a path) becomes that text; what has none becomes an ``Unusable`` mark
that names its class, for the diagnostics of ``config.given``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Set
from typing import Any, Final

from alignak.config.given import UNUSABLE

DEEPEST: Final = 6
"""Levels of lists and dictionaries; what get_objects returns has four."""

_LARGEST_NUMBER: Final = 2**63


def plain(value: Any, level: int = 0) -> Any:
    """Return a value made of plain ones."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Mapping | Set | list | tuple):
        return _of_many(value, level + 1) if level < DEEPEST else {UNUSABLE: "value nested too deeply"}
    for type_, simplified in _SIMPLE:
        if isinstance(value, type_):
            return simplified(value)
    return _of_object(value)


def _of_many(value: Any, level: int) -> Any:
    if isinstance(value, Mapping):
        return {_sendable(str(key)): plain(each, level) for key, each in value.items()}
    items = [plain(each, level) for each in value]
    return sorted(items, key=str) if isinstance(value, Set) else items


def _of_integer(value: int) -> int | str:
    return int(value) if -_LARGEST_NUMBER <= value < _LARGEST_NUMBER else str(int(value))


def _of_float(value: float) -> float | str:
    return float(value) if math.isfinite(value) else str(float(value))


def _of_object(value: Any) -> Any:
    """Return the text of an object that has one."""
    if "__str__" not in {name for each in type(value).__mro__[:-1] for name in vars(each)}:
        return {UNUSABLE: type(value).__name__}
    try:
        return _sendable(str(value))
    except Exception:  # noqa: BLE001  code of others
        return {UNUSABLE: type(value).__name__}


def _sendable(text: str) -> str:
    """Return a text without halves of characters, which have no encoding."""
    return text.encode("utf-8", "replace").decode("utf-8")


_SIMPLE: Final[tuple[tuple[type, Callable[[Any], Any]], ...]] = (
    (str, _sendable),
    (int, _of_integer),
    (float, _of_float),
    (bytes, lambda value: value.decode("utf-8", "replace")),
)
