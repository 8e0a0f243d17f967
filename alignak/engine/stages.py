"""Why somebody is not told: the stages a notification passes (engine.md 4.8).

``notifications`` runs them. Those of the object come first; then, for each contact, those of the contact; then, for
each of its notification ways, those of the way. A stage returns nothing or a veto with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import Enum
from typing import Final, TypeAlias

from msgspec import Struct

from alignak.base.ids import shown
from alignak.engine import dependencies
from alignak.engine.attributes import business_impact
from alignak.engine.leaves import are_handled
from alignak.engine.state import Item, World
from alignak.engine.underway import Veto
from alignak.model.objects import Contact, NotificationWay
from alignak.model.states import LETTERS, Kind, StateType

MOST_NAMED: Final = 5
"""How many of the objects another one depends on the reason of a veto names."""


class Type(Enum):
    """What a notification tells of."""

    PROBLEM = "PROBLEM"
    RECOVERY = "RECOVERY"
    ACKNOWLEDGEMENT = "ACKNOWLEDGEMENT"
    FLAPPINGSTART = "FLAPPINGSTART"
    FLAPPINGSTOP = "FLAPPINGSTOP"
    FLAPPINGDISABLED = "FLAPPINGDISABLED"
    DOWNTIMESTART = "DOWNTIMESTART"
    DOWNTIMEEND = "DOWNTIMEEND"
    DOWNTIMECANCELLED = "DOWNTIMECANCELLED"
    CUSTOM = "CUSTOM"


FLAPPING: Final = frozenset((Type.FLAPPINGSTART, Type.FLAPPINGSTOP, Type.FLAPPINGDISABLED))
DOWNTIME: Final = frozenset((Type.DOWNTIMESTART, Type.DOWNTIMEEND, Type.DOWNTIMECANCELLED))
SILENCED_BY_DOWNTIME: Final = frozenset((Type.PROBLEM, Type.RECOVERY, Type.ACKNOWLEDGEMENT, Type.CUSTOM)) | FLAPPING
SAID_BY_PEOPLE: Final = frozenset((Type.ACKNOWLEDGEMENT, Type.CUSTOM))
"""What somebody wants to be told, however the problem is taken care of."""

LETTER: Final = {Type.RECOVERY: "r", **dict.fromkeys(FLAPPING, "f"), **dict.fromkeys(DOWNTIME, "s")}
"""The letter in notification options that asks for a type; a PROBLEM has the letter of its state."""


class Message(Struct):
    """A notification on its way through the stages."""

    type: Type
    item: Item
    world: World
    at: float
    """Wall time."""
    author: str = ""
    comment: str = ""
    number: int = 0
    """The number it has, and by which escalations count."""
    counts: bool = False
    """Whether the number stays with the object, though this is no PROBLEM."""
    told: Collection[str] = ()
    """Who knows of the problem that is over, for a RECOVERY."""
    is_forced: bool = False
    """Whether it goes out whatever the stages would say."""
    is_broadcast: bool = False
    """Whether the contacts are told as well as those of escalations."""
    is_escalated: bool = False
    """Whether escalations name who is told; found out on the way."""


ItemStage: TypeAlias = Callable[[Message], Veto | None]
ContactStage: TypeAlias = Callable[[Message, Contact], Veto | None]
WayStage: TypeAlias = Callable[[Message, Contact, NotificationWay], Veto | None]


# Stages of the object


def _switched_off(message: Message) -> Veto | None:
    if not message.world.settings.enable_notifications:
        return Veto("program", "notifications are disabled for the whole program")
    if not message.item.policy.notifications_enabled:
        return Veto("disabled", "notifications of the object are disabled")
    return None


def _not_wanted(message: Message) -> Veto | None:
    letters = _letters(message)
    options = message.item.policy.notification_options
    if "n" in options:
        return Veto("options", "notification_options is n: nothing is notified")
    if letters and not any(letter in options for letter in letters):
        return Veto("options", f"'{letters[0]}' is not in notification_options ({','.join(options)})")
    return None


def _out_of_period(message: Message) -> Veto | None:
    period = message.item.policy.notification_period
    opens = message.world.calendars.next_open(period, message.at)
    if opens == message.at:
        return None
    return Veto("period", f"outside the notification period {period}", opens or 0)


def _nothing_to_acknowledge(message: Message) -> Veto | None:
    if message.type is Type.ACKNOWLEDGEMENT and message.item.is_good:
        return Veto("good", "there is no problem any more")
    return None


def _soft(message: Message) -> Veto | None:
    if message.type is Type.PROBLEM and message.item.state.state_type is StateType.SOFT:
        return Veto("soft", "the problem is soft, attempts remain")
    return None


def _in_downtime(message: Message) -> Veto | None:
    item = message.item
    depth = item.downtime_depth if item.state.downtimes else 0
    if depth and (message.type in SILENCED_BY_DOWNTIME or (depth > 1 and message.type is Type.DOWNTIMESTART)):
        return _downtime_veto(item, "in downtime")
    return None


def _downtime_veto(item: Item, what: str) -> Veto:
    """Return a veto that names the downtime which ends last."""
    last = max(
        (each for each in item.state.downtimes.values() if each.is_in_effect), key=lambda each: each.real_end_time
    )
    return Veto("downtime", f"{what} {last.id}", last.real_end_time)


def _acknowledged(message: Message) -> Veto | None:
    acknowledgement = message.item.state.acknowledgement
    if acknowledgement is None or message.type in SAID_BY_PEOPLE:
        return None
    if message.item.kind is Kind.HOST and message.type in DOWNTIME:
        return None
    return Veto("acknowledged", f"acknowledged by {acknowledgement.author}", acknowledgement.end_time)


def _flapping(message: Message) -> Veto | None:
    if message.item.state.is_flapping and message.type not in FLAPPING and message.type is not Type.CUSTOM:
        return Veto("flapping", "the object is flapping")
    return None


def _host_in_downtime(message: Message) -> Veto | None:
    host = message.item.host
    if message.item.kind is Kind.SERVICE and host.state.downtimes and host.downtime_depth:
        return _downtime_veto(host, "its host is in downtime")
    return None


def _depends_on_what_fails(message: Message) -> Veto | None:
    """Stop the problem of an object when something it depends on may be what really failed (engine.md 4.4)."""
    item = message.item
    if message.type is not Type.PROBLEM or not (item.masters or item.parents or item.host.masters):
        return None
    found = dependencies.silencers(message.world, item, message.at)
    if not found:
        return None
    named = ", ".join(f"{shown(each.key)}, which is {each.state_name}" for each in found[:MOST_NAMED])
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return Veto("dependency", f"it depends on {named}{more}")


SAID_OF_DEAD_HOSTS: Final = frozenset((Type.CUSTOM, Type.RECOVERY))
"""What is told of a service whatever its host is: a recovery goes to nobody but those who know of the problem."""


def _host_not_up(message: Message) -> Veto | None:
    if message.item.kind is Kind.SERVICE and not message.item.host.is_good and message.type not in SAID_OF_DEAD_HOSTS:
        return Veto("host", f"its host is {message.item.host.state_name}")
    return None


def _sources_are_handled(message: Message) -> Veto | None:
    """Stop the problem of a business rule, where it wants that, when somebody takes care of all that it comes from."""
    item = message.item
    is_smart = item.policy.business_rule_smart_notifications and bool(item.leaves)
    if is_smart and message.type is Type.PROBLEM and are_handled(item):
        return Veto("rule", "somebody takes care of every problem this business rule suffers from")
    return None


ITEM_STAGES: Final[tuple[ItemStage, ...]] = (
    _switched_off,
    _not_wanted,
    _out_of_period,
    _nothing_to_acknowledge,
    _soft,
    _in_downtime,
    _acknowledged,
    _flapping,
    _host_in_downtime,
    _host_not_up,
    _depends_on_what_fails,
    _sources_are_handled,
)


# Stages of a contact, and of each of its ways


def _contact_off(message: Message, contact: Contact) -> Veto | None:
    if message.item.kind is Kind.HOST:
        switch, configured = "host_notifications_enabled", contact.host_notifications_enabled
    else:
        switch, configured = "service_notifications_enabled", contact.service_notifications_enabled
    if message.world.own.contact_switches.get(contact.name, {}).get(switch, configured):
        return None
    return Veto("contact", f"{switch} of the contact is off", contact=contact.name)


def _contact_in_downtime(message: Message, contact: Contact) -> Veto | None:
    downtimes = message.world.own.contact_downtimes
    found = downtimes.get(contact.name) if downtimes else None
    ends = [each.end_time for each in found.values() if each.start_time <= message.at < each.end_time] if found else []
    return Veto("contact downtime", "the contact is in downtime", max(ends), contact.name) if ends else None


def _already_told(message: Message, contact: Contact) -> Veto | None:
    """Stop a repeat of the same state where ``notification_interval`` is 0."""
    state = message.item.state
    if message.type is not Type.PROBLEM or message.item.policy.notification_interval > 0:
        return None
    if state.notified_contacts.get(contact.name) != state.state:
        return None
    return Veto("told", f"told of {state.state} already, notification_interval is 0", contact=contact.name)


def _not_told_of_the_problem(message: Message, contact: Contact) -> Veto | None:
    if message.type is Type.RECOVERY and contact.name not in message.told:
        return Veto("untold", "was not told of the problem", contact=contact.name)
    return None


CONTACT_STAGES: Final[tuple[ContactStage, ...]] = (
    _not_told_of_the_problem,
    _contact_off,
    _contact_in_downtime,
    _already_told,
)


def _business_impact(message: Message, contact: Contact, way: NotificationWay) -> Veto | None:
    impact = business_impact(message.item)
    if impact >= way.min_business_impact:
        return None
    reason = f"business impact {impact} is below the {way.min_business_impact} of {way.name}"
    return Veto("impact", reason, contact=contact.name)


def _way_period(message: Message, contact: Contact, way: NotificationWay) -> Veto | None:
    is_host = message.item.kind is Kind.HOST
    period = way.host_notification_period if is_host else way.service_notification_period
    changes = message.world.own.contact_changes.get(contact.name)
    if changes is not None:
        period = changes.get(f"{message.item.kind.value}_notification_period", period)
    opens = message.world.calendars.next_open(period, message.at)
    if opens == message.at:
        return None
    return Veto("way period", f"outside the period {period} of {way.name}", opens or 0, contact.name)


def _way_options(message: Message, contact: Contact, way: NotificationWay) -> Veto | None:
    is_host = message.item.kind is Kind.HOST
    options = way.host_notification_options if is_host else way.service_notification_options
    letters = _letters(message)
    if "n" not in options and (not letters or any(letter in options for letter in letters)):
        return None
    asked = letters[0] if letters else "anything"
    return Veto("way options", f"'{asked}' is not in the options of {way.name} ({','.join(options)})", 0, contact.name)


WAY_STAGES: Final[tuple[WayStage, ...]] = (_business_impact, _way_period, _way_options)


def _letters(message: Message) -> tuple[str, ...]:
    """Return the option letters that ask for this message; none are needed for an acknowledgement.

    Nagios writes ``u`` for an UNREACHABLE host where Alignak writes ``x``: both are understood.
    """
    if message.type is Type.PROBLEM:
        letter = LETTERS[message.item.kind][message.item.state.state]
        return ("x", "u") if letter == "x" and message.item.kind is Kind.HOST else (letter,)
    letter = LETTER.get(message.type, "")
    return (letter,) if letter else ()
