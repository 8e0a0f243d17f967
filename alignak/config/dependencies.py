"""Dependencies of hosts on hosts and of services on services (configuration.md 3.10).

``compile`` calls it once hosts, groups and services are known. A definition stands for every pair of what it names;
``explode_hostgroup``, and saying nothing of the dependent hosts, pair the services of one host.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise, product
from typing import Final

from msgspec import Struct

from alignak.base.ids import ObjectKey, host_key, service_key
from alignak.config.diagnostics import Diagnostics, shown
from alignak.config.graphs import loops, shown_path
from alignak.config.link import Links, Problems, report
from alignak.config.resolved import Resolved
from alignak.config.selecting import Selector
from alignak.config.services import Services
from alignak.config.values import Unreadable, boolean
from alignak.model.relations import MATTERS, NEVER, Dependency

MOST_DEPENDENCIES: Final = 1_000_000
"""How many pairs all definitions may stand for: bounds what a small hostile file can cost."""

FEW: Final = 200_000
"""How many pairs are fine whatever there is; above it, only ``PAIRS_EACH`` times the hosts and services are."""

PAIRS_EACH: Final = 4

_LETTERS: Final = {"hostdependency": frozenset("odxpn"), "servicedependency": frozenset("owcuxpn")}
_WHO: Final = ("dependent_host_name", "dependent_hostgroup_name", "host_name", "hostgroup_name")
_CRITERIA: Final = ("execution_failure_criteria", "notification_failure_criteria")


class _TooManyError(Exception):
    """Pairing stops: the configuration is refused anyway."""


class _Terms(Struct, frozen=True):
    """What all pairs of a definition have in common."""

    execution: tuple[str, ...]
    notification: tuple[str, ...]
    period: str
    inherits_parent: bool
    imported_from: str


class Pairing:
    """Make the dependencies of a configuration."""

    __slots__ = ("_diagnostics", "_found", "_hosts", "_links", "_most", "_selector", "_services", "_tried")

    def __init__(
        self,
        hosts: Mapping[str, Resolved],
        services: Services,
        selector: Selector,
        links: Links,
        diagnostics: Diagnostics,
    ) -> None:
        self._hosts = hosts
        self._services = services
        self._selector = selector
        self._links = links
        self._diagnostics = diagnostics
        self._found: dict[Dependency, None] = {}
        self._most = min(MOST_DEPENDENCIES, max(FEW, PAIRS_EACH * (len(hosts) + len(services))))
        self._tried = 0

    def compile(self, of_hosts: Iterable[Resolved], of_services: Iterable[Resolved]) -> tuple[Dependency, ...]:
        """Return the dependencies, sorted; names that are none and loops are errors."""
        try:
            for each in of_hosts:
                self._add(self._host_pairs(each), each)
            for each in of_services:
                self._add(self._service_pairs(each), each)
            self._add_directives()
        except _TooManyError:
            return ()
        self._check_loops()
        return tuple(sorted(self._found, key=_order))

    def _add(self, pairs: Iterable[tuple[ObjectKey, ObjectKey]], resolved: Resolved) -> None:
        terms = self._terms(resolved)
        for dependent, on in pairs:
            self._keep(dependent, on, terms, resolved)

    def _keep(self, dependent: ObjectKey, on: ObjectKey, terms: _Terms, resolved: Resolved) -> None:
        self._tried += 1
        if self._tried > self._most:
            message = f"there are more than {self._most} dependencies, name fewer objects at once"
            self._diagnostics.error(message, resolved.place(), _about(resolved))
            raise _TooManyError
        found = Dependency(
            dependent,
            on,
            execution_criteria=terms.execution,
            notification_criteria=terms.notification,
            period=terms.period,
            inherits_parent=terms.inherits_parent,
            imported_from=terms.imported_from,
        )
        self._found[found] = None

    def _terms(self, resolved: Resolved) -> _Terms:
        """Return what a definition says of its pairs."""
        problems: Problems = []
        period = self._links.period(resolved.text("dependency_period") or "", "dependency_period", problems)
        report(problems, resolved, resolved.definition.type, _about(resolved).partition("::")[2], self._diagnostics)
        execution, notification = (self._criteria(resolved, key) for key in _CRITERIA)
        return _Terms(execution, notification, period, self._flag(resolved, "inherits_parent"), resolved.imported_from)

    def _criteria(self, resolved: Resolved, key: str) -> tuple[str, ...]:
        kind = resolved.definition.type
        letters = resolved.names(key) or NEVER
        if kind == "hostdependency":
            letters = tuple("x" if each == "u" else each for each in letters)
        for each in letters:
            if each not in _LETTERS[kind]:
                known = ", ".join(sorted(_LETTERS[kind]))
                message = f"'{shown(each)}' is no state in {key}, it never matches: give some of {known}"
                self._diagnostics.warning(message, resolved.place(key), _about(resolved))
        return NEVER if letters == NEVER else letters

    def _flag(self, resolved: Resolved, key: str) -> bool:
        try:
            return boolean(resolved.text(key) or "0")
        except Unreadable as error:
            message = f"Error while pythonizing parameter '{key}': {error}"
            self._diagnostics.error(message, resolved.place(key), _about(resolved))
            return False

    def _host_pairs(self, resolved: Resolved) -> Iterator[tuple[ObjectKey, ObjectKey]]:
        """Yield the pairs of hosts; a host of several on both sides does not depend on itself."""
        about = _about(resolved)
        self._require(resolved, "host_name", "hostgroup_name")
        self._require(resolved, "dependent_host_name", "dependent_hostgroup_name")
        masters = self._selector.hosts(resolved, "host_name", "hostgroup_name", about)
        dependents = self._selector.hosts(resolved, "dependent_host_name", "dependent_hostgroup_name", about)
        is_one = len(masters) == len(dependents) == 1
        for dependent, master in product(dependents, masters):
            if dependent != master or is_one:
                yield host_key(dependent), host_key(master)

    def _service_pairs(self, resolved: Resolved) -> Iterator[tuple[ObjectKey, ObjectKey]]:
        """Yield the pairs of services."""
        about = _about(resolved)
        for key in ("service_description", "dependent_service_description"):
            self._require(resolved, key)
        self._require(resolved, "host_name", "hostgroup_name")
        masters = self._selector.hosts(resolved, "host_name", "hostgroup_name", about)
        says_dependent = resolved.text("dependent_host_name") or resolved.text("dependent_hostgroup_name")
        if self._flag(resolved, "explode_hostgroup") or not says_dependent:
            for host in masters:
                yield from _pairs(self._of(resolved, (host,), "dependent_"), self._of(resolved, (host,), ""))
            return
        dependents = self._selector.hosts(resolved, "dependent_host_name", "dependent_hostgroup_name", about)
        yield from _pairs(self._of(resolved, dependents, "dependent_"), self._of(resolved, masters, ""))

    def _of(self, resolved: Resolved, hosts: Iterable[str], prefix: str) -> list[ObjectKey]:
        """Return the services on hosts that a definition describes; one a host refuses is a remark."""
        key = f"{prefix}service_description"
        place, about = resolved.place(key), _about(resolved)

        def report(host: str, name: str) -> None:
            message = f"Service {shown(name)} not found for host {shown(host)}"
            if name in self._hosts[host].names("service_excludes"):
                self._diagnostics.warning(f"{message}, which excludes it", place, about)
            else:
                hint = self._diagnostics.nearest(name, self._selector.descriptions(host, "*")[0])
                self._diagnostics.error(message + hint, place, about)

        return self._selector.services(hosts, resolved.text(key) or "", report)

    def _require(self, resolved: Resolved, *keys: str) -> None:
        if not any(resolved.text(key) for key in keys):
            message = f"{keys[0]} required property is missing"
            self._diagnostics.error(message, resolved.place(), _about(resolved))

    def _add_directives(self) -> None:
        """Add what services say themselves: ``service_dependencies host,service,…``, an empty host being their own."""
        read: dict[int, list[tuple[str, str]]] = {}
        for host, description, resolved in self._services.saying("service_dependencies"):
            pairs = read.get(id(resolved))
            if pairs is None:
                pairs = read[id(resolved)] = self._directive(resolved)
            for other, service in pairs:
                key = (other or host, service)
                if key not in self._services:
                    self._unknown_service(*key, resolved)
                    continue
                terms = _Terms(NEVER, MATTERS, "", True, resolved.imported_from)
                self._keep(service_key(host, description), service_key(*key), terms, resolved)

    def _directive(self, resolved: Resolved) -> list[tuple[str, str]]:
        text = resolved.text("service_dependencies")
        if not text:
            return []
        items = [each.strip() for each in text.split(",")]
        if len(items) % 2:
            message = f"service_dependencies takes host,service pairs, '{shown(items[-1])}' has no service behind it"
            self._diagnostics.error(message, resolved.place("service_dependencies"), f"service::{shown(resolved.name)}")
        return list(zip(items[::2], items[1::2], strict=False))

    def _unknown_service(self, host: str, service: str, resolved: Resolved) -> None:
        place, about = resolved.place("service_dependencies"), f"service::{shown(resolved.name)}"
        if host not in self._hosts:
            hint = self._diagnostics.nearest(host, self._hosts)
            self._diagnostics.error(f"got a bad host_name definition '{shown(host)}'{hint}", place, about)
            return
        hint = self._diagnostics.nearest(service, self._selector.descriptions(host, "*")[0])
        message = f"Service {shown(service)} not found for host {shown(host)}{hint}"
        self._diagnostics.error(message, place, about)

    def _check_loops(self) -> None:
        """Say which objects depend, over some others, on themselves: parents and children of each loop."""
        edges: dict[str, list[str]] = {}
        for each in self._found:
            edges.setdefault(each.dependent, []).append(each.on)
        paths = loops(edges) if edges else []
        defined: dict[tuple[str, str], str] = {
            (each.dependent, each.on): each.imported_from for each in self._found if paths
        }
        for path in paths:
            kind = "service" if ";" in path[0] else "host"
            names = [each.replace(";", "/", 1) for each in path]
            what = f"Loop detected while checking {kind} dependencies: {shown_path(names)}"
            for number, pair in enumerate(pairwise(path)):
                child, parent = shown(names[number]), shown(names[number + 1])
                self._diagnostics.error(
                    f"{what}: {kind.title()} {parent} is parent and {kind} {child} is child in dependency defined in"
                    f" {defined[pair]}",
                    about=f"{kind}dependency::{child}",
                )


def _pairs(dependents: list[ObjectKey], masters: list[ObjectKey]) -> Iterator[tuple[ObjectKey, ObjectKey]]:
    """Yield each with each; a service of several on both sides does not depend on itself."""
    is_one = len(masters) == len(dependents) == 1
    return ((one, other) for one, other in product(dependents, masters) if one != other or is_one)


def _about(resolved: Resolved) -> str:
    who = next(filter(None, (resolved.text(each) for each in _WHO)), "")
    return f"{resolved.definition.type}::{shown(who)}"


def _order(found: Dependency) -> tuple[str, str, tuple[str, ...], tuple[str, ...], str]:
    return found.dependent, found.on, found.execution_criteria, found.notification_criteria, found.period
