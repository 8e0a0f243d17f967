"""What happened to an engine, as bytes, and what it decided: another engine can live the same life from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct

from alignak.base.clock import Instant
from alignak.base.ids import IdSource
from alignak.engine.decisions import Decision, SaveState
from alignak.engine.engine import HANDLERS, Engine
from alignak.engine.events import Event
from alignak.engine.retention import decode_engine, decode_item, encode_engine, encode_item
from alignak.engine.state import EngineState
from alignak.model.snapshot import Part

EVENTS: Final = {each.__name__: each for each in HANDLERS}


class Entry(Struct, frozen=True):
    """One thing that happened, when, and what was decided."""

    name: str
    """The type of the event, or ``Part``."""
    event: bytes
    now: Instant
    decided: tuple[bytes, ...]


class Life(Struct, frozen=True):
    """From one start to the next: what the engine began with, and all that happened."""

    epoch: str
    part: Part
    states: Mapping[str, bytes]
    own: bytes
    now: Instant
    decided: tuple[bytes, ...]
    entries: list[Entry]


def as_bytes(decisions: list[Decision]) -> tuple[bytes, ...]:
    """Return decisions as bytes, each with its type."""
    return tuple(msgspec.json.encode((type(each).__name__, each)) for each in decisions)


class Store:
    """What is kept of an engine: the states it wants saved, when it wants them saved, and nothing else."""

    def __init__(self) -> None:
        self.states: dict[str, bytes] = {}
        self.own = encode_engine(EngineState())

    def save(self, engine: Engine, decisions: list[Decision]) -> None:
        """Keep what the decisions say is to be kept."""
        for each in decisions:
            if isinstance(each, SaveState) and not each.key:
                self.own = encode_engine(engine.world.own)
            elif isinstance(each, SaveState) and each.key in engine.world.items:
                self.states[each.key] = encode_item(engine.world.items[each.key].state)
            elif isinstance(each, SaveState):
                self.states.pop(each.key, None)

    def engine(self, part: Part, epoch: str, now: Instant) -> Engine:
        """Return an engine that goes on with what is kept."""
        return born(part, self.states, self.own, epoch, now)


def born(part: Part, states: Mapping[str, bytes], own: bytes, epoch: str, now: Instant) -> Engine:
    """Return an engine that begins with some states."""
    known = {key: decode_item(each) for key, each in states.items()}
    return Engine(part, known, decode_engine(own), IdSource(epoch), now)


def entry(event: Event, now: Instant, decisions: list[Decision]) -> Entry:
    """Return what a journal writes of an event."""
    return Entry(type(event).__name__, msgspec.json.encode(event), now, as_bytes(decisions))


def reconfigured(part: Part, now: Instant, decisions: list[Decision]) -> Entry:
    """Return what a journal writes of another part."""
    return Entry("Part", msgspec.msgpack.encode(part), now, as_bytes(decisions))


def replay(life: Life) -> Engine:
    """Live a life again from its journal, and return the engine at its end; AssertionError at the first difference."""
    engine = born(life.part, life.states, life.own, life.epoch, life.now)
    assert as_bytes(engine.start(life.now)) == life.decided
    for number, each in enumerate(life.entries):
        if each.name == "Part":
            part = msgspec.msgpack.decode(each.event, type=Part)
            decided = engine.reconfigure(part, each.now)
        else:
            decided = engine.handle(msgspec.json.decode(each.event, type=EVENTS[each.name]), each.now)
        assert as_bytes(decided) == each.decided, f"entry {number}: {each.name} {each.event!r}"
    return engine
