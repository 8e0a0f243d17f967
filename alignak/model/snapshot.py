"""The compiled configuration, whole and cut into parts; each knows the hash of its content."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from alignak.base.codec import digest, encode
from alignak.model.objects import ObjectSet
from alignak.model.settings import Settings
from alignak.model.topology import DaemonLink, Module, Realm

_IMPORTED_FROM: Final = re.compile(rb'"imported_from":"(?:[^"\\]|\\.)*"')


class CompiledConfig(Struct, frozen=True):
    """Everything the configuration files say, checked and linked; what no file can change any more."""

    name: str
    """``alignak_name``."""
    settings: Settings
    macros: Mapping[str, str]
    """Global macros without their dollars: ``USER1`` -> value."""
    objects: ObjectSet
    realms: tuple[Realm, ...] = ()
    daemons: tuple[DaemonLink, ...] = ()
    modules: tuple[Module, ...] = ()
    host_realms: Mapping[str, str] = field(default_factory=dict)
    """Host name -> realm name."""

    @property
    def hash(self) -> str:
        """Return the hash of what the configuration means, wherever in the files it stands; worked out at each call."""
        return digest(_IMPORTED_FROM.sub(b"", encode(self)))


class Part(Struct, frozen=True):
    """What one scheduler is to look after."""

    part_id: str
    """``Config_2``: the historical ``managed_conf_id``."""
    realm: str
    alignak_name: str
    settings: Settings
    macros: Mapping[str, str]
    objects: ObjectSet
    hash: str = ""
    """The historical ``push_flavor``: the hash of all the rest."""
    realms: tuple[Realm, ...] = ()
    """All realms there are."""
