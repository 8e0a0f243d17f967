"""What would follow if a host or service had some results: played on an engine of its own, on a clock that jumps.

``alignak simulate`` calls it with the configuration as it is, cut down by ``surroundings``. The objects around the one
in question stay as they are, and answer so when they are asked. Nothing is run and nobody is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from alignak.base.clock import Instant
from alignak.base.errors import RefusedError
from alignak.base.ids import Cause, IdSource, ObjectKey, shown
from alignak.engine import schedule
from alignak.engine.checks import warned
from alignak.engine.decisions import Decision, EmitBrok, RunOrder, SaveState
from alignak.engine.engine import Engine
from alignak.engine.events import Event, OutcomeArrived, ResultGiven, Wake
from alignak.engine.explain import notification
from alignak.engine.leaves import COMMAND as BUSINESS_RULE
from alignak.engine.retention import decode_item, encode_item
from alignak.engine.state import EngineState, Item, ItemState, Notice
from alignak.engine.surroundings import FAR
from alignak.engine.underway import Result
from alignak.messages.broks import MONITORING_LOG
from alignak.messages.explanations import Notification, ObjectExplanation
from alignak.messages.simulations import Moment, Simulation
from alignak.messages.work import Ending, Order, Outcome, Work
from alignak.model.snapshot import Part
from alignak.model.states import (
    CRITICAL,
    DOWN,
    FROM_EXIT_CODE,
    GOOD_STATE,
    OK,
    PENDING,
    UNKNOWN,
    UNREACHABLE,
    UP,
    WARNING,
    Kind,
)

MOST_MOMENTS: Final = 5_000
"""How many moments a simulation shows; the rest is left out."""

MOST_EVENTS: Final = 200_000
"""How many events it plays at most."""

EVERY: Final = 60.0
"""Seconds between results of what is never checked by itself, when nobody says otherwise."""

OUTPUT: Final = "simulated"

UNSHOWN: Final = ("HOST NOTIFICATION", "SERVICE NOTIFICATION", "ACTIVE HOST CHECK", "ACTIVE SERVICE CHECK")
"""How the lines of the log begin that are told otherwise."""

CODES: Final[Mapping[Kind, Mapping[str, int]]] = {
    Kind.HOST: {UP: 0, DOWN: 2, UNREACHABLE: 2, PENDING: 0},
    Kind.SERVICE: {OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3, UNREACHABLE: 2, PENDING: 0},
}
"""The exit code with which an object answers that it is as it was."""


class Script(Struct, frozen=True):
    """What is to be played."""

    codes: tuple[int, ...]
    """The exit codes of the results, in order."""
    start: float
    """Wall time of the first one."""
    every: float = 0.0
    """Seconds from one to the next; 0: as the object would be checked."""
    then: float = 0.0
    """Seconds to go on for after the last result, which is said again and again."""


def simulate(
    part: Part, states: Mapping[str, ItemState], own: EngineState, key: ObjectKey, script: Script
) -> Simulation:
    """Return what follows from the results of one object.

    The part and the states are changed by nobody; an object without a state is well. RefusedError for what is worked
    out from other objects and has no results of its own.
    """
    play = _Play(part, states, own, key, script)
    play.run()
    return Simulation(shown(key), tuple(play.moments), play.explain(), play.is_cut)


class _Seen(Struct):
    """What one moment shows, while it is put together."""

    log: list[str] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)


class _Play:
    """One run of a script."""

    def __init__(
        self, part: Part, states: Mapping[str, ItemState], own: EngineState, key: ObjectKey, script: Script
    ) -> None:
        self._script = script
        self._key = key
        self._now = Instant(script.start, 0.0)
        self._engine = Engine(part, _at_start(part, states, key, script.start), own, IdSource("simulated"), self._now)
        self._engine.start(self._now)
        self._item: Item = self._engine.world.items[key]
        _check_has_results(self._item)
        self._order: Order | None = None
        """The object's own check that is under way."""
        self._last: dict[ObjectKey, Notice] = {
            each.key: each.state.notices[-1] for each in self._engine.world.items.values() if each.state.notices
        }
        self._events = 0
        self.moments: list[Moment] = []
        self.is_cut = False

    def run(self) -> None:
        """Play the script."""
        script = self._script
        for number, code in enumerate(script.codes):
            if self.is_cut:
                return
            if number:
                self._wait(self._next())
            self._feed(code)
        end = self._now.wall + script.then
        while self._now.wall < end and not self.is_cut:
            self._wait(min(self._next(), end))
            if self._now.wall < end:
                self._feed(script.codes[-1], is_repeat=True)

    def explain(self) -> ObjectExplanation:
        """Return how the object is at the end."""
        found = self._engine.explain(f"{self._item.kind.value}/{shown(self._key)}", self._now)
        assert isinstance(found, ObjectExplanation)
        return found

    # Time -----------------------------------------------------------------------------------------------------------

    def _next(self) -> float:
        """Return the wall time of the next result."""
        now, planned = self._now.wall, self._item.state.next_chk
        if self._script.every:
            return now + self._script.every
        return planned if planned > now else now + (schedule.interval(self._engine.world, self._item) or EVERY)

    def _wait(self, until: float) -> None:
        """Let time go by until a wall time, and whatever is due then or before happen."""
        start = self._script.start
        while not self.is_cut:
            at = self._engine.next_wakeup()
            if at is None or start + at >= until:
                break
            self._now = Instant(start + at, at)
            seen = _Seen()
            self._handle(Wake(), seen)
            self._show("", seen)
        self._now = Instant(until, until - start)

    # What arrives ---------------------------------------------------------------------------------------------------

    def _feed(self, code: int, *, is_repeat: bool = False) -> None:
        """Have the object say how it is: its check does that is under way, or one that somebody has run.

        A repeat of the last result is shown when something comes of it.
        """
        code = warned(self._engine.world, self._item) if code == 1 else code
        order, now, seen = self._order, self._now, _Seen()
        if order is not None and self._item.in_flight is not None:
            event: Event = _outcome(order, code, OUTPUT, now.wall)
        else:
            event = ResultGiven(self._key, Result(code, OUTPUT, now.wall), Cause("simulated"))
        self._order = None
        self._handle(event, seen)
        self._show(FROM_EXIT_CODE[self._item.kind][code], seen, is_repeat=is_repeat)

    def _handle(self, event: Event, seen: _Seen) -> None:
        """Give the engine an event, and the answers it asks for because of it."""
        left = [event]
        while left:
            self._events += 1
            self.is_cut = self.is_cut or self._events > MOST_EVENTS
            for decision in self._engine.handle(left.pop(0), self._now):
                order = self._note(decision, seen)
                if order is not None and order.key != self._key:
                    left.append(self._answer(order))

    def _note(self, decision: Decision, seen: _Seen) -> Order | None:
        """Note what a decision shows; return the check it orders, if it does."""
        if isinstance(decision, EmitBrok) and decision.type == MONITORING_LOG:
            message = str(decision.data["message"])
            if not message.startswith(UNSHOWN):
                seen.log.append(message)
        elif isinstance(decision, SaveState):
            self._note_notice(decision.key, seen)
        elif isinstance(decision, RunOrder):
            order = decision.order
            if order.work is Work.CHECK:
                self._order = order if order.key == self._key else self._order
                return order
            if order.work is not Work.NOTIFICATION:
                seen.commands.append(f"{order.work.value} {order.command_name} of {shown(order.key)}")
        return None

    def _note_notice(self, key: ObjectKey, seen: _Seen) -> None:
        """Note the notification that came to an object last, when it is new."""
        item = self._engine.world.items.get(key)
        if item is None or not item.state.notices or self._last.get(key) is item.state.notices[-1]:
            return
        self._last[key] = item.state.notices[-1]
        seen.notifications.append(replace(notification(item.state.notices[-1]), object=shown(key)))

    def _answer(self, order: Order) -> Event:
        """Return the answer of another object that is asked: it is as it was."""
        item = self._engine.world.items[order.key]
        return _outcome(order, CODES[item.kind][item.own_state], item.state.output, self._now.wall)

    def _show(self, result: str, seen: _Seen, *, is_repeat: bool = False) -> None:
        """Keep a moment, when there is something to see."""
        is_result = bool(result) and not is_repeat
        if not (is_result or seen.log or seen.notifications or seen.commands):
            return
        state = self._item.state
        self.is_cut = self.is_cut or len(self.moments) >= MOST_MOMENTS
        self.moments.append(
            Moment(
                at=self._now.wall,
                result=result,
                state=self._item.state_name,
                state_type=state.state_type.value,
                attempt=state.attempt,
                max_attempts=self._item.policy.max_check_attempts,
                log=tuple(seen.log),
                notifications=tuple(seen.notifications),
                commands=tuple(seen.commands),
            )
        )


