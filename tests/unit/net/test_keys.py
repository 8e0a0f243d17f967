"""Operator keys: shown once, kept as digests, gone when revoked."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from alignak.base.errors import BadRequestError, StartError
from alignak.net.keys import KeyFile, KeyRing, KeyVerifier


def test_a_key_is_shown_once_and_its_file_does_not_hold_it() -> None:
    shown, ring = KeyRing().create("ops", now=100.0, expires_at=200.0)
    key_id, _, secret = shown.partition(".")
    text = ring.to_text()
    assert secret not in text.decode()
    again = KeyRing.from_text(text)
    assert again == ring
    record = again.find(key_id)
    assert record is not None
    assert (record.name, record.created_at, record.expires_at) == ("ops", 100.0, 200.0)
    assert record.is_expired(200.0)
    assert not record.is_expired(199.9)


def test_keys_have_names_of_their_own() -> None:
    _, ring = KeyRing().create("ops", now=0)
    with pytest.raises(BadRequestError, match="'ops' exists"):
        ring.create("ops", now=0)
    for name in ("", "  ", "a\nb"):
        with pytest.raises(BadRequestError, match="needs a name"):
            ring.create(name, now=0)


def test_a_key_is_revoked_by_name_or_id() -> None:
    first, ring = KeyRing().create("ops", now=2)
    _, ring = ring.create("ci", now=1)
    assert [each.name for each in ring.list()] == ["ci", "ops"]
    assert [each.name for each in ring.revoke("ci").keys] == ["ops"]
    assert [each.name for each in ring.revoke(first.partition(".")[0]).keys] == ["ci"]
    with pytest.raises(BadRequestError, match="there is: ops, ci"):
        ring.revoke("nobody")


@pytest.mark.parametrize("text", ["{", "[]", '{"keys": [{"id": 1}]}', "\x00"])
def test_a_damaged_file_opens_nothing(text: str) -> None:
    with pytest.raises(StartError, match="cannot be read"):
        KeyRing.from_text(text)


def test_an_empty_or_absent_file_holds_no_keys(tmp_path: Path) -> None:
    assert KeyRing.from_text(" \n") == KeyRing()
    assert KeyFile(str(tmp_path / "keys.json")).ring() == KeyRing()


def test_a_change_of_the_file_counts_at_once(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    daemon, tool = KeyFile(str(path)), KeyFile(str(path))
    _, ring = tool.ring().create("ops", now=0)
    tool.save(ring)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in daemon.ring().keys] == ["ops"]
    tool.save(ring.revoke("ops"))
    assert daemon.ring().keys == ()
    path.unlink()
    assert daemon.ring().keys == ()


def test_a_key_file_that_others_can_write_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    KeyFile(str(path)).save(KeyRing())
    os.chmod(path, 0o666)
    with pytest.raises(StartError, match="chmod 600"):
        KeyFile(str(path)).ring()


def test_only_right_keys_are_remembered_and_only_so_many() -> None:
    shown, ring = KeyRing().create("ops", now=0)
    record, secret = ring.keys[0], shown.partition(".")[2]
    verifier = KeyVerifier()
    assert not verifier.is_known(record, secret)
    assert not verifier.verify(record, secret + "x")
    assert not verifier.is_known(record, secret + "x")
    assert verifier.verify(record, secret)
    assert verifier.is_known(record, secret)
    _, other = KeyRing().create("ops", now=0)
    assert not verifier.is_known(other.keys[0], secret)
