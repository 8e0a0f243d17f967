"""Names given by regular expressions: ``use_regexp_matching`` and the ``r:`` of business rules (configuration.md 3.7).

An expression is refused when its repetitions could take time beyond reason, and what all of them may cost is bounded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from alignak.config.expressions import Malformed
from alignak.model import regexes
from alignak.model.settings import Settings

MOST_TRIED: Final = 20_000_000
"""How many names one run tries against regular expressions."""

MOST_STEPS: Final = 2_000_000_000
"""How many steps expressions that go back may take in one run, were names as bad for them as can be."""

MOST_FOUND: Final = 50_000_000
"""How many names one run finds by expressions."""

_LONGEST_NAME: Final = 200
_MARKS: Final = ("*", "?", "+", "\\.")
"""What makes a name a regular expression, unless all names are."""


class Regexps:
    """Know which names of an installation are regular expressions."""

    __slots__ = ("_are_all", "_found", "_is_on", "_left", "_steps")

    def __init__(self, settings: Settings | None = None) -> None:
        self._is_on = settings is not None and (settings.use_regexp_matching or settings.use_true_regexp_matching)
        self._are_all = settings is not None and settings.use_true_regexp_matching
        self._left = MOST_TRIED
        self._steps = MOST_STEPS
        self._found = MOST_FOUND

    def is_one(self, word: str) -> bool:
        """Tell whether a name is meant as a regular expression."""
        return self._is_on and (self._are_all or any(each in word for each in _MARKS))

    def matched(self, text: str, among: Collection[str]) -> list[str]:
        """Return the names in which an expression finds something; Malformed when it is none or all cost too much."""
        try:
            expression = regexes.regex(text)
        except regexes.Malformed as error:
            raise Malformed(str(error)) from None
        self._left -= len(among)
        if self._left < 0:
            raise Malformed(f"more than {MOST_TRIED} names were tried against regular expressions, use fewer of them")
        candidates = expression.candidates(among, _LONGEST_NAME)
        self._steps -= expression.steps(candidates)
        if self._steps < 0:
            raise Malformed("the regular expressions may take too long in all, use fewer of them with * and +")
        search = expression.found.search
        return [each for each in candidates if search(each)]

    def count(self, found: int) -> bool:
        """Count names that expressions stand for; tell whether they are still few enough."""
        self._found -= found
        return self._found >= 0


class Names:
    """The names of the objects of one type, and which of them an expression means."""

    __slots__ = ("_found", "_regexps", "all")

    def __init__(self, everything: Collection[str], regexps: Regexps) -> None:
        self.all = everything
        self._regexps = regexps
        self._found: dict[str, list[str]] = {}

    def like(self, word: str) -> Iterable[str]:
        """Return the names a word means when it is a regular expression, else none; each expression is tried once."""
        if not self._regexps.is_one(word):
            return ()
        found = self._found.get(word)
        if found is None:
            try:
                found = self._regexps.matched(word, self.all)
            except Malformed:
                found = []
            self._found[word] = found
        return found if self._regexps.count(len(found)) else ()
