"""The HTTP base as clients see it: statuses, texts, headers and shapes of every kind of request."""

from __future__ import annotations

import gzip
import json
import threading
import time
import zlib
from collections.abc import Iterator

import pytest
import requests

from alignak.base.errors import StartError
from alignak.net.keys import KeyRing
from alignak.net.server import Server
from tests.support.http_site import (
    AS_DAEMON,
    ENDPOINTS,
    JSON,
    Site,
    address_of_this_machine,
    connect,
    person,
    read_all,
    say,
    serving,
    status_of,
)


@pytest.fixture(scope="module")
def site() -> Site:
    return Site()


@pytest.fixture(scope="module")
def server(site: Site) -> Iterator[Server]:
    with serving(site, origins=frozenset(("https://panel.example",))) as running:
        yield running


@pytest.fixture
def url(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}/"


def refusal(response: requests.Response) -> str:
    """Return the message of a refusal, after checking that it has the historical shape."""
    assert response.headers["Content-Type"] == JSON
    document = response.json()
    assert document["_status"] == "ERR"
    return str(document["_message"])


@pytest.mark.parametrize("path", ["", "index", "ping", "ping/", "?"])
def test_an_endpoint_answers_under_each_of_its_names(url: str, path: str) -> None:
    response = person().get(url + path)
    assert response.status_code == 200
    assert response.json() == "pong"
    assert response.headers["Content-Type"] == JSON


def test_no_answer_says_which_server_it_comes_from_or_lets_any_page_read_it(url: str) -> None:
    headers = person().get(url + "ping").headers
    assert headers["Server"] == "alignak"
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_query_parameters_become_what_the_endpoint_declares(url: str) -> None:
    response = person().get(url + "search?name=srv-a&count=3&details=1&tags=None,linux")
    assert response.json() == {"name": "srv-a", "count": 3, "details": True, "tags": ["None", "linux"]}
    repeated = person().get(url + "_search", params=[("name", "a,b"), ("tags", "x"), ("tags", "y")])
    assert repeated.json() == {"name": "a,b", "count": 1, "details": False, "tags": ["x", "y"]}


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("", 404, "Missing parameters: name"),
        ("name=a&foo=1", 404, "Unexpected query string parameters: foo"),
        ("name=a&count=many", 400, "wrong parameters"),
        ("name=a&name=b", 400, "name is given 2 times"),
        ("name=%ff", 400, "the query string cannot be read"),
        ("&".join(f"name{n}=1" for n in range(300)), 400, "the query string cannot be read"),
    ],
)
def test_a_query_that_does_not_fit_is_refused_as_it_always_was(url: str, query: str, status: int, message: str) -> None:
    response = person().get(f"{url}search?{query}")
    assert response.status_code == status
    assert refusal(response).startswith(message)


def test_an_unknown_path_is_refused_with_its_name(url: str) -> None:
    response = person().get(url + "unknown_url")
    assert response.status_code == 404
    assert refusal(response) == "The path '/unknown_url' was not found."


