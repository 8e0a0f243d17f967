"""Names of many hosts in one text."""

from __future__ import annotations

import pytest

from alignak.config.expressions import Effort, Malformed, evaluate, expand_pattern, is_pattern, select

GROUPS = {
    "linux": frozenset({"a", "b", "c"}),
    "web": frozenset({"b", "d"}),
    "old": frozenset({"c", "d"}),
    "two words": frozenset({"e"}),
}
EVERYTHING = frozenset("abcdef")


def chosen(text: str) -> str:
    members, unknown = evaluate(text, GROUPS.get, EVERYTHING)
    assert not unknown
    return "".join(sorted(members))


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("linux", "abc"),
        ("linux,web", "abcd"),
        ("linux|web", "abcd"),
        ("linux & web", "b"),
        ("linux+web", "b"),
        ("linux,!web", "ac"),
        ("!web,linux", "ac"),
        ("*,!linux", "def"),
        ("(linux|web)&old", "cd"),
        ("linux&!(web|old)", "a"),
        ("!(web&old),*", "abcef"),
        ("two words|web", "bde"),
        ("linux&web|old", "abcd"),
        ("linux|web&old", ""),
        ("linux&linux", "abc"),
        ("()", ""),
    ],
)
def test_group_expressions(text: str, hosts: str) -> None:
    assert chosen(text) == hosts


def test_unknown_groups_are_named() -> None:
    assert evaluate("linux,wbe", GROUPS.get, EVERYTHING) == (GROUPS["linux"], ["wbe"])


@pytest.mark.parametrize("text", ["(linux", "linux)", "(" * 5000])
def test_parentheses_must_match_and_nest_within_reason(text: str) -> None:
    with pytest.raises(Malformed):
        evaluate(text, GROUPS.get, EVERYTHING)


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("a,b", "ab"),
        ("*,!b", "acdef"),
        ("!b,*", "abcdef"),
        ("*,!b,b", "acdefb"),
        ("*,!b,*", "acdefb"),
        ("a,!a", ""),
        (" a , , b ", "ab"),
    ],
)
def test_in_a_list_of_names_the_order_matters(text: str, hosts: str) -> None:
    found, unknown = select(text, dict.fromkeys("abcdef"))
    assert ("".join(found), unknown) == (hosts, [])


def test_a_name_pattern_is_many_names() -> None:
    assert expand_pattern("srv-[1-3]") == ["srv-1", "srv-2", "srv-3"]
    assert expand_pattern("srv-[9-11-%02d].net") == ["srv-09.net", "srv-10.net", "srv-11.net"]
    assert expand_pattern("r[1-2]u[1-2]") == ["r1u1", "r1u2", "r2u1", "r2u2"]
    assert is_pattern("srv-[1-3]")
    assert not is_pattern("srv[x]")


def test_a_pattern_for_a_million_hosts_is_refused() -> None:
    with pytest.raises(Malformed, match="more than 10000 names"):
        expand_pattern("srv-[1-999999999]")


def test_very_many_terms_are_joined_as_few_are() -> None:
    groups = {f"g{number}": frozenset({f"h{number}", "all"}) for number in range(300)}
    everything = frozenset[str]().union(*groups.values(), {"else"})
    for separator, expected in (("|", everything - {"else"}), ("&", {"all"})):
        assert evaluate(separator.join(groups), groups.get, everything)[0] == expected
    assert evaluate("*," + ",".join(f"!{each}" for each in groups), groups.get, everything)[0] == {"else"}


def test_expressions_that_look_at_too_many_names_are_refused() -> None:
    effort = Effort(10)
    evaluate("linux|web", GROUPS.get, EVERYTHING, effort)
    with pytest.raises(Malformed, match="names in all"):
        evaluate("linux|web", GROUPS.get, EVERYTHING, effort)
