"""Escalations: who is told instead when a problem lasts, and of what (configuration.md 3.10).

``compile`` makes the records before hosts and services are checked, because those name them, and asks afterwards which
objects each escalation names itself. A ``hostescalation`` or ``serviceescalation`` is an escalation with a name made
for it from what it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from alignak.base import codec
from alignak.config.contacts import typed
from alignak.config.diagnostics import Diagnostics, shown
from alignak.config.expand import preferred
from alignak.config.link import Links, Problem, Problems, report
from alignak.config.resolved import Resolved
from alignak.config.selecting import Selector
from alignak.config.tables import OBJECT_TYPES
from alignak.model.relations import Escalation

MOST_ATTACHED: Final = 2_000_000
"""How many objects all escalations may name: bounds what a small hostile file can cost."""

_GENERATED: Final = {"hostescalation": "Generated-HE", "serviceescalation": "Generated-SE"}
_TIMES: Final = ("first_notification_time", "last_notification_time")
_NUMBERS: Final = ("first_notification", "last_notification", *_TIMES, "notification_interval")
_HASH_DIGITS: Final = 8


class _Definition(Struct, frozen=True):
    """An escalation, and what defines it."""

    record: Escalation
    resolved: Resolved


class Escalations:
    """Make the escalations of a configuration and know what they are about."""

    __slots__ = ("_diagnostics", "_found", "_links")

    def __init__(self, links: Links, diagnostics: Diagnostics) -> None:
        self._links = links
        self._diagnostics = diagnostics
        self._found: dict[str, _Definition] = {}

    def add(self, definitions: Iterable[Resolved]) -> None:
        """Make the records of definitions of one type."""
        for each in definitions:
            record = self._record(each)
            former = self._found.get(record.name)
            if former is not None and each.definition.type == "escalation":
                kept = preferred("escalation", record.name, former.resolved, each, self._diagnostics)
                if kept is former.resolved:
                    continue
            self._found[record.name] = _Definition(record, each)

    @property
    def records(self) -> dict[str, Escalation]:
        """Return the escalations by name, sorted."""
        return {name: each.record for name, each in sorted(self._found.items())}

    def attached(self, selector: Selector) -> dict[str, tuple[str, ...]]:
        """Return, for hosts and services by key, the names of the escalations that name them."""
        found: dict[str, list[str]] = {}
        count = 0
        for name, each in sorted(self._found.items()):
            for key in self._named(each.resolved, selector):
                count += 1
                if count > MOST_ATTACHED:
                    message = f"escalations name more than {MOST_ATTACHED} objects, use fewer of them"
                    self._diagnostics.error(message, each.resolved.place())
                    return {}
                found.setdefault(key, []).append(name)
        shared: dict[tuple[str, ...], tuple[str, ...]] = {}
        return {key: shared.setdefault(tuple(names), tuple(names)) for key, names in found.items()}

    def _record(self, resolved: Resolved) -> Escalation:
        """Return the record of a definition; what is wrong with it is said."""
        kind = resolved.definition.type
        problems: Problems = []
        directives = OBJECT_TYPES[kind].directives
        given = typed(resolved, kind, problems)
        groups = resolved.names("contact_groups")
        people = self._links.people(resolved.names("contacts"), groups, kind, problems)
        default = directives["escalation_options"].default
        options = tuple(given.get("escalation_options", default))  # type: ignore[arg-type]
        if kind == "hostescalation":
            options = tuple("x" if each == "u" else each for each in options)
        values: dict[str, object] = {key: given[key] for key in _NUMBERS if key in given}
        values.setdefault("notification_interval", directives["notification_interval"].default)
        record = msgspec.structs.replace(
            msgspec.convert({**values, "name": resolved.name or _name(resolved)}, Escalation),
            is_time_based=all(key in given for key in _TIMES),
            period=self._links.period(resolved.text("escalation_period") or "", "escalation_period", problems),
            options=options,
            contacts=people,
            contact_groups=tuple(sorted(set(groups))),
            imported_from=resolved.imported_from,
        )
        problems += _missing(record, resolved)
        report(problems, resolved, kind, record.name, self._diagnostics)
        return record

    def _named(self, resolved: Resolved, selector: Selector) -> Iterator[str]:
        """Yield the keys of the objects a definition names."""
        kind = resolved.definition.type
        about = f"{kind}::{shown(resolved.name or _name(resolved))}"
        hosts = selector.hosts(resolved, "host_name", "hostgroup_name", about)
        text = resolved.text("service_description")
        if kind == "serviceescalation" and not text:
            self._diagnostics.error("service_description required property is missing", resolved.place(), about)
        elif kind != "escalation" and not (resolved.text("host_name") or resolved.text("hostgroup_name")):
            self._diagnostics.error("host_name required property is missing", resolved.place(), about)
        elif not text or kind == "hostescalation":
            yield from hosts
        else:
            place = resolved.place("service_description")

            def missing(host: str, name: str) -> None:
                hint = self._diagnostics.nearest(name, selector.descriptions(host, "*")[0])
                message = f"Service {shown(name)} not found for host {shown(host)}{hint}"
                self._diagnostics.warning(message, place, about)

            yield from selector.services(hosts, text, missing)


def _missing(record: Escalation, resolved: Resolved) -> Iterator[Problem]:
    """Yield what an escalation lacks."""
    if not resolved.names("contacts") and not resolved.names("contact_groups"):
        yield Problem(f"{shown(record.name)}: I do not have contacts nor contact_groups")
    for key in ("first_notification", "last_notification"):
        if not record.is_time_based and resolved.text(key) is None:
            yield Problem(f"{shown(record.name)}: I do not have {key}, nor both of {' and '.join(_TIMES)}")


def _name(resolved: Resolved) -> str:
    """Return the name of an escalation that has none: the same for the same content, wherever it stands."""
    said: Mapping[str, str] = {key: resolved.text(key) or "" for key in {**resolved.chain.values, **resolved.own}}
    who = resolved.text("host_name") or resolved.text("hostgroup_name") or ""
    what = resolved.text("service_description")
    number = codec.digest(codec.encode(sorted(said.items())))[:_HASH_DIGITS]
    prefix = _GENERATED[resolved.definition.type]
    return "-".join(filter(None, (prefix, who[:40], what[:40] if what else "", number)))
