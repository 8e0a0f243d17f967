"""What two configurations say differently, object by object; ``alignak config diff`` asks.

Where objects of one type changed alike, because of a template or a group that many share, they are one entry. Where an
object is defined is no part of what it says: a line more at the top of a file changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from alignak.base.codec import Json, decode, encode
from alignak.base.ids import shown
from alignak.config.dates import entry_text
from alignak.config.explain import MACRO, PARAMETER, RECORDS
from alignak.model.calls import CommandCall
from alignak.model.objects import Checkable, Policy
from alignak.model.relations import Dependency
from alignak.model.rules import BusinessRule, leaves
from alignak.model.snapshot import CompiledConfig
from alignak.model.timeperiods import DateRange

Values: TypeAlias = "dict[str, Json]"

RULE: Final = "business rule"
DEPENDENCY: Final = "dependency"

_NOT_SAID: Final = frozenset({"imported_from", "name", "role", "owner"})
_TERMS: Final = ("execution_criteria", "notification_criteria", "period", "inherits_parent")
_OWN: Final = ("alias", "display_name", "address", "parents", "check_command")
_GROUPS: Final = {"host": "hostgroups", "service": "servicegroups"}
_OF_POLICY: Final = tuple(
    each.name for each in msgspec.structs.fields(Policy) if each.name not in ("customs", "extra", "tags")
)


class Change(Struct, frozen=True):
    """One property; None is that there is none."""

    name: str
    old: Json
    new: Json


class Changed(Struct, frozen=True):
    """Objects of one type that changed alike."""

    type: str
    names: tuple[str, ...]
    changes: tuple[Change, ...]
    old_place: str = ""
    """Where the first of them was defined."""
    new_place: str = ""


class Comparison(Struct, frozen=True):
    """What one configuration says that the other does not."""

    added: Mapping[str, Mapping[str, str]]
    """Type -> name -> where it is defined."""
    removed: Mapping[str, Mapping[str, str]]
    changed: tuple[Changed, ...]
    moved: int = 0
    """How many hosts and services say the same from another place."""
    touched_hosts: frozenset[str] = frozenset()
    """The hosts that are new, gone or changed, they or their services, or only defined at another place."""

    @property
    def is_equal(self) -> bool:
        """Tell whether both say the same."""
        return not (self.added or self.removed or self.changed)


def compare(old: CompiledConfig, new: CompiledConfig) -> Comparison:
    """Return what changed from one configuration to another one."""
    comparer = _Comparer(old, new)
    before, after = _views(old), _views(new)
    for kind in before.keys() | after.keys():
        comparer.add(kind, before.get(kind, {}), after.get(kind, {}))
    comparer.add_checkables("host", old.objects.hosts, new.objects.hosts)
    comparer.add_checkables("service", old.objects.services, new.objects.services)
    return comparer.result()


class _Entry(Struct, frozen=True):
    """One object that is neither host nor service."""

    values: Values
    place: str = ""


class _Comparer:
    """Collect what differs."""

    def __init__(self, old: CompiledConfig, new: CompiledConfig) -> None:
        self._old = _Side(old)
        self._new = _Side(new)
        self._added: dict[str, dict[str, str]] = {}
        self._removed: dict[str, dict[str, str]] = {}
        self._alike: dict[tuple[str, bytes], tuple[tuple[Change, ...], list[str], str, str]] = {}
        self._policies: dict[tuple[int, int], tuple[Change, ...]] = {}
        self._moved = 0
        self._touched: set[str] = set()

    def result(self) -> Comparison:
        """Return all that was found, in the order of types and names."""
        changed = [
            Changed(kind, tuple(sorted(those)), changes, old_place, new_place)
            for (kind, _), (changes, those, old_place, new_place) in self._alike.items()
        ]
        return Comparison(
            dict(sorted(self._added.items())),
            dict(sorted(self._removed.items())),
            tuple(sorted(changed, key=lambda each: (each.type, each.names))),
            self._moved,
            frozenset(self._touched),
        )

    def add(self, kind: str, old: Mapping[str, _Entry], new: Mapping[str, _Entry]) -> None:
        """Compare the objects of a type that is no host or service."""
        for name in sorted(old.keys() | new.keys()):
            if name not in old:
                self._added.setdefault(kind, {})[name] = new[name].place
            elif name not in new:
                self._removed.setdefault(kind, {})[name] = old[name].place
            elif old[name].values != new[name].values:
                changes = tuple(_changes(old[name].values, new[name].values))
                self._keep(kind, name, changes, old[name].place, new[name].place)

    def add_checkables(self, kind: str, old: Iterable[Checkable], new: Iterable[Checkable]) -> None:
        """Compare hosts or services."""
        before = {each.key: each for each in old}
        for item in new:
            former = before.pop(item.key, None)
            if former is None:
                self._added.setdefault(kind, {})[shown(item.key)] = item.imported_from
                self._touched.add(item.host_name)
            else:
                self._add_pair(kind, former, item)
        for item in before.values():
            self._removed.setdefault(kind, {})[shown(item.key)] = item.imported_from
            self._touched.add(item.host_name)

    def _add_pair(self, kind: str, old: Checkable, new: Checkable) -> None:
        """Compare an object with what it was."""
        is_policy_same = self._old.policy_ids[old.policy] == self._new.policy_ids[new.policy]
        is_moved = old.imported_from != new.imported_from
        as_before = msgspec.structs.replace(new, imported_from=old.imported_from, policy=old.policy)
        is_realm_same = kind == "service" or self._old.realm(old) == self._new.realm(new)
        if is_policy_same and is_realm_same and as_before == old:
            self._moved += is_moved
            if is_moved:
                self._touched.add(new.host_name)
            return
        self._touched.add(new.host_name)
        changes = (*self._own_changes(kind, old, new), *self._policy_changes(old.policy, new.policy))
        self._keep(kind, shown(new.key), changes, old.imported_from, new.imported_from)

    def _own_changes(self, kind: str, old: Checkable, new: Checkable) -> Iterator[Change]:
        """Yield what changed of an object's own; custom variables are those in effect."""
        for key in _OWN:
            if getattr(old, key) != getattr(new, key):
                yield Change(key, _plain(getattr(old, key)), _plain(getattr(new, key)))
        if old.groups != new.groups:
            yield Change(_GROUPS[kind], list(old.groups), list(new.groups))
        if old.escalations != new.escalations:
            yield Change("escalations that name it", list(old.escalations), list(new.escalations))
        if kind == "host" and self._old.realm(old) != self._new.realm(new):
            yield Change("realm", self._old.realm(old), self._new.realm(new))
        yield from _changes(self._old.customs(old), self._new.customs(new))

    def _policy_changes(self, old: int, new: int) -> tuple[Change, ...]:
        """Return what changed of what many objects share, worked out once for all of them."""
        if (old, new) not in self._policies:
            before, after = self._old.config.objects.policies[old], self._new.config.objects.policies[new]
            self._policies[old, new] = tuple(_changes(_of_policy(before), _of_policy(after)))
        return self._policies[old, new]

    def _keep(self, kind: str, name: str, changes: tuple[Change, ...], old_place: str, new_place: str) -> None:
        if changes:
            found = self._alike.setdefault((kind, encode(changes)), (changes, [], old_place, new_place))
            found[1].append(name)


