"""What the arbiter answers besides the common endpoints (http-api.md 2.4)."""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import Meta, Struct, field

from alignak.api.common import ACT, OPERATOR, Details, Document, Strict
from alignak.dispatch.planner import Placement
from alignak.engine.state import EngineState, ItemState
from alignak.messages.explanations import Explanation
from alignak.messages.trials import CheckRun
from alignak.model.snapshot import CompiledConfig
from alignak.net.endpoint import WHOLE, Effect, Endpoint

MOST_EVENTS: Final = 100_000
"""Events one answer of ``events_log`` may hold."""

MOST_STATES: Final = 10_000
"""States one call of ``live_states`` may ask for."""


class CommandRequest(Strict, frozen=True):
    """The parameters of ``command``: a whole line, or its pieces; or several lines at once."""

    command: str | None = None
    timestamp: str | int | None = None
    element: str = ""
    """``host`` or ``host/service``."""
    host: str = ""
    service: str = ""
    user: str = ""
    parameters: str = ""
    commands: Annotated[tuple[str, ...], Meta(extra=WHOLE)] | None = None


class CommandFate(Struct, frozen=True):
    """What became of one command."""

    id: str
    state: str
    """``waiting``, ``accepted`` or ``refused``."""
    reason: str = ""


class CommandAnswer(Struct, frozen=True, omit_defaults=True, rename={"status": "_status", "message": "_message"}):
    """The answer of ``command``."""

    status: str
    message: str
    command: str = ""
    id: str = ""
    fates: tuple[CommandFate, ...] = field(default_factory=tuple)
    """One for each line, when several were given."""


class FateRequest(Strict, frozen=True):
    """The parameters of ``command_fate``."""

    id: str


class RecurringRequest(Strict, frozen=True):
    """The parameters of ``recurring_downtime``; ``element``, ``hostgroup`` or ``servicegroup`` says what for."""

    rule: str
    """``saturday,sunday``, ``daily``, or the parts of an RFC 5545 rule."""
    start: str
    """``22:30``."""
    duration: Annotated[float, Meta(ge=1, le=316_224_000)]
    """Whole seconds, ten years at most."""
    element: str = ""
    """``host`` or ``host/service``."""
    hostgroup: str = ""
    servicegroup: str = ""
    services: bool = False
    """Whether it is for the services of the host or the host group, and not for the hosts."""
    zone: str = ""
    """A time zone; that of the configuration when left out."""
    author: str = ""
    comment: str = ""


class EndRecurring(Strict, frozen=True):
    """The parameters of ``end_recurring_downtime``."""

    id: str
    """As ``explain`` shows it."""


class Table(Strict, frozen=True):
    """The parameters of ``get_objects_properties``."""

    table: str


class DaemonType(Strict, frozen=True):
    """The parameters of ``get_satellites_list``."""

    daemon_type: str = ""


class BackendNotification(Strict, frozen=True):
    """The parameters of ``backend_notification``."""

    event: str
    parameters: Any = None


class EventsLog(Strict, frozen=True):
    """The parameters of ``events_log``."""

    details: str = ""
    count: Annotated[int, Meta(ge=0, le=MOST_EVENTS)] | None = None
    """How many events, newest first; ``events_log_count`` when left out."""
    timestamp: float | None = None
    """Only events of this wall time or later."""


class Explain(Strict, frozen=True):
    """The parameters of ``explain``."""

    name: str
    """``host/web-1`` or ``web-1``, ``web-1/http``, ``contact/bob``."""


class RunCheck(Strict, frozen=True):
    """The parameters of ``run_check``."""

    name: str
    """A host, or ``host/service``."""
    apply: bool = False
    """Whether the result counts."""


class LookAtCheck(Strict, frozen=True):
    """The parameters of ``check_run``."""

    name: str
    """The object, as it was named in ``run_check``."""
    id: str


class LiveStates(Strict, frozen=True):
    """The parameters of ``live_states``."""

    name: str
    """The host or ``host/service`` in question: its scheduler is asked."""
    names: Annotated[tuple[str, ...], Meta(extra=WHOLE, max_length=MOST_STATES)] = ()
    """Further ones on the same scheduler, as object keys."""


class KeptStates(Struct, frozen=True):
    """The answer of ``live_states``: what the scheduler keeps of objects, and of itself."""

    at: float
    states: dict[str, ItemState]
    """By object key."""
    own: EngineState


class Dump(Strict, frozen=True):
    """The parameters of ``dump``."""

    o_name: str = ""
    """A host, or ``host/service``."""
    details: str = ""
    raw: str = ""


class RunningConfiguration(Struct, frozen=True):
    """The answer of ``running_configuration``."""

    config: CompiledConfig
    """What its names say is secret (macros, custom variables, module options) is replaced by marks."""
    salt: str
    """What the marks were made with: another configuration made unreadable with it can be compared."""
    placement: Placement
    """Where the hosts are."""
    environment: str = ""
    """The environment file it was read from."""
    absent: tuple[str, ...] = ()
    """Daemons whose place a spare has."""


EXPLAIN: Final = Endpoint(
    name="explain",
    request=Explain,
    answer=Explanation,
    audience=OPERATOR,
    segments=("name",),
    doc="Say of a host, service or contact how it is and why: attempts, what it depends on, who was told when, who was "
    "not and why not, who would be told now, and what comes next. Names: host/web-1, web-1/http, contact/bob.",
)

RUN_CHECK: Final = Endpoint(
    name="run_check",
    request=RunCheck,
    answer=CheckRun,
    methods=("POST",),
    audience=OPERATOR,
    effect=Effect.ONCE,
    doc="Have the check of a host or service run now by a poller, as it would run by itself. Its result changes "
    "nothing, unless apply is true. Answers at once; check_run tells what came of it.",
)

