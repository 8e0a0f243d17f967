"""Answers: what a handler returns or raises, as HTTP."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from alignak.base import errors
from alignak.net import answers
from alignak.net.endpoint import Endpoint

DOCUMENT = Endpoint(name="stats", doc="Count.", answer=dict[str, Any])


class Row(Struct):
    name: str


def test_loose_documents_and_records_both_become_json() -> None:
    assert answers.success(DOCUMENT, {"a": "é/", "b": [1.5, None]}).body == '{"a":"é/","b":[1.5,null]}'.encode()
    assert answers.success(replace(DOCUMENT, answer=list[Row]), [Row("a")]).body == b'[{"name":"a"}]'
    mixed = answers.success(DOCUMENT, {"row": Row("a"), "load": float("nan")}).body
    assert json.loads(mixed) == {"row": {"name": "a"}, "load": None}
    assert answers.success(replace(DOCUMENT, answer=None), None).body == b"null"


@pytest.mark.parametrize(
    ("type_", "is_loose"),
    [
        (Any, True),
        (dict, True),
        (dict[str, Any], True),
        (list[dict[str, Any]], True),
        (list[Row], False),
        (None, False),
    ],
)
def test_which_answers_are_loose(type_: Any, is_loose: bool) -> None:
    assert answers.is_loose(type_) is is_loose


def test_every_error_is_the_historical_document_with_its_status() -> None:
    for error, status, header in (
        (errors.UnauthorizedError("no"), 401, "WWW-Authenticate"),
        (errors.MethodNotAllowedError("no", ("GET",)), 405, "Allow"),
        (errors.NotReadyError("no"), 503, "Retry-After"),
        (errors.StorageFullError("no"), 507, "Retry-After"),
        (errors.RefusedError("no"), 200, "Content-Type"),
    ):
        given = answers.failure(error)
        assert (given.status, json.loads(given.body)) == (status, {"_status": "ERR", "_message": "no"})
        assert header in given.headers


def test_a_refused_configuration_brings_its_diagnostics() -> None:
    given = answers.failure(errors.ConfigurationError("2 errors", ("a.cfg:3: no such host",)))
    assert json.loads(given.body)["_issues"] == ["a.cfg:3: no such host"]


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5", True),
        ("*", True),
        ("", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0, br", False),
    ],
)
def test_compression_is_for_who_takes_it_and_for_what_is_worth_it(header: str, taken: bool) -> None:
    large = answers.success(replace(DOCUMENT, answer=list[str]), ["a"] * 10_000)
    given = answers.compressed(large, header)
    assert ("Content-Encoding" in given.headers) is taken
    if taken:
        assert gzip.decompress(given.body) == large.body
    small = answers.success(DOCUMENT, {})
    assert answers.compressed(small, header) is small


def test_a_refusal_is_recognised_and_nothing_else_is_taken_for_one() -> None:
    assert answers.read_refusal(b'{"_status":"ERR","_message":"no"}') == answers.Refusal("ERR", "no")
    for other in (b'{"_status":"OK","_message":"yes"}', b'{"a":"_status"}', b'{"_status":1}', b'"_status"', b"{", b""):
        assert answers.read_refusal(other) is None


def test_a_request_that_never_became_one_gets_a_whole_answer() -> None:
    head, _, body = answers.refusal(431, "the headers are too large").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert b"Connection: close" in head
    assert json.loads(body) == {"_status": "ERR", "_message": "the headers are too large"}
