"""Who is told of what, and when (engine.md 4.8).

``checks`` says when a problem begins, goes on or ends; ``downtimes``, ``problems`` and ``effects`` have other things
to tell; ``engine`` calls ``on_due`` when the time of a planned notification has come.

A notification passes the lists of ``stages``; what they veto is kept with the object, so that "why was nobody told?"
has an answer. Who passes gets one order for each command of its notification ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from alignak.base.ids import OrderId
from alignak.engine import broks
from alignak.engine.handlers import run_action
from alignak.engine.macros import NotificationMacros
from alignak.engine.stages import CONTACT_STAGES, ITEM_STAGES, WAY_STAGES, Message, Type
from alignak.engine.state import Item, World
from alignak.engine.turn import Turn
from alignak.engine.underway import Veto
from alignak.engine.wheel import Timer
from alignak.messages.work import Work
from alignak.model.objects import CommandCall, Contact
from alignak.model.states import Kind

# When to tell


def begin(turn: Turn, item: Item) -> None:
    """Tell of a problem that began or became another: now, or after the first delay and within the period."""
    item.state.downtime_ended_in_problem = False
    _plan(turn, item, max(turn.now.wall, _not_before(turn.world, item)))


def remind(turn: Turn, item: Item) -> None:
    """Tell of a problem that goes on when a downtime ended meanwhile, or when nobody was told yet."""
    state = item.state
    if state.downtime_ended_in_problem:
        begin(turn, item)
    elif not state.current_notification_number and item.policy.notifications_enabled:
        at = max(turn.now.wall, _not_before(turn.world, item))
        if state.next_notification == 0 or at <= turn.now.wall:
            _plan(turn, item, at)


def recover(turn: Turn, item: Item) -> None:
    """Tell those who know of a problem that it is over, and forget that they were told."""
    state = item.state
    state.current_notification_number = 0
    if state.notified_contacts:
        tell(turn, item, Type.RECOVERY)
    state.notified_contacts = {}
    state.notification_delayed_until = 0
    state.downtime_ended_in_problem = False
    _unplan(turn, item)


def on_due(turn: Turn, item: Item) -> None:
    """Tell of a problem at the time that was planned."""
    state = item.state
    planned = state.next_notification
    state.next_notification = 0
    turn.changed(item)
    if item.is_problem:
        _plan(turn, item, planned if planned <= turn.now.wall else turn.now.wall)


def watch(turn: Turn, item: Item) -> None:
    """Set the timer of a notification that was planned in an earlier life."""
    at = item.state.next_notification
    if at and item.is_problem:
        turn.wheel.set(Timer.NOTIFICATION, item.key, turn.now.mono_of(max(at, turn.now.wall)))
    else:
        item.state.next_notification = 0


def replan(turn: Turn, item: Item) -> None:
    """Look at the calendar again for a notification that is planned."""
    _plan(turn, item, item.state.next_notification)


def delay(turn: Turn, item: Item, until: float) -> None:
    """Have nobody told of the problem before a wall time."""
    state = item.state
    state.notification_delayed_until = until
    if state.next_notification:
        _plan(turn, item, max(until, turn.now.wall))
    turn.changed(item)


def _not_before(world: World, item: Item) -> float:
    """Return the wall time before which a problem is not told of."""
    state = item.state
    seconds = item.policy.first_notification_delay * world.settings.interval_length
    first = state.problem_since + 1 + seconds if seconds else 0.0
    return max(first, state.notification_delayed_until)


def _plan(turn: Turn, item: Item, at: float) -> None:
    """Tell of the problem at a wall time, or when the notification period opens after it."""
    now = turn.now.wall
    period = item.policy.notification_period
    opens = turn.world.calendars.next_open(period, max(at, now))
    if opens is None:
        item.vetoes = (Veto("period", f"the notification period {period} is never active"),)
        _unplan(turn, item)
    elif opens <= now:
        _fire(turn, item, at)
    else:
        if opens > max(at, now):
            item.vetoes = (Veto("period", f"outside the notification period {period}", opens),)
        _set(turn, item, opens)


def _set(turn: Turn, item: Item, at: float) -> None:
    item.state.next_notification = at
    turn.wheel.set(Timer.NOTIFICATION, item.key, turn.now.mono_of(at))
    turn.changed(item)


def _unplan(turn: Turn, item: Item) -> None:
    item.state.next_notification = 0
    turn.wheel.cancel(Timer.NOTIFICATION, item.key)
    turn.changed(item)


def _fire(turn: Turn, item: Item, planned: float) -> None:
    """Tell of the problem now, and plan to tell again after the interval, whether somebody was told or not."""
    _unplan(turn, item)
    tell(turn, item, Type.PROBLEM)
    seconds = item.policy.notification_interval * turn.world.settings.interval_length
    if seconds > 0:
        now = turn.now.wall
        again = planned + seconds
        _set(turn, item, again if again > now else now + seconds)


# Telling


def tell(turn: Turn, item: Item, type_: Type, author: str = "", comment: str = "") -> int:
    """Pass a notification through the stages and return how many orders came of it; the vetoes stay with the object."""
    message = Message(type_, item, turn.world, turn.now.wall, author, comment)
    for stage in ITEM_STAGES:
        veto = stage(message)
        if veto is not None:
            item.vetoes = (veto,)
            return 0
    vetoes: list[Veto] = []
    accepted = list(_accepted(message, _recipients(message), vetoes))
    item.vetoes = tuple(vetoes)
    if accepted:
        _send(turn, message, accepted)
    return len(accepted)


def _recipients(message: Message) -> Iterable[str]:
    """Return who is to be told; the end of a problem goes to those who know of it, even if they left the list."""
    if message.type is Type.RECOVERY:
        return tuple(message.item.state.notified_contacts)
    return message.item.policy.contacts


def _accepted(message: Message, names: Iterable[str], vetoes: list[Veto]) -> Iterator[tuple[Contact, CommandCall]]:
    """Yield each contact that passes its stages, with each command of the ways that pass theirs."""
    for name in names:
        contact = message.world.contacts.get(name)
        if contact is None:
            vetoes.append(Veto("unknown", "there is no such contact", contact=name))
            continue
        veto = next((found for stage in CONTACT_STAGES if (found := stage(message, contact))), None)
        if veto is not None:
            vetoes.append(veto)
            continue
        yield from ((contact, call) for call in _calls(message, contact, vetoes))


def _calls(message: Message, contact: Contact, vetoes: list[Veto]) -> Iterable[CommandCall]:
    """Return the commands of a contact's ways that want the message, each once."""
    is_host = message.item.kind is Kind.HOST
    found: dict[CommandCall, None] = {}
    for name in contact.ways:
        way = message.world.ways.get(name)
        if way is None:
            continue
        veto = next((veto for stage in WAY_STAGES if (veto := stage(message, contact, way))), None)
        if veto is not None:
            vetoes.append(veto)
            continue
        found.update(dict.fromkeys(way.host_notification_commands if is_host else way.service_notification_commands))
    return found


