"""``check_nrpe`` and its stand-in say the same of servers that answer in many ways."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from alignak.execution.standins.nrpe import NRPE
from alignak.execution.standins.standin import Call, Unsupported
from tests.support import peers
from tests.support.certificates import Authority
from tests.support.conformance import ENVIRONMENT, compare, in_process
from tests.support.nrpe_server import anonymous, nrpe_server

pytestmark = pytest.mark.services

COMMANDS = (
    "fine", "crc", "type", "version", "empty", "garbage", "short", "header", "headless", "huge", "negative", "code!0",
    "code!2", "code!3", "code!4", "code!-1", "code!300", "big", "lines", "long", "latin", "close", "reset", "other!2",
    "other!3", "other!4", "slow", "grün", "x" * 1500,
)  # fmt: skip
WORDS = {
    "plain": (
        ("-n",), ("-n", "-2"), ("-n", "-c", "silent", "-t", "1"), ("-n", "-c", "silent", "-t", "1:UNKNOWN"),
        ("-n", "-c", "silent", "-t", "1:0"), ("-n", "-u", "-c", "silent", "-t", "1"), ("-nc", "fine"),
        ("-n", "-c", "fine", "-a", "1 foo"), ("-n", "-c", "fine", "-a", "1", "a b", "-t", "3"), ("-n", "-a", ""),
        ("-n", "-D", "-E"), ("-n", "-4", "-c", "fine"), ("-n", "-6", "-c", "fine"),
        ("-n", "--command=fine", "--timeout=3:warning"),
    ),
    "anonymous": ((), ("-2",), ("-n",), ("-n", "-2"), ("-c", "fine", "-a", "x"), ("-2", "-c", "silent", "-t", "1")),
    "certified": ((), ("-A", "{ours}"), ("-A", "{theirs}"), ("-C", "{cert}", "-K", "{key}"), ("-A", "/no/such"),
                  ("-C", "/no/such", "-K", "/no/such"), ("-u", "-A", "{theirs}")),
    "demanding": ((), ("-C", "{cert}", "-K", "{key}"), ("-C", "{other}", "-K", "{otherkey}"),
                  ("-C", "{cert}", "-K", "{key}", "-A", "{ours}")),
    "old": ((), ("-2",), ("-n", "-c", "fine")),
    "mute": (("-n",), ("-n", "-2"), ("-u", "-n")),
    "resetting": ((), ("-u",), ("-t", "5:1")),
    "hasty": ((), ("-u",), ("-n",)),
    "web": ((), ("-n",), ("-n", "-2")),
    "asleep": (("-t", "1"), ("-n", "-t", "1:3"), ("-2", "-u", "-t", "1")),
}  # fmt: skip
ELSEWHERE = (
    ("-H", "127.0.0.1", "-p", "1"), ("-u", "-H", "127.0.0.1", "-p", "1"), ("-n", "-H", "localhost", "-p", "1"),
    ("-t", "5:1", "-H", "127.0.0.1", "-p", "1"), ("-H", "::1", "-p", "1"), ("-H", "no.such.name.invalid"),
    ("-6", "-H", "127.0.0.1"),
)  # fmt: skip


class Site(NamedTuple):
    """The servers of all kinds, and the files to speak with them."""

    ports: Mapping[str, int]
    files: Mapping[str, str]


def _reset(line: socket.socket) -> None:
    line.recv(4096)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _web(line: socket.socket) -> None:
    line.recv(4096)
    line.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


@contextmanager
def _rude(habit: Callable[[socket.socket], object]) -> Iterator[int]:
    """Run a server that has other things in mind."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    line, _ = door.accept()
                    with line:
                        habit(line)

        thread = threading.Thread(target=serve)
        thread.start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)
        thread.join()


def _certified(files: Mapping[str, str], authority: str = "") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files["server"], files["serverkey"])
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    if authority:
        context.load_verify_locations(authority)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, needs: Callable[[str], Path]) -> Iterator[Site]:
    needs("check_nrpe")
    folder = tmp_path_factory.mktemp("nrpe")
    ours, theirs = Authority(folder / "ours"), Authority(folder / "theirs", "Strangers")
    server, client, other = ours.issue("server"), ours.issue("client"), theirs.issue("other")
    files = {
        "ours": ours.path, "theirs": theirs.path, "server": server.server_cert, "serverkey": server.server_key,
        "cert": client.server_cert, "key": client.server_key, "other": other.server_cert, "otherkey": other.server_key,
    }  # fmt: skip
    with ExitStack() as running:
        ports = {
            "plain": running.enter_context(nrpe_server())[0],
            "anonymous": running.enter_context(nrpe_server(anonymous()))[0],
            "certified": running.enter_context(nrpe_server(_certified(files)))[0],
            "demanding": running.enter_context(nrpe_server(_certified(files, files["ours"])))[0],
            "old": running.enter_context(nrpe_server(anonymous(), newest=2))[0],
            "mute": running.enter_context(nrpe_server(newest=0))[0],
            "resetting": running.enter_context(_rude(_reset)),
            "hasty": running.enter_context(_rude(lambda line: line.recv(4096))),
            "web": running.enter_context(_rude(_web)),
            "asleep": running.enter_context(_rude(lambda line: [line.recv(4096), line.recv(4096)])),
        }
        yield Site(ports, files)


