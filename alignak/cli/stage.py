"""What ``alignak demo`` plays on: a folder with a configuration, made from the templates beside this file, and a site.

Everything the demo writes lies in the folder: ``etc/ var/ log/ site.json outbox.txt``. ``demo`` puts it up.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
from collections.abc import Iterator, Mapping
from importlib import resources
from string import Template
from typing import Final

import psutil
from msgspec import Struct

from alignak.base.errors import BadRequestError
from alignak.config.environment import read_environment
from alignak.execution.builtin.site import Site, read_site, write_site
from alignak.model.topology import DEFAULT_PORTS, Role
from alignak.system import files

TEMPLATES: Final = "demo_files"

BASE_PORT: Final = min(DEFAULT_PORTS.values())

HIGHEST_BASE: Final = 65_530
FURTHER: Final = 1_000

ARBITER: Final = "arbiter-master"

BEHIND: Final[Mapping[str, str]] = {
    "router-1": "",
    "web-1": "router-1",
    "web-2": "router-1",
    "db-1": "router-1",
    "mail-1": "router-1",
}
"""Host of the site -> the host it is reached through; the same as ``parents`` in site.cfg."""

SERVICES: Final[Mapping[str, tuple[str, ...]]] = {
    "router-1": ("uplink",),
    "web-1": ("disk", "http", "ssh"),
    "web-2": ("disk", "http", "ssh"),
    "db-1": ("disk", "sql", "ssh"),
    "mail-1": ("disk", "smtp", "ssh"),
}
"""Host of the site -> its services, as in site.cfg."""

MOST_FOUND: Final = 8
"""How many disks and how many network interfaces of this machine are watched."""

_PLAIN: Final = re.compile(r"[\w/.:@+-]+")
"""Names that are a good argument of a check and a good name of a service."""

_AWKWARD: Final = frozenset("\"'\\$`;#%!\n\r\t")
"""Characters that mean something in a configuration file or a command line."""

_NOT_WATCHED: Final = ("squashfs", "iso9660")
"""File systems that are full by nature."""

AS_ROOT: Final = """
# The demo was started as root. Daemons refuse that where this is not written; here they listen on loopback only.
idontcareaboutsecurity=1
"""

FOUND: Final = """\
# What was found on this machine when the demo started.
"""

FOUND_SERVICE: Final = Template("""
define service{
    service_description     $name
    use                     machine-service
    check_command           $command
}
""")


class Stage(Struct, frozen=True):
    """The folder of a demo."""

    folder: str

    @property
    def etc(self) -> str:
        """Return the folder of the configuration."""
        return os.path.join(self.folder, "etc")

    @property
    def var(self) -> str:
        """Return the folder of what the daemons keep."""
        return os.path.join(self.folder, "var")

    @property
    def log(self) -> str:
        """Return the folder of the logs."""
        return os.path.join(self.folder, "log")

    @property
    def environment(self) -> str:
        """Return the path of the environment file."""
        return os.path.join(self.etc, "alignak.ini")

    @property
    def site(self) -> str:
        """Return the file that says what of the site is broken."""
        return os.path.join(self.folder, "site.json")

    @property
    def outbox(self) -> str:
        """Return the file that notifications are written to."""
        return os.path.join(self.folder, "outbox.txt")

    @property
    def pid_file(self) -> str:
        """Return the file the running demo holds."""
        return os.path.join(self.folder, "demo.pid")

    def daemon_pid_files(self) -> Iterator[str]:
        """Yield the files the running daemons hold, the arbiter's first."""
        for role in dict.fromkeys((Role.ARBITER, *Role)):
            yield os.path.join(self.var, f"{role.value}-master.pid")


def default_folder() -> str:
    """Return where a demo lies when nobody says otherwise."""
    state = os.environ.get("XDG_STATE_HOME", "")
    home = state if os.path.isabs(state) else os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(home, "alignak-demo")


def ports(base: int) -> dict[Role, int]:
    """Return the port of each daemon: the historical ones, moved so that the first is ``base``."""
    return {role: base + port - BASE_PORT for role, port in DEFAULT_PORTS.items()}


