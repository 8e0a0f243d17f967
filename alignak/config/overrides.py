"""What hosts change in their services: ``service_overrides`` (configuration.md 3.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from alignak.config.diagnostics import Diagnostics, shown
from alignak.config.resolved import Resolved
from alignak.config.services import Bound, Services
from alignak.config.tables import ALIASES, OBJECT_TYPES

FORBIDDEN: Final = frozenset({"host_name", "service_description", "use", "servicegroups", "trigger", "trigger_name"})

MOST_VALUES: Final = 1_000_000
"""How many values the definitions may have that overrides make: bounds what a small hostile file can cost."""

_KEY: Final = "service_overrides"

Changes: TypeAlias = "tuple[tuple[str, str], ...]"


def apply_overrides(hosts: Mapping[str, Resolved], services: Services, diagnostics: Diagnostics) -> None:
    """Change the services of hosts that say so; hosts that say the same share what comes of it."""
    if not any(each.text(_KEY) for each in hosts.values()):
        return
    read: dict[str, dict[str, Changes]] = {}
    known = dict.fromkeys(description for _, description in services)
    made: dict[tuple[int, Changes], tuple[Resolved, Resolved]] = {}
    count = 0
    for host, resolved in hosts.items():
        text = resolved.text(_KEY)
        if not text:
            continue
        if text not in read:
            read[text] = _read(text, host, resolved, diagnostics)
        for description, changes in read[text].items():
            bound = services.get((host, description))
            if bound is None:
                hint = diagnostics.nearest(description, known)
                for name, _ in changes:
                    message = f"trying to override property '{shown(name)}' on service '{shown(description)}' but it's"
                    message += f" unknown for this host{hint}"
                    diagnostics.error(message, resolved.place(_KEY), f"host::{shown(host)}")
                continue
            key = (id(bound.resolved), changes)
            if key not in made:
                count += len(bound.resolved.values) + len(changes)
                if count > MOST_VALUES:
                    message = f"overridden services have more than {MOST_VALUES} values in all: override fewer"
                    diagnostics.error(message, resolved.place(_KEY), f"host::{shown(host)}")
                    return
                made[key] = (bound.resolved, bound.resolved.saying(dict(changes)))
            services[host, description] = Bound(made[key][1], bound.rank)


def _read(text: str, host: str, resolved: Resolved, diagnostics: Diagnostics) -> dict[str, Changes]:
    """Return what is changed in which service."""
    found: dict[str, dict[str, str]] = {}
    for line in text.split("\n"):
        description, comma, rest = line.partition(",")
        word, _, value = rest.strip().partition(" ")
        key = _directive(word)
        if not comma or not value.strip() or not description.strip():
            message = f"invalid service override syntax: {shown(line)}"
            diagnostics.error(message, resolved.place(_KEY), f"host::{shown(host)}")
        elif key in FORBIDDEN:
            message = f"trying to override '{key}', a forbidden property for service '{shown(description.strip())}'"
            diagnostics.error(message, resolved.place(_KEY), f"host::{shown(host)}")
        else:
            _remark(key, host, resolved, diagnostics)
            found.setdefault(description.strip(), {})[key] = value.strip()
    return {description: tuple(changes.items()) for description, changes in found.items()}


def _directive(key: str) -> str:
    """Return the name of a directive as definitions have it."""
    if key[:1] == "_":
        return key.upper()
    lowered = key.lower()
    return ALIASES.get(lowered, lowered)


def _remark(key: str, host: str, resolved: Resolved, diagnostics: Diagnostics) -> None:
    table = OBJECT_TYPES["service"].directives
    if key[:1] != "_" and key not in table:
        hint = diagnostics.nearest(key, table)
        message = f"'{shown(key)}' is no directive of service objects, overriding it has no effect{hint}"
        diagnostics.warning(message, resolved.place(_KEY), f"host::{shown(host)}")
