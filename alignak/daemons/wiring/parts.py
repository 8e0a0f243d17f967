"""What the command line says, and what the makers of daemons work with."""

from __future__ import annotations

import os
from collections.abc import Mapping

from msgspec import Struct, field

from alignak.base.clock import Clock
from alignak.base.secret import Secret
from alignak.config.environment import Environment
from alignak.daemons.shell import Place
from alignak.model.topology import DaemonLink, Role
from alignak.net.links import Link
from alignak.net.tls import TlsFiles


class Launch(Struct, frozen=True):
    """What the command line says."""

    role: Role
    name: str
    environment: str
    legacy: tuple[str, ...] = ()
    alignak_name: str = ""
    host: str = ""
    port: int = 0
    log_file: str = ""
    log_level: str = ""
    pid_file: str = ""
    is_daemon: bool = False
    replace: bool = False
    is_launched: bool = False
    """By an arbiter: nothing goes to the console, and the name need not have a section."""
    verbosity: int = 0
    variables: Mapping[str, str] = field(default_factory=dict)
    """The environment variables that are honoured."""


class Parts(Struct, frozen=True):
    """What the makers of daemons work with."""

    launch: Launch
    environment: Environment
    place: Place
    secret: Secret
    tls: TlsFiles | None

    @property
    def clock(self) -> Clock:
        """Return the daemon's clock."""
        return self.place.clock

    def folder(self, name: str) -> str:
        """Return a folder in the daemon's own."""
        return os.path.join(self.place.state_folder, name)

    def link(self, conf: DaemonLink) -> Link:
        """Return a way to another daemon."""
        return Link(conf, self.secret, self.clock, self.tls)
