"""Objects that change their state too often (engine.md 4.7).

``checks`` notes each result here, after a recovery was told and before a problem is: the result that begins a flapping
period tells of no problem any more, and the one that ends it does. ``switches``, ``arming`` and ``engine`` call
``follow`` when flap detection may have been switched off. While an object flaps, nobody is told of its problems and
recoveries; once it is calm again they are told how it is.

An object whose history is calm and stays so costs a comparison.
"""

from __future__ import annotations

from typing import Final

from alignak.engine import broks, notifications, problems
from alignak.engine.histories import noted, percentage
from alignak.engine.stages import Type
from alignak.engine.state import Item, World
from alignak.engine.turn import Turn
from alignak.model.states import LETTERS, Kind

AUTHOR: Final = "Alignak"

LONGEST: Final = 1_000
"""How many results a history has at most, whatever ``flap_history`` says."""


def is_watched(world: World, item: Item) -> bool:
    """Tell whether flap detection is on, for the object and for all."""
    return item.policy.flap_detection_enabled and world.settings.enable_flap_detection


def thresholds(world: World, item: Item) -> tuple[float, float]:
    """Return below which percentage an object stops flapping and from which on it flaps; those not above 0 are global.

    The reference writes -1 for the global one, Nagios 0.
    """
    policy, settings = item.policy, world.settings
    if item.kind is Kind.HOST:
        low, high = settings.low_host_flap_threshold, settings.high_host_flap_threshold
    else:
        low, high = settings.low_service_flap_threshold, settings.high_service_flap_threshold
    return (
        policy.low_flap_threshold if policy.low_flap_threshold > 0 else low,
        policy.high_flap_threshold if policy.high_flap_threshold > 0 else high,
    )


def on_result(turn: Turn, item: Item, *, is_change: bool) -> None:
    """Note whether a result changed the state; begin or end a flapping period when the whole history says so.

    Results in a state that ``flap_detection_options`` does not name are not noted.
    """
    world, state = turn.world, item.state
    most = min(world.settings.flap_history, LONGEST)
    history = state.flapping_history
    if most < 1 or (not is_change and history == 1 << most):
        return  # off, or calm as ever: what nearly all results say
    if LETTERS[item.kind][state.state] not in item.policy.flap_detection_options or not is_watched(world, item):
        return
    state.flapping_history = history = noted(history, is_change, most)
    state.percent_state_change = percent = percentage(history, most)
    if history.bit_length() <= most:
        return
    low, high = thresholds(world, item)
    if not state.is_flapping and percent >= high:
        _start(turn, item, percent, high)
    elif state.is_flapping and (percent < low or not percent):
        turn.emit(broks.flapping_stopped(world, item, percent, low, turn.cause))
        _end(turn, item, Type.FLAPPINGSTOP)


def follow(turn: Turn, item: Item) -> None:
    """End the flapping period of an object whose flap detection is off now; its history begins anew."""
    state = item.state
    if is_watched(turn.world, item) or not (state.flapping_history or state.is_flapping):
        return
    state.flapping_history, state.percent_state_change = 0, 0.0
    if state.is_flapping:
        turn.emit(broks.flapping_disabled(turn.world, item, turn.cause))
        _end(turn, item, Type.FLAPPINGDISABLED)
    turn.updated(item)


def _start(turn: Turn, item: Item, percent: float, high: float) -> None:
    item.state.is_flapping = True
    text = (
        f"Nobody is notified while this {item.kind.value} keeps changing its state "
        f"({percent:.1f}% change >= {high:.1f}% threshold)."
    )
    item.state.flapping_comment_id = problems.add_comment(turn, item, AUTHOR, text, problems.FLAPPING)
    turn.emit(broks.flapping_started(turn.world, item, percent, high, turn.cause))
    notifications.tell(turn, item, Type.FLAPPINGSTART)
    turn.updated(item)


def _end(turn: Turn, item: Item, type_: Type) -> None:
    """Have notifications go on: first of the end of the flapping, then of what it kept back."""
    state = item.state
    state.is_flapping = False
    problems.remove_comment(turn, item, state.flapping_comment_id)
    state.flapping_comment_id = ""
    notifications.tell(turn, item, type_)
    notifications.after_silence(turn, item)
    turn.updated(item)
