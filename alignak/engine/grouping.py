"""Notification storms: messages of one contact and way within a window are sent as one.

``telling`` brings in the messages of ways that have a ``group_window``; ``engine`` calls ``on_due`` when a window ends.
The window begins with its first message. At its end one order for each command of the way carries them all: it is about
the gravest of them, ``$NOTIFICATIONCOUNT$`` says how many they are and ``$NOTIFICATIONLIST$`` has a line for each; the
long output of the object it is about holds that list too, so that commands written for one message show all of them.
Messages wait with the state of their object and survive a restart; ``arming`` has them sent before a reload takes their
object away.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from alignak.base.ids import ObjectKey, OrderId, shown
from alignak.engine.handlers import run_action
from alignak.engine.loglines import first_line
from alignak.engine.macros import NotificationMacros
from alignak.engine.state import Grouped, Item
from alignak.engine.turn import Turn
from alignak.engine.underway import Window
from alignak.engine.wheel import Timer
from alignak.messages.work import Work
from alignak.model.objects import CommandCall, Contact, NotificationWay
from alignak.model.snapshot import Part
from alignak.model.states import CRITICAL, DOWN, UNKNOWN, UNREACHABLE, WARNING

GRAVEST_FIRST: Final = (DOWN, CRITICAL, UNREACHABLE, UNKNOWN, WARNING)
"""Which of several messages an order is about."""


def join(  # noqa: PLR0917 - the message, to whom and how
    turn: Turn,
    item: Item,
    contact: Contact,
    way: NotificationWay,
    calls: tuple[CommandCall, ...],
    macros: NotificationMacros,
) -> None:
    """Have a message wait for the end of the window, which begins now unless others wait already."""
    message = Grouped(
        contact=contact.name,
        way=way.name,
        calls=calls,
        at=turn.now.wall,
        until=turn.now.wall + way.group_window,
        id=macros.id,
        type=macros.type,
        number=macros.number,
        state=item.state_name,
        output=first_line(item.state.output),
        recipients=macros.recipients,
        is_escalated=macros.is_escalated,
        author=macros.author,
        comment=macros.comment,
    )
    item.state.grouped = (*item.state.grouped, message)
    count = len(turn.world.windows)
    key = turn.world.group(item, message)
    if len(turn.world.windows) > count:
        turn.wheel.set(Timer.WINDOW, key, turn.now.mono + way.group_window)
    turn.changed(item)


def watch(turn: Turn) -> None:
    """Set the timers of the windows that began in an earlier life."""
    for key, window in turn.world.windows.items():
        turn.wheel.set(Timer.WINDOW, key, turn.now.mono_of(max(window.until, turn.now.wall)))


def on_due(turn: Turn, key: ObjectKey) -> None:
    """Send the messages of a window whose time has come."""
    window = turn.world.windows.pop(key)
    waiting = sorted(_taken(turn, window), key=lambda pair: pair[1].at)
    contact = turn.world.contacts.get(window.contact)
    if waiting and contact is not None:
        _send(turn, contact, waiting)


def send_before_they_go(turn: Turn, part: Part) -> None:
    """Send now what waits with objects that another part lacks, and with it what waits for the same window.

    A contact who goes as well is told nothing more.
    """
    windows = turn.world.windows
    if not windows:
        return
    objects = part.objects
    stay = {each.key for each in (*objects.hosts, *objects.services)}
    contacts = {each.name for each in objects.contacts}
    for key, window in list(windows.items()):
        if window.contact in contacts and not stay.issuperset(window.keys):
            turn.wheel.cancel(Timer.WINDOW, key)
            on_due(turn, key)


def _taken(turn: Turn, window: Window) -> list[tuple[Item, Grouped]]:
    """Return the messages of a window with their objects, and have the objects forget them."""
    found: list[tuple[Item, Grouped]] = []
    for key in window.keys:
        item = turn.world.items.get(key)
        if item is None:
            continue
        own = [each for each in item.state.grouped if (each.contact, each.way) == (window.contact, window.way)]
        item.state.grouped = tuple(each for each in item.state.grouped if each not in own)
        found += [(item, each) for each in own]
        turn.changed(item)
    return found


def _send(turn: Turn, contact: Contact, waiting: list[tuple[Item, Grouped]]) -> None:
    """Order the commands of the gravest message, once for all of them; of each object its last message counts."""
    last = {item.key: (item, message) for item, message in waiting}
    item, message = min(last.values(), key=_rank)
    author = turn.world.contacts.get(message.author)
    macros = NotificationMacros(
        type=message.type,
        number=message.number,
        id=message.id,
        recipients=message.recipients,
        is_escalated=message.is_escalated,
        author=message.author,
        author_name=author.name if author else "",
        author_alias=author.alias if author else "",
        comment=message.comment,
        count=len(waiting),
        list="\n".join(_line(turn, *each) for each in waiting) if len(waiting) > 1 else "",
    )
    order_id = message.id
    for call in message.calls:
        command = turn.world.commands.get(call.name)
        if command is not None:
            run_action(
                turn,
                item,
                call,
                command,
                Work.NOTIFICATION,
                timeout=turn.world.settings.notification_timeout,
                order_id=OrderId(order_id),
                notification=replace(macros, id=order_id),
                contact=contact,
            )
            order_id = turn.ids.take()


def _rank(pair: tuple[Item, Grouped]) -> tuple[bool, int, bool, float]:
    """Return what orders messages: problems first, the gravest, hosts before services, the oldest."""
    item, message = pair
    gravity = GRAVEST_FIRST.index(message.state) if message.state in GRAVEST_FIRST else len(GRAVEST_FIRST)
    return message.type != "PROBLEM", gravity, not item.is_host, message.at


def _line(turn: Turn, item: Item, message: Grouped) -> str:
    when = turn.world.calendars.shown(message.at)
    return f"{when} {message.type} {shown(item.key)} {message.state}: {message.output}"
