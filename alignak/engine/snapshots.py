"""Commands that look closer at an object in trouble, whose output is kept for later (engine.md 4.11).

``checks`` calls this after each result of an object with ``snapshot_enabled``; ``handlers`` tells what came of it.
"""

from __future__ import annotations

from alignak.engine import broks
from alignak.engine.handlers import run_action
from alignak.engine.state import Item, World
from alignak.engine.turn import Turn
from alignak.messages.work import Work
from alignak.model.states import LETTERS


def on_result(turn: Turn, item: Item) -> None:
    """Run the snapshot command when the state asks for it, in its period, and not too soon after the last time."""
    world, call = turn.world, item.policy.snapshot_command
    command = world.commands.get(call.name) if call else None
    if call is None or command is None or not _is_time(world, item, turn.now.wall):
        return
    item.state.last_snapshot = turn.now.wall
    run_action(turn, item, call, command, Work.SNAPSHOT, timeout=world.settings.event_handler_timeout)
    turn.emit(broks.snapshot(world, item, command.name, turn.cause))


def _is_time(world: World, item: Item, now: float) -> bool:
    policy, last = item.policy, item.state.last_snapshot
    if LETTERS[item.kind][item.state.state] not in policy.snapshot_criteria:
        return False
    if last and now < last + policy.snapshot_interval * world.settings.interval_length:
        return False
    return world.calendars.is_open(policy.snapshot_period, now)
