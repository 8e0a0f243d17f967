"""Objects nobody checks actively must say something now and then (engine.md 4.6).

``checks`` starts the period anew with each result and asks for ``stale_result`` when it is over. A stale object gets a
result made here, with the state the configuration wants; it goes through its attempts like any other.
"""

from __future__ import annotations

from typing import Final

from alignak.base.ids import shown
from alignak.engine import broks
from alignak.engine.decisions import Warn
from alignak.engine.state import Item, World
from alignak.engine.turn import Turn
from alignak.engine.underway import Result
from alignak.engine.wheel import Timer
from alignak.model.states import FRESHNESS_EXIT_CODE, FROM_EXIT_CODE, Kind, StateType
from alignak.model.timeperiods import SEARCH_DAYS

DEFAULT_EXIT_CODE: Final = 3
"""What a ``freshness_state`` letter that means nothing stands for."""


def is_watched(world: World, item: Item) -> bool:
    """Tell whether an object is expected to hear of itself regularly."""
    policy, settings = item.policy, world.settings
    return (
        policy.check_freshness
        and policy.passive_checks_enabled
        and not policy.active_checks_enabled
        and (settings.check_host_freshness if item.kind is Kind.HOST else settings.check_service_freshness)
    )


def threshold(world: World, item: Item) -> float:
    """Return the seconds after which an object that said nothing is stale, the extra latency not counted."""
    policy, length = item.policy, world.settings.interval_length
    return policy.freshness_threshold or policy.check_interval * length or policy.retry_interval * length or 60.0


def start_period(turn: Turn, item: Item) -> None:
    """Count the time to the next result from now on."""
    state = item.state
    state.freshness_expired = False
    if is_watched(turn.world, item):
        state.freshness_since = turn.now.wall
        watch(turn, item)


def has_timer(turn: Turn, item: Item) -> bool:
    """Tell whether somebody waits for the object to say something."""
    return turn.wheel.at(Timer.FRESHNESS, item.key) is not None


def watch(turn: Turn, item: Item) -> None:
    """Set or take away the timer of an object, as its switches want it."""
    if not is_watched(turn.world, item):
        turn.wheel.cancel(Timer.FRESHNESS, item.key)
        return
    state = item.state
    if not state.freshness_since:
        state.freshness_since = turn.now.wall
        turn.changed(item)
    at = state.freshness_since + threshold(turn.world, item) + turn.world.settings.additional_freshness_latency
    turn.wheel.set(Timer.FRESHNESS, item.key, turn.now.mono_of(at))


def stale_result(turn: Turn, item: Item) -> Result | None:
    """Return the result a stale object gets, and look again after the check interval of freshness.

    None when it has that state for good already: then only its output tells how long nothing came.
    """
    world, state = turn.world, item.state
    if not is_watched(world, item):
        return None
    opens = world.calendars.next_open(item.policy.check_period, turn.now.wall)
    if opens != turn.now.wall:
        _wait_for(turn, item, opens)
        return None
    settings = world.settings
    seconds = settings.host_freshness_check_interval if item.is_host else settings.service_freshness_check_interval
    turn.wheel.set(Timer.FRESHNESS, item.key, turn.now.mono + max(seconds, 1))
    if item.kind is Kind.SERVICE and item.host.state.freshness_expired:
        return None
    code = FRESHNESS_EXIT_CODE[item.kind].get(item.policy.freshness_state, DEFAULT_EXIT_CODE)
    text = f"Freshness period expired: {world.calendars.shown(turn.now.wall)}"
    is_settled = state.state_type is StateType.HARD and state.state == FROM_EXIT_CODE[item.kind][code]
    if not state.freshness_expired or not is_settled:
        state.freshness_expired = True
        turn.changed(item)
        turn.decide(Warn(_warning(turn, item), turn.cause))
        return Result(code, text, turn.now.wall, is_freshness=True)
    state.output = f"{text}, last updated: {world.calendars.shown(state.freshness_since)}"
    turn.changed(item)
    turn.emit(broks.check_result(world, item, turn.cause))
    return None


def _wait_for(turn: Turn, item: Item, opens: float | None) -> None:
    """Expect nothing outside the check period: an object that was fresh has all its time again from the opening on.

    A period that never opens is looked at again after a year.
    """
    at = turn.now.wall + SEARCH_DAYS * 86400 if opens is None else opens
    if item.state.freshness_expired:
        turn.wheel.set(Timer.FRESHNESS, item.key, turn.now.mono_of(at))
    else:
        item.state.freshness_since = at
        watch(turn, item)
        turn.changed(item)


def _warning(turn: Turn, item: Item) -> str:
    """Return what the daemon's log says of an object that is stale."""
    state, policy, world = item.state, item.policy, turn.world
    limit, latency = threshold(world, item), world.settings.additional_freshness_latency
    late = turn.now.wall - state.freshness_since - limit - latency
    return (
        f"The freshness period of {item.kind.value} '{shown(item.key)}' is expired by {late:.0f}s "
        f"(threshold={limit:.0f}s + {latency}s). Attempt: {state.attempt} / {policy.max_check_attempts}. "
        f"I'm forcing the state to freshness state ({policy.freshness_state} / {state.state_type.value})"
    )
