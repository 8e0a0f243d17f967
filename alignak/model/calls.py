"""Calls of commands: a name and arguments, wherever an object names what is to be run."""

from __future__ import annotations

from msgspec import Struct


class CommandCall(Struct, frozen=True, array_like=True, gc=False):
    """A command with its arguments: ``check_ping!100!20`` names ``check_ping`` and gives ``("100", "20")``."""

    name: str
    arguments: tuple[str, ...] = ()
