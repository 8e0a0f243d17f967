"""The objects of a configuration, put together: people, hosts, services and what relates them.

``compile`` calls it once the definitions are resolved; each step gives what the next one needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from msgspec import Struct

from alignak.config.checkables import Builder, Tags
from alignak.config.contacts import compile_commands, compile_contacts, compile_ways
from alignak.config.dependencies import Pairing
from alignak.config.diagnostics import Diagnostics
from alignak.config.escalations import Escalations
from alignak.config.expand import (
    from_list,
    group_members,
    groups_of,
    hosts_by_name,
    joined_by,
    most_members,
    too_many,
    unique,
)
from alignak.config.extinfo import merge_hosts, merge_services
from alignak.config.ground import Bound, Ground, are_changed_later
from alignak.config.groups import compile_groups, compile_hostgroups, service_pairs
from alignak.config.inherit import Inheritance
from alignak.config.link import Links
from alignak.config.matching import Names, Regexps
from alignak.config.modulations import compile_modulations
from alignak.config.overrides import apply_overrides
from alignak.config.periods import compile_periods
from alignak.config.realms import host_realms
from alignak.config.recurring import compile_recurring
from alignak.config.resolved import Resolved
from alignak.config.rules import Context, Rules
from alignak.config.selecting import Selector
from alignak.config.services import Binder, Services
from alignak.model.objects import Contact, Group, NotificationWay, ObjectSet
from alignak.model.relations import Dependency
from alignak.model.rules import BusinessRule
from alignak.model.settings import Settings
from alignak.model.topology import Realm

_MODULATIONS: Final = ("resultmodulation", "checkmodulation", "macromodulation", "businessimpactmodulation")

Members: TypeAlias = "dict[str, tuple[str, ...]]"
"""Group -> its members."""


class Assembled(Struct, frozen=True):
    """The objects, and what the daemons are checked against."""

    objects: ObjectSet
    realms_of: Mapping[str, str]
    """Host name -> realm name."""
    tags: Tags
    counts: Mapping[str, int]
    """Object type -> how many objects there are, those made for others included."""


class _People(Struct, frozen=True):
    """Who is told."""

    contacts: Mapping[str, Contact]
    ways: Mapping[str, NotificationWay]
    groups: tuple[Group, ...]


class _Monitored(Struct, frozen=True):
    """Hosts and services before they are records."""

    hosts: Mapping[str, Resolved]
    hostgroups: Mapping[str, Resolved]
    in_hostgroups: Members
    services: Services
    servicegroups: Mapping[str, Resolved]
    in_servicegroups: Members
    selector: Selector


class Assembler:
    """Put the objects of one configuration together."""

    __slots__ = ("_diagnostics", "_ground", "_illegal", "_macros", "_objects", "_regexps", "_settings", "_types")

    def __init__(
        self,
        types: Mapping[str, Inheritance],
        objects: Mapping[str, list[Resolved]],
        settings: Settings,
        macros: Mapping[str, str],
        diagnostics: Diagnostics,
        *,
        ground: Ground,
    ) -> None:
        """``ground`` has what the last reading left, and gets what this one leaves."""
        self._types = types
        self._objects = objects
        self._settings = settings
        self._macros = macros
        self._diagnostics = diagnostics
        self._ground = ground
        self._regexps = Regexps(settings)
        self._illegal = frozenset(settings.illegal_object_name_chars)

    def assemble(self, realms: tuple[Realm, ...]) -> Assembled:
        """Return the objects; what is wrong with them is in the diagnostics."""
        diagnostics = self._diagnostics
        periods = compile_periods(self._unique("timeperiod").values(), diagnostics)
        commands = compile_commands(self._unique("command"), diagnostics)
        links = Links(commands, periods, diagnostics)
        people = self._people(links)
        escalations = self._escalations(links)
        modulations = compile_modulations({kind: self._unique(kind) for kind in _MODULATIONS}, links, diagnostics)
        links.named = {"escalations": escalations.records, **modulations.names()}
        found = self._monitored()
        realms_of = host_realms(found.hosts, found.hostgroups, found.in_hostgroups, realms, diagnostics)
        builder = self._build(found, links, escalations)
        dependencies = self._dependencies(found, links)
        rules = self._rules(found, realms_of, builder)
        recurring = compile_recurring(
            self._unique("recurringdowntime"), found.selector, found.in_servicegroups, diagnostics
        )
        objects = ObjectSet(
            policies=builder.policies,
            commands=tuple(commands.values()),
            timeperiods=tuple(periods.values()),
            notificationways=tuple(people.ways[name] for name in sorted(people.ways)),
            contacts=tuple(people.contacts.values()),
            contactgroups=people.groups,
            hosts=tuple(builder.hosts),
            hostgroups=self._hostgroups(found, realms_of, realms),
            services=tuple(builder.services),
            servicegroups=compile_groups(found.servicegroups, found.in_servicegroups),
            dependencies=dependencies,
            rules=rules,
            escalations=tuple(escalations.records.values()),
            resultmodulations=modulations.of_results,
            checkmodulations=modulations.of_checks,
            macromodulations=modulations.of_macros,
            businessimpactmodulations=modulations.of_impacts,
            recurringdowntimes=recurring,
        )
        builder.add_command_tags(objects.commands)
        return Assembled(objects, realms_of, builder.tags, {**_counts(objects), "realm": len(realms)})

    def _unique(self, kind: str) -> dict[str, Resolved]:
        return unique(kind, self._objects[kind], self._diagnostics)

    def _people(self, links: Links) -> _People:
        """Return contacts, notification ways and contact groups, and make the links know them."""
        diagnostics = self._diagnostics
        found, groups = self._unique("contact"), self._unique("contactgroup")
        members = group_members(
            "contactgroup",
            groups,
            joined_by(found, "contactgroups"),
            from_list(found),
            diagnostics,
            hint=lambda name: diagnostics.nearest(name, found),
        )
        ways = compile_ways(self._unique("notificationway"), links, diagnostics)
        contacts = compile_contacts(
            found, groups_of(members), ways, links, illegal=self._illegal, diagnostics=diagnostics
        )
        links.contacts, links.contact_groups = contacts, members
        return _People(contacts, ways, compile_groups(groups, members))

    def _escalations(self, links: Links) -> Escalations:
        escalations = Escalations(links, self._diagnostics)
        for kind in ("escalation", "hostescalation", "serviceescalation"):
            escalations.add(self._objects[kind])
        return escalations

    def _monitored(self) -> _Monitored:
        """Return hosts, services and their groups."""
        diagnostics = self._diagnostics
        hosts = hosts_by_name(self._objects["host"], self._illegal, diagnostics)
        names = Names(dict.fromkeys(hosts), self._regexps)
        hosts = merge_hosts(self._objects["hostextinfo"], hosts, names, diagnostics)
        hostgroups = self._unique("hostgroup")
        in_hostgroups = group_members(
            "hostgroup",
            hostgroups,
            joined_by(hosts, "hostgroups"),
            from_list(hosts, names.like),
            diagnostics,
            of=len(hosts),
            hint=lambda name: diagnostics.nearest(name, hosts),
        )
        services = self._bind(hosts, in_hostgroups)
        apply_overrides(hosts, services, diagnostics)
        selector = Selector(names, in_hostgroups, services, self._regexps, diagnostics)
        merge_services(self._objects["serviceextinfo"], services, selector, diagnostics)
        servicegroups = self._unique("servicegroup")
        in_servicegroups = self._service_members(servicegroups, services, selector)
        return _Monitored(hosts, hostgroups, in_hostgroups, services, servicegroups, in_servicegroups, selector)

    def _bind(self, hosts: Mapping[str, Resolved], in_groups: Members) -> Services:
        """Return the services of all hosts, those of the last reading when they would be the same."""
        diagnostics, ground = self._diagnostics, self._ground
        if ground.bound is not None and ground.bound.is_of(hosts, in_groups):
            return ground.bound.services
        count = diagnostics.count
        binder = Binder(hosts, in_groups, self._illegal, diagnostics, self._regexps)
        templates = [each for each in self._types["service"].templates() if each.name]
        services = binder.bind(self._objects["service"], templates, self._types["host"].template_names)
        is_final = not self._objects["serviceextinfo"] and not are_changed_later(hosts)
        ground.bound = Bound(hosts, in_groups, services) if is_final and diagnostics.count == count else None
        return services

    def _service_members(self, groups: Mapping[str, Resolved], services: Services, selector: Selector) -> Members:
        """Return the members of service groups as ``host;service`` keys."""
        joined: dict[str, list[str]] = {}
        listed: dict[int, tuple[str, ...]] = {}
        count, most = 0, most_members(len(services))
        for host, description, resolved in services.saying("servicegroups"):
            those = listed.get(id(resolved))
            if those is None:
                those = listed[id(resolved)] = resolved.names("servicegroups")
            count += len(those)
            if count > most:
                return too_many("servicegroup", most, self._diagnostics)
            for group in those:
                joined.setdefault(group, []).append(f"{host};{description}")
        return group_members(
            "servicegroup",
            groups,
            joined,
            lambda text: service_pairs(text, services, selector),
            self._diagnostics,
            of=len(services),
            hint=lambda name: self._diagnostics.nearest(name, (f"{host}/{each}" for host, each in services)),
        )

    def _build(self, found: _Monitored, links: Links, escalations: Escalations) -> Builder:
        """Return hosts and services as records."""
        builder = Builder(links, self._diagnostics, self._ground)
        attached = escalations.attached(found.selector)
        builder.add_hosts(found.hosts, groups_of(found.in_hostgroups), attached)
        builder.add_services(found.services, found.hosts, groups_of(found.in_servicegroups), attached)
        return builder

    def _dependencies(self, found: _Monitored, links: Links) -> tuple[Dependency, ...]:
        pairing = Pairing(found.hosts, found.services, found.selector, links, self._diagnostics)
        return pairing.compile(self._objects["hostdependency"], self._objects["servicedependency"])

    def _rules(self, found: _Monitored, realms_of: Mapping[str, str], builder: Builder) -> tuple[BusinessRule, ...]:
        """Return the business rules, and give their leaves what the rules change in them."""
        context = Context(
            found.hosts,
            found.in_hostgroups,
            found.services,
            found.in_servicegroups,
            realms_of,
            self._macros,
            found.selector,
            self._regexps,
        )
        rules = Rules(context, self._diagnostics).compile(builder.rules)
        builder.change_options(rules)
        return rules

    def _hostgroups(
        self, found: _Monitored, realms_of: Mapping[str, str], realms: tuple[Realm, ...]
    ) -> tuple[Group, ...]:
        return compile_hostgroups(
            found.hostgroups,
            found.in_hostgroups,
            realms_of,
            next(each.name for each in realms if each.default),
            is_forced=self._settings.forced_realms_hostgroups,
            diagnostics=self._diagnostics,
        )


def _counts(objects: ObjectSet) -> dict[str, int]:
    return {
        "command": len(objects.commands),
        "contactgroup": len(objects.contactgroups),
        "host": len(objects.hosts),
        "hostgroup": len(objects.hostgroups),
        "notificationway": len(objects.notificationways),
        "service": len(objects.services),
        "servicegroup": len(objects.servicegroups),
    }
