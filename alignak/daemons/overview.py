"""What the arbiter shows of the whole: the status document, links, objects, counts; pure functions of what it knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Protocol

from msgspec import Struct, to_builtins
from msgspec.structs import asdict

from alignak.base.clock import Instant
from alignak.dispatch import health
from alignak.dispatch.health import LinkHealth
from alignak.model.objects import CommandCall
from alignak.model.snapshot import CompiledConfig
from alignak.model.topology import DaemonLink, Role

ABSENT: Final = (
    "checkmodulations",
    "macromodulations",
    "servicedependencies",
    "hostdependencies",
    "resultmodulations",
    "businessimpactmodulations",
    "escalations",
    "hostsextinfo",
    "servicesextinfo",
)
"""Object types that are counted as none: this version applies none of them."""


class Seen(Protocol):
    """A daemon as the arbiter sees it."""

    conf: DaemonLink
    running_id: str
    configuration_sent: bool
    statistics: dict[str, Any] | None
    reported: dict[str, Any] | None

    @property
    def health(self) -> LinkHealth:
        """Return how the link to it is."""
        ...


# Objects ----------------------------------------------------------------------------------------------------------

RENAMED: Final[Mapping[str, Mapping[str, str]]] = {
    "hosts": {"groups": "hostgroups"},
    "services": {"description": "service_description", "groups": "servicegroups"},
    "contacts": {"name": "contact_name", "ways": "notificationways", "groups": "contactgroups"},
    "contactgroups": {"name": "contactgroup_name"},
    "hostgroups": {"name": "hostgroup_name"},
    "servicegroups": {"name": "servicegroup_name"},
    "commands": {"name": "command_name", "line": "command_line"},
    "timeperiods": {"name": "timeperiod_name"},
    "notificationways": {"name": "notificationway_name"},
    "realms": {"name": "realm_name", "members": "realm_members"},
}
"""Table -> what a field of our record is called in configuration files."""


def objects_of(config: CompiledConfig, table: str) -> list[dict[str, Any]]:
    """Return the properties of every object of a table, under their directive names; KeyError for an unknown table."""
    return [_properties(config, table, each) for each in _records(config)[table]]


def tables() -> tuple[str, ...]:
    """Return the names of the tables, sorted."""
    return tuple(sorted({*RENAMED, *(f"{role.value}s" for role in Role), "modules"}))


def _records(config: CompiledConfig) -> dict[str, Iterable[Struct]]:
    objects = config.objects
    return {
        **{name: getattr(objects, name) for name in objects.__struct_fields__ if name in RENAMED},
        **{f"{role.value}s": [each for each in config.daemons if each.role is role] for role in Role},
        "realms": config.realms,
        "modules": config.modules,
    }


def _properties(config: CompiledConfig, table: str, record: Struct) -> dict[str, Any]:
    found = asdict(record)
    if table in ("hosts", "services"):
        policy = asdict(config.objects.policies[found.pop("policy")])
        found = {**policy, **policy.pop("extra"), **found, "customs": {**policy["customs"], **found["customs"]}}
        if table == "hosts":
            del found["description"]
        found["realm"] = config.host_realms.get(found["host_name"], "")
    renamed = RENAMED.get(table, {})
    return {renamed.get(name, name): _shown(value) for name, value in found.items()}


def _shown(value: Any) -> Any:
    """Return a value as configuration files write it: a command call with its arguments behind ``!``."""
    if isinstance(value, CommandCall):
        return "!".join((value.name, *value.arguments))
    if isinstance(value, tuple) and value and isinstance(value[0], CommandCall):
        return [_shown(each) for each in value]
    return to_builtins(value)


def object_counts(config: CompiledConfig) -> dict[str, int]:
    """Count the objects of each class, in the historical order of ``get_stats``."""
    objects = config.objects
    daemons = {f"{role.value}s": sum(each.role is role for each in config.daemons) for role in Role}
    return {
        "timeperiods": len(objects.timeperiods),
        "services": len(objects.services),
        "servicegroups": len(objects.servicegroups),
        "commands": len(objects.commands),
        "hosts": len(objects.hosts),
        "hostgroups": len(objects.hostgroups),
        "contacts": len(objects.contacts),
        "contactgroups": len(objects.contactgroups),
        "notificationways": len(objects.notificationways),
        **dict.fromkeys(ABSENT[:4], 0),
        **daemons,
        "realms": len(config.realms),
        **dict.fromkeys(ABSENT[4:], 0),
    }


def object_names(config: CompiledConfig) -> dict[str, dict[str, Any]]:
    """Return count and names of the objects of each class: the ``monitoring_objects`` of ``get_stats?details=1``."""
    found: dict[str, dict[str, Any]] = {}
    for table, records in _records(config).items():
        names = sorted(_name(each) for each in records)
        found[table] = {"count": len(names), "items": names}
    return {**{name: {"count": 0, "items": []} for name in ABSENT}, **found}


def _name(record: Any) -> str:
    host = getattr(record, "host_name", None)
    if host is None:
        return str(record.name)
    return f"{host}/{record.description}" if record.description else str(host)


def dispatcher_counts(seen: Iterable[Seen]) -> dict[str, int]:
    """Count the daemons that are watched, by type; the arbiter itself is one."""
    roles = [each.conf.role for each in seen]
    return {f"dispatcher.{role.value}s": roles.count(role) + (role is Role.ARBITER) for role in Role}


# Daemons ----------------------------------------------------------------------------------------------------------


def daemon_states(seen: Iterable[Seen]) -> dict[str, dict[str, Any]]:
    """Return the state of every link: the ``daemons_states`` of ``get_stats``."""
    return {each.conf.name: _link_state(each) for each in seen}


def _link_state(seen: Seen) -> dict[str, Any]:
    conf, link = seen.conf, seen.health
    return {
        "livestate": int(link.livestate),
        "livestate_output": link.livestate_output,
        "type": conf.role.value,
        "name": conf.name,
        "uri": conf.uri,
        "spare": conf.spare,
        "configuration_sent": seen.configuration_sent,
        "realm_name": conf.realm,
        "manage_sub_realms": conf.manage_sub_realms,
        "active": conf.active,
        "reachable": link.reachable,
        "alive": link.alive,
        "passive": conf.passive,
        "last_check": link.last_check,
        "polling_interval": conf.polling_interval,
        "max_check_attempts": conf.max_check_attempts,
    }


def live_state(seen: Iterable[Seen], now: Instant) -> dict[str, Any]:
    """Return how all daemons are together: the ``livestate`` of ``get_stats``."""
    links = {each.conf.name: each.health for each in seen}
    state = health.overall(links.values())
    return {
        "timestamp": int(now.wall),
        "daemons": {name: int(link.livestate) for name, link in links.items()},
        "state": int(state),
        "output": health.OVERALL_TEXTS[state],
    }


def satellite_documents(config: CompiledConfig, seen: Mapping[str, Seen]) -> dict[str, list[dict[str, Any]]]:
    """Return every property of every link, by type: ``get_satellites_configuration``."""
    found: dict[str, list[dict[str, Any]]] = {role.value: [] for role in Role}
    for conf in config.daemons:
        found[conf.role.value].append(_link_document(conf, seen.get(conf.name)))
    return found


def _link_document(conf: DaemonLink, seen: Seen | None) -> dict[str, Any]:
    document: dict[str, Any] = to_builtins(conf)
    role = document.pop("role")
    document |= {
        "type": role,
        f"{role}_name": conf.name,
        "realm_name": conf.realm,
        "uri": conf.uri,
        "satellite_map": {
            "address": conf.address,
            "port": conf.port,
            "use_ssl": conf.use_ssl,
            "hard_ssl_name_check": conf.hard_ssl_name_check,
        },
    }
    if seen is None:  # the arbiter itself
        return document | {"reachable": True, "alive": True, "configuration_sent": False, "running_id": 0}
    link = seen.health
    managed: dict[str, dict[str, Any]] = to_builtins(seen.reported or {})
    held = next(iter(managed.values()), {"hash": "", "push_flavor": "", "managed_conf_id": ""})
    return document | {
        **held,
        "reachable": link.reachable,
        "alive": link.alive,
        "attempt": link.attempt,
        "last_check": link.last_check,
        "running_id": seen.running_id,
        "have_conf": seen.configuration_sent,
        "need_conf": not seen.configuration_sent,
        "configuration_sent": seen.configuration_sent,
        "cfg_managed": managed,
    }


# The status document ----------------------------------------------------------------------------------------------


def status_document(
    config: CompiledConfig, arbiter_name: str, seen: Iterable[Seen], now: Instant, details: bool
) -> dict[str, Any]:
    """Return ``get_alignak_status``: daemons by type, the overall state, one entry a daemon (http-api.md 2.4)."""
    daemons = sorted(seen, key=lambda each: each.conf.name)
    state = health.overall(each.health for each in daemons)
    timestamp = int(now.wall)
    entry: Callable[[Seen], dict[str, Any]] = lambda each: _daemon_entry(each, timestamp, details)  # noqa: E731
    return {
        **{role.value: [each.name for each in config.daemons if each.role is role] for role in Role},
        "name": config.name,
        "template": {
            "_templates": ["alignak", "important"],
            "alias": config.name,
            "active_checks_enabled": False,
            "passive_checks_enabled": True,
            "notes": "",
        },
        "variables": {},
        "livestate": {
            "timestamp": timestamp,
            "state": health.INSTANCE_STATES[state],
            "output": health.INSTANCE_TEXTS[state],
            "long_output": "\n".join(f"{each.conf.name} - {each.health.status_output}" for each in daemons),
            "perf_data": " ".join(f"'{name}'={count}" for name, count in object_counts(config).items()),
        },
        "services": [
            {
                "name": arbiter_name,
                "livestate": {
                    "timestamp": timestamp,
                    "state": health.STATUS_STATES[state],
                    "output": health.OVERALL_TEXTS[state],
                    "long_output": "",
                    "perf_data": "",
                },
            },
            *map(entry, daemons),
        ],
    }


def _daemon_entry(seen: Seen, timestamp: int, details: bool) -> dict[str, Any]:
    conf, link = seen.conf, seen.health
    entry: dict[str, Any] = {
        "name": conf.name,
        "livestate": {
            "timestamp": timestamp,
            "name": f"{conf.role.value}_{conf.name}",
            "state": health.STATUS_STATES[link.livestate],
            "output": link.status_output,
            "long_output": f"Realm: {conf.realm} ({conf.manage_sub_realms}). Listening on: {conf.uri}",
            "perf_data": f"last_check={link.last_check:.2f}",
        },
    }
    if details:
        entry["link"] = _link_state(seen)
        entry["statistics"] = (seen.statistics or {}).get("counters", {})
    return entry


def overall_synthesis(stats: Mapping[str, Mapping[str, Any]], now: int) -> dict[str, Any]:
    """Add the live syntheses of all schedulers up, each beside the sum."""
    each_one = {name: dict(answer.get("livesynthesis", {})) for name, answer in stats.items()}
    total: dict[str, int] = {}
    for counters in each_one.values():
        for key, value in counters.items():
            total[key] = total.get(key, 0) + value
    return {
        "_overall": {"_freshness": now, "livesynthesis": total},
        **{name: {"_freshness": now, "livesynthesis": counters} for name, counters in each_one.items()},
    }
