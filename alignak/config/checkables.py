"""Hosts and services as records: what is their own, and which policy they share (configuration.md 3.5, 3.11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeAlias

import msgspec
from msgspec import Struct

from alignak.config.diagnostics import Diagnostics, shown
from alignak.config.graphs import loops, shown_path
from alignak.config.link import Links, Problems, report
from alignak.config.policies import Entry, Policies
from alignak.config.resolved import NULL, Resolved
from alignak.config.services import Services
from alignak.model.objects import UNTAGGED, Checkable, Command, CommandCall, Policy
from alignak.model.rules import BusinessRule, leaves
from alignak.model.states import Kind

BUSINESS_RULE = "bp_rule"


Tags: TypeAlias = "dict[str, dict[str, set[str]]]"
"""``poller_tag`` or ``reactionner_tag`` -> plural of what has tags -> tags."""


class _Shared(Struct, frozen=True):
    """What all objects made from one definition have in common."""

    customs: Mapping[str, str]
    imported_from: str
    alias: str
    display_name: str
    command: CommandCall | None
    problems: Problems


class Builder:
    """Make hosts and services, in the order of their names."""

    __slots__ = (
        "_diagnostics",
        "_links",
        "_policies",
        "_shared",
        "hosts",
        "rules",
        "services",
        "tags",
        "unapplied",
    )

    def __init__(self, links: Links, diagnostics: Diagnostics) -> None:
        self.hosts: list[Checkable] = []
        self.services: list[Checkable] = []
        self.rules: list[Checkable] = []
        """The hosts and services whose check is a business rule."""
        self.unapplied: Counter[str] = Counter()
        """Directive -> how many objects have it though nothing comes of it yet."""
        self.tags: Tags = {key: {"hosts": set(), "services": set()} for key in ("poller_tag", "reactionner_tag")}
        self._links = links
        self._policies = Policies(links)
        self._diagnostics = diagnostics
        self._shared: dict[int, _Shared] = {}

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Return the policies made so far."""
        return tuple(self._policies.all)

    def add_hosts(
        self,
        hosts: Mapping[str, Resolved],
        groups: Mapping[str, tuple[str, ...]],
        escalations: Mapping[str, tuple[str, ...]],
    ) -> None:
        """Make the hosts; ``escalations`` has the names of those that name an object, by its key."""
        self._check_loops({name: each.names("parents") for name, each in hosts.items()}, hosts)
        for name, resolved in hosts.items():
            shared = self._share(resolved)
            entry = self._policies.of(Kind.HOST, resolved)
            parents = tuple(sorted(set(resolved.names("parents"))))
            self._check_host(name, resolved, shared, parents, hosts)
            self._note("host", "hosts", name, resolved, entry, shared)
            host = Checkable(
                host_name=name,
                policy=entry.index,
                check_command=shared.command,
                alias=shared.alias or name,
                display_name=shared.display_name,
                address=resolved.text("address") or name,
                parents=parents,
                groups=groups.get(name, ()),
                customs=shared.customs,
                imported_from=shared.imported_from,
                escalations=escalations.get(name, ()),
            )
            self._keep(host, self.hosts)

    def add_services(
        self,
        services: Services,
        hosts: Mapping[str, Resolved],
        groups: Mapping[str, tuple[str, ...]],
        escalations: Mapping[str, tuple[str, ...]],
    ) -> None:
        """Make the services."""
        implied = {name: self._policies.implied(hosts[name]) for name in {host for host, _ in services}}
        for (host, description), bound in services.items():
            resolved = bound.resolved
            shared = self._share(resolved)
            entry = self._policies.of(Kind.SERVICE, resolved, implied[host])
            name, key = f"{host}/{description}", f"{host};{description}"
            if shared.command is None:
                self._diagnostics.error("no check_command property", resolved.place(), f"service::{shown(name)}")
            self._note("service", "services", name, resolved, entry, shared)
            service = Checkable(
                host_name=host,
                description=description,
                policy=entry.index,
                check_command=shared.command,
                alias=shared.alias,
                display_name=shared.display_name,
                groups=groups.get(key, ()),
                customs=shared.customs,
                imported_from=shared.imported_from,
                escalations=escalations.get(key, ()),
            )
            self._keep(service, self.services)

    def add_command_tags(self, commands: Iterable[Command]) -> None:
        """Remember what commands ask for."""
        for key, found in self.tags.items():
            found["commands"] = {tag for each in commands if (tag := getattr(each, key)) != UNTAGGED}

    def _keep(self, made: Checkable, among: list[Checkable]) -> None:
        among.append(made)
        if made.check_command is not None and made.check_command.name == BUSINESS_RULE:
            self.rules.append(made)

    def change_options(self, rules: Iterable[BusinessRule]) -> None:
        """Give the leaves of rules the notification options that the policy of the rule's owner has for them."""
        owners = {each.key: self._policies.all[each.policy] for each in self.rules}
        hosts: dict[str, tuple[str, ...]] = {}
        services: dict[str, tuple[str, ...]] = {}
        for rule in rules:
            policy = owners[rule.owner]
            of_hosts = policy.business_rule_host_notification_options
            of_services = policy.business_rule_service_notification_options
            for key in leaves(rule.tree) if of_hosts or of_services else ():
                if ";" in key and of_services:
                    services[key] = of_services
                elif of_hosts and ";" not in key:
                    hosts[key] = of_hosts
        self._change(self.hosts, hosts)
        self._change(self.services, services)

    def _change(self, among: list[Checkable], options: Mapping[str, tuple[str, ...]]) -> None:
        for place, each in enumerate(among) if options else ():
            if each.key in options:
                policy = self._policies.with_options(each.policy, options[each.key])
                among[place] = msgspec.structs.replace(each, policy=policy)

    def _share(self, resolved: Resolved) -> _Shared:
        """Return what objects of a definition have in common, made once."""
        found = self._shared.get(id(resolved))
        if found is None:
            problems: Problems = []
            command = resolved.text("check_command")
            call = self._links.call(command, "check_command", problems, "{key} '{name}' invalid") if command else None
            found = self._shared[id(resolved)] = _Shared(
                customs=_customs(resolved),
                imported_from=resolved.imported_from,
                alias=resolved.text("alias") or "",
                display_name=resolved.text("display_name") or "",
                command=call,
                problems=problems,
            )
        return found

    def _note(self, kind: str, plural: str, name: str, resolved: Resolved, entry: Entry, shared: _Shared) -> None:  # noqa: PLR0917
        """Say what is wrong with an object and remember what it asks for."""
        if entry.problems or shared.problems:
            report([*shared.problems, *entry.problems], resolved, kind, name, self._diagnostics)
        if entry.unapplied:
            self.unapplied.update(entry.unapplied)
        self.tags["poller_tag"][plural].add(entry.policy.poller_tag)
        self.tags["reactionner_tag"][plural].add(entry.policy.reactionner_tag)

    def _check_host(
        self, name: str, resolved: Resolved, shared: _Shared, parents: tuple[str, ...], hosts: Mapping[str, Resolved]
    ) -> None:
        about = f"host::{shown(name)}"
        if shared.command is None:
            message = "no check_command, will always be considered as Up"
            self._diagnostics.warning(message, resolved.place(), about)
        for each in parents:
            if each not in hosts:
                hint = self._diagnostics.nearest(each, hosts)
                message = f"the parent '{shown(each)}' for the host '{shown(name)}' is unknown{hint}"
                self._diagnostics.error(message, resolved.place("parents"), about)

    def _check_loops(self, parents: Mapping[str, tuple[str, ...]], hosts: Mapping[str, Resolved]) -> None:
        """Say which hosts are, over some others, their own parents."""
        for path in loops(parents):
            for name in path[:-1]:
                self._diagnostics.error(
                    f"Loop detected while checking hosts: {shown_path(path)}: Host {name} is parent in dependency"
                    f" defined in {hosts[name].imported_from}",
                    hosts[name].place("parents"),
                    f"host::{shown(name)}",
                )


_NO_CUSTOMS: Mapping[str, str] = {}


def _customs(resolved: Resolved) -> Mapping[str, str]:
    """Return an object's own custom variables; one that is ``null`` hides that of the templates."""
    own = {key: "" if value == NULL else value for key, value in resolved.own.items() if key[:1] == "_"}
    return dict(sorted(own.items())) if own else _NO_CUSTOMS
