"""Times during which problems are expected (engine.md 4.10).

``commands`` plans and cancels downtimes, ``engine`` calls ``on_due`` when one begins or ends, ``checks`` begins the
flexible ones, which wait for a hard problem. Each object has one timer, set to the next thing its downtimes do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from alignak.engine import broks, notifications, problems
from alignak.engine.stages import Type
from alignak.engine.state import Downtime, Item, World
from alignak.engine.turn import Turn
from alignak.engine.wheel import Timer

HOST_DOWNTIME_AUTHOR: Final = "Alignak"
HOST_DOWNTIME_COMMENT: Final = "Acknowledged because of an host downtime"


def plan(turn: Turn, item: Item, downtime: Downtime) -> str:
    """Keep a downtime, with a comment that announces it, begin it when its time has come, and return its id.

    The id, the entry time and the comment's id of what is given are filled in here.
    """
    downtime_id = turn.take_object_id()
    text = announcement(turn, item, downtime)
    comment_id = problems.add_comment(turn, item, downtime.author, text, problems.DOWNTIME)
    item.state.downtimes[downtime_id] = replace(
        downtime, id=downtime_id, entry_time=turn.now.wall, comment_id=comment_id
    )
    turn.world.own_downtime(item, item.state.downtimes[downtime_id])
    turn.updated(item)
    on_due(turn, item)
    if downtime.trigger_id and is_one(turn.world, downtime.trigger_id, in_effect=True):
        begin_triggered(turn, downtime.trigger_id)
    return downtime_id


def is_one(world: World, downtime_id: str, *, in_effect: bool = False) -> bool:
    """Tell whether there is a downtime with an id, and whether it is in effect if that is asked."""
    owner = world.owners.get(downtime_id)
    downtime = None if owner is None else world.items[owner].state.downtimes.get(downtime_id)
    return downtime is not None and (downtime.is_in_effect or not in_effect)


def announcement(turn: Turn, item: Item, downtime: Downtime) -> str:
    """Return the text of the comment that goes with a downtime."""
    shown = turn.world.calendars.shown
    start, end = shown(downtime.start_time), shown(downtime.end_time)
    what = item.kind.value
    if downtime.fixed:
        return f"This {what} has been scheduled for fixed downtime from {start} to {end}. Nobody is notified meanwhile."
    hours, minutes = divmod(int(downtime.duration) // 60, 60)
    return (
        f"This {what} has been scheduled for flexible downtime starting between {start} and {end} and lasting for a "
        f"period of {hours} hours and {minutes} minutes. Nobody is notified meanwhile."
    )


def cancel(turn: Turn, item: Item, downtime_id: str) -> None:
    """Forget a downtime before its end, and those it triggers; nothing happens when it is gone already."""
    downtime = item.state.downtimes.get(downtime_id)
    if downtime is None:
        return
    triggered = [(each, one.id) for each, one in _triggered_by(turn, downtime_id)]
    _forget(turn, item, downtime)
    for each, one in triggered:
        cancel(turn, each, one)
    if downtime.is_in_effect:
        turn.emit(broks.downtime_expire(turn.world, item, downtime, turn.cause))
        if not item.downtime_depth:
            turn.emit(broks.downtime_cancelled(turn.world, item, turn.cause))
            _left(turn, item, Type.DOWNTIMECANCELLED, downtime)
    watch(turn, item)


def watch(turn: Turn, item: Item) -> None:
    """Set the timer to the next moment at which one of the downtimes begins or ends."""
    times = [_next_time(each) for each in item.state.downtimes.values()]
    if times:
        turn.wheel.set(Timer.DOWNTIME, item.key, turn.now.mono_of(min(times)))
    else:
        turn.wheel.cancel(Timer.DOWNTIME, item.key)


def _next_time(downtime: Downtime) -> float:
    if downtime.is_in_effect:
        return downtime.real_end_time
    return downtime.start_time if downtime.fixed else downtime.end_time


def on_due(turn: Turn, item: Item) -> None:
    """End the downtimes that are over by the wall clock and begin those whose time has come."""
    now = turn.now.wall
    for downtime in tuple(item.state.downtimes.values()):
        if _next_time(downtime) > now:
            continue
        if downtime.is_in_effect:
            _end(turn, item, downtime)
        elif downtime.end_time <= now:
            _forget(turn, item, downtime)
        else:
            _begin(turn, item, downtime, downtime.end_time)
    watch(turn, item)


def begin_flexible(turn: Turn, item: Item) -> None:
    """Begin the flexible downtimes that wait for this hard problem; those of another downtime wait for that one."""
    now = turn.now.wall
    for downtime in tuple(item.state.downtimes.values()):
        if _waits(downtime) and not downtime.trigger_id and downtime.start_time <= now < downtime.end_time:
            _begin(turn, item, downtime, now + downtime.duration)
            watch(turn, item)


def _waits(downtime: Downtime) -> bool:
    return not downtime.fixed and not downtime.is_in_effect


def _begin(turn: Turn, item: Item, downtime: Downtime, end: float) -> None:
    """Put a downtime in effect until ``end``, and those it triggers."""
    begun = replace(downtime, is_in_effect=True, real_end_time=end)
    item.state.downtimes[downtime.id] = begun
    turn.updated(item)
    turn.emit(broks.downtime_raise(turn.world, item, begun, turn.cause))
    if item.downtime_depth == 1:
        turn.emit(broks.downtime_started(turn.world, item, turn.cause))
        notifications.tell(turn, item, Type.DOWNTIMESTART, downtime.author, downtime.comment)
        if item.is_host:
            _acknowledge_host(turn, item)
    begin_triggered(turn, downtime.id)


def begin_triggered(turn: Turn, downtime_id: str) -> None:
    """Begin the downtimes that wait for one."""
    for other, triggered in [each for each in _triggered_by(turn, downtime_id) if _waits(each[1])]:
        _begin(turn, other, triggered, turn.now.wall + triggered.duration)
        watch(turn, other)


def _triggered_by(turn: Turn, downtime_id: str) -> Iterator[tuple[Item, Downtime]]:
    """Yield the downtimes that wait for another one, or began with it, with their objects."""
    world = turn.world
    for triggered in world.triggers.get(downtime_id, ()):
        item = world.items[world.owners[triggered]] if triggered in world.owners else None
        downtime = item.state.downtimes.get(triggered) if item else None
        if item is not None and downtime is not None:
            yield item, downtime


def _acknowledge_host(turn: Turn, host: Item) -> None:
    """Acknowledge what is a problem already when a host downtime begins."""
    for item in (host, *host.services):
        if item.has_problem and item.state.acknowledgement is None:
            problems.acknowledge_one(
                turn, item, HOST_DOWNTIME_AUTHOR, HOST_DOWNTIME_COMMENT, sticky=True, notify=True, end_time=0
            )


def _end(turn: Turn, item: Item, downtime: Downtime) -> None:
    _forget(turn, item, downtime)
    turn.emit(broks.downtime_expire(turn.world, item, downtime, turn.cause))
    if not item.downtime_depth:
        turn.emit(broks.downtime_stopped(turn.world, item, turn.cause))
        _left(turn, item, Type.DOWNTIMEEND, downtime)


def _left(turn: Turn, item: Item, type_: Type, downtime: Downtime) -> None:
    """Tell that the last downtime is over, and have it followed by what it kept back, of a host's services too."""
    notifications.tell(turn, item, type_, downtime.author, downtime.comment)
    for each in (item, *item.services):
        acknowledgement = each.state.acknowledgement
        if acknowledgement is not None and item.is_host and acknowledgement.comment == HOST_DOWNTIME_COMMENT:
            problems.expire_at(turn, each, turn.now.wall + notifications.MARGIN)
        else:
            notifications.after_silence(turn, each)


def _forget(turn: Turn, item: Item, downtime: Downtime) -> None:
    del item.state.downtimes[downtime.id]
    if item.state.in_maintenance == downtime.id:
        item.state.in_maintenance = ""
    turn.world.owners.pop(downtime.id, None)
    turn.world.triggers.pop(downtime.id, None)
    if downtime.id in turn.world.triggers.get(downtime.trigger_id, ()):
        turn.world.triggers[downtime.trigger_id].remove(downtime.id)
    problems.remove_comment(turn, item, downtime.comment_id)
    turn.updated(item)
