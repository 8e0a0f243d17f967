"""Business rules made trees: what the leaves of ``bp_rule!…`` select, what is wrong with them (configuration.md 3.9).

A leaf is a host, or ``host,service``; ``g:`` selects by group, ``r:`` by regular expression, ``l:`` by label and ``t:``
by host template, ``*`` everything. No host is the object's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from msgspec import Struct

from alignak.base.ids import ObjectKey, host_key, service_key
from alignak.config import expressions
from alignak.config.diagnostics import Diagnostics, Place, shown
from alignak.config.graphs import loops, shown_path
from alignak.config.matching import Regexps
from alignak.config.resolved import Resolved
from alignak.config.selecting import Selector
from alignak.config.services import Services
from alignak.model.objects import Checkable
from alignak.model.rules import DEEPEST, BusinessRule, Malformed, leaves, parse

MOST_LEAVES: Final = 1_000_000
"""How many leaves all rules may have: bounds what a small hostile file can cost."""

MOST_TEXT: Final = 20_000_000
"""How many characters all rules may have, each once for every level it nests, for the same reason."""

MOST_TRIED: Final = 20_000_000
"""How many objects all selections may look at, for the same reason."""

_SELECTION: Final = re.compile(r"([grlt]):(.*)", re.DOTALL)
_PARENTHESIS: Final = re.compile(r"[()]")
_MACRO: Final = re.compile(r"\$([^$\s]+)\$")


class Context(Struct, frozen=True):
    """What the leaves of rules may name."""

    hosts: Mapping[str, Resolved]
    hostgroups: Mapping[str, Iterable[str]]
    services: Services
    servicegroups: Mapping[str, Iterable[str]]
    realms_of: Mapping[str, str]
    macros: Mapping[str, str]
    selector: Selector
    regexps: Regexps


class Rules:
    """Make the business rules of a configuration."""

    __slots__ = (
        "_context",
        "_diagnostics",
        "_found",
        "_left",
        "_looks",
        "_named",
        "_owners",
        "_place",
        "_text",
        "_who",
    )

    def __init__(self, context: Context, diagnostics: Diagnostics) -> None:
        self._context = context
        self._diagnostics = diagnostics
        self._left = MOST_LEAVES
        self._looks = MOST_TRIED
        self._named: dict[tuple[str, str], ObjectKey] = {}
        self._text = MOST_TEXT
        self._owners: dict[str, list[str]] | None = None
        self._found: dict[tuple[str, str], list[ObjectKey]] = {}
        self._place = Place()
        self._who = ""

    def compile(self, owners: Iterable[Checkable]) -> tuple[BusinessRule, ...]:
        """Return the rules of the objects whose check is one, sorted by owner."""
        rules = [rule for each in owners if self._has_room and (rule := self._rule(each)) is not None]
        self._warn_loops(rules)
        return tuple(sorted(rules, key=lambda rule: rule.owner))

    @property
    def _has_room(self) -> bool:
        return self._left > 0 and self._text >= 0

    def _rule(self, owner: Checkable) -> BusinessRule | None:
        """Return the rule of an object; None, once it is said, when something is wrong with it."""
        context = self._context
        resolved = (
            context.services[owner.host_name, owner.description].resolved
            if owner.description
            else context.hosts[owner.host_name]
        )
        self._place = resolved.place("check_command")
        self._who = f"{owner.kind.value}::{shown(owner.key.replace(';', '/', 1))}"
        text = "!".join(owner.check_command.arguments) if owner.check_command else ""
        before = self._diagnostics.error_count
        try:
            self._count_text(len(text))
            expanded = self._expanded(text, owner, resolved)
            self._count_text(len(expanded) * _depth(expanded))  # each level is read again
            tree = parse(expanded, lambda leaf: self._leaf(leaf, owner))
        except Malformed as error:
            self._error(f"business_rule invalid: {error}")
            return None
        if self._diagnostics.error_count > before:
            return None
        is_dynamic = text.lstrip()[:1] == "$"
        rule = BusinessRule(owner.key, tree, text, is_dynamic, expanded if is_dynamic else "")
        self._check_realm(rule, owner)
        return rule

    def _expanded(self, text: str, owner: Checkable, resolved: Resolved) -> str:
        """Return a rule with the macros in their places that are known before anything runs."""
        if "$" not in text:
            return text
        host = self._context.hosts[owner.host_name]
        known = {
            "HOSTNAME": owner.host_name,
            "HOSTALIAS": host.text("alias") or owner.host_name,
            "HOSTADDRESS": host.text("address") or owner.host_name,
            "SERVICEDESC": owner.description,
        }

        def value(match: re.Match[str]) -> str:
            name = match.group(1)
            if name[:5] == "_HOST":
                found = host.text(f"_{name[5:]}")
            elif name[:8] == "_SERVICE":
                found = resolved.text(f"_{name[8:]}")
            else:
                found = known[name] if name in known else self._context.macros.get(name)
            if found is None:
                raise Malformed(f"the macro {shown(match.group())} has no value")
            self._count_text(len(found))
            return found

        return _MACRO.sub(value, text)

    def _leaf(self, text: str, owner: Checkable) -> list[ObjectKey]:
        """Return what a leaf stands for; a selection leaves the rule's owner out."""
        host, comma, service = (each.strip() for each in text.partition(","))
        host = host or owner.host_name
        if not comma:
            service = ""
        elif not service:
            raise Malformed(f"'{shown(text)}' has no service behind its comma")
        if not _selects(host) and not _selects(service):
            self._count_leaves(1)
            return [self._one(host, service)]
        if (host, service) not in self._found:
            self._found[host, service] = self._selected(host, service)
        found = [each for each in self._found[host, service] if each != owner.key]
        self._count_leaves(len(found))
        if not found:
            self._error(f"business rule got an empty result for pattern '{shown(text)}'{self._hint(host, service)}")
        return found

    def _count_text(self, more: int) -> None:
        self._text -= more
        if self._text < 0:
            raise Malformed(f"all rules have more than {MOST_TEXT} characters, write shorter ones")

    def _count_leaves(self, more: int) -> None:
        self._left -= more
        if self._left <= 0:
            raise Malformed(f"all rules have more than {MOST_LEAVES} leaves, select fewer objects")

    def _one(self, host: str, service: str) -> ObjectKey:
        """Return the key of a host or service that is named; one key, however many leaves name it."""
        if (host, service) in self._named:
            return self._named[host, service]
        context = self._context
        key = service_key(host, service) if service else host_key(host)
        if host not in context.hosts:
            hint = self._diagnostics.nearest(host, context.hosts)
            self._error(f"business rule uses unknown host {shown(host)}{hint}")
        elif service and (host, service) not in context.services:
            hint = self._diagnostics.nearest(service, context.selector.descriptions(host, "*")[0])
            self._error(f"business rule uses unknown service {shown(host)}/{shown(service)}{hint}")
        else:
            self._named[host, service] = key
        return key

    def _hint(self, host: str, service: str) -> str:
        """Return which group was meant when one is named that does not exist."""
        context = self._context
        for text, known in ((host, context.hostgroups), (service, context.servicegroups)):
            if text[:2] == "g:" and text[2:].strip() not in known:
                return self._diagnostics.nearest(text[2:].strip(), known)
        return ""

    def _selected(self, host: str, service: str) -> list[ObjectKey]:
        hosts = self._hosts(host)
        if not service:
            return [host_key(each) for each in hosts]
        if not _selects(service):
            return self._described(hosts, (service,))
        if service[:2] == "r:":
            return self._described(hosts, self._matched(service[2:].strip(), self._by_description))
        self._count(len(self._context.services) if len(hosts) > 1 else 0)
        matches = self._service_filter(service)
        return [
            service_key(each, description)
            for each in hosts
            for description in self._context.selector.descriptions(each, "*")[0]
            if matches(each, description)
        ]

    def _hosts(self, text: str) -> list[str]:
        """Return the hosts that the first part of a leaf selects."""
        context = self._context
        self._count(len(context.hosts))
        match = _SELECTION.fullmatch(text)
        if text == "*":
            return list(context.hosts)
        if match is None:
            self._one(text, "")
            return [text] if text in context.hosts else []
        flag, wanted = match.group(1), match.group(2).strip()
        if flag == "g":
            return sorted(context.hostgroups.get(wanted, ()))
        if flag == "r":
            return self._matched(wanted, context.hosts)
        if flag == "l":
            return [name for name, each in context.hosts.items() if wanted in each.names("labels")]
        return [name for name, each in context.hosts.items() if wanted in each.chain.tags]

    def _service_filter(self, text: str) -> Callable[[str, str], bool]:
        """Return which services the second part of a leaf selects."""
        context = self._context
        match = _SELECTION.fullmatch(text)
        if text == "*":
            return lambda _, __: True
        if match is None:
            raise Malformed(f"'{shown(text)}' selects no services")
        flag, wanted = match.group(1), match.group(2).strip()
        if flag == "g":
            members = frozenset(context.servicegroups.get(wanted, ()))
            return lambda host, description: f"{host};{description}" in members
        if flag == "l":
            return lambda host, name: wanted in context.services[host, name].resolved.names("labels")
        raise Malformed("t: selects hosts by their templates, services have none to select by")

    def _matched(self, text: str, among: Mapping[str, object]) -> list[str]:
        try:
            return self._context.regexps.matched(text, among)
        except expressions.Malformed as error:
            self._error(f"business rule uses invalid regex {shown(text)}: {error}")
            return []

    @property
    def _by_description(self) -> Mapping[str, list[str]]:
        """Return the hosts that have a service of each description."""
        if self._owners is None:
            self._owners = {}
            for host, description in self._context.services:
                self._owners.setdefault(description, []).append(host)
        return self._owners

    def _described(self, hosts: list[str], descriptions: Iterable[str]) -> list[ObjectKey]:
        """Return the services of some descriptions on hosts."""
        chosen = frozenset(hosts)
        found: list[ObjectKey] = []
        for each in descriptions:
            owners = self._by_description.get(each, ())
            self._count(len(owners))
            found += [service_key(host, each) for host in owners if host in chosen]
        return sorted(found)

    def _count(self, tried: int) -> None:
        """Count the objects that selections look at; say so when they are too many."""
        self._looks -= tried
        if self._looks < 0:
            raise Malformed(f"all rules select among more than {MOST_TRIED} objects, write fewer selections")

    def _check_realm(self, rule: BusinessRule, owner: Checkable) -> None:
        realms = self._context.realms_of
        others = {realms[each.partition(";")[0]] for each in leaves(rule.tree)} - {realms[owner.host_name]}
        for each in sorted(others):
            name = shown(owner.key.replace(";", "/", 1))
            self._error(f"Error: Business_rule '{name}' got hosts from another realm: {each}")

    def _warn_loops(self, rules: Iterable[BusinessRule]) -> None:
        """Say which rules are worked out, over some others, from themselves."""
        edges: dict[str, list[str]] = {each.owner: [] for each in rules}
        for each in rules:
            edges[each.owner] = [key for key in dict.fromkeys(leaves(each.tree)) if key in edges]
        for path in loops(edges):
            names = [each.replace(";", "/", 1) for each in path]
            kind = "service" if ";" in path[0] else "host"
            message = f"business rules depend on each other: {shown_path(names)}"
            self._diagnostics.warning(message, about=f"{kind}::{shown(names[0])}")

    def _error(self, message: str) -> None:
        self._diagnostics.error(message, self._place, self._who)


def _selects(text: str) -> bool:
    """Tell whether a part of a leaf selects objects instead of naming one."""
    return text == "*" or _SELECTION.fullmatch(text) is not None


def _depth(text: str) -> int:
    """Return how deep the parentheses of a rule nest; Malformed when that is too deep."""
    depth = deepest = 0
    for match in _PARENTHESIS.finditer(text):
        depth += 1 if match.group() == "(" else -1
        deepest = max(depth, deepest)
        if deepest > DEEPEST:
            raise Malformed(f"it nests more than {DEEPEST} deep")
    return deepest
