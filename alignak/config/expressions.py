"""Names of many objects in one text: lists of hosts, host group expressions (configuration.md 3.7).

``expand`` and ``services`` ask; hostile text costs no more than its length times the number of hosts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from itertools import product
from typing import Final, TypeAlias

from alignak.config.values import names

Members: TypeAlias = "frozenset[str]"

_TOKEN: Final = re.compile(r"[()&|!+,]|[^()&|!+,]+")
_OPERATORS: Final = frozenset("&|+,")
_RANGE: Final = re.compile(r"\[(\d{1,9})-(\d{1,9})(?:-(%0?\d?d))?\]")

DEEPEST: Final = 100
"""How deep parentheses may nest."""

MOST_CLONES: Final = 10_000
"""How many objects one name pattern may stand for."""

_MANY: Final = 64
"""How many terms of an expression are kept before they are joined."""

MOST_LOOKED_AT: Final = 50_000_000
"""How many names expressions may look at in all: bounds what a small hostile file can cost."""


class Malformed(ValueError):
    """Say why an expression cannot be read."""


class Effort:
    """Count the names that expressions look at."""

    __slots__ = ("_left",)

    def __init__(self, most: int = MOST_LOOKED_AT) -> None:
        self._left = most

    def count(self, names_looked_at: int) -> None:
        """Count some more; Malformed once they are too many."""
        self._left -= names_looked_at
        if self._left < 0:
            raise Malformed(f"expressions look at more than {MOST_LOOKED_AT} names in all, write fewer or shorter ones")


def exactly(_: str) -> Iterable[str]:
    """Return what a word means beside the name it is: nothing."""
    return ()


def select(
    text: str,
    everything: Collection[str],
    start: Iterable[str] = (),
    like: Callable[[str], Iterable[str]] = exactly,
) -> tuple[dict[str, None], list[str]]:
    """Return the names a list selects, in order, and those it names that do not exist.

    ``*`` is everything, ``!name`` takes away from what was collected before it, ``start`` included. ``like`` says
    which names a word means that is no name itself.
    """
    chosen = dict.fromkeys(start)
    unknown: list[str] = []
    missing: list[str] | None = None
    for item in names(text):
        if item == "*":
            chosen.update(dict.fromkeys(everything if missing is None else missing))
            missing = []
        elif item[0] == "!":
            word = item[1:].strip()
            for name in (word,) if word in everything else like(word):
                if name in chosen:
                    del chosen[name]
                    if missing is not None:
                        missing.append(name)
        elif item in everything:
            chosen[item] = None
        elif found := dict.fromkeys(like(item)):
            chosen.update(found)
        else:
            unknown.append(item)
    return chosen, unknown


def evaluate(
    text: str, lookup: Callable[[str], Members | None], everything: Members, effort: Effort | None = None
) -> tuple[Members, list[str]]:
    """Return what an expression selects, and the names in it that ``lookup`` does not know.

    ``|`` and ``,`` unite, ``&`` and ``+`` intersect; the last operator of a level decides for all of it. ``!`` takes
    away, after everything else of its level. Raises Malformed when parentheses do not match, and when this and what
    shared its ``effort`` before look at too many names.
    """
    effort = effort or Effort()
    unknown: list[str] = []
    known: dict[str, Members | None] = {"*": everything}
    levels = [_Level(effort)]
    for match in _TOKEN.finditer(text):
        word = match.group().strip()
        level = levels[-1]
        if word == "(" and len(levels) > DEEPEST:
            raise Malformed(f"parentheses nest more than {DEEPEST} deep")
        if word == "(":
            levels.append(_Level(effort, is_negated=level.take_negation()))
        elif word == ")":
            if len(levels) == 1:
                raise Malformed("a ')' has no '('")
            closed = levels.pop()
            levels[-1].add(closed.value(), closed.is_negated)
        elif word == "!":
            level.negates_next = True
        elif word in _OPERATORS:
            level.operator = word
        elif word:
            if word not in known:
                known[word] = lookup(word)
            members = known[word]
            if members is None:
                unknown.append(word)
            level.add_named(word, members or frozenset())
    if len(levels) > 1:
        raise Malformed("a '(' is not closed")
    return levels[0].value(), unknown


class _Level:
    """What stands between two parentheses.

    Its end says how its terms are joined. Until then they are kept, and joined both ways when there are many of them.
    """

    __slots__ = (
        "_common",
        "_effort",
        "_either",
        "_removed",
        "_seen",
        "_terms",
        "is_negated",
        "negates_next",
        "operator",
    )

    def __init__(self, effort: Effort, *, is_negated: bool = False) -> None:
        self._effort = effort
        self.is_negated = is_negated
        self.negates_next = False
        self.operator = "|"
        self._terms: list[Members] = []
        self._removed: list[Members] = []
        self._either: list[Members] = []
        self._common: list[Members] = []
        self._seen: set[tuple[str, bool]] = set()

    def take_negation(self) -> bool:
        """Return whether the next term is taken away, and forget it."""
        negated, self.negates_next = self.negates_next, False
        return negated

    def add_named(self, word: str, members: Members) -> None:
        """Add what a name stands for; to name it again changes nothing."""
        term = (word, self.take_negation())
        if term not in self._seen:
            self._seen.add(term)
            self.add(members, term[1])

    def add(self, members: Members, is_negated: bool) -> None:
        """Add a term."""
        self._effort.count(len(members))
        if is_negated:
            self._removed.append(members)
            if len(self._removed) > _MANY:
                self._removed = [_union(self._removed)]
            return
        self._terms.append(members)
        if len(self._terms) > _MANY:
            self._either = [_union([*self._either, *self._terms])]
            self._common = [_intersection([*self._common, *self._terms])]
            self._terms = []

    def value(self) -> Members:
        """Return the terms joined by the level's operator, without those taken away."""
        if self.operator in "&+":
            joined = _intersection([*self._common, *self._terms])
        else:
            joined = _union([*self._either, *self._terms])
        self._effort.count(len(joined))
        return joined.difference(*self._removed) if self._removed else joined


def _union(terms: list[Members]) -> Members:
    return terms[0] if len(terms) == 1 else frozenset[str]().union(*terms)


def _intersection(terms: list[Members]) -> Members:
    return terms[0].intersection(*terms[1:]) if len(terms) > 1 else _union(terms)


def is_pattern(name: str) -> bool:
    """Tell whether a host name stands for several hosts."""
    return "[" in name and _RANGE.search(name) is not None


def expand_pattern(name: str) -> list[str]:
    """Return the names ``srv-[1-5]`` or ``srv-[1-5-%02d]`` stands for; Malformed when they are too many."""
    pieces = _RANGE.split(name)
    literals, ranges = pieces[::4], list(zip(pieces[1::4], pieces[2::4], pieces[3::4], strict=True))
    count = 1
    for first, last, _ in ranges:
        count *= max(int(last) - int(first) + 1, 0)
        if count > MOST_CLONES:
            raise Malformed(f"it stands for more than {MOST_CLONES} names")
    choices = [_numbers(*each) for each in ranges]
    return ["".join(_interleave(literals, chosen)) for chosen in product(*choices)]


def _numbers(first: str, last: str, form: str | None) -> list[str]:
    return [(form or "%d") % each for each in range(int(first), int(last) + 1)]


def _interleave(literals: list[str], chosen: Iterable[str]) -> list[str]:
    result = [literals[0]]
    for literal, each in zip(literals[1:], chosen, strict=True):
        result += [each, literal]
    return result
