"""The stand-ins by the name of the plugin; a module is imported when the first of its plugins is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Final

from alignak.execution.standins.standin import StandIn

_ROOM: Final = "alignak.execution.standins"

TABLE: Final[Mapping[str, tuple[str, str]]] = {
    "check_dummy": ("dummy", "DUMMY"),
}
"""Plugin -> module of this room, and the stand-in in it."""


@cache
def stand_in(name: str) -> StandIn:
    """Return what stands in for a plugin; KeyError when nothing does."""
    module, attribute = TABLE[name]
    found: StandIn = getattr(import_module(f"{_ROOM}.{module}"), attribute)
    return found
