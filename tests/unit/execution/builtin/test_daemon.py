"""Asking a daemon who it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from alignak.execution.builtin.registry import load
from alignak.execution.builtin.results import Result, UsageError

IDENTITY = b'{"alignak": "demo", "type": "poller", "name": "poller-master", "version": "3"}'


class Daemon(BaseHTTPRequestHandler):
    """Answers like a daemon, slowly or wrongly by path."""

    def do_GET(self) -> None:
        status, body = {"/get_id": (200, IDENTITY), "/ping": (200, b'"pong"')}.get(self.path, (503, b"{}"))
        if self.path == "/slow":
            time.sleep(0.5)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Daemon) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def run(uri: str, *words: str, within: float = 5.0) -> Result:
    return load("http_daemon")(("http_daemon", "--uri", uri, *words), {}, time.monotonic() + within)


def test_a_daemon_that_answers_is_ok_and_named(address: str) -> None:
    code, text = run(address)

    assert code == 0
    assert text.startswith("DAEMON OK - poller poller-master answers in 0.")
    assert " | time=0" in text
    assert text.endswith("s;1;3;0")


def test_another_path_can_be_asked(address: str) -> None:
    assert run(f"{address}/ping")[1].startswith("DAEMON OK - it answers in")


def test_a_slow_answer_is_judged(address: str) -> None:
    assert run(f"{address}/get_id", "-w", "0", "-c", "9")[0] == 1
    assert run(f"{address}/get_id", "-c", "0")[0] == 2


def test_a_wrong_answer_or_none_is_critical(address: str) -> None:
    assert run(f"{address}/nowhere")[1].startswith(f"DAEMON CRITICAL - {address}/nowhere answered 503")
    assert run("http://127.0.0.1:1")[0] == 2
    assert run(f"{address}/slow", within=0.3)[0] == 2


@pytest.mark.parametrize("uri", ["ftp://x", "7770", "file:///etc/passwd"])
def test_what_is_no_address_is_refused(uri: str) -> None:
    with pytest.raises(UsageError, match="is no address"):
        run(uri)
