"""The end of a problem that somebody was told of is never lost (engine.md 4.8).

``notifications`` tells a recovery here, and asks for it again when what kept it back is over; ``engine`` calls
``on_due``. Who was told of a problem and cannot be told of its end now is owed it: during a downtime or a flapping
period, outside of time periods, while notifications are switched off. It is told as soon as that is over, unless the
object became a problem again. Who does not want recoveries, or not of this object, is owed nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from alignak.engine.stages import Message, Type
from alignak.engine.state import Item
from alignak.engine.telling import pass_on
from alignak.engine.turn import Turn
from alignak.engine.wheel import Timer

UNWANTED: Final = frozenset(("options", "way options", "impact", "unknown", "untold"))
"""The stages that say that somebody does not want to know, rather than not now."""

SOON: Final = 60.0
"""Seconds to the next attempt where nobody knows when it can be told."""

LATER: Final = 300.0
"""Seconds to the next attempt at most: a downtime may be cancelled before its end."""


def tell(turn: Turn, item: Item, told: Sequence[str]) -> None:
    """Tell those who know of a problem that it is over, and remember who could not be told."""
    state = item.state
    reached = pass_on(turn, Message(Type.RECOVERY, item, turn.world, turn.now.wall, told=told))
    state.recovery_owed_to = tuple(each for each in told if each not in reached and _is_owed(item, each))
    watch(turn, item)
    turn.changed(item)


def _is_owed(item: Item, name: str) -> bool:
    """Tell whether what kept a contact from being told will be over some day; a way that does is enough."""
    vetoes = [each for each in item.vetoes if each.contact in ("", name)]
    return any(each.stage not in UNWANTED for each in vetoes)


def settle(turn: Turn, item: Item) -> None:
    """Tell of an end of a problem that is owed; while the object is a soft problem it waits."""
    if item.is_good and item.state.recovery_owed_to:
        tell(turn, item, item.state.recovery_owed_to)


def forget(turn: Turn, item: Item) -> None:
    """Have those who are owed the end of a problem wait for the end of the one that came instead."""
    state = item.state
    state.notified_contacts = {**dict.fromkeys(state.recovery_owed_to, ""), **state.notified_contacts}
    state.recovery_owed_to = ()
    watch(turn, item)


def on_due(turn: Turn, item: Item) -> None:
    """Try again to tell of the end of a problem."""
    settle(turn, item)
    watch(turn, item)


def watch(turn: Turn, item: Item) -> None:
    """Set the timer to when somebody may be told, if anybody is owed anything."""
    if not item.state.recovery_owed_to:
        turn.wheel.cancel(Timer.RECOVERY, item.key)
        return
    now = turn.now.wall
    waits = [each.until - now for each in item.vetoes if each.until > now]
    turn.wheel.set(Timer.RECOVERY, item.key, turn.now.mono + min((LATER, *waits) if waits else (SOON,)))
