"""The server that ``check_ssh`` and ``check_smtp`` are asked about: by ``-H``, or by a word without an option."""

from __future__ import annotations

import socket
from collections.abc import Container, Sequence
from typing import Final

from msgspec import Struct

from alignak.execution.standins.connections import Address, Target, UnresolvedError, addresses_of
from alignak.execution.standins.options import Given
from alignak.execution.standins.standin import Unsupported

FAMILIES: Final = {"-4": socket.AF_INET, "-6": socket.AF_INET6}


def family(options: Container[str]) -> int:
    """Return the address family that options ask for, by ``-4`` or ``-6``. Raises Unsupported for both."""
    if all(each in options for each in FAMILIES):
        raise Unsupported("-4 with -6")
    return next((found for each, found in FAMILIES.items() if each in options), socket.AF_UNSPEC)


class NoHostError(Exception):
    """A name is none; the text is what the plugin explains its use with."""


class Server(Struct, frozen=True):
    """Where to connect to."""

    target: Target
    named_as: int
    """The address family that counted where the name was given: the plugin looks at the name there already."""
    is_option: bool
    """Whether the name was given by ``-H``."""


def server(words: Sequence[str], said: Given, port: int) -> Server:
    """Return whom the words are about. Raises Unsupported when they do not say, or options follow other words."""
    if tuple(words[len(words) - len(said.operands) :]) != said.operands:
        raise Unsupported("options after other words")
    host, family, named_as, is_option = "", int(socket.AF_UNSPEC), int(socket.AF_UNSPEC), False
    for option, value in said.options:
        if option == "-H":
            host, named_as, is_option = value, family, True
        family = FAMILIES.get(option, family)
    if not is_option and said.operands:
        host, named_as = said.operands[0], family
    if not host or host.startswith("/") or not 0 < port < 65_536:
        raise Unsupported(f"host {host!r} and port {port}")
    return Server(Target(host, port, family), named_as, is_option)


async def located(plugin: str, server: Server) -> Sequence[Address]:
    """Return a server's addresses. Raises NoHostError, or UnresolvedError when it is one of another family."""
    try:
        return await addresses_of(server.target)
    except UnresolvedError:
        if server.named_as != server.target.family and await _is_host(server):
            raise
    raise NoHostError(f"{plugin}: Invalid hostname/address - {server.target.host}")


async def _is_host(server: Server) -> bool:
    try:
        return bool(await addresses_of(server.target._replace(family=server.named_as)))
    except UnresolvedError:
        return False
