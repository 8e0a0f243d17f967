"""What business rules make of states: every operator, with thresholds, negatives and percentages."""

from __future__ import annotations

import pytest

from alignak.base.ids import ObjectKey
from alignak.engine.rules import in_order, state_of
from alignak.model.rules import BusinessRule, parse


def find(text: str) -> list[ObjectKey]:
    return [ObjectKey(each.strip()) for each in text.split("+")]


def said(rule: str, **states: int) -> int:
    """Return what a rule says; a leaf is a service unless its name begins with an h."""
    keys = {name if name[0] == "h" else f"h;{name}": state for name, state in states.items()}
    tree = parse(rule, lambda text: [ObjectKey(each if each[0] == "h" else f"h;{each}") for each in find(text)])
    return state_of(tree, lambda key: keys[key])


@pytest.mark.parametrize(
    ("rule", "states", "state"),
    [
        ("a & b", (0, 0), 0),
        ("a & b", (0, 1), 1),
        ("a & b", (3, 2), 2),
        ("a & b", (3, 1), 3),
        ("a & b", (4, 2), 2),
        ("a | b", (2, 0), 0),
        ("a | b", (2, 1), 1),
        ("a | b", (2, 3), 2),
        ("!a", (0,), 2),
        ("!a", (1,), 1),
        ("!a", (2,), 0),
        ("!a", (3,), 3),
        ("!(a & b)", (0, 0), 2),
        ("!(a | b)", (2, 2), 0),
        ("!!a", (2,), 2),
        ("(a | b) & c", (2, 0, 1), 1),
        ("a+b | c", (0, 2, 1), 1),
    ],
)
def test_operators_join_states(rule: str, states: tuple[int, ...], state: int) -> None:
    assert said(rule, **dict(zip("abc", states, strict=False))) == state


@pytest.mark.parametrize(("host", "opposite"), [(0, 2), (2, 0), (4, 0)])
def test_not_of_a_host_knows_up_and_anything_else(host: int, opposite: int) -> None:
    assert said("!h1", h1=host) == opposite


@pytest.mark.parametrize(
    ("rule", "states", "state"),
    [
        ("2 of: a | b | c", (0, 0, 2), 0),
        ("2 of: a | b | c", (0, 1, 2), 2),
        ("2 of: a | b | c", (0, 1, 1), 1),
        ("2 of: a | b | c", (1, 1, 1), 1),
        ("-1 of: a | b | c", (0, 0, 2), 0),
        ("-1 of: a | b | c", (0, 2, 2), 2),
        ("50% of: a | b | c", (0, 2, 2), 2),
        ("50% of: a | b | c", (0, 0, 2), 0),
        ("-25% of: a | b | c | d", (0, 0, 0, 2), 0),
        ("-25% of: a | b | c | d", (0, 0, 2, 2), 2),
        ("0 of: a | b", (0, 1), 1),
        ("3,1,2 of: a | b | c", (0, 0, 0), 0),
        ("3,1,2 of: a | b | c", (0, 0, 1), 1),
        ("3,1,2 of: a | b | c", (0, 0, 2), 1),
        ("3,1,2 of: a | b | c", (0, 2, 2), 2),
        ("3,2,2 of: a | b | c", (0, 0, 2), 0),
        ("3,2,2 of: a | b | c", (3, 3, 3), 0),
        ("1,50%,50% of: a | b | c | d", (0, 0, 1, 1), 1),
        ("1,50%,50% of: a | b | c | d", (0, 0, 2, 2), 2),
        ("1,-1,-1 of: a | b | c", (0, 2, 2), 2),
        ("(2 of: a | b | c) & d", (0, 0, 2, 1), 1),
        ("!(2 of: a | b | c)", (0, 0, 2), 2),
    ],
)
def test_counts_say_how_many_must_be_good_or_bad(rule: str, states: tuple[int, ...], state: int) -> None:
    assert said(rule, **dict(zip("abcd", states, strict=False))) == state


def rules(**texts: str) -> dict[ObjectKey, BusinessRule]:
    return {ObjectKey(key): BusinessRule(ObjectKey(key), parse(text, find), text) for key, text in texts.items()}


def test_rules_come_behind_those_they_are_about() -> None:
    places = in_order(rules(top="middle & low & leaf", middle="low | leaf", low="leaf"))
    assert sorted(places, key=lambda key: places[key]) == ["low", "middle", "top"]


def test_rules_about_themselves_come_last_and_each_has_a_place() -> None:
    places = in_order(rules(a="b & x", b="a", c="x", d="a & c"))
    assert places["c"] == 0
    assert sorted(places.values()) == [0, 1, 2, 3]
