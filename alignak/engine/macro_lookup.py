"""A macro found by name: of the command's own objects, of others on demand, or of the whole (engine.md 4.14).

``macros`` calls it for each name it meets. On demand a macro names its object: ``$HOSTSTATE:router$``,
``$SERVICESTATE:router:ping$``, ``$SERVICESTATE::ping$`` (on the same host), or all members of a group with what is to
stand between the values: ``$HOSTSTATEID:routers,;$``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from alignak.base.ids import ObjectKey
from alignak.engine import modulations
from alignak.engine.macro_table import (
    CONTACT_MACROS,
    GROUP_MACROS,
    HOST_MACROS,
    ITEM_MACROS,
    NOTIFICATION_MACROS,
    SERVICE_MACROS,
    TIME_MACROS,
    WORLD_MACROS,
    Macro,
    Origin,
    Scope,
    text_of,
)
from alignak.engine.state import Item
from alignak.model.objects import Contact, Group


class Found(Struct, frozen=True):
    """The value of a macro."""

    text: str
    origin: Origin = Origin.OBJECT


NOTHING: Final = Found("")
"""For a name that nothing provides."""

NOT_AVAILABLE: Final = Found("n/a")
"""For a macro that is known, of an object that is not at hand."""

_OF_OBJECTS: Final = frozenset((*HOST_MACROS, *SERVICE_MACROS, *ITEM_MACROS, *CONTACT_MACROS, *NOTIFICATION_MACROS))
_ARGUMENT: Final = re.compile(r"ARG(\d{1,4})")
_CUSTOM: Final = re.compile(r"_(HOST|SERVICE|CONTACT)(.+)", re.DOTALL)


def find(scope: Scope, name: str) -> Found:
    """Return the value of a macro: nothing when there is no such macro, ``n/a`` when its object is not at hand."""
    base, colon, target = name.partition(":")
    if colon:
        return _on_demand(scope, base, target)
    argument = _ARGUMENT.fullmatch(name)
    if argument:
        arguments = scope.call.arguments if scope.call else ()
        number = int(argument[1])
        return Found(arguments[number - 1], Origin.COMMAND) if 0 < number <= len(arguments) else NOTHING
    if name in scope.world.macros and name not in _OF_OBJECTS:
        return Found(scope.world.macros[name], Origin.COMMAND)
    return _own(scope, name)


def _own(scope: Scope, name: str) -> Found:
    """Return a macro of the objects the command is about."""
    item = scope.item
    custom = _CUSTOM.fullmatch(name)
    if custom:
        return _own_custom(scope, custom[1], f"_{custom[2].upper()}")
    for macros, subject in (
        (HOST_MACROS, item.host),
        (SERVICE_MACROS, None if item.is_host else item),
        (ITEM_MACROS, item),
    ):
        if name in macros:
            return NOT_AVAILABLE if subject is None else _of_item(scope, macros[name], subject)
    for macros, other in ((CONTACT_MACROS, scope.contact), (NOTIFICATION_MACROS, scope.notification)):
        if name in macros:
            return NOT_AVAILABLE if other is None else _of(macros[name], other)
    return _of_whole(scope, name)


def _of_whole(scope: Scope, name: str) -> Found:
    """Return a macro that needs no object, or one of the object's first group."""
    if name in WORLD_MACROS:
        return _of(WORLD_MACROS[name], scope.world)
    if name in TIME_MACROS:
        zone = scope.world.settings.use_timezone
        moment = datetime.fromtimestamp(scope.now.wall, UTC).astimezone(ZoneInfo(zone) if zone else None)
        return Found(TIME_MACROS[name](moment), Origin.COMPUTED)
    for family, macros in GROUP_MACROS.items():
        if name in macros:
            groups = _first_groups(scope, family)
            return _of(macros[name], groups[0]) if groups else NOT_AVAILABLE
    return NOTHING


def _of(macro: Macro, *objects: object) -> Found:
    return Found(text_of(macro.get(*objects)), macro.origin)


def _of_item(scope: Scope, macro: Macro, item: Item) -> Found:
    return _of(macro, scope, item)


# Custom variables -----------------------------------------------------------------------------------------------


def _own_custom(scope: Scope, family: str, name: str) -> Found:
    if family == "CONTACT":
        return NOT_AVAILABLE if scope.contact is None else _contact_custom(scope, scope.contact, name)
    if family == "SERVICE" and scope.item.is_host:
        return NOT_AVAILABLE
    return _custom(scope, scope.item.host if family == "HOST" else scope.item, name)


def _custom(scope: Scope, item: Item, name: str) -> Found:
    """Return a custom variable: one that a command changed comes from outside, modulations are for a time only."""
    if item.policy.macromodulations:
        value = modulations.custom(scope.world, item, name, scope.now.wall)
        if value is not None:
            return Found(value, Origin.COMPUTED)
        if name not in item.state.changed_customs:
            return Found(item.custom(name) or "", Origin.COMPUTED)
    return Found(item.custom(name) or "", Origin.RUNTIME if name in item.state.changed_customs else Origin.OBJECT)


def _contact_custom(scope: Scope, contact: Contact, name: str) -> Found:
    changed = scope.world.own.contact_customs.get(contact.name, ())
    return Found(contact.customs.get(name, ""), Origin.RUNTIME if name in changed else Origin.OBJECT)


