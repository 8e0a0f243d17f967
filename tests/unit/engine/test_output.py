"""What a plugin wrote is taken apart the way administrators expect it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignak.engine.output import ParsedOutput, parse_output, scrubbed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OK", ParsedOutput("OK")),
        ("", ParsedOutput("")),
        ("  OK  \n", ParsedOutput("OK")),
        ("OK | a=1", ParsedOutput("OK", "", "a=1")),
        ("OK | a=1 | b=2", ParsedOutput("OK", "", "a=1")),
        ("OK\nmore\nand more", ParsedOutput("OK", "more\nand more")),
        (
            "hello \\| pipe | a=1;2;3\nlong1\nlong2 | b=4\n c=5\n",
            ParsedOutput("hello | pipe", "long1\nlong2", "a=1;2;3 b=4 c=5"),
        ),
        ("OK\r\nsecond\r\n", ParsedOutput("OK", "second")),
        ("OK\n| only=1", ParsedOutput("OK", "", "only=1")),
        ("étage | température=21", ParsedOutput("étage", "", "température=21")),
    ],
)
def test_an_output_is_divided_into_text_long_text_and_performance_data(text: str, expected: ParsedOutput) -> None:
    assert parse_output(text, 8192) == expected


def test_what_is_beyond_the_limit_is_dropped_before_anything_is_read() -> None:
    assert parse_output("0123456789 | a=1", 10) == ParsedOutput("0123456789")
    assert parse_output("OK", 0) == ParsedOutput("")


def test_no_nul_and_no_half_character_gets_in() -> None:
    assert parse_output("a\0b \ud800 c", 100).output == "ab � c"
    assert scrubbed("\U0001f600") == "\U0001f600"


@given(st.text(st.sampled_from("ab |\\\n\r\t\x0bé"), max_size=20), st.integers(0, 20))
def test_a_plain_line_is_read_like_any_other(text: str, limit: int) -> None:
    """A NUL, which is dropped, is enough to have it read the long way."""
    assert parse_output(text, limit) == parse_output(f"{text[:limit]}\0", limit + 1)
