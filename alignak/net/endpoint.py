"""An endpoint is a value; the server, ``/api``, the OpenAPI document, authorization and the tests all read it.

A role's interface is a tuple of endpoints (``alignak/api``); ``Binding`` joins them with the functions that answer.
Dispatch is by table, never by attribute lookup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, Final

from msgspec import Struct

MAX_BODY: Final = 1 << 20
"""Bytes of body an endpoint takes unless it says otherwise (reliability.md 5.2 number 11)."""

MAX_PUSH: Final = 64 << 20
"""Bytes of body ``push_configuration`` takes, once the caller has shown who it is."""


WHOLE: Final = {"whole": True}
"""The ``extra`` of a list parameter whose texts may hold commas: in a query string each is given by itself."""


class Audience(Enum):
    """Who may call (design.md "Trust")."""

    PUBLIC = "public"
    """Anybody the socket admits."""
    OPERATOR = "operator"
    """Who shows a key; over loopback anybody, when ``loopback_operators`` is on."""
    DAEMON = "daemon"
    """Who shows the instance secret, loopback or not."""


class Effect(Enum):
    """What a repeat of the call would do."""

    READ = "read"
    IDEMPOTENT = "idempotent"
    ONCE = "once"


class NoRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The request of an endpoint that takes no parameter."""


class Endpoint(Struct, frozen=True, kw_only=True):
    """One thing a daemon can be asked.

    ``request`` is a struct whose fields are the parameters: those of the query string on GET, those of the JSON body
    on POST. A field without default is required. ``answer`` is the type of the JSON answer; a refusal on business
    grounds is raised by the handler as RefusedError and becomes ``{"_status": "ERR", "_message": ...}``.
    """

    name: str
    doc: str
    request: type[Struct] = NoRequest
    answer: Any = None
    methods: tuple[str, ...] = ("GET",)
    audience: Audience = Audience.PUBLIC
    effect: Effect = Effect.READ
    aliases: tuple[str, ...] = ()
    """Other names of the same endpoint: those of Alignak 2.x, without the leading slash."""
    max_body: int = MAX_BODY
    text: str = ""
    """The content type of an answer that is not JSON: ``text/plain; version=0.0.4`` of ``/metrics``."""
    can_refuse: bool = True
    """Whether the answer may be the ``_status`` ERR document."""
    hidden: bool = False
    """Whether ``/api`` leaves it out."""
    segments: tuple[str, ...] = ()
    """Request fields that further path segments fill (``/object/host/srv-a``); the last one takes all that is left."""
    is_slow: bool = False
    """Whether callers give it their long time-out (daemons-and-protocol.md 1.3)."""


Handler = Callable[[Any], Any]
"""Takes the decoded request struct, returns a value of the endpoint's answer type."""


class Binding:
    """The endpoints of one daemon joined with the functions that answer them."""

    def __init__(self, endpoints: Iterable[Endpoint], handlers: Mapping[str, Handler]) -> None:
        self.endpoints: tuple[Endpoint, ...] = tuple(sorted(endpoints, key=lambda each: each.name))
        names = {each.name for each in self.endpoints}
        if missing := names ^ handlers.keys():
            raise ValueError(f"endpoints and handlers do not match: {sorted(missing)}")
        self._by_path: dict[str, tuple[Endpoint, Handler]] = {}
        for endpoint in self.endpoints:
            for path in (endpoint.name, *endpoint.aliases):
                if path in self._by_path:
                    raise ValueError(f"two endpoints answer /{path}")
                self._by_path[path] = (endpoint, handlers[endpoint.name])

    def find(self, path: str) -> tuple[Endpoint, Handler] | None:
        """Return what answers a path (without its leading slash), or None."""
        return self._by_path.get(path)

    def locate(self, path: Sequence[str]) -> tuple[Endpoint, Handler, tuple[str, ...]] | None:
        """Return what answers the decoded segments of a path, with those that are parameters, or None."""
        found = self._by_path.get(path[0] if path else "")
        if found is None:
            return None
        endpoint, handler = found
        extra = tuple(path[1:])
        if extra and not endpoint.segments:
            return None
        if len(extra) > len(endpoint.segments):
            kept = len(endpoint.segments) - 1
            extra = (*extra[:kept], "/".join(extra[kept:]))
        return endpoint, handler, extra

    def paths(self) -> tuple[str, ...]:
        """Return every path that is answered, sorted."""
        return tuple(sorted(self._by_path))
