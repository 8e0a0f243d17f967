"""What objects resolve to, in the same words for Nagios and for us, so that both can be laid side by side.

Nagios writes it with ``-vp`` into its precached object file. Of lists the order says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from alignak.model.objects import Checkable, ObjectSet, Policy
from alignak.model.relations import NEVER

Values: TypeAlias = "dict[str, object]"
Resolved: TypeAlias = "dict[str, dict[str, Values]]"
"""Type -> name of the object -> its values."""

_DEFINITION: Final = re.compile(r"^define (\w+) \{\n(.*?)^\t\}", re.MULTILINE | re.DOTALL)
_NUMBERS: Final = ("check_interval", "retry_interval", "max_check_attempts", "notification_interval")
_TEXTS: Final = ("check_period", "notification_period", "check_command")
_GROUPS: Final = ("hostgroup", "servicegroup", "contactgroup")

Relation: TypeAlias = "tuple[object, ...]"
Teams: TypeAlias = "Mapping[str, frozenset[str]]"


def nagios_values(text: str) -> Resolved:
    """Return the objects of a precached object file."""
    found: Resolved = {}
    teams = _nagios_teams(text)
    for type_, given in _definitions(text):
        if type_ in ("host", "service"):
            name = _key(given["host_name"], given.get("service_description", ""))
            found.setdefault(type_, {})[name] = _nagios_checkable(given, teams)
        elif type_ in _GROUPS:
            found.setdefault(type_, {})[given[f"{type_}_name"]] = {"members": _members(type_, given.get("members", ""))}
    return found


def _definitions(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    for type_, body in _DEFINITION.findall(text):
        yield type_, dict(line.strip().split("\t", 1) for line in body.splitlines() if "\t" in line.strip())


def _nagios_teams(text: str) -> Teams:
    groups = (given for type_, given in _definitions(text) if type_ == "contactgroup")
    return {each["contactgroup_name"]: _names(each.get("members", "")) for each in groups}


def _told(contacts: Iterable[str], groups: Iterable[str], teams: Teams) -> frozenset[str]:
    """Return everybody who is told."""
    return frozenset(contacts).union(*(teams[each] for each in groups))


def _nagios_checkable(given: Mapping[str, str], teams: Teams) -> Values:
    values: Values = {name: float(given[name]) for name in _NUMBERS}
    values |= {name: given.get(name, "") for name in _TEXTS}
    groups = _names(given.get("contact_groups", ""))
    values |= {"contact_groups": groups, "parents": _names(given.get("parents", ""))}
    values["contacts"] = _told(_names(given.get("contacts", "")), groups, teams)
    values["address"] = given.get("address", "")
    values["customs"] = {name: value for name, value in given.items() if name.startswith("_")}
    return values


def _names(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.split(",")))


def _members(type_: str, text: str) -> frozenset[str]:
    if type_ != "servicegroup":
        return _names(text)
    words = text.split(",") if text else []
    return frozenset(f"{host};{service}" for host, service in zip(words[::2], words[1::2], strict=True))


def our_values(objects: ObjectSet) -> Resolved:
    """Return the objects of a compiled configuration."""
    found: Resolved = {
        "host": {str(each.key): _our_checkable(each, objects) for each in objects.hosts},
        "service": {str(each.key): _our_checkable(each, objects) for each in objects.services},
    }
    groups = {"hostgroup": objects.hostgroups, "servicegroup": objects.servicegroups}
    for type_, those in {**groups, "contactgroup": objects.contactgroups}.items():
        found[type_] = {each.name: {"members": frozenset(each.members)} for each in those}
    return found


def _our_checkable(item: Checkable, objects: ObjectSet) -> Values:
    policy: Policy = objects.policies[item.policy]
    values: Values = {name: float(getattr(policy, name)) for name in _NUMBERS}
    call = item.check_command
    values |= {
        "check_period": policy.check_period,
        "notification_period": policy.notification_period,
        "check_command": "!".join((call.name, *call.arguments)) if call else "",
        "contacts": frozenset(policy.contacts),
        "contact_groups": frozenset(policy.contact_groups),
        "parents": frozenset(item.parents),
        "address": item.address,
        "customs": {**policy.customs, **item.customs},
    }
    return values


def nagios_relations(text: str) -> Sequence[Relation]:
    """Return the dependencies and escalations of a precached object file, sorted."""
    return sorted(_nagios_relations(text), key=str)


def _nagios_relations(text: str) -> Iterator[Relation]:
    teams = _nagios_teams(text)
    for type_, given in _definitions(text):
        about = _key(given.get("host_name", ""), given.get("service_description", ""))
        if type_.endswith("dependency"):
            dependent = _key(given["dependent_host_name"], given.get("dependent_service_description", ""))
            for kind in ("execution", "notification"):
                if f"{kind}_failure_options" in given:
                    yield kind, dependent, about, "".join(sorted(given[f"{kind}_failure_options"].split(",")))
        elif type_.endswith("escalation"):
            numbers = tuple(float(given[f"{name}_notification"]) for name in ("first", "last"))
            interval = float(given["notification_interval"])
            groups = _names(given.get("contact_groups", ""))
            told = _told(_names(given.get("contacts", "")), groups, teams)
            yield "escalation", about, *numbers, interval, tuple(sorted(told)), tuple(sorted(groups))


def our_relations(objects: ObjectSet) -> Sequence[Relation]:
    """Return the dependencies and escalations of a compiled configuration, sorted."""
    return sorted(_our_relations(objects), key=str)


def _our_relations(objects: ObjectSet) -> Iterator[Relation]:
    for each in objects.dependencies:
        for kind in ("execution", "notification"):
            letters: tuple[str, ...] = getattr(each, f"{kind}_criteria")
            if letters != NEVER:
                yield kind, str(each.dependent), str(each.on), "".join(sorted(letters)).replace("x", "u")
    steps = {each.name: each for each in objects.escalations}
    for item in (*objects.hosts, *objects.services):
        for step in (steps[name] for name in item.escalations):
            told = tuple(sorted(step.contacts))
            numbers = float(step.first_notification), float(step.last_notification), step.notification_interval
            yield "escalation", str(item.key), *numbers, told, tuple(sorted(step.contact_groups))


def _key(host: str, service: str) -> str:
    return f"{host};{service}" if service else host
