"""Which services each host has: named hosts, host groups, host templates (configuration.md 3.7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from msgspec import Struct

from alignak.config.diagnostics import Diagnostics, shown
from alignak.config.duplicates import Key, duplicate, keys_for
from alignak.config.expand import illegal_in, preferred
from alignak.config.expressions import Malformed, Members, evaluate, select
from alignak.config.matching import Names, Regexps
from alignak.config.resolved import Chain, Resolved

MOST_SERVICES: Final = 1_000_000
"""How many services a configuration may have: bounds what a small hostile file can cost."""

_DIRECT, _GROUP, _TEMPLATE = range(3)


class _TooManyError(Exception):
    """Binding stops: the configuration is refused anyway."""


class Bound(Struct, frozen=True):
    """A service on one host."""

    resolved: Resolved
    rank: int
    """How closely the definition named the host: 0 by name, 1 by a host group, 2 by a template."""


Services: TypeAlias = "dict[tuple[str, str], Bound]"


class Binder:
    """Find the hosts of service definitions."""

    __slots__ = (
        "_by_tag",
        "_copies",
        "_diagnostics",
        "_evaluated",
        "_everything",
        "_group_names",
        "_groups",
        "_hosts",
        "_illegal",
        "_names",
        "services",
    )

    def __init__(
        self,
        hosts: Mapping[str, Resolved],
        groups: Mapping[str, Iterable[str]],
        illegal: frozenset[str],
        diagnostics: Diagnostics,
        regexps: Regexps | None = None,
    ) -> None:
        self.services: Services = {}
        regexps = regexps or Regexps()
        self._names = Names(hosts, regexps)
        self._group_names = Names(tuple(groups), regexps)
        self._copies: dict[tuple[int, Key], Resolved] = {}
        self._hosts = hosts
        self._groups = groups
        self._illegal = illegal
        self._diagnostics = diagnostics
        self._everything = frozenset(hosts)
        self._by_tag = _users_by_tag(hosts)
        self._evaluated: dict[tuple[bool, str], tuple[Members, list[str]]] = {}

    def bind(
        self, definitions: Iterable[Resolved], templates: Iterable[Resolved], host_templates: set[str]
    ) -> Services:
        """Return the services of all hosts, sorted; what is bound to nothing is an error."""
        try:
            for each in definitions:
                self._bind_object(each)
            for each in templates:
                if "host_name" in each.own and each.name:
                    self._bind_template(each, host_templates)
        except _TooManyError:
            return {}
        return dict(sorted(self.services.items()))

    def _bind_object(self, service: Resolved) -> None:
        hosts, groups = service.text("host_name"), service.text("hostgroup_name")
        if hosts is None and groups is None:
            self._error(service, "a service has been defined without host_name nor hostgroup_name", "")
            return
        by_group = self._in_groups(service, groups) if groups else frozenset()
        chosen, unknown = select(hosts or "", self._hosts, sorted(by_group), self._names.like)
        for each in unknown:
            hint = self._diagnostics.nearest(each, self._hosts)
            self._error(service, f"unknown host_name '{shown(each)}'{hint}", "host_name")
        if not chosen and not unknown:
            self._error(service, "not bound to any host.", "")
        named = {each.strip() for each in (hosts or "").split(",")} if by_group else ()
        add = self._add if service.text("duplicate_foreach") is None else self._add_copies
        for host in chosen:
            add(host, service, _GROUP if host in by_group and host not in named else _DIRECT)

    def _bind_template(self, service: Resolved, host_templates: set[str]) -> None:
        """Bind a service template to the hosts that use the host templates it names."""
        chosen, unknown = self._evaluate(service, service.text("host_name") or "", is_group=False)
        for each in unknown:
            if each not in host_templates:
                hint = self._diagnostics.nearest(each, host_templates)
                self._diagnostics.warning(
                    f"the service template names an unknown host template '{shown(each)}'{hint}",
                    service.place("host_name"),
                    f"service::{shown(service.name)}",
                )
        add = self._add if service.text("duplicate_foreach") is None else self._add_copies
        for host in sorted(chosen):
            add(host, service, _TEMPLATE)

    def _in_groups(self, service: Resolved, text: str) -> Members:
        chosen, unknown = self._evaluate(service, text, is_group=True)
        for each in unknown:
            hint = self._diagnostics.nearest(each, self._groups)
            self._error(service, f"unknown hostgroup_name '{shown(each)}'{hint}", "hostgroup_name")
        return chosen

    def _evaluate(self, service: Resolved, text: str, *, is_group: bool) -> tuple[Members, list[str]]:
        """Return what an expression over groups or templates selects; each text is read once."""
        key = (is_group, text)
        if key not in self._evaluated:
            try:
                self._evaluated[key] = evaluate(text, self._group if is_group else self._tagged, self._everything)
            except Malformed as error:
                directive = "hostgroup_name" if is_group else "host_name"
                self._error(service, f"the expression '{shown(text)}' cannot be read: {error}", directive)
                return frozenset(), []
        return self._evaluated[key]

    def _group(self, name: str) -> Members | None:
        if name in self._groups:
            return frozenset(self._groups[name])
        like = list(self._group_names.like(name))
        return frozenset(host for each in like for host in self._groups[each]) if like else None

    def _tagged(self, template: str) -> Members | None:
        return frozenset[str]().union(*self._by_tag[template]) if template in self._by_tag else None

    def _add_copies(self, host: str, service: Resolved, rank: int) -> None:
        """Give a host a service for each key its custom variable lists."""
        try:
            keys = keys_for(service, self._hosts[host])
        except Malformed as error:
            resolved = self._hosts[host]
            variable = (service.text("duplicate_foreach") or "").strip().upper()
            message = f"{shown(variable)} for the service '{shown(service.name)}': {error}"
            self._diagnostics.error(message, resolved.place(variable), f"host::{shown(host)}")
            return
        for each in keys:
            known = self._copies.get((id(service), each))
            if known is None:
                known = self._copies[id(service), each] = duplicate(service, each, self._illegal)
            self._add(host, known, rank)

    def _add(self, host: str, service: Resolved, rank: int) -> None:
        """Give a host a service; the closer definition wins over one further off."""
        key = (host, service.name)
        if rank and self._is_excluded(host, service.name):
            return
        former = self.services.get(key)
        if former is None:
            self._admit(key, service, rank)
        elif former.rank == rank and former.resolved is not service:
            name = f"{host}/{service.name}"
            kept = preferred("service", name, former.resolved, service, self._diagnostics)
            self.services[key] = Bound(kept, rank)
        elif rank < former.rank:
            self.services[key] = Bound(service, rank)

    def _admit(self, key: tuple[str, str], service: Resolved, rank: int) -> None:
        if len(self.services) >= MOST_SERVICES:
            self._diagnostics.error(f"there are more than {MOST_SERVICES} services", service.place())
            raise _TooManyError
        if wrong := illegal_in(service.name, self._illegal):
            self._error(service, f"service_description got an illegal character: {wrong}", "service_description")
        self.services[key] = Bound(service, rank)

    def _is_excluded(self, host: str, description: str) -> bool:
        """Tell whether a host refuses services that come from groups or templates."""
        resolved = self._hosts[host]
        includes = resolved.names("service_includes")
        return bool(includes and description not in includes) or description in resolved.names("service_excludes")

    def _error(self, service: Resolved, message: str, key: str) -> None:
        self._diagnostics.error(message, service.place(key), f"service::{shown(service.name)}")


def _users_by_tag(hosts: Mapping[str, Resolved]) -> dict[str, list[list[str]]]:
    """Return the hosts that use each template, in one list a chain of templates."""
    chains: dict[int, tuple[Chain, list[str]]] = {}
    for name, each in hosts.items():
        chains.setdefault(id(each.chain), (each.chain, []))[1].append(name)
    found: dict[str, list[list[str]]] = {}
    for chain, users in chains.values():
        for tag in chain.tags:
            found.setdefault(tag, []).append(users)
    return found
