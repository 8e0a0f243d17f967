"""Who would be told of a host or service, by which ways, of what, and who would not and why (engine.md 4.8).

Only what the configuration decides counts here; states, downtimes and the time of day are the engine's affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from alignak.model.objects import Checkable, Contact, NotificationWay, Policy
from alignak.model.settings import Settings
from alignak.model.snapshot import CompiledConfig
from alignak.model.states import Kind

NEVER = "n"


class WayThere(Struct, frozen=True):
    """One notification way of a contact, as it works for one object."""

    name: str
    period: str
    told_of: tuple[str, ...]
    """The letters that both the object and the way have in their options."""
    commands: tuple[str, ...]
    why_not: str = ""
    """Why this way is never gone; empty when it is."""


class Recipient(Struct, frozen=True):
    """One contact of an object."""

    name: str
    through: tuple[str, ...]
    """The contact groups that bring the contact; empty when it is named itself."""
    is_named: bool
    ways: tuple[WayThere, ...]
    why_not: str = ""
    """Why the contact is never told, whatever the way."""


def recipients(config: CompiledConfig, item: Checkable, named: Iterable[str]) -> tuple[Recipient, ...]:
    """Return the contacts of an object, by name; ``named`` are those its ``contacts`` directive names."""
    policy = config.objects.policies[item.policy]
    ways = {each.name: each for each in config.objects.notificationways}
    contacts = {each.name: each for each in config.objects.contacts}
    groups = {each.name: each.members for each in config.objects.contactgroups if each.name in policy.contact_groups}
    known = frozenset(named)
    return tuple(
        Recipient(
            name,
            tuple(group for group, members in groups.items() if name in members),
            name in known,
            tuple(_way(ways[each], item.kind, policy) for each in contacts[name].ways if each in ways),
            _switched_off(contacts[name], item.kind),
        )
        for name in policy.contacts
        if name in contacts
    )


def silence(settings: Settings, policy: Policy) -> str:
    """Return why nobody at all is told of an object; nothing when somebody may be."""
    if not settings.enable_notifications:
        return "enable_notifications is 0: notifications are disabled for the whole program"
    if not policy.notifications_enabled:
        return "notifications_enabled is 0"
    if NEVER in policy.notification_options:
        return "notification_options is n"
    return "" if policy.contacts else "there are no contacts"


def _switched_off(contact: Contact, kind: Kind) -> str:
    switch = f"{kind.value}_notifications_enabled"
    is_on = contact.host_notifications_enabled if kind is Kind.HOST else contact.service_notifications_enabled
    return "" if is_on else f"{switch} of the contact is 0"


def _way(way: NotificationWay, kind: Kind, policy: Policy) -> WayThere:
    is_host = kind is Kind.HOST
    options = way.host_notification_options if is_host else way.service_notification_options
    calls = way.host_notification_commands if is_host else way.service_notification_commands
    told_of = () if NEVER in options else tuple(each for each in policy.notification_options if each in options)
    return WayThere(
        way.name,
        way.host_notification_period if is_host else way.service_notification_period,
        told_of,
        tuple(each.name for each in calls),
        "; ".join(_obstacles(way, policy, options, told_of)),
    )


def _obstacles(
    way: NotificationWay, policy: Policy, options: tuple[str, ...], told_of: tuple[str, ...]
) -> Iterator[str]:
    if policy.business_impact < way.min_business_impact:
        yield f"business impact {policy.business_impact} is below its min_business_impact {way.min_business_impact}"
    if not told_of:
        yield f"its options ({','.join(options) or 'none'}) and the object's have nothing in common"
