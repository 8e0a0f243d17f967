"""What every daemon answers: who it is, how it is, what it holds, when to stop (http-api.md 2.2)."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from alignak.messages.broks import Brok
from alignak.messages.control import Identity, LiveIdentity, ManagedPart, PushConfiguration
from alignak.messages.work import Outcome, PushActions
from alignak.net.endpoint import MAX_PUSH, Audience, Effect, Endpoint

ACT: Final = ("GET", "POST")
"""Methods of an act that historical clients call with GET."""


class Strict(Struct, frozen=True, forbid_unknown_fields=True):
    """The base of every request: a parameter nobody declared is refused."""


def is_wanted(switch: str) -> bool:
    """Tell whether a switch of a query string is on: anything but 0, false and an empty text."""
    return switch.lower() not in ("", "0", "false")


class Details(Strict, frozen=True):
    """Whether more is wanted than usual: anything but 0 and an empty text."""

    details: str = ""

    @property
    def wanted(self) -> bool:
        """Tell whether details were asked for."""
        return is_wanted(self.details)


class HaveConf(Strict, frozen=True):
    """The parameters of ``have_conf``."""

    magic_hash: str | None = None


class SetLogLevel(Strict, frozen=True):
    """The parameters of ``set_log_level``."""

    log_level: str | None = None
    duration: Annotated[float, Meta(ge=0)] = 0
    """Seconds after which the former level returns; 0 keeps the new one."""


class StopRequest(Strict, frozen=True):
    """The parameters of ``stop_request``."""

    stop_now: str | bool | int = "0"

    @property
    def is_now(self) -> bool:
        """Tell whether the daemon is to stop at once."""
        return str(self.stop_now).lower() in ("1", "true")


class GetBroks(Strict, frozen=True):
    """The parameters of ``get_broks``.

    Without ``after``, a call hands out what the broker has not got yet, and what the previous call handed out is
    taken as received. With it, the broker says itself how far it has read.
    """

    broker_name: str
    after: int | None = None
    epoch: str = ""
    """What the broks read so far were numbered under: the part of their ``uuid`` before the last ``-``."""


class GetResults(Strict, frozen=True):
    """The parameters of ``get_results``."""

    scheduler_instance_id: str
    got: tuple[str, ...] | None = None
    """Ids of the outcomes that are safe with the scheduler; left out, those the previous call handed out are."""


class LogLevel(Struct, frozen=True):
    """Who a daemon is and how much it logs."""

    alignak: str
    type: str
    name: str
    version: str
    log_level: int
    log_level_name: str


class RunningId(Struct, frozen=True):
    """Who a daemon is and which life of it this is."""

    alignak: str
    type: str
    name: str
    version: str
    running_id: str


class StartTime(Struct, frozen=True):
    """Who a daemon is and since when."""

    alignak: str
    type: str
    name: str
    version: str
    start_time: int


class Method(Struct, frozen=True):
    """One row of ``/api``."""

    name: str
    doc: str
    args: dict[str, Any]


class Api(Struct, frozen=True):
    """The answer of ``/api``."""

    doc: str
    api: list[Method]


class Health(Struct, frozen=True):
    """The answer of the probes."""

    status: Literal["ok", "starting", "stopping"]
    detail: str = ""


Document = dict[str, Any]

OPERATOR: Final = Audience.OPERATOR
DAEMON: Final = Audience.DAEMON

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        name="api",
        aliases=("", "index"),
        answer=Api,
        can_refuse=False,
        doc="List the methods this daemon answers, with their parameters and defaults.",
    ),
    Endpoint(
        name="openapi.json",
        answer=Document,
        can_refuse=False,
        hidden=True,
        doc="Describe every method of this daemon as an OpenAPI 3.1 document.",
    ),
    Endpoint(name="ping", answer=Literal["pong"], can_refuse=False, doc="Answer the text 'pong'."),
    Endpoint(
        name="healthz",
        answer=Health,
        can_refuse=False,
        hidden=True,
        doc="Tell whether the daemon's loop turns: 200 when it does, 503 when it has stalled or stops.",
    ),
    Endpoint(
        name="readyz",
        answer=Health,
        can_refuse=False,
        hidden=True,
        doc="Tell whether the daemon holds a configuration and works: 200 when it does, 503 before.",
    ),
    Endpoint(
        name="metrics",
        answer=str,
        text="text/plain; version=0.0.4; charset=utf-8",
        audience=OPERATOR,
        can_refuse=False,
        hidden=True,
        doc="Give the daemon's counters in the Prometheus text format.",
    ),
    Endpoint(
        name="get_id",
        answer=Identity,
        can_refuse=False,
        doc="Tell who the daemon is: Alignak instance, type, name and version.",
    ),
    Endpoint(
        name="identity",
        answer=LiveIdentity,
        can_refuse=False,
        doc="Tell who the daemon is, since when it runs, and the id of this run.",
    ),
    Endpoint(
        name="get_running_id",
        answer=RunningId,
        can_refuse=False,
        doc="Tell the id of this run of the daemon, start time and a random number: another one after a restart.",
    ),
    Endpoint(
        name="get_start_time",
        answer=StartTime,
        can_refuse=False,
        doc="Tell when the daemon started, as a timestamp in seconds.",
    ),
    Endpoint(
        name="get_stats",
        aliases=("stats",),
        request=Details,
        answer=Document,
        audience=OPERATOR,
        can_refuse=False,
        doc="Give the daemon's figures: start, load, modules, counters, and what its role adds. details=1 gives more.",
    ),
    Endpoint(
        name="get_log_level",
        answer=LogLevel,
        audience=OPERATOR,
        can_refuse=False,
        doc="Tell how much the daemon logs at present.",
    ),
    Endpoint(
        name="set_log_level",
        request=SetLogLevel,
        answer=LogLevel,
        methods=ACT,
        audience=OPERATOR,
        effect=Effect.IDEMPOTENT,
        doc="Change how much the daemon logs, at once: DEBUG, INFO, WARNING, ERROR or CRITICAL. "
        "With duration, the former level returns after so many seconds.",
    ),
    Endpoint(
        name="get_managed_configurations",
        aliases=("managed_configurations",),
        answer=dict[str, ManagedPart],
        audience=OPERATOR,
        can_refuse=False,
        doc="Tell which configuration parts the daemon works on, by scheduler instance; empty for an arbiter.",
    ),
    Endpoint(
        name="have_conf",
        aliases=("_have_conf",),
        request=HaveConf,
        answer=bool,
        audience=OPERATOR,
        can_refuse=False,
        doc="Tell whether the daemon holds a configuration; with magic_hash, whether it is the one with that hash.",
    ),
    Endpoint(
        name="wait_new_conf",
        aliases=("_wait_new_conf",),
        methods=ACT,
        audience=OPERATOR,
        effect=Effect.IDEMPOTENT,
        doc="Make the daemon drop its configuration and wait for a new one.",
    ),
    Endpoint(
        name="push_configuration",
        aliases=("_push_configuration",),
        request=PushConfiguration,
        answer=bool,
        methods=("POST",),
        audience=DAEMON,
        effect=Effect.IDEMPOTENT,
        max_body=MAX_PUSH,
        is_slow=True,
        doc="Give the daemon a new configuration; answered once it is on disk and taken over.",
    ),
    Endpoint(
        name="push_actions",
        max_body=MAX_PUSH,
        aliases=("_push_actions",),
        request=PushActions,
        methods=("POST",),
        audience=DAEMON,
        effect=Effect.IDEMPOTENT,
        is_slow=True,
        doc="Give orders to a passive poller or reactionner.",
    ),
    Endpoint(
        name="get_results",
        request=GetResults,
        answer=list[Outcome],
        methods=ACT,  # our own schedulers post: the ids they have got may be more than a request line holds
        audience=DAEMON,
        effect=Effect.ONCE,
        is_slow=True,
        doc="Fetch what came of the orders of one scheduler. What one call hands out is forgotten at the next.",
    ),
    Endpoint(
        name="get_broks",
        aliases=("_broks",),
        request=GetBroks,
        answer=list[Brok],
        audience=DAEMON,
        effect=Effect.ONCE,
        is_slow=True,
        doc="Fetch what happened since the last call of the same broker, in order.",
    ),
    Endpoint(
        name="get_external_commands",
        aliases=("_external_commands",),
        answer=list[str],
        audience=DAEMON,
        doc="List the external commands that wait on this daemon for their scheduler; it delivers them by itself.",
    ),
    Endpoint(
        name="stop_request",
        request=StopRequest,
        answer=bool,
        methods=ACT,
        audience=OPERATOR,
        effect=Effect.IDEMPOTENT,
        doc="Ask the daemon to stop: at once with stop_now=1; otherwise it rests and waits for that.",
    ),
)
