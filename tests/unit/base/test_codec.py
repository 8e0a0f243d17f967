"""What comes in is read or refused with a reason; nothing else can come of it."""

from __future__ import annotations

import pytest
from msgspec import Struct

from alignak.base import codec
from alignak.base.errors import BadRequestError


class Ping(Struct, frozen=True, forbid_unknown_fields=True):
    """A message for these tests."""

    name: str
    count: int = 0


def test_a_message_comes_back_as_it_went() -> None:
    assert codec.decode(codec.encode(Ping("a", 2)), Ping) == Ping("a", 2)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b'{"name": 1}', "name"),
        (b'{"count": 1}', "name"),
        (b'{"name": "a", "class": "os.system"}', "class"),
        (b"[]", "Ping"),
        (b"{", "Invalid JSON"),
        (b"", "Invalid JSON"),
        (b'{"name": "\xff"}', "Invalid JSON|UTF-8|utf-8"),
    ],
)
def test_what_is_no_such_message_is_refused_and_says_why(sent: bytes, said: str) -> None:
    with pytest.raises(BadRequestError, match=said):
        codec.decode(sent, Ping)


def test_documents_for_people_keep_their_letters_and_slashes() -> None:
    assert codec.dumps({"path": "/var/é"}) == '{"path":"/var/é"}'


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_json_does_not_have_is_never_written(number: float) -> None:
    with pytest.raises((ValueError, OverflowError)):
        codec.dumps({"load": number})


@pytest.mark.parametrize("text", [b"{", b"", b'{"a": }', b"\xff", b"nope"])
def test_text_that_is_no_document_is_refused(text: bytes) -> None:
    with pytest.raises(BadRequestError, match="Invalid JSON"):
        codec.loads(text)


def test_a_document_that_nests_too_deep_is_refused_before_it_is_read() -> None:
    assert codec.loads("[" * 32 + "]" * 32)
    with pytest.raises(BadRequestError, match="deeper than 32"):
        codec.loads("[" * 33 + "]" * 33)
    with pytest.raises(BadRequestError, match="deeper than 32"):
        codec.loads(b'{"a":' * 10_000_000)


def test_brackets_inside_strings_do_not_nest() -> None:
    assert codec.depth(b'{"a": "[[[[\\"[[[["}') == 1


def test_the_same_content_has_the_same_hash() -> None:
    assert codec.digest(b"abc") == "a9993e364706816aba3e25717850c26c9cd0d89d"
