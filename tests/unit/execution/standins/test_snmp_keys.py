"""Keys are those of the standards, and what is encrypted can be read again."""

from __future__ import annotations

import pytest

from alignak.execution.standins.snmp_keys import Clock, Secret, can_encrypt, can_sign, localized, opened, sealed

ENGINE = bytes(11) + b"\2"
MAPLE = b"maplesyrup"


@pytest.mark.parametrize(
    ("digest", "key"),
    [("md5", "526f5eed9fcce26f8964c2930787d82b"), ("sha1", "6695febc9288e36282235fc7151f128497b38f3f")],
)
def test_a_password_is_the_key_that_the_standard_shows(digest: str, key: str) -> None:
    """RFC 3414, A.3."""
    assert localized(Secret(digest, MAPLE), ENGINE, digest).hex() == key


@pytest.mark.parametrize("method", ["des", "aes"])
@pytest.mark.parametrize("text", [b"", b"eight by", b"thirteen byte"])
def test_what_is_encrypted_can_be_read_again(method: str, text: bytes) -> None:
    key, clock = localized(Secret(method, MAPLE), ENGINE, "sha1"), Clock(2**31 - 1, 5)
    secret = sealed(method, key, clock, text)
    assert text not in secret.data or not text
    assert opened(method, key, clock, secret)[: len(text)] == text


@pytest.mark.parametrize("method", ["des", "aes"])
def test_nothing_is_encrypted_in_the_same_way_twice(method: str) -> None:
    key = localized(Secret(method, MAPLE), ENGINE, "sha1")
    assert sealed(method, key, Clock(1, 1), MAPLE) != sealed(method, key, Clock(1, 1), MAPLE)


def test_a_machine_says_what_it_can() -> None:
    assert can_sign("sha1")
    assert not can_sign("md0")
    assert can_encrypt("aes")
    assert can_encrypt("des")
