"""Words are read as ``getopt_long`` reads them."""

from __future__ import annotations

import pytest

from alignak.execution.standins.options import given, number
from alignak.execution.standins.standin import Unsupported

KNOWN = {"-H --hostname": "name", "-v --verbose": "", "-S --ssl": "version?", "-r --regex --ereg": "pattern", "-q": ""}


@pytest.mark.parametrize(
    ("line", "options", "operands"),
    [
        ("-H a -v", [("-H", "a"), ("-v", "")], []),
        ("-vqHa b", [("-v", ""), ("-q", ""), ("-H", "a")], ["b"]),
        ("--host a --hostname=b", [("-H", "a"), ("-H", "b")], []),
        ("b -v c", [("-v", "")], ["b", "c"]),
        ("-v -- -v", [("-v", "")], ["-v"]),
        ("-H -v", [("-H", "-v")], []),
        ("- -v", [("-v", "")], ["-"]),
        (
            "-S 1.2 -S1.2 -vS1 --ssl 3 --ssl=4",
            [("-S", ""), ("-S", "1.2"), ("-v", ""), ("-S", "1"), ("-S", ""), ("-S", "4")],
            ["1.2", "3"],
        ),
        ("--reg x --ereg y", [("-r", "x"), ("-r", "y")], []),
        ("--hostname=", [("-H", "")], []),
    ],
)
def test_letters_bundles_and_short_long_names_are_understood(
    line: str, options: list[tuple[str, str]], operands: list[str]
) -> None:
    found = given(line.split(), KNOWN)
    assert list(found.options) == options
    assert list(found.operands) == operands


@pytest.mark.parametrize("line", ["-x", "-vx", "-H", "-vH", "--hostname", "--nope", "--verbose=1", "--", "--=x", "-v-"])
def test_what_is_unknown_or_lacks_its_value_is_said_so(line: str) -> None:
    if line == "--":
        assert given([line], KNOWN) == ((), ())
        return
    with pytest.raises(Unsupported):
        given(line.split(), KNOWN)


def test_a_begin_that_two_options_share_is_neither() -> None:
    with pytest.raises(Unsupported):
        given(["--ver"], {"--verbose": "", "--version": ""})
    assert given(["--verb"], {"--verbose": "", "--version": ""}).options == (("--verbose", ""),)


def test_numbers_are_plain() -> None:
    assert number("-p", "80") == 80
    for text in ("", "-1", "1.5", "x", "٣", "1" * 10):
        with pytest.raises(Unsupported):
            number("-p", text)
