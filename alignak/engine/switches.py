"""What commands switch and change of the configuration while it runs (external-commands.md 5.3).

``effects`` calls these. A change is kept with the object, marked by its bit in ``modified_attributes``, and followed by
what it means for what is planned.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from alignak.base.errors import RefusedError
from alignak.base.ids import shown
from alignak.engine import broks, flapping, freshness, schedule
from alignak.engine.changes import effective_settings
from alignak.engine.state import Item
from alignak.engine.turn import Turn

MODIFIED: Final[Mapping[str, int]] = {
    "notifications_enabled": 1,
    "active_checks_enabled": 2,
    "passive_checks_enabled": 4,
    "event_handler_enabled": 8,
    "flap_detection_enabled": 16,
    "process_perf_data": 64,
    "obsess": 128,
    "event_handler": 256,
    "snapshot_command": 256,
    "check_command": 512,
    "check_interval": 1024,
    "retry_interval": 2048,
    "max_check_attempts": 4096,
    "check_freshness": 8192,
    "check_period": 16384,
    "customs": 32768,
    "notification_period": 65536,
}
"""Directive -> the bit that says a command changed it."""

EVERY_BIT: Final = sum(set(MODIFIED.values()))


def set_switch(turn: Turn, item: Item, name: str, value: bool) -> None:
    """Switch a directive of an object on or off."""
    item.state.switches[name] = value
    _apply(turn, item, name)


def change(turn: Turn, item: Item, name: str, text: str) -> None:
    """Give a directive of an object another value, written as in a file."""
    item.state.changed[name] = text
    _apply(turn, item, name)


def change_custom(turn: Turn, item: Item, name: str, value: str) -> None:
    """Give a custom variable another value; the object must have it, or no macro would ever show it."""
    custom = name.strip().upper()
    custom = custom if custom.startswith("_") else f"_{custom}"
    if item.custom(custom) is None:
        raise RefusedError(f"{shown(item.key)} has no custom variable {custom}")
    item.state.changed_customs[custom] = value
    _apply(turn, item, "customs")


def _apply(turn: Turn, item: Item, name: str) -> None:
    item.state.modified_attributes |= MODIFIED[name]
    follow(turn, item)


def set_modified_attributes(turn: Turn, item: Item, bits: int) -> None:
    """Say which directives count as changed; those whose bit goes are as configured again."""
    if bits & ~EVERY_BIT:
        raise RefusedError(f"{bits} has bits that mean nothing: {bits & ~EVERY_BIT}")
    state = item.state
    for name, bit in MODIFIED.items():
        if not bits & bit:
            state.switches.pop(name, None)
            state.changed.pop(name, None)
    if not bits & MODIFIED["customs"]:
        state.changed_customs.clear()
    state.modified_attributes = bits
    follow(turn, item)


def follow(turn: Turn, item: Item) -> None:
    """Do what a changed directive of an object asks for."""
    turn.world.refresh(item)
    item.state.attempt = min(item.state.attempt, item.policy.max_check_attempts)
    schedule.replan(turn, item)
    _watch_freshness(turn, item)
    flapping.follow(turn, item)
    turn.updated(item)


def _watch_freshness(turn: Turn, item: Item) -> None:
    """Count the freshness of an object from now on when it was not watched before."""
    if not freshness.has_timer(turn, item):
        item.state.freshness_since = 0
    freshness.watch(turn, item)


def set_program_switch(turn: Turn, name: str, value: bool) -> None:
    """Set a global parameter that is a switch; checks that start again are spread."""
    world = turn.world
    world.own.switches[name] = value
    world.settings = effective_settings(world.part.settings, world.own.switches, world.own.changed)
    if name in AFFECTS_TIMERS:
        for item in world.items.values():
            schedule.replan(turn, item)
            _watch_freshness(turn, item)
    if name == "enable_flap_detection":
        for item in world.items.values():
            flapping.follow(turn, item)
    turn.changed_own()
    turn.emit(broks.update_program_status(world, turn.now, turn.cause))


AFFECTS_TIMERS: Final[frozenset[str]] = frozenset(
    ("execute_host_checks", "execute_service_checks", "check_host_freshness", "check_service_freshness")
)
"""The program-wide switches that stop or start timers."""


def set_contact_switch(turn: Turn, contact: str, name: str, value: bool) -> None:
    """Set whether a contact is told of hosts, or of services."""
    turn.world.own.contact_switches.setdefault(contact, {})[name] = value
    turn.changed_own()
    turn.emit(broks.update_contact_status(turn.world, contact, turn.cause))
