"""Directives of modulations (configuration.md 3.5)."""

from __future__ import annotations

from typing import Final

from alignak.model.directives import Directive, Type

RESULTMODULATION: Final[tuple[Directive, ...]] = (
    Directive("resultmodulation_name", Type.TEXT, None, "req"),
    Directive("exit_codes_match", Type.INTEGERS, ()),
    Directive("exit_code_modulation", Type.INTEGER, None),
    Directive("modulation_period", Type.TEXT, "None"),
)
"""Directives of a result modulation."""

CHECKMODULATION: Final[tuple[Directive, ...]] = (
    Directive("checkmodulation_name", Type.TEXT, None, "req B"),
    Directive("check_command", Type.TEXT, None, "req B"),
    Directive("check_period", Type.TEXT, None, "req B"),
)
"""Directives of a check modulation."""

MACROMODULATION: Final[tuple[Directive, ...]] = (
    Directive("macromodulation_name", Type.TEXT, None, "req B"),
    Directive("modulation_period", Type.TEXT, None, "req B"),
)
"""Directives of a macro modulation."""

MACROMODULATION_RUNNING: Final[tuple[Directive, ...]] = (Directive("customs", Type.MAPPING, None, "B"),)
"""Runtime attributes of the same, in their historical order."""

BUSINESSIMPACTMODULATION: Final[tuple[Directive, ...]] = (
    Directive("business_impact_modulation_name", Type.TEXT, None, "req"),
    Directive("business_impact", Type.INTEGER, None, "req"),
    Directive("modulation_period", Type.TEXT, ""),
)
"""Directives of a business impact modulation."""
