"""Modules of Nagios' event broker and of Shinken: what does their work here, or that nothing does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import basename
from typing import Final

from alignak.config.foreign.findings import Findings, Weight
from alignak.config.parser import Definition

COMMANDS: Final = (
    "commands and passive results come in over HTTP: POST /command of the arbiter or a receiver,"
    " or `alignak command LINE`"
)
STATES: Final = "schedulers keep every state in a database of their own below vardir"
LOGS: Final = "the broker keeps the history (GET /events_log of the arbiter) and writes alignak-events.log below logdir"
PERFDATA: Final = (
    "host_perfdata_command and service_perfdata_command are run for each result; no performance data is written to"
    " files or sent to other programs"
)
QUERIES: Final = "states are asked for over HTTP: /dump, /monitoring_problems and /livesynthesis of the arbiter"
NOTHING: Final = "nothing does its work here"

_WORKS: Final[tuple[tuple[str, Weight, str], ...]] = (
    ("livestatus", Weight.LOST, f"nothing here speaks its language; {QUERIES}"),
    ("webui", Weight.LOST, f"there are no web pages; `alignak status` shows daemons and problems, {QUERIES}"),
    ("ui-", Weight.LOST, "it belongs to web pages, and there are none"),
    ("auth", Weight.LOST, "there are no web pages to sign in to; operators have keys: `alignak key`"),
    ("passwd", Weight.LOST, "there are no web pages to sign in to; operators have keys: `alignak key`"),
    ("retention", Weight.CHANGED, STATES),
    ("log", Weight.CHANGED, LOGS),
    ("named", Weight.CHANGED, f"no pipe is read; {COMMANDS}"),
    ("external-commands", Weight.CHANGED, f"no pipe is read; {COMMANDS}"),
    ("external_commands", Weight.CHANGED, f"no pipe is read; {COMMANDS}"),
    ("nsca", Weight.LOST, f"nobody listens for send_nsca; {COMMANDS}"),
    ("nrdp", Weight.LOST, f"nobody listens for send_nrdp; {COMMANDS}"),
    ("tsca", Weight.LOST, f"nobody listens for its clients; {COMMANDS}"),
    ("ws", Weight.CHANGED, COMMANDS),
    ("collectd", Weight.LOST, f"nobody listens for collectd; {COMMANDS}"),
    ("nrpe", Weight.CHANGED, "pollers run check_nrpe like every other plugin"),
    ("booster", Weight.CHANGED, "pollers run the plugin itself"),
    ("snmp_poller", Weight.CHANGED, "pollers run the plugin itself"),
    ("gearman", Weight.CHANGED, "more pollers, on other machines too, share the checks: one [daemon.x] section each"),
    ("dnx", Weight.CHANGED, "more pollers, on other machines too, share the checks: one [daemon.x] section each"),
    ("merlin", Weight.CHANGED, "schedulers share the hosts, and spare daemons take the place of dead ones"),
    ("npcd", Weight.LOST, PERFDATA),
    ("pnp", Weight.LOST, PERFDATA),
    ("perfdata", Weight.LOST, PERFDATA),
    ("graphite", Weight.LOST, PERFDATA),
    ("influx", Weight.LOST, PERFDATA),
    ("nagflux", Weight.LOST, PERFDATA),
    ("ndo", Weight.LOST, f"no foreign database is filled; {QUERIES}"),
    ("ido", Weight.LOST, f"no foreign database is filled; {QUERIES}"),
    ("statusengine", Weight.LOST, f"no foreign database is filled; {QUERIES}"),
    ("cbmod", Weight.LOST, f"no foreign database is filled; {QUERIES}"),
    ("status", Weight.LOST, f"no status file is written; {QUERIES}"),
    ("mongo", Weight.CHANGED, STATES),
    ("pickle", Weight.CHANGED, STATES),
    ("memcache", Weight.CHANGED, STATES),
    ("redis", Weight.CHANGED, STATES),
)
"""A part of a module's name -> what becomes of its work; the first one that fits counts."""


def work_of(name: str) -> tuple[Weight, str]:
    """Return what becomes of the work of the module of that name."""
    lowered = name.lower()
    return next(
        ((weight, message) for part, weight, message in _WORKS if part in lowered),
        (Weight.LOST, NOTHING),
    )


def broker_module(value: str) -> tuple[str, Weight, str]:
    """Return the name of a module of Nagios' event broker, and what becomes of its work."""
    words = value.split()
    name = basename(words[0]) if words else ""
    return (name or "broker_module", *work_of(name))


def leave_out(definitions: Iterable[Definition], findings: Findings) -> Iterator[Definition]:
    """Yield the ``define module`` that no daemon here can load, each with a remark; those in Python of ours stay."""
    for each in definitions:
        if each.type == "module" and not each.values.get("python_name"):
            values = each.values
            kind = values.get("module_type") or values.get("type", "")
            name = module_name(each) or kind
            weight, message = work_of(f"{kind} {name}")
            findings.add(weight, f"module {name}", message, each.place)
            yield each


def module_name(definition: Definition) -> str:
    """Return the name daemons know a module by."""
    return definition.values.get("module_alias") or definition.values.get("module_name", "")
