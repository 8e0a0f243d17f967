"""After a host recovered, what depends on it is checked before anybody is told about it.

``checks`` says that a host recovered, and shows each result of what is in doubt. While its host or parent was away an
object's last result is old news: it may have recovered with it. So its problem is looked at again at once, and
notifications of it wait for the answer, for a bounded time. ``notifications`` holds them back.
"""

from __future__ import annotations

from typing import Final

from alignak.base.ids import shown
from alignak.engine.schedule import is_actively_checked
from alignak.engine.state import Item
from alignak.engine.turn import Turn
from alignak.engine.underway import Doubt, Result

LONGEST: Final = 60.0
"""Seconds a notification waits at most."""

AT_ONCE: Final = 1.0
"""Seconds within which a check that is due counts as one that comes at once."""


def doubt(turn: Turn, host: Item) -> list[Item]:
    """Put the problems of a recovered host's services and children in doubt, and return the objects to look at."""
    now = turn.now.wall
    found = [
        each for each in (*host.services, *host.children) if each.has_problem and is_actively_checked(turn.world, each)
    ]
    reason = f"{shown(host.key)} recovered: a check has to confirm the problem"
    for each in found:
        each.doubt = Doubt(now, now + LONGEST, reason)
    return found


def expect(turn: Turn, item: Item) -> None:
    """Have a notification that falls due wait for a check that is under way or due this very second."""
    now, flight = turn.now.wall, item.in_flight
    if flight is not None:
        item.doubt = Doubt(0.0, now + min(max(flight.timeout, AT_ONCE), LONGEST), "its check is under way")
    elif 0 < item.state.next_chk <= now + AT_ONCE and is_actively_checked(turn.world, item):
        item.doubt = Doubt(0.0, now + LONGEST, "its check is due")


def answer(turn: Turn, item: Item, result: Result) -> Doubt | None:
    """End the doubt when a result came of a check that ran since, and return it when it held a notification back.

    A good result ends it as well, and so does the time. Times of passive results are whole seconds.
    """
    known = item.doubt
    if known is None or (result.exit_code and result.at < int(known.since) and turn.now.wall < known.until):
        return None
    item.doubt = None
    return known if known.held_from else None
