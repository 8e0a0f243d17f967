"""From texts and bytes to the struct an endpoint declares."""

from __future__ import annotations

import json
import urllib.parse
import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from alignak.base.errors import BadRequestError, NotFoundError, TooLargeError
from alignak.net.client import query_of
from alignak.net.decoding import Signature, check_json, inflate, is_deeper_than
from alignak.net.endpoint import Endpoint


class Asked(Struct, frozen=True, rename={"sender": "from"}):
    name: str
    sender: str = ""
    count: int | None = None
    on: bool = False
    tags: tuple[str, ...] | None = None
    numbers: list[int] = []


SIGNATURE = Signature.of(Endpoint(name="ask", doc="Ask.", request=Asked, methods=("GET", "POST"), segments=("name",)))


def test_a_query_string_is_read_by_the_types_of_the_request() -> None:
    assert SIGNATURE.from_query("name=a+b%C3%A9&from=x&count=7&on=True&tags=p,%20q&numbers=1&numbers=2") == Asked(
        "a bé", "x", 7, True, ("p", "q"), [1, 2]
    )
    assert SIGNATURE.from_query("name=&tags=") == Asked("", tags=())
    assert SIGNATURE.from_query("", ("srv-a",)) == Asked("srv-a")


@pytest.mark.parametrize("query", ["name=a&on=maybe", "name=a&count=1.5", "name=a&numbers=1,x", "name=a&count="])
def test_a_value_of_the_wrong_type_is_refused(query: str) -> None:
    with pytest.raises(BadRequestError, match="wrong parameters"):
        SIGNATURE.from_query(query)


def test_null_in_a_query_is_a_text_and_no_way_to_leave_something_out() -> None:
    assert SIGNATURE.from_query("name=null&tags=null") == Asked("null", tags=("null",))
    with pytest.raises(BadRequestError, match="count is null: leave it out instead"):
        SIGNATURE.from_query("name=a&count=null")


def test_a_parameter_in_the_path_and_in_the_query_is_one_too_many() -> None:
    with pytest.raises(BadRequestError, match="name is given 2 times"):
        SIGNATURE.from_query("name=b", ("a",))


def test_missing_and_unexpected_parameters_are_not_found_as_ever() -> None:
    with pytest.raises(NotFoundError, match="Missing parameters: name"):
        SIGNATURE.from_query("count=1")
    with pytest.raises(NotFoundError, match="Unexpected query string parameters: more, sender"):
        SIGNATURE.from_query("name=a&sender=b&more=1")


def test_a_body_is_read_by_the_same_names() -> None:
    assert SIGNATURE.from_body(b'{"name": "a", "from": "b", "numbers": [1]}') == Asked("a", "b", numbers=[1])
    with pytest.raises(BadRequestError, match="unexpected parameters: sender; ask takes name, from, count"):
        SIGNATURE.from_body(b'{"name": "a", "sender": "b"}')
    with pytest.raises(BadRequestError, match="Missing parameters: name"):
        SIGNATURE.from_body(b"")


@given(
    st.builds(
        Asked,
        st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        count=st.integers(-(2**60), 2**60),
        on=st.booleans(),
        tags=st.lists(st.text("ab c", min_size=1, max_size=5).map(str.strip), max_size=3).map(tuple),
        numbers=st.lists(st.integers(0, 99), max_size=3),
    )
)
def test_what_our_client_writes_into_a_query_string_is_what_the_server_reads(asked: Asked) -> None:
    if "" not in (asked.tags or ()):
        assert SIGNATURE.from_query(urllib.parse.urlencode(query_of(asked))) == asked


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('[]{}"\\a', max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('[{"\\', max_size=3), inner, max_size=3),
    max_leaves=30,
)


def depth_of(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth_of, value), default=0)
    return 0


@given(VALUES, st.integers(0, 8))
def test_depth_is_counted_outside_of_strings(value: object, limit: int) -> None:
    assert is_deeper_than(json.dumps(value).encode(), limit) is (depth_of(value) > limit)


@pytest.mark.parametrize("text", [b"]" * 100, b"{" * 30 + b"x", b'{"a": 1', b'"' + b"[" * 100, b"}{" * 100])
def test_what_is_no_json_is_left_to_the_reader(text: bytes) -> None:
    assert not is_deeper_than(text, 32)
    with pytest.raises(BadRequestError, match="Invalid JSON document"):
        check_json(text)


def test_a_key_that_comes_twice_is_refused_at_any_depth() -> None:
    check_json(b'{"a": {"b": 1}, "b": {"b": 2}}')
    with pytest.raises(BadRequestError, match="the key 'b' comes twice"):
        check_json(b'[{"a": {"b": 1, "\\u0062": 2}}]')


def test_decompression_stops_at_the_limit_of_the_endpoint_and_at_ten_times() -> None:
    body = json.dumps({"name": "".join(chr(33 + n * n % 90) for n in range(800))}).encode()
    assert inflate(zlib.compress(body), "zlib", 10_000) == body
    with pytest.raises(TooLargeError, match="larger than 500 bytes"):
        inflate(zlib.compress(body), "zlib", 500)
    packed = zlib.compress(b"a" * 100_000)
    with pytest.raises(TooLargeError, match=f"larger than {10 * len(packed)} bytes"):
        inflate(packed, "zlib", 1 << 20)
    with pytest.raises(BadRequestError, match="something behind"):
        inflate(zlib.compress(body) + b"more", "zlib", 10_000)


def test_every_wrong_body_is_a_bad_request() -> None:
    for body in (
        b"{",
        b"[]",
        b"nul",
        b"\xff",
        b'{"name":1}',
        b'{"name":"a","count":1e999}',
        b"1" * 5_000,
        msgspec.json.encode("x"),
    ):
        with pytest.raises(BadRequestError):
            SIGNATURE.from_body(body)
