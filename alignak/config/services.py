"""Which services each host has: named hosts, host groups, host templates (configuration.md 3.7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from typing import Final, NoReturn

from msgspec import Struct

from alignak.config.diagnostics import Diagnostics, shown
from alignak.config.duplicates import Key, duplicate, filled_size, key_texts, keys_in
from alignak.config.expand import illegal_in, preferred
from alignak.config.expressions import Effort, Malformed, Members, evaluate, select
from alignak.config.matching import Names, Regexps
from alignak.config.resolved import Chain, Form, Resolved

MOST_SERVICES: Final = 1_000_000
"""How many services definitions may give hosts, those included that others win over: bounds what a small hostile file
can cost."""

MOST_TEXT: Final = 20_000_000
"""How many characters copies of services may have, for the same reason."""

_DIRECT, _GROUP, _TEMPLATE = range(3)


class _TooManyError(Exception):
    """Binding stops: the configuration is refused anyway."""


class Bound(Struct, frozen=True):
    """A service on one host."""

    resolved: Resolved
    rank: int
    """How closely the definition named the host: 0 by name, 1 by a host group, 2 by a template."""


class Services(MutableMapping[tuple[str, str], Bound]):
    """The services of all hosts, by host and description, sorted."""

    __slots__ = ("_forms", "by_host")

    def __init__(self, services: Mapping[tuple[str, str], Bound] | None = None) -> None:
        self.by_host: dict[str, dict[str, Bound]] = {}
        """Host -> description -> service; for hosts that have some."""
        self._forms: dict[int, Form] = {}
        for key, bound in (services or {}).items():
            self[key] = bound

    def __getitem__(self, key: tuple[str, str]) -> Bound:
        """Return a service."""
        return self.by_host[key[0]][key[1]]

    def __setitem__(self, key: tuple[str, str], bound: Bound) -> None:
        """Give a host a service."""
        self.note(bound.resolved)
        self.by_host.setdefault(key[0], {})[key[1]] = bound

    def __delitem__(self, key: tuple[str, str]) -> None:
        """Take a service away."""
        del self.by_host[key[0]][key[1]]

    def __contains__(self, key: object) -> bool:
        """Tell whether a host has a service."""
        return isinstance(key, tuple) and key[1] in self.by_host.get(key[0], ())

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield hosts and descriptions."""
        return ((host, description) for host, own in self.by_host.items() for description in own)

    def __len__(self) -> int:
        """Count the services."""
        return sum(map(len, self.by_host.values()))

    def note(self, resolved: Resolved) -> None:
        """Remember what form a definition has; whoever puts services into ``by_host`` says so."""
        self._forms[id(resolved.form)] = resolved.form

    def sort(self) -> None:
        """Put them in the order of their names."""
        known: set[tuple[str, ...]] = set()
        for host, own in self.by_host.items():
            names = tuple(own)
            if names in known:
                continue
            ordered = sorted(own)
            if tuple(ordered) == names:
                known.add(names)
            else:
                self.by_host[host] = {each: own[each] for each in ordered}
        self.by_host = dict(sorted(self.by_host.items()))

    def saying(self, key: str) -> Iterator[tuple[str, str, Resolved]]:
        """Yield the services, with host and description, whose definition gives a directive."""
        wanted = {number for number, form in self._forms.items() if form.text(key)}
        if wanted:
            for host, own in self.by_host.items():
                for description, bound in own.items():
                    if id(bound.resolved.form) in wanted:
                        yield host, description, bound.resolved


class _Terms(Struct, frozen=True):
    """What a form says of the hosts that have it."""

    groups: str | None
    is_copied: bool
    is_plain: bool
    """Whether it names hosts alone, and its templates name none."""
    wrong: str
    """The first character its description may not have, or nothing."""