def arbiter_url(stage: Stage) -> str:
    """Return where the arbiter of a demo listens, as its configuration says."""
    if not os.path.exists(stage.environment):
        raise BadRequestError(f"there is no demo in {stage.folder}: start one with: alignak demo --data {stage.folder}")
    settings = read_environment(stage.environment, files.DiskFiles()).process(ARBITER)
    return f"http://{settings.address}:{settings.port}/"


def taken(wanted: Mapping[Role, int]) -> Iterator[tuple[Role, int]]:
    """Yield the daemons whose port somebody listens on already."""
    for role, port in wanted.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                yield role, port


def free_base(wanted: Mapping[Role, int]) -> int:
    """Return the first of six ports that are free, beyond those that are not."""
    base = min(wanted.values())
    candidates = range(base + FURTHER, HIGHEST_BASE, FURTHER)
    return next((each for each in candidates if not any(taken(ports(each)))), BASE_PORT)


def put_up(stage: Stage, base: int) -> None:
    """Write the configuration, and the site unless it is there; what the daemons keep stays as it is."""
    if awkward := _AWKWARD & set(stage.folder):
        shown = " ".join(map(repr, sorted(awkward)))
        raise BadRequestError(f"the folder {stage.folder} has {shown} in its name: choose another with --data")
    objects = os.path.join(stage.etc, "objects")
    for folder in (stage.folder, stage.etc, objects, stage.var, stage.log):
        files.ensure_folder(folder)
    for name, text in configuration(stage, base):
        files.write_atomic(os.path.join(stage.etc, name), text.encode())
    write_site(stage.site, kept_site(stage))


def configuration(stage: Stage, base: int) -> Iterator[tuple[str, str]]:
    """Yield the files of the configuration: path below ``etc`` and text."""
    values = {
        "etc": stage.etc,
        "var": stage.var,
        "log": stage.log,
        "site": stage.site,
        "outbox": stage.outbox,
        "security": AS_ROOT if os.geteuid() == 0 else "",
        **{f"{role.value}_port": str(port) for role, port in ports(base).items()},
    }
    for each in (resources.files("alignak.cli") / TEMPLATES).iterdir():
        text = each.read_text(encoding="utf-8") if each.is_file() else ""
        if each.name == "alignak.ini":
            yield each.name, Template(text).substitute(values)
        elif each.name == "demo.cfg":
            yield each.name, text
        elif each.name.endswith(".cfg"):
            yield f"objects/{each.name}", text
    yield "objects/found.cfg", found_on_this_machine()


def found_on_this_machine() -> str:
    """Return the services for the disks and network interfaces of this machine."""
    services = [(f"disk {path}", f"check_disk!{path}!85!95") for path in disks()]
    services += [(f"network {name}", f"check_network!{name}") for name in interfaces()]
    return FOUND + "".join(FOUND_SERVICE.substitute(name=name, command=command) for name, command in services)


def disks() -> list[str]:
    """Return where the real file systems are mounted, each device once, the root always."""
    places = {os.stat("/").st_dev: "/"}
    for partition in sorted(psutil.disk_partitions(), key=lambda each: len(each.mountpoint)):
        place = partition.mountpoint
        if partition.fstype not in _NOT_WATCHED and os.path.isdir(place) and _PLAIN.fullmatch(place):
            places.setdefault(os.stat(place).st_dev, place)
    return list(places.values())[:MOST_FOUND]


def interfaces() -> list[str]:
    """Return the network interfaces that are up and have an address, without loopback."""
    addresses = psutil.net_if_addrs()

    def has_address(name: str) -> bool:
        return any(each.family in (socket.AF_INET, socket.AF_INET6) for each in addresses.get(name, ()))

    found = (name for name, state in psutil.net_if_stats().items() if state.isup and name != "lo")
    return sorted(name for name in found if has_address(name) and _PLAIN.fullmatch(name))[:MOST_FOUND]


def kept_site(stage: Stage) -> Site:
    """Return the site as it was left, whole when there is none."""
    broken: tuple[str, ...] = ()
    with contextlib.suppress(OSError, BadRequestError):
        broken = read_site(stage.site).broken
    known = breakable()
    return Site(BEHIND, tuple(each for each in broken if each in known))


def breakable() -> list[str]:
    """Return the names of what can be broken: hosts, and services as ``host/service``."""
    services = [f"{host}/{service}" for host, names in SERVICES.items() for service in names]
    return [*BEHIND, *services]
