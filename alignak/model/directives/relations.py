"""Directives of what relates objects: escalations and dependencies (configuration.md 3.5)."""

from __future__ import annotations

from typing import Final

from alignak.model.directives import Directive, Type

ESCALATION: Final[tuple[Directive, ...]] = (
    Directive("escalation_name", Type.TEXT, None, "req"),
    Directive("host_name", Type.TEXT, ""),
    Directive("hostgroup_name", Type.TEXT, ""),
    Directive("service_description", Type.TEXT, ""),
    Directive("first_notification", Type.INTEGER, None, "req"),
    Directive("last_notification", Type.INTEGER, None, "req"),
    Directive("first_notification_time", Type.INTEGER, None, "req"),
    Directive("last_notification_time", Type.INTEGER, None, "req"),
    Directive("notification_interval", Type.INTEGER, -1),
    Directive("escalation_period", Type.TEXT, ""),
    Directive(
        "escalation_options",
        Type.NAMES,
        (
            "d",
            "x",
            "r",
            "w",
            "c",
        ),
    ),
    Directive("contacts", Type.NAMES, ()),
    Directive("contact_groups", Type.NAMES, ()),
)
"""Directives of an escalation."""

ESCALATION_RUNNING: Final[tuple[Directive, ...]] = (Directive("time_based", Type.BOOL, False),)
"""Runtime attributes of the same, in their historical order."""

HOSTESCALATION: Final[tuple[Directive, ...]] = (
    Directive("host_name", Type.TEXT, None, "req"),
    Directive("hostgroup_name", Type.TEXT, None, "req"),
    Directive("first_notification", Type.INTEGER, None, "req"),
    Directive("last_notification", Type.INTEGER, None, "req"),
    Directive("notification_interval", Type.INTEGER, 30),
    Directive("escalation_period", Type.TEXT, ""),
    Directive(
        "escalation_options",
        Type.NAMES,
        (
            "d",
            "x",
            "r",
        ),
    ),
    Directive("contacts", Type.NAMES, (), "join"),
    Directive("contact_groups", Type.NAMES, (), "join"),
    Directive("first_notification_time", Type.INTEGER, None, "req"),
    Directive("last_notification_time", Type.INTEGER, None, "req"),
)
"""Directives of a host escalation."""

SERVICEESCALATION: Final[tuple[Directive, ...]] = (
    Directive("host_name", Type.TEXT, None, "req"),
    Directive("hostgroup_name", Type.TEXT, None, "req"),
    Directive("service_description", Type.TEXT, None, "req"),
    Directive("first_notification", Type.INTEGER, None, "req"),
    Directive("last_notification", Type.INTEGER, None, "req"),
    Directive("notification_interval", Type.INTEGER, 30),
    Directive("escalation_period", Type.TEXT, ""),
    Directive(
        "escalation_options",
        Type.NAMES,
        (
            "w",
            "x",
            "c",
            "r",
        ),
    ),
    Directive("contacts", Type.NAMES, (), "join"),
    Directive("contact_groups", Type.NAMES, (), "join"),
    Directive("first_notification_time", Type.INTEGER, None, "req"),
    Directive("last_notification_time", Type.INTEGER, None, "req"),
)
"""Directives of a service escalation."""

HOSTDEPENDENCY: Final[tuple[Directive, ...]] = (
    Directive("dependent_host_name", Type.TEXT, None, "req"),
    Directive("dependent_hostgroup_name", Type.TEXT, ""),
    Directive("host_name", Type.TEXT, None, "req"),
    Directive("hostgroup_name", Type.TEXT, ""),
    Directive("inherits_parent", Type.BOOL, False),
    Directive("execution_failure_criteria", Type.NAMES, ("n",)),
    Directive("notification_failure_criteria", Type.NAMES, ("n",)),
    Directive("dependency_period", Type.TEXT, ""),
)
"""Directives of a host dependency."""

SERVICEDEPENDENCY: Final[tuple[Directive, ...]] = (
    Directive("dependent_host_name", Type.TEXT, None, "req"),
    Directive("dependent_hostgroup_name", Type.TEXT, ""),
    Directive("dependent_service_description", Type.TEXT, None, "req"),
    Directive("host_name", Type.TEXT, None, "req"),
    Directive("hostgroup_name", Type.TEXT, ""),
    Directive("service_description", Type.TEXT, None, "req"),
    Directive("inherits_parent", Type.BOOL, False),
    Directive("execution_failure_criteria", Type.NAMES, ("n",)),
    Directive("notification_failure_criteria", Type.NAMES, ("n",)),
    Directive("dependency_period", Type.TEXT, ""),
    Directive("explode_hostgroup", Type.BOOL, False),
)
"""Directives of a service dependency."""
