"""Everything that is no host or service, described for followers: the initial broks (broks-and-logs.md 6.1, 6.2).

``broks.initial`` and the program status call these. The ``uuid`` of an object is its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from alignak.base.clock import Instant
from alignak.base.codec import Json
from alignak.engine import views
from alignak.engine.attributes import MASK, call_text, contact_downtime_document, masked
from alignak.engine.state import World
from alignak.model.objects import Command, CommandCall, Contact, Group, NotificationWay
from alignak.model.relations import Escalation
from alignak.model.settings import SETTINGS
from alignak.model.states import Kind
from alignak.model.timeperiods import Timeperiod

_TOLD: Final = tuple(each.name for each in SETTINGS if each.has("B"))


def program(world: World, now: Instant) -> dict[str, Json]:
    """Return the data of a program status."""
    settings = msgspec.structs.asdict(world.settings)
    return {
        "is_running": True,
        "instance_id": instance_id(world),
        "instance_name": world.name,
        "last_alive": now.wall,
        "pid": world.settings.pid,
        "_running": {
            "_freshness": int(now.wall),
            "counters": {},
            "latency": views.latency(world),
            "monitored_objects": views.monitored_objects(world),
            "livesynthesis": views.livesynthesis(world),
            "problems": views.monitoring_problems(world),
            "commands": {},
        },
        "_config": {name: settings[name] for name in _TOLD},
        "_macros": {name: masked(name, value) for name, value in sorted(world.macros.items())},
    }


def instance_id(world: World) -> str:
    """Return what names this scheduler's part among all."""
    return world.settings.instance_id or world.part.part_id


def timeperiod(record: Timeperiod) -> dict[str, Json]:
    """Return a time period's data."""
    return {
        **_head(record.name, record.imported_from),
        "timeperiod_name": record.name,
        "alias": record.alias,
        "dateranges": [msgspec.to_builtins(each) for each in record.entries],
        "exclude": list(record.exclude),
        "unresolved": [],
        "invalid_entries": [],
    }


def command(record: Command) -> dict[str, Json]:
    """Return a command's data."""
    return {
        **_head(record.name, record.imported_from),
        "use": [],
        "command_name": record.name,
        "command_line": record.line,
    }


def notificationway(record: NotificationWay) -> dict[str, Json]:
    """Return a notification way's data."""
    return {
        **_head(record.name, record.imported_from),
        "use": [],
        "notificationway_name": record.name,
        **_ways((record,)),
        "tags": [],
        "downtimes": {},
    }


def contact(world: World, record: Contact) -> dict[str, Json]:
    """Return a contact's data; the periods, options and commands are those of the notification ways together."""
    ways = [world.ways[name] for name in record.ways if name in world.ways]
    addresses = (*record.addresses, *("none",) * 6)[:6]
    own = world.own
    switches, changes = own.contact_switches.get(record.name, {}), own.contact_changes.get(record.name, {})
    downtimes = own.contact_downtimes.get(record.name, {})
    return {
        **_head(record.name, record.imported_from),
        "use": [],
        "contact_name": record.name,
        "alias": record.alias,
        "contactgroups": list(record.groups),
        "host_notifications_enabled": switches.get("host_notifications_enabled", record.host_notifications_enabled),
        "service_notifications_enabled": switches.get(
            "service_notifications_enabled", record.service_notifications_enabled
        ),
        **_ways(ways),
        **changes,
        "email": record.email,
        "pager": record.pager,
        **{f"address{number}": each for number, each in enumerate(addresses, start=1)},
        "can_submit_commands": record.can_submit_commands,
        "is_admin": record.is_admin,
        "expert": record.extra.get("expert", "0") == "1",
        "retain_status_information": True,
        "notificationways": list(record.ways),
        "password": MASK if record.extra.get("password") else "NOPASSWORDSET",
        "tags": [],
        "downtimes": {key: contact_downtime_document(record.name, each) for key, each in downtimes.items()},
        "modified_attributes": CUSTOMS if own.contact_customs.get(record.name) else 0,
        **{f"modified_{kind.value}_attributes": _modified(kind, switches, changes) for kind in Kind},
        "in_scheduled_downtime": any(each.is_in_effect for each in downtimes.values()),
        "customs": {name: masked(name, value) for name, value in record.customs.items()},
    }


SWITCH: Final = 1
CUSTOMS: Final = 32768
PERIOD: Final = 65536
"""The bits that say that a command changed something of a contact."""


def _modified(kind: Kind, switches: Mapping[str, bool], changes: Mapping[str, str]) -> int:
    """Return the bits of what commands changed of how a contact is told of a kind of object."""
    is_switched = f"{kind.value}_notifications_enabled" in switches
    is_moved = f"{kind.value}_notification_period" in changes
    return SWITCH * is_switched + PERIOD * is_moved


def escalation(record: Escalation) -> dict[str, Json]:
    """Return an escalation's data."""
    return {
        **_head(record.name, record.imported_from),
        "use": [],
        "escalation_name": record.name,
        "first_notification": record.first_notification,
        "last_notification": record.last_notification,
        "first_notification_time": record.first_notification_time,
        "last_notification_time": record.last_notification_time,
        "notification_interval": record.notification_interval,
        "escalation_period": record.period,
        "escalation_options": list(record.options),
        "contacts": list(record.contacts),
        "contact_groups": list(record.contact_groups),
    }


def _ways(ways: Sequence[NotificationWay]) -> dict[str, Json]:
    first = ways[0] if ways else NotificationWay("")
    return {
        "host_notification_period": first.host_notification_period,
        "service_notification_period": first.service_notification_period,
        "host_notification_options": _merged(each.host_notification_options for each in ways),
        "service_notification_options": _merged(each.service_notification_options for each in ways),
        "host_notification_commands": _merged(_texts(each.host_notification_commands) for each in ways),
        "service_notification_commands": _merged(_texts(each.service_notification_commands) for each in ways),
        "min_business_impact": min((each.min_business_impact for each in ways), default=0),
    }


def _texts(calls: Sequence[CommandCall]) -> tuple[str, ...]:
    return tuple(call_text(each) or "" for each in calls)


def _merged(lists: Iterator[Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(each for those in lists for each in those))


def group(family: str, record: Group) -> dict[str, Json]:
    """Return the data of a host, service or contact group; members are pairs of id and name."""
    common: dict[str, Json] = {
        **_head(record.name, record.imported_from),
        "use": [],
        "members": [[each, each.rpartition(";")[2]] for each in record.members],
        f"{family}_name": record.name,
        "alias": record.alias,
        f"{family}_members": [],
    }
    notes: dict[str, Json] = {"notes": record.notes, "notes_url": record.notes_url, "action_url": record.action_url}
    own: dict[str, dict[str, Json]] = {
        "contactgroup": {},
        "servicegroup": notes,
        "hostgroup": notes | {"realm": record.realm},
    }
    return common | own[family] | {"tags": [], "downtimes": {}}


def _head(name: str, imported_from: str) -> dict[str, Json]:
    return {"uuid": name, "name": "", "imported_from": imported_from or "unknown"}
