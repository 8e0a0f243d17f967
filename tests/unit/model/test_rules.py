"""What the text of a business rule means."""

from __future__ import annotations

import pytest

from alignak.base import codec
from alignak.base.ids import ObjectKey
from alignak.model.rules import BusinessRule, Count, Either, Every, Leaf, Malformed, Node, Not, Some, leaves, parse

A, B, C = (Leaf(ObjectKey(each)) for each in "abc")


def find(text: str) -> list[ObjectKey]:
    """Find objects by their names; ``*`` is three of them."""
    return [ObjectKey(each) for each in "abc"] if text == "*" else [ObjectKey(text.replace(",", ";"))]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("a,Load", Leaf(ObjectKey("a;Load"))),
        ("a & b&c", Every((A, B, C))),
        ("a|b", Either((A, B))),
        ("!a & !(b|c)", Every((Not(A), Not(Either((B, C)))))),
        ("(a | b) & (c)", Every((Either((A, B)), C))),
        ("*", Every((A, B, C))),
        ("a | *", Either((A, Every((A, B, C))))),
        ("2 of: a | b | c", Some((A, B, C), (Count(2), Count(0), Count(0)))),
        ("2 of: *", Some((A, B, C), (Count(2), Count(0), Count(0)))),
        ("50%,-1,2 of: a | b", Some((A, B), (Count(50, True), Count(-1), Count(2)), is_simple=False)),
        ("(1 of: a | b) & c", Every((Some((A, B), (Count(1), Count(0), Count(0))), C))),
    ],
)
def test_a_rule_is_a_tree(text: str, tree: Node) -> None:
    assert parse(text, find) == tree
    rule = BusinessRule(ObjectKey("site"), tree, text)
    assert codec.decode(codec.encode(rule), BusinessRule) == rule


@pytest.mark.parametrize(
    "text",
    ["", "a & b | c", "a &", "(a", "a)", "a (b)", "(a)(b)", "2 of: ", "!", "(" * 200 + "a" + ")" * 200, "!" * 5000],
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse(text, find)


def test_the_objects_of_a_rule_come_in_its_order() -> None:
    assert list(leaves(parse("c & (a | !b) & (2 of: a | b)", find))) == ["c", "a", "b", "a", "b"]


def test_counts_may_be_those_that_may_fail_or_parts_of_the_whole() -> None:
    assert [Count(*each).among(4) for each in ((2, False), (0, False), (-1, False), (50, True), (-25, True))] == [
        2,
        4,
        3,
        2,
        3,
    ]
