"""From an environment to a frozen configuration, or to everything that is wrong with it.

The arbiter, ``-V`` and ``reload_configuration`` call ``load``. It never raises for what the files say: problems are
diagnostics, and a configuration with errors is None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from alignak.base import codec
from alignak.config.checkables import Builder
from alignak.config.contacts import compile_commands, compile_contacts, compile_ways
from alignak.config.daemons import check_tags, compile_daemons, with_missing
from alignak.config.dependencies import Pairing
from alignak.config.diagnostics import Diagnostic, Diagnostics, Place, shown
from alignak.config.environment import Environment
from alignak.config.escalations import Escalations
from alignak.config.expand import from_list, group_members, groups_of, hosts_by_name, joined_by, unique
from alignak.config.extinfo import merge_hosts, merge_services
from alignak.config.groups import compile_groups, compile_hostgroups, service_pairs
from alignak.config.includes import gather
from alignak.config.inherit import Inheritance
from alignak.config.link import Links
from alignak.config.matching import Names, Regexps
from alignak.config.modulations import Modulations, compile_modulations
from alignak.config.modules import compile_modules
from alignak.config.overrides import apply_overrides
from alignak.config.parser import Definition
from alignak.config.periods import compile_periods
from alignak.config.realms import compile_realms, host_realms
from alignak.config.resolved import Resolved
from alignak.config.rules import Context, Rules
from alignak.config.selecting import Selector
from alignak.config.services import Binder, Services
from alignak.config.settings import read_settings
from alignak.config.sources import Files
from alignak.config.tables import OBJECT_TYPES
from alignak.model.objects import Contact, Group, NotificationWay, ObjectSet
from alignak.model.settings import Settings
from alignak.model.snapshot import CompiledConfig
from alignak.model.topology import Realm, Role

UNAPPLIED_TYPES: Final = (
    "businessimpactmodulation",
    "checkmodulation",
    "escalation",
    "hostdependency",
    "hostescalation",
    "macromodulation",
    "resultmodulation",
    "servicedependency",
    "serviceescalation",
)
"""The types that are read and checked, and of which nothing comes yet."""

_IMPORTED_FROM: Final = re.compile(rb'"imported_from":"(?:[^"\\]|\\.)*"')


class Loaded(Struct, frozen=True):
    """What became of a configuration."""

    config: CompiledConfig | None
    """None when there are errors."""
    diagnostics: tuple[Diagnostic, ...]
    error_count: int
    """How many errors there are, those not kept in ``diagnostics`` included."""
    warning_count: int
    created: Mapping[str, int]
    """Object type -> how many objects of it there are, those made for others included."""
    templates: Mapping[str, int]
    """Object type -> how many templates."""
    files: tuple[str, ...]
    """The object files, in the order they were read."""


def load(environment: Environment, files: Files, extra: Sequence[str] = ()) -> Loaded:
    """Return the compiled configuration of an environment; ``extra`` names more main object files."""
    diagnostics = Diagnostics()
    for each in environment.warnings:
        diagnostics.warning(each)
    mains = [*environment.cfg_files, *extra]
    if not mains:
        message = "no object file is named: add cfg=<file> to [alignak-configuration], or give one with -a"
        diagnostics.error(message, Place(environment.path))
    parsed = gather(mains, files, diagnostics)
    settings, macros = read_settings(environment, parsed.parameters, diagnostics)
    compiler = _Compiler(environment, settings, macros, parsed.definitions, diagnostics)
    config = compiler.config()
    return Loaded(
        config=None if diagnostics.error_count else config,
        diagnostics=diagnostics.all(),
        error_count=diagnostics.error_count,
        warning_count=diagnostics.warning_count,
        created=compiler.created,
        templates={name: each.template_count for name, each in compiler.types.items()},
        files=tuple(parsed.files),
    )


def content_hash(config: CompiledConfig) -> str:
    """Return the hash of what a configuration means: the same for the same content, wherever in the files it stands."""
    return codec.digest(_IMPORTED_FROM.sub(b"", codec.encode(msgspec.structs.replace(config, hash=""))))


class _Compiler:
    """Hold what the steps of one compilation share."""

    __slots__ = (
        "_diagnostics",
        "_environment",
        "_illegal",
        "_macros",
        "_objects",
        "_regexps",
        "_settings",
        "created",
        "types",
    )

    def __init__(
        self,
        environment: Environment,
        settings: Settings,
        macros: Mapping[str, str],
        definitions: Sequence[Definition],
        diagnostics: Diagnostics,
    ) -> None:
        self._environment = environment
        self._settings = settings
        self._macros = macros
        self._regexps = Regexps(settings)
        self._illegal = frozenset(settings.illegal_object_name_chars)
        self._diagnostics = diagnostics
        by_type = _by_type(definitions, diagnostics)
        self.types = {name: Inheritance(OBJECT_TYPES[name], by_type[name], diagnostics) for name in OBJECT_TYPES}
        self._objects = {name: list(each.objects()) for name, each in self.types.items()}
        self.created = {name: len(objects) for name, objects in self._objects.items()}
        for each in self.types.values():
            for _ in each.templates():
                pass  # a template nobody uses is checked as well

    def config(self) -> CompiledConfig:
        """Return the configuration; what is wrong with it is in the diagnostics."""
        settings, diagnostics = self._settings, self._diagnostics
        realms = compile_realms(self._unique("realm"), diagnostics)
        objects, realms_of, tags = self._compile_objects(realms)
        daemons = compile_daemons(self._environment, self._objects, realms, diagnostics)
        daemons = with_missing(daemons, realms_of, realms, settings, diagnostics)
        check_tags(tags, daemons, diagnostics)
        for role in Role:
            self.created[role.value] = sum(1 for each in daemons if each.role is role)
        config = CompiledConfig(
            name=settings.alignak_name or next((each.name for each in daemons), "Alignak"),
            settings=settings,
            macros=self._macros,
            objects=objects,
            realms=realms,
            daemons=daemons,
            modules=compile_modules(self._environment, self._objects["module"], daemons, diagnostics),
            host_realms=realms_of,
        )
        return msgspec.structs.replace(config, hash=content_hash(config))

    def _compile_objects(self, realms: tuple[Realm, ...]) -> tuple[ObjectSet, dict[str, str], dict[str, set[str]]]:
        """Return the objects, the realm of each host and the poller tags in use."""
        diagnostics = self._diagnostics
        periods = compile_periods(self._unique("timeperiod").values(), diagnostics)
        commands = compile_commands(self._unique("command"), diagnostics)
        links = Links(commands, periods, diagnostics)
        contacts, ways, contactgroups = self._people(links)
        escalations = self._escalations(links)
        modulations = self._modulations(links)
        links.named = {"escalations": escalations.records, **modulations.names()}
        hosts = hosts_by_name(self._objects["host"], self._illegal, diagnostics)
        names = Names(dict.fromkeys(hosts), self._regexps)
        hosts = merge_hosts(self._objects["hostextinfo"], hosts, names, diagnostics)
        hostgroups = self._unique("hostgroup")
        in_groups = group_members(
            "hostgroup", hostgroups, joined_by(hosts, "hostgroups"), from_list(hosts, names.like), diagnostics
        )
        realms_of = host_realms(hosts, hostgroups, in_groups, realms, diagnostics)
        services = self._bind(hosts, in_groups)
        apply_overrides(hosts, services, diagnostics)
        selector = Selector(names, in_groups, services, self._regexps, diagnostics)
        merge_services(self._objects["serviceextinfo"], services, selector, diagnostics)
        servicegroups = self._unique("servicegroup")
        in_servicegroups = self._service_members(servicegroups, services)
        builder = Builder(links, diagnostics)
        attached = escalations.attached(selector)
        builder.add_hosts(hosts, groups_of(in_groups), attached)
        builder.add_services(services, hosts, groups_of(in_servicegroups), attached)
        pairing = Pairing(hosts, services, selector, links, diagnostics)
        dependencies = pairing.compile(self._objects["hostdependency"], self._objects["servicedependency"])
        context = Context(
            hosts, in_groups, services, in_servicegroups, realms_of, self._macros, selector, self._regexps
        )
        rules = Rules(context, diagnostics).compile(builder.rules)
        builder.change_options(rules)
        self._warn_unapplied(builder)
        self.created |= {
            "command": len(commands),
            "contactgroup": len(contactgroups),
            "host": len(hosts),
            "hostgroup": len(in_groups),
            "notificationway": len(ways),
            "realm": len(realms),
            "service": len(services),
            "servicegroup": len(in_servicegroups),
        }
        objects = ObjectSet(
            policies=builder.policies,
            commands=tuple(commands.values()),
            timeperiods=tuple(periods.values()),
            notificationways=tuple(ways[name] for name in sorted(ways)),
            contacts=tuple(contacts.values()),
            contactgroups=contactgroups,
            hosts=tuple(builder.hosts),
            hostgroups=compile_hostgroups(
                hostgroups,
                in_groups,
                realms_of,
                next(each.name for each in realms if each.default),
                is_forced=self._settings.forced_realms_hostgroups,
                diagnostics=diagnostics,
            ),
            services=tuple(builder.services),
            servicegroups=compile_groups(servicegroups, in_servicegroups),
            dependencies=dependencies,
            rules=rules,
            escalations=tuple(escalations.records.values()),
            resultmodulations=modulations.of_results,
            checkmodulations=modulations.of_checks,
            macromodulations=modulations.of_macros,
            businessimpactmodulations=modulations.of_impacts,
        )
        return objects, realms_of, builder.poller_tags

    def _unique(self, kind: str) -> dict[str, Resolved]:
        return unique(kind, self._objects[kind], self._diagnostics)

    def _people(self, links: Links) -> tuple[dict[str, Contact], dict[str, NotificationWay], tuple[Group, ...]]:
        """Return contacts, notification ways and contact groups, and make the links know them."""
        diagnostics = self._diagnostics
        found, groups = self._unique("contact"), self._unique("contactgroup")
        members = group_members(
            "contactgroup", groups, joined_by(found, "contactgroups"), from_list(found), diagnostics
        )
        ways = compile_ways(self._unique("notificationway"), links, diagnostics)
        contacts = compile_contacts(
            found, groups_of(members), ways, links, illegal=self._illegal, diagnostics=diagnostics
        )
        links.contacts, links.contact_groups = contacts, members
        return contacts, ways, compile_groups(groups, members)

    def _escalations(self, links: Links) -> Escalations:
        escalations = Escalations(links, self._diagnostics)
        for kind in ("escalation", "hostescalation", "serviceescalation"):
            escalations.add(self._objects[kind])
        return escalations

    def _modulations(self, links: Links) -> Modulations:
        kinds = ("resultmodulation", "checkmodulation", "macromodulation", "businessimpactmodulation")
        return compile_modulations({kind: self._unique(kind) for kind in kinds}, links, self._diagnostics)

    def _bind(self, hosts: Mapping[str, Resolved], in_groups: Mapping[str, tuple[str, ...]]) -> Services:
        binder = Binder(hosts, in_groups, self._illegal, self._diagnostics, self._regexps)
        templates = [each for each in self.types["service"].templates() if each.name]
        return binder.bind(self._objects["service"], templates, self.types["host"].template_names)

    def _service_members(self, groups: Mapping[str, Resolved], services: Services) -> dict[str, tuple[str, ...]]:
        """Return the members of service groups as ``host;service`` keys."""
        joined: dict[str, list[str]] = {}
        listed: dict[int, tuple[str, ...]] = {}
        for (host, description), bound in services.items():
            resolved = bound.resolved
            if id(resolved) not in listed:
                listed[id(resolved)] = resolved.names("servicegroups")
            for group in listed[id(resolved)]:
                joined.setdefault(group, []).append(f"{host};{description}")
        return group_members(
            "servicegroup", groups, joined, lambda text: service_pairs(text, services), self._diagnostics
        )

    def _warn_unapplied(self, builder: Builder) -> None:
        """Say what is read and has no effect, so that nobody relies on it."""
        for kind in UNAPPLIED_TYPES:
            if self._objects[kind]:
                count, place = len(self._objects[kind]), self._objects[kind][0].place()
                message = f"{count} {kind} object(s) are read but not applied by this version"
                self._diagnostics.warning(message, place)
        if builder.rules:
            message = (
                f"{len(builder.rules)} host(s) or service(s) are business rules, which this version reads but does"
            )
            self._diagnostics.warning(f"{message} not apply")
        for key, count in sorted(builder.unapplied.items()):
            message = f"{count} host(s) or service(s) have {key}, which this version reads but does not apply"
            self._diagnostics.warning(message)


def _by_type(definitions: Sequence[Definition], diagnostics: Diagnostics) -> dict[str, list[Definition]]:
    """Return the definitions of each known type; those of unknown types are ignored with a remark."""
    found: dict[str, list[Definition]] = {name: [] for name in OBJECT_TYPES}
    for each in definitions:
        if each.type in found:
            found[each.type].append(each)
        else:
            hint = diagnostics.nearest(each.type, OBJECT_TYPES)
            message = f"'define {shown(each.type)}' defines no known type of object, it is ignored{hint}"
            diagnostics.warn_once(f"type {each.type}", message, each.place)
    return found
