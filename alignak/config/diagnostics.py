"""What is wrong with a configuration: every problem of a run, each with its place.

Every module of this room adds to a ``Diagnostics``; the verify report, ``reload_configuration`` and the command line
show what it holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from enum import Enum
from itertools import islice
from typing import Final

from msgspec import Struct

MOST_KEPT: Final = 10_000
"""How many problems are kept in full; those after are only counted."""

MOST_ERRORS: Final = 100_000
"""How many errors a run goes on after: bounds what a small hostile file can cost."""

_COMPARISONS: Final = 20_000
"""How many names one run compares to find the one that was meant: bounds the time a file full of errors takes."""

_LONGEST_COMPARED: Final = 100
_MOST_SHOWN: Final = 200


class Severity(Enum):
    """Whether a configuration can be used in spite of a problem."""

    ERROR = "error"
    WARNING = "warning"


class Place(Struct, frozen=True):
    """A line of a file; line 0 is the file as a whole."""

    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        """Return ``file:line``."""
        return f"{self.file}:{self.line}" if self.line else self.file


NOWHERE: Final = Place()


class Diagnostic(Struct, frozen=True):
    """One problem."""

    severity: Severity
    message: str
    file: str = ""
    line: int = 0
    object: str = ""
    """``host::srv-1``; empty when the problem is not one of an object."""

    @property
    def place(self) -> Place:
        """Return where the problem is."""
        return Place(self.file, self.line)

    def render(self) -> str:
        """Return the problem in one line, in the reference's form (configuration.md 3.11).

        Some messages of the reference end in the place themselves; it is not said again then.
        """
        prefix = f"[{self.object}] " if self.object else ""
        is_said = self.message.endswith(f"from: {self.place}")
        suffix = f"; from: {self.place}" if self.file and not is_said else ""
        return f"{prefix}{self.message}{suffix}"


class TooManyErrors(Exception):
    """So much is wrong that the run stops; ``compile.load`` catches it."""


class Diagnostics:
    """Collect the problems of one run, in the order they were found."""

    __slots__ = ("_comparisons", "_errors", "_once", "_seen", "_warnings")

    def __init__(self) -> None:
        self._comparisons = _COMPARISONS
        self._seen: dict[Diagnostic, None] = {}
        self._once: set[str] = set()
        self._errors = 0
        self._warnings = 0

    def error(self, message: str, place: Place = NOWHERE, about: str = "") -> None:
        """Add a problem that makes the configuration unusable."""
        self._add(Diagnostic(Severity.ERROR, message, place.file, place.line, about))

    def warning(self, message: str, place: Place = NOWHERE, about: str = "") -> None:
        """Add a problem that a person should know of."""
        self._add(Diagnostic(Severity.WARNING, message, place.file, place.line, about))

    def warn_once(self, key: str, message: str, place: Place = NOWHERE, about: str = "") -> None:
        """Add a warning unless one with this key was added before."""
        if key not in self._once:
            self._once.add(key)
            self.warning(message, place, about)

    def _add(self, problem: Diagnostic) -> None:
        if problem in self._seen:
            return
        if len(self._seen) < MOST_KEPT:
            self._seen[problem] = None
        if problem.severity is Severity.WARNING:
            self._warnings += 1
            return
        self._errors += 1
        if self._errors >= MOST_ERRORS:
            raise TooManyErrors

    def nearest(self, name: str, known: Iterable[str]) -> str:
        """Return ``, did you mean 'x'?`` for the known name most like this one, or nothing when none is alike."""
        if not self._comparisons or len(name) > _LONGEST_COMPARED:
            return ""
        candidates = list(islice(known, self._comparisons))
        self._comparisons -= len(candidates)
        matches = get_close_matches(name, candidates, n=1, cutoff=0.6)
        return f", did you mean '{matches[0]}'?" if matches else ""

    @property
    def count(self) -> int:
        """Return how many problems were found, those not kept included."""
        return self._errors + self._warnings

    @property
    def error_count(self) -> int:
        """Return how many errors were found, those not kept included."""
        return self._errors

    @property
    def warning_count(self) -> int:
        """Return how many warnings were found, those not kept included."""
        return self._warnings

    def all(self) -> tuple[Diagnostic, ...]:
        """Return the problems kept."""
        return tuple(self._seen)


def shown(text: str) -> str:
    """Return a value short enough to be shown in a message."""
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}… ({len(text)} characters)"
