"""What an import has to say: each thing that is lost or done otherwise, with its place in the user's files.

Every module of this folder adds to a ``Findings``; ``alignak import`` prints what it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum

from msgspec import Struct

from alignak.config.diagnostics import NOWHERE, Place


class Weight(Enum):
    """How much a finding matters to who imports, the worst first."""

    ERROR = "error"
    """It could not be read: the result lacks it."""
    LOST = "lost"
    """It did something in the source, and nothing does that here."""
    CHANGED = "changed"
    """Something else does its work here, or it was written in another way."""
    UNNEEDED = "unneeded"
    """Leaving it out changes nothing."""


class Finding(Struct, frozen=True):
    """One remark."""

    weight: Weight
    subject: str
    """The parameter, the directive, the module or the type it is about."""
    message: str
    file: str = ""
    line: int = 0

    @property
    def place(self) -> Place:
        """Return where in the source it is."""
        return Place(self.file, self.line)


class Findings:
    """Collect the remarks of one import, in the order they were made."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[Finding, None] = {}

    def add(self, weight: Weight, subject: str, message: str, place: Place = NOWHERE) -> None:
        """Add a remark; one that was made before is not repeated."""
        self._found[Finding(weight, subject, message, place.file, place.line)] = None

    def all(self) -> tuple[Finding, ...]:
        """Return the remarks."""
        return tuple(self._found)

    def has(self, weight: Weight) -> bool:
        """Tell whether there is a remark of this weight."""
        return any(each.weight is weight for each in self._found)


def grouped(findings: Iterable[Finding]) -> Mapping[Weight, Mapping[tuple[str, str], list[Place]]]:
    """Return the places of each (subject, message), by weight, the worst weight first."""
    found: dict[Weight, dict[tuple[str, str], list[Place]]] = {weight: {} for weight in Weight}
    for each in findings:
        found[each.weight].setdefault((each.subject, each.message), []).append(each.place)
    return {weight: groups for weight, groups in found.items() if groups}
