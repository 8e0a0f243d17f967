"""Pack each host with its services into a bundle, once for all the parts it may ever be in; ``planner`` asks it.

What a bundle holds depends on its host alone. At a reload only the hosts with a record that is not the same as before
are packed again, so the cost is that of the change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from msgspec import Raw, Struct

from alignak.base.codec import decode, encode
from alignak.messages.parts import NO_LINE, HostRecord, ItemRecord, Rest, bundle_digest, policy_id
from alignak.model.differences import difference
from alignak.model.objects import Checkable, ObjectSet, Policy

_NOTHING: Final = Rest()

_LONGEST_LINE: Final = 10
"""Digits a line number does not have."""


class Bundle(Struct, frozen=True, gc=False):
    """A host with its services, encoded."""

    data: Raw
    """A ``HostRecord``."""
    digest: bytes
    policies: tuple[str, ...]
    """Ids of the policies it uses."""
    size: int
    """How many hosts and services it holds."""
    hostgroups: tuple[str, ...]
    servicegroups: tuple[str, ...]


class Bundles(Struct, frozen=True):
    """All hosts of a configuration as bundles, and what they were made from."""

    objects: ObjectSet
    hosts: Mapping[str, Bundle]
    """By host name, sorted."""
    policies: Mapping[str, Policy]
    """By id, those no bundle uses too."""
    ids: tuple[str, ...]
    """The ids of ``objects.policies``."""


def bundles_of(objects: ObjectSet, before: Bundles | None = None) -> Bundles:
    """Return the hosts as bundles; those that are still as they were ``before`` are taken from there."""
    ids, policies = _identified(objects.policies, before)
    hosts = _updated(before, objects, ids) if before else _packed(objects.hosts, objects.services, ids)
    return Bundles(objects, hosts, policies, ids)


def _identified(those: tuple[Policy, ...], before: Bundles | None) -> tuple[tuple[str, ...], dict[str, Policy]]:
    """Return the ids of policies by their place, and the policies by id, as who decodes them will see them."""
    known = (
        {id(policy): name for policy, name in zip(before.objects.policies, before.ids, strict=True)} if before else {}
    )
    ids: list[str] = []
    policies: dict[str, Policy] = {}
    for policy in those:
        name = known.get(id(policy))
        if name is not None and before is not None:
            policies[name] = before.policies[name]
        else:
            seen = decode(encode(policy), Policy)  # 3 is 3.0 where a float is meant
            name = policy_id(seen)
            policies[name] = seen
        ids.append(name)
    return tuple(ids), policies


def _updated(before: Bundles, objects: ObjectSet, ids: tuple[str, ...]) -> Mapping[str, Bundle]:
    """Return the bundles of before with those of the hosts that changed packed again."""
    found = difference(before.objects, objects)
    touched = {each.host_name for each in (*found.gone, *found.fresh)}
    if not touched:
        return before.hosts
    packed = _packed(_of(objects.hosts, touched), _of(objects.services, touched), ids)
    kept = {name: bundle for name, bundle in before.hosts.items() if name not in touched or name in packed}
    kept.update(packed)
    return kept if kept.keys() == before.hosts.keys() else dict(sorted(kept.items()))


def _of(items: Iterable[Checkable], names: Collection[str]) -> list[Checkable]:
    return [each for each in items if each.host_name in names]


def _packed(hosts: Iterable[Checkable], services: Iterable[Checkable], ids: tuple[str, ...]) -> dict[str, Bundle]:
    """Return the bundles of hosts, by name; a service without its host is in none."""
    items: dict[str, list[Checkable]] = {each.host_name: [each] for each in sorted(hosts, key=_name)}
    for service in services:
        of_host = items.get(service.host_name)
        if of_host is not None:
            of_host.append(service)
    return {name: _bundle(name, those, ids) for name, those in items.items()}


def _name(host: Checkable) -> str:
    return host.host_name


def _description(item: Checkable) -> str:
    return item.description


def _bundle(name: str, items: list[Checkable], ids: tuple[str, ...]) -> Bundle:
    items.sort(key=_description)
    policies: dict[str, int] = {}
    files: dict[str, int] = {}
    records = tuple(_record(each, ids, policies, files) for each in items)
    data = encode(HostRecord(name, tuple(policies), tuple(files), records))
    return Bundle(
        data=Raw(data),
        digest=bundle_digest(data),
        policies=tuple(policies),
        size=len(items),
        hostgroups=items[0].groups,
        servicegroups=tuple({group: None for each in items[1:] for group in each.groups}),
    )


def _record(item: Checkable, ids: tuple[str, ...], policies: dict[str, int], files: dict[str, int]) -> ItemRecord:
    file, line = _place(item.imported_from)
    rest = Rest(item.alias, item.display_name, item.address, item.parents, item.groups, item.customs, item.escalations)
    return ItemRecord(
        item.description,
        policies.setdefault(ids[item.policy], len(policies)),
        item.check_command,
        files.setdefault(file, len(files)),
        line,
        None if rest == _NOTHING else rest,
    )


def _place(imported_from: str) -> tuple[str, int]:
    """Return file and line of a place; a text that does not end in a line number is a file alone."""
    file, colon, line = imported_from.rpartition(":")
    if colon and line.isdecimal() and len(line) < _LONGEST_LINE and str(int(line)) == line:
        return file, int(line)
    return imported_from, NO_LINE
