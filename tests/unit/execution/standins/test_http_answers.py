"""Answers of web servers are taken apart whatever they look like."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from alignak.execution.standins import http_answers


@pytest.mark.parametrize("newline", [b"\r\n", b"\n", b"\r"])
def test_any_newline_ends_a_line(newline: bytes) -> None:
    data = newline.join([b"HTTP/1.1 200 OK", b"A: b", b"C: d", b"", b"page"])
    assert http_answers.taken_apart(data) == (b"HTTP/1.1 200 OK", newline.join([b"A: b", b"C: d"]), b"page")
    assert http_answers.has_header(data)
    assert not http_answers.has_header(data[:20])


@given(some.binary(max_size=200))
def test_nothing_is_too_strange(data: bytes) -> None:
    answer = http_answers.taken_apart(data)
    http_answers.status_of(answer.status_line)
    http_answers.joined(answer.page)
    http_answers.age(answer.header, 10)


@given(some.lists(some.binary(min_size=1, max_size=20)))
def test_chunks_are_joined(pieces: list[bytes]) -> None:
    page = b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in pieces)
    assert http_answers.joined(page + b"0\r\n\r\n") == (b"".join(pieces), True)
    assert http_answers.joined(page) == (b"".join(pieces), False)


def test_a_hostile_header_is_read_in_no_time() -> None:
    begun = time.monotonic()
    for data in (b"\r" * 1_000_000, b"\n\r" * 500_000, b"a:" * 500_000, b"A: b\r\n" * 200_000, b" " * 1_000_000):
        answer = http_answers.taken_apart(b"HTTP/1.1 200 OK\r\n" + data)
        http_answers.age(answer.header, 10)
        http_answers.joined(data)
    assert time.monotonic() - begun < 5
