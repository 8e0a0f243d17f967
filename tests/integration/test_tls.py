"""TLS between daemons and for people: who is let in, who is not, and that nobody's silence stops the others."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from alignak.base.errors import PeerAnswerError, PeerUnreachableError, StartError
from alignak.base.secret import Secret
from alignak.net.auth import Gate
from alignak.net.client import Client
from alignak.net.deadlines import Deadlines
from alignak.net.keys import KeyRing
from alignak.net.server import Server
from alignak.net.tls import TlsFiles, client_context, server_context
from alignak.system.clocks import SystemClock
from tests.support.certificates import Authority
from tests.support.http_site import (
    AS_DAEMON,
    ENDPOINTS,
    SECRET,
    Note,
    Site,
    connect,
    person,
    read_all,
    say,
    serving,
    status_of,
)

PING = next(each for each in ENDPOINTS if each.name == "ping")
DRAIN = next(each for each in ENDPOINTS if each.name == "drain")
PUSH = next(each for each in ENDPOINTS if each.name == "push")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def files(authority: Authority) -> TlsFiles:
    return authority.issue("scheduler-master")


@pytest.fixture(scope="module")
def site() -> Site:
    return Site()


@pytest.fixture(scope="module")
def server(files: TlsFiles, site: Site) -> Iterator[Server]:
    with serving(site, tls=files) as running:
        yield running


def client(server: Server, tls: TlsFiles | None, ca: str, host: str = "localhost", check: bool = True) -> Client:
    """Return a client that shows the secret, and a certificate when it has one."""
    uri = f"https://{host}:{server.port}/"
    return Client(uri, Secret(SECRET), short_timeout=3, long_timeout=5, tls=tls, ca_cert=ca, check_hostname=check)


def test_a_daemon_with_certificate_and_secret_is_served(server: Server, files: TlsFiles, authority: Authority) -> None:
    caller = client(server, files, authority.path)
    assert caller.call(PING) == "pong"
    assert caller.call(DRAIN) == [1, 2, 3]
    assert caller.call(PUSH, Note(text="x" * 3_000_000)) is True  # many TLS records, in and out
    assert client(server, files, authority.path, host="127.0.0.1").call(PING) == "pong"


def test_the_secret_alone_opens_nothing_where_certificates_are_asked_for(server: Server, authority: Authority) -> None:
    caller = client(server, None, authority.path)
    assert caller.call(PING) == "pong"
    with pytest.raises(PeerAnswerError, match="client certificate") as refused:
        caller.call(DRAIN)
    assert refused.value.peer_status == 401


def test_a_certificate_alone_opens_nothing_either(server: Server, files: TlsFiles, authority: Authority) -> None:
    caller = Client(f"https://localhost:{server.port}/", None, tls=files, ca_cert=authority.path)
    with pytest.raises(PeerAnswerError) as refused:
        caller.call(DRAIN)
    assert refused.value.peer_status == 401


def test_a_certificate_of_another_authority_or_out_of_date_is_no_certificate(
    server: Server, authority: Authority, tmp_path: Path
) -> None:
    other = Authority(tmp_path, "Another authority").issue("scheduler-master")
    expired = authority.issue("expired", days=(-5, -1))
    for shown in (other, expired):
        with pytest.raises((PeerUnreachableError, PeerAnswerError)):
            client(server, shown, authority.path).call(DRAIN)


def test_a_revoked_certificate_is_refused(authority: Authority, files: TlsFiles) -> None:
    revoked = authority.issue("revoked")
    listed = TlsFiles(files.server_cert, files.server_key, authority.with_revoked(revoked))
    with serving(Site(), tls=listed) as server:
        assert client(server, files, authority.path).call(DRAIN) == [1, 2, 3]
        with pytest.raises((PeerUnreachableError, PeerAnswerError)):
            client(server, revoked, authority.path).call(DRAIN)


def test_a_good_certificate_of_somebody_else_is_refused(authority: Authority, files: TlsFiles) -> None:
    known = frozenset(("poller-master",))
    gate = Gate(Secret(SECRET), KeyRing(), True, SystemClock(), peer_names=known)
    server = Server(Site().binding, "127.0.0.1", 0, gate, files)
    server.start()
    try:
        poller = authority.issue("poller-master", hosts=())
        printer = authority.issue("printer-3", hosts=())
        assert client(server, poller, authority.path).call(DRAIN) == [1, 2, 3]
        with pytest.raises(PeerAnswerError, match="printer-3") as refused:
            client(server, printer, authority.path).call(DRAIN)
        assert refused.value.peer_status == 403
    finally:
        server.stop()


def test_a_caller_does_not_speak_to_a_server_it_cannot_verify(
    server: Server, authority: Authority, files: TlsFiles, tmp_path: Path, site: Site
) -> None:
    stranger = Authority(tmp_path, "Stranger")
    site.notes.clear()
    for caller in (
        client(server, files, stranger.path),  # signed by nobody it trusts
        client(server, files, ""),  # not in the system's list
    ):
        with pytest.raises(PeerUnreachableError, match="certificate"):
            caller.call(PUSH, Note())
    elsewhere = authority.issue("elsewhere", hosts=("elsewhere.example",), addresses=())
    with serving(site, tls=elsewhere) as wrong:
        with pytest.raises(PeerUnreachableError, match=r"(?i)hostname|match"):
            client(wrong, files, authority.path).call(PUSH, Note())
        assert client(wrong, files, authority.path, check=False).call(PING) == "pong"
        with pytest.raises(PeerUnreachableError, match="certificate"):  # the name apart, it is still verified
            client(wrong, files, stranger.path, check=False).call(PUSH, Note())
    expired = authority.issue("old-server", days=(-5, -1))
    with serving(site, tls=expired) as old, pytest.raises(PeerUnreachableError, match="expired"):
        client(old, files, authority.path).call(PUSH, Note())
    assert not site.notes


def test_plain_http_on_the_tls_port_is_told_so_and_reaches_nothing(server: Server, site: Site) -> None:
    site.notes.clear()
    answer = say(server, b"GET /note?text=plain HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert status_of(answer) == 400
    assert b"https://" in answer
    assert not site.notes


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize(
    "options",
    [
        ["-tls1"],
        ["-tls1_1"],
        ["-tls1_2", "-cipher", "NULL:eNULL:aNULL:EXP:RC4:DES:3DES:MD5"],
        ["-tls1_2", "-cipher", "ADH:AECDH"],
    ],
)
def test_old_versions_and_weak_ciphers_are_refused(server: Server, options: list[str]) -> None:
    assert "Cipher is (NONE)" in _s_client(
        server, [*options, "-cipher", "DEFAULT@SECLEVEL=0"] if len(options) == 1 else options
    )


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_present_versions_are_spoken(server: Server, version: str) -> None:
    told = _s_client(server, [version])
    assert "Cipher is (NONE)" not in told
    assert "Cipher is " in told


def test_renegotiation_and_compression_are_off(files: TlsFiles) -> None:
    options = server_context(files).options
    assert options & ssl.OP_NO_RENEGOTIATION
    assert options & ssl.OP_NO_COMPRESSION


def _s_client(server: Server, options: list[str]) -> str:
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", *options]
    done = subprocess.run(command, input=b"", capture_output=True, timeout=10, check=False)
    text = (done.stdout + done.stderr).decode("utf-8", "replace")
    return text if "Cipher is " in text else text + "Cipher is (NONE)"


@pytest.mark.parametrize(
    "opening", [b"", b"\x16\x03", bytes.fromhex("16030102000100")], ids=["silent", "two bytes", "half a hello"]
)
def test_two_hundred_clients_that_do_not_finish_the_handshake_stop_nobody(
    files: TlsFiles, authority: Authority, opening: bytes
) -> None:
    with serving(Site(), tls=files, threads=4) as server:
        over = threading.Event()

        def hold() -> None:
            socks: list[socket.socket] = []
            while not over.wait(0.2):
                socks = [each for each in socks if _is_open(each)]
                while len(socks) < 200 and not over.is_set():
                    sock = connect(server)
                    if opening:
                        sock.sendall(opening)
                    socks.append(sock)
            for each in socks:
                each.close()

        attack = threading.Thread(target=hold)
        attack.start()
        time.sleep(0.5)
        times = []
        caller = client(server, files, authority.path)
        until = time.monotonic() + 2.0
        while time.monotonic() < until:
            began = time.monotonic()
            if len(times) % 2:
                fresh = client(server, files, authority.path)
                assert fresh.call(DRAIN) == [1, 2, 3]
                fresh.close()
            else:
                assert caller.call(DRAIN) == [1, 2, 3]
            times.append(time.monotonic() - began)
        over.set()
        attack.join()
    assert sorted(times)[int(len(times) * 0.99) - 1] <= 0.5


def _is_open(sock: socket.socket) -> bool:
    sock.setblocking(False)
    try:
        return bool(sock.recv(1))
    except BlockingIOError:
        return True
    except OSError:
        return False


def test_a_handshake_has_its_own_deadline(files: TlsFiles) -> None:
    fast = Deadlines(handshake=0.5)
    with serving(Site(), tls=files, deadlines=fast) as server, connect(server) as silent:
        began = time.monotonic()
        assert read_all(silent, 5) == b""
        assert 0.3 < time.monotonic() - began < 2


def test_a_head_dripping_inside_tls_ends_at_its_deadline(files: TlsFiles, authority: Authority) -> None:
    context = client_context(None, authority.path)
    with (
        serving(Site(), tls=files, deadlines=Deadlines(head=0.6)) as server,
        connect(server) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as sock,
    ):
        began = time.monotonic()
        sock.sendall(b"GET /ping HTTP/1.1\r\nX: y")
        assert status_of(read_all(sock, 5)) == 408
        assert time.monotonic() - began < 2


def test_without_ca_cert_the_secret_is_enough(authority: Authority) -> None:
    files = authority.issue("alone", trust=False)
    with serving(Site(), tls=files) as server:
        session = person()
        session.verify = authority.path
        assert session.get(f"https://localhost:{server.port}/drain", headers=AS_DAEMON).json() == [1, 2, 3]


def test_files_that_do_not_fit_are_said_at_the_start(files: TlsFiles, authority: Authority) -> None:
    other = authority.issue("other")
    for wrong in (
        TlsFiles("/nonexistent.crt", files.server_key),
        TlsFiles(files.server_cert, other.server_key),
        TlsFiles(files.server_cert, files.server_key, ca_cert=files.server_key),
    ):
        with pytest.raises(StartError, match="server_cert=") as refused:
            server_context(wrong)
        assert refused.value.exit_code == 2
