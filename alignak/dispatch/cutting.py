"""Cut a configuration into parts: each has the bundles of its hosts, and what they need; ``planner`` asks it.

Hosts with their services, groups, relations and policies are cut. Everything else goes into every part: an external
command may give any object another command, period or contact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from alignak.base.codec import decode, encode
from alignak.dispatch.bundles import Bundle, Bundles
from alignak.messages.parts import PackedPart, PartHead, part_hash
from alignak.model.modulations import BusinessImpactModulation, CheckModulation, MacroModulation, ResultModulation
from alignak.model.objects import Command, Contact, Group, NotificationWay, ObjectSet, Policy
from alignak.model.recurring import RecurringDowntime
from alignak.model.relations import Dependency, Escalation
from alignak.model.rules import BusinessRule
from alignak.model.snapshot import CompiledConfig
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


class CutPart(Struct, frozen=True):
    """One scheduler's part, ready to travel whole or as what differs from another."""

    head: PartHead
    hosts: Mapping[str, Bundle]
    """By host name, sorted."""
    policies: Mapping[str, Policy]
    hash: str

    @property
    def part_id(self) -> str:
        """Return the id of the part."""
        return self.head.part_id


def cut(
    config: CompiledConfig, bundles: Bundles, owners: Mapping[str, str], part_ids: Mapping[str, tuple[str, str]]
) -> dict[str, CutPart]:
    """Return the parts by name.

    ``owners`` says for each host the name of its part, ``part_ids`` for each name of a part its id and realm.
    """
    shared = _shared(config.objects)
    hosts = _by_part(bundles.hosts, owners, part_ids)
    dependencies = _by_owner(shared.dependencies, owners, lambda each: each.dependent)
    rules = _by_owner(shared.rules, owners, lambda each: each.owner)
    realms = tuple(replace(each, imported_from="") for each in sorted(config.realms, key=lambda each: each.name))
    parts: dict[str, CutPart] = {}
    for name, (part_id, realm) in part_ids.items():
        found = hosts[name].values()
        objects = replace(
            shared,
            hostgroups=_used(config.objects.hostgroups, {group for each in found for group in each.hostgroups}),
            servicegroups=_used(
                config.objects.servicegroups, {group for each in found for group in each.servicegroups}
            ),
            dependencies=tuple(dependencies.get(name, ())),
            rules=tuple(rules.get(name, ())),
            recurringdowntimes=_recurring(config.objects.recurringdowntimes, hosts[name]),
        )
        macros = dict(sorted(config.macros.items()))
        head = PartHead(part_id, realm, config.name, config.settings, macros, objects, realms)
        used = {policy for each in found for policy in each.policies}
        parts[name] = _sealed(head, hosts[name], {each: bundles.policies[each] for each in sorted(used)})
    return parts


def whole(part: CutPart) -> PackedPart:
    """Return a part as it travels to who has nothing of it."""
    return PackedPart(
        part.hash, head=part.head, policies=part.policies, hosts=tuple(each.data for each in part.hosts.values())
    )


def changes(old: CutPart, new: CutPart) -> PackedPart:
    """Return a part as it travels to who has another one."""
    differing = (name for name, each in new.hosts.items() if not _is_same(old.hosts.get(name), each))
    return PackedPart(
        new.hash,
        base=old.hash,
        head=None if new.head == old.head else new.head,
        policies={name: each for name, each in new.policies.items() if name not in old.policies},
        hosts=tuple(new.hosts[name].data for name in differing),
        gone=tuple(name for name in old.hosts if name not in new.hosts),
    )


def _is_same(old: Bundle | None, new: Bundle) -> bool:
    return old is new or (old is not None and old.digest == new.digest)


def _sealed(head: PartHead, hosts: Mapping[str, Bundle], policies: Mapping[str, Policy]) -> CutPart:
    head = decode(encode(head), PartHead)  # as the other side sees it: 3 is 3.0 where a float is meant
    return CutPart(head, hosts, policies, part_hash(head, (each.digest for each in hosts.values())))


def _shared(objects: ObjectSet) -> ObjectSet:
    """Return what goes into every part, sorted by name, so that the same objects make the same parts."""
    return replace(
        objects,
        policies=(),
        hosts=(),
        hostgroups=(),
        services=(),
        servicegroups=(),
        commands=_by_name(objects.commands),
        timeperiods=_by_name(objects.timeperiods),
        notificationways=_by_name(objects.notificationways),
        contacts=_by_name(objects.contacts),
        contactgroups=_by_name(objects.contactgroups),
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


def _by_part(
    hosts: Mapping[str, Bundle], owners: Mapping[str, str], names: Iterable[str]
) -> dict[str, dict[str, Bundle]]:
    found: dict[str, dict[str, Bundle]] = {name: {} for name in names}
    for host, bundle in hosts.items():
        owner = owners.get(host)
        if owner is not None:
            found[owner][host] = bundle
    return found


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


def _recurring(those: Iterable[RecurringDowntime], hosts: Mapping[str, Bundle]) -> tuple[RecurringDowntime, ...]:
    """Return the recurring downtimes of a part, each with its members of the part."""
    found: list[RecurringDowntime] = []
    for each in sorted(those, key=lambda one: one.name):
        members = tuple(key for key in each.members if key.partition(";")[0] in hosts)
        if members:
            found.append(replace(each, members=members))
    return tuple(found)


def _used(groups: Iterable[Group], names: set[str]) -> tuple[Group, ...]:
    """Return the groups that have members in a part, and those that have none anywhere; all without their members."""
    return tuple(
        each if not each.members else replace(each, members=())
        for each in _by_name(groups)
        if not each.members or each.name in names
    )
