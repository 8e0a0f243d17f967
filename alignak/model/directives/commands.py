"""Directives of commands and time periods (configuration.md 3.5)."""

from __future__ import annotations

from typing import Final

from alignak.model.directives import Directive, Type

COMMAND: Final[tuple[Directive, ...]] = (
    Directive("command_name", Type.TEXT, None, "req B"),
    Directive("command_line", Type.TEXT, None, "req B"),
    Directive("poller_tag", Type.TEXT, "None"),
    Directive("reactionner_tag", Type.TEXT, "None"),
    Directive("module_type", Type.TEXT, "fork"),
    Directive("timeout", Type.INTEGER, -1),
    Directive("enable_environment_macros", Type.BOOL, False),
    Directive("accelerate_plugins", Type.BOOL, True),
)
"""Directives of a command."""

TIMEPERIOD: Final[tuple[Directive, ...]] = (
    Directive("timeperiod_name", Type.TEXT, None, "req B"),
    Directive("alias", Type.TEXT, "", "B"),
    Directive("dateranges", Type.NAMES, (), "B"),
    Directive("exclude", Type.NAMES, (), "B"),
    Directive("unresolved", Type.NAMES, (), "B"),
    Directive("invalid_entries", Type.NAMES, (), "B"),
    Directive("is_active", Type.BOOL, False),
    Directive("activated_once", Type.BOOL, False),
)
"""Directives of a time period; every other key is a date range."""
