"""The HTTP base against callers who mean harm: slow ones, endless ones, ambiguous ones."""

from __future__ import annotations

import gzip
import json
import os
import re
import socket
import statistics
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import pytest

from alignak.net.deadlines import Deadlines, Limits
from alignak.net.server import Server
from tests.support.http_site import (
    AS_DAEMON,
    HEAVY,
    JSON,
    Site,
    connect,
    person,
    read_all,
    say,
    serving,
    status_of,
)

SECRET_LINE = f"Authorization: {AS_DAEMON['Authorization']}\r\n"
FAST = Deadlines(handshake=0.5, head=0.6, body=0.6, answer=0.6, idle=1.5, linger=0.3)


@pytest.fixture(scope="module")
def site() -> Site:
    return Site()


@pytest.fixture(scope="module")
def server(site: Site) -> Iterator[Server]:
    with serving(site) as running:
        yield running


def head(method: str, path: str, *lines: str) -> bytes:
    """Return the head of a request."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode("latin-1")


# Ambiguity: nothing two programs could read in two ways is read at all ------------------------------------------------

HIDDEN = b"GET /note?text=smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"

AMBIGUOUS = {
    "a length and chunks": head(
        "POST", "/note", f"Content-Type: {JSON}", "Content-Length: 4", "Transfer-Encoding: chunked"
    )
    + b"0\r\n\r\n",
    "chunks and a length": head(
        "POST", "/note", f"Content-Type: {JSON}", "Transfer-Encoding: chunked", "Content-Length: 4"
    )
    + b"0\r\n\r\n",
    "two lengths": head("POST", "/note", f"Content-Type: {JSON}", "Content-Length: 2", "Content-Length: 60") + b"{}",
    "two equal lengths": head("POST", "/note", f"Content-Type: {JSON}", "Content-Length: 2", "Content-Length: 2")
    + b"{}",
    "a list of lengths": head("POST", "/note", f"Content-Type: {JSON}", "Content-Length: 2, 2") + b"{}",
    "a signed length": head("POST", "/note", f"Content-Type: {JSON}", "Content-Length: +2") + b"{}",
    "a negative length": head("POST", "/note", f"Content-Type: {JSON}", "Content-Length: -2") + b"{}",
    "a length with a line": head("POST", "/note", f"Content-Type: {JSON}", "Content-Length: 1_0") + b"{}",
    "a hexadecimal length": head("POST", "/note", f"Content-Type: {JSON}", "Content-Length: 0x2") + b"{}",
    "a space before the colon": head("POST", "/note", f"Content-Type: {JSON}", "Content-Length : 2") + b"{}",
    "a coding we do not know": head("POST", "/note", f"Content-Type: {JSON}", "Transfer-Encoding: gzip, chunked"),
    "a coding in disguise": head("POST", "/note", f"Content-Type: {JSON}", "Transfer-Encoding: xchunked"),
    "a tab and a coding": head("POST", "/note", f"Content-Type: {JSON}", "Transfer-Encoding:\x0bchunked"),
    "chunked twice": head("POST", "/note", f"Content-Type: {JSON}", "Transfer-Encoding: chunked, chunked"),
    "a folded header": head("POST", "/note", "X-Fold: a", " Content-Length: 2", f"Content-Type: {JSON}"),
    "a fold at the beginning": b"GET /note HTTP/1.1\r\n Host: localhost\r\n\r\n",
    "line feeds alone": b"GET /note HTTP/1.1\nHost: localhost\n\n",
    "one line feed alone": b"GET /note HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n",
    "a carriage return alone": b"GET /note HTTP/1.1\r\nHost: localhost\r\nX: a\rTransfer-Encoding: chunked\r\n\r\n",
    "a NUL in a header": head("GET", "/note", "X: a\x00b"),
    "a header without a colon": head("GET", "/note", "Nothing here"),
    "a header without a name": head("GET", "/note", ": value"),
    "two hosts": head("GET", "/note", "Host: evil.example"),
    "no host": b"GET /note HTTP/1.1\r\n\r\n",
    "coding over HTTP/1.0": b"POST /note HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "another protocol": b"GET /note HTTP/2.0\r\nHost: localhost\r\n\r\n",
    "a version that is none": b"GET /note HTTP/1.+1\r\nHost: localhost\r\n\r\n",
    "no version": b"GET /note\r\n\r\n",
    "two spaces": b"GET  /note HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "an absolute address": b"GET http://evil.example/note HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "an address without scheme": b"GET //evil.example/note HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a tunnel": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a small method": b"get /note HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "bytes in the path": b"GET /note\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a TLS hello": bytes.fromhex("160301020001000100") + b"\x03\x03" + b"a" * 60 + b"\n",
}


@pytest.mark.parametrize("request_", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_an_ambiguous_request_is_refused_and_what_follows_it_is_never_heard(
    server: Server, site: Site, request_: bytes
) -> None:
    site.notes.clear()
    answer = say(server, request_ + HIDDEN)
    assert status_of(answer) in (400, 505)
    assert len(re.findall(rb"HTTP/1.1 \d", answer)) == 1
    assert answer.endswith(b"}")
    assert b"<html" not in answer.lower()
    assert not site.notes


@pytest.mark.parametrize(
    "chunks",
    [
        b"zz\r\n{}\r\n0\r\n\r\n",
        b"-2\r\n{}\r\n0\r\n\r\n",
        b"+2\r\n{}\r\n0\r\n\r\n",
        b"0x2\r\n{}\r\n0\r\n\r\n",
        b"2\n{}\r\n0\r\n\r\n",
        b"2\r\n{}xx0\r\n\r\n",
        b"1\r\n{}\r\n0\r\n\r\n",
        b"\r\n{}\r\n0\r\n\r\n",
        b"2;" + b"e" * 300 + b"\r\n{}\r\n0\r\n\r\n",
        b"2\r\n{}\r\n0\r\n" + b"Trailer: " + b"t" * 200 + b"\r\n",
    ],
)
def test_chunks_that_do_not_add_up_end_the_connection(server: Server, site: Site, chunks: bytes) -> None:
    site.notes.clear()
    request_ = head("POST", "/note", f"Content-Type: {JSON}", "Transfer-Encoding: chunked") + chunks
    more = b"Trailer: " + b"t" * 200 + b"\r\n"
    answer = say(server, request_ + (more * 30 if b"Trailer" in chunks else b"") + HIDDEN, most=3)
    assert status_of(answer) in (400, 413)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert not site.notes


def test_chunks_that_add_up_are_one_body_and_the_next_request_is_the_next(server: Server, site: Site) -> None:
    site.notes.clear()
    body = b'7;name=value\r\n{"text"\r\n5\r\n:"a"}\r\n0\r\nTrailer: x\r\n\r\n'
    one = head("POST", "/note", f"Content-Type: {JSON}", "Transfer-Encoding: chunked") + body
    answer = say(server, one + head("GET", "/note?text=b", "Connection: close"))
    assert answer.count(b"HTTP/1.1 200") == 2
    assert [each.text for each in site.notes] == ["a", "b"]


@pytest.mark.parametrize("cut", [1, 5, 20, 60, 80])
def test_a_request_may_come_in_pieces_of_any_size(server: Server, site: Site, cut: int) -> None:
    site.notes.clear()
    body = b'3\r\n{"t\r\n8\r\next":"a"\r\n1\r\n}\r\n0\r\n\r\n'
    whole = head("POST", "/note", f"Content-Type: {JSON}", "Transfer-Encoding: chunked", "Connection: close") + body
    with connect(server) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(whole), cut):
            sock.sendall(whole[start : start + cut])
        assert status_of(read_all(sock)) == 200
    assert [each.text for each in site.notes] == ["a"]


# Size: refused early, in little memory -------


@contextmanager
def little_memory(most: int = 5 << 20) -> Iterator[None]:
    """Assert that this process, which is the server, does not grow by more than that."""
    process = psutil.Process(os.getpid())
    before = process.memory_info().rss
    peak = [before]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            peak[0] = max(peak[0], process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
    assert peak[0] - before <= most, f"grew by {(peak[0] - before) >> 20} MB"


def flood(server: Server, first: bytes, piece: bytes, most: int, until: float = 5.0) -> tuple[bytes, float]:
    """Send until the server has enough; return what it answered and after how many seconds."""
    began = time.monotonic()
    with connect(server) as sock:
        try:
            sock.sendall(first)
            sent = 0
            while sent < most and time.monotonic() - began < until:
                sock.sendall(piece)
                sent += len(piece)
        except OSError:
            pass  # refused while we speak: the answer was sent before
        answer = read_all(sock, 2)
    return answer, time.monotonic() - began


def test_a_gigabyte_is_refused_after_its_head_whatever_it_says_of_its_length(server: Server) -> None:
    piece = b"a" * 65_536
    said = head("POST", "/note", f"Content-Type: {JSON}", f"Content-Length: {1 << 30}")
    chunked = head("POST", "/note", f"Content-Type: {JSON}", "Transfer-Encoding: chunked")
    chunk = b"10000\r\n" + piece + b"\r\n"
    with little_memory():
        for first, part in ((said, piece), (chunked, chunk), (chunked, b"1\r\na\r\n" * 5_000)):
            answer, seconds = flood(server, first, part, 1 << 30)
            assert status_of(answer) == 413
            assert b'"_status":"ERR"' in answer
            assert seconds < 2


def test_without_credentials_64_megabytes_are_refused_before_they_are_sent(server: Server) -> None:
    with little_memory():
        first = head("POST", "/push", f"Content-Type: {JSON}", f"Content-Length: {64 << 20}")
        answer, seconds = flood(server, first, b"[" * 65_536, 64 << 20)
        assert status_of(answer) == 401
        assert seconds < 2
    response = person().post(
        f"http://127.0.0.1:{server.port}/push", data=b" " * (64 << 20), headers={"Content-Type": JSON}
    )
    assert response.status_code == 401  # and an ordinary client can read why


def test_with_the_secret_a_large_configuration_is_taken_up_to_its_limit(server: Server, site: Site) -> None:
    url, headers = f"http://127.0.0.1:{server.port}/push", AS_DAEMON | {"Content-Type": JSON}
    body = b'{"text":"' + b"a" * (8 << 20) + b'"}'
    assert person().post(url, data=body, headers=headers).status_code == 200
    site.notes.clear()
    assert person().post(url, data=b" " * ((64 << 20) + 1), headers=headers).status_code == 413


@pytest.mark.parametrize("kind", ["gzip", "zlib"])
def test_a_decompression_bomb_stays_small(server: Server, kind: str) -> None:
    plain = b'{"text":"' + b"a" * (100 << 20) + b'"}'
    bomb = gzip.compress(plain, 9) if kind == "gzip" else zlib.compress(plain, 9)
    assert len(bomb) < 200_000
    del plain
    headers = (
        {"Content-Type": JSON, "Content-Encoding": "gzip"} if kind == "gzip" else {"Content-Type": "application/zlib"}
    )
    with little_memory():
        response = person().post(f"http://127.0.0.1:{server.port}/note", data=bomb, headers=headers)
    assert response.status_code == 413
    assert "becomes larger" in response.json()["_message"]


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 900_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"payload":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
        b'{"payload":"' + b"[{" * 400_000 + b'"}}',
        b'{"payload":' + b"9" * 900_000 + b"}",
        b'{"payload":[' + b"[]," * 300_000 + b"[[[[[[[[]]]]]]]]]",
        b'{"payload":"' + b"\\" * 900_001 + b'"}',
        b'{"' + b"a" * 900_000 + b'":1}',
    ],
    ids=lambda body: body[:14].decode(),
)
def test_deep_or_endless_json_is_refused_at_once(server: Server, body: bytes) -> None:
    """At once: whoever looks at each bracket again for each one around it takes hours."""
    url, headers = f"http://127.0.0.1:{server.port}/note", {"Content-Type": JSON}
    response = person().post(url, data=body, headers=headers, timeout=30)
    assert response.status_code == 400
    assert len(response.content) < 1_000


def test_ten_thousand_headers_or_an_endless_line_are_refused_at_once(server: Server) -> None:
    with little_memory():
        many = b"GET /ping HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(10_000))
        few_bytes = b"GET /ping HTTP/1.1\r\nHost: x\r\n" + b"a:\r\n" * 3_000 + b"\r\n"
        assert status_of(say(server, many + b"\r\n")) == 431
        assert status_of(say(server, few_bytes)) == 431
        assert status_of(say(server, b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")) == 414
        answer, seconds = flood(server, b"GET /", b"a" * 65_536, 100 << 20)
        assert status_of(answer) == 414
        assert seconds < 2


# Time: who is slow costs nobody else -------


def test_a_dripping_head_ends_at_its_deadline_and_not_a_byte_later() -> None:
    with serving(Site(), deadlines=FAST) as server, connect(server) as sock:
        began = time.monotonic()
        answer = b""
        try:
            for byte in head("GET", "/ping", "X: " + "y" * 200):
                sock.sendall(bytes((byte,)))
                time.sleep(0.05)
        except OSError:
            pass
        answer = read_all(sock, 2)
        assert time.monotonic() - began < 2
        assert status_of(answer) in (0, 408)  # the reset of a byte sent too late may overtake the answer


def test_a_silent_caller_is_let_go_and_one_who_stops_half_way_is_told_so() -> None:
    with serving(Site(), deadlines=FAST) as server, connect(server) as silent, connect(server) as halting:
        halting.sendall(b"GET /ping HT")
        assert status_of(read_all(halting, 3)) == 408
        assert read_all(silent, 3) == b""


def test_a_dripping_body_ends_at_its_deadline() -> None:
    with serving(Site(), deadlines=FAST) as server, connect(server) as sock:
        sock.sendall(head("POST", "/note", f"Content-Type: {JSON}", "Content-Length: 100") + b"{")
        began = time.monotonic()
        assert status_of(read_all(sock, 3)) == 408
        assert 0.4 < time.monotonic() - began < 2


def test_a_kept_connection_may_rest_but_not_for_ever() -> None:
    with serving(Site(), deadlines=FAST) as server, connect(server) as sock:
        for _ in range(2):
            sock.sendall(head("GET", "/ping"))
            assert b"pong" in sock.recv(4_096)
            time.sleep(0.8)  # longer than a head may take: resting is no head
        began = time.monotonic()
        assert read_all(sock, 5) == b""
        assert time.monotonic() - began < 2.5


def honest_times(
    server: Server, seconds: float, path: str = "ping", headers: dict[str, str] | None = None
) -> list[float]:
    """Return how long each of a stream of ordinary requests took, half of them on new connections."""
    kept = person()
    times: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        caller = kept if len(times) % 2 else person()
        began = time.monotonic()
        assert caller.get(f"http://127.0.0.1:{server.port}/{path}", headers=headers, timeout=10).status_code == 200
        times.append(time.monotonic() - began)
        if caller is not kept:
            caller.close()
        time.sleep(0.01)
    return times


def percentile(times: list[float]) -> float:
    """Return the 99th percentile."""
    return statistics.quantiles(times, n=100)[98]


def drip(server: Server, over: threading.Event, count: int, opening: bytes) -> threading.Thread:
    """Keep ``count`` connections open that send an opening and then a byte a second, reconnecting when thrown out."""

    def run() -> None:
        socks: list[socket.socket] = []
        while not over.is_set():
            began = time.monotonic()
            kept = []
            for sock in socks:
                try:
                    sock.send(b"x")
                    kept.append(sock)
                except OSError:
                    sock.close()
            socks = kept
            while len(socks) < count and not over.is_set():
                try:
                    sock = connect(server, timeout=2, room=4_096)
                    sock.setblocking(False)
                    sock.send(opening) if opening else None
                except OSError:
                    break
                socks.append(sock)
            over.wait(max(0.0, 1.0 - (time.monotonic() - began)))
        for sock in socks:
            sock.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


ATTACKS: dict[str, bytes] = {
    "headers a byte a second": b"GET /ping HTTP/1.1\r\nHost: localhost\r\nX: ",
    "nothing at all": b"",
    "bodies a byte a second": head("POST", "/note", f"Content-Type: {JSON}", "Content-Length: 100000"),
    "chunks a byte a second": head("POST", "/note", f"Content-Type: {JSON}", "Transfer-Encoding: chunked")
    + b"fffff\r\n",
}


@pytest.mark.parametrize("opening", ATTACKS.values(), ids=ATTACKS.keys())
def test_two_hundred_slow_callers_do_not_slow_down_an_honest_one(opening: bytes) -> None:
    with serving(Site(), threads=4) as server:
        over = threading.Event()
        attack = drip(server, over, 200, opening)
        try:
            time.sleep(0.3)
            guest = honest_times(server, 2.0)
            daemon = honest_times(server, 1.0, "drain", AS_DAEMON)
        finally:
            over.set()
            attack.join()
    assert percentile(guest) <= 0.5, f"p99 of guests {percentile(guest):.3f} s"
    assert percentile(daemon) <= 0.5, f"p99 of daemons {percentile(daemon):.3f} s"


def test_answers_that_nobody_reads_cost_no_worker_and_end_at_their_deadline() -> None:
    with serving(Site(), threads=2, deadlines=FAST) as server:
        deaf = [connect(server, room=4_096) for _ in range(20)]
        for sock in deaf:
            sock.sendall(head("GET", "/heavy", "Accept-Encoding: identity"))
        time.sleep(0.2)
        assert percentile(honest_times(server, 1.0)) <= 0.5
        got = [len(read_all(sock, 2)) for sock in deaf]
    assert max(got) < len(HEAVY)  # cut off when they came to read at last


def test_the_connections_of_one_address_are_capped_and_the_newest_is_always_heard() -> None:
    limits = Limits(newcomers=4, guests=16, grace=0.2, connections=40)
    with serving(Site(), limits=limits) as server:
        socks = [connect(server) for _ in range(30)]
        socks += [connect(server) for _ in range(30)]
        assert person().get(f"http://127.0.0.1:{server.port}/ping").status_code == 200
        until = time.monotonic() + 5
        while (alive := sum(_is_open(sock) for sock in socks)) > 4 and time.monotonic() < until:
            time.sleep(0.05)
        assert alive == 4
        for sock in socks:
            sock.close()


def _is_open(sock: socket.socket) -> bool:
    sock.setblocking(False)
    try:
        return bool(sock.recv(1))
    except BlockingIOError:
        return True
    except OSError:
        return False


def test_daemons_that_showed_the_secret_are_not_counted_with_strangers() -> None:
    with serving(Site(), limits=Limits(newcomers=2, guests=4, grace=0.0)) as server:
        sessions = [person() for _ in range(12)]
        url = f"http://127.0.0.1:{server.port}/drain"
        ports = [_local_port(session, url) for session in sessions]
        again = [_local_port(session, url) for session in sessions]
        assert ports == again  # the same connections: none was closed for being one too many


def _local_port(session: object, url: str) -> int:
    with session.get(url, headers=AS_DAEMON, stream=True) as response:  # type: ignore[attr-defined]
        port = response.raw.connection.sock.getsockname()[1] if response.raw.connection else 0
        assert response.json() == [1, 2, 3]
        return int(port)


def test_who_hangs_up_in_the_middle_is_forgotten() -> None:
    descriptors = psutil.Process().num_fds
    with serving(Site()) as server:
        person().get(f"http://127.0.0.1:{server.port}/ping")
        before = descriptors()
        partial: list[Callable[[], bytes]] = [
            lambda: b"GET /pi",
            lambda: head("POST", "/note", f"Content-Type: {JSON}", "Content-Length: 100") + b"{",
            lambda: head("GET", "/heavy", "Accept-Encoding: identity"),
        ]
        for _ in range(20):
            for each in partial:
                sock = connect(server)
                sock.sendall(each())
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
                sock.close()  # a reset
        until = time.monotonic() + 5
        while descriptors() > before and time.monotonic() < until:
            time.sleep(0.02)
        assert descriptors() <= before
        assert json.loads(person().get(f"http://127.0.0.1:{server.port}/ping").text) == "pong"
