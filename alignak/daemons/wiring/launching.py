"""How an arbiter finds, and starts, the daemons of its own machine; ``wiring.arbiter`` gives it to ``Children``."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence
from typing import Final

from alignak.base.errors import AlignakError
from alignak.config.environment import Environment, read_environment
from alignak.daemons.wiring.parts import Launch, Parts
from alignak.model.topology import DaemonLink
from alignak.system import files
from alignak.system.pidfiles import open_holder
from alignak.system.supervise import Child, Found

VARIABLE: Final = "ALIGNAK_CONFIGURATION_FILE"
"""Not handed on: the environment file is on the command line."""


def environment_of(launch: Launch) -> Environment:
    """Return the environment file as a launch means it.

    What an arbiter launches need not have a section: object files define daemons too, and missing ones are added.
    """
    path = os.path.abspath(launch.variables.get(VARIABLE, "") or launch.environment)
    environment = read_environment(path, files.DiskFiles())
    if not launch.is_launched or any(each.name == launch.name for each in environment.daemons):
        return environment
    section = {f"daemon.{launch.name}.type": launch.role.value, f"daemon.{launch.name}.name": launch.name}
    return read_environment(path, files.DiskFiles(), section)


def is_here(link: DaemonLink) -> bool:
    """Tell whether a daemon's address is one of this machine's: one that a socket can have."""
    try:
        family, kind, protocol, _, (host, *_) = socket.getaddrinfo(link.address, None, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.bind((host, 0))
    except OSError:
        return False
    return True


def found(parts: Parts, link: DaemonLink) -> Found | None:
    """Return the process of a daemon that runs already, as its pid file says, or None."""
    launch = Launch(link.role, link.name, parts.environment.path, is_launched=True)
    try:
        path = environment_of(launch).process(link.name).pid_filename
    except AlignakError:
        return None  # the daemon will say what is wrong with its section
    holder = open_holder(path)
    return None if holder is None else Found(holder)


def launched(parts: Parts, link: DaemonLink, arguments: Sequence[str]) -> Child:
    """Return the process of a daemon: the same environment file, its own name, further arguments."""
    argv = [sys.executable, "-m", "alignak.cli.daemons", link.role.value, "--launched"]
    argv += ["-n", link.name, "-e", parts.environment.path, "-o", link.host, "-p", str(link.port)]
    log_path = os.path.join(parts.place.settings.logdir, f"{files.safe_name(link.name)}.out")
    variables = {name: value for name, value in os.environ.items() if name != VARIABLE}
    return Child(link.name, [*argv, *arguments], variables, log_path)
