"""Who would be told if a notification were due now, and why not everybody (engine.md 4.8).

``explain`` asks. The stages are those that a real notification passes; here each of them is asked, not only the first
that says no, and nothing comes of it. Of an object that is well a problem is supposed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from typing import Final

from msgspec.structs import replace

from alignak.engine import escalations
from alignak.engine.stages import CONTACT_STAGES, ITEM_STAGES, WAY_STAGES, Message, Type
from alignak.engine.state import Item, World
from alignak.engine.underway import Veto
from alignak.messages.explanations import Candidate, Hindrance, Rehearsal
from alignak.model.objects import Contact
from alignak.model.relations import Escalation
from alignak.model.states import CRITICAL, DOWN, Kind, StateType

WORST: Final = {Kind.HOST: DOWN, Kind.SERVICE: CRITICAL}


def rehearse(world: World, item: Item, at: float) -> Rehearsal:
    """Return what would become of a notification at a wall time."""
    message, is_supposed = _message(world, item, at)
    vetoes = [veto for stage in ITEM_STAGES if (veto := stage(message)) is not None]
    if item.doubt is not None and at < item.doubt.until and message.type is Type.PROBLEM:
        vetoes.append(Veto("unconfirmed", item.doubt.reason, item.doubt.until))
    found = _escalations(message)
    contacts = [_candidate(message, name, is_open=not vetoes) for name in _recipients(message, found)]
    return Rehearsal(
        type=message.type.value,
        state=message.item.state_name,
        number=message.number,
        is_supposed=is_supposed,
        is_escalated=bool(found),
        hindrances=tuple(map(hindrance, vetoes)),
        contacts=(*contacts, *_replaced(message, found)),
    )


def hindrance(veto: Veto) -> Hindrance:
    """Return a veto as those outside see it."""
    return Hindrance(veto.stage, veto.reason, veto.until, veto.contact)


def _message(world: World, item: Item, at: float) -> tuple[Message, bool]:
    """Return the notification that would be due, and whether what it tells of is only supposed."""
    state = item.state
    if not item.is_good:
        return Message(Type.PROBLEM, item, world, at, number=state.current_notification_number + 1), False
    if state.recovery_owed_to:
        return Message(Type.RECOVERY, item, world, at, told=state.recovery_owed_to), False
    return Message(Type.PROBLEM, _with_problem(item), world, at, number=1), True


def _with_problem(item: Item) -> Item:
    """Return a host or service as it would be with a hard problem."""
    supposed = copy(item)
    worst = WORST[item.kind]
    supposed.state = replace(item.state, state=worst, last_hard_state=worst, state_type=StateType.HARD)
    if item.is_host:
        supposed.host = supposed
    return supposed


def _escalations(message: Message) -> list[Escalation]:
    if message.type is not Type.PROBLEM:
        return []
    return escalations.in_force(message.world, message.item, message.number, message.at)


def _recipients(message: Message, found: Sequence[Escalation]) -> dict[str, None]:
    contacts = message.item.policy.contacts
    if message.type is Type.RECOVERY:
        return dict.fromkeys((*message.told, *contacts))
    return dict.fromkeys([name for each in found for name in each.contacts] if found else contacts)


def _replaced(message: Message, found: Sequence[Escalation]) -> Iterator[Candidate]:
    """Yield the contacts who are not told because those of escalations are told instead."""
    instead = _recipients(message, found)
    names = ", ".join(each.name for each in found)
    reason = f"the contacts of {names} are told instead"
    for name in message.item.policy.contacts if found else ():
        if name not in instead:
            yield Candidate(name, False, (), (Hindrance("escalation", reason, contact=name),))


def _candidate(message: Message, name: str, *, is_open: bool) -> Candidate:
    """Return whether a contact would be told, when nothing keeps back everybody."""
    contact = message.world.contacts.get(name)
    if contact is None:
        return Candidate(name, False, (), (Hindrance("unknown", "there is no such contact", contact=name),))
    vetoes = [veto for stage in CONTACT_STAGES if (veto := stage(message, contact)) is not None]
    ways, more = _ways(message, contact)
    if not ways and not more:
        more.append(Veto("no way", "no notification way of the contact has a command for this", contact=name))
    would_be_told = is_open and not vetoes and bool(ways)
    return Candidate(name, would_be_told, tuple(ways), tuple(map(hindrance, (*vetoes, *more))))


def _ways(message: Message, contact: Contact) -> tuple[list[str], list[Veto]]:
    """Return the ways by which a contact would be told, and what the others say."""
    ways: list[str] = []
    vetoes: list[Veto] = []
    for name in contact.ways:
        way = message.world.ways.get(name)
        if way is None:
            continue
        found = [veto for stage in WAY_STAGES if (veto := stage(message, contact, way)) is not None]
        is_host = message.item.kind is Kind.HOST
        calls = way.host_notification_commands if is_host else way.service_notification_commands
        vetoes += found
        if not found and any(each.name in message.world.commands for each in calls):
            ways.append(name)
    return ways, vetoes
