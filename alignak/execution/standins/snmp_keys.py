"""The keys of SNMP 3, and what is signed and encrypted with them: MD5 and SHA, DES and AES (RFC 3414, RFC 3826)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, Final, NamedTuple

SIGNATURE: Final = 12
"""Bytes a message is signed with."""

_DIGESTED: Final = 1_048_576
"""Bytes of a password, repeated, that a key is made from."""
_BLOCK: Final = 8
_CIPHERS: Final = "cryptography.hazmat.primitives.ciphers"
_OLD: Final = "cryptography.hazmat.decrepit.ciphers"


class Secret(NamedTuple):
    """A method and the password for it."""

    method: str
    password: bytes


class Clock(NamedTuple):
    """What an agent counts: how often it started, and the seconds since."""

    boots: int
    seconds: int


class Sealed(NamedTuple):
    """What was encrypted, and the eight bytes that were added to the key for it."""

    data: bytes
    salt: bytes


@cache
def can_sign(method: str) -> bool:
    """Say whether this machine has a digest: some are set up to have the newer ones only."""
    try:
        hmac.digest(b"key", b"text", method)
    except ValueError:
        return False
    return True


@cache
def can_encrypt(method: str) -> bool:
    """Say whether this machine's cryptography has a cipher, all of which it calls old."""
    try:
        _cipher(method, bytes(16), bytes(16)).encryptor()
    except (ImportError, AttributeError, ValueError):
        return False
    except import_module("cryptography.exceptions").UnsupportedAlgorithm:
        return False
    return True


def localized(secret: Secret, engine: bytes, digest: str) -> bytes:
    """Return the key that a password is with one agent."""
    key = _key(secret.password, digest)
    return hashlib.new(digest, key + engine + key).digest()


@lru_cache(maxsize=4096)
def _key(password: bytes, digest: str) -> bytes:
    """Return the key that a password is: a megabyte is digested for it, so it is kept."""
    return hashlib.new(digest, (password * (_DIGESTED // len(password) + 1))[:_DIGESTED]).digest()


def signature(digest: str, key: bytes, message: bytes) -> bytes:
    """Return what a message, with zeros in the place of its signature, is signed with."""
    return hmac.digest(key, message, digest)[:SIGNATURE]


def sealed(method: str, key: bytes, clock: Clock, data: bytes) -> Sealed:
    """Return data encrypted."""
    salt = clock.boots.to_bytes(4)[-4:] + secrets.token_bytes(4) if method == "des" else secrets.token_bytes(_BLOCK)
    encryptor = _FOR[method](key, salt, clock).encryptor()
    padding = bytes(-len(data) % _BLOCK) if method == "des" else b""
    return Sealed(encryptor.update(data + padding) + encryptor.finalize(), salt)


def opened(method: str, key: bytes, clock: Clock, secret: Sealed) -> bytes:
    """Return data decrypted, with what it was filled up with. Raises ValueError."""
    if len(secret.salt) != _BLOCK:
        raise ValueError(f"a salt of {len(secret.salt)} bytes")
    decryptor = _FOR[method](key, secret.salt, clock).decryptor()
    return bytes(decryptor.update(secret.data) + decryptor.finalize())


def _des(key: bytes, salt: bytes, _clock: Clock) -> Any:
    begin = bytes(one ^ other for one, other in zip(key[8:16], salt, strict=True))
    return _cipher("des", key[:8], begin)


def _aes(key: bytes, salt: bytes, clock: Clock) -> Any:
    return _cipher("aes", key[:16], clock.boots.to_bytes(4) + clock.seconds.to_bytes(4) + salt)


_FOR: Final[Mapping[str, Callable[[bytes, bytes, Clock], Any]]] = {"des": _des, "aes": _aes}


def _cipher(method: str, key: bytes, begin: bytes) -> Any:
    """Return a cipher of the library. DES is what its TripleDES does with one key three times."""
    cipher: Any = import_module(_CIPHERS).Cipher
    if method == "des":
        return cipher(_found("algorithms", "TripleDES")(key[:8] * 3), _found("modes", "CBC")(begin[:8]))
    return cipher(_found("algorithms", "AES")(key), _found("modes", "CFB")(begin))


@cache
def _found(module: str, name: str) -> Any:
    """Return something of the library, which has moved some of it and will move more."""
    for package in (_OLD, _CIPHERS):
        try:
            return getattr(import_module(f"{package}.{module}"), name)
        except (ImportError, AttributeError):
            continue
    raise ImportError(f"cryptography has no {name}")
