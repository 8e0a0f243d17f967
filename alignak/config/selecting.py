"""Which hosts and services a dependency, an escalation or extended information is about (configuration.md 3.7).

They all name hosts, host groups and service descriptions in lists; what these select is worked out once a text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from alignak.base.ids import ObjectKey, service_key
from alignak.config.diagnostics import Diagnostics, shown
from alignak.config.expressions import Effort, Malformed, evaluate, select
from alignak.config.matching import Names, Regexps
from alignak.config.resolved import Resolved
from alignak.config.services import Services

MOST_NAMED: Final = 2_000_000
"""How many hosts all definitions may name: bounds what a small hostile file can cost."""

MOST_MISSING: Final = 20
"""How many services that do not exist are reported of one list."""

_BAD_NAME: Final = "got a bad {key} definition '{name}'"


class Selector:
    """Know the hosts, host groups and services of a configuration."""

    __slots__ = (
        "_by_host",
        "_diagnostics",
        "_effort",
        "_evaluated",
        "_everything",
        "_group_names",
        "_groups",
        "_hosts",
        "_left",
        "_regexps",
        "_services",
    )

    def __init__(
        self,
        hosts: Names,
        groups: Mapping[str, Iterable[str]],
        services: Services,
        regexps: Regexps,
        diagnostics: Diagnostics,
    ) -> None:
        self._group_names = Names(tuple(groups), regexps)
        self._hosts = hosts
        self._services = services
        self._regexps = regexps
        self._diagnostics = diagnostics
        self._everything = frozenset(hosts.all)
        self._evaluated: dict[str, tuple[list[str], list[str]]] = {}
        self._effort = Effort()
        self._left = MOST_NAMED
        self._by_host: dict[str, Names] | None = None
        self._groups: Mapping[str, Iterable[str]] = groups

    def hosts(self, resolved: Resolved, key: str, group_key: str, about: str) -> list[str]:
        """Return the hosts a definition names in two directives; those that are none are errors."""
        by_group = self._in_groups(resolved, group_key, about)
        text = resolved.text(key) or ""
        if not text:
            return self._counted(by_group, resolved, about)
        chosen, unknown = select(text, self._hosts.all, by_group, self._hosts.like)
        for each in unknown:
            hint = self._diagnostics.nearest(each, self._hosts.all)
            self._diagnostics.error(_BAD_NAME.format(key=key, name=shown(each)) + hint, resolved.place(key), about)
        return self._counted(list(chosen), resolved, about)

    def _counted(self, hosts: list[str], resolved: Resolved, about: str) -> list[str]:
        """Return hosts, or none once all definitions together name too many."""
        self._left -= len(hosts)
        if self._left >= 0:
            return hosts
        message = f"dependencies, escalations and extended information name more than {MOST_NAMED} hosts in all"
        self._diagnostics.error(message, resolved.place(), about)
        return []

    def hosts_like(self, word: str) -> list[str]:
        """Return the hosts that one word of a list means."""
        return list(select(word, self._hosts.all, (), self._hosts.like)[0])

    def _in_groups(self, resolved: Resolved, key: str, about: str) -> list[str]:
        text = resolved.text(key)
        if not text:
            return []
        if text not in self._evaluated:
            try:
                members, strangers = evaluate(text, self._group, self._everything, self._effort)
                self._evaluated[text] = sorted(members), strangers
            except Malformed as error:
                message = f"the expression '{shown(text)}' cannot be read: {error}"
                self._diagnostics.error(message, resolved.place(key), about)
                self._evaluated[text] = [], []
        chosen, unknown = self._evaluated[text]
        for each in unknown:
            hint = self._diagnostics.nearest(each, self._groups)
            self._diagnostics.error(_BAD_NAME.format(key=key, name=shown(each)) + hint, resolved.place(key), about)
        return chosen

    def _group(self, name: str) -> frozenset[str] | None:
        if name in self._groups:
            return frozenset(self._groups[name])
        like = list(self._group_names.like(name))
        return frozenset(host for each in like for host in self._groups[each]) if like else None

    def descriptions(self, host: str, text: str) -> tuple[list[str], list[str]]:
        """Return the services of a host that a list names, and what is none of its services."""
        if self._by_host is None:
            self._by_host = self._index()
        known = self._by_host.get(host)
        if known is None:
            known = self._by_host[host] = Names((), self._regexps)
        if text == "*":
            return list(known.all), []
        if text in known.all:
            return [text], []
        chosen, unknown = select(text, known.all, (), known.like)
        return list(chosen), unknown

    def services(self, hosts: Iterable[str], text: str, report: Callable[[str, str], None]) -> list[ObjectKey]:
        """Return the services a list names on hosts; ``report`` is told host and name of the first that are missing."""
        if self._is_plain(text):
            return self._named(hosts, text.strip(), report)
        result: list[ObjectKey] = []
        left = MOST_MISSING
        for host in hosts:
            found, unknown = self.descriptions(host, text)
            result += [service_key(host, each) for each in found]
            for each in unknown[:left]:
                report(host, each)
            left = max(0, left - len(unknown))
        return result

    def _is_plain(self, text: str) -> bool:
        """Tell whether a list is the name of one service."""
        return "," not in text and text[:1] not in ("*", "!", "") and not self._regexps.is_one(text)

    def _named(self, hosts: Iterable[str], name: str, report: Callable[[str, str], None]) -> list[ObjectKey]:
        missing: list[str] = []
        result: list[ObjectKey] = []
        for host in hosts:
            if (host, name) in self._services:
                result.append(service_key(host, name))
            elif len(missing) < MOST_MISSING:
                missing.append(host)
                report(host, name)
        return result

    def _index(self) -> dict[str, Names]:
        found: dict[str, dict[str, None]] = {}
        for host, description in self._services:
            found.setdefault(host, {})[description] = None
        return {host: Names(those, self._regexps) for host, those in found.items()}
