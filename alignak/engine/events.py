"""What can happen to the engine. Every event names its cause; all its consequences carry it."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from alignak.base.ids import Cause, ObjectKey, OrderId
from alignak.engine.underway import Result
from alignak.messages.work import Outcome


class Wake(Struct, frozen=True):
    """The time ``next_wakeup`` named has come, or somebody wants the engine to look at the clock."""

    cause: Cause = Cause("wake")


class OutcomeArrived(Struct, frozen=True):
    """A poller or reactionner says what came of an order."""

    outcome: Outcome

    @property
    def cause(self) -> Cause:
        """Return the cause of the order, or the order itself where it has none."""
        return self.outcome.cause or Cause(self.outcome.id)


class ResultGiven(Struct, frozen=True):
    """Somebody had an object checked out of turn, and wants the result to count: like one of its own checks."""

    key: ObjectKey
    result: Result
    cause: Cause


class OrderLost(Struct, frozen=True):
    """An order was handed out and nobody will answer for it: its holder died or never came back."""

    id: OrderId
    holder: str
    cause: Cause


class CommandArrived(Struct, frozen=True):
    """An operator or another program gives an external command, one line of text."""

    line: str
    command_id: str
    cause: Cause


class WallClockStepped(Struct, frozen=True):
    """The wall clock was set: calendars are to be looked at again, durations go on."""

    seconds: float
    """How far it moved, forward or back."""
    cause: Cause


Event: TypeAlias = Wake | OutcomeArrived | ResultGiven | OrderLost | CommandArrived | WallClockStepped
