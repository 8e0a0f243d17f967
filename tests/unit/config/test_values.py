"""Text made typed values."""

from __future__ import annotations

import pytest

from alignak.config.values import Unreadable, boolean, command_call, integer, integers, names
from alignak.model.objects import CommandCall


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("YES", True), ("On", True), ("false", False), ("0", False), (" no ", False)]
)
def test_booleans_are_words_of_either_kind(text: str, value: bool) -> None:
    assert boolean(text) is value


def test_whole_numbers_lose_what_follows_the_point() -> None:
    assert integer("3.9") == 3
    assert integers("1, 2,,3") == (1, 2, 3)


@pytest.mark.parametrize("text", ["", "x", "inf", "-inf", "nan", "1e400", "9" * 400])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        integer(text)


def test_lists_lose_blanks_and_empty_items() -> None:
    assert names(" a, b,,c d ,") == ("a", "b", "c d")


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("ping", CommandCall("ping")),
        ("ping!100!20%", CommandCall("ping", ("100", "20%"))),
        (r"say!hello\!!b", CommandCall("say", ("hello!", "b"))),
        ("ping!", CommandCall("ping", ("",))),
    ],
)
def test_commands_are_called_with_arguments_behind_exclamation_marks(text: str, call: CommandCall) -> None:
    assert command_call(text) == call
