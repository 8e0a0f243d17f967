"""The state engine: events and the present moment go in, decisions come out.

A scheduler's shell owns one, and so do tests, replays and simulations. It touches nothing of the world: the same part,
states, ids and events give the same decisions, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from alignak.base.clock import Instant
from alignak.base.ids import Cause, IdSource, ObjectKey
from alignak.engine import (
    broks,
    checks,
    commands,
    contact_downtimes,
    downtimes,
    explain,
    flapping,
    grouping,
    handlers,
    impacts,
    invariants,
    maintenance,
    modulations,
    notifications,
    problems,
    recoveries,
    recurring,
    retention,
    settling,
    trials,
)
from alignak.engine.arming import arm, clock_stepped, on_status_due, take_over
from alignak.engine.decisions import Decision
from alignak.engine.events import (
    CommandArrived,
    Event,
    OrderLost,
    OutcomeArrived,
    ResultGiven,
    Wake,
    WallClockStepped,
)
from alignak.engine.state import EngineState, Item, ItemState, World
from alignak.engine.trials import Trial
from alignak.engine.turn import Turn
from alignak.engine.wheel import Timer, Wheel
from alignak.messages.explanations import Explanation
from alignak.messages.work import Order, Work
from alignak.model.snapshot import Part

MOST_AT_ONCE: Final = 1_000
"""How many timers one ``Wake`` serves; the rest is due at once, and the shell may take outcomes in between."""


class Engine:
    """What one scheduler knows of its part, and what it decides."""

    __slots__ = ("_ids", "_wheel", "world")

    def __init__(
        self, part: Part, states: Mapping[str, ItemState], own: EngineState, ids: IdSource, now: Instant
    ) -> None:
        self.world = World(part, retention.honoured(part, states), retention.honoured_own(part, own))
        self._ids = ids
        self._wheel = Wheel()
        turn = self._turn(now, Cause("start"))
        for item in self.world.items.values():
            arm(turn, item)
        impacts.survey(turn, may_begin=False)
        contact_downtimes.watch_all(turn)
        grouping.watch(turn)

    def handle(self, event: Event, now: Instant) -> list[Decision]:
        """Return what is decided because of an event, in the order it is to be done."""
        turn = self._turn(now, event.cause)
        HANDLERS[type(event)](turn, event)
        if self.world.rules:
            settling.settle(turn)
        return turn.finish()

    def next_wakeup(self) -> float | None:
        """Return the monotonic time the engine wants to be woken at, None when nothing is planned."""
        return self._wheel.next_at()

    def start(self, now: Instant) -> list[Decision]:
        """Return what the followers are told when the engine begins: the program's status, and states if wanted.

        What is planned is no decision: followers learn it from the initial broks.
        """
        turn = self._turn(now, Cause("start"))
        retention.drop_unknown_contacts(turn)
        turn.emit(broks.program_status(self.world, now, turn.cause))
        for item in self.world.items.values():
            turn.emit(broks.current_state(self.world, item, turn.cause))
            if item.state.is_flapping:
                flapping.follow(turn, item)
        return turn.finish()

    def pending_actions(self, orders: Sequence[Order]) -> None:
        """Expect the outcomes of actions decided in an earlier life, which the shell has run."""
        self.world.actions.update((order.id, order) for order in orders)

    def reconfigure(self, part: Part, now: Instant) -> list[Decision]:
        """Go on with another part: what stays keeps its state, its rhythm and its check under way."""
        turn = self._turn(now, Cause(f"reconfigure-{self._ids.take()}"))
        before = dict(self.world.rules)
        take_over(turn, part)
        rules = self.world.rules
        if rules:
            settling.settle(turn, [key for key, rule in rules.items() if key in before and before[key] != rule])
        return turn.finish()

    def explain(self, name: str, now: Instant) -> Explanation:
        """Say of a host, service or contact how it is and why; RefusedError when nothing here has that name."""
        return explain.explain(self.world, self._wheel, name, now)

    def trial(self, name: str, now: Instant) -> Trial:
        """Return the check of a host or service as it is to be run out of turn; RefusedError when there is none."""
        turn = self._turn(now, Cause(f"trial-{self._ids.take()}"))
        return trials.prepare(turn, explain.item_named(self.world, name))

    def validate(self) -> None:
        """Raise InvariantError when the state contradicts itself."""
        invariants.check(self.world, self._wheel)

    def _turn(self, now: Instant, cause: Cause) -> Turn:
        return Turn(self.world, self._wheel, self._ids, now, cause)


ON_TIMER: Final[Mapping[Timer, Callable[[Turn, Item], None]]] = {
    Timer.CHECK: checks.on_due,
    Timer.FORCED_CHECK: checks.on_forced,
    Timer.FRESHNESS: checks.on_stale,
    Timer.NOTIFICATION: notifications.on_due,
    Timer.DOWNTIME: downtimes.on_due,
    Timer.ACKNOWLEDGEMENT: problems.on_due,
    Timer.MAINTENANCE: maintenance.on_due,
    Timer.BUSINESS_IMPACT: modulations.on_due,
    Timer.RECOVERY: recoveries.on_due,
    Timer.RECURRENCE: recurring.on_due,
}
"""What happens when a timer of an object fires."""

ON_OWN_TIMER: Final[Mapping[Timer, Callable[[Turn, ObjectKey], None]]] = {
    Timer.CONTACT_DOWNTIME: contact_downtimes.on_due,
    Timer.WINDOW: grouping.on_due,
    Timer.STATUS: on_status_due,
}
"""What happens when a timer fires that belongs to no object."""

CAUSES: Final[tuple[str, ...]] = tuple(timer.name.lower() for timer in Timer)
"""How the cause of what a timer sets going begins."""


def _on_wake(turn: Turn, _event: Wake) -> None:
    """Serve the timers whose time has come; each is a cause of its own."""
    items, take = turn.world.items, turn.ids.take
    for timer, key in turn.wheel.take_due(turn.now.mono, MOST_AT_ONCE):
        turn.cause = Cause(f"{CAUSES[timer]}-{take()}")
        act = ON_TIMER.get(timer)
        if act is not None:
            act(turn, items[key])
        else:
            ON_OWN_TIMER[timer](turn, key)


def _on_outcome(turn: Turn, event: OutcomeArrived) -> None:
    outcome = event.outcome
    if outcome.work is Work.CHECK:
        checks.on_outcome(turn, outcome)
    else:
        handlers.on_outcome(turn, outcome)


def _on_result(turn: Turn, event: ResultGiven) -> None:
    item = turn.world.items.get(event.key)
    if item is not None:
        checks.on_result(turn, item, event.result)


def _on_lost(turn: Turn, event: OrderLost) -> None:
    item = turn.world.flights.get(event.id)
    if item is None:
        handlers.on_lost(turn, event.id)
    else:
        checks.on_lost(turn, event.id, item)


def _on_command(turn: Turn, event: CommandArrived) -> None:
    commands.execute(turn, event.line, event.command_id)


def _on_clock_step(turn: Turn, event: WallClockStepped) -> None:
    clock_stepped(turn, event.seconds)


HANDLERS: Final[Mapping[type[Event], Callable[..., None]]] = {
    Wake: _on_wake,
    OutcomeArrived: _on_outcome,
    ResultGiven: _on_result,
    OrderLost: _on_lost,
    CommandArrived: _on_command,
    WallClockStepped: _on_clock_step,
}
"""What happens on an event."""
