"""Hosts that belong together: what relates them, and the groups they form by it.

``dispatch`` keeps each such group on one scheduler, ``config`` checks that each is in one realm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from alignak.model.objects import ObjectSet
from alignak.model.rules import leaves


def relations(objects: ObjectSet) -> Iterator[tuple[str, str]]:
    """Yield the pairs of hosts that one scheduler must know both of."""
    for host in objects.hosts:
        for parent in host.parents:
            yield host.host_name, parent
    for each in objects.dependencies:
        one, other = each.dependent.partition(";")[0], each.on.partition(";")[0]
        if one != other:
            yield one, other
    for rule in objects.rules:
        owner = rule.owner.partition(";")[0]
        for key in leaves(rule.tree):
            yield owner, key.partition(";")[0]


def components(names: Iterable[str], pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the names in groups that pairs connect, each sorted; pairs with an unknown name are passed over."""
    leaders = {name: name for name in names}
    for one, other in pairs:
        if one in leaders and other in leaders:
            leaders[_leader(leaders, other)] = _leader(leaders, one)
    members: dict[str, list[str]] = {}
    for name in leaders:
        members.setdefault(_leader(leaders, name), []).append(name)
    return sorted(sorted(each) for each in members.values())


def _leader(leaders: dict[str, str], name: str) -> str:
    while leaders[name] != name:
        leaders[name] = leaders[leaders[name]]  # halve the way for the next who asks
        name = leaders[name]
    return name
