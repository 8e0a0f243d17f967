"""Which hosts and services a dependency, an escalation or extended information is about (configuration.md 3.7).

They all name hosts, host groups and service descriptions in lists; what these select is worked out once a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from alignak.config.diagnostics import Diagnostics, shown
from alignak.config.expressions import Malformed, evaluate, select
from alignak.config.matching import Names, Regexps
from alignak.config.resolved import Resolved
from alignak.config.services import Services

_BAD_NAME = "got a bad {key} definition '{name}'"


class Selector:
    """Know the hosts, host groups and services of a configuration."""

    __slots__ = (
        "_by_host",
        "_diagnostics",
        "_evaluated",
        "_everything",
        "_group_names",
        "_groups",
        "_hosts",
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
        self._evaluated: dict[str, tuple[frozenset[str], list[str]]] = {}
        self._by_host: dict[str, Names] | None = None
        self._groups: Mapping[str, Iterable[str]] = groups

    def hosts(self, resolved: Resolved, key: str, group_key: str, about: str) -> list[str]:
        """Return the hosts a definition names in two directives; those that are none are errors."""
        by_group = self._in_groups(resolved, group_key, about)
        text = resolved.text(key) or ""
        if not text:
            return by_group
        chosen, unknown = select(text, self._hosts.all, by_group, self._hosts.like)
        for each in unknown:
            hint = self._diagnostics.nearest(each, self._hosts.all)
            self._diagnostics.error(_BAD_NAME.format(key=key, name=shown(each)) + hint, resolved.place(key), about)
        return list(chosen)

    def hosts_like(self, word: str) -> list[str]:
        """Return the hosts that one word of a list means."""
        return list(select(word, self._hosts.all, (), self._hosts.like)[0])

    def _in_groups(self, resolved: Resolved, key: str, about: str) -> list[str]:
        text = resolved.text(key)
        if not text:
            return []
        if text not in self._evaluated:
            try:
                self._evaluated[text] = evaluate(text, self._group, self._everything)
            except Malformed as error:
                message = f"the expression '{shown(text)}' cannot be read: {error}"
                self._diagnostics.error(message, resolved.place(key), about)
                self._evaluated[text] = frozenset(), []
        chosen, unknown = self._evaluated[text]
        for each in unknown:
            hint = self._diagnostics.nearest(each, self._groups)
            self._diagnostics.error(_BAD_NAME.format(key=key, name=shown(each)) + hint, resolved.place(key), about)
        return sorted(chosen)

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
        if text in known.all:
            return [text], []
        chosen, unknown = select(text, known.all, (), known.like)
        return list(chosen), unknown

    def _index(self) -> dict[str, Names]:
        found: dict[str, dict[str, None]] = {}
        for host, description in self._services:
            found.setdefault(host, {})[description] = None
        return {host: Names(those, self._regexps) for host, those in found.items()}
