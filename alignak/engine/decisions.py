"""What the engine can decide. The shell performs decisions in the order given and asks nothing back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from alignak.base.codec import Json
from alignak.base.ids import Cause, ObjectKey, OrderId
from alignak.base.records import Record
from alignak.messages.work import Order


class RunOrder(Struct, frozen=True):
    """Have a check, a notification, an event handler or a performance data command run."""

    order: Order


class CancelOrder(Struct, frozen=True):
    """Withdraw an order that may still wait; one that runs is let run, its outcome is not wanted."""

    id: OrderId
    cause: Cause


class EmitBrok(Struct, frozen=True):
    """Tell the followers that something happened."""

    type: str
    data: Mapping[str, Json] | Record
    cause: Cause


class SaveState(Struct, frozen=True):
    """The state of this object changed and is to be kept; the key ``""`` means the engine's own state.

    An object the engine does not have any more was taken out of the part: its state is to be forgotten.
    """

    key: ObjectKey


class AnswerCommand(Struct, frozen=True):
    """The fate of an external command: accepted, or refused with a reason."""

    command_id: str
    accepted: bool
    reason: str
    cause: Cause


class Warn(Struct, frozen=True):
    """Have a warning written to the daemon's own log, which is about the daemon and not for the followers."""

    message: str
    cause: Cause


Decision: TypeAlias = RunOrder | CancelOrder | EmitBrok | SaveState | AnswerCommand | Warn
