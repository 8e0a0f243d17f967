"""What the engine says when it is asked why: of a host or service, or of a contact.

``engine.explain`` makes them, the arbiter passes them on, ``alignak explain`` makes them text. Times are wall times in
seconds; 0 stands for never or not known.
"""

from __future__ import annotations

from msgspec import Struct


class Hindrance(Struct, frozen=True, omit_defaults=True):
    """Why somebody is not told."""

    stage: str
    """Which stage of the pipeline says no."""
    reason: str
    until: float = 0.0
    """When that is known to end."""
    contact: str = ""
    """Whom it concerns; empty: everybody."""


class Near(Struct, frozen=True, omit_defaults=True):
    """An object that has to do with the one asked about."""

    name: str
    how: str
    """``host``, ``parent``, ``master``, ``leaf``, ``child``, ``service``, ``dependent``, ``rule``."""
    state: str = ""
    state_type: str = ""
    since: float = 0.0
    remark: str = ""


class Silence(Struct, frozen=True, omit_defaults=True):
    """A downtime or an acknowledgement."""

    what: str
    """``acknowledgement``, ``downtime`` or ``downtime of the host``."""
    author: str
    comment: str
    start: float = 0.0
    end: float = 0.0
    """0: it has no end but that of the problem."""
    is_in_effect: bool = False
    id: str = ""
    remark: str = ""
    """``sticky``, ``flexible`` ..."""


class Reached(Struct, frozen=True):
    """Somebody who was told."""

    contact: str
    way: str


class Notification(Struct, frozen=True, omit_defaults=True):
    """A notification as it went."""

    at: float
    type: str
    number: int = 0
    state: str = ""
    object: str = ""
    """What it was about, where that is not the object asked about."""
    told: tuple[Reached, ...] = ()
    not_told: tuple[Hindrance, ...] = ()
    is_escalated: bool = False
    times: int = 1
    """How often it was tried in vain."""


class Candidate(Struct, frozen=True, omit_defaults=True):
    """Whether a contact would be told now."""

    contact: str
    would_be_told: bool
    ways: tuple[str, ...] = ()
    """The notification ways by which."""
    hindrances: tuple[Hindrance, ...] = ()


class Rehearsal(Struct, frozen=True):
    """Who would be told if a notification were due now."""

    type: str
    state: str
    number: int
    is_supposed: bool = False
    """Whether the problem is only supposed, since there is none."""
    is_escalated: bool = False
    hindrances: tuple[Hindrance, ...] = ()
    """Why nobody would be told at all."""
    contacts: tuple[Candidate, ...] = ()


class Coming(Struct, frozen=True):
    """Something that will happen."""

    at: float
    what: str
    """For programs: ``check``, ``notification``, ``downtime start`` ..."""
    text: str


class Flapping(Struct, frozen=True):
    """How much the state changes."""

    is_watched: bool
    is_flapping: bool
    percent: float
    low: float
    high: float


class LastResult(Struct, frozen=True):
    """What the present state comes from."""

    source: str
    """``active``, ``passive``, ``freshness``, ``none``."""
    at: float = 0.0
    command: str = ""
    exit_code: int = 0
    output: str = ""
    long_output: str = ""
    perf_data: str = ""
    execution_time: float = 0.0
    latency: float = 0.0


class ObjectExplanation(Struct, frozen=True, kw_only=True, tag_field="about", tag="object"):
    """All there is to say of a host or service."""

    type: str
    name: str
    at: float
    scheduler: str = ""
    state: str
    state_type: str
    attempt: int
    max_attempts: int
    since: float = 0.0
    hard_since: float = 0.0
    last_state: str = ""
    result: LastResult
    reasons: tuple[str, ...] = ()
    """Why it is in this state, in sentences."""
    above: tuple[Near, ...] = ()
    """What it depends on."""
    below: tuple[Near, ...] = ()
    """What depends on it and is not well."""
    problems: tuple[str, ...] = ()
    """The problems it suffers from."""
    impacts: tuple[str, ...] = ()
    """What suffers from it."""
    business_impact: int = 0
    flapping: Flapping
    silences: tuple[Silence, ...] = ()
    notifications: tuple[Notification, ...] = ()
    """The last ones, the latest first."""
    held_back: tuple[Hindrance, ...] = ()
    """Why the last one did not reach everybody, as far as this life of the scheduler knows."""
    now: Rehearsal
    coming: tuple[Coming, ...] = ()


class WayNow(Struct, frozen=True):
    """One notification way of a contact, for hosts or for services."""

    name: str
    kind: str
    period: str
    is_open: bool
    changes_at: float
    options: tuple[str, ...]
    commands: tuple[str, ...]
    min_business_impact: int = 0
    group_window: int = 0


class ContactExplanation(Struct, frozen=True, kw_only=True, tag_field="about", tag="contact"):
    """All there is to say of a contact."""

    name: str
    at: float
    schedulers: tuple[str, ...] = ()
    hosts: int = 0
    """How many hosts it is a contact of."""
    services: int = 0
    hindrances: tuple[Hindrance, ...] = ()
    """Why it is told nothing, or nothing of hosts or of services."""
    ways: tuple[WayNow, ...] = ()
    silences: tuple[Silence, ...] = ()
    knows: tuple[Near, ...] = ()
    """The problems it was told of that are not over."""
    is_owed: tuple[str, ...] = ()
    """What is good again, and it could not be told."""
    notifications: tuple[Notification, ...] = ()
    """The last ones, the latest first."""
    coming: tuple[Coming, ...] = ()


Explanation = ObjectExplanation | ContactExplanation
