"""How commands speak to a running installation: through its arbiter, or to the daemon named."""

from __future__ import annotations

import argparse
import os
from typing import Any, Final

from msgspec import Struct

from alignak.api.roles import endpoint
from alignak.base.errors import LinkError
from alignak.base.secret import Secret
from alignak.model.topology import DEFAULT_PORTS, Role
from alignak.net.client import Client

URL: Final = f"http://127.0.0.1:{DEFAULT_PORTS[Role.ARBITER]}/"

REFUSED: Final = " refused: "
"""What stands between the address and a daemon's own words in the message of a link error."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what every asking command takes."""
    parser.add_argument("--url", default=os.environ.get("ALIGNAK_URL", URL), help=f"address of the arbiter, {URL}")
    parser.add_argument("--key", default=os.environ.get("ALIGNAK_KEY", ""), help="operator key; not needed on loopback")
    parser.add_argument("--ca", default=os.environ.get("ALIGNAK_CA", ""), help="certificate authority of the daemons")


class Asker:
    """Ask one daemon."""

    def __init__(self, url: str, key: str = "", ca: str = "", role: Role = Role.ARBITER) -> None:
        self.url = url if url.endswith("/") else url + "/"
        self.role = role
        self._key = key
        self._ca = ca
        self._client = Client(self.url, Secret(key) if key else None, ca_cert=ca)

    @classmethod
    def from_arguments(cls, given: argparse.Namespace) -> Asker:
        """Return an asker for the daemon the command line names."""
        return cls(given.url, given.key, given.ca)

    def other(self, url: str, role: Role) -> Asker:
        """Return an asker of another daemon of the same installation."""
        return Asker(url, self._key, self._ca, role)

    def ask(self, name: str, request: Struct | None = None) -> Any:
        """Call an endpoint. Raises PeerUnreachableError, PeerTimeoutError, PeerAnswerError with the daemon's words."""
        return self._client.call(endpoint(self.role, name), request)


def reason(error: LinkError) -> str:
    """Return a daemon's own words for refusing, without its address; the whole message when it said nothing."""
    return error.message.partition(REFUSED)[2] or error.message
