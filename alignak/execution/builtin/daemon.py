"""A check that one of our daemons answers: asks its HTTP interface who it is, and how long that takes."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import SplitResult, urlsplit

from alignak.base.codec import loads
from alignak.base.errors import BadRequestError
from alignak.execution.builtin.results import CRITICAL, Parser, Result, UsageError, add_limits, limits_of, perf, result

_PORTS: Final = {"http": 80, "https": 443}
_LONGEST_ANSWER: Final = 65_536


def http_daemon(argv: Sequence[str], _environment: Mapping[str, str], deadline: float) -> Result:
    """Ask a daemon for its identity: ``http_daemon --uri http://HOST:PORT [--ca-cert FILE] [-w 1] [-c 3]``, seconds.

    Without a path in the address it asks ``/get_id``; any answer other than 200 is CRITICAL.
    """
    parser = Parser("http_daemon")
    parser.add_argument("--uri", required=True)
    parser.add_argument("--ca-cert", default=None)
    add_limits(parser, "1", "3")
    options = parser.parse_args(argv[1:])
    limits = limits_of(options)
    parts = urlsplit(options.uri)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise UsageError(f"{options.uri} is no address such as http://127.0.0.1:7770")
    begun = time.monotonic()
    try:
        status, body = _ask(parts, options.ca_cert, max(0.1, deadline - begun - 0.1))
    except (OSError, http.client.HTTPException) as error:
        return result("DAEMON", CRITICAL, f"{options.uri}: {type(error).__name__}: {error}")
    taken = time.monotonic() - begun
    items = [perf("time", taken, "s", limits)]
    if status != 200:
        return result("DAEMON", CRITICAL, f"{options.uri} answered {status}", items)
    return result("DAEMON", limits.judge(taken), f"{_who(body)} answers in {taken:.3f} s", items)


def _ask(parts: SplitResult, ca_cert: str | None, timeout: float) -> tuple[int, bytes]:
    """Return status and body of one GET."""
    host, port = str(parts.hostname), parts.port or _PORTS[parts.scheme]
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=ca_cert)
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, port, timeout=timeout, context=context
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.request("GET", parts.path.rstrip("/") or "/get_id", headers={"Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read(_LONGEST_ANSWER)
    finally:
        connection.close()


def _who(body: bytes) -> str:
    """Return the daemon an answer is from, as far as it says so."""
    try:
        document = loads(body)
    except BadRequestError:
        return "it"
    if isinstance(document, dict) and "type" in document and "name" in document:
        return f"{document['type']} {document['name']}"
    return "it"
