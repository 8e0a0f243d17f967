"""The state engine: events and the present moment go in, decisions come out.

A scheduler's shell owns one, and so do tests, replays and simulations. It touches nothing of the world: the same part,
states, ids and events give the same decisions, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from alignak.base.clock import Instant
from alignak.base.ids import Cause, IdSource
from alignak.engine import (
    broks,
    checks,
    commands,
    downtimes,
    flapping,
    handlers,
    invariants,
    maintenance,
    modulations,
    notifications,
    problems,
)
from alignak.engine.arming import arm, clock_stepped, take_over
from alignak.engine.decisions import Decision
from alignak.engine.events import CommandArrived, Event, OrderLost, OutcomeArrived, Wake, WallClockStepped
from alignak.engine.state import EngineState, Item, ItemState, World
from alignak.engine.turn import Turn
from alignak.engine.wheel import Timer, Wheel
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
        self.world = World(part, states, own)
        self._ids = ids
        self._wheel = Wheel()
        turn = self._turn(now, Cause("start"))
        for item in self.world.items.values():
            arm(turn, item)

    def handle(self, event: Event, now: Instant) -> list[Decision]:
        """Return what is decided because of an event, in the order it is to be done."""
        turn = self._turn(now, event.cause)
        HANDLERS[type(event)](turn, event)
        return turn.finish()

    def next_wakeup(self) -> float | None:
        """Return the monotonic time the engine wants to be woken at, None when nothing is planned."""
        return self._wheel.next_at()

    def start(self, now: Instant) -> list[Decision]:
        """Return what the followers are told when the engine begins: the program's status, and states if wanted.

        What is planned is no decision: followers learn it from the initial broks.
        """
        turn = self._turn(now, Cause("start"))
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
        take_over(turn, part)
        return turn.finish()

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
}
"""What happens when a timer fires."""

CAUSES: Final[tuple[str, ...]] = tuple(timer.name.lower() for timer in Timer)
"""How the cause of what a timer sets going begins."""


def _on_wake(turn: Turn, _event: Wake) -> None:
    """Serve the timers whose time has come; each is a cause of its own."""
    items, take = turn.world.items, turn.ids.take
    for timer, key in turn.wheel.take_due(turn.now.mono, MOST_AT_ONCE):
        turn.cause = Cause(f"{CAUSES[timer]}-{take()}")
        ON_TIMER[timer](turn, items[key])


def _on_outcome(turn: Turn, event: OutcomeArrived) -> None:
    outcome = event.outcome
    if outcome.work is Work.CHECK:
        checks.on_outcome(turn, outcome)
    else:
        handlers.on_outcome(turn, outcome)


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
    OrderLost: _on_lost,
    CommandArrived: _on_command,
    WallClockStepped: _on_clock_step,
}
"""What happens on an event."""