@pytest.mark.parametrize(
    "path",
    [
        "/__class__",
        "/ping/__class__",
        "/ping/..",
        "/./ping",
        "/../ping",
        "/%2e%2e/ping",
        "/ping%2F",
        "/%2Fping",
        "/ping%00",
        "/ping;jsessionid=1",
        "/Ping",
        "/ping.json",
        "/ping//",
        "/search/name",
        "/%ff",
        "/favicon.ico",
        "/%E2%80%AEping",
    ],
)
def test_a_path_is_looked_up_in_a_table_and_nowhere_else(server: Server, path: str) -> None:
    answer = say(server, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert status_of(answer) == 404
    assert b'"_status":"ERR"' in answer


def test_a_method_that_is_not_taken_is_told_which_are(url: str) -> None:
    response = person().post(url + "ping", json={})
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert "use GET" in refusal(response)
    assert person().request("BREW", url + "ping").status_code == 405
    overridden = person().get(url + "push", headers={"X-HTTP-Method-Override": "POST"} | AS_DAEMON)
    assert overridden.status_code == 405


def test_head_is_get_without_the_body_and_never_an_act(url: str) -> None:
    response = person().head(url + "search?name=a")
    assert (response.status_code, response.text) == (200, "")
    assert int(response.headers["Content-Length"]) == len(person().get(url + "search?name=a").content)
    assert person().head(url + "note").status_code == 405
    assert person().head(url + "drain", headers=AS_DAEMON).status_code == 405


def test_options_tells_the_methods_and_who_may_call_from_a_page(url: str) -> None:
    plain = person().options(url + "note")
    assert plain.status_code == 204
    assert plain.headers["Allow"] == "GET, POST, OPTIONS"
    assert "Access-Control-Allow-Origin" not in plain.headers
    panel = person().options(url + "note", headers={"Origin": "https://panel.example"})
    assert panel.headers["Access-Control-Allow-Origin"] == "https://panel.example"
    assert "POST" in panel.headers["Access-Control-Allow-Methods"]
    other = person().options(url + "note", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other.headers
    assert person().options(url + "nothing").status_code == 404


def test_an_act_takes_its_parameters_from_the_body_or_from_the_query(url: str, site: Site) -> None:
    site.notes.clear()
    for response in (
        person().post(url + "note", json={"text": "one"}),
        person().post(url + "note?text=two"),
        person().get(url + "note?text=three"),
        person().post(
            url + "note", data=b'{"text":"four"}', headers={"Content-Type": "application/json; charset=utf-8"}
        ),
    ):
        assert response.status_code == 200
    assert [each.text for each in site.notes] == ["one", "two", "three", "four"]


def test_a_body_may_come_compressed(url: str, site: Site) -> None:
    body = json.dumps({"text": "é" * 30}).encode()
    zlibbed = person().post(url + "note", data=zlib.compress(body), headers={"Content-Type": "application/zlib"})
    gzipped = person().post(
        url + "note", data=gzip.compress(body), headers={"Content-Type": JSON, "Content-Encoding": "gzip"}
    )
    assert zlibbed.json() == gzipped.json() == {"_status": "OK", "text": "é" * 30}
    chunks = iter([zlib.compress(body)])
    assert person().post(url + "note", data=chunks, headers={"Content-Type": "application/zlib"}).status_code == 411


@pytest.mark.parametrize(
    ("body", "headers", "status", "message"),
    [
        (b"{}", {"Content-Type": "text/plain"}, 415, "Expected an entity of content type application/json"),
        (b"{}", {}, 415, "Expected an entity of content type application/json"),
        (b"text=1", {"Content-Type": "application/x-www-form-urlencoded"}, 415, "Expected an entity"),
        (b"{}", {"Content-Type": JSON, "Content-Encoding": "br"}, 415, "Content-Encoding"),
        (b"{'text'", {"Content-Type": JSON}, 400, "Invalid JSON document"),
        (b"[]", {"Content-Type": JSON}, 400, "wrong parameters"),
        (b"null", {"Content-Type": JSON}, 400, "wrong parameters"),
        (b'{"text": 1}', {"Content-Type": JSON}, 400, "wrong parameters"),
        (b'{"text": "a", "more": 1}', {"Content-Type": JSON}, 400, "unexpected parameters: more"),
        (
            b'{"text": "a", "text": "b"}',
            {"Content-Type": JSON},
            400,
            "Invalid JSON document: the key 'text' comes twice",
        ),
        (b'{"text": NaN}', {"Content-Type": JSON}, 400, "Invalid JSON document"),
        (b'{"payload": 1e400}', {"Content-Type": JSON}, 400, ""),
        (b'{"payload": ' + b"9" * 5_000 + b"}", {"Content-Type": JSON}, 400, ""),
        (b'{"text": "\xff"}', {"Content-Type": JSON}, 400, "Invalid JSON document"),
        (b'{"payload":' + b"[" * 40 + b"]" * 40 + b"}", {"Content-Type": JSON}, 400, "Invalid JSON document: nested"),
        (b"not zlib", {"Content-Type": "application/zlib"}, 400, "the zlib body cannot be decompressed"),
        (zlib.compress(b"{}")[:-3], {"Content-Type": "application/zlib"}, 400, "the zlib body is cut short"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_with_its_reason(
    url: str, site: Site, body: bytes, headers: dict[str, str], status: int, message: str
) -> None:
    site.notes.clear()
    response = person().post(url + "note", data=body, headers=headers)
    assert response.status_code == status
    assert refusal(response).startswith(message)
    assert not site.notes


def test_a_get_has_no_body(url: str) -> None:
    assert person().get(url + "search", json={"name": "a"}).status_code == 400


def test_segments_of_the_path_are_parameters_where_an_endpoint_says_so(url: str) -> None:
    assert person().get(url + "object/host/srv-a").json() == {"kind": "host", "name": "srv-a"}
    assert person().get(url + "object/service/srv-a/Disk%20C").json() == {"kind": "service", "name": "srv-a/Disk C"}
    assert person().get(url + "object/service/a%2Fb").json() == {"kind": "service", "name": "a/b"}
    assert person().get(url + "object?kind=host").json() == {"kind": "host", "name": ""}
    assert person().get(url + "object").status_code == 404


def test_a_refusal_on_business_grounds_keeps_status_200(url: str) -> None:
    response = person().get(url + "no")
    assert response.status_code == 200
    assert refusal(response) == "Required log level is not allowed: FOO"


def test_a_daemon_that_cannot_do_it_now_says_so_and_when_to_come_back(url: str) -> None:
    busy, full = person().get(url + "busy"), person().get(url + "full")
    assert (busy.status_code, refusal(busy)) == (503, "no configuration yet")
    assert busy.headers["Retry-After"] == "1"
    assert full.status_code == 507


def test_a_bug_is_an_incident_number_and_the_log_has_the_rest(url: str, caplog: pytest.LogCaptureFixture) -> None:
    response = person().get(url + "bug")
    assert response.status_code == 500
    message = refusal(response)
    assert "Traceback" not in response.text
    assert "ZeroDivisionError" not in response.text
    incident = message.partition("incident ")[2].partition(":")[0]
    [record] = [each for each in caplog.records if incident in each.getMessage()]
    assert record.exc_info is not None


def test_an_answer_that_is_not_json_says_what_it_is(url: str) -> None:
    response = person().get(url + "metrics")
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4"
    assert response.text == "alignak_checks_total 12\n"


def test_a_large_answer_is_compressed_for_who_takes_that(url: str) -> None:
    small = person().get(url + "large")
    whole = person().get(url + "large", headers={"Accept-Encoding": "identity"})
    refused = person().get(url + "large", headers={"Accept-Encoding": "gzip;q=0"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert int(small.headers["Content-Length"]) < 10_000 < int(whole.headers["Content-Length"])
    assert "Content-Encoding" not in refused.headers
    assert small.json() == whole.json()
    assert "Accept-Encoding" in small.headers["Vary"]


def test_requests_sent_in_one_go_are_answered_in_order(server: Server) -> None:
    one = b"GET /object/host/%d HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = say(server, b"".join(one % n for n in range(5)) + last)
    assert answer.count(b"HTTP/1.1 200 OK") == 6
    places = [answer.index(b'"name":"%d"' % n) for n in range(5)]
    assert places == sorted(places)


def test_an_old_client_is_answered_and_the_connection_ends(server: Server) -> None:
    answer = say(server, b"GET /ping HTTP/1.0\r\n\r\n")
    assert status_of(answer) == 200
    assert answer.endswith(b'"pong"')


def test_who_expects_100_continue_gets_it_only_when_admitted(server: Server) -> None:
    head = b"POST /push HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    head += b"Content-Length: 2\r\nExpect: 100-continue\r\n"
    assert status_of(say(server, head + b"\r\n")) == 401
    with connect(server) as sock:
        sock.sendall(head + b"Connection: close\r\nAuthorization: " + AS_DAEMON["Authorization"].encode() + b"\r\n\r\n")
        assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(b"{}")
        assert status_of(read_all(sock)) == 200


def every_call() -> list[tuple[str, str]]:
    return [(method, path) for each in ENDPOINTS for method in each.methods for path in (each.name, *each.aliases)]


@pytest.mark.parametrize(("method", "path"), every_call())
@pytest.mark.parametrize("shown", ["nothing", "wrong secret", "wrong key", "expired key", "key", "secret"])
def test_every_endpoint_asks_for_its_credentials_before_the_body(
    guarded: tuple[Server, dict[str, dict[str, str]]], method: str, path: str, shown: str
) -> None:
    server, credentials = guarded
    audience = next(each.audience.value for each in ENDPOINTS if path in (each.name, *each.aliases))
    fields = "".join(f"{name}: {value}\r\n" for name, value in credentials[shown].items())
    length = f"Content-Type: {JSON}\r\nContent-Length: 900000\r\n" if method == "POST" else ""
    head = f"{method} /{path} HTTP/1.1\r\nHost: x\r\n{length}{fields}Connection: close\r\n\r\n".encode()
    expected = {"public": set(), "operator": {"key", "secret"}, "daemon": {"secret"}}[audience]
    if audience != "public" and shown not in expected:
        status = 403 if shown == "key" else 401
        assert status_of(say(server, head)) == status  # not a byte of the body was sent
    elif method == "GET":
        assert status_of(say(server, head)) in (200, 404, 500, 503, 507)


@pytest.fixture(scope="module")
def guarded() -> Iterator[tuple[Server, dict[str, dict[str, str]]]]:
    now = time.time()
    key, ring = KeyRing().create("ops", now)
    expired, ring = ring.create("old", now, expires_at=now - 1)
    credentials = {
        "nothing": {},
        "wrong secret": {"Authorization": "Bearer not-the-secret-of-this-installation-at-all"},
        "wrong key": {"X-Api-Key": key[:-1] + ("x" if key[-1] != "x" else "y")},
        "expired key": {"X-Api-Key": expired},
        "key": {"X-Api-Key": key},
        "secret": AS_DAEMON,
    }
    with serving(Site(), keys=ring, loopback_operators=False) as running:
        yield running, credentials


def test_from_another_address_of_this_machine_nothing_is_open_that_is_not_public() -> None:
    address = address_of_this_machine()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    with serving(Site(), address="0.0.0.0") as server:
        away, near = f"http://{address}:{server.port}/", f"http://127.0.0.1:{server.port}/"
        assert person().get(near + "search?name=a").status_code == 200
        assert person().get(away + "search?name=a").status_code == 401
        told = {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1", "Host": "localhost"}
        assert person().get(away + "search?name=a", headers=told).status_code == 401
        assert person().get(away + "ping").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example:7770"},
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
    ],
)
def test_a_web_page_or_a_proxy_on_this_machine_is_no_local_operator(url: str, headers: dict[str, str]) -> None:
    assert person().get(url + "note?text=x", headers=headers).status_code == 401
    assert person().get(url + "note?text=x", headers={"Sec-Fetch-Site": "none"}).status_code == 200


def test_refusals_leave_an_audit_line_and_a_flood_does_not_leave_thousands(
    guarded: tuple[Server, dict[str, dict[str, str]]], caplog: pytest.LogCaptureFixture
) -> None:
    server, credentials = guarded
    session = person()
    for _ in range(60):
        session.get(f"http://127.0.0.1:{server.port}/search", headers=credentials["wrong secret"])
    lines = [each.getMessage() for each in caplog.records if each.getMessage().startswith("audit:")]
    assert lines
    assert len(lines) < 50
    assert not any("not-the-secret" in line for line in lines)


def test_several_servers_run_in_one_process_and_stop_at_once() -> None:
    before = threading.active_count()
    first, second = Site(), Site()
    with serving(first) as one, serving(second) as two:
        assert one.port != two.port
        person().post(f"http://127.0.0.1:{two.port}/note", json={"text": "for the second"})
        assert (len(first.notes), len(second.notes)) == (0, 1)
        idle = person()
        idle.get(f"http://127.0.0.1:{one.port}/ping")  # its connection stays open while the servers stop
        began = time.monotonic()
    assert time.monotonic() - began < 2
    assert threading.active_count() == before


def test_stopping_waits_for_who_is_being_served_but_not_for_ever() -> None:
    release, entered = threading.Event(), threading.Event()

    def slow(_: object) -> dict[str, str]:
        entered.set()
        release.wait(20)
        return {"_status": "OK"}

    site = Site(note=slow)
    with serving(site) as server:
        answers: list[int] = []
        url = f"http://127.0.0.1:{server.port}/note"
        caller = threading.Thread(target=lambda: answers.append(person().post(url, json={}).status_code))
        caller.start()
        assert entered.wait(5)
        threading.Timer(0.3, release.set).start()
        server.stop(timeout=5)
        caller.join(5)
    assert answers == [200]
    release.clear()
    entered.clear()
    with serving(site) as server:
        stuck = connect(server)
        stuck.sendall(b"GET /note HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert entered.wait(5)
        began = time.monotonic()
        server.stop(timeout=0.5)
        assert time.monotonic() - began < 2
        release.set()
        stuck.close()


def test_a_port_that_is_taken_is_said_at_the_start() -> None:
    with serving(Site()) as server:
        taken = Server(Site().binding, "127.0.0.1", server.port, None)  # type: ignore[arg-type]
        with pytest.raises(StartError, match=f"cannot listen on 127.0.0.1:{server.port}"):
            taken.start()
