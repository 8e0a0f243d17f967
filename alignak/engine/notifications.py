"""When somebody is told of a problem or of its end (engine.md 4.8).

``checks`` says when a problem begins, goes on or ends; ``downtimes``, ``problems`` and ``flapping`` say when what kept
it quiet is over; ``engine`` calls ``on_due`` when the time of a planned notification has come. Who is told, and why
somebody is not, ``telling`` finds out.
"""

from __future__ import annotations

from typing import Final

from alignak.engine import confirming, escalations, recoveries
from alignak.engine.schedule import is_actively_checked
from alignak.engine.stages import Message, Type
from alignak.engine.state import Item, World
from alignak.engine.telling import pass_on
from alignak.engine.turn import Turn
from alignak.engine.underway import Doubt, Veto
from alignak.engine.wheel import Timer

MARGIN: Final = 60.0
"""Seconds a result may be late before a problem is told of without it."""

PATIENCE: Final = 300.0
"""Seconds after which a problem that outlasted its silence is told of, whenever its next check may be."""


def tell(turn: Turn, item: Item, type_: Type, author: str = "", comment: str = "") -> list[str]:
    """Tell of something now and return the names of who is told; the vetoes stay with the object."""
    number = item.state.current_notification_number + (type_ is Type.PROBLEM)
    return pass_on(turn, Message(type_, item, turn.world, turn.now.wall, author, comment, number))


def begin(turn: Turn, item: Item) -> None:
    """Tell of a problem that began or became another: now, or after the first delay and within the period.

    Another state is news to everybody: those who were told of the same one before the last are told again, even where
    ``notification_interval`` is 0. Another result of a volatile service is none (broks-and-logs.md 6.4).
    """
    state = item.state
    state.silence_ended = False
    if state.last_state != state.state:
        state.notified_contacts = dict.fromkeys(state.notified_contacts, "")
    if not state.hard_problem_since:
        state.hard_problem_since = turn.now.wall
    if state.recovery_owed_to:
        recoveries.forget(turn, item)
    _plan(turn, item, max(turn.now.wall, _not_before(turn.world, item)))


def remind(turn: Turn, item: Item) -> None:
    """Tell of a problem that goes on when what kept it quiet is over, or when nobody was told yet."""
    state = item.state
    if state.silence_ended:
        begin(turn, item)
    elif not state.current_notification_number and item.policy.notifications_enabled:
        at = max(turn.now.wall, _not_before(turn.world, item))
        if state.next_notification == 0 or at <= turn.now.wall:
            _plan(turn, item, at)


def recover(turn: Turn, item: Item) -> None:
    """Tell those who know of a problem that it is over, now or when they can be told, and forget the problem."""
    state = item.state
    state.current_notification_number = 0
    told = tuple(state.notified_contacts)
    state.notified_contacts = {}
    state.notification_delayed_until = state.hard_problem_since = 0
    state.silence_ended = False
    _unplan(turn, item)
    if told:
        recoveries.tell(turn, item, told)


def after_silence(turn: Turn, item: Item) -> None:
    """Have the end of a downtime, an acknowledgement or a flapping period be followed by what it kept back.

    A problem that is still there is told of with its next result, or after a bounded wait; whoever was told before is
    told again. An end of a problem that could not be told is told now.
    """
    state = item.state
    if state.recovery_owed_to:
        recoveries.settle(turn, item)
    if not item.is_problem:
        return
    state.silence_ended = True
    state.notified_contacts = dict.fromkeys(state.notified_contacts, "")
    at = max(turn.now.wall + _patience(turn, item), _not_before(turn.world, item))
    if not state.next_notification or at < state.next_notification:
        _set(turn, item, at)
    turn.changed(item)


def _patience(turn: Turn, item: Item) -> float:
    """Return the seconds within which a result should say whether a problem is still there."""
    until_check = item.state.next_chk - turn.now.wall
    if until_check > 0 and is_actively_checked(turn.world, item):
        return min(until_check + MARGIN, PATIENCE)
    return MARGIN


