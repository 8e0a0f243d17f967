"""Names given by regular expressions: ``use_regexp_matching`` and the ``r:`` of business rules (configuration.md 3.7).

An expression is refused when its repetitions could take time beyond reason, and what all of them may cost is bounded.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection, Iterable
from typing import Final

from alignak.config.expressions import Malformed
from alignak.model.settings import Settings

MOST_TRIED: Final = 20_000_000
"""How many names one run tries against regular expressions."""

_LONGEST: Final = 500
_LONGEST_NAME: Final = 200
_MOST_REPETITIONS: Final = 4
_MARKS: Final = ("*", "?", "+", "\\.")
"""What makes a name a regular expression, unless all names are."""


def pattern(text: str) -> re.Pattern[str]:
    """Return a regular expression; Malformed when it is none or may take too long."""
    if len(text) > _LONGEST:
        raise Malformed(f"a regular expression has at most {_LONGEST} characters")
    if _is_costly(text):
        raise Malformed("it repeats what repeats, or repeats too often: write it with fewer of * and +")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise Malformed(f"it is no regular expression: {error}") from None


def _is_costly(text: str) -> bool:
    """Tell whether a repetition holds another one or a choice, or whether there are too many of them."""
    holds: list[bool] = [False]
    closed, count = False, 0
    for each in re.sub(r"\\.|\[\^?\]?[^]]*\]", "x", text, flags=re.DOTALL):
        if each in "*+{":
            if closed:
                return True
            count += 1
            holds[-1] = True
        elif each == "|":
            holds[-1] = True
        elif each == "(":
            holds.append(False)
        closed = each == ")" and len(holds) > 1 and holds.pop()
        if closed:
            holds[-1] = True
    return count > _MOST_REPETITIONS


class Regexps:
    """Know which names of an installation are regular expressions."""

    __slots__ = ("_are_all", "_is_on", "_left")

    def __init__(self, settings: Settings | None = None) -> None:
        self._is_on = settings is not None and (settings.use_regexp_matching or settings.use_true_regexp_matching)
        self._are_all = settings is not None and settings.use_true_regexp_matching
        self._left = MOST_TRIED

    def is_one(self, word: str) -> bool:
        """Tell whether a name is meant as a regular expression."""
        return self._is_on and (self._are_all or any(each in word for each in _MARKS))

    def matched(self, text: str, among: Collection[str]) -> list[str]:
        """Return the names in which an expression finds something; Malformed when it is none or all cost too much."""
        found = pattern(text)
        self._left -= len(among)
        if self._left < 0:
            raise Malformed(f"more than {MOST_TRIED} names were tried against regular expressions, use fewer of them")
        return [each for each in among if len(each) <= _LONGEST_NAME and found.search(each)]


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
        return found
