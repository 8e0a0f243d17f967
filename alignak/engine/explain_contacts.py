"""What the engine says of a contact: what it can be told now, by which ways, and what it was told.

``explain`` calls it. A scheduler knows of the objects it looks after only; the arbiter puts the answers together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from alignak.base.clock import Instant
from alignak.base.ids import shown
from alignak.engine.contact_downtimes import key_of
from alignak.engine.state import Item, Notice, World
from alignak.engine.wheel import Timer, Wheel
from alignak.messages.explanations import (
    Coming,
    ContactExplanation,
    Hindrance,
    Near,
    Notification,
    Reached,
    Silence,
    WayNow,
)
from alignak.model.objects import Contact, NotificationWay
from alignak.model.states import Kind
from alignak.model.timeperiods import next_active, next_inactive

MOST_NOTIFICATIONS: Final = 20
MOST_PROBLEMS: Final = 100


def of_contact(world: World, wheel: Wheel, contact: Contact, now: Instant) -> ContactExplanation:
    """Return all there is to say of a contact."""
    items = world.items.values()
    theirs = [each for each in items if contact.name in each.policy.contacts]
    hosts = sum(each.is_host for each in theirs)
    ways = [way for name in contact.ways if (way := world.ways.get(name)) is not None]
    return ContactExplanation(
        name=contact.name,
        at=now.wall,
        hosts=hosts,
        services=len(theirs) - hosts,
        hindrances=tuple(_hindrances(world, contact, now.wall)),
        ways=tuple(_way(world, contact, way, kind, now.wall) for way in ways for kind in Kind),
        silences=tuple(_silences(world, contact)),
        knows=tuple(_known(each) for each in items if contact.name in each.state.notified_contacts)[:MOST_PROBLEMS],
        is_owed=tuple(shown(each.key) for each in items if contact.name in each.state.recovery_owed_to),
        notifications=tuple(_notifications(world, contact.name)),
        coming=tuple(_coming(world, wheel, contact, now)),
    )


def _hindrances(world: World, contact: Contact, at: float) -> Iterator[Hindrance]:
    if not world.settings.enable_notifications:
        yield Hindrance("program", "notifications are disabled for the whole program")
    switches = world.own.contact_switches.get(contact.name, {})
    for kind in Kind:
        switch = f"{kind.value}_notifications_enabled"
        configured = contact.host_notifications_enabled if kind is Kind.HOST else contact.service_notifications_enabled
        if not switches.get(switch, configured):
            who = "a command switched it off" if switch in switches else "the configuration says so"
            yield Hindrance("contact", f"{switch} is 0: {who}", contact=contact.name)
    downtimes = world.own.contact_downtimes.get(contact.name, {}).values()
    ends = [each.end_time for each in downtimes if each.start_time <= at < each.end_time]
    if ends:
        yield Hindrance("contact downtime", "the contact is in downtime", max(ends), contact.name)


def _way(world: World, contact: Contact, way: NotificationWay, kind: Kind, at: float) -> WayNow:
    is_host = kind is Kind.HOST
    period = way.host_notification_period if is_host else way.service_notification_period
    changes: Mapping[str, str] = world.own.contact_changes.get(contact.name, {})
    period = changes.get(f"{kind.value}_notification_period", period)
    calls = way.host_notification_commands if is_host else way.service_notification_commands
    return WayNow(
        name=way.name,
        kind=kind.value,
        period=period,
        is_open=world.calendars.is_open(period, at),
        changes_at=_change(world, period, at),
        options=way.host_notification_options if is_host else way.service_notification_options,
        commands=tuple(each.name for each in calls),
        min_business_impact=way.min_business_impact,
        group_window=way.group_window,
    )


def _change(world: World, name: str, at: float) -> float:
    """Return when a period begins or ends next; 0 when it does not within a year."""
    period, periods, zone = world.timeperiods.get(name), world.timeperiods, world.settings.use_timezone
    if period is None:
        return 0.0
    look = next_inactive if world.calendars.is_open(name, at) else next_active
    return look(period, at, periods, zone) or 0.0


def _silences(world: World, contact: Contact) -> Iterator[Silence]:
    for each in world.own.contact_downtimes.get(contact.name, {}).values():
        end = each.real_end_time if each.is_in_effect else each.end_time
        yield Silence("downtime", each.author, each.comment, each.start_time, end, each.is_in_effect, each.id)


def _known(item: Item) -> Near:
    state = item.state
    return Near(shown(item.key), item.kind.value, item.state_name, state.state_type.value, state.last_state_change)


def _notifications(world: World, name: str) -> list[Notification]:
    """Return the last notifications that were for a contact, or would have been; those of everybody left out."""
    found = [
        _notification(item, notice, name)
        for item in world.items.values()
        for notice in item.state.notices
        if any(name == contact for contact, _ in notice.told) or any(name == each.contact for each in notice.vetoes)
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)[:MOST_NOTIFICATIONS]


def _notification(item: Item, notice: Notice, name: str) -> Notification:
    vetoes = [each for each in notice.vetoes if each.contact == name]
    return Notification(
        at=notice.at,
        type=notice.type,
        number=notice.number,
        state=notice.state,
        object=shown(item.key),
        told=tuple(Reached(contact, way) for contact, way in notice.told if contact == name),
        not_told=tuple(Hindrance(each.stage, each.reason, each.until, each.contact) for each in vetoes),
        is_escalated=notice.is_escalated,
        times=notice.times,
    )


def _coming(world: World, wheel: Wheel, contact: Contact, now: Instant) -> Iterator[Coming]:
    at = wheel.at(Timer.CONTACT_DOWNTIME, key_of(contact.name))
    if at is not None:
        yield Coming(now.wall_of(at), "contact downtime", "a downtime of the contact begins or ends")
    for window in world.windows.values():
        if window.contact == contact.name:
            count = len(window.keys)
            yield Coming(window.until, "grouped notification", f"{count} message(s) are sent as one by {window.way}")
