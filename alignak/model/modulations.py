"""Modulations: what is different about objects while a time period lasts (configuration.md 3.10).

Policies name them, in the order in which they are asked; an empty period is always.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from alignak.model.calls import CommandCall


class ResultModulation(Struct, frozen=True, omit_defaults=True):
    """Other exit codes for those that checks gave."""

    name: str
    exit_codes_match: tuple[int, ...] = ()
    """The exit codes it is for; none: it changes nothing."""
    exit_code_modulation: int | None = None
    """What they become; None leaves them."""
    period: str = ""
    imported_from: str = ""


class CheckModulation(Struct, frozen=True, omit_defaults=True):
    """Another check command."""

    name: str
    check_command: CommandCall | None = None
    period: str = ""
    imported_from: str = ""


class MacroModulation(Struct, frozen=True, omit_defaults=True):
    """Other values for custom variables."""

    name: str
    customs: Mapping[str, str] = field(default_factory=dict)
    period: str = ""
    imported_from: str = ""


class BusinessImpactModulation(Struct, frozen=True, omit_defaults=True):
    """Another business impact."""

    name: str
    business_impact: int = 2
    period: str = ""
    imported_from: str = ""
