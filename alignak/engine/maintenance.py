"""Downtimes that come with the calendar: an object's ``maintenance_period`` (engine.md 4.10).

``arming`` sets the timer to the moment the period is entered next, ``engine`` calls ``on_due`` then.
One downtime is made for each time the period is entered: whoever cancels it has cancelled it until the next one.
"""

from __future__ import annotations

from typing import Final

from alignak.engine import downtimes
from alignak.engine.state import Downtime, Item, World
from alignak.engine.turn import Turn
from alignak.engine.wheel import Timer

AUTHOR: Final = "Alignak"


def next_entry(world: World, item: Item, now: float) -> float | None:
    """Return the wall time the maintenance period is entered next, ``now`` when it is open and nothing was made for it.

    None: the object has no such period, or it never opens.
    """
    period = item.policy.maintenance_period
    if not period or period not in world.timeperiods:
        return None
    return world.calendars.next_open(period, max(now, item.state.maintenance_until))


def watch(turn: Turn, item: Item) -> None:
    """Set the timer to the next entry into the maintenance period."""
    at = next_entry(turn.world, item, turn.now.wall)
    if at is None:
        turn.wheel.cancel(Timer.MAINTENANCE, item.key)
    else:
        turn.wheel.set(Timer.MAINTENANCE, item.key, turn.now.mono_of(at))


def on_due(turn: Turn, item: Item) -> None:
    """Begin the downtime of the maintenance period when it is open by the wall clock."""
    world, now, state = turn.world, turn.now.wall, item.state
    if next_entry(world, item, now) == now:
        period = item.policy.maintenance_period
        state.maintenance_until = end = world.calendars.next_close(period, now)
        downtime = Downtime(id="", author=AUTHOR, comment=f"Maintenance period {period}", start_time=now, end_time=end)
        state.in_maintenance = downtimes.plan(turn, item, downtime)
    watch(turn, item)