class Binder:
    """Find the hosts of service definitions."""

    __slots__ = (
        "_by_tag",
        "_choices",
        "_copies",
        "_count",
        "_diagnostics",
        "_effort",
        "_evaluated",
        "_everything",
        "_group_names",
        "_groups",
        "_hosts",
        "_illegal",
        "_keys",
        "_names",
        "_terms",
        "_text",
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
        self.services = Services()
        regexps = regexps or Regexps()
        self._names = Names(hosts, regexps)
        self._group_names = Names(tuple(groups), regexps)
        self._copies: dict[tuple[int, Key], Resolved] = {}
        self._keys: dict[tuple[str | None, ...], list[Key] | Malformed] = {}
        self._hosts = hosts
        self._groups = groups
        self._illegal = illegal
        self._diagnostics = diagnostics
        self._everything = frozenset(hosts)
        self._by_tag = _users_by_tag(hosts)
        self._choices = _choices(hosts)
        self._evaluated: dict[tuple[bool, str], tuple[Members, list[str]]] = {}
        self._effort = Effort()
        self._text = 0
        self._terms: dict[int, _Terms] = {}
        self._count = 0

    def bind(
        self, definitions: Sequence[Resolved], templates: Iterable[Resolved], host_templates: set[str]
    ) -> Services:
        """Return the services of all hosts, sorted; what is bound to nothing is an error."""
        try:
            self._bind_objects(definitions)
            for each in templates:
                if "host_name" in each.values and each.name:
                    self._bind_template(each, host_templates)
        except _TooManyError:
            return Services()
        self.services.sort()
        return self.services

    def _terms_of(self, service: Resolved) -> _Terms:
        """Return what the form of a definition says of its hosts, worked out once."""
        form = service.form
        found = self._terms.get(id(form))
        if found is None:
            groups, copied = form.text("hostgroup_name"), form.text("duplicate_foreach")
            is_plain = groups is None and copied is None and "host_name" not in form.chain.values
            wrong = illegal_in(service.name, self._illegal)
            found = self._terms[id(form)] = _Terms(groups, copied is not None, is_plain, wrong)
            self.services.note(service)
        return found

    def _bind_objects(self, definitions: Sequence[Resolved]) -> None:
        """Bind the definitions; most, in a large configuration, are the only one of their name on one host."""
        if len(definitions) > MOST_SERVICES:
            self._refuse(definitions[MOST_SERVICES])
        known, hosts, by_host = self._terms, self._hosts, self.services.by_host
        for service in definitions:
            terms = known.get(id(service.form)) or self._terms_of(service)
            host = service.values.get("host_name", "")
            if not terms.is_plain or host not in hosts:
                self._bind_object(service, terms)
                continue
            own = by_host.get(host)
            if own is None:
                own = by_host[host] = {}
            if service.name in own or terms.wrong:
                self._add((host,), service, _DIRECT)
            else:
                own[service.name] = Bound(service, _DIRECT)

    def _bind_object(self, service: Resolved, terms: _Terms) -> None:
        add = self._add_copies if terms.is_copied else self._add
        groups, hosts = terms.groups, service.text("host_name")
        if hosts is None and groups is None:
            message = "a service has been defined without host_name nor hostgroup_name"
            self._error(service, f"{message}, from: {service.place()}", "")
            return
        by_group = self._in_groups(service, groups) if groups else frozenset()
        chosen, unknown = select(hosts or "", self._hosts, sorted(by_group), self._names.like)
        for each in unknown:
            hint = self._diagnostics.nearest(each, self._hosts)
            self._error(service, f"unknown host_name '{shown(each)}'{hint}", "host_name")
            message = f"Warning: the service '{shown(service.name)}' got an invalid host_name '{shown(each)}'"
            self._diagnostics.warning(message, service.place("host_name"), f"service::{shown(service.name)}")
        if not chosen and not unknown:
            self._error(service, "not bound to any host.", "")
        named = {each.strip() for each in (hosts or "").split(",")} if by_group else ()
        by_name = [each for each in chosen if each not in by_group or each in named]
        add(by_name, service, _DIRECT)
        add((each for each in chosen if each in by_group and each not in named), service, _GROUP)

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
        add = self._add_copies if self._terms_of(service).is_copied else self._add
        add(sorted(chosen), service, _TEMPLATE)

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
                self._evaluated[key] = evaluate(
                    text, self._group if is_group else self._tagged, self._everything, self._effort
                )
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

    def _add_copies(self, hosts: Iterable[str], service: Resolved, rank: int) -> None:
        """Give each host a service for each key its custom variable lists."""
        for host in hosts:
            keys = self._keys_for(service, self._hosts[host])
            if isinstance(keys, Malformed):
                resolved = self._hosts[host]
                variable = (service.text("duplicate_foreach") or "").strip().upper()
                message = f"{shown(variable)} for the service '{shown(service.name)}': {keys}"
                self._diagnostics.error(message, resolved.place(variable), f"host::{shown(host)}")
                continue
            for each in keys:
                known = self._copies.get((id(service), each))
                if known is None:
                    self._count_text(service, each)
                    known = self._copies[id(service), each] = duplicate(service, each, self._illegal)
                    self.services.note(known)
                self._add((host,), known, rank)

    def _count_text(self, service: Resolved, key: Key) -> None:
        """Count the text that putting a key into a definition may come to; too much is an error."""
        self._text += filled_size(service, key)
        if self._text > MOST_TEXT:
            message = f"duplicate_foreach makes more than {MOST_TEXT} characters, use shorter values or fewer keys"
            self._error(service, message, "duplicate_foreach")
            raise _TooManyError

    def _keys_for(self, service: Resolved, host: Resolved) -> list[Key] | Malformed:
        """Return the keys for which a host has a service, or why they cannot be read; each text is read once."""
        texts = key_texts(service, host)
        if texts not in self._keys:
            try:
                self._keys[texts] = keys_in(texts)
            except Malformed as error:
                self._keys[texts] = error
        return self._keys[texts]

    def _add(self, hosts: Iterable[str], service: Resolved, rank: int) -> None:
        """Give hosts a service; the closer definition wins over one further off."""
        by_host, description, bound = self.services.by_host, service.name, Bound(service, rank)
        for host in hosts:
            if rank and host in self._choices and self._choices[host].refuse(description):
                continue
            self._admit(service)
            own = by_host.get(host)
            if own is None:
                own = by_host[host] = {}
            former = own.get(description)
            if former is None or rank < former.rank:
                own[description] = bound
            elif former.rank == rank and former.resolved is not service:
                own[description] = Bound(self._preferred(host, former.resolved, service), rank)

    def _preferred(self, host: str, former: Resolved, latter: Resolved) -> Resolved:
        """Return which of two services of one name counts."""
        if former.definition is not latter.definition:
            return preferred("service", f"{host}/{latter.name}", former, latter, self._diagnostics)
        place = latter.place("service_description")
        message = f"one definition is several services of one name, '{shown(latter.name)}': put $KEY$ into the name"
        self._diagnostics.warn_once(f"copies {place}", message, place, f"service::{shown(latter.name)}")
        return latter

    def _admit(self, service: Resolved) -> None:
        """Count one more service; a name with a character it may not have is an error."""
        self._count += 1
        if self._count > MOST_SERVICES:
            self._refuse(service)
        if wrong := self._terms_of(service).wrong:
            self._error(service, f"service_description got an illegal character: {wrong}", "service_description")

    def _refuse(self, service: Resolved) -> NoReturn:
        self._diagnostics.error(f"there are more than {MOST_SERVICES} services", service.place())
        raise _TooManyError

    def _error(self, service: Resolved, message: str, key: str) -> None:
        self._diagnostics.error(message, service.place(key), f"service::{shown(service.name)}")


class _Choice(Struct, frozen=True):
    """Which services that come from groups or templates a host takes."""

    includes: frozenset[str]
    excludes: frozenset[str]

    def refuse(self, description: str) -> bool:
        """Tell whether the host does not take a service."""
        return bool(self.includes and description not in self.includes) or description in self.excludes


def _choices(hosts: Mapping[str, Resolved]) -> dict[str, _Choice]:
    """Return what hosts choose, those that do; those of one form choose alike."""
    found: dict[str, _Choice] = {}
    by_form: dict[int, _Choice] = {}
    for name, each in hosts.items():
        choice = by_form.get(id(each.form))
        if choice is None:
            lists = (frozenset(each.names(key)) for key in ("service_includes", "service_excludes"))
            choice = by_form[id(each.form)] = _Choice(*lists)
        if choice.includes or choice.excludes:
            found[name] = choice
    return found


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
