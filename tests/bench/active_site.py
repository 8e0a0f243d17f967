"""A site whose services are all checked by one command, for us and for Nagios: as many checks a second as asked for.

Both read the same objects. Hosts have ten services each and no check of their own; nobody is told of anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tests.bench.compiled import Server
from tests.bench.dialects import PLUGINS, Form, definition
from tests.bench.trees import FOLDERS, Tree, forget, whoever_runs_this, write_daemons
from tests.support.cluster import Cluster

PER_HOST: Final = 10
"""Services of a host; where a load has an odd one, it is the last of them."""


class Load(NamedTuple):
    """What is checked."""

    name: str
    line: str
    """The command line."""
    usual: Sequence[str] = ()
    odd: Sequence[str] | None = None
    """What one service of each host is given instead, so that not all are well."""


class Site(NamedTuple):
    """How much of it, how often."""

    load: Load
    services: int
    interval: int
    """Seconds from one check of a service to its next."""

    @property
    def rate(self) -> float:
        """Return the checks a second that are due."""
        return self.services / self.interval


def tiny(program: Path) -> Load:
    """Return checks by a plugin that does nothing."""
    return Load("a tiny plugin", str(program))


def check_tcp(server: Server) -> Load:
    """Return checks of a port; one in ten is refused."""
    line = f"{PLUGINS}/check_tcp -H $HOSTADDRESS$ -p $ARG1$ -w 1 -c 3"
    return Load("check_tcp", line, (str(server.port),), (str(server.refusing),))


def check_http(server: Server) -> Load:
    """Return checks of a page; one in ten is not there."""
    line = f"{PLUGINS}/check_http -H $HOSTADDRESS$ -p $ARG1$ -u $ARG2$ -w 5 -c 10"
    return Load("check_http", line, (str(server.port), "/"), (str(server.port), "/missing"))


def site_of(load: Load, rate: float, interval: int) -> Site:
    """Return a site of whole hosts that offers about so many checks a second."""
    return Site(load, max(1, round(rate * interval / PER_HOST)) * PER_HOST, interval)


def make(folder: Path, site: Site, check_workers: int = 0) -> Tree:
    """Write the files of a site for both engines; ``check_workers`` of 0 leaves that to Nagios."""
    for each in FOLDERS:
        (folder / each).mkdir(parents=True, exist_ok=True)
    tree = Tree(folder, Form.EXPLICIT, site.services // PER_HOST)
    forget(tree)
    (folder / "objects.cfg").write_text("".join(_objects(site)))
    tree.nagios.write_text("".join(f"{key}={value}\n" for key, value in _nagios(folder, site, check_workers)))
    return tree


def write_environment(tree: Tree, site: Site, schedulers: int = 1) -> Cluster:
    """Write our environment file: daemons with the settings they have by themselves, on ports that are free."""
    settings = {"cfg": "objects.cfg", "daemons_start_timeout": 60, **_settings(site)}
    return write_daemons(tree.folder, settings, schedulers)


def _settings(site: Site) -> Mapping[str, int]:
    """Return what both engines are told."""
    return {
        "interval_length": 1,
        "max_service_check_spread": site.interval,
        "execute_host_checks": 0,
        "execute_service_checks": 1,
        "enable_notifications": 0,
        "process_performance_data": 0,
    }


def _objects(site: Site) -> Iterator[str]:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    yield definition("timeperiod", {"timeperiod_name": "24x7", "alias": "always", **dict.fromkeys(days, "00:00-24:00")})
    yield definition("command", {"command_name": "check", "command_line": site.load.line})
    yield definition("command", {"command_name": "tell", "command_line": "/bin/true"})
    yield definition("contact", _contact())
    common = {
        "contacts": "nobody",
        "register": 0,
        "max_check_attempts": 1,
        "check_period": "24x7",
        "flap_detection_enabled": 0,
    }
    yield definition("host", {"name": "generic-host", "active_checks_enabled": 0, **common})
    often = {"check_interval": site.interval, "retry_interval": site.interval}
    yield definition("service", {"name": "generic-service", "event_handler_enabled": 0, **often, **common})
    for number in range(site.services // PER_HOST):
        yield from _host(site.load, number)


def _contact() -> Mapping[str, str]:
    """Return whom Nagios wants to know; he is not told anything."""
    values = {"contact_name": "nobody"}
    for kind in ("host", "service"):
        values |= {f"{kind}_notification_{what}": said for what, said in (("period", "24x7"), ("options", "n"))}
        values[f"{kind}_notification_commands"] = "tell"
    return values


def _host(load: Load, number: int) -> Iterator[str]:
    name, address = f"host-{number:05}", f"127.{1 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}"
    yield definition("host", {"use": "generic-host", "host_name": name, "address": address})
    for each in range(PER_HOST):
        arguments = load.odd if load.odd is not None and each == PER_HOST - 1 else load.usual
        command = "!".join(("check", *arguments))
        values = {"use": "generic-service", "host_name": name, "service_description": f"service-{each}"}
        yield definition("service", values | {"check_command": command})


def _nagios(folder: Path, site: Site, check_workers: int) -> Iterator[tuple[str, object]]:
    yield "cfg_file", folder / "objects.cfg"
    yield "log_file", folder / "log" / "nagios.log"
    below = folder / "nagios"
    yield "object_cache_file", below / "objects.cache"
    yield "status_file", below / "status.dat"
    yield "state_retention_file", below / "retention.dat"
    yield "command_file", below / "nagios.cmd"
    yield "lock_file", below / "nagios.pid"
    yield "query_socket", below / "nagios.qh"
    yield "temp_file", below / "nagios.tmp"
    yield "temp_path", folder / "spool"
    yield "check_result_path", folder / "spool"
    user, group = whoever_runs_this()
    yield from (("nagios_user", user), ("nagios_group", group))
    yield from dict.fromkeys(("use_syslog", "check_for_updates", "retain_state_information"), 0).items()
    yield "max_concurrent_checks", 0
    yield from _settings(site).items()
    if check_workers:
        yield "check_workers", check_workers
