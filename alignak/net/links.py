"""A way to one other daemon, and how it is: every call is a contact that tells.

A peer that does not answer is asked again after a pause that grows; until then calls fail at once, so that nobody waits
for a time-out that was just seen (reliability.md 5.2 number 7).
"""

from __future__ import annotations

import threading
from typing import Any, Final

from msgspec import Struct

from alignak.base.clock import Clock
from alignak.base.errors import LinkError, PeerAnswerError, PeerUnreachableError
from alignak.base.secret import Secret
from alignak.dispatch.health import Contact, after, new_health
from alignak.model.topology import DaemonLink
from alignak.net.client import Client
from alignak.net.endpoint import Endpoint
from alignak.net.tls import TlsFiles

FIRST_PAUSE: Final = 0.25
LONGEST_PAUSE: Final = 5.0


class Link:
    """Ask one daemon, and remember how it answered. Thread safe."""

    def __init__(self, conf: DaemonLink, secret: Secret, clock: Clock, tls: TlsFiles | None = None) -> None:
        self.conf = conf
        self.name = conf.name
        self.health = new_health(conf)
        self._clock = clock
        self._lock = threading.Lock()
        self._pause = 0.0
        self._not_before = 0.0
        self._client = Client(
            conf.uri,
            secret,
            short_timeout=conf.short_timeout,
            long_timeout=conf.long_timeout,
            tls=tls,
            ca_cert=conf.ca_cert or (tls.ca_cert if tls else ""),
            check_hostname=conf.hard_ssl_name_check,
        )

    def call(self, endpoint: Endpoint, request: Struct | None = None) -> Any:
        """Return the daemon's answer; LinkError when there is none, at once while the daemon is given a pause."""
        if self._clock.now().mono < self._not_before:
            raise PeerUnreachableError(f"{self.conf.uri} did not answer a moment ago; it is asked again soon")
        try:
            answer = self._client.call(endpoint, request)
        except PeerAnswerError:
            self._note(Contact.ANSWERED)
            raise
        except PeerUnreachableError:
            self._note(Contact.REFUSED)
            raise
        except LinkError:
            self._note(Contact.TIMED_OUT)
            raise
        self._note(Contact.ANSWERED)
        return answer

    def _note(self, contact: Contact) -> None:
        now = self._clock.now()
        with self._lock:
            self.health = after(self.health, contact, now.wall).health
            if contact is Contact.ANSWERED:
                self._pause = self._not_before = 0.0
            else:
                self._pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, 2 * self._pause))
                self._not_before = now.mono + self._pause

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()
