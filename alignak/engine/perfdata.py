"""Performance data read into numbers (engine.md 4.11): ``'label'=value[uom];warn;crit;min;max``.

Views, exporters and modules call it; the engine itself passes the text on as it came.
"""

from __future__ import annotations

import math
import re
from typing import Final, TypeAlias

from msgspec import Struct

Threshold: TypeAlias = "float | str | None"
"""A number, a range as written (``10:20``, ``@5:``), or nothing."""


class Metric(Struct, frozen=True):
    """One measured value."""

    name: str
    value: float
    uom: str = ""
    """The unit: ``s``, ``%``, ``B``, ``c`` ..."""
    warning: Threshold = None
    critical: Threshold = None
    min: float | None = None
    max: float | None = None


_WORD: Final = re.compile(r"'((?:[^']|'')++)'=(\S*)|(\S+)")
"""A quoted label and its data, or anything without blanks; possessive, so that no text takes long."""
_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?")
_VALUE: Final = re.compile(rf"({_NUMBER.pattern})([^\d;]*)")


def parse_perfdata(text: str) -> tuple[Metric, ...]:
    """Return the metrics of a performance data text; what is no metric is left out.

    A percentage lies between 0 and 100 whatever is written. ``U``, the plugins' word for an unknown value, is no value.
    """
    found = (_metric(*_divided(word)) for word in _WORD.finditer(text))
    return tuple(each for each in found if each is not None)


def _divided(word: re.Match[str]) -> tuple[str, str]:
    if word[1] is not None:
        return word[1].replace("''", "'"), word[2]
    label, _, data = word[3].partition("=")
    return label.strip("'"), data


def _metric(name: str, data: str) -> Metric | None:
    value, *limits = data.split(";")
    match = _VALUE.fullmatch(value)
    number = _number(match[1]) if match else None
    if not name or match is None or number is None:
        return None
    warning, critical, lowest, highest = (*limits, "", "", "", "")[:4]
    is_percentage = match[2] == "%"
    return Metric(
        name=name,
        value=number,
        uom=match[2],
        warning=_threshold(warning),
        critical=_threshold(critical),
        min=0.0 if is_percentage else _number(lowest),
        max=100.0 if is_percentage else _number(highest),
    )


def _threshold(text: str) -> Threshold:
    number = _number(text)
    return number if number is not None else text or None


def _number(text: str) -> float | None:
    number = float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else math.nan
    return number if math.isfinite(number) else None
