"""What has to do with one host or service: the part of a configuration, and of the states, that a simulation needs.

``alignak simulate`` cuts it out of the files; the scheduler's ``live_states`` endpoint gives the states. What the
object depends on belongs to it, what depends on the object, and what those depend on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from alignak.base.ids import ObjectKey, host_key
from alignak.engine.attributes import masked
from alignak.engine.explain import item_named
from alignak.engine.state import EngineState, ItemState, World
from alignak.model.objects import Checkable, ObjectSet, Policy
from alignak.model.rules import leaves
from alignak.model.snapshot import CompiledConfig, Part

MOST_BELOW: Final = 2_000
"""How many objects that depend on one belong to it."""

FAR: Final = 1e7
"""Units in which nothing is checked by itself: longer than anybody simulates."""


class _Relations:
    """Who is above whom, by key."""

    def __init__(self, objects: ObjectSet) -> None:
        self.items: dict[ObjectKey, Checkable] = {each.key: each for each in (*objects.hosts, *objects.services)}
        self.above: dict[ObjectKey, list[ObjectKey]] = {}
        self.below: dict[ObjectKey, list[ObjectKey]] = {}
        for each in objects.services:
            self._relate(each.key, host_key(each.host_name))
        for each in objects.hosts:
            for parent in each.parents:
                self._relate(each.key, host_key(parent))
        for rule in objects.rules:
            for leaf in leaves(rule.tree):
                self._relate(rule.owner, leaf)
        for dependency in objects.dependencies:
            self._relate(dependency.dependent, dependency.on)

    def _relate(self, dependent: ObjectKey, on: ObjectKey) -> None:
        if dependent in self.items and on in self.items:
            self.above.setdefault(dependent, []).append(on)
            self.below.setdefault(on, []).append(dependent)


def around(objects: ObjectSet, key: ObjectKey) -> tuple[ObjectKey, ...]:
    """Return the keys of what has to do with an object, its own first."""
    relations = _Relations(objects)
    below = list(_reached((key,), relations.below, MOST_BELOW))
    return tuple(_reached(below, relations.above, len(relations.items)))


def _reached(begin: Iterable[ObjectKey], ways: Mapping[ObjectKey, list[ObjectKey]], most: int) -> Iterator[ObjectKey]:
    """Yield where the ways lead, the beginnings first and not more than so many besides."""
    left = list(dict.fromkeys(begin))
    seen = set(left)
    most += len(left)
    while left:
        key = left.pop(0)
        yield key
        for each in ways.get(key, ()):
            if each not in seen and len(seen) < most:
                seen.add(each)
                left.append(each)


def cut_out(config: CompiledConfig, key: ObjectKey) -> Part:
    """Return the part of a configuration that has to do with an object, in which only that one is checked by itself.

    What was kept is honoured whatever the configuration says: it is the present, not a former run.
    """
    objects, keys = config.objects, frozenset(around(config.objects, key))
    count = len(objects.policies)
    policies = (
        *(
            replace(each, retain_status_information=True, retain_nonstatus_information=True)
            for each in objects.policies
        ),
        *map(_resting, objects.policies),
    )

    def chosen(items: Iterable[Checkable]) -> tuple[Checkable, ...]:
        those = (each for each in items if each.key in keys)
        return tuple(each if each.key == key else replace(each, policy=each.policy + count) for each in those)

    return Part(
        part_id="",
        realm=config.host_realms.get(key.partition(";")[0], ""),
        alignak_name=config.name,
        settings=replace(config.settings, retain_state_information=True),
        macros=config.macros,
        objects=replace(
            objects,
            policies=policies,
            hosts=chosen(objects.hosts),
            services=chosen(objects.services),
            rules=tuple(each for each in objects.rules if each.owner in keys),
            dependencies=tuple(each for each in objects.dependencies if each.dependent in keys and each.on in keys),
        ),
    )


def _resting(policy: Policy) -> Policy:
    """Return a policy whose objects say nothing by themselves, but answer when they are asked."""
    return replace(
        policy,
        check_interval=FAR,
        retry_interval=FAR,
        check_freshness=False,
        retain_status_information=True,
        retain_nonstatus_information=True,
    )


def kept_states(world: World, name: str, keys: Iterable[str]) -> tuple[dict[str, ItemState], EngineState]:
    """Return what is kept of an object, of others and of the engine, the secret values in it replaced by marks.

    RefusedError when nothing has that name; of the others those that are not here are left out.
    """
    those = dict.fromkeys((item_named(world, name).key, *map(ObjectKey, keys)))
    items = [world.items[key] for key in those if key in world.items]
    return {each.key: _veiled(each.state) for each in items}, _veiled_own(world.own)


def _veiled(state: ItemState) -> ItemState:
    return replace(state, changed_customs=_masked(state.changed_customs)) if state.changed_customs else state


def _veiled_own(own: EngineState) -> EngineState:
    return replace(own, contact_customs={name: _masked(each) for name, each in own.contact_customs.items()})


def _masked(customs: Mapping[str, str]) -> dict[str, str]:
    return {name: masked(name, value) for name, value in customs.items()}