def _send(turn: Turn, message: Message, accepted: list[tuple[Contact, CommandCall]]) -> None:
    """Decide the orders of a notification; a PROBLEM counts one up, whoever is told of it."""
    item, world = message.item, turn.world
    state = item.state
    if message.type is Type.PROBLEM:
        state.current_notification_number += 1
        state.last_notification = turn.now.wall
    recipients = ",".join(dict.fromkeys(contact.name for contact, _ in accepted))
    for contact, call in accepted:
        command = world.commands.get(call.name)
        if command is None:
            continue
        order_id = OrderId(turn.ids.take())
        state.current_notification_id = order_id
        macros = _macros(message, order_id, recipients)
        run_action(
            turn,
            item,
            call,
            command,
            Work.NOTIFICATION,
            timeout=world.settings.notification_timeout,
            order_id=order_id,
            notification=macros,
            contact=contact,
        )
        _tell_followers(turn, message, contact, command.name, macros)
        if message.type is Type.PROBLEM:
            state.notified_contacts[contact.name] = state.state
    turn.changed(item)


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
    author = message.world.contacts.get(message.author)
    return NotificationMacros(
        type=message.type.value,
        number=message.item.state.current_notification_number,
        id=order_id,
        recipients=recipients,
        author=message.author,
        author_name=author.name if author else "",
        author_alias=author.alias if author else "",
        comment=message.comment,
    )
