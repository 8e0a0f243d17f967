"""Who may call what (design.md "Trust"): the gate that every request passes before its body is read.

Daemons show the instance secret and operators a key, both as ``Authorization: Bearer <it>``; ``X-Api-Key: <key>`` is
taken for operators too. Over loopback an operator needs no key when ``loopback_operators`` is on. What a proxy says
about where a request came from is never believed.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct

from alignak.base.clock import Clock
from alignak.base.errors import AlignakError, ForbiddenError, StartError, UnauthorizedError
from alignak.base.secret import Secret
from alignak.net.deadlines import is_loopback, neighbourhood
from alignak.net.endpoint import Audience, Endpoint
from alignak.net.keys import KeyRecord, KeySource, KeyVerifier
from alignak.system import files

log = logging.getLogger(__name__)

TRIES_PER_SECOND: Final = 10
"""Wrong keys one address may try (reliability.md S13)."""

_SHORTEST_SECRET: Final = 32

_ADDRESSES: Final = 1_024
"""Addresses the gate remembers wrong tries of."""

_PROXIED: Final = frozenset(("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"))
"""Headers that show a proxy stands before us: who is behind it is not on this machine, whatever the socket says."""


class Caller(Enum):
    """What a caller has shown to be."""

    GUEST = "guest"
    LOCAL = "local"
    """An operator because the call comes from this machine."""
    OPERATOR = "operator"
    PEER = "peer"
    """A daemon of this installation."""

    @property
    def has_credentials(self) -> bool:
        """Tell whether the caller showed something nobody else has."""
        return self in (Caller.OPERATOR, Caller.PEER)


_ADMITTED: Final[Mapping[Audience, frozenset[Caller]]] = {
    Audience.PUBLIC: frozenset(Caller),
    Audience.OPERATOR: frozenset((Caller.LOCAL, Caller.OPERATOR, Caller.PEER)),
    Audience.DAEMON: frozenset((Caller.PEER,)),
}

_WHAT_TO_SHOW: Final[Mapping[Audience, str]] = {
    Audience.OPERATOR: "an operator key (Authorization: Bearer <key>; make one with: alignak key create)",
    Audience.DAEMON: "the instance secret of this installation (Authorization: Bearer <secret>)",
}


class Visitor(Struct, frozen=True):
    """A caller as the socket and the head of its request show it."""

    address: str
    headers: Mapping[str, str]
    """By lower-case name."""
    certificate: Mapping[str, Any] | None = None
    """The verified client certificate in the form of ``ssl.SSLSocket.getpeercert``: empty when none was shown, None
    when the server asks for none."""


class Gate:
    """Decide who a caller is and whether it may call an endpoint."""

    def __init__(
        self,
        secret: Secret | None,
        keys: KeySource,
        loopback_operators: bool,
        clock: Clock,
        *,
        peer_names: frozenset[str] = frozenset(),
        origins: frozenset[str] = frozenset(),
    ) -> None:
        """Make a gate.

        ``peer_names``, when any is given, are the names a daemon's client certificate may carry. ``origins`` are the
        web pages that operators may call from.
        """
        self._secret = secret
        self._keys = keys
        self._loopback_operators = loopback_operators
        self._clock = clock
        self._peer_names = peer_names
        self._verifier = KeyVerifier()
        self._tries = Tries()
        self._audit_lines = Tries()
        self.origins = origins

    def check(self, endpoint: Endpoint, visitor: Visitor) -> Caller:
        """Return who the caller is; UnauthorizedError or ForbiddenError when that may not call the endpoint."""
        try:
            caller = self._identify(visitor, is_public=endpoint.audience is Audience.PUBLIC)
            if caller in _ADMITTED[endpoint.audience]:
                return caller
            self._refuse(endpoint, caller)
        except (UnauthorizedError, ForbiddenError) as error:
            self._audit(endpoint, visitor, error)
            raise
        raise AssertionError("unreachable: a refusal raises")

    def _audit(self, endpoint: Endpoint, visitor: Visitor, error: AlignakError) -> None:
        """Log a refusal; of a flood from one address, some lines a second tell as much as all."""
        if self._audit_lines.take(neighbourhood(visitor.address), self._clock.now().mono):
            log.warning("audit: %s refused to %s: %s", endpoint.name, visitor.address, error)

    def _refuse(self, endpoint: Endpoint, caller: Caller) -> None:
        what = _WHAT_TO_SHOW[endpoint.audience]
        if caller.has_credentials:
            raise ForbiddenError(f"{endpoint.name} is not for operators: it asks for {what}")
        raise UnauthorizedError(f"{endpoint.name} asks for {what}")

    def _identify(self, visitor: Visitor, is_public: bool) -> Caller:
        """Return who the caller is; wrong credentials are an error except where none are needed."""
        shown = _shown(visitor.headers)
        if shown is not None and self._secret is not None and self._secret.is_same_as(shown):
            problem = self._certificate_problem(visitor)
            if problem is None:
                return Caller.PEER
            if not is_public:
                raise problem
        elif shown is not None and not is_public:
            self._check_key(shown, visitor.address)
            return Caller.OPERATOR
        if self._loopback_operators and self._is_local(visitor):
            return Caller.LOCAL
        return Caller.GUEST

    def _check_key(self, shown: str, address: str) -> None:
        """Refuse what is not a valid operator key; the slow verification is rationed for each address."""
        now = self._clock.now()
        record, secret = self._record(shown)
        if record is not None and not record.is_expired(now.wall) and self._verifier.is_known(record, secret):
            return
        if record is not None and not self._tries.take(neighbourhood(address), now.mono):
            raise UnauthorizedError(f"too many wrong keys from {address}: wait a second")
        if record is None or not self._verifier.verify(record, secret):
            raise UnauthorizedError("the key or secret shown is not known here: check it, or create another key")
        if record.is_expired(now.wall):
            raise UnauthorizedError(f"the key {record.name!r} has expired: create another one")

    def _record(self, shown: str) -> tuple[KeyRecord | None, str]:
        key_id, _, secret = shown.partition(".")
        return self._keys.ring().find(key_id), secret

    def _certificate_problem(self, visitor: Visitor) -> AlignakError | None:
        """Return what is wrong with the certificate of a caller that shows the secret, or None."""
        if visitor.certificate is None:
            return None
        if not visitor.certificate:
            return UnauthorizedError(
                "daemons show a client certificate here: set the caller's server_cert and server_key"
            )
        names = certificate_names(visitor.certificate)
        if self._peer_names and not names & self._peer_names:
            return ForbiddenError(f"the certificate is of {', '.join(sorted(names)) or 'nobody'}, not of a daemon here")
        return None

    def _is_local(self, visitor: Visitor) -> bool:
        """Tell whether a person or a program of this machine calls by itself.

        A page in a local browser also calls over loopback, for whoever wrote the page: its cross-site requests say so,
        and one that rebinds a name to 127.0.0.1 shows that name in Host.
        """
        headers = visitor.headers
        if not is_loopback(visitor.address) or _PROXIED & headers.keys():
            return False
        if headers.get("origin", "") not in ("", *self.origins):
            return False
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return False
        return is_loopback(_host_name(headers.get("host", "localhost")))


class Tries:
    """Count the verifications of each address: a bucket of ``TRIES_PER_SECOND`` that fills again in a second."""

    def __init__(self) -> None:
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, address: str, now: float) -> bool:
        """Tell whether one more try is allowed, and count it."""
        with self._lock:
            left, since = self._left.pop(address, (float(TRIES_PER_SECOND), now))
            left = min(float(TRIES_PER_SECOND), left + (now - since) * TRIES_PER_SECOND)
            allowed = left >= 1
            self._left[address] = (left - 1 if allowed else left, now)
            while len(self._left) > _ADDRESSES:
                self._left.popitem(last=False)
            return allowed


def certificate_names(certificate: Mapping[str, Any]) -> frozenset[str]:
    """Return the common name and the DNS names of a client certificate."""
    common = {value for group in certificate.get("subject", ()) for key, value in group if key == "commonName"}
    return frozenset(common | {value for kind, value in certificate.get("subjectAltName", ()) if kind == "DNS"})


def instance_secret(path: str) -> Secret:
    """Return the secret that the daemons of this installation share, making it at the first start.

    StartError when others than the owner can read it. Six daemons may start at once: the file appears complete, and
    only one of them can make it.
    """
    try:
        if not os.path.lexists(path):
            files.create_private(path, f"{secrets.token_urlsafe(48)}\n".encode("ascii"))
        text = files.read_private(path).decode("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"the instance secret cannot be read: {error}") from error
    if len(text) < _SHORTEST_SECRET:
        raise StartError(f"{path} holds no instance secret: remove it, one is made at the next start")
    return Secret(text)


def check_binding(address: str, tls: object | None, has_key: bool) -> None:
    """Refuse, with exit code 2, to listen beyond loopback without TLS and without a key that operators can show."""
    if is_loopback(address):
        return
    lacking = []
    if tls is None:
        lacking.append("use_ssl=1 with server_cert= and server_key= (and ca_cert=) in the daemon's section")
    if not has_key:
        lacking.append("an operator key (alignak key create NAME)")
    if lacking:
        raise StartError(
            f"host={address} would let other machines in. Write host=127.0.0.1, or give {' and '.join(lacking)}.",
            exit_code=2,
        )


def _shown(headers: Mapping[str, str]) -> str | None:
    """Return the credential a request shows, or None."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme:
        return value.strip() if scheme.lower() == "bearer" else ""
    return headers.get("x-api-key")


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
