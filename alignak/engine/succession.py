"""How a world goes on with another part: who is new, who is gone, and whom the news concerns; ``arming`` asks it.

Records that are the very same in both parts are the sign that nothing changed for their object, and such an object is
not looked at: a reload costs as much as it changes.
"""

from __future__ import annotations

from msgspec import Struct

from alignak.base.ids import ObjectKey
from alignak.engine.changes import effective_settings
from alignak.engine.state import Item, World
from alignak.model.differences import difference
from alignak.model.objects import Checkable
from alignak.model.snapshot import Part
from alignak.model.states import Kind


class Succession(Struct, frozen=True):
    """What became of the objects of a world."""

    gone: tuple[Item, ...]
    added: tuple[Item, ...]
    concerned: tuple[Item, ...]
    """Those that stay, and for which something may have changed."""


def succeed(world: World, part: Part) -> Succession:
    """Have a world go on with another part; states and what is under way stay with their objects."""
    found = difference(world.part.objects, part.objects)
    fresh = {each.key: each for each in found.fresh}
    gone = [world.items[each.key] for each in found.gone if each.key not in fresh]
    is_new_for_all = _is_new_for_all(world, part)
    rules, relations = world.rules, _relations(world.part)
    world.take(part)
    for item in gone:
        world.remove(item)
    kept = _changed(world, fresh)
    new = {key: spec for key, spec in fresh.items() if key not in world.items}
    added = [world.add(spec, None) for spec in new.values()]
    touched = (*gone, *added, *kept)
    if touched:
        world.join({each.spec.host_name for each in touched})
    else:
        if world.rules != rules:
            world.join_rules()
        if _relations(part) != relations:
            world.join_masters()
            world.join_recurring()
    if added:
        _put_in_order(world)
    for item in world.items.values():
        item.expanded = None
    concerned = [each for key, each in world.items.items() if key not in new] if is_new_for_all else kept
    return Succession(tuple(gone), tuple(added), tuple(concerned))


def _relations(part: Part) -> tuple[object, object]:
    """Return what relates objects and is no part of their records."""
    return part.objects.dependencies, part.objects.recurringdowntimes


def _is_new_for_all(world: World, part: Part) -> bool:
    """Tell whether something changed that any object's plans may depend on."""
    if world.settings != effective_settings(part.settings, world.own.switches, world.own.changed):
        return True
    before, after = world.part.objects, part.objects
    return (
        before.timeperiods != after.timeperiods or before.businessimpactmodulations != after.businessimpactmodulations
    )


def _changed(world: World, fresh: dict[ObjectKey, Checkable]) -> list[Item]:
    """Give the objects that stay their new definitions, and return them."""
    kept: list[Item] = []
    for key, spec in fresh.items():
        item = world.items.get(key)
        if item is not None:
            item.configured = spec
            world.refresh(item)
            kept.append(item)
    return kept


def _put_in_order(world: World) -> None:
    """Have hosts come by name and before services, as after a restart."""
    hosts = sorted((each for each in world.items.values() if each.kind is Kind.HOST), key=lambda each: each.key)
    services = [service for host in hosts for service in host.services]
    world.items = {each.key: each for each in (*hosts, *services)}
