"""One turn of the engine: an event, the moment, and what was decided so far.

``engine`` makes one for each event and hands it to the rooms' functions; they append to it and return nothing.
"""

from __future__ import annotations

from alignak.base.clock import Instant
from alignak.base.ids import Cause, IdSource, ObjectKey
from alignak.engine import broks
from alignak.engine.decisions import Decision, EmitBrok, SaveState
from alignak.engine.state import Item, World
from alignak.engine.wheel import Wheel


class Turn:
    """What the functions of the engine need to decide, and where they leave their decisions."""

    __slots__ = ("_changed", "_updated", "cause", "decisions", "ids", "now", "wheel", "world")

    def __init__(self, world: World, wheel: Wheel, ids: IdSource, now: Instant, cause: Cause) -> None:
        self.world = world
        self.wheel = wheel
        self.ids = ids
        self.now = now
        self.cause = cause
        self.decisions: list[Decision] = []
        self._changed: dict[ObjectKey, Cause] = {}
        self._updated: dict[ObjectKey, Item] = {}

    def decide(self, decision: Decision) -> None:
        """Append a decision."""
        self.decisions.append(decision)

    def emit(self, emitted: tuple[EmitBrok, ...]) -> None:
        """Append what the followers are told; nothing when the configuration does not want it told."""
        self.decisions.extend(emitted)

    def changed(self, item: Item) -> None:
        """Have the state of an object saved at the end of the turn."""
        self._changed[item.key] = self.cause

    def changed_own(self) -> None:
        """Have the engine's own state saved at the end of the turn."""
        self._changed[ObjectKey("")] = self.cause

    def updated(self, item: Item) -> None:
        """Have the state of an object saved, and its whole status told, at the end of the turn."""
        self._changed[item.key] = self.cause
        self._updated[item.key] = item

    def take_object_id(self) -> str:
        """Return a new id for a comment or a downtime."""
        own = self.world.own
        number = own.next_object_id
        own.next_object_id = number + 1
        self._changed[ObjectKey("")] = self.cause
        return str(number)

    def causes(self) -> tuple[tuple[ObjectKey, Cause], ...]:
        """Return what changed so far, with why it did last."""
        return tuple(self._changed.items())

    def finish(self) -> list[Decision]:
        """Return all decisions, each changed object saved once."""
        for item in self._updated.values():
            self.decisions.extend(broks.update_status(self.world, item, self.cause))
        self.decisions.extend(SaveState(key) for key in self._changed)
        return self.decisions
