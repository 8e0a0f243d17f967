"""The in-process checks by name: what ``argv[0]`` of an order with ``module_type builtin`` may be.

A row names the module and the function; the module is imported at first use, so that a worker that runs plugins only
stays small. A function takes the words of the command (its own name first), the environment of the order and a
monotonic deadline, and returns an exit code and a text as a plugin prints it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from alignak.execution.builtin.results import Check

_ROOM: Final = "alignak.execution.builtin"

TABLE: Final[Mapping[str, tuple[str, str]]] = {
    "load": ("machine", "load"),
    "cpu": ("machine", "cpu"),
    "memory": ("machine", "memory"),
    "swap": ("machine", "swap"),
    "disk": ("machine", "disk"),
    "processes": ("machine", "processes"),
    "uptime": ("machine", "uptime"),
    "network": ("machine", "network"),
    "http_daemon": ("daemon", "http_daemon"),
    "site": ("site", "site"),
    "dummy": ("dummy", "dummy"),
    "outbox": ("outbox", "outbox"),
}


def load(name: str) -> Check:
    """Return the function behind a name of the table; KeyError when there is none."""
    module, function = TABLE[name]
    check: Check = getattr(import_module(f"{_ROOM}.{module}"), function)
    return check
