"""What is under way and does not survive a restart: checks, results that wait, notifications that were not sent.

``state.Item`` and ``state.World`` hold these; ``checks``, ``dependencies``, ``macros`` and ``stages`` make them.
"""

from __future__ import annotations

from msgspec import Struct, field

from alignak.base.ids import ObjectKey, OrderId
from alignak.model.objects import Checkable, CommandCall, Policy


class InFlight(Struct):
    """A check of an object that was decided and has no outcome yet."""

    id: OrderId
    due_at: float
    timeout: float = 0.0
    """Seconds it may run."""
    is_forced: bool = False
    is_dependency: bool = False
    """Asked for by another object's result; does not count as an attempt (engine.md 4.3)."""


class Result(Struct):
    """What a check said, before it means anything: output is parsed, the exit code is within 0..4."""

    exit_code: int
    output: str
    at: float
    """Wall time the check ran at; for a passive result the time of the command."""
    long_output: str = ""
    perf_data: str = ""
    execution_time: float = 0.0
    latency: float = 0.0
    user_time: float = 0.0
    system_time: float = 0.0
    is_passive: bool = False
    is_dependency: bool = False
    """Asked for by another object's result; does not count as an attempt (engine.md 4.3)."""
    is_freshness: bool = False
    """Made here, because no result came in time."""


class Held(Struct):
    """Results of one object that wait until others were checked (engine.md 4.4)."""

    results: list[Result]
    on: dict[ObjectKey, None]
    """The objects whose check is awaited, in order."""


class Words(Struct, frozen=True):
    """A command ready to be ordered."""

    argv: tuple[str, ...]
    shell: bool
    """``argv`` is one word, a script for ``/bin/sh -c``."""
    environment: dict[str, str]


class Expanded(Struct, frozen=True):
    """The command of a check as it was expanded, and the records it came of: while they are the same, so is it."""

    words: Words
    call: CommandCall
    spec: Checkable
    policy: Policy
    host_spec: Checkable
    host_policy: Policy


class Doubt(Struct):
    """A problem that may be over: the check that will say so is waited for before it is told of."""

    since: float
    until: float
    """Wall time from which the problem is told of without an answer."""
    reason: str
    held_from: float = 0.0
    """The wall time of a notification that waits for the answer; 0: none does."""


class Window(Struct):
    """The messages for one contact by one notification way that are sent together."""

    contact: str
    way: str
    until: float
    """Wall time they are sent at."""
    keys: dict[ObjectKey, None] = field(default_factory=dict)
    """The objects that have such messages, in order."""


class Veto(Struct, frozen=True):
    """Why somebody was not told."""

    stage: str
    """Which stage of the pipeline said no."""
    reason: str
    until: float = 0.0
    """Wall time the reason is known to end at; 0: it is not known."""
    contact: str = ""
    """Whom it concerns; empty: everybody."""
