"""Cut the objects of a configuration into parts, each with what its hosts need; ``planner`` asks it.

Hosts, services, groups, relations and policies are cut. Everything else goes into every part: an external command
may give any object another command, period or contact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import TypeVar

from msgspec.structs import replace

from alignak.base.codec import digest, encode
from alignak.model.modulations import BusinessImpactModulation, CheckModulation, MacroModulation, ResultModulation
from alignak.model.objects import Checkable, Command, Contact, Group, NotificationWay, ObjectSet, Policy
from alignak.model.relations import Dependency, Escalation
from alignak.model.rules import BusinessRule
from alignak.model.snapshot import CompiledConfig, Part
from alignak.model.timeperiods import Timeperiod

Named = TypeVar(
    "Named",
    Command,
    Timeperiod,
    NotificationWay,
    Contact,
    Group,
    Escalation,
    ResultModulation,
    CheckModulation,
    MacroModulation,
    BusinessImpactModulation,
)

Related = TypeVar("Related", Dependency, BusinessRule)


def cut(config: CompiledConfig, owners: Mapping[str, str], part_ids: Mapping[str, tuple[str, str]]) -> dict[str, Part]:
    """Return the parts by name.

    ``owners`` says for each host the name of its part, ``part_ids`` for each name of a part its id and realm.
    """
    whole = _ordered(config.objects)
    hosts = _shared_out(whole.hosts, owners)
    services = _shared_out(whole.services, owners)
    hostgroups = _trimmed(whole.hostgroups, owners, part_ids)
    servicegroups = _trimmed(whole.servicegroups, owners, part_ids)
    dependencies = _by_owner(whole.dependencies, owners, lambda each: each.dependent)
    rules = _by_owner(whole.rules, owners, lambda each: each.owner)
    parts: dict[str, Part] = {}
    for name, (part_id, realm) in part_ids.items():
        objects = _with_own_policies(whole, hosts.get(name, []), services.get(name, []))
        objects = replace(
            objects,
            hostgroups=tuple(hostgroups[name]),
            servicegroups=tuple(servicegroups[name]),
            dependencies=tuple(dependencies.get(name, ())),
            rules=tuple(rules.get(name, ())),
        )
        parts[name] = sealed(
            Part(
                part_id=part_id,
                realm=realm,
                alignak_name=config.name,
                settings=config.settings,
                macros=dict(sorted(config.macros.items())),
                objects=objects,
            )
        )
    return parts


def sealed(part: Part) -> Part:
    """Return the part with its hash filled in: the hash of all the rest."""
    return replace(part, hash=digest(encode(replace(part, hash=""))))


def _ordered(objects: ObjectSet) -> ObjectSet:
    """Return the objects sorted by name, so that the same objects make the same parts."""
    return replace(
        objects,
        commands=_by_name(objects.commands),
        timeperiods=_by_name(objects.timeperiods),
        notificationways=_by_name(objects.notificationways),
        contacts=_by_name(objects.contacts),
        contactgroups=_by_name(objects.contactgroups),
        hosts=tuple(sorted(objects.hosts, key=_place)),
        hostgroups=_by_name(objects.hostgroups),
        services=tuple(sorted(objects.services, key=_place)),
        servicegroups=_by_name(objects.servicegroups),
        dependencies=tuple(sorted(objects.dependencies, key=attrgetter("dependent", "on"))),
        rules=tuple(sorted(objects.rules, key=attrgetter("owner"))),
        escalations=_by_name(objects.escalations),
        resultmodulations=_by_name(objects.resultmodulations),
        checkmodulations=_by_name(objects.checkmodulations),
        macromodulations=_by_name(objects.macromodulations),
        businessimpactmodulations=_by_name(objects.businessimpactmodulations),
    )


def _by_name(those: Iterable[Named]) -> tuple[Named, ...]:
    return tuple(sorted(those, key=lambda each: each.name))


def _place(item: Checkable) -> tuple[str, str]:
    return item.host_name, item.description


def _shared_out(items: Iterable[Checkable], owners: Mapping[str, str]) -> dict[str, list[Checkable]]:
    shared: dict[str, list[Checkable]] = {}
    for item in items:
        owner = owners.get(item.host_name)
        if owner is not None:
            shared.setdefault(owner, []).append(item)
    return shared


def _by_owner(
    items: Iterable[Related], owners: Mapping[str, str], key: Callable[[Related], str]
) -> dict[str, list[Related]]:
    """Return for each part the relations of its objects; what they relate to is there too, packs see to it."""
    shared: dict[str, list[Related]] = {}
    for item in items:
        owner = owners.get(key(item).partition(";")[0])
        if owner is not None:
            shared.setdefault(owner, []).append(item)
    return shared


def _trimmed(groups: Iterable[Group], owners: Mapping[str, str], names: Iterable[str]) -> dict[str, list[Group]]:
    """Return for each part the groups with those members that are in it.

    A group without any member there is left out, unless it never had one.
    """
    trimmed: dict[str, list[Group]] = {name: [] for name in names}
    for group in groups:
        if not group.members:
            for found in trimmed.values():
                found.append(group)
            continue
        members: dict[str, list[str]] = {}
        for member in group.members:
            owner = owners.get(member.partition(";")[0])
            if owner is not None:
                members.setdefault(owner, []).append(member)
        for owner, those in members.items():
            trimmed[owner].append(replace(group, members=tuple(sorted(those))))
    return trimmed


def _with_own_policies(whole: ObjectSet, hosts: list[Checkable], services: list[Checkable]) -> ObjectSet:
    """Return the objects of a part, with the policies they use and no others, in the order of their first use."""
    places: dict[int, int] = {}
    policies: list[Policy] = []

    def moved(item: Checkable) -> Checkable:
        place = places.get(item.policy)
        if place is None:
            place = places[item.policy] = len(policies)
            policies.append(whole.policies[item.policy])
        return item if place == item.policy else replace(item, policy=place)

    return replace(
        whole, hosts=tuple(map(moved, hosts)), services=tuple(map(moved, services)), policies=tuple(policies)
    )
