"""Realms: the tree of them, and which host is in which (configuration.md 3.10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from alignak.config.diagnostics import Diagnostics
from alignak.config.graphs import loops, order, shown_path
from alignak.config.resolved import Resolved
from alignak.config.values import Unreadable, boolean
from alignak.model.graph import components, relations
from alignak.model.objects import ObjectSet
from alignak.model.topology import Realm

ALL: Final = "All"
"""The realm of a configuration that defines none."""

MOST_REALMS: Final = 1_000
"""How many realms there may be: bounds what a small hostile file can cost, for each knows all those below it."""

MOST_SHOWN: Final = 100
"""How many hosts of one pack are listed."""


def compile_realms(objects: Mapping[str, Resolved], diagnostics: Diagnostics) -> tuple[Realm, ...]:
    """Return the realms sorted by name, exactly one of them the default."""
    if not objects:
        return (Realm(ALL, ALL, default=True),)
    if len(objects) > MOST_REALMS:
        message = f"there are {len(objects)} realms, at most {MOST_REALMS} are read: define fewer"
        diagnostics.error(message, next(iter(objects.values())).place())
        return (Realm(ALL, ALL, default=True),)
    members = _members(objects, diagnostics)
    ordered, _ = order(members)
    for path in loops(members):
        for name in path[:-1]:
            message = f"Error: there is a loop in the realm definition {name}: {shown_path(path)}"
            diagnostics.error(message, objects[name].place("realm_members"), _about(name))
    levels = dict.fromkeys(objects, 0)
    for name in reversed(ordered):
        for each in members[name]:
            levels[each] = max(levels[each], levels[name] + 1)
    default = _default(objects, diagnostics)
    return tuple(
        Realm(
            name,
            alias=each.text("alias") or name,
            members=tuple(sorted(members[name])),
            level=levels[name],
            default=name == default,
            imported_from=each.imported_from,
        )
        for name, each in objects.items()
    )


def _members(objects: Mapping[str, Resolved], diagnostics: Diagnostics) -> dict[str, set[str]]:
    """Return the sub-realms of each realm, whichever side names the other."""
    members: dict[str, set[str]] = {name: set() for name in objects}
    for name, each in objects.items():
        for key in ("realm_members", "higher_realms"):
            for other in each.names(key):
                if other not in objects:
                    hint = diagnostics.nearest(other, objects)
                    diagnostics.error(f"as realm, got unknown member '{other}'{hint}", each.place(key), _about(name))
                elif key == "realm_members":
                    members[name].add(other)
                else:
                    members[other].add(name)
    return members


def _default(objects: Mapping[str, Resolved], diagnostics: Diagnostics) -> str:
    """Return the default realm: the one that says so, else the first."""
    marked = [name for name, each in objects.items() if _is_marked(each, diagnostics)]
    if len(marked) > 1:
        diagnostics.warning(
            f"More than one realm is defined as the default one: {', '.join(marked)}. I set {marked[0]} as the default"
            " realm.",
            objects[marked[1]].place("default"),
        )
    return marked[0] if marked else next(iter(objects))


def _is_marked(resolved: Resolved, diagnostics: Diagnostics) -> bool:
    """Tell whether a realm says that it is the default one."""
    try:
        return boolean(resolved.text("default") or "0")
    except Unreadable as error:
        message = f"Error while pythonizing parameter 'default': {error}"
        diagnostics.error(message, resolved.place("default"), _about(resolved.name))
        return False


def host_realms(
    hosts: Mapping[str, Resolved],
    groups: Mapping[str, Resolved],
    members: Mapping[str, tuple[str, ...]],
    realms: tuple[Realm, ...],
    diagnostics: Diagnostics,
) -> dict[str, str]:
    """Return the realm of each host: its own, else that of one of its host groups, else the default."""
    known = {each.name for each in realms}
    default = next(each.name for each in realms if each.default)
    by_group: dict[str, str] = {}
    for name, group in groups.items():
        realm = _realm(group, f"The hostgroup '{name}'", known, diagnostics)
        if realm:
            by_group.update((host, realm) for host in members.get(name, ()) if host not in by_group)
    found: dict[str, str] = {}
    for name, host in hosts.items():
        found[name] = _realm(host, f"The host '{name}'", known, diagnostics) or by_group.get(name, default)
    return found


def _realm(resolved: Resolved, who: str, known: set[str], diagnostics: Diagnostics) -> str:
    """Return the realm an object names, nothing when there is none of that name or it names none."""
    realm = resolved.text("realm") or ""
    if realm and realm not in known:
        hint = diagnostics.nearest(realm, sorted(known))
        about = f"{resolved.definition.type}::{resolved.name}"
        message = f"{who} is affected to an unknown realm: '{realm}'{hint}"
        diagnostics.error(message, resolved.place("realm"), about)
        return ""
    return realm


def group_realm(
    group: Resolved | None, members: tuple[str, ...], realms_of: Mapping[str, str], default: str
) -> tuple[str, str, str]:
    """Return the realm of a host group, then what is wrong with it, then what is worth a remark."""
    own = group.text("realm") if group is not None else None
    found = sorted({realms_of[host] for host in members})
    if own:
        strangers = [host for host in members if realms_of[host] != own]
        if strangers:
            host, name = strangers[0], group.name if group is not None else ""
            return (
                own,
                (
                    f"host {host} (realm: {realms_of[host]}) is not in the same realm than its hostgroup {name}"
                    f" (realm: {own})"
                ),
                "",
            )
        return own, "", ""
    if len(found) > 1:
        return (
            default,
            (
                f"got the default realm but it has some hosts that are from different realms: {' and '.join(found)}."
                " The defined realm cannot be adjusted!"
            ),
            "",
        )
    realm = found[0] if found else default
    name = group.name if group is not None else ""
    return realm, "", f"hostgroup {name} gets the realm of its hosts: {realm}" if realm != default else ""


def check_packs(objects: ObjectSet, realms_of: Mapping[str, str], diagnostics: Diagnostics) -> None:
    """Say which hosts that must stay together are in several realms."""
    if len(set(realms_of.values())) < 2:
        return
    for names in components(realms_of, relations(objects)):
        if len({realms_of[each] for each in names}) > 1:
            diagnostics.error(
                "Error: the realm configuration of your hosts is not correct because there is more than one realm"
                " in one pack (host relations):"
            )
            for each in names[:MOST_SHOWN]:
                diagnostics.error(f" -> the host {each} is in the realm {realms_of[each]}")


def covered(realms: tuple[Realm, ...]) -> dict[str, set[str]]:
    """Return, for each realm, itself and all realms below it."""
    by_name = {each.name: each for each in realms}
    ordered, _ = order({each.name: each.members for each in realms})
    found: dict[str, set[str]] = {each.name: {each.name} for each in realms}
    for name in ordered:
        for each in by_name[name].members:
            found[name] |= found.get(each, set())
    return found


def _about(name: str) -> str:
    return f"realm::{name}"
