"""Who may call what."""

from __future__ import annotations

import multiprocessing
import os
import stat
from pathlib import Path

import pytest
from msgspec.structs import replace

from alignak.base.clock import ManualClock
from alignak.base.errors import ForbiddenError, StartError, UnauthorizedError
from alignak.base.secret import Secret
from alignak.net.auth import Caller, Gate, Tries, Visitor, certificate_names, check_binding, instance_secret
from alignak.net.endpoint import Audience, Endpoint
from alignak.net.keys import KeyRing
from alignak.net.tls import TlsFiles

SECRET = "the-secret-of-this-installation-and-no-other"
PUBLIC = Endpoint(name="ping", doc="Answer.")
OPERATOR = replace(PUBLIC, name="status", audience=Audience.OPERATOR)
DAEMON = replace(PUBLIC, name="push", audience=Audience.DAEMON)
NEAR = Visitor("127.0.0.1", {"host": "localhost:7770"})
FAR = Visitor("192.0.2.7", {"host": "monitor.example"})


def gate(
    keys: KeyRing | None = None, loopback: bool = True, clock: ManualClock | None = None, **more: frozenset[str]
) -> Gate:
    return Gate(Secret(SECRET), keys or KeyRing(), loopback, clock or ManualClock(), **more)


def showing(visitor: Visitor, credential: str, header: str = "authorization") -> Visitor:
    value = f"Bearer {credential}" if header == "authorization" else credential
    return replace(visitor, headers={**visitor.headers, header: value})


def test_what_is_public_is_open_to_anybody() -> None:
    assert gate().check(PUBLIC, FAR) is Caller.GUEST
    assert gate().check(PUBLIC, showing(FAR, "nonsense")) is Caller.GUEST
    assert gate().check(PUBLIC, showing(FAR, SECRET)) is Caller.PEER


def test_an_operator_is_local_or_shows_a_key() -> None:
    key, ring = KeyRing().create("ops", 0)
    assert gate().check(OPERATOR, NEAR) is Caller.LOCAL
    assert gate(ring).check(OPERATOR, showing(FAR, key)) is Caller.OPERATOR
    assert gate(ring).check(OPERATOR, showing(FAR, key, "x-api-key")) is Caller.OPERATOR
    assert gate().check(OPERATOR, showing(FAR, SECRET)) is Caller.PEER
    for guarded, visitor in ((gate(), FAR), (gate(loopback=False), NEAR), (gate(ring), showing(FAR, key + "x"))):
        with pytest.raises(UnauthorizedError):
            guarded.check(OPERATOR, visitor)


def test_a_wrong_key_is_refused_even_where_none_is_needed() -> None:
    with pytest.raises(UnauthorizedError, match="not known here"):
        gate().check(OPERATOR, showing(NEAR, "wrong"))


def test_daemons_show_the_secret_on_loopback_too() -> None:
    key, ring = KeyRing().create("ops", 0)
    assert gate(ring).check(DAEMON, showing(FAR, SECRET)) is Caller.PEER
    with pytest.raises(UnauthorizedError, match="instance secret"):
        gate(ring).check(DAEMON, NEAR)
    with pytest.raises(ForbiddenError, match="not for operators"):
        gate(ring).check(DAEMON, showing(NEAR, key))


@pytest.mark.parametrize(
    "scheme", ["Basic " + SECRET, "bearer", "Bearer", f"Bearer {SECRET} x", f"Token {SECRET}", SECRET, "Bearer \xff"]
)
def test_the_secret_counts_as_a_bearer_token_alone(scheme: str) -> None:
    with pytest.raises(UnauthorizedError):
        gate().check(DAEMON, replace(NEAR, headers={"authorization": scheme}))


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "rebound.example"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"x-forwarded-for": "127.0.0.1"},
        {"via": "1.1 proxy"},
        {"host": "[::1"},
    ],
)
def test_what_only_looks_local_is_not(headers: dict[str, str]) -> None:
    with pytest.raises(UnauthorizedError):
        gate().check(OPERATOR, replace(NEAR, headers={**NEAR.headers, **headers}))


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:7770", "[::1]:7770"])
def test_what_is_local_is(address: str, host: str) -> None:
    assert gate().check(OPERATOR, Visitor(address, {"host": host})) is Caller.LOCAL


def test_a_page_that_is_listed_may_call_for_a_local_operator() -> None:
    listed = gate(origins=frozenset(("https://panel.example",)))
    assert listed.check(OPERATOR, replace(NEAR, headers={"origin": "https://panel.example"})) is Caller.LOCAL


