"""The historical interface as its clients know it: which names there are, how answers look, an installation to ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.support.cluster import DAEMONS, Cluster

SITE = """
define command{
    command_name    ok
    command_line    /bin/echo fine
}
define host{
    use             generic-host
    host_name       web
    address         127.0.0.1
    check_command   ok
}
define host{
    use                     generic-host
    host_name               told
    address                 127.0.0.1
    active_checks_enabled   0
    max_check_attempts      1
}
define service{
    use                     generic-service
    host_name               told
    service_description     mail box
    check_command           ok
    active_checks_enabled   0
    max_check_attempts      1
}
"""

ARBITER, SCHEDULER, POLLER = "arbiter-master", "scheduler-master", "poller-master"
RECEIVER, BROKER, REACTIONNER = "receiver-master", "broker-master", "reactionner-master"
SATELLITES = tuple(each for each in DAEMONS if each != ARBITER)

EVERYWHERE = (
    "api get_broks get_external_commands get_id get_log_level get_managed_configurations get_results get_running_id "
    "get_start_time get_stats have_conf index ping push_actions push_configuration set_log_level stop_request "
    "wait_new_conf"
)
ALSO = {
    ARBITER: "backend_notification command do_not_run get_alignak_status get_objects_properties "
    "get_satellites_configuration get_satellites_list push_external_command reload_configuration",
    SCHEDULER: "fill_initial_broks get_checks get_host put_results run_external_commands",
    BROKER: "push_broks",
}
"""The names of the former interface document, on all daemons and on some."""

NEWER_EVERYWHERE = "identity managed_configurations stats"
NEWER = {
    ARBITER: "check_run command_fate dump end_recurring_downtime events_log explain live_states livesynthesis "
    "monitoring_problems problems recurring_downtime run_check running_configuration satellites_configuration "
    "satellites_list status",
    SCHEDULER: "check_run command_fate dump explain live_states monitoring_problems problems run_check",
    RECEIVER: "command command_fate push_external_command",
    BROKER: "events_log",
}
"""The names of Alignak 2.x, and ours."""

ALIASES = {
    "": "api",
    "index": "api",
    "stats": "get_stats",
    "managed_configurations": "get_managed_configurations",
    "_have_conf": "have_conf",
    "_wait_new_conf": "wait_new_conf",
    "_push_configuration": "push_configuration",
    "_push_actions": "push_actions",
    "_broks": "get_broks",
    "_external_commands": "get_external_commands",
}
ALIASES_OF: Mapping[str, Mapping[str, str]] = {
    ARBITER: {
        "_push_external_command": "push_external_command",
        "_do_not_run": "do_not_run",
        "status": "get_alignak_status",
        "satellites_configuration": "get_satellites_configuration",
        "satellites_list": "get_satellites_list",
        "problems": "monitoring_problems",
        "_results": "get_results",
    },
    SCHEDULER: {
        "_initial_broks": "fill_initial_broks",
        "_checks": "get_checks",
        "_results": "put_results",
        "_run_external_commands": "run_external_commands",
        "problems": "monitoring_problems",
    },
    BROKER: {"_push_broks": "push_broks", "_results": "get_results"},
    POLLER: {"_results": "get_results"},
    REACTIONNER: {"_results": "get_results"},
    RECEIVER: {"_results": "get_results", "_push_external_command": "push_external_command"},
}
"""Name of 2.x -> the endpoint that answers."""

ACTS = (
    "backend_notification command do_not_run push_external_command reload_configuration set_log_level stop_request "
    "wait_new_conf get_results"
)
"""Answer GET and POST."""
POSTED = (
    "end_recurring_downtime live_states push_actions push_broks push_configuration put_results recurring_downtime "
    "run_check run_external_commands"
)
"""Answer POST alone; everything else answers GET alone."""

ARGUMENTS = {
    "backend_notification": {"event": "No default value", "parameters": None},
    "fill_initial_broks": {"broker_name": "No default value"},
    "get_alignak_status": {"details": ""},
    "get_host": {"host_name": "None"},
    "get_id": {},
    "get_objects_properties": {"table": "No default value"},
    "get_satellites_list": {"daemon_type": ""},
    "get_stats": {"details": ""},
    "have_conf": {"magic_hash": None},
    "stop_request": {"stop_now": "0"},
}
"""What ``/api`` says of parameters and defaults."""


def names(daemon: str) -> list[str]:
    """Return the endpoints a daemon lists."""
    texts = (EVERYWHERE, ALSO.get(daemon, ""), NEWER_EVERYWHERE, NEWER.get(daemon, ""))
    return sorted({name for text in texts for name in text.split()})


def ask(cluster: Cluster, daemon: str, path: str, body: Any = None) -> Any:
    """Return the answer of an endpoint to a daemon of the installation: it may ask everything."""
    return cluster.ask(daemon, path, body, secret=True)


def refusal(answer: Any) -> str:
    """Return the message of a refusal."""
    assert set(answer) <= {"_status", "_message", "_issues"}, answer
    assert answer["_status"] == "ERR"
    return str(answer["_message"])


def has_shape(value: Any, shape: Any) -> bool:
    """Tell whether a document has a shape: of types, of fields that must be there, of values."""
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(key in value and has_shape(value[key], shape[key]) for key in shape)
    if isinstance(shape, list):
        return isinstance(value, list) and all(has_shape(each, shape[0]) for each in value)
    if isinstance(shape, type):
        return type(value) is shape or (shape is float and type(value) is int)
    return bool(value == shape)


def identity(daemon: str) -> dict[str, Any]:
    """Return the four keys that say who a daemon is."""
    return {"alignak": "Test", "type": DAEMONS[daemon], "name": daemon, "version": str}


LIVE_COUNTS = {
    family: [
        f"{family}_{each}" for each in ("total", "not_monitored", "problems", "acknowledged", "in_downtime", "flapping")
    ]
    + [f"{family}_{state}_{kind}" for state in states for kind in ("hard", "soft")]
    for family, states in {
        "hosts": ("up", "down", "unreachable"),
        "services": ("ok", "warning", "critical", "unknown", "unreachable"),
    }.items()
}
SYNTHESIS = {name: int for family in LIVE_COUNTS.values() for name in family}
LINK = {
    "livestate": int, "livestate_output": str, "type": str, "name": str, "uri": str, "spare": False,
    "configuration_sent": bool, "realm_name": "All", "manage_sub_realms": bool, "active": True, "reachable": bool,
    "alive": bool, "passive": False, "last_check": float, "polling_interval": float, "max_check_attempts": int,
}  # fmt: skip


def comments(cluster: Cluster, host: str) -> list[str]:
    """Return the texts of a host's comments, as the scheduler has them."""
    found = cluster.ask(SCHEDULER, f"get_host?host_name={host}")["content"]["comments"]
    return [each["comment"] for each in found.values()]
