"""What the arbiter tells the other daemons, and what they answer."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from alignak.base.codec import digest, encode
from alignak.messages.parts import PackedPart
from alignak.messages.work import WIRE_VERSION
from alignak.model.settings import Settings
from alignak.model.topology import DaemonLink, Module


class ManagedPart(Struct, frozen=True):
    """What a daemon says of one part it holds."""

    hash: str
    """Of the configuration pushed to that daemon."""
    push_flavor: str
    """Of the part."""
    managed_conf_id: str


class Assignment(Struct, frozen=True):
    """One scheduler as its satellites see it: where it is and what it looks after."""

    link: DaemonLink
    managed_conf_id: str
    push_flavor: str
    managed_hosts_names: tuple[str, ...] = ()
    """For receivers, who bring commands to the scheduler of their host; nobody else needs so many names."""


class DaemonConfiguration(Struct, frozen=True):
    """Everything the arbiter pushes to one daemon: the ``conf`` of ``push_configuration``.

    ``hash`` is the hash of all the rest, of a part through its own hash; a daemon that already holds it has nothing to
    do.
    """

    self_conf: DaemonLink
    alignak_name: str
    settings: Settings
    macros: Mapping[str, str] = field(default_factory=dict)
    schedulers: tuple[Assignment, ...] = ()
    """For a scheduler: its own assignment alone."""
    satellites: tuple[DaemonLink, ...] = ()
    """Pollers, reactionners, receivers and brokers the daemon has to do with."""
    arbiters: tuple[DaemonLink, ...] = ()
    modules: tuple[Module, ...] = ()
    conf_part: PackedPart | None = None
    """A scheduler's part, whole or as what differs from the one it holds; None for everybody else."""
    hash: str = ""
    version: int = WIRE_VERSION


class PushConfiguration(Struct, frozen=True):
    """The body of ``push_configuration``."""

    conf: DaemonConfiguration


class Identity(Struct, frozen=True):
    """Who a daemon is: the four keys of ``get_id``."""

    alignak: str
    type: str
    name: str
    version: str


class LiveIdentity(Struct, frozen=True):
    """What the daemons read of each other's ``identity``: also which life of the daemon it is."""

    alignak: str
    type: str
    name: str
    version: str
    start_time: int
    running_id: str


def content_hash(conf: DaemonConfiguration) -> str:
    """Return the hash a daemon's configuration must carry.

    It is made of everything but itself, and of the part only its hash: so it is the same whether the part travels whole
    or as changes, and worked out at once however large the part is.
    """
    part = PackedPart(conf.conf_part.hash) if conf.conf_part else None
    return digest(encode(replace(conf, hash="", conf_part=part)))


def sealed(conf: DaemonConfiguration) -> DaemonConfiguration:
    """Return the configuration with its hash filled in."""
    return replace(conf, hash=content_hash(conf))
