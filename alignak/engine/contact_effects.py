"""What external commands do to contacts: their downtimes, and what is changed of them while the program runs.

``commands`` has the table that names these (external-commands.md 5.3). Changes belong to the engine's own state and
survive a restart. Which of them are in force, ``modified_attributes`` and its like tell, in the bits of the reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from alignak.base.errors import RefusedError
from alignak.engine import broks, contact_downtimes
from alignak.engine.changes import effective_contact
from alignak.engine.command_table import ParsedCommand
from alignak.engine.descriptions import CUSTOMS, PERIOD, SWITCH
from alignak.engine.state import Downtime
from alignak.engine.turn import Turn
from alignak.model.objects import Contact
from alignak.model.states import Kind

MOST_BITS: Final = 1 << 32
"""No number of changed attributes is that high."""


def plan_downtime(turn: Turn, command: ParsedCommand) -> None:
    """Plan a time during which a contact is told nothing."""
    start, end, author, comment = command.values
    assert command.contact is not None
    downtime = Downtime("", str(author), str(comment), float(start), float(end))
    if downtime.end_time <= max(downtime.start_time, turn.now.wall):
        raise RefusedError(f"a downtime from {start} to {end} is over or ends before it begins")
    contact_downtimes.plan(turn, command.contact.name, downtime)


def cancel_downtime(turn: Turn, command: ParsedCommand) -> None:
    """Cancel the downtime of a contact with an id."""
    downtime_id = str(command.values[0]).strip()
    known = turn.world.own.contact_downtimes
    owner = next((contact for contact, those in known.items() if downtime_id in those), None)
    if owner is None:
        raise RefusedError(f"there is no downtime '{downtime_id}' of a contact")
    contact_downtimes.cancel(turn, owner, downtime_id)


def cancel_downtimes(turn: Turn, command: ParsedCommand) -> None:
    """Cancel all downtimes of a contact."""
    assert command.contact is not None
    for downtime_id in tuple(turn.world.own.contact_downtimes.get(command.contact.name, ())):
        contact_downtimes.cancel(turn, command.contact.name, downtime_id)


def change_period(kind: Kind, turn: Turn, command: ParsedCommand) -> None:
    """Have a contact be told within another time period, by whatever way."""
    assert command.contact is not None
    assert command.period is not None
    changes = turn.world.own.contact_changes.setdefault(command.contact.name, {})
    changes[_period(kind)] = command.period.name
    _follow(turn, command.contact)


def change_custom(turn: Turn, command: ParsedCommand) -> None:
    """Give a custom variable of a contact another value; the contact must have it, or no macro would ever show it."""
    name, value = (str(each) for each in command.values)
    assert command.contact is not None
    custom = name.strip().upper()
    custom = custom if custom.startswith("_") else f"_{custom}"
    if custom not in command.contact.customs:
        raise RefusedError(f"the contact {command.contact.name} has no custom variable {custom}")
    turn.world.own.contact_customs.setdefault(command.contact.name, {})[custom] = value
    _follow(turn, command.contact)


def change_attributes(turn: Turn, command: ParsedCommand) -> None:
    """Say whether custom variables count as changed; 0: they are as configured again."""
    assert command.contact is not None
    if not _bits(command, CUSTOMS) & CUSTOMS:
        turn.world.own.contact_customs.pop(command.contact.name, None)
    _follow(turn, command.contact)


def change_kind_attributes(kind: Kind, turn: Turn, command: ParsedCommand) -> None:
    """Say what counts as changed of how a contact is told of hosts, or of services; the rest is as configured again."""
    assert command.contact is not None
    name, own = command.contact.name, turn.world.own
    bits = _bits(command, SWITCH | PERIOD)
    if not bits & SWITCH:
        _drop(own.contact_switches, name, f"{kind.value}_notifications_enabled")
    if not bits & PERIOD:
        _drop(own.contact_changes, name, _period(kind))
    _follow(turn, command.contact)


def _bits(command: ParsedCommand, known: int) -> int:
    """Return the number of a command, which may have known bits alone."""
    text = str(command.values[0]).strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_BITS)) else -1
    if number < 0:
        raise RefusedError(f"'{text[:40]}' is no number of changed attributes")
    if number & ~known:
        raise RefusedError(f"{number} has bits that mean nothing here: {number & ~known}")
    return number


def _drop(changes: Mapping[str, dict[str, bool]] | Mapping[str, dict[str, str]], contact: str, name: str) -> None:
    if contact in changes:
        changes[contact].pop(name, None)


def _period(kind: Kind) -> str:
    return f"{kind.value}_notification_period"


def _follow(turn: Turn, contact: Contact) -> None:
    """Have everybody see a contact as it is now."""
    world = turn.world
    configured = next(each for each in world.part.objects.contacts if each.name == contact.name)
    world.contacts[contact.name] = effective_contact(configured, world.own.contact_customs.get(contact.name))
    turn.changed_own()
    turn.emit(broks.update_contact_status(world, contact.name, turn.cause))
