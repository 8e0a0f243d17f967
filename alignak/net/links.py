"""A peer as its caller sees it: the way to it, how it is, and when not to ask it for a while.

The daemons hold one ``Link`` for each daemon they have to do with. ``dispatch.health`` says what a contact makes of the
link's state (daemons-and-protocol.md 1.3); the circuit breaker here keeps a dead peer from costing a time-out a call.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from alignak.base.clock import Clock
from alignak.base.errors import LinkError, PeerAnswerError, PeerUnreachableError
from alignak.base.secret import Secret
from alignak.dispatch.health import Change, Contact, LinkHealth, after, new_health
from alignak.messages.control import LiveIdentity
from alignak.model.topology import DaemonLink
from alignak.net.client import Client
from alignak.net.endpoint import Endpoint
from alignak.net.tls import TlsFiles

FIRST_REST: Final = 0.25
LONGEST_REST: Final = 3.0
"""Seconds a silent peer is left alone at most: it is found again soon after its restart."""

LONGEST_REST_OF_REFUSED: Final = 0.5
"""The same where the connection is refused: that costs next to nothing, and often the peer is just starting."""


class Breaker:
    """Say when a failing peer may be asked again: after rests that double.

    Each is cut short at random, so that the callers of one peer do not come back together.
    """

    __slots__ = ("_failures", "_patience", "_probe", "_random", "_retry_at")

    def __init__(self, patience: int, probe: float, chance: Callable[[], float]) -> None:
        """Make a breaker that opens after ``patience`` time-outs; a probe of it takes at most ``probe`` seconds."""
        self._patience = patience
        self._probe = probe
        self._random = chance
        self._failures = 0
        self._retry_at = 0.0

    def wait_left(self, now: float) -> float:
        """Return the seconds until the peer may be asked again; with 0 the caller may, as the only one for a while."""
        if not self._retry_at:
            return 0.0
        if now < self._retry_at:
            return self._retry_at - now
        self._retry_at = now + self._probe
        return 0.0

    def succeeded(self) -> None:
        """Take note that the peer answered."""
        self._failures = 0
        self._retry_at = 0.0

    def failed(self, contact: Contact, now: float) -> None:
        """Take note that it did not."""
        self._failures += 1
        over = self._failures - (1 if contact is Contact.REFUSED else self._patience)
        if over >= 0:
            longest = LONGEST_REST_OF_REFUSED if contact is Contact.REFUSED else LONGEST_REST
            rest = min(longest, FIRST_REST * 2.0 ** min(over, 10))
            self._retry_at = now + rest * (0.5 + 0.5 * self._random())


class Link:
    """One peer: ask it with ``call``, see how it is in ``health``. Threads may share it."""

    def __init__(
        self,
        conf: DaemonLink,
        secret: Secret | None,
        clock: Clock,
        tls: TlsFiles | None = None,
        *,
        on_change: Callable[[Change], None] | None = None,
        chance: Callable[[], float] | None = None,
    ) -> None:
        """Make a link; ``on_change`` hears when the peer dies, comes to life or turns out to be restarted."""
        self.conf = conf
        self.name = conf.name
        self.health: LinkHealth = new_health(conf)
        self._clock = clock
        self._on_change = on_change
        self._lock = threading.Lock()
        self._breaker = Breaker(
            max(1, conf.max_check_attempts), conf.short_timeout, chance or random.SystemRandom().random
        )
        self._last_error = ""
        self._client = Client(
            conf.uri,
            secret,
            short_timeout=conf.short_timeout,
            long_timeout=conf.long_timeout,
            tls=tls,
            ca_cert=conf.ca_cert or (tls.ca_cert if tls is not None else ""),
            check_hostname=conf.hard_ssl_name_check,
        )

    def call(self, endpoint: Endpoint, request: Struct | None = None) -> Any:
        """Return the peer's answer; LinkError when there is none, at once while the peer is left alone."""
        self._check_breaker()
        try:
            answer = self._client.call(endpoint, request)
        except LinkError as error:
            self._note(_contact_of(error), error=str(error))
            raise
        self._note(Contact.ANSWERED, answer.running_id if isinstance(answer, LiveIdentity) else "")
        return answer

    def close(self) -> None:
        """Close the connections to the peer."""
        self._client.close()

    def _check_breaker(self) -> None:
        with self._lock:
            wait = self._breaker.wait_left(self._clock.now().mono)
        if wait > 0:
            raise PeerUnreachableError(f"{self.name} is left alone for {wait:.1f} s after: {self._last_error}")

    def _note(self, contact: Contact, running_id: str = "", error: str = "") -> None:
        """Take over what a contact makes of the link."""
        now = self._clock.now()
        with self._lock:
            change = after(self.health, contact, now.wall, running_id)
            self.health = change.health
            if contact is Contact.ANSWERED:
                self._breaker.succeeded()
            else:
                self._breaker.failed(contact, now.mono)
                self._last_error = error
        if self._on_change is not None and (change.has_changed_life or change.is_new_life):
            self._on_change(change)


def _contact_of(error: LinkError) -> Contact:
    """Return how an attempt ended: a peer that refuses is there, one that answers nonsense may not be."""
    if isinstance(error, PeerAnswerError) and error.peer_status:
        return Contact.ANSWERED
    return Contact.REFUSED if isinstance(error, PeerUnreachableError) else Contact.TIMED_OUT
