"""The site of ``objects.py`` in the languages of the engines: definitions for Nagios and for us, Icinga's own.

Both files are read from the same folder: ``common.cfg`` and ``objects/*.cfg`` are ours and Nagios' alike. Icinga gets
no notifications and no dependencies: it makes an object of each for every service, which the others do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

from tests.bench.objects import COMMANDS, COMMON, ROLES, TEAMS, Host, Service, services, shares

PLUGINS: Final = "/usr/lib/nagios/plugins"
EVERYWHERE: Final = "servers"
"""The group all hosts are in."""


class Form(StrEnum):
    """How services are attached to hosts."""

    EXPLICIT = "explicit"
    """Each is written out, beside its host."""
    GROUPS = "groups"
    """Each is written once, for a group of hosts."""


def definition(type_: str, values: Mapping[str, object]) -> str:
    """Return a definition in the language that Nagios and we read."""
    lines = (f"    {key:<31} {value}\n" for key, value in values.items() if value != "")
    return f"define {type_} {{\n{''.join(lines)}}}\n\n"


def write_definitions(folder: Path, form: Form, count: int) -> None:
    """Write what Nagios and we read: ``common.cfg``, ``objects/*.cfg`` and for the groups ``services.cfg``."""
    (folder / "objects").mkdir(parents=True, exist_ok=True)
    (folder / "common.cfg").write_text("".join(_common()))
    for number, share in shares(count):
        text = "".join(definition_of_host(each, form) for each in share)
        (folder / "objects" / f"share-{number:03}.cfg").write_text(text)
    attached = "".join(_service(each, {"hostgroup_name": group}) for group, each in _attached())
    (folder / "services.cfg").write_text(attached if form is Form.GROUPS else "")


def definition_of_host(host: Host, form: Form) -> str:
    """Return a host, and its services when they are written out."""
    values = {
        "use": "generic-host",
        "host_name": host.name,
        "alias": host.alias,
        "address": host.address,
        "parents": host.parent,
        "hostgroups": f"{EVERYWHERE},{host.role}-servers",
        **dict(host.customs),
    }
    beside = services(host) if form is Form.EXPLICIT else ()
    return definition("host", values) + "".join(_service(each, {"host_name": host.name}) for each in beside)


def _service(service: Service, where: Mapping[str, str]) -> str:
    values = {
        "use": "generic-service",
        **where,
        "service_description": service.description,
        "check_command": "!".join((service.command, *service.arguments)),
        "check_interval": service.interval,
        "max_check_attempts": service.attempts,
        "contact_groups": service.team,
        **dict(service.customs),
    }
    return definition("service", values)


def _attached() -> Iterator[tuple[str, Service]]:
    """Yield groups of hosts and the services they have."""
    yield from ((EVERYWHERE, each) for each in COMMON)
    yield from ((f"{role}-servers", each) for role, those in ROLES.items() for each in those)


def _common() -> Iterator[str]:
    """Yield what the definitions of hosts and services name."""
    for name, options in COMMANDS.items():
        words = " ".join(f"{option} $ARG{number}$" for number, option in enumerate(options, 1))
        line = f"{PLUGINS}/{name} -H $HOSTADDRESS$ {words}"
        yield definition("command", {"command_name": name, "command_line": line})
    yield definition("command", {"command_name": "check-host-alive", "command_line": f"{PLUGINS}/check_icmp -n 1"})
    mail = "/usr/bin/mail -s '$NOTIFICATIONTYPE$: $HOSTNAME$/$SERVICEDESC$' $CONTACTEMAIL$"
    yield definition("command", {"command_name": "notify-by-mail", "command_line": mail})
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    yield definition("timeperiod", {"timeperiod_name": "24x7", "alias": "always", **dict.fromkeys(days, "00:00-24:00")})
    for team, members in TEAMS.items():
        yield definition("contactgroup", {"contactgroup_name": team, "alias": team, "members": ",".join(members)})
        yield from (definition("contact", _contact(each)) for each in members)
    for group in (EVERYWHERE, *(f"{role}-servers" for role in ROLES)):
        yield definition("hostgroup", {"hostgroup_name": group, "alias": group})
    yield definition("host", {"name": "generic-host", "register": 0, "check_command": "check-host-alive"} | _template())
    yield definition("service", {"name": "generic-service", "register": 0} | _template())


def _contact(name: str) -> dict[str, object]:
    return {
        "contact_name": name,
        "alias": name.title(),
        "email": f"{name}@example.org",
        "host_notification_period": "24x7",
        "service_notification_period": "24x7",
        "host_notification_options": "d,u,r",
        "service_notification_options": "w,u,c,r",
        "host_notification_commands": "notify-by-mail",
        "service_notification_commands": "notify-by-mail",
    }


def _template() -> dict[str, object]:
    return {
        "check_period": "24x7",
        "check_interval": 5,
        "retry_interval": 1,
        "max_check_attempts": 3,
        "contact_groups": "system-admins",
        "notification_period": "24x7",
        "notification_interval": 60,
        "event_handler_enabled": 0,
        "flap_detection_enabled": 1,
    }


def write_icinga(folder: Path, form: Form, count: int) -> Path:
    """Write what Icinga reads and return its main file."""
    below = folder / "icinga2"
    (below / "objects").mkdir(parents=True, exist_ok=True)
    for number, share in shares(count):
        text = "".join(_icinga_host(each, form) for each in share)
        (below / "objects" / f"share-{number:03}.conf").write_text(text)
    main = below / "icinga2.conf"
    applied = (
        _icinga_service(
            each, f"apply Service {_text(each.description)}", (f"assign where {_text(group)} in host.groups",)
        )
        for group, each in _attached()
    )
    main.write_text("".join(_icinga_common()) + ("".join(applied) if form is Form.GROUPS else ""))
    return main


def _icinga_host(host: Host, form: Form) -> str:
    lines = [
        'import "generic-host"',
        f"display_name = {_text(host.alias)}",
        f"address = {_text(host.address)}",
        f"groups = [ {_text(EVERYWHERE)}, {_text(host.role + '-servers')} ]",
        *(f"vars.{key} = {_text(value)}" for key, value in host.customs),
    ]
    written = _block(f"object Host {_text(host.name)}", lines)
    if form is Form.EXPLICIT:
        for each in services(host):
            written += _icinga_service(
                each, f"object Service {_text(each.description)}", (f"host_name = {_text(host.name)}",)
            )
    return written


def _icinga_service(service: Service, head: str, more: Iterable[str]) -> str:
    lines = [
        'import "generic-service"',
        f"check_command = {_text(service.command)}",
        *(f"vars.arg{number} = {_text(value)}" for number, value in enumerate(service.arguments, 1)),
        f"check_interval = {service.interval}m",
        f"max_check_attempts = {service.attempts}",
        f"vars.team = {_text(service.team)}",
        *(f"vars.{key} = {_text(value)}" for key, value in service.customs),
        *more,
    ]
    return _block(head, lines)


def _icinga_common() -> Iterator[str]:
    yield 'object IcingaApplication "app" { }\nobject CheckerComponent "checker" { }\n'
    for name, options in COMMANDS.items():
        arguments = ", ".join(f'"{option}" = "$arg{number}$"' for number, option in enumerate(options, 1))
        lines = [f'command = [ "{PLUGINS}/{name}", "-H", "$address$" ]', f"arguments = {{ {arguments} }}"]
        yield _block(f"object CheckCommand {_text(name)}", lines)
    yield _block('object CheckCommand "check-host-alive"', [f'command = [ "{PLUGINS}/check_icmp", "-n", "1" ]'])
    ranges = ", ".join(
        f'"{day}" = "00:00-24:00"'
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    )
    yield _block('object TimePeriod "24x7"', [f"ranges = {{ {ranges} }}"])
    for team, members in TEAMS.items():
        yield _block(f"object UserGroup {_text(team)}", [])
        yield from (_block(f"object User {_text(each)}", [f"groups = [ {_text(team)} ]"]) for each in members)
    for group in (EVERYWHERE, *(f"{role}-servers" for role in ROLES)):
        yield _block(f"object HostGroup {_text(group)}", [])
    common = ['check_period = "24x7"', "check_interval = 5m", "retry_interval = 1m", "max_check_attempts = 3"]
    common.append("enable_flapping = true")
    yield _block('template Host "generic-host"', [*common, 'check_command = "check-host-alive"'])
    yield _block('template Service "generic-service"', common)
    yield 'include "objects/*.conf"\n'


def _block(head: str, lines: Iterable[str]) -> str:
    return f"{head} {{\n{''.join(f'  {each}{chr(10)}' for each in lines)}}}\n"


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
