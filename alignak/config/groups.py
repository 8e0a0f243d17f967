"""Groups as records (configuration.md 3.5, 3.10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from alignak.config.diagnostics import NOWHERE, Diagnostics
from alignak.config.realms import group_realm
from alignak.config.resolved import Resolved
from alignak.config.selecting import Selector
from alignak.config.services import Services
from alignak.config.values import names
from alignak.model.objects import Group

_GROUPS_IN: Final = ("hostgroup_members", "servicegroup_members", "contactgroup_members")
"""The directives that name groups whose members a group has too."""


def compile_groups(found: Mapping[str, Resolved], members: Mapping[str, tuple[str, ...]]) -> tuple[Group, ...]:
    """Return the groups, those that only members name included, sorted by name."""
    return tuple(_group(name, found.get(name), those) for name, those in members.items())


def _group(name: str, resolved: Resolved | None, members: tuple[str, ...]) -> Group:
    if resolved is None:
        return Group(name, alias=name, members=members)
    return Group(
        name,
        alias=resolved.text("alias") or name,
        members=members,
        notes=resolved.text("notes") or "",
        notes_url=resolved.text("notes_url") or "",
        action_url=resolved.text("action_url") or "",
        imported_from=resolved.imported_from,
        groups=tuple(sorted({each for key in _GROUPS_IN for each in resolved.names(key)})),
    )


def compile_hostgroups(
    found: Mapping[str, Resolved],
    members: Mapping[str, tuple[str, ...]],
    realms_of: Mapping[str, str],
    default: str,
    *,
    is_forced: bool,
    diagnostics: Diagnostics,
) -> tuple[Group, ...]:
    """Return the host groups, each in the realm of its hosts; hosts of several are an error when that is forced."""
    result: list[Group] = []
    for group in compile_groups(found, members):
        resolved = found.get(group.name)
        realm, problem, remark = group_realm(resolved, group.members, realms_of, default)
        place = resolved.place("realm") if resolved is not None else NOWHERE
        about = f"hostgroup::{group.name}"
        if problem and is_forced:
            diagnostics.error(f"{problem} (or set forced_realms_hostgroups=0)", place, about)
        elif problem or remark:
            diagnostics.warning(problem or remark, place, about)
        result.append(msgspec.structs.replace(group, realm=realm))
    return tuple(result)


def service_pairs(text: str, services: Services, selector: Selector) -> tuple[dict[str, None], list[str]]:
    """Return the services a ``host,service,host,service`` list names, and what it names that is none.

    Either name may be ``*``, or a regular expression where the installation has them.
    """
    items = names(text)
    chosen: dict[str, None] = {}
    unknown: list[str] = [f"{items[-1]} (no service behind it)"] if len(items) % 2 else []
    for host, description in zip(items[::2], items[1::2], strict=False):
        if (host, description) in services:
            chosen[f"{host};{description}"] = None
            continue
        keys = [
            f"{one};{each}" for one in selector.hosts_like(host) for each in selector.descriptions(one, description)[0]
        ]
        chosen.update(dict.fromkeys(keys))
        if not keys:
            unknown.append(f"{host}/{description}")
    return chosen, unknown
