"""Put an arbiter together."""

from __future__ import annotations

import logging
import os
import shlex
from collections.abc import Sequence

from msgspec.structs import replace

from alignak.base.errors import StartError
from alignak.config.compile import Loaded, load
from alignak.config.environment import read_environment
from alignak.config.includes import Library
from alignak.config.parser import Definition
from alignak.daemons.arbiter import Arbiter
from alignak.daemons.children import Children
from alignak.daemons.journals import DoorJournal
from alignak.daemons.placements import PlacementFile
from alignak.daemons.shell import Shell
from alignak.daemons.wiring import ending, launching
from alignak.daemons.wiring.modules import Read, read_with_modules
from alignak.daemons.wiring.parts import Parts
from alignak.model.settings import Settings
from alignak.model.snapshot import CompiledConfig
from alignak.modules.interface import Surroundings
from alignak.system import files
from alignak.system.garbage import uncollected

log = logging.getLogger(__name__)


def make(parts: Parts) -> Shell:
    """Return the arbiter, its configuration loaded."""
    library = Library()
    read = read_all(parts, library)
    config = first_of(read.loaded, parts, ending.CANNOT_START if read.may_pass else 1)
    arbiter = Arbiter(
        parts.place,
        load=lambda: read_all(parts, library).loaded,
        journal=DoorJournal(parts.folder("commands"), parts.clock),
        link=parts.link,
        children=children(parts, config.settings),
        placement=PlacementFile(os.path.join(parts.place.state_folder, "placement.json")),
    )
    arbiter.begin_with(config)
    return arbiter


def read_all(parts: Parts, library: Library) -> Read:
    """Read and compile everything, with what modules add; a name on the command line is the installation's.

    ``library`` remembers from one reload to the next what files said.
    """
    environment = read_environment(parts.environment.path, files.DiskFiles())
    settings, legacy = parts.place.settings, parts.launch.legacy
    surroundings = Surroundings(settings.name, pid_file=settings.pid_filename)

    def compiled(given: Sequence[Definition]) -> Loaded:
        with uncollected():
            return load(environment, files.DiskFiles(), legacy, library, given)

    read = read_with_modules(environment, legacy, surroundings, compiled)
    if read.loaded.config is None or not parts.launch.alignak_name:
        return read
    config = named(read.loaded.config, parts.launch.alignak_name)
    return replace(read, loaded=replace(read.loaded, config=config))


def named(config: CompiledConfig, name: str) -> CompiledConfig:
    """Return a configuration under another name."""
    return replace(config, name=name, settings=replace(config.settings, alignak_name=name))


def first_of(loaded: Loaded, parts: Parts, exit_code: int = 1) -> CompiledConfig:
    """Return the configuration to start with. Raises StartError with the exit code and all that is wrong with it."""
    if loaded.config is None:
        diagnostics = tuple(f"{each.severity.name}: {each.render()}" for each in loaded.diagnostics)
        raise StartError("Configuration is incorrect, sorry, I bail out", exit_code, diagnostics)
    for each in loaded.diagnostics:
        log.warning("%s", each.render())
    name = parts.place.settings.name
    if not any(each.name == name for each in loaded.config.daemons):
        raise StartError(f"the arbiter {name} is not in its own configuration", 1)
    return loaded.config


def children(parts: Parts, settings: Settings) -> Children:
    """Return what keeps the daemons of this machine alive."""
    try:
        arguments = shlex.split(settings.daemons_arguments)
    except ValueError as error:
        raise StartError(f"daemons_arguments={settings.daemons_arguments} cannot be read: {error}", 1) from error
    return Children(
        make=lambda link: launching.launched(parts, link, arguments),
        find=lambda link: launching.found(parts, link),
        is_here=launching.is_here,
        stop_timeout=settings.daemons_stop_timeout,
    )
