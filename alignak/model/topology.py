"""The daemons and realms of an installation."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from msgspec import Struct, field

from alignak.model.objects import UNTAGGED


class Role(Enum):
    """What a daemon does."""

    ARBITER = "arbiter"
    SCHEDULER = "scheduler"
    POLLER = "poller"
    REACTIONNER = "reactionner"
    RECEIVER = "receiver"
    BROKER = "broker"


DEFAULT_PORTS: Final[Mapping[Role, int]] = {
    Role.SCHEDULER: 7768,
    Role.REACTIONNER: 7769,
    Role.ARBITER: 7770,
    Role.POLLER: 7771,
    Role.BROKER: 7772,
    Role.RECEIVER: 7773,
}

LINK_NAMES: Final[Mapping[Role, str]] = {
    Role.ARBITER: "ArbiterLink",
    Role.SCHEDULER: "SchedulerLink",
    Role.POLLER: "PollerLink",
    Role.REACTIONNER: "ReactionnerLink",
    Role.RECEIVER: "ReceiverLink",
    Role.BROKER: "BrokerLink",
}
"""How the historical ``instance_id`` of a role begins: ``SchedulerLink_1``."""


class DaemonLink(Struct, frozen=True):
    """What one daemon needs to know to speak to another: the link properties of a ``[daemon.x]`` section."""

    role: Role
    name: str
    instance_id: str
    address: str = "127.0.0.1"
    host: str = "127.0.0.1"
    """The address the daemon listens on."""
    port: int = 0
    use_ssl: bool = False
    hard_ssl_name_check: bool = True
    ca_cert: str = ""
    realm: str = "All"
    manage_sub_realms: bool = True
    manage_arbiters: bool = False
    active: bool = True
    spare: bool = False
    passive: bool = False
    weight: int = 1
    poller_tags: tuple[str, ...] = (UNTAGGED,)
    reactionner_tags: tuple[str, ...] = (UNTAGGED,)
    alignak_launched: bool = False
    short_timeout: float = 3.0
    long_timeout: float = 120.0
    polling_interval: float = 5.0
    max_check_attempts: int = 3
    skip_initial_broks: bool = False
    accept_passive_unknown_check_results: bool = False
    use_timezone: str = "NOTSET"
    modules: tuple[str, ...] = ()

    @property
    def uri(self) -> str:
        """Return the address as a URL, ending in a slash."""
        return f"{'https' if self.use_ssl else 'http'}://{self.address}:{self.port}/"


class Realm(Struct, frozen=True):
    """A part of the monitored world with its own daemons; realms form a tree."""

    name: str
    alias: str = ""
    members: tuple[str, ...] = ()
    """Names of the sub-realms."""
    level: int = 0
    default: bool = False
    imported_from: str = ""


class Module(Struct, frozen=True):
    """A ``[module.x]`` section: its name, the Python module behind it and its options."""

    name: str
    python_name: str = ""
    types: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
