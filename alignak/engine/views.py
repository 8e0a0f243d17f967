"""Read-only views of what the engine knows, in the shapes its askers know (http-api.md 2.3-2.5).

The scheduler's endpoints and the command line's ``status`` call these; nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import fmean
from typing import Final

from alignak.base.codec import Json
from alignak.engine.attributes import call_text, historical, is_source
from alignak.engine.dumps import dump, dump_raw, is_monitored
from alignak.engine.state import Item, World
from alignak.model.objects import Command, CommandCall
from alignak.model.states import CRITICAL, DOWN, GOOD, OK, PENDING, UNKNOWN, UNREACHABLE, UP, WARNING, Kind, StateType

__all__ = (
    "command_times",
    "dump",
    "dump_raw",
    "historical",
    "host_document",
    "latency",
    "livesynthesis",
    "monitored_objects",
    "monitoring_problems",
    "status_rows",
)

# What there is --------------------------------------------------------------------------------------------------


def monitored_objects(world: World) -> dict[str, int]:
    """Return how many objects of each class there are."""
    objects = world.part.objects
    counts = {
        "timeperiods": len(objects.timeperiods),
        "services": len(objects.services),
        "servicegroups": len(objects.servicegroups),
        "commands": len(objects.commands),
        "hosts": len(objects.hosts),
        "hostgroups": len(objects.hostgroups),
        "contacts": len(objects.contacts),
        "contactgroups": len(objects.contactgroups),
        "notificationways": len(objects.notificationways),
        "escalations": len(objects.escalations),
        "resultmodulations": len(objects.resultmodulations),
        "checkmodulations": len(objects.checkmodulations),
        "macromodulations": len(objects.macromodulations),
        "businessimpactmodulations": len(objects.businessimpactmodulations),
    }
    return counts | dict.fromkeys(_NOT_HERE, 0)


_NOT_HERE: Final = (
    "servicedependencies",
    "hostdependencies",
    "arbiters",
    "schedulers",
    "reactionners",
    "brokers",
    "receivers",
    "pollers",
    "realms",
    "modules",
    "serviceescalations",
    "hostescalations",
    "hostsextinfo",
    "servicesextinfo",
)
"""Classes of objects that a scheduler's part holds none of; clients expect to see them counted."""


def livesynthesis(world: World) -> dict[str, int]:
    """Return how many hosts and services are in which condition."""
    hosts: list[Item] = []
    services: list[Item] = []
    for item in world.items.values():
        (hosts if item.kind is Kind.HOST else services).append(item)
    return _synthesis("hosts", hosts, (UP, DOWN, UNREACHABLE)) | _synthesis(
        "services", services, (OK, WARNING, CRITICAL, UNKNOWN, UNREACHABLE)
    )


def _synthesis(family: str, items: list[Item], names: tuple[str, ...]) -> dict[str, int]:
    conditions, by_type = _tally(items)
    return {
        f"{family}_total": len(items),
        f"{family}_not_monitored": conditions["not_monitored"],
        **{
            f"{family}_{name.lower()}_{kind.value.lower()}": counts.get(name, 0)
            + (counts.get(PENDING, 0) if name == names[0] else 0)
            for name in names
            for kind, counts in by_type
        },
        **{f"{family}_{name}": count for name, count in conditions.items() if name != "not_monitored"},
    }


def _tally(items: Iterable[Item]) -> tuple[dict[str, int], list[tuple[StateType, dict[str, int]]]]:
    """Count conditions, and the states of each type; each object is looked at once: this is asked for all the time."""
    hard: dict[str, int] = {}
    soft: dict[str, int] = {}
    not_monitored = problems = acknowledged = in_downtime = flapping = 0
    for item in items:
        state = item.state
        counts = soft if state.state_type is StateType.SOFT else hard
        counts[state.state] = counts.get(state.state, 0) + 1
        not_monitored += not is_monitored(item)
        if state.state not in GOOD:
            problems += is_source(item)
            acknowledged += state.acknowledgement is not None
        if state.downtimes:
            in_downtime += item.downtime_depth > 0
        flapping += state.is_flapping
    conditions = {
        "not_monitored": not_monitored,
        "problems": problems,
        "acknowledged": acknowledged,
        "in_downtime": in_downtime,
        "flapping": flapping,
    }
    return conditions, [(StateType.HARD, hard), (StateType.SOFT, soft)]


def latency(world: World) -> dict[str, float]:
    """Return how late the last checks of all objects were, in seconds."""
    late = [each.state.latency for each in world.items.values() if each.state.has_been_checked] or [0.0]
    return {"avg": round(fmean(late), 2), "min": round(min(late), 2), "max": round(max(late), 2)}


