"""What relates objects beyond parents and groups: dependencies and escalations (configuration.md 3.10).

The configuration compiles them; packs keep dependent objects together; the engine reads them.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from alignak.base.ids import ObjectKey

NEVER: Final = ("n",)
"""The criteria of a dependency that has no effect of one kind."""

MATTERS: Final = ("u", "c", "w")
"""The criteria of what ``service_dependencies`` names."""


class Dependency(Struct, frozen=True, omit_defaults=True):
    """One object whose checks or notifications wait for another one, of the same kind."""

    dependent: ObjectKey
    on: ObjectKey
    """What it depends on: the object whose states the criteria are about."""
    execution_criteria: tuple[str, ...] = NEVER
    """Letters of the states of ``on`` in which the dependent is not checked (``chk_depend_of``)."""
    notification_criteria: tuple[str, ...] = NEVER
    """Letters of the states of ``on`` in which nobody is told of the dependent (``act_depend_of``)."""
    period: str = ""
    """Name of the time period in which it counts; empty: always."""
    inherits_parent: bool = False
    """Whether what ``on`` depends on itself counts as well."""
    imported_from: str = ""


class Escalation(Struct, frozen=True, omit_defaults=True):
    """Who is told instead, when a problem lasts."""

    name: str
    first_notification: int = 0
    last_notification: int = 0
    """The number of the last notification it is for; 0 is no end."""
    first_notification_time: int = 0
    last_notification_time: int = 0
    is_time_based: bool = False
    """Whether the times count instead of the numbers, in ``interval_length`` units since the problem began."""
    notification_interval: float = -1.0
    """In ``interval_length`` units; negative: the object's own."""
    period: str = ""
    options: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    """All of them: those named, and the members of the contact groups named."""
    contact_groups: tuple[str, ...] = ()
    imported_from: str = ""
