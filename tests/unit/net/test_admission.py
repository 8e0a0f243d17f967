"""What is checked of a request, in which order, before its body is there."""

from __future__ import annotations

import json

import pytest

from alignak.base import errors
from alignak.base.clock import ManualClock
from alignak.base.secret import Secret
from alignak.net.admission import Asked, Desk, allowed_methods, path_segments
from alignak.net.auth import Caller, Gate, Visitor
from alignak.net.keys import KeyRing
from tests.support.http_site import ENDPOINTS, SECRET, Site

DESK = Desk(Site().binding, Gate(Secret(SECRET), KeyRing(), False, ManualClock()))
BODY = {"content-type": "application/json", "content-length": "10"}
SHOWN = {"authorization": f"Bearer {SECRET}"}


def asked(method: str, path: str, query: str = "", **headers: str) -> Asked:
    return Asked(method, path, query, Visitor("192.0.2.1", {k.replace("_", "-"): v for k, v in headers.items()}))


@pytest.mark.parametrize(
    ("path", "segments"),
    [
        ("/", ("",)),
        ("/ping", ("ping",)),
        ("/ping/", ("ping",)),
        ("//", ("", "")),
        ("/a%2Fb", ("a/b",)),
        ("/a/b%20c/d", ("a", "b c", "d")),
        ("/%C3%A9", ("é",)),
        ("*", ("*",)),
    ],
)
def test_a_path_is_cut_before_it_is_decoded(path: str, segments: tuple[str, ...]) -> None:
    assert path_segments(path) == segments


def test_a_path_that_is_no_text_is_not_found() -> None:
    with pytest.raises(errors.NotFoundError):
        path_segments("/%ff")


def test_checks_come_in_their_order() -> None:
    bad = {**BODY, "content-type": "text/plain", "content-length": str(1 << 40)}

    def admit(method: str, path: str, headers: dict[str, str]) -> None:
        DESK.admit(Asked(method, path, "", Visitor("192.0.2.1", headers)))

    for method, path, headers, error in (
        ("PUT", "/nowhere", bad, errors.NotFoundError),
        ("PUT", "/push", bad, errors.MethodNotAllowedError),
        ("POST", "/push", bad, errors.UnauthorizedError),
        ("POST", "/push", bad | SHOWN, errors.UnsupportedMediaError),
        ("POST", "/push", bad | SHOWN | {"content-type": "application/json"}, errors.TooLargeError),
    ):
        with pytest.raises(error):
            admit(method, path, headers)
    admit("POST", "/push", BODY | SHOWN)


def test_an_admitted_request_knows_its_caller_and_how_its_body_is_packed() -> None:
    plain = DESK.admit(Asked("POST", "/push", "", Visitor("192.0.2.1", BODY | SHOWN)))
    assert (plain.endpoint.name, plain.caller, plain.coding) == ("push", Caller.PEER, "")
    packed = BODY | SHOWN | {"content-type": "application/zlib"}
    assert DESK.admit(Asked("POST", "/push", "", Visitor("192.0.2.1", packed))).coding == "zlib"


def test_options_asks_for_nothing_and_runs_nothing() -> None:
    answer = DESK.answer(DESK.admit(asked("OPTIONS", "/push")), b"")
    assert (answer.status, answer.headers["Allow"], answer.body) == (204, "POST, OPTIONS", b"")


def test_an_act_is_never_called_by_head() -> None:
    by_name = {each.name: allowed_methods(each) for each in ENDPOINTS}
    assert by_name["ping"] == ("GET", "HEAD")
    assert by_name["note"] == ("GET", "POST")
    assert by_name["drain"] == ("GET",)


def test_parameters_of_a_post_with_a_body_stand_in_the_body_alone() -> None:
    admitted = DESK.admit(Asked("POST", "/push", "text=a", Visitor("192.0.2.1", BODY | SHOWN)))
    answer = DESK.answer(admitted, b'{"text":"b"}')
    assert answer.status == 404
    assert "they belong in the body" in json.loads(answer.body)["_message"]
