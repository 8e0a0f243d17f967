"""What a scheduler answers besides the common endpoints (http-api.md 2.5)."""

from __future__ import annotations

from typing import Any, Final

from alignak.api.arbiter import CHECK_RUN, EXPLAIN, LIVE_STATES, RUN_CHECK, CommandFate, Dump, FateRequest
from alignak.api.common import DAEMON, OPERATOR, Document, Strict
from alignak.messages.work import Order, PutResults, RunCommands
from alignak.model.objects import UNTAGGED
from alignak.net.endpoint import MAX_PUSH, Effect, Endpoint


class FillInitialBroks(Strict, frozen=True):
    """The parameters of ``fill_initial_broks``."""

    broker_name: str


class GetChecks(Strict, frozen=True):
    """The parameters of ``get_checks``."""

    do_checks: bool = False
    do_actions: bool = False
    poller_tags: tuple[str, ...] | None = None
    """None stands for the untagged."""
    reactionner_tags: tuple[str, ...] | None = None
    worker_name: str = "none"
    module_types: tuple[str, ...] | None = None
    """None stands for all."""
    running_id: str = ""
    """Which life of the worker asks: what another life of it held is given out again."""
    most: int = 1000
    """How many it can take."""
    wait: float = 0.0
    """Seconds the answer may be put off while nothing is due."""

    @property
    def of_pollers(self) -> tuple[str, ...]:
        """Return the poller tags asked for."""
        return (UNTAGGED,) if self.poller_tags is None else self.poller_tags

    @property
    def of_reactionners(self) -> tuple[str, ...]:
        """Return the reactionner tags asked for."""
        return (UNTAGGED,) if self.reactionner_tags is None else self.reactionner_tags


class GetHost(Strict, frozen=True):
    """The parameters of ``get_host``."""

    host_name: str = "None"


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    EXPLAIN,
    RUN_CHECK,
    CHECK_RUN,
    LIVE_STATES,
    Endpoint(
        name="fill_initial_broks",
        aliases=("_initial_broks",),
        request=FillInitialBroks,
        answer=int,
        audience=DAEMON,
        effect=Effect.IDEMPOTENT,
        is_slow=True,
        doc="Prepare the broks that describe every object and its state for a broker, and tell how many; get_broks "
        "hands them out.",
    ),
    Endpoint(
        name="get_checks",
        aliases=("_checks",),
        request=GetChecks,
        answer=list[Order],
        audience=DAEMON,
        effect=Effect.ONCE,
        is_slow=True,
        doc="Lease what is due: to a poller with do_checks, to a reactionner with do_actions; of its tags and types.",
    ),
    Endpoint(
        name="put_results",
        aliases=("_results",),
        request=PutResults,
        answer=bool,
        methods=("POST",),
        audience=DAEMON,
        effect=Effect.IDEMPOTENT,
        max_body=MAX_PUSH,
        is_slow=True,
        doc="Take what came of orders; answered once it is applied and stored.",
    ),
    Endpoint(
        name="run_external_commands",
        max_body=MAX_PUSH,
        aliases=("_run_external_commands",),
        request=RunCommands,
        answer=list[CommandFate] | None,
        methods=("POST",),
        audience=DAEMON,
        effect=Effect.IDEMPOTENT,
        is_slow=True,
        doc="Run external commands; those that come with ids are answered with their fates.",
    ),
    Endpoint(
        name="command_fate",
        request=FateRequest,
        answer=CommandFate,
        audience=OPERATOR,
        doc="Tell what became of a command, by the id it came with.",
    ),
    Endpoint(
        name="get_host",
        request=GetHost,
        answer=Document | None,
        audience=OPERATOR,
        can_refuse=False,
        doc="Give a host with its configuration and state; null without a name or for one that is not here.",
    ),
    Endpoint(
        name="monitoring_problems",
        aliases=("problems",),
        answer=Document,
        audience=OPERATOR,
        doc="Give the hard problems of this scheduler.",
    ),
    Endpoint(
        name="dump",
        request=Dump,
        answer=list[Any],
        audience=OPERATOR,
        doc="Give the state of all hosts and services of this scheduler, or of one.",
    ),
)
