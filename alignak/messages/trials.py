"""A check that somebody wants to see the result of: what it is, and what came of it.

The scheduler makes them, the arbiter passes them on, ``alignak check run`` shows them.
"""

from __future__ import annotations

from msgspec import Struct

WAITING = "waiting"
"""No poller has it yet."""
RUNNING = "running"
DONE = "done"
FAILED = "failed"
"""Nothing will come of it any more; ``reason`` says why."""


class Measured(Struct, frozen=True):
    """One value of performance data; a threshold is a number, or a range as it is written."""

    name: str
    value: float
    uom: str = ""
    warning: float | str | None = None
    critical: float | str | None = None
    min: float | None = None
    max: float | None = None


class StateBrief(Struct, frozen=True):
    """A state in short."""

    state: str
    state_type: str
    attempt: int
    max_attempts: int


class CheckRun(Struct, frozen=True, kw_only=True):
    """One run of the check of a host or service, asked for by somebody."""

    id: str
    name: str
    scheduler: str = ""
    progress: str = WAITING
    """``waiting``, ``running``, ``done`` or ``failed``."""
    reason: str = ""
    """Why it failed."""
    call: str = ""
    """As it is written: ``check_ping!100!20``."""
    command: str = ""
    """The command as it is run now, the secret values in it replaced by marks."""
    unknown_macros: tuple[str, ...] = ()
    """Macros in it that nothing provides."""
    poller_tag: str = ""
    timeout: float = 0.0
    poller: str = ""
    """Who ran it; empty for what the scheduler answers itself."""
    started_at: float = 0.0
    duration: float = 0.0
    cpu: float = 0.0
    """Processor seconds."""
    ending: str = ""
    """``done``, ``timeout``, ``not_started`` or ``flooded``."""
    exit_code: int = 0
    """As the plugin left it."""
    way: str = ""
    """Whether it was answered in process, or why a process was needed."""
    state: str = ""
    """What the result means for the object, before attempts and dependencies."""
    output: str = ""
    long_output: str = ""
    perf_data: str = ""
    metrics: tuple[Measured, ...] = ()
    is_applied: bool = False
    """Whether the result counts."""
    before: StateBrief
    after: StateBrief
    """The state of the object when this was answered."""
