"""Business rules: the tree of hosts and services an object's state is worked out from (configuration.md 3.9).

``config`` parses the text of ``bp_rule!…`` with ``parse`` and finds what its leaves mean; the engine reads the tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from alignak.base.ids import ObjectKey

DEEPEST: Final = 50
"""How deep parentheses may nest."""


class Leaf(Struct, frozen=True, tag="leaf"):
    """The state of a host or a service."""

    key: ObjectKey


class Every(Struct, frozen=True, tag="every"):
    """``a & b``: as bad as the worst."""

    of: tuple[Node, ...]


class Either(Struct, frozen=True, tag="either"):
    """``a | b``: as good as the best."""

    of: tuple[Node, ...]


class Not(Struct, frozen=True, tag="not"):
    """``!a``: the opposite."""

    of: Node


class Count(Struct, frozen=True, array_like=True):
    """How many of the sons: ``2``, ``-1`` (all but one), ``50%``, ``0`` (all)."""

    number: int
    is_percentage: bool = False

    def among(self, sons: int) -> int:
        """Return how many of so many sons are meant: the smallest number that is as much as a percentage says."""
        number = self.number
        if self.is_percentage:
            share = number if number > 0 else 100 + number
            number = -(-sons * max(share, 0) // 100)
            return max(number, 0)
        return max(sons + number, 0) if number <= 0 else number


class Some(Struct, frozen=True, tag="some", omit_defaults=True):
    """``X of: a | b | c``: OK when so many are; with three counts, those for OK, WARNING and CRITICAL."""

    of: tuple[Node, ...]
    counts: tuple[Count, Count, Count]
    is_simple: bool = True
    """Whether one count alone was given: then the worst state counts when it is not reached, else OK does."""


Node: TypeAlias = Leaf | Every | Either | Not | Some


class BusinessRule(Struct, frozen=True, omit_defaults=True):
    """The rule of one host or service."""

    owner: ObjectKey
    tree: Node
    text: str = ""
    """As it stands in the file, behind ``bp_rule!``."""
    is_dynamic: bool = False
    """Whether it begins with a macro, and so may be another one at each run."""
    expanded: str = ""
    """What a dynamic one came to when its macros were last put in their places."""


class Malformed(ValueError):
    """Say why the text of a rule cannot be read."""


Find: TypeAlias = "Callable[[str], Sequence[ObjectKey]]"
"""What the text of a leaf stands for: one object, or all those it selects."""

_OF: Final = re.compile(r"(-?\d{1,9}%?)(?:,(-?\d{1,9}%?)?)?(?:,(-?\d{1,9}%?)?)?\s+of:\s*(.*)", re.DOTALL)


def parse(text: str, find: Find) -> Node:
    """Return the tree of a rule; Malformed when it cannot be read. ``find`` may raise what it likes."""
    return _level(text.strip(), find, 0)


def leaves(node: Node) -> Iterator[ObjectKey]:
    """Yield the objects of a tree, one as often as it is named."""
    stack: list[Node] = [node]
    while stack:
        each = stack.pop()
        if isinstance(each, Leaf):
            yield each.key
        elif isinstance(each, Not):
            stack.append(each.of)
        else:
            stack.extend(reversed(each.of))


def _level(text: str, find: Find, depth: int) -> Node:
    """Return what stands between two parentheses."""
    if depth > DEEPEST:
        raise Malformed(f"it nests more than {DEEPEST} deep")
    match = _OF.fullmatch(text)
    if match is not None:
        return _some(match, find, depth)
    parts, operators = _split(text)
    if len(set(operators)) > 1:
        raise Malformed("& and | are mixed at one level, put parentheses around what belongs together")
    if not operators:
        return _part(parts[0], find, depth)
    sons = tuple(_part(each, find, depth) for each in parts)
    return Every(sons) if operators[0] == "&" else Either(sons)


def _some(match: re.Match[str], find: Find, depth: int) -> Node:
    """Return ``X of:`` or ``X,Y,Z of:``; a selection that stands alone behind it brings its objects as sons."""
    texts = match.group(1, 2, 3)
    parts, _ = _split(match.group(4))
    sons = tuple(_part(each, find, depth) for each in parts)
    if len(sons) == 1 and isinstance(sons[0], Every) and "(" not in parts[0]:
        sons = sons[0].of
    counts = [Count(int((each or "0").rstrip("%")), (each or "").endswith("%")) for each in texts]
    return Some(sons, (counts[0], counts[1], counts[2]), is_simple=not any(texts[1:]))


def _part(text: str, find: Find, depth: int) -> Node:
    """Return what stands between two operators."""
    if not text:
        raise Malformed("an operand is missing")
    if text[0] == "!":
        return Not(_part(text[1:].strip(), find, depth + 1)) if depth < DEEPEST else _level(text, find, depth + 1)
    if text[0] == "(" and text[-1] == ")":
        return _level(text[1:-1].strip(), find, depth + 1)
    if "(" in text or ")" in text:
        raise Malformed(f"an operator is missing at '{text[:50]}'")
    found = find(text)
    return Leaf(found[0]) if len(found) == 1 else Every(tuple(Leaf(each) for each in found))


def _split(text: str) -> tuple[list[str], list[str]]:
    """Return the operands of a level and the operators between them."""
    parts: list[str] = []
    operators: list[str] = []
    depth = begun = 0
    for match in re.finditer(r"[()&|]", text):
        each = match.group()
        if each == "(":
            depth += 1
        elif each == ")":
            depth -= 1
            if depth < 0:
                raise Malformed("a ')' has no '('")
        elif not depth:
            parts.append(text[begun : match.start()].strip())
            operators.append(each)
            begun = match.end()
    if depth:
        raise Malformed("a '(' is not closed")
    return [*parts, text[begun:].strip()], operators
