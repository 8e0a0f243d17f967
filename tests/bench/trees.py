"""A folder that every engine can run from: ``python -m tests.bench.trees FOLDER explicit|groups HOSTS`` makes one."""

from __future__ import annotations

import getpass
import grp
import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tests.bench.dialects import Form, write_definitions, write_icinga
from tests.support.cluster import DAEMONS, Cluster, free_ports

FOLDERS: Final = ("spool", "nagios", *(f"icinga2/{each}" for each in ("data", "cache", "spool", "run")))
OWN: Final = ("log", "run", "var")
"""Where our daemons leave what they have to keep, and Nagios its log."""


class Tree(NamedTuple):
    """Where the files of a site stand."""

    folder: Path
    form: Form
    hosts: int

    @property
    def environment(self) -> Path:
        """Return our environment file."""
        return self.folder / "alignak.ini"

    @property
    def nagios(self) -> Path:
        """Return the main file of Nagios."""
        return self.folder / "nagios.cfg"

    @property
    def icinga(self) -> Path:
        """Return the main file of Icinga."""
        return self.folder / "icinga2" / "icinga2.conf"

    @property
    def shares(self) -> Sequence[Path]:
        """Return the files that the hosts are in."""
        return sorted((self.folder / "objects").glob("share-*.cfg"))


def make(folder: Path, form: Form, hosts: int) -> Tree:
    """Write the files of a site for all engines."""
    for each in FOLDERS:
        (folder / each).mkdir(parents=True, exist_ok=True)
    tree = Tree(folder, form, hosts)
    forget(tree)
    write_definitions(folder, form, hosts)
    write_icinga(folder, form, hosts)
    (folder / "main.cfg").write_text("cfg_file=common.cfg\ncfg_file=services.cfg\ncfg_dir=objects\n")
    tree.nagios.write_text("".join(f"{key}={value}\n" for key, value in _nagios(folder)))
    write_environment(folder)
    return tree


def forget(tree: Tree) -> None:
    """Remove what programs left behind: the next one starts cold."""
    for each in OWN:
        shutil.rmtree(tree.folder / each, ignore_errors=True)
        (tree.folder / each).mkdir(mode=0o700)


def change_host(tree: Tree) -> None:
    """Give one host in the middle of the site another address, in its one file."""
    share = tree.shares[len(tree.shares) // 2]
    other = {"10": "11", "11": "10"}
    share.write_text(
        re.sub(r"(address +)(1[01])", lambda found: found[1] + other[found[2]], share.read_text(), count=1)
    )


def whoever_runs_this() -> tuple[str, str]:
    """Return the user and the group that engines which ask for them run as."""
    return getpass.getuser(), grp.getgrgid(os.getegid()).gr_name


def write_environment(folder: Path, schedulers: int = 1) -> Cluster:
    """Write our environment file: daemons that check nothing, and read commands from a pipe."""
    settings = {
        "cfg": "main.cfg",
        **dict.fromkeys(("execute_host_checks", "execute_service_checks", "process_performance_data"), 0),
        "daemons_start_timeout": 30,
    }
    return write_daemons(folder, settings, schedulers, {"receiver": f"command_file = {pipe_of(folder)}"})


def write_daemons(
    folder: Path, settings: Mapping[str, object], schedulers: int, more: Mapping[str, str] | None = None
) -> Cluster:
    """Write an environment file: the six daemons on free ports, with more schedulers, launched by the arbiter.

    ``settings`` are of the whole, ``more`` are lines of roles' sections.
    """
    daemons = {**DAEMONS, **{f"scheduler-{number}": "scheduler" for number in range(2, schedulers + 1)}}
    ports = dict(zip(daemons, free_ports(len(daemons)), strict=True))
    text = [
        "[DEFAULT]",
        "idontcareaboutsecurity = 1" if os.geteuid() == 0 else "",
        f"workdir = {folder}/run",
        f"vardir = {folder}/var",
        f"logdir = {folder}/log",
        f"etcdir = {folder}",
        "[alignak-configuration]",
        "alignak_name = Bench",
        *(f"{key} = {value}" for key, value in settings.items()),
    ]
    for name, role in daemons.items():
        launched = "" if role == "arbiter" else "alignak_launched = 1"
        text += [f"[daemon.{name}]", f"type = {role}", f"name = {name}", f"port = {ports[name]}", launched]
        text.append((more or {}).get(role, ""))
    (folder / "alignak.ini").write_text("\n".join(text) + "\n")
    return Cluster(folder, daemons, ports)


def pipe_of(folder: Path) -> Path:
    """Return where our receiver reads commands from."""
    return folder / "run" / "commands"


def _nagios(folder: Path) -> Sequence[tuple[str, object]]:
    return (
        ("cfg_file", folder / "common.cfg"),
        ("cfg_file", folder / "services.cfg"),
        ("cfg_dir", folder / "objects"),
        ("log_file", folder / "log" / "nagios.log"),
        ("object_cache_file", folder / "nagios" / "objects.cache"),
        ("status_file", folder / "nagios" / "status.dat"),
        ("status_update_interval", 300),
        ("state_retention_file", folder / "nagios" / "retention.dat"),
        ("command_file", folder / "nagios" / "nagios.cmd"),
        ("lock_file", folder / "nagios" / "nagios.pid"),
        ("query_socket", folder / "nagios" / "nagios.qh"),
        ("temp_file", folder / "nagios" / "nagios.tmp"),
        ("temp_path", folder / "spool"),
        ("check_result_path", folder / "spool"),
        ("nagios_user", whoever_runs_this()[0]),
        ("nagios_group", whoever_runs_this()[1]),
        ("use_syslog", 0),
        ("check_for_updates", 0),
        ("retain_state_information", 0),
        ("execute_host_checks", 0),
        ("execute_service_checks", 0),
        ("interval_length", 60),
    )


if __name__ == "__main__":
    where, form_, count = sys.argv[1:]
    print(make(Path(where).resolve(), Form(form_), int(count)))
