"""What people say of a problem: acknowledgements, and comments on anything (engine.md 4.9).

``effects`` brings them in, ``checks`` tells of changes of state, ``downtimes`` acknowledges what a host downtime
covers, ``engine`` calls ``on_due`` when an acknowledgement expires.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from alignak.base.errors import RefusedError
from alignak.base.ids import shown
from alignak.engine import broks, notifications
from alignak.engine.stages import Type
from alignak.engine.state import Acknowledgement, Comment, Item
from alignak.engine.turn import Turn
from alignak.engine.wheel import Timer

PERSON: Final = 1
DOWNTIME: Final = 2
FLAPPING: Final = 3
ACKNOWLEDGEMENT: Final = 4
"""Entry types of comments, with their historical numbers."""


def acknowledge(
    turn: Turn, item: Item, author: str, comment: str, *, sticky: bool, notify: bool, end_time: float = 0
) -> None:
    """Note that somebody takes care of a problem; a host's services with problems are included.

    Raises RefusedError when there is no problem.
    """
    if not item.has_problem:
        raise RefusedError(f"{shown(item.key)} is {item.state_name}: there is no problem to acknowledge")
    acknowledge_one(turn, item, author, comment, sticky=sticky, notify=notify, end_time=end_time)
    for service in item.services:
        if service.has_problem:
            acknowledge_one(turn, service, author, comment, sticky=sticky, notify=notify, end_time=end_time)


def acknowledge_one(
    turn: Turn, item: Item, author: str, comment: str, *, sticky: bool, notify: bool, end_time: float
) -> None:
    """Note that somebody takes care of one object's problem."""
    previous = item.state.acknowledgement
    if previous is not None:
        remove_comment(turn, item, previous.comment_id)
    comment_id = add_comment(turn, item, author, comment, ACKNOWLEDGEMENT)
    item.state.acknowledgement = Acknowledgement(author, comment, sticky, notify, turn.now.wall, end_time, comment_id)
    watch(turn, item)
    turn.emit(broks.acknowledge_raised(turn.world, item, turn.cause))
    turn.emit(broks.acknowledge_raise(turn.world, item, item.state.acknowledgement, turn.cause))
    if notify:
        notifications.tell(turn, item, Type.ACKNOWLEDGEMENT, author, comment)
    turn.updated(item)


def unacknowledge(turn: Turn, item: Item) -> None:
    """Forget that somebody takes care of the problem; nothing happens when nobody does."""
    acknowledgement = item.state.acknowledgement
    if acknowledgement is None:
        return
    turn.emit(broks.acknowledge_expired(turn.world, item, turn.cause))
    turn.emit(broks.acknowledge_expire(turn.world, item, acknowledgement, turn.cause))
    item.state.acknowledgement = None
    turn.wheel.cancel(Timer.ACKNOWLEDGEMENT, item.key)
    remove_comment(turn, item, acknowledgement.comment_id)
    notifications.after_silence(turn, item)
    turn.updated(item)


def on_change(turn: Turn, item: Item) -> None:
    """End the acknowledgement when the state changed: a sticky one only when the problem is over."""
    acknowledgement = item.state.acknowledgement
    if acknowledgement is not None and (item.is_good or not acknowledgement.sticky):
        unacknowledge(turn, item)


def expire_at(turn: Turn, item: Item, end_time: float) -> None:
    """Have the acknowledgement end at a wall time."""
    acknowledgement = item.state.acknowledgement
    if acknowledgement is not None:
        item.state.acknowledgement = replace(acknowledgement, end_time=end_time)
        watch(turn, item)
        turn.updated(item)


def watch(turn: Turn, item: Item) -> None:
    """Have the acknowledgement expire when its time comes, if it has one."""
    acknowledgement = item.state.acknowledgement
    if acknowledgement is not None and acknowledgement.end_time > 0:
        turn.wheel.set(Timer.ACKNOWLEDGEMENT, item.key, turn.now.mono_of(acknowledgement.end_time))
    else:
        turn.wheel.cancel(Timer.ACKNOWLEDGEMENT, item.key)


def on_due(turn: Turn, item: Item) -> None:
    """End an acknowledgement whose time is over by the wall clock."""
    acknowledgement = item.state.acknowledgement
    if acknowledgement is not None and 0 < acknowledgement.end_time <= turn.now.wall:
        unacknowledge(turn, item)
    else:
        watch(turn, item)


def add_comment(turn: Turn, item: Item, author: str, text: str, entry_type: int = PERSON) -> str:
    """Keep a comment and return its id."""
    comment_id = turn.take_object_id()
    source = 1 if entry_type == PERSON else 0
    item.state.comments[comment_id] = Comment(comment_id, author, text, turn.now.wall, entry_type, source)
    turn.world.owners[comment_id] = item.key
    turn.emit(broks.comment(turn.world, item, item.state.comments[comment_id], turn.cause))
    turn.changed(item)
    return comment_id


def remove_comment(turn: Turn, item: Item, comment_id: str) -> None:
    """Forget a comment; nothing happens when it is gone already."""
    if item.state.comments.pop(comment_id, None) is not None:
        del turn.world.owners[comment_id]
        turn.changed(item)