# On demand ------------------------------------------------------------------------------------------------------


def _on_demand(scope: Scope, base: str, target: str) -> Found:
    custom = _CUSTOM.fullmatch(base)
    family = custom[1] if custom else _family(base)
    if not family:
        return NOTHING
    if family in GROUP_MACROS and base in GROUP_MACROS[family]:
        group = _known_groups(scope, family).get(target)
        if group is not None:
            return _of(GROUP_MACROS[family][base], group)
        family = {"HOSTGROUP": "HOST", "SERVICEGROUP": "SERVICE", "CONTACTGROUP": "CONTACT"}[family]
    if family == "CONTACT":
        return _of_contacts(scope, base, custom, _contacts(scope, target))
    items, between = _items(scope, family, target)
    table = HOST_MACROS if family == "HOST" else SERVICE_MACROS
    if items is None or (custom is None and base not in table):
        return NOT_AVAILABLE
    if custom:
        return _joined([_custom(scope, each, f"_{custom[2].upper()}") for each in items], between)
    found = [_of_item(scope, table[base], each) for each in items]
    return _joined(found, between)


def _family(base: str) -> str:
    """Return what kind of object a macro is asked of."""
    for family, macros in GROUP_MACROS.items():
        if base in macros:
            return family
    tables = {"HOST": HOST_MACROS, "SERVICE": SERVICE_MACROS, "CONTACT": CONTACT_MACROS}
    return next((family for family, macros in tables.items() if base in macros), "")


def _items(scope: Scope, family: str, target: str) -> tuple[Sequence[Item] | None, str]:
    """Return the hosts or services a target names, and what stands between their values; None when there are none."""
    world = scope.world
    if family == "HOST":
        one, groups = world.host(target), world.hostgroups
    else:
        host_name, _, description = target.partition(":")
        one, groups = world.service(host_name or scope.item.spec.host_name, description), world.servicegroups
    if one is not None:
        return (one,), ""
    name, comma, between = target.partition(",")
    group = groups.get(name) if comma else None
    if group is None:
        return None, ""
    return [world.items[ObjectKey(key)] for key in group.members if ObjectKey(key) in world.items], between


def _contacts(scope: Scope, target: str) -> tuple[Sequence[Contact] | None, str]:
    world = scope.world
    if target in world.contacts:
        return (world.contacts[target],), ""
    name, comma, between = target.partition(",")
    group = world.contactgroups.get(name) if comma else None
    if group is None:
        return None, ""
    return [world.contacts[each] for each in group.members if each in world.contacts], between


def _of_contacts(
    scope: Scope, base: str, custom: re.Match[str] | None, found: tuple[Sequence[Contact] | None, str]
) -> Found:
    contacts, between = found
    if contacts is None or (custom is None and base not in CONTACT_MACROS):
        return NOT_AVAILABLE
    if custom:
        return _joined([_contact_custom(scope, each, f"_{custom[2].upper()}") for each in contacts], between)
    return _joined([_of(CONTACT_MACROS[base], each) for each in contacts], between)


def _joined(found: Iterable[Found], between: str) -> Found:
    """Return values as one, which is from outside if one of them is."""
    values = list(found)
    origin = Origin.RUNTIME if any(each.origin is Origin.RUNTIME for each in values) else Origin.COMPUTED
    return Found(between.join(each.text for each in values), origin)


def _known_groups(scope: Scope, family: str) -> Mapping[str, Group]:
    world = scope.world
    return {
        "HOSTGROUP": world.hostgroups,
        "SERVICEGROUP": world.servicegroups,
        "CONTACTGROUP": world.contactgroups,
    }[family]


def _first_groups(scope: Scope, family: str) -> Sequence[Group]:
    names: Sequence[str] = {
        "HOSTGROUP": scope.item.host.spec.groups,
        "SERVICEGROUP": () if scope.item.is_host else scope.item.spec.groups,
        "CONTACTGROUP": scope.contact.groups if scope.contact else (),
    }[family]
    known = _known_groups(scope, family)
    return [known[name] for name in names if name in known]


# All of them ----------------------------------------------------------------------------------------------------


def of_objects(scope: Scope) -> Iterator[tuple[str, str]]:
    """Yield the name and value of every macro of the objects the command is about, custom variables included."""
    item = scope.item
    names = [*HOST_MACROS, *ITEM_MACROS]
    names += () if item.is_host else SERVICE_MACROS
    names += CONTACT_MACROS if scope.contact else ()
    names += NOTIFICATION_MACROS if scope.notification else ()
    for name in names:
        yield name, _own(scope, name).text
    families = [("HOST", _custom_names(scope, item.host))]
    families += () if item.is_host else [("SERVICE", _custom_names(scope, item))]
    families += [("CONTACT", tuple(scope.contact.customs))] if scope.contact else ()
    for family, customs in families:
        for name in customs:
            yield f"_{family}{name[1:]}", _own_custom(scope, family, name).text


def _custom_names(scope: Scope, item: Item) -> tuple[str, ...]:
    names = {**item.policy.customs, **item.spec.customs, **item.state.changed_customs}
    if item.policy.macromodulations:
        names |= modulations.customs(scope.world, item, scope.now.wall)
    return tuple(name for name in names if "=" not in name and "\0" not in name)
