"""What an arbiter and the process of one of its modules say to each other while a configuration is read.

``modules.host`` sends requests and gets answers, ``compat.configuring`` is the other side. A message is its length
(4 bytes) and msgpack of one of the records; each request gets one answer, with any number of ``Said`` before it.
"""

from __future__ import annotations

import struct
from typing import Any, Final, TypeAlias

from msgspec import Struct, field

from alignak.model.topology import Module

LENGTH: Final = struct.Struct("<I")

LARGEST: Final = 512 << 20
"""Bytes one message may have."""

GET_OBJECTS: Final = "get_objects"
READ: Final = "hook_read_configuration"
EARLY: Final = "hook_early_configuration"
LATE: Final = "hook_late_configuration"
OF_CONFIGURATION: Final = (READ, GET_OBJECTS, EARLY, LATE)
"""The methods of a module that have to do with reading a configuration, in the order of their calls."""


class Surroundings(Struct, frozen=True):
    """What a module is told of the daemon that loads it."""

    daemon: str
    role: str = "arbiter"
    verify_only: bool = False
    pid_file: str = ""
    objects: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """The daemons, as far as the environment file tells them."""


class Start(Struct, frozen=True, tag=True):
    """Import the module, make its instance, initialize it."""

    module: Module
    nested: tuple[Module, ...]
    """The modules that the module itself names."""
    surroundings: Surroundings
    log_level: int


class GetObjects(Struct, frozen=True, tag=True):
    """Say which objects the module adds."""


class CallHook(Struct, frozen=True, tag=True):
    """Call a hook with the objects as they are."""

    hook: str
    objects: dict[str, list[dict[str, Any]]]
    """Plural of a type -> the directives of each object."""


class Ready(Struct, frozen=True, tag=True):
    """The module is initialized."""

    methods: tuple[str, ...]
    """Which methods of OF_CONFIGURATION it has."""


class Gave(Struct, frozen=True, tag=True):
    """What ``get_objects`` returned, of plain values, whatever its shape."""

    objects: Any


class Change(Struct, frozen=True):
    """What a hook changed of one object; None takes a directive away."""

    table: str
    index: int
    values: dict[str, Any]


class Changed(Struct, frozen=True, tag=True):
    """What a hook changed."""

    changes: tuple[Change, ...] = ()


class Failed(Struct, frozen=True, tag=True):
    """The module could not do what was asked."""

    message: str
    may_pass: bool
    """Whether it may go better the next time: nothing is wrong with the installation as such."""
    details: str = ""
    """The traceback."""


class Said(Struct, frozen=True, tag=True):
    """A line for the log."""

    level: int
    text: str


Request: TypeAlias = Start | GetObjects | CallHook
Answer: TypeAlias = Ready | Gave | Changed | Failed | Said
