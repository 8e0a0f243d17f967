"""The object types a file may define: their key, their directives, their plural (configuration.md 3.5).

Everything that treats all types alike (inheritance, the check of directive names, the report) reads them here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from alignak.model.directives import (
    Directive,
    Type,
    checkables,
    commands,
    contacts,
    daemons,
    modulations,
    recurring,
    relations,
)
from alignak.model.topology import Role


class ObjectType(Struct, frozen=True):
    """One type of object."""

    name: str
    key: str
    """The directive that names an object; empty for types whose objects have no name."""
    plural: str
    directives: Mapping[str, Directive]
    running: frozenset[str] = frozenset()
    """Attributes that are the reference's own: giving one is a mistake."""
    is_open: bool = False
    """Whether keys that are in no table mean something."""


ALIASES: Final[Mapping[str, str]] = {
    "normal_check_interval": "check_interval",
    "retry_check_interval": "retry_interval",
    "criticity": "business_impact",
    "hostgroup": "hostgroup_name",
    "min_criticity": "min_business_impact",
}
"""Old names of directives."""

NAGIOS_ONLY: Final = frozenset(
    {
        "action_url_target",
        "failure_prediction_enabled",
        "gd2_image",
        "host_notifications_options",
        "hourly_value",
        "importance",
        "minimum_importance",
        "minimum_value",
        "notes_url_target",
        "trigger",
        "trigger_broker_raise_enabled",
        "trigger_name",
    }
)
"""Directives of the family that are read and kept without a remark, but for ``trigger``."""

HOST_LETTERS: Final = frozenset(
    {
        "notification_options",
        "flap_detection_options",
        "stalking_options",
        "snapshot_criteria",
        "freshness_state",
        "initial_state",
        "host_notification_options",
        "business_rule_host_notification_options",
    }
)
"""The directives of a host, or about hosts, in which ``u`` means UNREACHABLE and is written ``x``."""


def _table(*rows: tuple[Directive, ...]) -> dict[str, Directive]:
    return {each.name: each for group in (checkables.EVERY_OBJECT, *rows) for each in group}


def _names(*rows: tuple[Directive, ...]) -> frozenset[str]:
    return frozenset(each.name for group in rows for each in group)


def _link(role: Role, rows: tuple[Directive, ...]) -> ObjectType:
    plural = f"{role.value}s"
    return ObjectType(role.value, f"{role.value}_name", plural, _table(daemons.LINK, rows), is_open=True)


_MODULE_EXTRAS: Final = (Directive("module_name", Type.TEXT),)

_ALL: Final[tuple[ObjectType, ...]] = (
    _link(Role.ARBITER, daemons.ARBITERLINK),
    _link(Role.BROKER, daemons.BROKERLINK),
    ObjectType(
        "businessimpactmodulation",
        "business_impact_modulation_name",
        "businessimpactmodulations",
        _table(modulations.BUSINESSIMPACTMODULATION),
    ),
    ObjectType("checkmodulation", "checkmodulation_name", "checkmodulations", _table(modulations.CHECKMODULATION)),
    ObjectType("command", "command_name", "commands", _table(commands.COMMAND)),
    ObjectType("contact", "contact_name", "contacts", _table(contacts.CONTACT), _names(contacts.CONTACT_RUNNING)),
    ObjectType("contactgroup", "contactgroup_name", "contactgroups", _table(contacts.CONTACTGROUP)),
    ObjectType("escalation", "escalation_name", "escalations", _table(relations.ESCALATION)),
    ObjectType(
        "host",
        "host_name",
        "hosts",
        _table(checkables.CHECKABLE, checkables.OF_NAGIOS, checkables.HOST),
        _names(checkables.CHECKABLE_RUNNING, checkables.HOST_RUNNING),
    ),
    ObjectType("hostdependency", "", "hostdependencies", _table(relations.HOSTDEPENDENCY)),
    ObjectType("hostescalation", "", "hostescalations", _table(relations.HOSTESCALATION)),
    ObjectType("hostextinfo", "", "hostsextinfo", _table(checkables.HOSTEXTINFO)),
    ObjectType("hostgroup", "hostgroup_name", "hostgroups", _table(checkables.HOSTGROUP)),
    ObjectType("macromodulation", "macromodulation_name", "macromodulations", _table(modulations.MACROMODULATION)),
    ObjectType("module", "module_alias", "modules", _table(daemons.MODULE, _MODULE_EXTRAS), is_open=True),
    ObjectType("notificationway", "notificationway_name", "notificationways", _table(contacts.NOTIFICATIONWAY)),
    _link(Role.POLLER, daemons.POLLERLINK),
    _link(Role.REACTIONNER, daemons.REACTIONNERLINK),
    ObjectType("realm", "realm_name", "realms", _table(daemons.REALM)),
    _link(Role.RECEIVER, daemons.RECEIVERLINK),
    ObjectType(
        "recurringdowntime", "recurringdowntime_name", "recurringdowntimes", _table(recurring.RECURRINGDOWNTIME)
    ),
    ObjectType("resultmodulation", "resultmodulation_name", "resultmodulations", _table(modulations.RESULTMODULATION)),
    _link(Role.SCHEDULER, daemons.SCHEDULERLINK),
    ObjectType(
        "service",
        "service_description",
        "services",
        _table(checkables.CHECKABLE, checkables.OF_NAGIOS, checkables.SERVICE),
        _names(checkables.CHECKABLE_RUNNING, checkables.SERVICE_RUNNING),
    ),
    ObjectType("servicedependency", "", "servicedependencies", _table(relations.SERVICEDEPENDENCY)),
    ObjectType("serviceescalation", "", "serviceescalations", _table(relations.SERVICEESCALATION)),
    ObjectType("serviceextinfo", "", "servicesextinfo", _table(checkables.SERVICEEXTINFO)),
    ObjectType("servicegroup", "servicegroup_name", "servicegroups", _table(checkables.SERVICEGROUP)),
    ObjectType("timeperiod", "timeperiod_name", "timeperiods", _table(commands.TIMEPERIOD), is_open=True),
)

OBJECT_TYPES: Final[Mapping[str, ObjectType]] = {each.name: each for each in _ALL}
"""Type name -> type, in the order the reference creates them."""