def command_times(world: World) -> dict[str, list[float]]:
    """Return the processor seconds, user and system, that the last checks of all objects took, by plugin file."""
    times: dict[str, list[float]] = {}
    for item in world.items.values():
        call = item.spec.check_command
        command = None if call is None else world.commands.get(call.name)
        if command is not None and command.line.strip() and item.state.has_been_checked:
            of_plugin = times.setdefault(command.line.split()[0].rpartition("/")[2], [0.0, 0.0])
            of_plugin[0] += item.state.u_time
            of_plugin[1] += item.state.s_time
    return {name: [round(each, 2) for each in both] for name, both in times.items()}


# What is wrong --------------------------------------------------------------------------------------------------


def monitoring_problems(world: World) -> dict[str, Json]:
    """Return the hard problems by object key; what is only the impact of another problem is not among them."""
    bad = [each for each in world.items.values() if each.state.state not in GOOD]
    return {each.key: _problem(each) for each in bad if is_source(each)}


def _problem(item: Item) -> dict[str, Json]:
    state = item.state
    return {
        "host": item.spec.host_name,
        "service": item.spec.description or None,
        "state": item.state_name,
        "state_type": state.state_type.value,
        "output": state.output,
        "last_state": state.last_state,
        "last_state_type": state.last_state_type.value,
        "last_state_update": int(state.last_state_update),
        "last_state_change": int(state.last_state_change),
        "last_hard_state_change": int(state.last_hard_state_change),
        "last_hard_state": state.last_hard_state,
    }


def status_rows(world: World) -> list[dict[str, Json]]:
    """Return one row an object, each host followed by its services, for the command line."""
    hosts = (each for each in world.items.values() if each.is_host)
    return [_status(each) for host in hosts for each in (host, *host.services)]


def _status(item: Item) -> dict[str, Json]:
    state = item.state
    return {
        "host": item.spec.host_name,
        "service": item.spec.description,
        "state": item.state_name,
        "state_type": state.state_type.value,
        "attempt": state.attempt,
        "max_attempts": item.policy.max_check_attempts,
        "since": int(state.last_state_change),
        "last_check": int(state.last_chk),
        "next_check": int(state.next_chk),
        "is_checked": state.has_been_checked,
        "is_acknowledged": state.acknowledgement is not None,
        "is_in_downtime": item.downtime_depth > 0,
        "is_flapping": state.is_flapping,
        "output": state.output,
        "vetoes": [each.reason for each in item.vetoes],
    }


# The historical host document -----------------------------------------------------------------------------------


def host_document(world: World, host_name: str) -> dict[str, Json] | None:
    """Return a host as ``get_host`` answers it, in the historical envelope; None when there is no such host."""
    item = world.host(host_name)
    if item is None:
        return None
    content = historical(world, item) | {
        "check_command": _call_document(world, item.spec.check_command),
        "event_handler": _call_document(world, item.policy.event_handler),
        "conf_is_correct": True,
        "configuration_warnings": [],
        "configuration_errors": [],
        "pack_id": 0,
    }
    return {"__sys_python_module__": "alignak.objects.host.Host", "content": content}


def _call_document(world: World, call: CommandCall | None) -> Json:
    if call is None:
        return None
    command = world.commands.get(call.name)
    found: dict[str, Json] = {} if command is None else _command_document(command)
    return {
        "uuid": call.name,
        "call": call_text(call),
        "command": found,
        "poller_tag": found.get("poller_tag", "None"),
        "reactionner_tag": found.get("reactionner_tag", "None"),
        "module_type": found.get("module_type", "fork"),
        "valid": command is not None,
        "args": list(call.arguments),
        "timeout": found.get("timeout", -1),
        "late_relink_done": False,
        "enable_environment_macros": found.get("enable_environment_macros", False),
    }


def _command_document(command: Command) -> dict[str, Json]:
    return {
        "uuid": command.name,
        "name": "",
        "imported_from": command.imported_from or "unknown",
        "use": [],
        "definition_order": 100,
        "register": True,
        "command_name": command.name,
        "command_line": command.line,
        "poller_tag": command.poller_tag,
        "reactionner_tag": command.reactionner_tag,
        "module_type": command.module_type,
        "timeout": command.timeout,
        "enable_environment_macros": command.enable_environment_macros,
        "conf_is_correct": True,
        "configuration_warnings": [],
        "configuration_errors": [],
        "tags": [],
        "downtimes": {},
    }