def test_an_expired_or_revoked_key_is_refused_also_when_it_was_good_a_moment_ago() -> None:
    clock = ManualClock(wall=1_000)
    key, ring = KeyRing().create("ops", 1_000, expires_at=2_000)
    source = [ring]

    class Changing:
        def ring(self) -> KeyRing:
            return source[0]

    guarded = Gate(Secret(SECRET), Changing(), False, clock)
    assert guarded.check(OPERATOR, showing(FAR, key)) is Caller.OPERATOR
    clock.advance(1_000)
    with pytest.raises(UnauthorizedError, match="expired"):
        guarded.check(OPERATOR, showing(FAR, key))
    clock.step_wall(-500)
    assert guarded.check(OPERATOR, showing(FAR, key)) is Caller.OPERATOR
    source[0] = ring.revoke("ops")
    with pytest.raises(UnauthorizedError, match="not known"):
        guarded.check(OPERATOR, showing(FAR, key))


def test_wrong_keys_are_tried_ten_times_a_second_and_nobody_else_waits_for_it() -> None:
    clock = ManualClock()
    key, ring = KeyRing().create("ops", 0)
    guarded = gate(ring, loopback=False, clock=clock)
    guarded.check(OPERATOR, showing(FAR, key))
    told = []
    for _ in range(30):
        with pytest.raises(UnauthorizedError) as refused:
            guarded.check(OPERATOR, showing(FAR, key + "x"))
        told.append(str(refused.value))
    assert sum("too many" in each for each in told) >= 20
    assert guarded.check(OPERATOR, showing(FAR, key)) is Caller.OPERATOR  # known already: not a try
    assert guarded.check(DAEMON, showing(FAR, SECRET)) is Caller.PEER
    other = Visitor("192.0.2.8", {})
    assert guarded.check(OPERATOR, showing(other, key)) is Caller.OPERATOR
    with pytest.raises(UnauthorizedError, match="not known"):
        guarded.check(OPERATOR, showing(other, key + "x"))
    clock.advance(1)
    with pytest.raises(UnauthorizedError, match="not known"):
        guarded.check(OPERATOR, showing(FAR, key + "x"))


def test_tries_of_ten_thousand_addresses_take_no_more_room_than_of_a_thousand() -> None:
    tries = Tries()
    for number in range(10_000):
        assert tries.take(f"198.51.100.{number}", 0.0)
    assert len(tries._left) <= 1_024


CERTIFICATE = {
    "subject": ((("commonName", "poller-1"),),),
    "subjectAltName": (("DNS", "p1.example"), ("IP Address", "::1")),
}


def test_where_certificates_are_asked_for_the_secret_needs_one_of_a_daemon() -> None:
    assert certificate_names(CERTIFICATE) == {"poller-1", "p1.example"}
    named = gate(peer_names=frozenset(("poller-1",)))
    assert named.check(DAEMON, replace(showing(FAR, SECRET), certificate=CERTIFICATE)) is Caller.PEER
    with pytest.raises(UnauthorizedError, match="client certificate"):
        named.check(DAEMON, replace(showing(FAR, SECRET), certificate={}))
    other = {"subject": ((("commonName", "printer"),),)}
    with pytest.raises(ForbiddenError, match="printer"):
        named.check(DAEMON, replace(showing(FAR, SECRET), certificate=other))
    assert gate().check(DAEMON, replace(showing(FAR, SECRET), certificate=other)) is Caller.PEER
    assert named.check(PUBLIC, replace(showing(FAR, SECRET), certificate={})) is Caller.GUEST


def test_the_instance_secret_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    first = instance_secret(str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(first.reveal()) >= 32
    assert instance_secret(str(path)).is_same_as(first.reveal())
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]


def _reveal(path: str) -> str:
    return instance_secret(path).reveal()


def test_daemons_that_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert len(set(pool.map(_reveal, [str(tmp_path / "secret")] * 16, chunksize=1))) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_secret_that_others_can_read_is_not_used(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secret"
    path.write_text("s" * 40)
    os.chmod(path, mode)
    with pytest.raises(StartError, match="chmod 600"):
        instance_secret(str(path))


def test_a_secret_that_is_none_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.touch(mode=0o600)
    with pytest.raises(StartError, match="remove it"):
        instance_secret(str(path))
    path.write_bytes(b"\xff" * 50)
    with pytest.raises(StartError):
        instance_secret(str(path))
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StartError, match="symbolic link"):
        instance_secret(str(path))
    with pytest.raises(StartError):
        instance_secret(str(tmp_path / "no" / "such" / "folder"))


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1", "monitor.example", ""])
def test_beyond_loopback_tls_and_a_key_are_needed(address: str) -> None:
    tls = TlsFiles("a", "b")
    check_binding(address, tls, True)
    for lacking, told in (((None, True), "use_ssl=1"), ((tls, False), "alignak key create"), ((None, False), "and")):
        with pytest.raises(StartError, match=told) as refused:
            check_binding(address, *lacking)
        assert refused.value.exit_code == 2
        assert "127.0.0.1" in str(refused.value)


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "127.0.0.53"])
def test_on_loopback_nothing_is_needed(address: str) -> None:
    check_binding(address, None, False)
