"""Who may call what, at the real doors of six daemons: from beyond loopback, with wrong credentials, from web pages."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from alignak.api.roles import ENDPOINTS
from alignak.model.topology import Role
from alignak.net.endpoint import Audience, Endpoint
from alignak.net.tls import client_context
from tests.support.certificates import Authority
from tests.support.cluster import DAEMONS, Cluster, running, wait_for, write
from tests.support.http_site import address_of_this_machine, read_all

SITE = """
define command{
    command_name    ok
    command_line    /bin/echo fine
}
define host{
    use             generic-host
    host_name       web
    address         127.0.0.1
    check_command   ok
}
"""

PANEL = "https://panel.example"
HUGE = 64 << 20
AT_ONCE = 5.0
"""Seconds within which a refusal comes; the body it was announced never does."""

KEY = "tests"

WRONG = {
    "nothing": {},
    "a wrong secret": {"Authorization": "Bearer " + "x" * 64},
    "a key nobody made": {"X-Api-Key": "0badc0de.guessed"},
    "another scheme": {"Authorization": "Basic YWRtaW46YWRtaW4="},
    "a proxy's word": {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1"},
}
"""What people without credentials may try."""


def alignak(cluster: Cluster, *arguments: str) -> str:
    """Run the program for people on an installation and return what it wrote."""
    command = [sys.executable, "-m", "alignak.cli.main", *arguments, "-e", str(cluster.environment), "-o", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def make_key(cluster: Cluster, name: str) -> str:
    """Make an operator key as an administrator does, and return it."""
    return str(json.loads(alignak(cluster, "key", "create", name))["key"])


def settings_of(address: str, **files: str) -> str:
    """Return the lines of a daemon that listens at an address and speaks TLS with some files."""
    lines = {"host": address, "address": address, "use_ssl": "1", "hard_ssl_name_check": "1", **files}
    return "\n".join(f"{name} = {value}" for name, value in lines.items())


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def beyond(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[tuple[Cluster, str]]:
    """Return an installation at an address that other machines reach, and an operator key of it."""
    address = address_of_this_machine()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    files = {name: authority.issue(name, addresses=("127.0.0.1", address)) for name in DAEMONS}
    sections = {
        name: settings_of(address, server_cert=each.server_cert, server_key=each.server_key, ca_cert=each.ca_cert)
        for name, each in files.items()
    }
    cluster = write(tmp_path_factory.mktemp("beyond"), SITE, sections=sections)
    cluster.address, cluster.tls = address, client_context(files["arbiter-master"], authority.path)
    key = make_key(cluster, KEY)
    with running(cluster):
        yield cluster, key


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cluster, str]]:
    """Return an installation on loopback, as it is by default, and an operator key of it."""
    sections = {"receiver-master": f"allowed_origins = {PANEL}"}
    cluster = write(tmp_path_factory.mktemp("local"), SITE, sections=sections)
    with running(cluster):
        yield cluster, make_key(cluster, KEY)


def declared(daemon: str, *audiences: Audience) -> list[tuple[Endpoint, str]]:
    """Return the endpoints of a daemon for some callers, each under every name of it."""
    found = [each for each in ENDPOINTS[Role(DAEMONS[daemon])] if each.audience in audiences]
    return [(each, path) for each in found for path in (each.name, *each.aliases)]


def call(
    cluster: Cluster, daemon: str, request: str, headers: dict[str, str], body: bytes | None = None, length: int = 0
) -> tuple[int, dict[str, str], bytes]:
    """Send one request on a connection of its own and return status, headers and body of the answer.

    ``length`` announces a body that is not sent.
    """
    lines = {"Host": f"{cluster.address}:{cluster.ports[daemon]}", "Connection": "close", **headers}
    if body is not None or length:
        lines = {"Content-Type": "application/json", "Content-Length": str(length or len(body or b"")), **lines}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    with socket.create_connection((cluster.address, cluster.ports[daemon]), timeout=5) as plain:
        sock = plain
        if cluster.tls is not None:
            sock = cluster.tls.wrap_socket(plain, server_hostname=cluster.address)
        with sock:
            sock.sendall(f"{request} HTTP/1.1\r\n{head}\r\n".encode() + (body or b""))
            answer = read_all(sock)
    top, _, content = answer.partition(b"\r\n\r\n")
    first, *rest = top.decode().split("\r\n")
    shown = {name.lower(): value for name, _, value in (each.partition(": ") for each in rest)}
    return int(first.split(" ")[1]), shown, content


def bearer(secret: str) -> dict[str, str]:
    """Return the header that shows a secret or a key."""
    return {"Authorization": f"Bearer {secret}"}


def knock(cluster: Cluster, daemon: str, endpoint: Endpoint, path: str, headers: dict[str, str]) -> int:
    """Call an endpoint so that whoever is let in is refused afterwards: with what is no JSON, or no parameter of it."""
    if "POST" in endpoint.methods:
        return call(cluster, daemon, f"POST /{path}", headers, body=b"{no json")[0]
    return call(cluster, daemon, f"GET /{path}?no_such_parameter=1", headers)[0]


LET_IN = (400, 404)


# From beyond loopback ---------------------------------------------------------------------------------------------


def everywhere_and_on_the_arbiter(first: int, table: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    """Return each daemon with the first rows of a table, the arbiter with all: the same gate stands before each."""
    names = list(table)
    return [(each, name) for each in DAEMONS for name in (names if DAEMONS[each] == "arbiter" else names[:first])]


@pytest.mark.parametrize(("daemon", "shown"), everywhere_and_on_the_arbiter(2, WRONG))
def test_strangers_are_refused_before_their_body_is_read(beyond: tuple[Cluster, str], daemon: str, shown: str) -> None:
    cluster, _ = beyond
    for endpoint, path in declared(daemon, Audience.OPERATOR, Audience.DAEMON):
        for method in endpoint.methods:
            length = HUGE if method == "POST" else 0
            began = time.monotonic()
            status, _, content = call(cluster, daemon, f"{method} /{path}", WRONG[shown], length=length)
            assert status in (401, 403), f"{method} /{path}"
            assert json.loads(content)["_status"] == "ERR"
            assert time.monotonic() - began < AT_ONCE


@pytest.mark.parametrize("daemon", DAEMONS)
def test_what_is_public_answers_strangers(beyond: tuple[Cluster, str], daemon: str) -> None:
    cluster, _ = beyond
    for _, path in declared(daemon, Audience.PUBLIC):
        assert call(cluster, daemon, f"GET /{path}", {})[0] == 200, path


@pytest.mark.parametrize("daemon", DAEMONS)
def test_daemons_and_operators_are_let_in_from_beyond_loopback(beyond: tuple[Cluster, str], daemon: str) -> None:
    cluster, key = beyond
    for endpoint, path in declared(daemon, *Audience):
        assert knock(cluster, daemon, endpoint, path, bearer(cluster.secret)) in LET_IN, path
    for endpoint, path in declared(daemon, Audience.PUBLIC, Audience.OPERATOR):
        assert knock(cluster, daemon, endpoint, path, {"X-Api-Key": key}) in LET_IN, path
    for endpoint, path in declared(daemon, Audience.DAEMON):
        assert knock(cluster, daemon, endpoint, path, bearer(key)) == 403, path


@pytest.mark.parametrize("daemon", DAEMONS)
def test_the_secret_without_a_certificate_of_ours_opens_nothing(
    beyond: tuple[Cluster, str], authority: Authority, daemon: str
) -> None:
    cluster, key = beyond
    bare = Cluster(cluster.folder, cluster.daemons, cluster.ports, address=cluster.address)
    bare.tls = client_context(None, authority.path)
    for endpoint, path in declared(daemon, Audience.DAEMON):
        assert knock(bare, daemon, endpoint, path, bearer(cluster.secret)) == 401, path
    assert call(bare, daemon, "GET /get_log_level", bearer(key))[0] == 200


def test_six_daemons_that_speak_tls_to_each_other_are_one_system(beyond: tuple[Cluster, str]) -> None:
    cluster, _ = beyond
    status = cluster.ask("arbiter-master", "get_alignak_status?details=1", secret=True)
    assert status["livestate"]["state"] == "up"
    uris = [each["link"]["uri"] for each in status["services"] if "link" in each]
    assert len(uris) == len(DAEMONS) - 1
    assert all(each.startswith(f"https://{cluster.address}:") for each in uris)
    wait_for(lambda: "fine" in str(cluster.ask("scheduler-master", "dump", secret=True)), 10, "a result over TLS")
    given = {"command": "PROCESS_HOST_CHECK_RESULT;web;2;down, says the receiver"}

    def told() -> bool:
        """Say it until it counts: an active check in between says that the host is fine."""
        assert cluster.ask("receiver-master", "command", given, secret=True)["_status"] == "OK"
        return cluster.outbox.exists() and "PROBLEM|admin|web|n/a|DOWN|" in cluster.outbox.read_text()

    wait_for(told, 20, "the notification")
    wait_for(
        lambda: "down, says the receiver" in str(cluster.ask("broker-master", "events_log?count=50", secret=True)),
        10,
        "the event at the broker",
    )


def test_plain_http_is_told_to_use_https(beyond: tuple[Cluster, str]) -> None:
    cluster, key = beyond
    plain = Cluster(cluster.folder, cluster.daemons, cluster.ports, address=cluster.address)
    status, _, content = call(plain, "arbiter-master", "GET /get_stats", bearer(key))
    assert status == 400
    assert b"https" in content


def test_a_revoked_key_opens_nothing_any_more(beyond: tuple[Cluster, str]) -> None:
    cluster, _ = beyond
    key = make_key(cluster, "leaver")
    assert call(cluster, "poller-master", "GET /get_log_level", bearer(key))[0] == 200
    alignak(cluster, "key", "revoke", "leaver")
    assert call(cluster, "poller-master", "GET /get_log_level", bearer(key))[0] == 401


def test_a_daemon_whose_certificate_names_another_is_not_believed(
    beyond: tuple[Cluster, str], authority: Authority
) -> None:
    """The last one with this installation: its poller comes back as somebody else."""
    cluster, _ = beyond
    authority.issue("poller-master", hosts=("elsewhere.example",), addresses=())  # over the poller's own files
    cluster.kill("poller-master")
    cluster.start("poller-master")

    def told() -> str:
        states = cluster.ask("arbiter-master", "get_stats", secret=True)["daemons_states"]
        return "" if states["poller-master"]["reachable"] else cluster.log("arbiter-master")

    assert "certificate" in wait_for(told, 15, "the arbiter to miss the poller")


# On loopback ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("daemon", DAEMONS)
def test_what_daemons_do_among_themselves_asks_for_the_secret_on_loopback_too(
    local: tuple[Cluster, str], daemon: str
) -> None:
    cluster, key = local
    for endpoint, path in declared(daemon, Audience.DAEMON):
        for method in endpoint.methods:
            for headers in WRONG.values():
                began = time.monotonic()
                length = HUGE if method == "POST" else 0
                assert call(cluster, daemon, f"{method} /{path}", headers, length=length)[0] == 401, path
                assert time.monotonic() - began < AT_ONCE
        assert knock(cluster, daemon, endpoint, path, bearer(key)) == 403, path
        assert knock(cluster, daemon, endpoint, path, bearer(cluster.secret)) in LET_IN, path


@pytest.mark.parametrize("daemon", DAEMONS)
def test_people_of_this_machine_need_no_key(local: tuple[Cluster, str], daemon: str) -> None:
    cluster, _ = local
    for endpoint, path in declared(daemon, Audience.PUBLIC, Audience.OPERATOR):
        assert knock(cluster, daemon, endpoint, path, {}) in LET_IN, path


def test_where_the_same_machine_is_not_trusted_they_need_one(tmp_path: Path) -> None:
    daemons = {"arbiter-master": "arbiter", "scheduler-master": "scheduler"}
    sections = dict.fromkeys(daemons, "loopback_operators = 0")
    with running(write(tmp_path, SITE, daemons=daemons, sections=sections)) as cluster:
        key = make_key(cluster, KEY)
        for daemon in daemons:
            for endpoint, path in declared(daemon, Audience.OPERATOR):
                assert knock(cluster, daemon, endpoint, path, {}) == 401, path
                assert knock(cluster, daemon, endpoint, path, bearer(key)) in LET_IN, path


# Web pages on the operator's machine --------------------------------------------------------------------------------

FROM_PAGES = {
    "a form or script of another site": {"Origin": "https://evil.example"},
    "an image or a link of another site": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    "a name that was bound anew to 127.0.0.1": {"Host": "evil.example"},
    "the same, with the port": {"Host": "evil.example:7770", "Sec-Fetch-Site": "same-origin"},
    "a sandboxed frame": {"Origin": "null"},
    "another port of this machine": {"Sec-Fetch-Site": "same-site"},
    "a proxy on this machine": {"X-Forwarded-For": "203.0.113.9"},
}


@pytest.mark.parametrize(("daemon", "page"), everywhere_and_on_the_arbiter(3, FROM_PAGES))
def test_a_web_page_cannot_act_through_the_operators_browser(
    local: tuple[Cluster, str], daemon: str, page: str
) -> None:
    cluster, _ = local
    for endpoint, path in declared(daemon, Audience.OPERATOR):
        for method in endpoint.methods:
            for what in ({}, {"Content-Type": "text/plain"}) if method == "POST" else ({},):
                body = b'{"stop_now": "1"}' if method == "POST" else None
                status, headers, _ = call(cluster, daemon, f"{method} /{path}", {**FROM_PAGES[page], **what}, body=body)
                assert status == 401, f"{method} /{path}"
                assert "access-control-allow-origin" not in headers
    assert cluster.processes[daemon].poll() is None


def test_a_browsers_form_without_any_of_these_headers_is_no_json(local: tuple[Cluster, str]) -> None:
    cluster, _ = local
    for type_ in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        status, _, _ = call(cluster, "arbiter-master", "POST /command", {"Content-Type": type_}, body=b"command=X")
        assert status == 415


def test_an_address_typed_into_a_browser_answers_and_the_listed_panel_may_ask(local: tuple[Cluster, str]) -> None:
    cluster, _ = local
    typed = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert call(cluster, "arbiter-master", "GET /get_alignak_status", typed)[0] == 200

    status, headers, _ = call(cluster, "receiver-master", "GET /get_stats", {"Origin": PANEL})
    assert (status, headers["access-control-allow-origin"]) == (200, PANEL)
    asks = {"Origin": PANEL, "Access-Control-Request-Method": "POST"}
    status, headers, _ = call(cluster, "receiver-master", "OPTIONS /command", asks)
    assert (status, headers["access-control-allow-origin"]) == (204, PANEL)
    assert "POST" in headers["access-control-allow-methods"]
    assert call(cluster, "poller-master", "GET /get_stats", {"Origin": PANEL})[0] == 401


# Daemons that would let everybody in --------------------------------------------------------------------------------


def start(cluster: Cluster, daemon: str) -> subprocess.CompletedProcess[str]:
    """Start a daemon that is not going to run, and return how it ended."""
    command = [
        sys.executable,
        "-m",
        "alignak.cli.daemons",
        DAEMONS[daemon],
        "-n",
        daemon,
        "-e",
        str(cluster.environment),
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize("daemon", DAEMONS)
def test_a_daemon_does_not_listen_beyond_loopback_without_tls_and_a_key(tmp_path: Path, daemon: str) -> None:
    cluster = write(tmp_path, SITE, sections={daemon: "host = 0.0.0.0"})
    ended = start(cluster, daemon)
    assert ended.returncode == 2
    told = ended.stdout + ended.stderr
    assert "host=0.0.0.0" in told
    assert "host=127.0.0.1" in told
    assert "use_ssl=1" in told
    assert "alignak key create" in told
    assert "Traceback" not in told
    with pytest.raises(OSError):  # noqa: PT011  nobody listens
        socket.create_connection(("127.0.0.1", cluster.ports[daemon]), timeout=1)


def test_half_of_that_is_not_enough_and_the_rest_is_named(tmp_path: Path, authority: Authority) -> None:
    files = authority.issue("half")
    secure = settings_of("0.0.0.0", server_cert=files.server_cert, server_key=files.server_key)
    without_key = write(tmp_path, SITE, sections={"poller-master": secure})
    ended = start(without_key, "poller-master")
    assert ended.returncode == 2
    assert "alignak key create" in ended.stdout + ended.stderr
    assert "use_ssl" not in ended.stdout + ended.stderr

    make_key(without_key, KEY)
    without_tls = write(tmp_path, SITE, sections={"poller-master": "host = ::"})
    ended = start(without_tls, "poller-master")
    assert ended.returncode == 2
    assert "use_ssl=1" in ended.stdout + ended.stderr
    assert "key create" not in ended.stdout + ended.stderr


def test_on_every_address_this_machine_is_local_and_the_others_are_not(tmp_path: Path, authority: Authority) -> None:
    address = address_of_this_machine()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    files = authority.issue("everywhere", addresses=("127.0.0.1", address))
    everywhere = settings_of(
        "0.0.0.0", server_cert=files.server_cert, server_key=files.server_key, ca_cert=files.ca_cert
    ).replace("address = 0.0.0.0", "address = 127.0.0.1")
    cluster = write(tmp_path, SITE, daemons={"poller-master": "poller"}, sections={"poller-master": everywhere})
    make_key(cluster, KEY)
    cluster.tls = client_context(None, authority.path)
    with running(cluster, wait=False):
        wait_for(lambda: is_answering(cluster), 15, "the poller to answer")
        assert call(cluster, "poller-master", "GET /get_stats", {})[0] == 200
        cluster.address = address
        assert call(cluster, "poller-master", "GET /get_stats", {})[0] == 401


def is_answering(cluster: Cluster) -> bool:
    """Tell whether the poller answers, with or without a configuration."""
    try:
        return bool(cluster.ask("poller-master", "ping") == "pong")
    except (OSError, ssl.SSLError):
        return False


def test_the_secret_and_the_keys_are_readable_by_their_owner_alone(local: tuple[Cluster, str]) -> None:
    cluster, key = local
    for name in ("secret", "keys.json"):
        file = cluster.folder / "var" / name
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.stat().st_uid == os.geteuid()
    assert key.partition(".")[2] not in (cluster.folder / "var" / "keys.json").read_text()
