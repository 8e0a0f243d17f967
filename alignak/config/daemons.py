"""Daemons as the others see them: ``[daemon.x]`` sections made links, and links for what is missing (3.5, 3.10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from posixpath import join, normpath
from typing import Final

import msgspec

from alignak.config.checkables import Tags
from alignak.config.diagnostics import NOWHERE, Diagnostics, Place
from alignak.config.environment import Environment
from alignak.config.realms import covered
from alignak.config.resolved import Resolved
from alignak.config.settings import is_zone
from alignak.config.tables import OBJECT_TYPES
from alignak.config.values import Unreadable, Value, convert, type_of
from alignak.model.directives import Type
from alignak.model.settings import Settings
from alignak.model.topology import DEFAULT_PORTS, LINK_NAMES, DaemonLink, Realm, Role

_FIELDS: Final = {
    each.name: type_of(each.type)
    for each in msgspec.structs.fields(DaemonLink)
    if each.name not in ("role", "name", "instance_id")
}
_DEFAULT_ORDER: Final = (
    Role.ARBITER,
    Role.SCHEDULER,
    Role.POLLER,
    Role.REACTIONNER,
    Role.BROKER,
    Role.RECEIVER,
)
_SATELLITES: Final = (Role.POLLER, Role.REACTIONNER, Role.BROKER, Role.RECEIVER)


class _Section(msgspec.Struct, frozen=True):
    """One daemon as it was defined, in the environment file or in an object file."""

    role: Role
    name: str
    values: Mapping[str, str]
    places: Mapping[str, Place]
    place: Place


def compile_daemons(
    environment: Environment,
    legacy: Mapping[str, Iterable[Resolved]],
    realms: tuple[Realm, ...],
    diagnostics: Diagnostics,
) -> tuple[DaemonLink, ...]:
    """Return the links to all daemons, in the order of their sections; six default ones where none is defined."""
    sections = [*_sections(environment, diagnostics), *_legacy(legacy)]
    if not sections:
        sections = [_Section(role, f"Default-{role.value.title()}", {}, {}, NOWHERE) for role in _DEFAULT_ORDER]
    links: list[DaemonLink] = []
    names: dict[str, Place] = {}
    for each in sections:
        if each.name in names:
            diagnostics.error(
                f"two daemons are named '{each.name}', the other one is at {names[each.name]}", each.place
            )
        names[each.name] = each.place
        links.append(_link(each, links, realms, diagnostics))
    _check_ports(links, sections, diagnostics)
    return tuple(
        msgspec.structs.replace(each, ca_cert=normpath(join(environment.folder, each.ca_cert)))
        if each.ca_cert
        else each
        for each in links
    )


def _check_ports(links: list[DaemonLink], sections: list[_Section], diagnostics: Diagnostics) -> None:
    """Say which daemons want the same port of the same address."""
    taken: dict[tuple[str, int], str] = {}
    for link, section in zip(links, sections, strict=True):
        other = taken.setdefault((link.address, link.port), link.name)
        if other != link.name:
            diagnostics.warning(
                f"{other} and {link.name} share {link.address}:{link.port}: give one of them another port",
                section.places.get("port", section.place),
                f"{link.role.value}::{link.name}",
            )


def _sections(environment: Environment, diagnostics: Diagnostics) -> Iterable[_Section]:
    """Yield the daemons of the environment file; a type that is none is an error."""
    for each in environment.daemons:
        place = environment.place(each.section)
        try:
            role = Role(each.type)
        except ValueError:
            known = ", ".join(role.value for role in Role)
            where = environment.place(each.section, "type")
            hint = diagnostics.nearest(each.type, [role.value for role in Role])
            diagnostics.error(f"the type '{each.type}' of the daemon '{each.name}' is none of {known}{hint}", where)
            continue
        places = {key: environment.place(each.section, key) for key in each.values}
        yield _Section(role, each.name, each.values, places, place)


def _legacy(legacy: Mapping[str, Iterable[Resolved]]) -> Iterable[_Section]:
    """Yield the daemons that object files define."""
    for role in Role:
        for each in legacy.get(role.value, ()):
            values = {key: each.text(key) or "" for key in {**each.chain.values, **each.own}}
            places = {key: each.place(key) for key in values}
            yield _Section(role, each.name, values, places, each.place())


def _link(
    section: _Section, before: list[DaemonLink], realms: tuple[Realm, ...], diagnostics: Diagnostics
) -> DaemonLink:
    """Return the link a section stands for."""
    about = f"{section.role.value}::{section.name}"
    values: dict[str, Value] = {}
    for key, type_ in {**_FIELDS, **_checked_only(section.role)}.items():
        if key in section.values:
            try:
                values[key] = convert(type_, section.values[key])
            except Unreadable as error:
                message = f"Error while pythonizing parameter '{key}': {error}"
                diagnostics.error(message, section.places.get(key, section.place), about)
    number = 1 + sum(1 for each in before if each.role is section.role)
    link = msgspec.convert(
        {
            **{key: value for key, value in values.items() if key in _FIELDS},
            "role": section.role.value,
            "name": section.name,
            "instance_id": f"{LINK_NAMES[section.role]}_{number}",
            "realm": values.get("realm") or next(each.name for each in realms if each.default),
            "port": values.get("port") or DEFAULT_PORTS[section.role],
        },
        DaemonLink,
    )
    _check(link, section, realms, diagnostics)
    return link


def _checked_only(role: Role) -> dict[str, Type]:
    """Return the numbers and flags that a daemon may be given and that nothing here depends on."""
    table = OBJECT_TYPES[role.value].directives.values()
    kinds = (Type.BOOL, Type.INTEGER, Type.FLOAT)
    return {each.name: each.type for each in table if each.type in kinds and each.name not in _FIELDS}


def _check(link: DaemonLink, section: _Section, realms: tuple[Realm, ...], diagnostics: Diagnostics) -> None:
    role, about = link.role.value, f"{link.role.value}::{link.name}"
    known = [each.name for each in realms]
    if link.realm not in known:
        hint = diagnostics.nearest(link.realm, known)
        message = f"The {role} '{link.name}' is affected to an unknown realm: '{link.realm}'{hint}"
        diagnostics.error(message, section.places.get("realm", section.place), about)
    if not 1 <= link.port <= 65535:
        message = f"the port {link.port} is none: give a number from 1 to 65535"
        diagnostics.error(message, section.places.get("port", section.place), about)
    if link.use_timezone not in ("", "NOTSET") and not is_zone(link.use_timezone):
        message = f"use_timezone '{link.use_timezone}' is no time zone: give a name as 'Europe/Paris'"
        diagnostics.error(message, section.places.get("use_timezone", section.place), about)
    if not link.active:
        message = f"The {role} '{link.name}' is declared as a non active daemon. It will be ignored."
        diagnostics.warning(message, section.place, about)


def with_missing(
    links: tuple[DaemonLink, ...],
    host_realms: Mapping[str, str],
    realms: tuple[Realm, ...],
    settings: Settings,
    diagnostics: Diagnostics,
) -> tuple[DaemonLink, ...]:
    """Return the links with those that realms with hosts lack, when missing daemons are to be launched."""
    counts: dict[str, int] = {}
    for realm in host_realms.values():
        counts[realm] = counts.get(realm, 0) + 1
    below = covered(realms)
    result = list(links)
    for realm, count in sorted(counts.items()):
        if not _has(Role.SCHEDULER, realm, result, below):
            diagnostics.error(f"The realm {realm} has {count} hosts but no scheduler!")
        for role in _SATELLITES:
            if _has(role, realm, result, below):
                continue
            diagnostics.warning(
                f"Some hosts exist in the realm '{realm}' but no {role.value} is defined for this realm."
            )
            if settings.launch_missing_daemons:
                result.append(_added(role, realm, result, settings, diagnostics))
    return tuple(result)


def _has(role: Role, realm: str, links: Iterable[DaemonLink], below: Mapping[str, set[str]]) -> bool:
    """Tell whether a realm has a daemon of its own, or one of a higher realm that looks after it."""
    return any(
        each.role is role
        and each.active
        and (each.realm == realm or (each.manage_sub_realms and realm in below.get(each.realm, ())))
        for each in links
    )


def _added(role: Role, realm: str, links: list[DaemonLink], settings: Settings, diagnostics: Diagnostics) -> DaemonLink:
    """Return a daemon for a realm that lacks one, on a port that no other has."""
    taken = {each.port for each in links}
    port = DEFAULT_PORTS[role]
    if port in taken:
        port = next((each for each in range(settings.daemons_initial_port, 2**16) if each not in taken), port)
    number = 1 + sum(1 for each in links if each.role is role)
    link = DaemonLink(
        role,
        f"{role.value}-{realm}",
        f"{LINK_NAMES[role]}_{number}",
        port=port,
        realm=realm,
        alignak_launched=True,
    )
    diagnostics.warning(f"Added a {role.value} ({link.name}, {link.uri}) for the realm '{realm}'")
    return link


def check_tags(used: Tags, links: tuple[DaemonLink, ...], diagnostics: Diagnostics) -> None:
    """Say which tags of hosts, services and commands no poller or reactionner has.

    The reference refuses hosts and services whose poller tag nobody has, in these words; the rest is a warning.
    """
    for role, directive in ((Role.POLLER, "poller_tag"), (Role.REACTIONNER, "reactionner_tag")):
        known = {tag for each in links if each.role is role for tag in getattr(each, f"{directive}s")}
        if not known:
            continue  # no such daemon at all: each realm has its own remark
        for what, tags in used[directive].items():
            for tag in sorted(tags - known):
                hint = diagnostics.nearest(tag, sorted(known))
                message = f"some {what} have the {directive} {tag} but no {role.value} has this tag{hint}"
                if role is Role.POLLER and what != "commands":
                    diagnostics.error(f"Error: {message}" if what == "hosts" else message)
                else:
                    diagnostics.warning(message)
