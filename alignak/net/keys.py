"""Operator keys: hashed, named, expiring; ``alignak key create|list|revoke`` changes them, the gate verifies with them.

A key as shown once to its owner is ``<id>.<secret>``; the file keeps the id and an scrypt digest of the secret, so
reading the file gives no key. ``KeyRing`` is a value made from the file's text; ``KeyFile`` keeps one in step with the
file, so that a key made or revoked while the daemons run counts at once.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from collections import OrderedDict
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from alignak.base.errors import BadRequestError, StartError
from alignak.system import files

_COST: Final = 1 << 13
"""scrypt's n: 8 MB and some 20 ms a try. Keys hold 192 random bits, so this only has to be dearer than nothing."""

_REMEMBERED: Final = 256


class KeyRecord(Struct, frozen=True, kw_only=True):
    """One operator key, without its secret."""

    id: str
    name: str
    salt: str
    digest: str
    created_at: float
    """Wall time."""
    expires_at: float | None = None
    """Wall time, or None when it does not expire."""

    def is_expired(self, now: float) -> bool:
        """Tell whether the key's time is over."""
        return self.expires_at is not None and now >= self.expires_at


class KeyRing(Struct, frozen=True):
    """The operator keys of an installation."""

    keys: tuple[KeyRecord, ...] = ()

    @classmethod
    def from_text(cls, text: str | bytes) -> KeyRing:
        """Return the ring that a key file's text holds; StartError when it is none."""
        try:
            return msgspec.json.decode(text, type=cls) if text.strip() else cls()
        except msgspec.MsgspecError as error:
            raise StartError(f"the operator keys cannot be read: {error}; restore the file or make new keys") from error

    def to_text(self) -> bytes:
        """Return the ring as the text of a key file."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"

    def create(self, name: str, now: float, expires_at: float | None = None) -> tuple[str, KeyRing]:
        """Make a key: return what its owner is shown once, and the ring that holds its record too."""
        if not name.strip() or not name.isprintable():
            raise BadRequestError(f"a key needs a name to be listed and revoked by, not {name!r}")
        if any(each.name == name for each in self.keys):
            raise BadRequestError(f"a key named {name!r} exists: revoke it first or choose another name")
        key_id, secret, salt = secrets.token_hex(4), secrets.token_urlsafe(24), secrets.token_hex(16)
        digest = _digest(secret, salt)
        record = KeyRecord(id=key_id, name=name, salt=salt, digest=digest, created_at=now, expires_at=expires_at)
        return f"{key_id}.{secret}", KeyRing((*self.keys, record))

    def list(self) -> tuple[KeyRecord, ...]:
        """Return the records, oldest first."""
        return tuple(sorted(self.keys, key=lambda each: each.created_at))

    def revoke(self, which: str) -> KeyRing:
        """Return the ring without the key of that name or id."""
        kept = tuple(each for each in self.keys if which not in (each.id, each.name))
        if len(kept) == len(self.keys):
            names = ", ".join(each.name for each in self.keys) or "none"
            raise BadRequestError(f"no key is named {which!r}; there is: {names}")
        return KeyRing(kept)

    def find(self, key_id: str) -> KeyRecord | None:
        """Return the record of a key, or None."""
        return next((each for each in self.keys if each.id == key_id), None)

    def ring(self) -> KeyRing:
        """Return itself: a ring that does not change is its own source."""
        return self


class KeySource(Protocol):
    """Whatever knows the operator keys of the moment."""

    def ring(self) -> KeyRing:
        """Return the keys as they are now."""
        ...


class KeyFile:
    """The operator keys in a file, read again whenever the file has changed."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._ring = KeyRing()
        self._stamp: tuple[int, ...] | None = None
        self._lock = threading.Lock()

    def ring(self) -> KeyRing:
        """Return the keys as the file has them now."""
        with self._lock:
            stamp = _stamp(self._path)
            if stamp != self._stamp:
                self._ring = KeyRing() if stamp is None else self._read()
                self._stamp = stamp
            return self._ring

    def save(self, ring: KeyRing) -> None:
        """Replace the file's keys, atomically, readable by the owner alone."""
        files.write_atomic(self._path, ring.to_text())

    def _read(self) -> KeyRing:
        try:
            return KeyRing.from_text(files.read_private(self._path))
        except OSError as error:
            raise StartError(f"the operator keys cannot be read: {error}") from error


class KeyVerifier:
    """Verify keys, remembering a bounded number of those that were right so that a request costs no scrypt."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, bytes], None] = OrderedDict()
        self._lock = threading.Lock()

    def is_known(self, record: KeyRecord, secret: str) -> bool:
        """Tell whether this secret was verified against this very record before."""
        token = _token(record, secret)
        with self._lock:
            known = token in self._known
            if known:
                self._known.move_to_end(token)
        return known

    def verify(self, record: KeyRecord, secret: str) -> bool:
        """Tell whether a secret is the one of a record, by scrypt, in constant time."""
        if not hmac.compare_digest(_digest(secret, record.salt), record.digest):
            return False
        with self._lock:
            self._known[_token(record, secret)] = None
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return True


def _digest(secret: str, salt: str) -> str:
    return hashlib.scrypt(secret.encode(), salt=bytes.fromhex(salt), n=_COST, r=8, p=1, dklen=32).hex()


def _token(record: KeyRecord, secret: str) -> tuple[str, bytes]:
    """Return what a verified key is remembered by: bound to the record's digest, so a new record is verified anew."""
    return record.digest, hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()


def _stamp(path: str) -> tuple[int, ...] | None:
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
