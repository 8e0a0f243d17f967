"""Hosts and services as records: what is their own, and which policy they share (configuration.md 3.5, 3.11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from alignak.config.diagnostics import Diagnostics, shown
from alignak.config.graphs import loops, shown_path
from alignak.config.ground import Ground, Made
from alignak.config.internal import completed
from alignak.config.link import Links, Problems, report
from alignak.config.policies import Entry, Policies
from alignak.config.resolved import NULL, Form, Resolved, merged
from alignak.config.services import Services
from alignak.config.values import names
from alignak.model.objects import UNTAGGED, Checkable, Command, CommandCall, Policy
from alignak.model.rules import BusinessRule, leaves
from alignak.model.states import Kind

BUSINESS_RULE: Final = "bp_rule"

MOST_PARENTS: Final = 1_000_000
"""How many parents hosts may have in all: bounds what a small hostile file can cost."""


Tags: TypeAlias = "dict[str, dict[str, set[str]]]"
"""``poller_tag`` or ``reactionner_tag`` -> plural of what has tags -> tags."""


class _Shared(Struct, frozen=True):
    """What all objects made from definitions of one form have in common."""

    customs: Mapping[str, str]
    command: CommandCall | None
    parents: tuple[str, ...]
    problems: Problems


class _Made(Struct, frozen=True):
    """What services of one form have in common whose hosts give them the same."""

    shared: _Shared
    entry: Entry
    alias: str
    """What those have that give none themselves, and so the next."""
    display_name: str
    is_remarkable: bool
    """Whether something is to be said of each."""
    is_rule: bool


class Builder:
    """Make hosts and services, in the order of their names."""

    __slots__ = (
        "_diagnostics",
        "_ground",
        "_links",
        "_parents",
        "_policies",
        "_shared",
        "hosts",
        "rules",
        "services",
        "tags",
    )

    def __init__(self, links: Links, diagnostics: Diagnostics, ground: Ground) -> None:
        self.hosts: list[Checkable] = []
        self.services: list[Checkable] = []
        self.rules: list[Checkable] = []
        """The hosts and services whose check is a business rule."""
        self.tags: Tags = {key: {"hosts": set(), "services": set()} for key in ("poller_tag", "reactionner_tag")}
        self._links = links
        self._policies = Policies(links)
        self._diagnostics = diagnostics
        self._ground = ground
        self._shared: dict[int, _Shared] = {}
        self._parents = 0

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
        for name, resolved in hosts.items():
            shared = self._share(resolved)
            entry = self._policies.of(Kind.HOST, resolved)
            parents = shared.parents
            self._parents += len(parents)
            if self._parents > MOST_PARENTS:
                message = f"hosts have more than {MOST_PARENTS} parents in all, name fewer"
                self._diagnostics.error(message, resolved.place("parents"), f"host::{shown(name)}")
                return
            self._check_host(name, resolved, shared, parents, hosts)
            self._note("host", name, resolved, entry, shared)
            self._note_tags("hosts", entry)
            host = Checkable(
                host_name=name,
                policy=entry.index,
                check_command=shared.command,
                alias=resolved.text("alias") or name,
                display_name=resolved.text("display_name") or "",
                address=resolved.text("address") or name,
                parents=parents,
                groups=groups.get(name, ()),
                customs=shared.customs,
                imported_from=resolved.imported_from,
                escalations=escalations.get(name, ()),
            )
            self.hosts.append(host)
            if shared.command is not None and shared.command.name == BUSINESS_RULE:
                self.rules.append(host)
        self._check_loops(hosts)

    def add_services(
        self,
        services: Services,
        hosts: Mapping[str, Resolved],
        groups: Mapping[str, tuple[str, ...]],
        escalations: Mapping[str, tuple[str, ...]],
    ) -> None:
        """Make the services; they are those of the last reading when they would be made of the same."""
        given = [self._policies.implied(hosts[host]) for host in services.by_host]
        before, policies = self._ground.made, self.policies
        if before is not None and before.is_of(services, given, policies, groups, escalations):
            self._take_over(before)
            return
        count, rules = self._diagnostics.count, len(self.rules)
        made: dict[tuple[int, int], _Made] = {}
        for (host, own), implied in zip(services.by_host.items(), given, strict=True):
            for description, bound in own.items():
                resolved = bound.resolved
                common = made.get((id(resolved.form), id(implied)))
                if common is None:
                    common = made[id(resolved.form), id(implied)] = self._common(resolved, implied)
                if common.is_remarkable:
                    self._remark(f"{host}/{description}", resolved, common)
                service = Checkable(
                    host,
                    description,
                    common.entry.index,
                    common.shared.command,
                    common.alias if "alias" not in resolved.values else resolved.text("alias") or "",
                    common.display_name
                    if "display_name" not in resolved.values
                    else resolved.text("display_name") or "",
                    customs=common.shared.customs,
                    imported_from=resolved.definition.imported_from,
                )
                if groups or escalations:
                    service = _joined(service, groups, escalations)
                self.services.append(service)
                if common.is_rule:
                    self.rules.append(service)
        self._ground.made = None
        if self._diagnostics.count == count:
            tags = {key: found["services"] for key, found in self.tags.items()}
            self._ground.made = Made(
                services,
                given,
                policies,
                groups,
                escalations,
                self.policies,
                tags,
                tuple(self.services),
                self.rules[rules:],
            )

    def _take_over(self, before: Made) -> None:
        """Have the services of the last reading."""
        self._policies.add(before.policies)
        for key, tags in before.tags.items():
            self.tags[key]["services"] = tags
        self.services += before.records
        self.rules += before.rules

    def _common(self, resolved: Resolved, implied: tuple[str | None, ...]) -> _Made:
        """Return what a service has in common with others; remember what it asks for."""
        shared = self._share(resolved)
        entry = self._policies.of(Kind.SERVICE, resolved, implied)
        self._note_tags("services", entry)
        inherited = resolved.chain.values
        return _Made(
            shared,
            entry,
            merged(None, inherited.get("alias")) or "",
            merged(None, inherited.get("display_name")) or "",
            is_remarkable=bool(entry.problems or shared.problems or shared.command is None),
            is_rule=shared.command is not None and shared.command.name == BUSINESS_RULE,
        )

    def _remark(self, name: str, resolved: Resolved, common: _Made) -> None:
        """Say what is wrong with a service."""
        if common.shared.command is None:
            self._diagnostics.error("no check_command property", resolved.place(), f"service::{shown(name)}")
        self._note("service", name, resolved, common.entry, common.shared)

    def add_command_tags(self, commands: Iterable[Command]) -> None:
        """Remember what commands ask for."""
        for key, found in self.tags.items():
            found["commands"] = {tag for each in commands if (tag := getattr(each, key)) != UNTAGGED}

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
                among[place] = replace(each, policy=policy)

    def _share(self, resolved: Resolved) -> _Shared:
        """Return what objects of a form have in common, made once."""
        form = resolved.form
        found = self._shared.get(id(form))
        if found is None:
            problems: Problems = []
            command = form.text("check_command")
            call = self._links.call(command, "check_command", problems, "{key} '{name}' invalid") if command else None
            call = completed(call, problems) if call is not None else None
            found = self._shared[id(form)] = _Shared(_customs(form), call, _parents(form), problems)
        return found

    def _note(self, kind: str, name: str, resolved: Resolved, entry: Entry, shared: _Shared) -> None:
        """Say what is wrong with an object."""
        if entry.problems or shared.problems:
            report([*shared.problems, *entry.problems], resolved, kind, name, self._diagnostics)

    def _note_tags(self, plural: str, entry: Entry) -> None:
        self.tags["poller_tag"][plural].add(entry.policy.poller_tag)
        self.tags["reactionner_tag"][plural].add(entry.policy.reactionner_tag)

    def _check_host(
        self, name: str, resolved: Resolved, shared: _Shared, parents: tuple[str, ...], hosts: Mapping[str, Resolved]
    ) -> None:
        about = f"host::{shown(name)}"
        if shared.command is None:
            is_empty = resolved.text("check_command") == ""
            message = (
                "has no defined check command" if is_empty else "no check_command, will always be considered as Up"
            )
            self._diagnostics.warning(message, resolved.place(), about)
        for each in parents:
            if each not in hosts:
                hint = self._diagnostics.nearest(each, hosts)
                message = f"the parent '{shown(each)}' for the host '{shown(name)}' is unknown{hint}"
                self._diagnostics.error(message, resolved.place("parents"), about)

    def _check_loops(self, hosts: Mapping[str, Resolved]) -> None:
        """Say which hosts are, over some others, their own parents."""
        for path in loops({each.host_name: each.parents for each in self.hosts}):
            for name in path[:-1]:
                self._diagnostics.error(
                    f"Loop detected while checking hosts: {shown_path(path)}: Host {name} is parent in dependency"
                    f" defined in {hosts[name].imported_from}",
                    hosts[name].place("parents"),
                    f"host::{shown(name)}",
                )


def _parents(form: Form) -> tuple[str, ...]:
    return tuple(sorted(set(names(form.text("parents") or ""))))


_NO_CUSTOMS: Mapping[str, str] = {}


def _customs(form: Form) -> Mapping[str, str]:
    """Return an object's own custom variables; one that is ``null`` hides that of the templates."""
    own = {key: "" if value == NULL else value for key, value in form.values.items() if key[:1] == "_"}
    return dict(sorted(own.items())) if own else _NO_CUSTOMS


def _joined(
    service: Checkable, groups: Mapping[str, tuple[str, ...]], escalations: Mapping[str, tuple[str, ...]]
) -> Checkable:
    """Return a service with the groups it is in and the escalations that name it."""
    key = service.key
    if key not in groups and key not in escalations:
        return service
    return replace(service, groups=groups.get(key, ()), escalations=escalations.get(key, ()))