def _outcome(order: Order, code: int, output: str, at: float) -> OutcomeArrived:
    return OutcomeArrived(
        Outcome(order.id, order.work, order.key, Ending.DONE, code, output, at, 0.0, cause=order.cause)
    )


def _check_has_results(item: Item) -> None:
    call = item.spec.check_command
    if call is not None and call.name == BUSINESS_RULE:
        raise RefusedError(f"{shown(item.key)} is a business rule: simulate one of the objects it is made of")


def _at_start(part: Part, states: Mapping[str, ItemState], key: ObjectKey, at: float) -> dict[str, ItemState]:
    """Return the states to begin with; nothing but the object in question is checked by itself."""
    found: dict[str, ItemState] = {}
    for each in (*part.objects.hosts, *part.objects.services):
        given = states.get(each.key)
        state = _well(each.kind, at) if given is None else decode_item(encode_item(given))
        found[each.key] = state if each.key == key else replace(state, next_chk=at + FAR)
    return found


def _well(kind: Kind, at: float) -> ItemState:
    """Return the state of an object that has been well for a while."""
    good = GOOD_STATE[kind]
    return ItemState(
        state=good,
        last_state=good,
        last_hard_state=good,
        attempt=1,
        has_been_checked=True,
        last_state_update=at,
        last_chk=at,
    )
