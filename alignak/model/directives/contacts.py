"""Directives of contacts and how they are told (configuration.md 3.5)."""

from __future__ import annotations

from typing import Final

from alignak.model.directives import Directive, Type

CONTACT: Final[tuple[Directive, ...]] = (
    Directive("contact_name", Type.TEXT, None, "req B"),
    Directive("alias", Type.TEXT, "", "B"),
    Directive("contactgroups", Type.NAMES, (), "B"),
    Directive("host_notifications_enabled", Type.BOOL, True, "B"),
    Directive("service_notifications_enabled", Type.BOOL, True, "B"),
    Directive("host_notification_period", Type.TEXT, "", "B"),
    Directive("service_notification_period", Type.TEXT, "", "B"),
    Directive("host_notification_options", Type.NAMES, (), "B"),
    Directive("service_notification_options", Type.NAMES, (), "B"),
    Directive("host_notification_commands", Type.NAMES, (), "B"),
    Directive("service_notification_commands", Type.NAMES, (), "B"),
    Directive("min_business_impact", Type.INTEGER, 0, "B"),
    Directive("group_window", Type.INTEGER, 0),
    Directive("email", Type.TEXT, "none", "B"),
    Directive("pager", Type.TEXT, "none", "B"),
    Directive("address1", Type.TEXT, "none", "B"),
    Directive("address2", Type.TEXT, "none", "B"),
    Directive("address3", Type.TEXT, "none", "B"),
    Directive("address4", Type.TEXT, "none", "B"),
    Directive("address5", Type.TEXT, "none", "B"),
    Directive("address6", Type.TEXT, "none", "B"),
    Directive("can_submit_commands", Type.BOOL, False, "B"),
    Directive("is_admin", Type.BOOL, False, "B"),
    Directive("expert", Type.BOOL, False, "B"),
    Directive("retain_status_information", Type.BOOL, True, "B"),
    Directive("notificationways", Type.NAMES, (), "B"),
    Directive("password", Type.TEXT, "NOPASSWORDSET", "B"),
)
"""Directives of a contact."""

CONTACT_RUNNING: Final[tuple[Directive, ...]] = (
    Directive("modified_attributes", Type.INTEGER, 0, "B ret"),
    Directive("modified_host_attributes", Type.INTEGER, 0, "B ret"),
    Directive("modified_service_attributes", Type.INTEGER, 0, "B ret"),
    Directive("in_scheduled_downtime", Type.BOOL, False, "B R ret"),
    Directive("broks", Type.NAMES, ()),
    Directive("customs", Type.MAPPING, None, "B"),
)
"""Runtime attributes of the same, in their historical order."""

CONTACTGROUP: Final[tuple[Directive, ...]] = (
    Directive("members", Type.NAMES, (), "B"),
    Directive("contactgroup_name", Type.TEXT, None, "req B"),
    Directive("alias", Type.TEXT, "", "B"),
    Directive("contactgroup_members", Type.NAMES, (), "B join"),
)
"""Directives of a contact group."""

CONTACTGROUP_RUNNING: Final[tuple[Directive, ...]] = (Directive("unknown_members", Type.NAMES, ()),)
"""Runtime attributes of the same, in their historical order."""

NOTIFICATIONWAY: Final[tuple[Directive, ...]] = (
    Directive("notificationway_name", Type.TEXT, None, "req B"),
    Directive("host_notification_period", Type.TEXT, None, "req B"),
    Directive("service_notification_period", Type.TEXT, None, "req B"),
    Directive("host_notification_options", Type.NAMES, (), "B"),
    Directive("service_notification_options", Type.NAMES, (), "B"),
    Directive("host_notification_commands", Type.NAMES, (), "B"),
    Directive("service_notification_commands", Type.NAMES, (), "B"),
    Directive("min_business_impact", Type.INTEGER, 0, "B"),
    Directive("group_window", Type.INTEGER, 0),
)
"""Directives of a notification way."""
