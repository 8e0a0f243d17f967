"""Put an arbiter together."""

from __future__ import annotations

import logging
import os
import socket
import sys

from alignak.base.errors import StartError
from alignak.config.compile import Loaded, load
from alignak.config.diagnostics import Severity
from alignak.config.environment import read_environment
from alignak.daemons.arbiter import Arbiter
from alignak.daemons.children import Children
from alignak.daemons.journals import DoorJournal
from alignak.daemons.placements import PlacementFile
from alignak.daemons.shell import Shell
from alignak.daemons.wiring.parts import Parts
from alignak.model.topology import DaemonLink
from alignak.system import files
from alignak.system.supervise import Child

log = logging.getLogger(__name__)


def make(parts: Parts) -> Shell:
    """Return the arbiter, its configuration loaded."""

    def load_all() -> Loaded:
        environment = read_environment(parts.environment.path, files.DiskFiles())
        return load(environment, files.DiskFiles(), parts.launch.legacy)

    arbiter = Arbiter(
        parts.place,
        load=load_all,
        journal=DoorJournal(parts.folder("commands"), parts.clock),
        link=parts.link,
        children=Children(lambda link: launched(parts, link), is_listening, parts.ask_to_stop, stop_timeout=5.0),
        placement=PlacementFile(os.path.join(parts.place.state_folder, "placement.json")),
    )
    loaded = load_all()
    if loaded.config is None:
        for each in loaded.diagnostics:
            log.log(logging.ERROR if each.severity is Severity.ERROR else logging.WARNING, "%s", each.render())
        raise StartError("Configuration is incorrect, sorry, I bail out", 1)
    for each in loaded.diagnostics:
        log.warning("%s", each.render())
    if not any(each.name == parts.place.settings.name for each in loaded.config.daemons):
        raise StartError(f"the arbiter {parts.place.settings.name} is not in its own configuration", 1)
    arbiter.begin_with(loaded.config)
    return arbiter


def is_listening(link: DaemonLink) -> bool:
    """Tell whether something accepts connections at a daemon's address."""
    try:
        socket.create_connection((link.address, link.port), timeout=1.0).close()
    except OSError:
        return False
    return True


def launched(parts: Parts, link: DaemonLink) -> Child:
    """Return the process of a daemon this arbiter launches: the same environment file, its own name."""
    argv = [sys.executable, "-m", "alignak.cli.daemons", link.role.value, "-n", link.name, "-e", parts.environment.path]
    log_path = os.path.join(parts.place.settings.logdir, f"{files.safe_name(link.name)}.out")
    return Child(link.name, argv, os.environ, log_path)
