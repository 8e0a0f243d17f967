"""From what a scheduler is pushed to the part its engine works with; the scheduler asks it.

What is pushed is the whole part, or what differs from the one the scheduler has. Either way the hosts that did not
change keep the very records they had, by which the engine sees that there is nothing to do for them; and either way
the hash is worked out from what is here then, so that changes meant for another part are never taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, count
from typing import Final

from msgspec import Raw, Struct
from msgspec.structs import replace

from alignak.base.codec import decode, encode
from alignak.base.errors import BadRequestError, RefusedError
from alignak.base.ids import ObjectKey
from alignak.messages.parts import (
    NO_LINE,
    HostRecord,
    ItemRecord,
    PackedPart,
    PartHead,
    Rest,
    bundle_digest,
    part_hash,
    policy_id,
)
from alignak.model.objects import Checkable, Group, Policy
from alignak.model.snapshot import Part

_NOTHING: Final = Rest()


class HeldHost(Struct, frozen=True, gc=False):
    """A host with its services, packed and unpacked."""

    data: Raw
    digest: bytes
    policies: tuple[str, ...]
    """Ids of the policies it uses."""
    items: tuple[Checkable, ...]
    """The host, then its services."""


class HeldPart(Struct, frozen=True):
    """A part as its scheduler holds it."""

    part: Part
    head: PartHead
    hosts: Mapping[str, HeldHost]
    """By name, sorted."""
    places: Mapping[str, int]
    """Policy id -> its place in ``part.objects.policies``; what stands in other places is not used any more."""


class _Arrived(Struct, frozen=True, gc=False):
    """A bundle as it was pushed."""

    record: HostRecord
    data: Raw
    digest: bytes


def unpack(packed: PackedPart, held: HeldPart | None = None) -> HeldPart:
    """Return the part that is pushed to who holds another one, or none.

    Raises RefusedError when it consists of changes to a part that is not the one held, or does not have the hash it
    says; BadRequestError when what it holds cannot be put together.
    """
    base = _base(packed, held)
    head = packed.head or (base.head if base else None)
    if head is None:
        raise BadRequestError("the part has neither a head nor a base: push it whole")
    arrived = {each.record.host_name: each for each in map(_arrived, packed.hosts)}
    kept = {name: each for name, each in base.hosts.items() if name not in packed.gone} if base else {}
    used = {name: each.policies for name, each in kept.items()}
    used |= {name: each.record.policies for name, each in arrived.items()}
    places, policies = _placed(dict.fromkeys(chain.from_iterable(used.values())), packed.policies, held)
    hosts = kept | {name: _unpacked(each, places, held) for name, each in arrived.items()}
    if hosts.keys() != kept.keys():
        hosts = dict(sorted(hosts.items()))
    found = part_hash(head, (each.digest for each in hosts.values()))
    if found != packed.hash:
        raise RefusedError(f"the part has the hash {found[:12]} and says it is {packed.hash[:12]}: push it whole")
    return HeldPart(_part(head, hosts, policies, held, found), head, hosts, places)


def repacked(held: HeldPart) -> PackedPart:
    """Return a part as it is kept on disk: whole."""
    policies = held.part.objects.policies
    return PackedPart(
        held.part.hash,
        head=held.head,
        policies={name: policies[place] for name, place in sorted(held.places.items())},
        hosts=tuple(each.data for each in held.hosts.values()),
    )


def _base(packed: PackedPart, held: HeldPart | None) -> HeldPart | None:
    if not packed.base:
        return None
    if held is None or held.part.hash != packed.base:
        has = f"it holds {held.part.hash[:12]}" if held else "it holds none"
        raise RefusedError(f"these are changes to the part {packed.base[:12]}, and {has}: push it whole")
    return held


def _arrived(raw: Raw) -> _Arrived:
    """Return a bundle as it would have been written here, whatever blanks whoever pushed it put into it."""
    record = decode(bytes(raw), HostRecord)
    names = [each.description for each in record.items]
    if not names or names[0] or not all(names[1:]):
        raise BadRequestError(f"the bundle of {record.host_name!r} is not a host with its services behind it")
    data = encode(record)
    return _Arrived(record, Raw(data), bundle_digest(data))


def _placed(
    wanted: Iterable[str], given: Mapping[str, Policy], held: HeldPart | None
) -> tuple[dict[str, int], tuple[Policy, ...]]:
    """Return the places of the wanted policies by id, and the policies; those known before keep their place."""
    policies = list(held.part.objects.policies) if held else []
    known = held.places if held else {}
    places = {name: known[name] for name in wanted if name in known}
    taken = set(places.values())
    free = (place for place in count() if place not in taken)
    for name in wanted:
        if name in places:
            continue
        policy = given.get(name)
        if policy is None or policy_id(policy) != name:
            raise BadRequestError(f"the policy {name} is {'missing' if policy is None else 'another one'}")
        place = places[name] = next(free)
        if place < len(policies):
            policies[place] = policy
        else:
            policies.append(policy)
    return places, tuple(policies)


def _unpacked(arrived: _Arrived, places: Mapping[str, int], held: HeldPart | None) -> HeldHost:
    """Return a host unpacked; the very one that is held when nothing in it changed."""
    record = arrived.record
    known = held.hosts.get(record.host_name) if held else None
    if known is not None and known.digest == arrived.digest:
        return known
    try:
        items = tuple(_item(record, each, places) for each in record.items)
    except IndexError:
        raise BadRequestError(f"the bundle of {record.host_name!r} names a policy or file it does not have") from None
    return HeldHost(arrived.data, arrived.digest, record.policies, items)


def _item(record: HostRecord, item: ItemRecord, places: Mapping[str, int]) -> Checkable:
    rest, file = item.rest or _NOTHING, record.files[item.file]
    return Checkable(
        host_name=record.host_name,
        description=item.description,
        policy=places[record.policies[item.policy]],
        check_command=item.check_command,
        alias=rest.alias,
        display_name=rest.display_name,
        address=rest.address,
        parents=rest.parents,
        groups=rest.groups,
        customs=rest.customs,
        imported_from=file if item.line == NO_LINE else f"{file}:{item.line}",
        escalations=rest.escalations,
    )


def _part(
    head: PartHead, hosts: Mapping[str, HeldHost], policies: tuple[Policy, ...], held: HeldPart | None, hash_: str
) -> Part:
    hostgroups, servicegroups = _groups(head, hosts, held)
    objects = replace(
        head.objects,
        policies=policies,
        hosts=tuple(each.items[0] for each in hosts.values()),
        services=tuple(chain.from_iterable(each.items[1:] for each in hosts.values())),
        hostgroups=hostgroups,
        servicegroups=servicegroups,
    )
    return Part(head.part_id, head.realm, head.alignak_name, head.settings, head.macros, objects, hash_, head.realms)


def _groups(
    head: PartHead, hosts: Mapping[str, HeldHost], held: HeldPart | None
) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
    """Return host and service groups with the members that say they are in them; as before when nobody moved."""
    if held is not None and head == held.head and _are_in_the_same_groups(hosts, held.hosts):
        return held.part.objects.hostgroups, held.part.objects.servicegroups
    of_hosts: dict[str, list[ObjectKey]] = {}
    of_services: dict[str, list[ObjectKey]] = {}
    for each in chain.from_iterable(each.items for each in hosts.values()):
        for group in each.groups:
            (of_services if each.description else of_hosts).setdefault(group, []).append(each.key)
    return _filled(head.objects.hostgroups, of_hosts), _filled(head.objects.servicegroups, of_services)


def _are_in_the_same_groups(one: Mapping[str, HeldHost], other: Mapping[str, HeldHost]) -> bool:
    return one.keys() == other.keys() and all(
        each is other[name] or _memberships(each) == _memberships(other[name]) for name, each in one.items()
    )


def _memberships(host: HeldHost) -> dict[str, tuple[str, ...]]:
    return {each.description: each.groups for each in host.items if each.groups or not each.description}


def _filled(groups: Iterable[Group], members: Mapping[str, list[ObjectKey]]) -> tuple[Group, ...]:
    return tuple(
        replace(each, members=tuple(sorted(members[each.name]))) if each.name in members else each for each in groups
    )
