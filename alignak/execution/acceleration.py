"""Which orders are answered in process although they name a plugin, and why the others are not.

A program counts as a plugin we have a stand-in for when it has the name of one and is one: an executable, or for
``check_file_age`` a Perl script, that says it belongs to monitoring-plugins. A script of somebody's own that wraps it
under the same name is run. So is a plugin whose words the stand-in does not know to the letter.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any, Final, NamedTuple

from alignak.execution.standins.standin import StandIn, Unsupported
from alignak.execution.standins.table import TABLE, stand_in
from alignak.messages.work import CHECKS, Order

FORK: Final = "fork"
"""The module type of plugins; any other is in process."""

_MARKS: Final = (b"monitoring-plugins", b"NRPE Plugin for Nagios")
_BEGINNINGS: Final = (b"\x7fELF", b"#!/usr/bin/perl")
_LONGEST: Final = 4 << 20
_KEPT: Final = 1 << 14
_KNOWN: Final = 1 << 18
"""Command lines of which a poller remembers whether they are answered in process: as many as a large site has."""


class Accepted(NamedTuple):
    """An order that is answered in process."""

    stand_in: StandIn
    asked: Any
    """What its words ask, as the stand-in read them."""


def accepted(order: Order) -> Accepted | str:
    """Return how an order is answered in process, or why the plugin is run, for people."""
    return _obstacle(order) or understood(order)


def is_accepted(order: Order) -> bool:
    """Tell whether an order is answered in process: what a poller asks of every one, and remembers in few bytes."""
    return not _obstacle(order) and _is_understood(order)


def _obstacle(order: Order) -> str:
    """Return why the plugin of an order is run whatever its words are; nothing when they decide."""
    if order.work not in CHECKS:
        return "only checks are answered in process"
    if not order.is_accelerated:
        return "accelerate_plugins is 0 for the command"
    if order.shell:
        return "its command line needs a shell"
    path = order.argv[0] if order.argv else ""
    name = os.path.basename(path)
    if name not in TABLE:
        return f"nothing stands in for {name}"
    if name == path:
        return f"{name} is named without its folder"
    return "" if _is_genuine(path) else f"{path} is not the {name} of monitoring-plugins"


def understood(order: Order) -> Accepted | str:
    """Return the same of an order whose program was found to be the plugin of its name."""
    return _remembered(os.path.basename(order.argv[0]), order.argv[1:])


_understood: dict[int, bool] = {}


def _is_understood(order: Order) -> bool:
    """Tell whether a stand-in knows the words of an order; should two have one hash, the worker still finds out."""
    number = hash(order.argv)
    known = _understood.get(number)
    if known is None:
        if len(_understood) >= _KNOWN:
            _understood.clear()
        known = _understood[number] = isinstance(_read(os.path.basename(order.argv[0]), order.argv[1:]), Accepted)
    return known


def _read(name: str, words: tuple[str, ...]) -> Accepted | str:
    """Return what words ask."""
    try:
        found = stand_in(name)
        return Accepted(found, found.read(words))
    except Unsupported as reason:
        return f"not done in process: {reason}"


_remembered: Final = lru_cache(_KEPT)(_read)
"""A check asks the same again and again."""


def _is_genuine(path: str) -> bool:
    """Tell whether a program is the plugin; looked into again when its file changes."""
    try:
        status = os.stat(path)
    except OSError:
        return False
    return bool(status.st_mode & 0o111) and _says_so(path, status.st_mtime_ns, status.st_ino, status.st_size)


@lru_cache(_KEPT)
def _says_so(path: str, _mtime: int, _inode: int, size: int) -> bool:
    if size > _LONGEST:
        return False
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError:
        return False
    return content.startswith(_BEGINNINGS) and any(mark in content for mark in _MARKS)
