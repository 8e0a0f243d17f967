"""Regular expressions that cannot take for ever."""

from __future__ import annotations

import re
from itertools import product
from time import process_time

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from alignak.model.regexes import Malformed, regex

pieces = st.sampled_from([
    *("a", "b", "-", ".", ".*", ".+", ".*?", "[ab]", "[^a]", "a*", "b+", "a?"),
    *("[ab]+", "a{2}", "b{1,2}", "(a|b)", "(ab)?", "\\."),
])  # fmt: skip
texts = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "^", "(?i)"]),
    st.lists(pieces, min_size=1, max_size=7).map("".join),
    st.sampled_from(["", "$"]),
)
NAMES = ["".join(each) for length in range(6) for each in product("ab-", repeat=length)]


@settings(max_examples=300, deadline=None)
@given(texts)
@example("a.*[ab]+.*bb")
@example(".*a.*.*b-.+")
@example("^.*a.+$")
@example("a.*b.+?-.*a?b$")
def test_it_matches_what_it_always_matched(text: str) -> None:
    try:
        found = regex(text)
    except Malformed:
        assume(False)
        return
    names = [each.upper() if text.startswith("(?i)") else each for each in NAMES]
    assert [each for each in found.candidates(names, 200) if found.found.search(each)] == [
        each for each in names if re.search(text, each)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "(a+)+$",
        "(a|aa)+$",
        "((ab)*c)*",
        "a*a*a*a*a*x",
        "a?" * 50 + "a" * 50,
        "(a|aa)" * 30 + "x",
        "(a{1,99}){1,99}",
        "a{0,99}" * 6,
        "(",
        "[",
        "a" * 600,
        "(?=(a+))*x",
        "a**",
    ],
)
def test_one_that_may_take_for_ever_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        regex(text)


@pytest.mark.parametrize(
    "text",
    ["^web[0-9]+$", "(web|db)1", r"srv\.(a|b)\..*", "[(+]*x+", "web-.*-.*-.*-.*-.*-[0-9]+", "(?:www\\.)?a", "[]+*]+"],
)
def test_what_people_write_is_not(text: str) -> None:
    assert regex(text)


@settings(max_examples=100, deadline=None)
@given(texts, st.sampled_from("ab-"), st.text(alphabet="ab-", max_size=3))
@example(".*a.*a.*a.*a.*a.*a.*a.*a.*x", "a", "")
@example("[ab]*[ab]*x", "a", "b")
def test_none_takes_long(text: str, letter: str, end: str) -> None:
    try:
        found = regex(text * 3 if text[0] not in "^(" else text)
    except Malformed:
        return
    name = letter * 150 + end
    steps = found.steps([name])
    begun = process_time()
    found.found.search(name)
    assert process_time() - begun < 0.1 + steps * 1e-7
