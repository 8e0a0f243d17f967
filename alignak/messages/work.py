"""Orders to run something, and what came of them: the hot path, array-like on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from msgspec import Struct, field

from alignak.base.ids import Cause, ObjectKey, OrderId
from alignak.model.objects import UNTAGGED

WIRE_VERSION: Final = 2
"""Raised when a record changes in a way an older daemon cannot read."""


class Work(Enum):
    """What an order is for."""

    __hash__ = object.__hash__  # members are single objects: tables and sets are asked for them with each order

    CHECK = "check"
    NOTIFICATION = "notification"
    EVENT_HANDLER = "eventhandler"
    PERFDATA = "perfdata"
    SNAPSHOT = "snapshot"
    OBSESSION = "obsession"
    TRIAL = "trial"
    """A check that somebody wants to see the result of; the engine does not wait for it."""


CHECKS: Final = frozenset((Work.CHECK, Work.TRIAL))
"""The work of a poller."""

ACTIONS: Final = frozenset(Work) - CHECKS
"""The work of a reactionner."""


class Order(Struct, frozen=True, array_like=True):
    """Something to run once, now.

    ``argv`` are the words of the command, ready to execute; with ``shell`` it is one word, a script for ``/bin/sh -c``.
    Run-time text that a script needs comes in ``environment``, so that no value can become a word, an option or a
    command (design.md "Trust"). With another ``module_type`` than ``fork``, ``argv[0]`` names the in-process check.
    """

    id: OrderId
    work: Work
    key: ObjectKey
    """The host or service it is about."""
    argv: tuple[str, ...]
    shell: bool
    environment: Mapping[str, str]
    timeout: float
    """Seconds it may run."""
    due_at: float
    """Wall time it should start at."""
    module_type: str = "fork"
    tag: str = UNTAGGED
    """The poller tag of a check, the reactionner tag of anything else."""
    cause: Cause = Cause("")
    contact: str = ""
    """Who is told, for a notification."""
    command_name: str = ""
    is_accelerated: bool = True
    """Whether a plugin that something stands in for may be answered in process."""


class Ending(Enum):
    """How the run of an order ended."""

    __hash__ = object.__hash__

    DONE = "done"
    """It ran to its end; ``exit_code`` says with which result."""
    TIMEOUT = "timeout"
    """It was killed at its timeout."""
    NOT_STARTED = "not_started"
    """It could not be started; ``output`` says why, ``exit_code`` is 127, 126 or 3."""
    FLOODED = "flooded"
    """It was killed because it wrote more than the byte limit."""


class Outcome(Struct, frozen=True, array_like=True):
    """What came of one order."""

    id: OrderId
    work: Work
    key: ObjectKey
    ending: Ending
    exit_code: int
    """As the process left it, 0 to 255; 128 + n when signal n killed it."""
    output: str
    """What it wrote, decoded; stderr when stdout stayed empty. Not parsed yet."""
    started_at: float
    """Wall time."""
    execution_time: float
    """Seconds."""
    user_time: float = 0.0
    system_time: float = 0.0
    cause: Cause = Cause("")
    worker: str = ""
    """The daemon that ran it."""
    is_in_process: bool = False
    """Whether no process was needed."""
    way: str = ""
    """For a trial: why it was run in process, or why a process was needed."""


class PutResults(Struct, frozen=True, rename={"sender": "from"}):
    """The body of ``put_results``."""

    results: tuple[Outcome, ...]
    sender: str
    """Name of the poller or reactionner."""


class PushActions(Struct, frozen=True):
    """The body of ``push_actions``: orders for a passive poller or reactionner."""

    actions: tuple[Order, ...]
    scheduler_instance_id: str


class CommandBatch(Struct, frozen=True, array_like=True):
    """External commands that were accepted together: applied whole or not at all, and once."""

    id: str
    lines: tuple[str, ...]


class RunCommands(Struct, frozen=True):
    """The body of ``run_external_commands``."""

    cmds: tuple[str, ...] = ()
    ids: tuple[str, ...] = field(default_factory=tuple)
    """An id for each command, by which its fate can be asked and a repeat is recognised; may be left out."""
    batches: tuple[CommandBatch, ...] = ()
    """Commands that a daemon collected; answered with the fates of those lines that are not simply accepted."""