def _cases(site: Site) -> Iterator[tuple[str, ...]]:
    for kind, options in (("plain", ("-n",)), ("plain", ("-n", "-2")), ("anonymous", ())):
        for command in COMMANDS:
            yield ("-H", "127.0.0.1", "-p", str(site.ports[kind]), *options, "-c", command)
    for kind, all_of_them in WORDS.items():
        for words in all_of_them:
            yield ("-H", "127.0.0.1", "-p", str(site.ports[kind]), *(each.format_map(site.files) for each in words))
    yield from ELSEWHERE


def _first_line(text: str) -> str:
    """Leave what OpenSSL says of a file to OpenSSL."""
    return text.partition("\n")[0] if "could not use" in text else re.sub(r"\d+ bytes", "# bytes", text)


def test_servers_are_judged_as_by_the_plugin(site: Site) -> None:
    cases = list(_cases(site))
    with ThreadPoolExecutor(6) as pool:
        answers = pool.map(lambda words: compare("check_nrpe", words, text=_first_line), cases)
        for words, (ours, theirs) in zip(cases, answers, strict=True):
            assert ours == theirs, words


CONFIGURATION = """
server_address=127.0.0.1
server_port={port}
pid_file={folder}/nrpe.pid
nrpe_user=nobody
nrpe_group=nogroup
allowed_hosts=127.0.0.1
disable_syslog=1
command[fine]=/bin/echo fine
command[bad]=/bin/sh -c "echo 'bad | a=1;2;3'; exit 2"
command[lines]=/usr/bin/printf 'one | a=1\\ntwo\\nthree | b=2\\n'
command[none]=/bin/true
command[long]=/usr/bin/seq 1 3000
command[slow]=/bin/sleep 3
"""


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory, needs: Callable[[str], Path]) -> Iterator[int]:
    """Yield the port of the real server."""
    needs("check_nrpe")
    try:
        peer = peers.nrpe()
    except peers.PeerMissingError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("daemon")
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    (folder / "nrpe.cfg").write_text(CONFIGURATION.format(port=port, folder=folder), encoding="ascii")
    process = subprocess.Popen(
        [peer.program, "-c", folder / "nrpe.cfg", "-f"], env=peer.environment, stdout=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 10
        while time.monotonic() < until and process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


REAL: Final = "|-2|-c fine|-c bad|-c lines|-c none|-c long|-2 -c long|-c no|-c slow -t 1|-c fine -a x|-n -c fine"
LEFT: Final = (
    "|-H h -3|-H h -d 2|-H h -P 2048|-H h -S TLSv1.2|-H h -L ALL|-H h more|-H h -C x|-H h -t 0|-H h -t x|-H h -t 5:9"
    "|-H h -u -t 5:1|-H h -p 0|-H h -V|-H h --args=x|-H h -a|-H h -4 -6|-H h -b 127.0.0.1"
)


@pytest.mark.parametrize("words", REAL.split("|"))
def test_the_real_server_is_judged_as_by_the_plugin(daemon: int, words: str) -> None:
    ours, theirs = compare("check_nrpe", ["-H", "127.0.0.1", "-p", str(daemon), *words.split()])
    assert ours == theirs


def test_a_cancelled_check_leaves_no_descriptor(site: Site) -> None:
    async def cancelled() -> tuple[int, int]:
        assert NRPE.run is not None
        where = ["-H", "127.0.0.1", "-p", str(site.ports["plain"]), "-n", "-c", "silent"]
        before = len(os.listdir("/proc/self/fd"))
        tasks = [asyncio.ensure_future(NRPE.run(NRPE.read(where), Call(ENVIRONMENT, 0.0))) for _ in range(10)]
        await asyncio.sleep(0.2)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return before, len([each for each in os.listdir("/proc/self/fd") if _is_ours(each, site.ports["plain"])])

    before, then = asyncio.run(cancelled())
    assert before
    assert then == 0


def _is_ours(descriptor: str, port: int) -> bool:
    """Return whether a descriptor of this process is a connection to a server's port."""
    with suppress(OSError), socket.socket(fileno=os.dup(int(descriptor))) as found:
        return found.family == socket.AF_INET and found.getpeername()[1] == port
    return False


def test_an_answer_without_end_is_cut(site: Site) -> None:
    endless = b"\0\4\0\2" + bytes(8) + b"\0\0\xff\xf0" + b"x" * 100_000
    with _rude(lambda line: [line.recv(4096), line.sendall(endless)]) as port:
        code, text = in_process("check_nrpe", ["-n", "-H", "127.0.0.1", "-p", str(port), "-t", "5"])
    assert code == 3
    assert len(text) < 1000


@pytest.mark.parametrize("words", LEFT.split("|"))
def test_what_is_not_done_to_the_letter_is_left_to_the_plugin(words: str) -> None:
    with pytest.raises(Unsupported):
        in_process("check_nrpe", words.split())
