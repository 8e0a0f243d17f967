"""Downtimes that come again and again (engine.md 4.10): each occurrence becomes a downtime when it begins.

The configuration names them, or commands make them for one object (``recurring_effects``). ``arming`` sets a timer to
the next beginning, ``engine`` calls ``on_due`` then. An occurrence is begun once: whoever cancels its downtime has
cancelled it, and the next one comes all the same. One that began while nobody was there is begun late. When a recurring
downtime is taken away, the downtime it has begun is cancelled with it.

``ahead`` shows the next occurrences; ``model.recurring`` knows when they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from alignak.engine import downtimes
from alignak.engine.state import Downtime, Item, World
from alignak.engine.turn import Turn
from alignak.engine.wheel import Timer
from alignak.model.recurring import Occurrence, RecurringDowntime, occurrences

KEPT: Final = 8
"""How many occurrences are worked out at once."""

MOST_TIMINGS: Final = 1_000
"""How many different rules are remembered; hand-made ones come and go."""


def upcoming(world: World, recurring: RecurringDowntime, at: float) -> Iterator[Occurrence]:
    """Yield the occurrences that are not over at a wall time, in order; what many objects share is worked out once."""
    timing = (recurring.rule, recurring.start, recurring.duration, recurring.zone, recurring.first_day)
    known = [each for each in world.occurrences.get(timing, ()) if each.end > at]
    if not known:
        if len(world.occurrences) >= MOST_TIMINGS:
            world.occurrences.clear()
        known = list(islice(occurrences(recurring, at, world.settings.use_timezone), KEPT))
        world.occurrences[timing] = tuple(known)
    yield from known
    if known:
        later = occurrences(recurring, known[-1].start, world.settings.use_timezone)
        yield from (each for each in later if each.start > known[-1].start)


def ahead(world: World, item: Item, at: float, most: int = 5) -> list[tuple[Occurrence, RecurringDowntime]]:
    """Return the next downtimes of an object that recur, the one that goes on included, in order."""
    found = [(each, one) for one in item.recurring for each in islice(upcoming(world, one, at), most)]
    return sorted(found, key=lambda each: (each[0], each[1].name))[:most]


def watch(turn: Turn, item: Item) -> None:
    """Set the timer to the next beginning; forget what is known of recurring downtimes that are gone."""
    state = item.state
    names = {each.name for each in item.recurring}
    for downtime in [each for each in state.downtimes.values() if each.recurring_id and each.recurring_id not in names]:
        downtimes.cancel(turn, item, downtime.id)
    if state.begun_occurrences and not names.issuperset(state.begun_occurrences):
        state.begun_occurrences = {name: at for name, at in state.begun_occurrences.items() if name in names} or None
        turn.changed(item)
    times = [each.start for one in item.recurring if (each := _next(turn, item, one)) is not None]
    if times:
        turn.wheel.set(Timer.RECURRENCE, item.key, turn.now.mono_of(min(times)))
    else:
        turn.wheel.cancel(Timer.RECURRENCE, item.key)


def on_due(turn: Turn, item: Item) -> None:
    """Begin the downtimes whose time has come by the wall clock."""
    for one in item.recurring:
        occurrence = _next(turn, item, one)
        if occurrence is not None and occurrence.start <= turn.now.wall:
            _begin(turn, item, one, occurrence)
    watch(turn, item)


def _next(turn: Turn, item: Item, recurring: RecurringDowntime) -> Occurrence | None:
    """Return the first occurrence that was not begun yet and is not over."""
    begun = (item.state.begun_occurrences or {}).get(recurring.name)
    those = upcoming(turn.world, recurring, turn.now.wall)
    return next((each for each in those if begun is None or each.start > begun), None)


def _begin(turn: Turn, item: Item, recurring: RecurringDowntime, occurrence: Occurrence) -> None:
    state = item.state
    state.begun_occurrences = {**(state.begun_occurrences or {}), recurring.name: occurrence.start}
    downtime = Downtime(
        id="",
        author=recurring.author,
        comment=recurring.comment,
        start_time=occurrence.start,
        end_time=occurrence.end,
        recurring_id=recurring.name,
    )
    downtimes.plan(turn, item, downtime)


def add(turn: Turn, item: Item, recurring: RecurringDowntime) -> None:
    """Keep a recurring downtime of one object; an occurrence that goes on already is begun."""
    item.state.recurring_downtimes = (*item.state.recurring_downtimes, recurring)
    turn.world.owners[recurring.name] = item.key
    _follow(turn, item)


def remove(turn: Turn, item: Item, name: str) -> None:
    """Forget a recurring downtime that a command made, and cancel the downtime it has begun."""
    item.state.recurring_downtimes = tuple(each for each in item.state.recurring_downtimes if each.name != name)
    turn.world.owners.pop(name, None)
    _follow(turn, item)


def _follow(turn: Turn, item: Item) -> None:
    configured = tuple(each for each in item.recurring if each.members)
    item.recurring = (*configured, *item.state.recurring_downtimes)
    turn.updated(item)
    on_due(turn, item)
