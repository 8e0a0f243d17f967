"""What a simulation shows: ``engine.simulation`` makes it, ``alignak simulate`` prints it."""

from __future__ import annotations

from msgspec import Struct

from alignak.messages.explanations import Notification, ObjectExplanation


class Moment(Struct, frozen=True):
    """One moment at which a result came, or something happened by itself."""

    at: float
    result: str
    """The state the result said; empty when none came."""
    state: str
    state_type: str
    attempt: int
    max_attempts: int
    log: tuple[str, ...] = ()
    """The lines of the monitoring log, those of notifications left out."""
    notifications: tuple[Notification, ...] = ()
    """Who was told of what, and who was not and why."""
    commands: tuple[str, ...] = ()
    """What else was run: event handlers, snapshots, obsessive commands."""


class Simulation(Struct, frozen=True):
    """What would follow from a row of results."""

    name: str
    moments: tuple[Moment, ...]
    at_the_end: ObjectExplanation
    is_cut: bool = False
    """Whether too much happened, and the rest was left out."""
