"""The client: whatever a peer does, its caller gets an answer or a LinkError, in time."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from msgspec.structs import replace

from alignak.base.errors import LinkError, PeerAnswerError, PeerTimeoutError, PeerUnreachableError
from alignak.base.secret import Secret
from alignak.net.client import Client
from alignak.net.endpoint import Effect, Endpoint
from tests.support.http_site import ENDPOINTS, SECRET, Found, Lookup, Note, Search, Site, serving

BY_NAME = {each.name: each for each in ENDPOINTS}
PING = BY_NAME["ping"]


@contextmanager
def peer(*behaviours: Callable[[socket.socket], None]) -> Iterator[tuple[str, list[bytes]]]:
    """Be a peer that treats its first connection in one way, the next in another; the last way stays."""
    heard: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        count = 0
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            with sock:
                sock.settimeout(5)
                try:
                    heard.append(sock.recv(65_536))
                    behaviours[min(count, len(behaviours) - 1)](sock)
                except OSError:
                    pass
                count += 1

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", heard
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def answering(body: bytes, status: str = "200 OK", *headers: str) -> Callable[[socket.socket], None]:
    """Return the behaviour of one that answers once."""
    lines = "".join(f"{each}\r\n" for each in headers)
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{lines}\r\n".encode()
    return lambda sock: sock.sendall(head + body)


def dripping(start: bytes) -> Callable[[socket.socket], None]:
    """Return the behaviour of one that goes on byte by byte."""

    def behave(sock: socket.socket) -> None:
        sock.sendall(start)
        for _ in range(60):
            time.sleep(0.05)
            sock.sendall(b"1")

    return behave


def resetting(sock: socket.socket) -> None:
    """End with a reset in the middle of an answer."""
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def quick(uri: str, **more: int) -> Client:
    return Client(uri, Secret(SECRET), short_timeout=0.5, long_timeout=1.0, **more)


def test_an_answer_has_the_type_the_endpoint_declares() -> None:
    site = Site()
    with serving(site) as server:
        caller = quick(f"http://127.0.0.1:{server.port}")
        assert caller.call(PING) == "pong"
        asked = Search(name="a,b", count=3, details=True, tags=("p", "q"))
        assert caller.call(BY_NAME["search"], asked) == Found("a,b", 3, True, ("p", "q"))
        assert caller.call(BY_NAME["object"], Lookup("host", "x")) == Lookup("host", "x")
        assert caller.call(BY_NAME["note"], Note("é")) == {"_status": "OK", "text": "é"}
        assert caller.call(BY_NAME["push"], Note(payload=[{"a": None}])) is True
        assert caller.call(BY_NAME["drain"]) == [1, 2, 3]
        assert caller.call(BY_NAME["metrics"]) == "alignak_checks_total 12\n"
        assert len(caller.call(BY_NAME["large"])) == 5_000
        assert site.notes == [Note("é"), Note(payload=[{"a": None}])]
        caller.close()


def test_a_refusal_of_the_peer_says_its_reason_and_status() -> None:
    with serving(Site()) as server:
        caller = quick(f"http://127.0.0.1:{server.port}")
        for name, status, reason in (
            ("busy", 503, "no configuration"),
            ("no", 200, "not allowed: FOO"),
            ("bug", 500, "incident"),
        ):
            with pytest.raises(PeerAnswerError, match=reason) as refused:
                caller.call(BY_NAME[name])
            assert refused.value.peer_status == status
        stranger = Client(f"http://127.0.0.1:{server.port}", Secret("x" * 40))
        with pytest.raises(PeerAnswerError) as refused:
            stranger.call(BY_NAME["drain"])
        assert refused.value.peer_status == 401


def test_nobody_there_is_unreachable_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    for uri in (
        f"http://127.0.0.1:{port}",
        "http://nobody.invalid:7770",
        "http://a..b:1",
        "http://127.0.0.1:99999",
        "http://",
    ):
        with pytest.raises(LinkError) as refused:
            quick(uri).call(PING)
        assert SECRET not in str(refused.value)
    with pytest.raises(PeerUnreachableError, match="refused"):
        quick(f"http://127.0.0.1:{port}").call(PING)


@pytest.mark.parametrize(
    "behaviour",
    [
        lambda sock: time.sleep(3),
        dripping(b"HTTP/1.1 200 OK\r\nX: "),
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"),
        dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n"),
        dripping(b"HTTP/1.1 200 OK\r\n\r\n"),
    ],
    ids=["silence", "a dripping head", "a dripping body", "a dripping chunk", "a dripping end"],
)
def test_a_slow_answer_ends_at_the_deadline_of_the_whole(behaviour: Callable[[socket.socket], None]) -> None:
    with peer(behaviour) as (uri, _):
        began = time.monotonic()
        with pytest.raises(PeerTimeoutError, match=r"within 0\.5 s"):
            quick(uri).call(PING)
        assert time.monotonic() - began < 1.5


def test_a_slow_endpoint_has_the_long_time_out() -> None:
    with peer(lambda sock: (time.sleep(0.7), answering(b"true")(sock))[0]) as (uri, _):
        assert quick(uri).call(BY_NAME["push"], Note()) is True


@pytest.mark.parametrize(
    "behaviour",
    [
        answering(b"<html>no</html>"),
        answering(b"12"),
        answering(b'"pong'),
        answering(b""),
        answering(b"\xff\xfe"),
        answering(b"[" * 100_000),
        answering(b"not gzip", "200 OK", "Content-Encoding: gzip"),
        answering(b'"pong"', "200 OK", "Transfer-Encoding: chunked"),
        answering(b"", "302 Found", "Location: http://127.0.0.1:1/"),
        answering(b"gone", "500 Internal Server Error"),
        answering(b'"pong"', "999 What"),
        lambda sock: sock.sendall(b"SSH-2.0-OpenSSH_9.2\r\n"),
        lambda sock: sock.sendall(b"\x00" * 100),
        lambda sock: sock.sendall(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 10_000 + b"\r\n"),
        lambda sock: sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1"),
        resetting,
    ],
)
def test_nonsense_is_the_peers_problem(behaviour: Callable[[socket.socket], None]) -> None:
    with peer(behaviour) as (uri, _), pytest.raises(LinkError):
        quick(uri).call(PING)


def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    bomb = gzip.compress(b"1" * (50 << 20))
    encoded = answering(bomb, "200 OK", "Content-Encoding: gzip")
    with peer(encoded) as (uri, _), pytest.raises(PeerAnswerError, match="more than 1000000 bytes"):
        quick(uri, max_answer=1_000_000).call(PING)


def test_a_kept_connection_that_died_is_replaced_for_what_can_be_repeated() -> None:
    twice = replace(PING, effect=Effect.IDEMPOTENT)
    with peer(lambda sock: None, answering(b'"pong"')) as (uri, heard):
        assert quick(uri).call(twice) == "pong"
        assert len(heard) == 2


def test_what_must_not_happen_twice_is_not_sent_twice() -> None:
    once: Endpoint = replace(BY_NAME["note"])
    assert once.effect is Effect.ONCE
    with peer(lambda sock: None, answering(b"{}")) as (uri, heard):
        with pytest.raises(LinkError):
            quick(uri).call(once, Note())
        assert len(heard) == 1


def test_the_secret_goes_to_the_peer_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with peer(answering(b"", "302 Found", "Location: http://localhost:1/")) as (uri, heard):
        with pytest.raises(PeerAnswerError) as refused:
            quick(uri).call(PING)
        assert f"Bearer {SECRET}".encode() in heard[0]
        assert refused.value.peer_status == 302


def test_threads_share_a_client() -> None:
    with serving(Site()) as server:
        caller = quick(f"http://127.0.0.1:{server.port}")
        answers: list[object] = []
        threads = [
            threading.Thread(target=lambda: answers.extend(caller.call(PING) for _ in range(20))) for _ in range(6)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert answers == ["pong"] * 120
        caller.close()