def on_due(turn: Turn, item: Item) -> None:
    """Tell of a problem at the time that was planned."""
    state, now = item.state, turn.now.wall
    planned = state.next_notification
    state.next_notification = 0
    turn.changed(item)
    if not item.is_problem:
        return
    if item.doubt is None:
        confirming.expect(turn, item)
    elif item.doubt.until <= now:
        planned = item.doubt.held_from or planned
        item.doubt = None
    state.silence_ended = False
    _plan(turn, item, min(planned, now))


def resume(turn: Turn, item: Item, doubt: Doubt) -> None:
    """Tell of a problem now that a result confirmed it, unless that result was told of itself."""
    if item.is_problem and item.state.next_notification == doubt.until:
        _plan(turn, item, doubt.held_from)


def watch(turn: Turn, item: Item) -> None:
    """Set the timer of a notification that was planned in an earlier life."""
    at = item.state.next_notification
    if at and item.is_problem:
        turn.wheel.set(Timer.NOTIFICATION, item.key, turn.now.mono_of(max(at, turn.now.wall)))
    else:
        item.state.next_notification = 0


def replan(turn: Turn, item: Item) -> None:
    """Look at the calendar again for a notification that is planned."""
    _plan(turn, item, item.state.next_notification)


def delay(turn: Turn, item: Item, until: float) -> None:
    """Have nobody told of the problem before a wall time."""
    state = item.state
    state.notification_delayed_until = until
    if state.next_notification:
        _plan(turn, item, max(until, turn.now.wall))
    turn.changed(item)


def _not_before(world: World, item: Item) -> float:
    """Return the wall time before which a problem is not told of."""
    state = item.state
    seconds = item.policy.first_notification_delay * world.settings.interval_length
    first = state.problem_since + 1 + seconds if seconds else 0.0
    return max(first, state.notification_delayed_until)


def _plan(turn: Turn, item: Item, at: float) -> None:
    """Tell of the problem at a wall time, or when the notification period opens after it."""
    now = turn.now.wall
    doubt = item.doubt
    if doubt is not None and at < doubt.until and now < doubt.until:
        doubt.held_from = doubt.held_from or at
        item.vetoes = (Veto("unconfirmed", doubt.reason, doubt.until),)
        _set(turn, item, doubt.until)
        return
    period = item.policy.notification_period
    opens = turn.world.calendars.next_open(period, max(at, now))
    if opens is None:
        item.vetoes = (Veto("period", f"the notification period {period} is never active"),)
        _unplan(turn, item)
    elif opens <= now:
        _fire(turn, item, at)
    else:
        if opens > max(at, now):
            item.vetoes = (Veto("period", f"outside the notification period {period}", opens),)
        _set(turn, item, opens)


def _set(turn: Turn, item: Item, at: float) -> None:
    item.state.next_notification = at
    turn.wheel.set(Timer.NOTIFICATION, item.key, turn.now.mono_of(at))
    turn.changed(item)


def _unplan(turn: Turn, item: Item) -> None:
    item.state.next_notification = 0
    turn.wheel.cancel(Timer.NOTIFICATION, item.key)
    turn.changed(item)


def _fire(turn: Turn, item: Item, planned: float) -> None:
    """Tell of the problem now, and plan to tell again, whether somebody was told or not.

    That is after the interval, or when an escalation that counts by time begins before it.
    """
    _unplan(turn, item)
    world, now = turn.world, turn.now.wall
    number = item.state.current_notification_number + 1
    tell(turn, item, Type.PROBLEM)
    seconds = escalations.interval(world, item, number, now) * world.settings.interval_length
    start = escalations.next_start(world, item, now)
    if seconds > 0:
        again = planned + seconds
        again = again if again > now else now + seconds
        _set(turn, item, again if start is None else min(again, start))
    elif start is not None:
        _set(turn, item, start)
