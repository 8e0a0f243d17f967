"""Regular expressions that cannot take for ever: what one costs at most is told from its text (configuration.md 3.7).

``config`` asks, and the engine for business rules that change while it runs. The library's matcher goes back and tries
again where an expression repeats or chooses, so the time for a name grows with a power of its length: one for each
repetition. Repetitions of what repeats, where no power is enough, are refused. What people write most,
``web.*prod.*``, is made an expression that never goes back: between parts of fixed length, the first place where a part
fits is as good as any other.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable
from math import factorial
from typing import Final

from msgspec import Struct

LONGEST: Final = 500
"""How many characters an expression may have."""

MOST_REPETITIONS: Final = 4
"""How often it may repeat something, the stars between parts of fixed length not counted."""

MOST_BRANCHES: Final = 10_000
"""In how many ways its choices may be made."""

_PIECE: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d*,?\d*\}|.", re.DOTALL)
_COUNTS: Final = re.compile(r"\{(\d*)(,?)(\d*)\}")
_NEVER_FIXED: Final = re.compile(r"[()|^$]|\\[1-9AbBZ]")
_REPEATS: Final = frozenset("*+")
_SPECIAL: Final = frozenset(".^$*+?{}[]()|\\")
_FEW: Final = 10
"""A repetition of at most so many is counted as a choice."""


class Malformed(ValueError):
    """Say why a text is no regular expression, or not one to be tried."""


class Regex(Struct, frozen=True):
    """A regular expression, and what bounds its cost."""

    found: re.Pattern[str]
    literal: str
    """What stands in every name it matches."""
    branches: int
    degree: int

    def candidates(self, names: Iterable[str], longest: int) -> list[str]:
        """Return the names that are not too long and have what all that match have."""
        literal = self.literal
        return [each for each in names if literal in each and len(each) <= longest]

    def steps(self, names: Iterable[str]) -> int:
        """Return how many steps, at most, names take."""
        if self.degree < 2:
            return 0
        share = factorial(self.degree)
        counts = Counter(map(len, names))
        return sum(self.branches * length**self.degree // share * count for length, count in counts.items())


def regex(text: str) -> Regex:
    """Return a regular expression; Malformed when it is none or may take too long."""
    if len(text) > LONGEST:
        raise Malformed(f"a regular expression has at most {LONGEST} characters")
    pieces = _PIECE.findall(text)
    branches, repetitions = _choices(pieces)
    parts = _parts(pieces)
    repetitions -= len(parts) - 1
    parts = _without_ends(parts)
    rewritten = _without_going_back(parts)
    degree = repetitions + (len(parts) > 1) + (text[:1] != "^")
    if repetitions > MOST_REPETITIONS or branches > MOST_BRANCHES:
        raise Malformed("it repeats or chooses too often: write it with fewer of *, +, ? and |")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(text)
            return Regex(re.compile(rewritten), _literal(pieces), branches, degree)
    except (re.error, OverflowError, RecursionError) as error:
        raise Malformed(f"it is no regular expression: {error}") from None


def _choices(pieces: list[str]) -> tuple[int, int]:
    """Return in how many ways choices may be made, and how many repetitions there are.

    Malformed when a repetition holds another one, or a choice.
    """
    alternatives = [1]
    branches, repetitions = 1, 0
    before = ""
    for piece in pieces:
        quantifies = piece in {"*", "+", "?"} or _COUNTS.fullmatch(piece) is not None
        if quantifies and before in {"(", "q"}:
            before = "q" if before == "q" else piece  # how eager a repetition is, or what kind of group begins
            continue
        if piece == "(":
            alternatives.append(1)
        elif piece == "|":
            alternatives[-1] += 1
        elif piece == ")" and len(alternatives) > 1:
            branches *= alternatives.pop()
        elif piece == "?":
            branches *= 2
        elif quantifies:
            if before == ")":
                raise Malformed("it repeats a group: write out what the group stands for")
            few = _range_of(piece)
            branches *= few or 1
            repetitions += not few
        before = "q" if quantifies else piece
    return branches * alternatives[0], repetitions


def _range_of(piece: str) -> int:
    """Return in how many ways a counted repetition can be done, 0 when in very many."""
    match = _COUNTS.fullmatch(piece)
    if match is None:
        return 0
    least, comma, most = match.groups()
    if not comma:
        return 1
    count = int(most[:9]) - int(least[:9] or 0) + 1 if most else _FEW + 1
    return max(count, 1) if count <= _FEW else 0


def _parts(pieces: list[str]) -> list[tuple[str, str]]:
    """Return the parts between ``.*`` and ``.+``, each with the one before it; one part when they cannot be told apart.

    All parts but the first and the last have a fixed length.
    """
    parts: list[tuple[str, str]] = []
    star, part = "", ""
    place = 0
    while place < len(pieces):
        pair = "".join(pieces[place : place + 2])
        if pair in {".*", ".+"}:
            parts.append((star, part))
            star, part = pair, ""
            # An eager and a lazy star match the same names.
            place += 3 if pieces[place + 2 : place + 3] == ["?"] else 2
        else:
            part += pieces[place]
            place += 1
    parts.append((star, part))
    whole = [("", "".join(pieces))]
    if any(not _is_fixed(part) for _, part in parts[1:-1]) or any(_is_torn(part) for _, part in parts):
        return whole
    return parts


def _is_fixed(part: str) -> bool:
    pieces = _PIECE.findall(part)
    return not any(each in {"*", "+", "?"} or each[0] == "{" or _NEVER_FIXED.fullmatch(each) for each in pieces)


def _is_torn(part: str) -> bool:
    """Tell whether a part is no expression by itself: a star stands within a group, or what follows it counts it."""
    pieces = _PIECE.findall(part)
    return pieces.count("(") != pieces.count(")") or "|" in pieces or part[:1] in {"*", "+", "?", "{"}


def _without_ends(parts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return parts without a star at either end: what is looked for may stand anywhere."""
    if len(parts) > 1 and parts[0] == ("", "") and parts[1][0] == ".*":
        parts = [("", parts[1][1]), *parts[2:]]
    return parts[:-1] if len(parts) > 1 and parts[-1] == (".*", "") else parts


def _without_going_back(parts: list[tuple[str, str]]) -> str:
    """Return an expression that takes, after each star, the first place where the next part fits."""
    first = parts[0][1]
    return first + "".join(f"(?>{star}?{part})" for star, part in parts[1:])


def _literal(pieces: list[str]) -> str:
    """Return the longest text that every match has, if that can be told."""
    if "|" in pieces or "(" in pieces:
        return ""
    runs = [""]
    for piece, following in zip(pieces, [*pieces[1:], ""], strict=True):
        plain = piece[1:] if piece[0] == "\\" and not piece[1:].isalnum() else piece
        if len(plain) != 1 or (piece in _SPECIAL) or following in {"*", "?"} or following[:1] == "{":
            runs.append("")
        else:
            runs[-1] += plain
    return max(runs, key=len)
