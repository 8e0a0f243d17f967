"""What modules return, made of values that can be sent."""

from __future__ import annotations

import datetime
import decimal
import ipaddress
from pathlib import Path

import msgspec
import pytest

from alignak.compat.plain import plain
from alignak.config.given import UNUSABLE


class Mute:
    """An object without a text of its own."""


class Shy:
    """An object that fails to say what it is."""

    def __str__(self) -> str:
        raise RuntimeError


class Name(str):
    """A text of a class of its own."""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (2**70, str(2**70)),
        (0.5, 0.5),
        (float("nan"), "nan"),
        ("é", "é"),
        ("half \ud800", "half ?"),
        (Name("web"), "web"),
        (b"caf\xc3\xa9", "café"),
        (("a", 1), ["a", 1]),
        ({"b", "a"}, ["a", "b"]),
        ({1: {"x": None}}, {"1": {"x": None}}),
        (ipaddress.ip_address("::1"), "::1"),
        (decimal.Decimal("1.5"), "1.5"),
        (datetime.date(2026, 11, 22), "2026-11-22"),
        (Path("/etc"), "/etc"),
        (Mute(), {UNUSABLE: "Mute"}),
        (Shy(), {UNUSABLE: "Shy"}),
    ],
)
def test_what_has_a_text_is_sent_as_it_and_the_rest_is_marked(value: object, expected: object) -> None:
    assert plain(value) == expected
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(plain(value))) == expected


def test_what_holds_itself_ends() -> None:
    endless: list[object] = []
    endless.append(endless)

    assert UNUSABLE in str(plain(endless))