CHECK_RUN: Final = Endpoint(
    name="check_run",
    request=LookAtCheck,
    answer=CheckRun,
    audience=OPERATOR,
    doc="Tell what came of a check that run_check began, by its id: command, poller, exit code, output, duration.",
)

LIVE_STATES: Final = Endpoint(
    name="live_states",
    request=LiveStates,
    answer=KeptStates,
    methods=("POST",),
    audience=OPERATOR,
    doc="Give what a scheduler keeps of objects and of itself, for simulations that begin with the present states. "
    "Secret values are replaced by marks.",
)

COMMAND: Final = Endpoint(
    name="command",
    request=CommandRequest,
    answer=CommandAnswer,
    methods=ACT,
    audience=OPERATOR,
    effect=Effect.ONCE,
    doc="Give an external command: a whole line in command, or its name there and timestamp, element, host, service, "
    "user and parameters beside it; or a list of lines in commands. Answers once the command is safe on disk; "
    "a command that cannot work is refused with the reason.",
)

RECURRING_DOWNTIME: Final = Endpoint(
    name="recurring_downtime",
    request=RecurringRequest,
    answer=CommandAnswer,
    methods=("POST",),
    audience=OPERATOR,
    effect=Effect.ONCE,
    doc="Make a downtime that comes again and again, for a host, a service or the members of a group: rule and time of "
    "day, seconds, time zone. Answers like command; explain shows the next ones and the id.",
)

END_RECURRING_DOWNTIME: Final = Endpoint(
    name="end_recurring_downtime",
    request=EndRecurring,
    answer=CommandAnswer,
    methods=("POST",),
    audience=OPERATOR,
    effect=Effect.ONCE,
    doc="Take away a recurring downtime that was made by a command or by recurring_downtime, by its id.",
)

COMMAND_FATE: Final = Endpoint(
    name="command_fate",
    request=FateRequest,
    answer=CommandFate,
    audience=OPERATOR,
    doc="Tell what became of a command, by the id it was accepted with.",
)

PUSH_EXTERNAL_COMMAND: Final = Endpoint(
    name="push_external_command",
    aliases=("_push_external_command",),
    request=CommandRequest,
    answer=CommandAnswer,
    methods=ACT,
    audience=OPERATOR,
    effect=Effect.ONCE,
    doc="The former name of command.",
)

EVENTS_LOG: Final = Endpoint(
    name="events_log",
    request=EventsLog,
    answer=list[Any],
    audience=OPERATOR,
    doc="Give the latest lines of the monitoring log, newest first; details=1 gives them as objects.",
)

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    COMMAND,
    COMMAND_FATE,
    RECURRING_DOWNTIME,
    END_RECURRING_DOWNTIME,
    PUSH_EXTERNAL_COMMAND,
    EVENTS_LOG,
    EXPLAIN,
    RUN_CHECK,
    CHECK_RUN,
    LIVE_STATES,
    Endpoint(
        name="reload_configuration",
        answer=bool,
        methods=ACT,
        audience=OPERATOR,
        effect=Effect.IDEMPOTENT,
        doc="Read the configuration files again and roll the result out. A configuration with errors is refused with "
        "its diagnostics, and the present one goes on.",
    ),
    Endpoint(
        name="backend_notification",
        request=BackendNotification,
        answer=Document,
        methods=ACT,
        audience=OPERATOR,
        effect=Effect.IDEMPOTENT,
        doc="Take note of a change in a backend: creation and deletion reload the configuration.",
    ),
    Endpoint(
        name="do_not_run",
        aliases=("_do_not_run",),
        answer=bool,
        methods=ACT,
        audience=OPERATOR,
        effect=Effect.IDEMPOTENT,
        doc="How a master arbiter tells its spares that it runs; a master answers false and goes on.",
    ),
    Endpoint(
        name="get_alignak_status",
        aliases=("status",),
        request=Details,
        answer=Document,
        audience=OPERATOR,
        doc="Tell how the whole installation is: daemons by type, overall state, one entry for each daemon; details=1 "
        "adds the figures of the links.",
    ),
    Endpoint(
        name="get_objects_properties",
        request=Table,
        answer=list[Document],
        audience=OPERATOR,
        doc="List all properties of all objects of a table: hosts, services, contacts, commands, timeperiods ...",
    ),
    Endpoint(
        name="get_satellites_configuration",
        aliases=("satellites_configuration",),
        answer=dict[str, list[Document]],
        audience=OPERATOR,
        doc="Give every property of every daemon link, by daemon type.",
    ),
    Endpoint(
        name="get_satellites_list",
        aliases=("satellites_list",),
        request=DaemonType,
        answer=dict[str, list[str]],
        audience=OPERATOR,
        doc="List the names of the daemons, by type; of one type with daemon_type.",
    ),
    Endpoint(
        name="monitoring_problems",
        aliases=("problems",),
        answer=Document,
        audience=OPERATOR,
        doc="Give the hard problems of all schedulers.",
    ),
    Endpoint(
        name="livesynthesis",
        answer=Document,
        audience=OPERATOR,
        doc="Count hosts and services by state, for each scheduler and over all.",
    ),
    Endpoint(
        name="running_configuration",
        answer=RunningConfiguration,
        audience=OPERATOR,
        is_slow=True,
        doc="Give the compiled configuration that runs, and where its hosts are. Secret values are replaced by salted "
        "marks, which can be compared and not read.",
    ),
    Endpoint(
        name="dump",
        request=Dump,
        answer=Document,
        audience=OPERATOR,
        doc="Give the state of all hosts and services, or of one, for each scheduler.",
    ),
)
