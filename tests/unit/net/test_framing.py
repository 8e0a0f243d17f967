"""Framing: one reading of every head and body, or none."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignak.base.errors import BadRequestError, TooLargeError
from alignak.net.framing import (
    ChunkedFraming,
    Framing,
    LengthFraming,
    check_framing,
    head_end,
    is_request_line,
    read_headers,
)


def feed(framing: Framing, data: bytes, cut: int) -> tuple[bytes | None, bytes]:
    """Give a framing data in pieces; return the body and what is left over."""
    buffer = bytearray()
    for start in range(0, len(data), cut):
        buffer += data[start : start + cut]
        body = framing.take(buffer)
        if body is not None:
            return body, bytes(buffer) + data[start + cut :]
    return None, bytes(buffer)


def test_a_head_ends_at_its_empty_line() -> None:
    head = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    assert head_end(head + b"body\r\n\r\n") == len(head)
    assert head_end(head[:-1]) == -1
    assert head_end(b"") == -1


@given(st.integers(1, 40), st.sampled_from([b"\r\n\r\n", b"\nX: y\r\n\r\n", b"\n\n"]))
def test_the_end_is_found_in_the_same_place_however_the_head_comes(cut: int, end: bytes) -> None:
    whole = b"GET /ping HTTP/1.1\r\nHost: localhost" + end + b"more\r\n\r\n"
    seen = 0
    for size in range(cut, len(whole) + cut, cut):
        found = head_end(whole[:size], seen)
        if found != -1:
            break
        seen = len(whole[:size])
    assert found == head_end(whole)


def test_a_line_feed_alone_ends_the_head_so_that_it_is_refused_at_once() -> None:
    assert head_end(b"GET / HTTP/1.1\nHost: x\r\n") == 15
    assert head_end(b"\n") == 1


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        (b"GET / HTTP/1.1", True),
        (b"OPTIONS * HTTP/1.1", True),
        (b"GET /a?b=c%20d HTTP/1.0", True),
        (b"GET //a HTTP/1.1", False),
        (b"GET / HTTP/1.11", False),
        (b"GET / http/1.1", False),
        (b"get / HTTP/1.1", False),
        (b"GET /\x00 HTTP/1.1", False),
        (b"GET /a b HTTP/1.1", False),
        (b"GET /\t HTTP/1.1", False),
        (b"GET / HTTP/1.1\r", False),
        (b"GET / HTTP/1.1 ", False),
    ],
)
def test_request_lines(line: bytes, is_one: bool) -> None:
    assert is_request_line(line) is is_one


def test_headers_are_read_once_each_and_joined_where_they_may_be() -> None:
    read = read_headers([b"Host: a", b"Accept:  b ", b"ACCEPT: c\t"])
    assert read == {b"host": b"a", b"accept": b"b, c"}


@pytest.mark.parametrize(
    "lines",
    [
        [b" Host: a"],
        [b"\tHost: a"],
        [b"Host : a"],
        [b"Host"],
        [b""],
        [b": a"],
        [b"H\xc3\xb6st: a"],
        [b"Host: a\x00"],
        [b"Host: a\rb"],
        [b"Host: a", b"host: a"],
        [b"Authorization: a", b"Authorization: b"],
    ],
)
def test_headers_that_could_be_read_in_two_ways_are_refused(lines: list[bytes]) -> None:
    with pytest.raises(BadRequestError):
        read_headers(lines)


@pytest.mark.parametrize("length", [b"", b"-1", b"+1", b"1 ", b"1_0", b"0x1", b"\xb2", b"1,1", b"9" * 19])
def test_a_length_is_made_of_digits(length: bytes) -> None:
    with pytest.raises(BadRequestError):
        check_framing({b"host": b"x", b"content-length": length}, b"HTTP/1.1")


@given(st.binary(max_size=300), st.integers(1, 50), st.binary(max_size=20))
def test_a_body_of_known_length_leaves_the_next_request_alone(body: bytes, cut: int, following: bytes) -> None:
    if body:
        assert feed(LengthFraming(len(body)), body + following, cut) == (body, following)


@given(
    st.lists(st.binary(min_size=1, max_size=60), max_size=6),
    st.integers(1, 40),
    st.sampled_from([b"", b";ext=1", b" ; a"]),
    st.sampled_from([b"", b"Trailer: x\r\n"]),
)
@settings(max_examples=200)
def test_chunks_make_the_same_body_however_they_come(
    chunks: list[bytes], cut: int, extension: bytes, trailers: bytes
) -> None:
    sent = b"".join(b"%x%s\r\n%s\r\n" % (len(each), extension, each) for each in chunks) + b"0\r\n" + trailers + b"\r\n"
    assert feed(ChunkedFraming(1_000), sent + b"GET", cut) == (b"".join(chunks), b"GET")


@given(st.binary(max_size=200), st.integers(1, 30))
def test_whatever_comes_as_chunks_is_read_refused_or_waited_for(data: bytes, cut: int) -> None:
    with contextlib.suppress(BadRequestError, TooLargeError):
        feed(ChunkedFraming(1_000), data, cut)


def test_a_chunk_is_refused_by_its_announcement_not_after_it_was_read() -> None:
    with pytest.raises(TooLargeError, match="larger than the 10 bytes"):
        ChunkedFraming(10).take(bytearray(b"6\r\naaaaaa\r\n5\r\n"))


def test_a_million_chunks_of_one_byte_are_not_worked_through() -> None:
    framing = ChunkedFraming(1 << 20)
    with pytest.raises(TooLargeError, match="chunks"):
        framing.take(bytearray(b"1\r\na\r\n" * 30_000))
