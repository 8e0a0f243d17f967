"""How hosts and services came to say what they say, beyond the lines of their definition (configuration.md 3.6, 3.7).

``explain`` asks for the account of one object. Each step of the compilation that changes definitions is run again for
that object alone, by the very functions that compile, and what it changed is noted with its place. All these steps
judge each host by itself, so a world of one host gives the same answer as the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
from msgspec import Struct, field

from alignak.config.catalogue import Catalogue, Kin
from alignak.config.diagnostics import Diagnostics
from alignak.config.duplicates import duplicate, keys_for
from alignak.config.extinfo import merge_hosts, merge_services
from alignak.config.matching import Names, Regexps
from alignak.config.origins import How, Lineage, Origin
from alignak.config.overrides import apply_overrides
from alignak.config.policies import IMPLIED, taken_from_host
from alignak.config.resolved import NULL, Resolved
from alignak.config.selecting import Selector
from alignak.config.services import Binder, Bound, Services
from alignak.config.values import TRUE, names
from alignak.model.objects import Checkable
from alignak.model.snapshot import CompiledConfig

_BOUND_BY: Final = ("host_name", "hostgroup_name", "host_name")
"""The directive that gives a service its host, by the rank of the binding."""

_FOREACH: Final = "duplicate_foreach"
_OVERRIDES: Final = "service_overrides"


class Account(Struct, frozen=True):
    """An object, and who said what of it."""

    resolved: Resolved
    lineage: Lineage
    changed: Mapping[str, tuple[Origin, ...]] = field(default_factory=dict)
    """The directives that something else than the definition and its templates has given or changed."""
    host: Account | None = None
    """Of a service: its host."""
    binding: tuple[Origin, ...] = ()
    """Of a service: what gave it to its host."""

    def keys(self) -> dict[str, None]:
        """Return the directives that anybody says something of, the host of a service included."""
        found = dict.fromkeys((*self.resolved.own, *self.resolved.chain.values))
        if self.host is not None:
            found |= {key: None for key in IMPLIED if self.host.resolved.text(key) is not None}
        return found

    def text(self, key: str) -> str | None:
        """Return what is said of a directive in all, None when nobody says anything or it is taken away."""
        own = self.resolved.text(key)
        implied = self._implied(key)
        if implied is None:
            return own
        return implied if own is None else f"{own},{implied}"

    def items(self, key: str) -> tuple[str, ...]:
        """Return the items of a list directive."""
        return names(self.text(key) or "")

    def origins(self, key: str) -> tuple[Origin, ...]:
        """Return the lines that say it; those of the host follow where they count."""
        found = self.changed.get(key)
        if found is None:
            said = self.lineage.said(self.resolved.definition, key)
            found = said.origins if said is not None else ()
        if self.host is not None and self._implied(key) is not None:
            host = self.host
            found = (*found, *(_of_host(each, host.resolved.name) for each in host.origins(key)))
        return found

    def is_taken_away(self, key: str) -> bool:
        """Tell whether ``null`` takes a directive away."""
        return self.resolved.is_null(key)

    def _implied(self, key: str) -> str | None:
        """Return what the host adds: where the service says nothing, and its people where they are merged."""
        if self.host is None or key not in IMPLIED:
            return None
        return taken_from_host(self.resolved, key, self.resolved.text(key), self.host.resolved.text(key))


class Accounts:
    """Give the accounts of the hosts and services of a configuration."""

    __slots__ = ("_catalogue", "_config", "_extended", "_regexps")

    def __init__(self, config: CompiledConfig, catalogue: Catalogue) -> None:
        self._config = config
        self._catalogue = catalogue
        self._regexps = Regexps(config.settings)
        self._extended: dict[str, list[Resolved]] = {}

    def of(self, record: Checkable) -> Account:
        """Return the account of a host or service."""
        return self._service(record) if record.description else self.host(record)

    def host(self, record: Checkable) -> Account:
        """Return the account of a host."""
        kin, name = self._catalogue["host"], record.host_name
        resolved = msgspec.structs.replace(kin.resolved(record.imported_from, name), name=name)
        changed: dict[str, tuple[Origin, ...]] = {}
        for info in self._infos("hostextinfo"):
            after = merge_hosts([info], {name: resolved}, Names({name: None}, self._regexps), Diagnostics())[name]
            changed |= self._extensions(resolved, after, info)
            resolved = after
        return Account(resolved, kin.lineage, changed)

    def _service(self, record: Checkable) -> Account:
        owner = next(each for each in self._config.objects.hosts if each.host_name == record.host_name)
        host, kin = self.host(owner), self._catalogue["service"]
        definition = kin.resolved(record.imported_from, record.description)
        groups = dict.fromkeys(owner.groups, (record.host_name,))
        resolved, changed = self._duplicated(definition, record.description, host, kin)
        services = Services({(record.host_name, record.description): Bound(resolved, 0)})
        changed |= self._overridden(host, services, kin)
        changed |= self._extended_service(record, groups, services)
        binding = self._binding(definition, host, groups, kin)
        return Account(services[record.host_name, record.description].resolved, kin.lineage, changed, host, binding)

    def _duplicated(
        self, service: Resolved, description: str, host: Account, kin: Kin
    ) -> tuple[Resolved, dict[str, tuple[Origin, ...]]]:
        """Return a service as it is for its key, where its definition is several."""
        variable = (service.text(_FOREACH) or "").strip().upper()
        if not variable:
            return msgspec.structs.replace(service, name=description), {}
        illegal = frozenset(self._config.settings.illegal_object_name_chars)
        for key in keys_for(service, host.resolved):
            made = duplicate(service, key, illegal)
            if made.name == description:
                listed = tuple(
                    Origin(How.FOREACH, key.name, each.place, each.chain, variable) for each in host.origins(variable)
                )
                return made, {each: (*_lines(kin, service, each), *listed) for each in _differing(service, made)}
        return service, {}

    def _overridden(self, host: Account, services: Services, kin: Kin) -> dict[str, tuple[Origin, ...]]:
        """Change the service as its host says; return what that changed."""
        name = host.resolved.name
        ((key, before),) = tuple(services.items())
        apply_overrides({name: host.resolved}, services, Diagnostics())
        after = services[key].resolved
        lines = host.origins(_OVERRIDES)
        found: dict[str, tuple[Origin, ...]] = {}
        for each in _differing(before.resolved, after):
            text = after.own[each]
            behind = kin.lineage.inherited(after.definition, each) if text[:1] == "+" else None
            more = behind.origins if behind is not None and behind.text != NULL else ()
            found[each] = (*(Origin(How.OVERRIDE, text, line.place, line.chain, name) for line in lines), *more)
        return found

    def _extended_service(
        self, record: Checkable, groups: Mapping[str, tuple[str, ...]], services: Services
    ) -> dict[str, tuple[Origin, ...]]:
        changed: dict[str, tuple[Origin, ...]] = {}
        infos, key = self._infos("serviceextinfo"), (record.host_name, record.description)
        if infos:
            hosts = Names({record.host_name: None}, self._regexps)
            for info in infos:
                before = services[key].resolved
                selector = Selector(hosts, groups, services, self._regexps, Diagnostics())
                merge_services([info], services, selector, Diagnostics())
                changed |= self._extensions(before, services[key].resolved, info)
        return changed

    def _infos(self, kind: str) -> list[Resolved]:
        if kind not in self._extended:
            self._extended[kind] = self._catalogue[kind].objects if self._catalogue.has(kind) else []
        return self._extended[kind]

    def _extensions(self, before: Resolved, after: Resolved, info: Resolved) -> dict[str, tuple[Origin, ...]]:
        """Return what extended information gave."""
        kin = self._catalogue[info.definition.type]
        return {
            key: tuple(
                Origin(How.EXTENDED, each.text, each.place, each.chain, info.definition.type)
                for each in _lines(kin, info, key)
            )
            for key in _differing(before, after)
        }

    def _binding(
        self, service: Resolved, host: Account, groups: Mapping[str, tuple[str, ...]], kin: Kin
    ) -> tuple[Origin, ...]:
        """Return what gave a service to its host."""
        name = host.resolved.name
        illegal = frozenset(self._config.settings.illegal_object_name_chars)
        binder = Binder({name: host.resolved}, groups, illegal, Diagnostics(), self._regexps)
        is_template = service.definition.values.get("register", "1").strip().lower() not in TRUE
        those = ([], [service]) if is_template else ([service], [])
        bound = binder.bind(*those, set(host.resolved.chain.tags))
        return next((_lines(kin, service, _BOUND_BY[each.rank]) for each in bound.values()), ())


def _differing(before: Resolved, after: Resolved) -> Iterator[str]:
    """Yield the directives of which something else is said now."""
    return (key for key, text in after.own.items() if before.own.get(key) != text)


def _lines(kin: Kin, resolved: Resolved, key: str) -> tuple[Origin, ...]:
    said = kin.lineage.said(resolved.definition, key)
    return said.origins if said is not None else ()


def _of_host(origin: Origin, host_name: str) -> Origin:
    return Origin(How.HOST, origin.text, origin.place, origin.chain, origin.who or host_name)
