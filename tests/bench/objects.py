"""What the benches of configuration watch: one site of any size, as values; ``dialects.py`` writes it for each engine.

Ten services a host, six that every machine has and four of its role. A host in fifty is the parent of the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

FILES: Final = 100
"""How many files the hosts are spread over."""

FAMILY: Final = 50
"""How many hosts share a parent, itself included."""


class Service(NamedTuple):
    """Something to watch on a host."""

    description: str
    command: str
    arguments: tuple[str, ...]
    interval: int = 5
    attempts: int = 3
    team: str = "system-admins"
    customs: tuple[tuple[str, str], ...] = ()


class Host(NamedTuple):
    """A machine."""

    name: str
    alias: str
    address: str
    role: str
    parent: str
    customs: tuple[tuple[str, str], ...]
    number: int


COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "check_ping": ("-w", "-c", "-p"),
    "check_ssh": ("-t",),
    "check_disk": ("-w", "-c", "-p"),
    "check_load": ("-w", "-c"),
    "check_procs": ("-w", "-c", "-C"),
    "check_ntp_time": ("-w", "-c"),
    "check_http": ("-u", "-w", "-c"),
    "check_tcp": ("-p", "-w", "-c"),
    "check_smtp": ("-p", "-w"),
}
"""Command -> the option of the plugin that each argument is given to."""

COMMON: Final = (
    Service("Ping", "check_ping", ("100.0,20%", "500.0,60%", "5"), interval=1),
    Service("SSH", "check_ssh", ("10",)),
    Service("Disk /", "check_disk", ("20%", "10%", "/")),
    Service("Load", "check_load", ("15,10,5", "30,25,20"), interval=2),
    Service("Processes", "check_procs", ("250", "400", "cron"), attempts=5),
    Service("Time", "check_ntp_time", ("0.5", "1"), interval=30),
)
"""What every machine has."""

ROLES: Final[Mapping[str, tuple[Service, ...]]] = {
    "web": (
        Service("HTTP", "check_http", ("/", "1", "5"), 1, 3, "web-admins", (("_DOC", "runbook/http"),)),
        Service("HTTP status", "check_http", ("/server-status?auto", "2", "5"), 5, 3, "web-admins"),
        Service("HTTPS port", "check_tcp", ("443", "1", "5"), 5, 3, "web-admins"),
        Service("Disk /var/www", "check_disk", ("15%", "5%", "/var/www"), 10, 3, "web-admins"),
    ),
    "database": (
        Service("PostgreSQL", "check_tcp", ("5432", "1", "3"), 1, 2, "database-admins", (("_DOC", "runbook/pg"),)),
        Service("PgBouncer", "check_tcp", ("6432", "1", "3"), 1, 2, "database-admins"),
        Service("Disk /srv/db", "check_disk", ("25%", "10%", "/srv/db"), 5, 3, "database-admins"),
        Service("Backends", "check_procs", ("300", "500", "postgres"), 5, 3, "database-admins"),
    ),
    "mail": (
        Service("SMTP", "check_smtp", ("25", "5"), 2, 3, "mail-admins", (("_DOC", "runbook/smtp"),)),
        Service("Submission", "check_smtp", ("587", "5"), 2, 3, "mail-admins"),
        Service("IMAPS", "check_tcp", ("993", "2", "5"), 2, 3, "mail-admins"),
        Service("Disk /var/mail", "check_disk", ("15%", "5%", "/var/mail"), 10, 3, "mail-admins"),
    ),
    "file": (
        Service("NFS", "check_tcp", ("2049", "1", "3"), 2, 3, "system-admins", (("_DOC", "runbook/nfs"),)),
        Service("Samba", "check_tcp", ("445", "1", "3"), 2, 3, "system-admins"),
        Service("Disk /srv/files", "check_disk", ("10%", "5%", "/srv/files"), 10, 3, "system-admins"),
        Service("Disk /srv/backup", "check_disk", ("10%", "5%", "/srv/backup"), 10, 3, "system-admins"),
    ),
    "application": (
        Service("Application", "check_http", ("/health", "2", "10"), 1, 3, "web-admins", (("_DOC", "runbook/app"),)),
        Service("Debug port", "check_tcp", ("9000", "1", "3"), 5, 3, "web-admins"),
        Service("Workers", "check_procs", ("64", "96", "worker"), 5, 3, "web-admins"),
        Service("Disk /opt", "check_disk", ("15%", "5%", "/opt"), 10, 3, "web-admins"),
    ),
}
"""Role -> what its machines have besides."""

TEAMS: Final[Mapping[str, tuple[str, ...]]] = {
    "system-admins": ("ada", "grace", "linus"),
    "web-admins": ("tim", "roy"),
    "database-admins": ("edgar", "michael"),
    "mail-admins": ("eric", "wietse"),
}
"""Contact group -> members."""


def hosts(count: int) -> Iterator[Host]:
    """Yield the machines of a site of this size."""
    roles = tuple(ROLES)
    for number in range(count):
        first = number - number % FAMILY
        role = roles[number % len(roles)]
        customs = (("_RACK", f"r{number // FAMILY:03}"), ("_SITE", "paris")) if number % 4 == 0 else ()
        yield Host(
            name=_name(number),
            alias=f"{role} server {number}",
            address=f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}",
            role=role,
            parent=_name(first) if number != first else "",
            customs=customs,
            number=number,
        )


def services(host: Host) -> Iterator[Service]:
    """Yield what is watched on a machine, with the thresholds that somebody set for it."""
    for each in (*COMMON, *ROLES[host.role]):
        if each.command == "check_load":
            cores = 2 << host.number % 5
            yield each._replace(arguments=(f"{cores * 2},{cores},{cores}", f"{cores * 4},{cores * 3},{cores * 2}"))
        else:
            yield each


def shares(count: int) -> Iterator[tuple[int, list[Host]]]:
    """Yield the number of each file and the hosts that stand in it."""
    every = list(hosts(count))
    for number in range(FILES):
        yield number, every[number * count // FILES : (number + 1) * count // FILES]


def _name(number: int) -> str:
    return f"{tuple(ROLES)[number % len(ROLES)]}-{number:05}"
