"""Put an arbiter together."""

from __future__ import annotations

import logging
import os
import shlex

from msgspec.structs import replace

from alignak.base.errors import StartError
from alignak.config.compile import Loaded, content_hash, load
from alignak.config.environment import read_environment
from alignak.daemons.arbiter import Arbiter
from alignak.daemons.children import Children
from alignak.daemons.journals import DoorJournal
from alignak.daemons.placements import PlacementFile
from alignak.daemons.shell import Shell
from alignak.daemons.wiring import launching
from alignak.daemons.wiring.parts import Parts
from alignak.model.settings import Settings
from alignak.model.snapshot import CompiledConfig
from alignak.system import files

log = logging.getLogger(__name__)


def make(parts: Parts) -> Shell:
    """Return the arbiter, its configuration loaded."""
    config = first_of(load_all(parts), parts)
    arbiter = Arbiter(
        parts.place,
        load=lambda: load_all(parts),
        journal=DoorJournal(parts.folder("commands"), parts.clock),
        link=parts.link,
        children=children(parts, config.settings),
        placement=PlacementFile(os.path.join(parts.place.state_folder, "placement.json")),
    )
    arbiter.begin_with(config)
    return arbiter


def load_all(parts: Parts) -> Loaded:
    """Read and compile the configuration files; a name on the command line is the installation's."""
    environment = read_environment(parts.environment.path, files.DiskFiles())
    loaded = load(environment, files.DiskFiles(), parts.launch.legacy)
    if loaded.config is None or not parts.launch.alignak_name:
        return loaded
    return replace(loaded, config=named(loaded.config, parts.launch.alignak_name))


def named(config: CompiledConfig, name: str) -> CompiledConfig:
    """Return a configuration under another name."""
    renamed = replace(config, name=name, settings=replace(config.settings, alignak_name=name))
    return replace(renamed, hash=content_hash(renamed))


def first_of(loaded: Loaded, parts: Parts) -> CompiledConfig:
    """Return the configuration to start with. Raises StartError (exit code 1) with all that is wrong with it."""
    if loaded.config is None:
        diagnostics = tuple(f"{each.severity.name}: {each.render()}" for each in loaded.diagnostics)
        raise StartError("Configuration is incorrect, sorry, I bail out", 1, diagnostics)
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
