"""What a result makes of a state: the soft and hard states of hosts and services (engine.md 4.3).

An object is in one of three phases: GOOD, a SOFT problem while attempts remain, a HARD problem once they are used up. A
result arrives in one of several ways, by what it says and by what is known already. ``TABLE`` says for each phase and
arrival what happens:

- the state type and attempt the object then has, and which the alert shows;
- whether there is an alert line and an event handler;
- whether somebody is to be told: of the PROBLEM, of the RECOVERY, or (REMIND) of a problem that for some reason nobody
  was told of yet;
- ``settles``: a recovery shows the attempts it took, then the object is HARD at its first attempt.

In short::

    GOOD --problem, attempts left--> SOFT 1 --problem--> SOFT 2 ... --attempts used up--> HARD (PROBLEM)
    SOFT --good--> good, no notification          HARD --good--> good (RECOVERY)
    HARD --another problem--> HARD (PROBLEM)      HARD --same problem--> HARD (REMIND)
    any  --problem of a volatile service--> HARD 1 (PROBLEM)

A hard problem that becomes UNKNOWN or UNREACHABLE is HUSHED: nobody is alerted, as nothing is known. When it comes back
to what it was, that is hushed too; when it comes back as something else, it is another problem.

Pure functions on records; ``checks`` calls them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final

from msgspec import Struct

from alignak.engine.state import ItemState
from alignak.model.objects import Policy
from alignak.model.states import GOOD, PENDING, UNKNOWN, UNREACHABLE, StateType


class Phase(Enum):
    """Where an object is before a result."""

    GOOD = "good"
    SOFT = "soft problem"
    HARD = "hard problem"

    __hash__ = object.__hash__  # the table is asked for it with each result


class Arrival(Enum):
    """How a result arrives."""

    GOOD = "good"
    ATTEMPTS_LEFT = "problem, attempts left"
    ATTEMPTS_USED = "problem, attempts used up"
    SAME = "the same problem"
    OTHER = "another problem"
    HUSHED = "a problem nothing is known of"
    VOLATILE = "problem of a volatile service"

    __hash__ = object.__hash__


class Telling(Enum):
    """Whether somebody is to be told."""

    NOBODY = "nobody"
    PROBLEM = "PROBLEM"
    RECOVERY = "RECOVERY"
    REMIND = "remind"


class Row(Struct, frozen=True):
    """One line of the table."""

    state_type: StateType
    attempt: Callable[[int, int], int]
    """From the attempt before and the most there may be."""
    has_alert: bool = False
    """An alert line and an event handler."""
    telling: Telling = Telling.NOBODY
    settles: bool = False


def _first(_attempt: int, _most: int) -> int:
    return 1


def _next(attempt: int, most: int) -> int:
    return min(attempt + 1, most)


def _same(attempt: int, most: int) -> int:
    return min(max(attempt, 1), most)


def _last(_attempt: int, most: int) -> int:
    return most


SOFT: Final = StateType.SOFT
HARD: Final = StateType.HARD

_VOLATILE: Final = Row(HARD, _first, True, Telling.PROBLEM)

TABLE: Final[Mapping[tuple[Phase, Arrival], Row]] = {
    (Phase.GOOD, Arrival.GOOD): Row(HARD, _first),
    (Phase.GOOD, Arrival.ATTEMPTS_LEFT): Row(SOFT, _first, True),
    (Phase.GOOD, Arrival.ATTEMPTS_USED): Row(HARD, _first, True, Telling.PROBLEM),
    (Phase.SOFT, Arrival.GOOD): Row(SOFT, _next, True, settles=True),
    (Phase.SOFT, Arrival.ATTEMPTS_LEFT): Row(SOFT, _next, True),
    (Phase.SOFT, Arrival.ATTEMPTS_USED): Row(HARD, _last, True, Telling.PROBLEM),
    (Phase.SOFT, Arrival.SAME): Row(SOFT, _same),
    (Phase.SOFT, Arrival.OTHER): Row(SOFT, _same, True),
    (Phase.HARD, Arrival.GOOD): Row(HARD, _same, True, Telling.RECOVERY, settles=True),
    (Phase.HARD, Arrival.SAME): Row(HARD, _same, telling=Telling.REMIND),
    (Phase.HARD, Arrival.OTHER): Row(HARD, _same, True, Telling.PROBLEM),
    (Phase.HARD, Arrival.HUSHED): Row(HARD, _same),
    **{(phase, Arrival.VOLATILE): _VOLATILE for phase in Phase},
}
"""(phase before, arrival) -> what happens."""

UNSURE: Final[frozenset[str]] = frozenset((UNKNOWN, UNREACHABLE))
"""What a hard problem can become without anything being known of it."""


def phase_of(state: ItemState) -> Phase:
    """Return the phase an object is in."""
    if state.state in GOOD:
        return Phase.GOOD
    return Phase.SOFT if state.state_type is StateType.SOFT else Phase.HARD


def arrival_of(state: ItemState, policy: Policy, name: str, *, is_dependency: bool) -> Arrival:
    """Return how a result that says ``name`` arrives at an object in this state.

    A check that another object's result asked for does not use up an attempt of a soft problem.
    """
    if name in GOOD:
        return Arrival.GOOD
    if policy.is_volatile:
        return Arrival.VOLATILE
    most = policy.max_check_attempts
    if state.state in GOOD:
        return Arrival.ATTEMPTS_USED if most <= 1 else Arrival.ATTEMPTS_LEFT
    if state.state_type is StateType.HARD:
        return _at_hard_problem(state, name)
    if is_dependency:
        return Arrival.SAME if name == state.state else Arrival.OTHER
    return Arrival.ATTEMPTS_USED if state.attempt + 1 >= most else Arrival.ATTEMPTS_LEFT


def _at_hard_problem(state: ItemState, name: str) -> Arrival:
    if name == state.state:
        return Arrival.SAME
    if name in UNSURE:
        return Arrival.HUSHED
    if state.in_hard_unknown_reach_phase and name == state.state_before_hard_unknown_reach_phase:
        return Arrival.HUSHED
    return Arrival.OTHER


def move(state: ItemState, policy: Policy, name: str, at: float, *, is_dependency: bool) -> Row:
    """Move an object to the state a result says, at a wall time, and return what is to happen.

    Event and problem numbers are not counted here, and a recovery is not settled: its alert has yet to show it.
    """
    before = state.state
    arrival = arrival_of(state, policy, name, is_dependency=is_dependency)
    row = TABLE[phase_of(state), arrival]
    was_hard, old_type = state.last_hard_state, state.state_type
    _note_unsure_phase(state, name, arrival)
    state.last_state, state.last_state_type = before, old_type
    state.attempt = row.attempt(state.attempt, policy.max_check_attempts)
    state.state, state.state_type = name, row.state_type
    if is_change(before, name) and not (before == UNREACHABLE and name == "DOWN"):
        state.last_state_change = at
    if row.state_type is StateType.HARD or row.settles:
        if is_change(was_hard, name):
            state.last_hard_state_change = at
        state.last_hard_state = name
    state.last_times[name] = at
    return row


def settle(state: ItemState) -> None:
    """End a recovery: the object is good, hard, at its first attempt."""
    state.state_type, state.attempt = StateType.HARD, 1


def is_change(before: str, after: str) -> bool:
    """Tell whether two states differ; the first good result after PENDING is no change."""
    return before != after and not (before == PENDING and after in GOOD)


def _note_unsure_phase(state: ItemState, name: str, arrival: Arrival) -> None:
    """Remember what a hard problem was before nothing was known of it, and forget it when it is over."""
    if arrival is Arrival.HUSHED and name in UNSURE:
        if not state.in_hard_unknown_reach_phase:
            state.in_hard_unknown_reach_phase = True
            state.state_before_hard_unknown_reach_phase = state.state
    elif state.in_hard_unknown_reach_phase and name not in UNSURE:
        state.in_hard_unknown_reach_phase = False