class _Side:
    """One of the two configurations."""

    def __init__(self, config: CompiledConfig) -> None:
        self.config = config
        # 3 is 3.0 where a float is meant, once it was read from the wire
        self.policy_ids = [encode(decode(encode(each), Policy)) for each in config.objects.policies]

    def realm(self, host: Checkable) -> str:
        """Return the realm of a host."""
        return self.config.host_realms.get(host.host_name, "")

    def customs(self, item: Checkable) -> Values:
        """Return the custom variables of an object."""
        return {**self.config.objects.policies[item.policy].customs, **item.customs}


def _of_policy(policy: Policy) -> Values:
    """Return what a policy says, the templates it comes from included."""
    values: Values = {key: _plain(getattr(policy, key)) for key in _OF_POLICY}
    return {**policy.extra, **values, "use": list(policy.tags)}


def _changes(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[Change]:
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield Change(key, old.get(key), new.get(key))


def _views(config: CompiledConfig) -> dict[str, dict[str, _Entry]]:
    """Return all that is neither host nor service, by type and name."""
    objects = config.objects
    settings = msgspec.structs.asdict(config.settings)
    found = {
        PARAMETER: {key: _Entry({"value": _plain(each)}) for key, each in settings.items()},
        MACRO: {key: _Entry({"value": each}) for key, each in config.macros.items()},
        "realm": _named(config.realms),
        "module": _named(config.modules),
        RULE: {shown(each.owner): _rule(each) for each in objects.rules},
        DEPENDENCY: _dependencies(objects.dependencies),
        **{kind: _named(getattr(objects, attribute)) for kind, attribute in RECORDS.items()},
    }
    for role in {each.role for each in config.daemons}:
        found[role.value] = _named(each for each in config.daemons if each.role is role)
    return found


def _named(records: Iterable[Struct]) -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    for each in records:
        values = msgspec.structs.asdict(each)
        said: Values = {}
        for key, value in values.items():
            if isinstance(value, Mapping):
                said |= value
            elif key not in _NOT_SAID:
                said[key] = _plain(value)
        found[values["name"]] = _Entry(said, values.get("imported_from", ""))
    return found


def _rule(rule: BusinessRule) -> _Entry:
    return _Entry({"rule": rule.text, "members": [shown(key) for key in sorted(set(leaves(rule.tree)))]})


def _dependencies(those: Iterable[Dependency]) -> dict[str, _Entry]:
    """Return dependencies by what depends on what; a second one of the same two has a number."""
    found: dict[str, _Entry] = {}
    for each in those:
        base = name = f"{shown(each.dependent)} on {shown(each.on)}"
        number = 1
        while name in found:
            number += 1
            name = f"{base} ({number})"
        values = msgspec.structs.asdict(each)
        found[name] = _Entry({key: _plain(values[key]) for key in _TERMS}, each.imported_from)
    return found


def call_text(call: CommandCall) -> str:
    """Return a call as files have it: ``check_ping!100!20``."""
    return "!".join((call.name, *(each.replace("!", "\\!") for each in call.arguments)))


def _plain(value: object) -> Json:
    """Return a value as it is compared and shown."""
    if isinstance(value, CommandCall):
        return call_text(value)
    if isinstance(value, DateRange):
        return entry_text(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, bool | int | float) else str(value)
