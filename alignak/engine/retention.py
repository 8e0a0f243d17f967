"""What the engine remembers, as bytes for a store and back.

The scheduler's shell encodes what a ``SaveState`` names and decodes it at its next start. The bytes say which version
of the layout they have; fields this version does not know are passed over, missing ones get their default. ``engine``
takes of what was kept what the configuration wants kept (``honoured``), and drops what nobody knows any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from alignak.base.errors import StoreError
from alignak.engine import recoveries
from alignak.engine.decisions import Warn
from alignak.engine.problems import ACKNOWLEDGEMENT, FLAPPING
from alignak.engine.state import EngineState, ItemState
from alignak.engine.turn import Turn
from alignak.model.objects import Policy
from alignak.model.snapshot import Part

VERSION: Final = 1
"""Raised when the layout changes in a way that the fields' defaults do not bridge."""

T = TypeVar("T")


class _Version(Struct):
    version: int


class _RetainedItem(Struct):
    version: int
    state: ItemState


class _RetainedEngine(Struct):
    version: int
    state: EngineState


_encoder: Final = msgspec.json.Encoder()


def encode_item(state: ItemState) -> bytes:
    """Return the state of a host or service as bytes."""
    return _encoder.encode(_RetainedItem(VERSION, state))


def decode_item(data: bytes) -> ItemState:
    """Return the state that bytes hold; StoreError when they are damaged or of a version not known here."""
    return _decode(data, _RetainedItem).state


def encode_engine(state: EngineState) -> bytes:
    """Return the engine's own state as bytes."""
    return _encoder.encode(_RetainedEngine(VERSION, state))


def decode_engine(data: bytes) -> EngineState:
    """Return the engine's own state that bytes hold; StoreError as for ``decode_item``."""
    return _decode(data, _RetainedEngine).state


def _decode(data: bytes, type_: type[T]) -> T:
    try:
        version = msgspec.json.decode(data, type=_Version).version
        if version == VERSION:
            return msgspec.json.decode(data, type=type_)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise StoreError(f"the retained state {data[:60]!r} cannot be read: {error}") from error
    raise StoreError(f"the retained state has version {version}, this program reads version {VERSION}")


# What is taken over at a start


NOT_STATUS: Final = ("modified_attributes", "switches", "changed", "changed_customs")
"""What commands set: ``retain_nonstatus_information``."""

BESIDES: Final = ("comments", "downtimes", "in_maintenance", "maintenance_until", "next_chk")
"""What is kept whatever the objects say: what people planned and wrote, and the rhythm of the checks."""

ABOUT_STATUS: Final = frozenset((FLAPPING, ACKNOWLEDGEMENT))
"""Entry types of comments that go with a state."""


def honoured(part: Part, states: Mapping[str, ItemState]) -> Mapping[str, ItemState]:
    """Return the kept states as ``retain_status_information`` and ``retain_nonstatus_information`` want them.

    None with ``retain_state_information`` off.
    """
    if not part.settings.retain_state_information:
        return {}
    policies = part.objects.policies
    forgetful = {number for number, each in enumerate(policies) if not _keeps_all(each)}
    if not forgetful:
        return states
    objects = (*part.objects.hosts, *part.objects.services)
    changed: dict[str, ItemState] = {
        each.key: _kept(states[each.key], policies[each.policy])
        for each in objects
        if each.policy in forgetful and each.key in states
    }
    return {**states, **changed}


def honoured_own(part: Part, own: EngineState) -> EngineState:
    """Return what the engine kept of itself, or nothing of it with ``retain_state_information`` off."""
    return own if part.settings.retain_state_information else EngineState()


def _keeps_all(policy: Policy) -> bool:
    return policy.retain_status_information and policy.retain_nonstatus_information


def _kept(state: ItemState, policy: Policy) -> ItemState:
    if not policy.retain_status_information:
        kept = {name: getattr(state, name) for name in (*NOT_STATUS, *BESIDES)}
        kept["comments"] = {key: each for key, each in state.comments.items() if each.entry_type not in ABOUT_STATUS}
        state = ItemState(**kept)
    if not policy.retain_nonstatus_information:
        state = replace(state, modified_attributes=0, switches={}, changed={}, changed_customs={})
    return state


def drop_unknown_contacts(turn: Turn) -> None:
    """Forget of contacts who do not exist any more that they were told of problems, and warn of it."""
    known = turn.world.contacts
    gone: dict[str, int] = {}
    for item in turn.world.items.values():
        state = item.state
        if not state.notified_contacts and not state.recovery_owed_to:
            continue
        unknown = {name for name in (*state.notified_contacts, *state.recovery_owed_to) if name not in known}
        if unknown:
            state.notified_contacts = {key: each for key, each in state.notified_contacts.items() if key in known}
            state.recovery_owed_to = tuple(name for name in state.recovery_owed_to if name in known)
            recoveries.watch(turn, item)
            turn.changed(item)
        for name in unknown:
            gone[name] = gone.get(name, 0) + 1
    for name, count in sorted(gone.items()):
        message = f"the contact '{name}' was told of {count} problem(s) and does not exist any more, it is dropped"
        turn.decide(Warn(message, turn.cause))
