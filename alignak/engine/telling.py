"""A notification passes its stages and becomes orders (engine.md 4.8).

``notifications`` says when; whoever has a message of its own kind calls ``pass_on`` with it.

A notification passes the lists of ``stages``; what they veto is kept with the object, so that "why was nobody told?"
has an answer. Who passes gets one order for each command of its notification ways: at once, or with others
(``grouping``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from alignak.base.ids import OrderId
from alignak.engine import broks, escalations, grouping, notices
from alignak.engine.handlers import run_action
from alignak.engine.macros import NotificationMacros
from alignak.engine.stages import CONTACT_STAGES, DOWNTIME, FLAPPING, ITEM_STAGES, WAY_STAGES, Message, Type
from alignak.engine.state import World
from alignak.engine.turn import Turn
from alignak.engine.underway import Veto
from alignak.engine.wheel import Timer
from alignak.messages.work import Work
from alignak.model.objects import Command, CommandCall, Contact, NotificationWay
from alignak.model.states import Kind

SAYS_IT_IS_OVER: Final = (FLAPPING | DOWNTIME) - {Type.FLAPPINGSTART, Type.DOWNTIMESTART}
"""The messages that show that an object is good as well as its recovery does."""


class Target(Struct, frozen=True):
    """Who is told, and how."""

    contact: Contact
    way: NotificationWay
    calls: tuple[CommandCall, ...]


def pass_on(turn: Turn, message: Message) -> list[str]:
    """Pass a message through the stages and return the names of who is told; the vetoes stay with the object."""
    item = message.item
    for stage in () if message.is_forced else ITEM_STAGES:
        veto = stage(message)
        if veto is not None:
            item.vetoes = (veto,)
            notices.note(turn, message, ())
            return []
    vetoes: list[Veto] = []
    targets = list(_targets(message, _recipients(message), vetoes))
    item.vetoes = tuple(vetoes)
    if targets:
        _send(turn, message, targets)
    notices.note(turn, message, [(each.contact.name, each.way.name) for each in targets])
    return list(dict.fromkeys(each.contact.name for each in targets))


def _recipients(message: Message) -> Iterable[str]:
    """Return who is to be told: the contacts, or those of the escalations that are in force instead.

    The end of a problem goes to those who know of it too, even if they left the list.
    """
    contacts = message.item.policy.contacts
    if message.type is Type.RECOVERY:
        return dict.fromkeys((*message.told, *contacts))
    found = escalations.in_force(message.world, message.item, message.number, message.at)
    if not found:
        return contacts
    message.is_escalated = True
    named = [name for each in found for name in each.contacts]
    return dict.fromkeys((*contacts, *named) if message.is_broadcast else named)


def _targets(message: Message, names: Iterable[str], vetoes: list[Veto]) -> Iterator[Target]:
    """Yield each contact that passes its stages, with the commands of each way that passes its own."""
    for name in names:
        contact = message.world.contacts.get(name)
        if contact is None:
            vetoes.append(Veto("unknown", "there is no such contact", contact=name))
            continue
        stages = () if message.is_forced else CONTACT_STAGES
        veto = next((found for stage in stages if (found := stage(message, contact))), None)
        if veto is not None:
            vetoes.append(veto)
            continue
        yield from _by_way(message, contact, vetoes)


def _by_way(message: Message, contact: Contact, vetoes: list[Veto]) -> Iterator[Target]:
    """Yield the ways of a contact that want the message, each command with the first way that has it."""
    is_host = message.item.kind is Kind.HOST
    known: dict[CommandCall, None] = {}
    for name in contact.ways:
        way = message.world.ways.get(name)
        if way is None:
            continue
        stages = () if message.is_forced else WAY_STAGES
        veto = next((veto for stage in stages if (veto := stage(message, contact, way))), None)
        if veto is not None:
            vetoes.append(veto)
            continue
        calls = way.host_notification_commands if is_host else way.service_notification_commands
        commands = message.world.commands
        fresh = tuple(each for each in dict.fromkeys(calls) if each not in known and each.name in commands)
        known.update(dict.fromkeys(fresh))
        if fresh:
            yield Target(contact, way, fresh)


def _send(turn: Turn, message: Message, targets: list[Target]) -> None:
    """Decide the orders of a message; a PROBLEM counts one up, whoever is told of it."""
    item = message.item
    state = item.state
    if message.type is Type.PROBLEM or message.counts:
        state.current_notification_number = message.number
    if message.type is Type.PROBLEM:
        state.last_notification = turn.now.wall
    recipients = ",".join(dict.fromkeys(each.contact.name for each in targets))
    for target in targets:
        if target.way.group_window > 0 and not message.is_forced:
            _join(turn, message, target, recipients)
        else:
            for call in target.calls:
                _order(turn, message, target.contact, call, recipients)
        if message.type is Type.PROBLEM:
            state.notified_contacts[target.contact.name] = state.state
    if state.recovery_owed_to and item.is_good and message.type in SAYS_IT_IS_OVER:
        told = {each.contact.name for each in targets}
        state.recovery_owed_to = tuple(each for each in state.recovery_owed_to if each not in told)
        if not state.recovery_owed_to:
            turn.wheel.cancel(Timer.RECOVERY, item.key)
    turn.changed(item)


def _order(turn: Turn, message: Message, contact: Contact, call: CommandCall, recipients: str) -> None:
    """Have one command tell one contact."""
    command: Command = turn.world.commands[call.name]
    order_id = OrderId(turn.ids.take())
    message.item.state.current_notification_id = order_id
    macros = _macros(message, order_id, recipients)
    run_action(
        turn,
        message.item,
        call,
        command,
        Work.NOTIFICATION,
        timeout=turn.world.settings.notification_timeout,
        order_id=order_id,
        notification=macros,
        contact=contact,
    )
    _tell_followers(turn, message, contact, command.name, macros)


def _join(turn: Turn, message: Message, target: Target, recipients: str) -> None:
    """Have a message wait for others to the same contact by the same way."""
    message_id = OrderId(turn.ids.take())
    message.item.state.current_notification_id = message_id
    macros = _macros(message, message_id, recipients)
    grouping.join(turn, message.item, target.contact, target.way, target.calls, macros)
    for call in target.calls:
        _tell_followers(turn, message, target.contact, call.name, macros)


def _tell_followers(
    turn: Turn, message: Message, contact: Contact, command_name: str, macros: NotificationMacros
) -> None:
    """Log a notification and have the followers know of it."""
    item = message.item
    world, number, output = turn.world, item.state.current_notification_number, item.state.output
    name, type_ = contact.name, message.type.value
    turn.emit(broks.notification(world, item, name, type_, number, command_name, output, turn.cause))
    turn.emit(broks.notification_raise(world, item, name, macros, turn.now.wall, turn.cause))


def _macros(message: Message, order_id: OrderId, recipients: str) -> NotificationMacros:
    author = _author(message.world, message.author)
    return NotificationMacros(
        type=message.type.value,
        number=message.item.state.current_notification_number,
        id=order_id,
        recipients=recipients,
        is_escalated=message.is_escalated,
        author=message.author,
        author_name=author.name if author else "",
        author_alias=author.alias if author else "",
        comment=message.comment,
    )


def _author(world: World, name: str) -> Contact | None:
    return world.contacts.get(name) if name else None
