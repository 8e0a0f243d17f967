"""What external commands do to notifications: people send their own, and set what number the next one has.

``commands`` has the table that names these (external-commands.md 5.2).
"""

from __future__ import annotations

from typing import Final

from alignak.base.errors import RefusedError
from alignak.base.ids import shown
from alignak.engine.command_table import ParsedCommand
from alignak.engine.stages import Message, Type
from alignak.engine.state import Item
from alignak.engine.telling import pass_on
from alignak.engine.turn import Turn

BROADCAST: Final = 1
"""Whoever may be told at all is told: the contacts, and those of the escalations in force."""
FORCED: Final = 2
"""Whatever is switched off, and whatever the time."""
COUNTED: Final = 4
"""It counts as one more notification of the problem."""

MOST: Final = 1_000_000
"""No notification has a higher number."""


def send_custom(turn: Turn, command: ParsedCommand) -> None:
    """Tell the contacts of an object what somebody has to say of it."""
    options, author, comment = command.values
    item, bits = _item(command), int(options)
    if not 0 <= bits <= BROADCAST | FORCED | COUNTED:
        raise RefusedError(f"{bits} is no sum of 1 (everybody), 2 (whatever is switched off) and 4 (it counts)")
    counts = bool(bits & COUNTED) and item.has_problem
    message = Message(
        Type.CUSTOM,
        item,
        turn.world,
        turn.now.wall,
        str(author),
        str(comment),
        number=item.state.current_notification_number + counts,
        counts=counts,
        is_forced=bool(bits & FORCED),
        is_broadcast=bool(bits & BROADCAST),
    )
    if not pass_on(turn, message):
        reasons = dict.fromkeys(
            f"{each.contact}: {each.reason}" if each.contact else each.reason for each in item.vetoes
        )
        raise RefusedError(f"nobody is told of {shown(item.key)}: {'; '.join(reasons) or 'there are no contacts'}")


def set_number(turn: Turn, command: ParsedCommand) -> None:
    """Have the present problem count as notified so often; escalations go by it."""
    item, number = _item(command), int(command.values[0])
    if not 0 <= number <= MOST:
        raise RefusedError(f"a notification cannot have the number {number}: give 0 to {MOST}")
    if not item.has_problem:
        raise RefusedError(f"{shown(item.key)} is {item.state_name}: there is no problem whose notifications count")
    item.state.current_notification_number = number
    turn.updated(item)


def _item(command: ParsedCommand) -> Item:
    assert command.item is not None
    return command.item
