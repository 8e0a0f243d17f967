"""Object files are read fast where they are plain: it must not be seen in what they say."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from alignak.config.diagnostics import Diagnostics
from alignak.config.parser import Lines, parse

LINES = (
    "define host{",
    "define host {",
    "define service {  ; a comment",
    "define timeperiod{",
    "define host",
    "define host{ use a",
    "define host{ use a }",
    "{",
    "}",
    "} ; the end",
    "} too much",
    "",
    "# a comment",
    "  ; another",
    "host_name a",
    "\thost_name\t a b ; said",
    "HOST_NAME b",
    "use +a",
    "_Custom x",
    "_custom \\; y",
    "monday 00:00-24:00",
    "monday 1 3 may - 4 june   00:00-12:00",
    "goes on \\",
    "\\",
    "does not go on \\\\",
    "alone",
    "a=b",
    "cfg_file=x.cfg",
    "$USER1$=/usr/lib",
    "defined x",
    "define",
)

_GOES_ON = Lines()["goes on \\"]


class OneByOne(Lines):
    """Lines of which each is said to need those around it."""

    def __missing__(self, raw: str) -> Any:
        """Hide what a plain line says."""
        said = super().__missing__(raw)
        self[raw] = _GOES_ON if isinstance(said, tuple) else said
        return self[raw]


def outcome(text: str, lines: Lines) -> tuple[Any, ...]:
    diagnostics = Diagnostics()
    found = parse(text, "/f.cfg", diagnostics, lines)
    definitions = [
        (each.type, each.place, each.values, dict(each.repeated), {key: each.place_of(key) for key in each.values})
        for each in found.definitions
    ]
    return definitions, found.parameters, found.includes, [each.render() for each in diagnostics.all()]


@settings(max_examples=400)
@given(st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=8)), max_size=25).map("\n".join))
def test_a_file_says_the_same_whether_its_lines_are_read_together_or_one_by_one(text: str) -> None:
    assert outcome(text, Lines()) == outcome(text, OneByOne())
