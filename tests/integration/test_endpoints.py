"""Every name of the historical interface stands where it should, and says what is wrong with a request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.cluster import DAEMONS, Cluster, running, write
from tests.support.http_site import person
from tests.support.interface import ACTS, ALIASES, ALIASES_OF, ALSO, ARGUMENTS, POSTED, SITE, ask, names, refusal


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Return an installation with a host that is checked, and one that is told about."""
    with running(write(tmp_path_factory.mktemp("names"), SITE)) as cluster:
        yield cluster


@pytest.mark.parametrize("daemon", DAEMONS)
def test_the_list_of_methods_names_exactly_what_there_is(cluster: Cluster, daemon: str) -> None:
    document = cluster.ask(daemon, "api")
    assert document["doc"] == "When posting data you have to use the JSON format."
    assert [each["name"] for each in document["api"]] == names(daemon)
    for row in document["api"]:
        assert set(row) == {"name", "doc", "args"}
        assert len(row["doc"]) > 20
        assert row["args"] == ARGUMENTS.get(row["name"], row["args"])
    assert cluster.ask(daemon, "") == cluster.ask(daemon, "index") == document


@pytest.mark.parametrize("daemon", DAEMONS)
def test_each_name_answers_the_methods_it_should_and_no_other(cluster: Cluster, daemon: str) -> None:
    primary = [each for each in names(daemon) if each not in (*ALIASES, *ALIASES_OF[daemon])]
    for name in primary:
        allowed = ("GET", "POST") if name in ACTS.split() else ("POST",) if name in POSTED.split() else ("GET",)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            if method not in allowed:
                status, answer = cluster.exchange(daemon, name, secret=True, method=method)
                assert status == 405, f"{method} /{name}"
                assert refusal(answer) == f"/{name} does not answer {method}: use {' or '.join(allowed)}"


@pytest.mark.parametrize("daemon", DAEMONS)
def test_the_names_of_two_point_x_are_other_names_of_the_same(cluster: Cluster, daemon: str) -> None:
    for alias, name in {**ALIASES, **ALIASES_OF[daemon]}.items():
        path = "{}" if name in POSTED.split() else "{}?no_such_parameter=1"
        wrong = [cluster.exchange(daemon, path.format(each), secret=True) for each in (alias, name)]
        assert wrong[0] == wrong[1], alias
    for alias in ("stats", "managed_configurations", "_have_conf"):
        ours, theirs = (ask(cluster, daemon, each) for each in (ALIASES[alias], alias))
        assert type(ours) is type(theirs)
        assert not isinstance(ours, dict) or ours.keys() == theirs.keys()


def wrong_requests() -> dict[str, tuple[str, str, dict[str, Any], int, str]]:
    """Return requests every daemon refuses: method, path, what is sent, status and words of the message."""
    as_json = {"Content-Type": "application/json"}
    return {
        "unknown path": ("GET", "unknown", {}, 404, "The path '/unknown' was not found."),
        "unknown path, posted": ("POST", "unknown", {"json": {}}, 404, "The path '/unknown' was not found."),
        "a path too long": ("GET", "identity/extra", {}, 404, "The path '/identity/extra' was not found."),
        "an inner name": ("GET", "__class__", {}, 404, "was not found"),
        "wrong method": ("DELETE", "identity", {}, 405, "/identity does not answer DELETE"),
        "posted read": ("POST", "identity", {"json": {}}, 405, "/identity does not answer POST"),
        "missing parameter": ("GET", "get_broks", {}, 404, "Missing parameters: broker_name"),
        "missing field": ("POST", "push_actions", {"json": {}}, 400, "Missing parameters: actions"),
        "unexpected parameter": ("GET", "get_id?foo=1", {}, 404, "Unexpected query string parameters: foo"),
        "unexpected field": ("POST", "set_log_level", {"json": {"level": 1}}, 400, "unexpected parameters: level"),
        "wrong type": ("POST", "set_log_level", {"json": {"log_level": 10}}, 400, "wrong parameters"),
        "wrong type in a query": ("GET", "get_broks?broker_name=x&after=y", {}, 400, "wrong parameters"),
        "a parameter twice": ("GET", "have_conf?magic_hash=1&magic_hash=2", {}, 400, "magic_hash is given 2 times"),
        "bad JSON": ("POST", "set_log_level", {"data": b"{bad", "headers": as_json}, 400, "Invalid JSON document"),
        "no object": ("POST", "set_log_level", {"json": [1]}, 400, "wrong parameters"),
        "too deep": ("POST", "push_actions", {"data": b"[" * 99, "headers": as_json}, 400, "nested deeper"),
        "no text": ("POST", "set_log_level", {"data": b"\xff\xfe", "headers": as_json}, 400, "Invalid JSON"),
        "another type": ("POST", "set_log_level", {"data": {"log_level": "INFO"}}, 415, "application/json"),
        "no type": ("POST", "set_log_level", {"data": b"{}"}, 415, "Expected an entity of content type"),
        "a body on a read": ("GET", "ping", {"data": b"{}", "headers": as_json}, 400, "takes no body"),
        "too large": (
            "POST", "set_log_level", {"data": b" " * ((1 << 20) + 1), "headers": as_json}, 413, "at most 1048576"
        ),
        "headers too large": ("GET", "ping", {"headers": {"X-Padding": "x" * 20_000}}, 431, "larger than 16384"),
        "a request line too long": ("GET", "ping?" + "x" * 20_000, {}, 414, "larger than 16384"),
    }  # fmt: skip


@pytest.mark.parametrize("daemon", DAEMONS)
@pytest.mark.parametrize("what", wrong_requests())
def test_a_wrong_request_gets_its_status_and_a_json_body_that_says_what_is_wrong(
    cluster: Cluster, daemon: str, what: str
) -> None:
    method, path, sent, status, words = wrong_requests()[what]
    headers = {"Authorization": f"Bearer {cluster.secret}", **sent.get("headers", {})}
    with person() as session:
        answer = session.request(method, cluster.url(daemon, path), **{**sent, "headers": headers}, timeout=5)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    assert words in refusal(answer.json())
    assert "Traceback" not in answer.text
    assert "<" not in answer.text
    assert status != 405 or "GET" in answer.headers["Allow"]


def test_what_only_some_daemons_answer_is_not_found_on_the_others(cluster: Cluster) -> None:
    for daemon in DAEMONS:
        for name in {each for text in ALSO.values() for each in text.split()} - set(names(daemon)):
            status, answer = cluster.exchange(daemon, name, secret=True)
            assert status == 404
            assert refusal(answer) == f"The path '/{name}' was not found."
