"""What ``alignak config show`` tells of one object, as a document; ``explained`` makes it text for people.

Nothing secret is in it: values whose names say that they are secret are masked as everywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import to_builtins

from alignak.base.ids import shown
from alignak.cli.previews import Previews, plain_line
from alignak.config.accounts import Account
from alignak.config.dates import entry_text
from alignak.config.explain import Explainer, Explanation, Property
from alignak.config.origins import Origin
from alignak.config.recipients import recipients, silence
from alignak.engine.attributes import masked
from alignak.model.objects import Checkable, Group, Policy
from alignak.model.relations import Dependency, Escalation
from alignak.model.rules import BusinessRule, Either, Every, Leaf, Node, Not
from alignak.model.settings import Settings
from alignak.model.timeperiods import Timeperiod, next_active, next_inactive

FIRST: Final = 5
"""How many names stand for many."""

MOST_CHANGES: Final = 6
"""How many of the next changes of a time period are shown."""

_MODULATIONS: Final = {
    "resultmodulations": "resultmodulations",
    "checkmodulations": "checkmodulations",
    "macromodulations": "macromodulations",
    "business_impact_modulations": "businessimpactmodulations",
}
"""Directive -> where the records are."""


def document(explainer: Explainer, found: Explanation, now: float) -> dict[str, Any]:
    """Return all that is to be told of an object."""
    head: dict[str, Any] = {
        "type": found.type,
        "name": found.name,
        "is_template": found.is_template,
        "place": str(found.place),
        "templates": [{"name": name, "place": str(place)} for name, place in found.templates],
        "properties": [_property(each) for each in found.properties],
    }
    if found.is_template:
        return head | _used(explainer, lambda policy: found.name in policy.tags)
    if found.binding:
        head["bound_by"] = [_origin("", each) for each in found.binding]
    more = _MORE.get(found.type)
    return head | more(explainer, found.name, now) if more is not None else head


def _property(found: Property) -> dict[str, Any]:
    text = None if found.text is None else _veiled(found.name, found.text)
    is_secret = text != found.text
    return {
        "name": found.name,
        "value": text if is_secret else list(found.value) if isinstance(found.value, tuple) else found.value,
        "text": text,
        "is_taken_away": found.is_taken_away,
        "from": [_origin(found.name, each) for each in found.origins],
    }


def _origin(name: str, origin: Origin) -> dict[str, Any]:
    return {
        "how": origin.how.value,
        "text": _veiled(name, origin.text),
        "place": str(origin.place),
        "chain": list(origin.chain),
        "who": origin.who,
    }


def _veiled(name: str, text: str) -> str:
    """Return a text as people may see it; a host's overrides may name secret variables of its services."""
    if name != "service_overrides":
        return masked(name, text)
    return "\n".join(_veiled_override(line) for line in text.split("\n"))


def _veiled_override(line: str) -> str:
    service, comma, rest = line.partition(",")
    key, blank, value = rest.strip().partition(" ")
    return f"{service}{comma} {key}{blank}{masked(key, value)}" if comma else line


# Hosts and services ---------------------------------------------------------------------------------------------


def _checkable(explainer: Explainer, name: str, _: float) -> dict[str, Any]:
    item = explainer.item(name) or explainer.item(name.replace("/", ";", 1))
    assert item is not None
    config, objects = explainer.config, explainer.config.objects
    policy, account = objects.policies[item.policy], explainer.account(item)
    return {
        "commands": _commands(explainer, item, policy),
        "silence": silence(config.settings, policy),
        "contacts": [to_builtins(each) for each in recipients(config, item, account.items("contacts"))],
        "groups": [_membership(explainer, each, item, account) for each in item.groups],
        "parents": list(item.parents),
        "children": [each.host_name for each in objects.hosts if item.host_name in each.parents]
        if not item.description
        else [],
        "realm": config.host_realms.get(item.host_name, ""),
        "dependencies": [_dependency(each) for each in objects.dependencies if each.dependent == item.key],
        "dependents": [shown(each.dependent) for each in objects.dependencies if each.on == item.key],
        "escalations": [
            _escalation(each) for each in objects.escalations if each.name in (*policy.escalations, *item.escalations)
        ],
        "modulations": _modulations(explainer, policy),
        "rule": next((_rule(each) for each in objects.rules if each.owner == item.key), None),
    }


def _commands(explainer: Explainer, item: Checkable, policy: Policy) -> dict[str, Any]:
    """Return the commands of an object, expanded."""
    previews = Previews(explainer.config, item)
    calls = {
        "check_command": item.check_command,
        "event_handler": previews.event_handler(),
        "snapshot_command": policy.snapshot_command,
    }
    idle = _idle(explainer.config.settings, item, policy)
    return {
        key: to_builtins(previews.of(call)) | {"why_not": idle.get(key, "")}
        for key, call in calls.items()
        if call is not None
    }


def _idle(settings: Settings, item: Checkable, policy: Policy) -> dict[str, str]:
    """Return which commands of an object are never run, and why."""
    checks = f"execute_{item.kind.value}_checks"
    switches = {
        "check_command": ((checks, getattr(settings, checks)), ("active_checks_enabled", policy.active_checks_enabled)),
        "event_handler": (
            ("enable_event_handlers", settings.enable_event_handlers),
            ("event_handler_enabled", policy.event_handler_enabled),
        ),
        "snapshot_command": (("snapshot_enabled", policy.snapshot_enabled),),
    }
    off = {key: [name for name, is_on in those if not is_on] for key, those in switches.items()}
    return {key: f"{' and '.join(names)} 0" for key, names in off.items() if names}


def _membership(explainer: Explainer, name: str, item: Checkable, account: Account) -> dict[str, Any]:
    """Return how an object came into a group: it joined, the group lists it, or a group in it does."""
    kind = "servicegroup" if item.description else "hostgroup"
    groups = {each.name: each for each in getattr(explainer.config.objects, f"{kind}s")}
    if name in account.items(f"{kind}s"):
        return {"name": name, "how": "joined", "from": [_origin("", each) for each in account.origins(f"{kind}s")]}
    group = explainer.catalogue[kind].resolved(groups[name].imported_from, name)
    inner = [each for each in group.names(f"{kind}_members") if item.key in _members(groups, each)]
    if inner:
        place = str(group.place(f"{kind}_members"))
        return {"name": name, "how": f"through {', '.join(inner)}", "from": [{"place": place}]}
    return {"name": name, "how": "listed", "from": [{"place": str(group.place("members"))}]}


def _members(groups: Mapping[str, Group], name: str) -> tuple[str, ...]:
    return groups[name].members if name in groups else ()


def _dependency(found: Dependency) -> dict[str, Any]:
    return {
        "on": shown(found.on),
        "execution_criteria": list(found.execution_criteria),
        "notification_criteria": list(found.notification_criteria),
        "period": found.period,
        "inherits_parent": found.inherits_parent,
        "place": found.imported_from,
    }


def _escalation(found: Escalation) -> dict[str, Any]:
    times = ("first_notification_time", "last_notification_time")
    numbers = ("first_notification", "last_notification")
    return {
        "name": found.name,
        **{key: getattr(found, key) for key in (times if found.is_time_based else numbers)},
        "notification_interval": found.notification_interval,
        "period": found.period,
        "options": list(found.options),
        "contacts": list(found.contacts),
        "place": found.imported_from,
    }


def _modulations(explainer: Explainer, policy: Policy) -> list[dict[str, Any]]:
    """Return the modulations of an object in the order in which they are asked."""
    found = []
    for directive, attribute in _MODULATIONS.items():
        records = {each.name: each for each in getattr(explainer.config.objects, attribute)}
        for name in getattr(policy, directive):
            document: dict[str, Any] = {"directive": directive, **to_builtins(records[name])}
            customs = document.get("customs", {})
            if customs:
                document["customs"] = {key: masked(key, value) for key, value in customs.items()}
            document["place"] = document.pop("imported_from", "")
            found.append(document)
    return found


def _rule(rule: BusinessRule) -> dict[str, Any]:
    return {"text": rule.text, "is_dynamic": rule.is_dynamic, "tree": _tree(rule.tree)}


def _tree(node: Node) -> Any:
    """Return a rule as nested lists: an operator, then its sons; a leaf is a name."""
    if isinstance(node, Leaf):
        return shown(node.key)
    if isinstance(node, Not):
        return ["not", _tree(node.of)]
    if isinstance(node, Every | Either):
        return ["all" if isinstance(node, Every) else "any", *map(_tree, node.of)]
    counts = [f"{each.number}{'%' if each.is_percentage else ''}" for each in node.counts]
    return [f"{counts[0] if node.is_simple else ','.join(counts)} of", *map(_tree, node.of)]


# Other objects --------------------------------------------------------------------------------------------------


def _timeperiod(explainer: Explainer, name: str, now: float) -> dict[str, Any]:
    periods = {each.name: each for each in explainer.config.objects.timeperiods}
    period, zone = periods[name], explainer.config.settings.use_timezone
    opens = next_active(period, now, periods, zone)
    return {
        "entries": [entry_text(each) for each in period.entries],
        "exclude": list(period.exclude),
        "timezone": zone or "of this machine",
        "is_active": opens == now,
        "next_changes": _changes(period, periods, zone, now),
    }


def _changes(period: Timeperiod, periods: Mapping[str, Timeperiod], zone: str, now: float) -> list[dict[str, Any]]:
    """Return the next times at which a period begins or ends, none when that is more than a year ahead."""
    found: list[dict[str, Any]] = []
    is_active = next_active(period, now, periods, zone) == now
    at = now
    while len(found) < MOST_CHANGES:
        change = (next_inactive if is_active else next_active)(period, at, periods, zone)
        if change is None:
            break
        at = change
        is_active = not is_active
        moment = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone) if zone else None)
        becomes = "active" if is_active else "inactive"
        found.append({"at": at, "local": f"{moment:%a %Y-%m-%d %H:%M:%S %Z}", "becomes": becomes})
    return found


def _contact(explainer: Explainer, name: str, _: float) -> dict[str, Any]:
    objects = explainer.config.objects
    contact = next(each for each in objects.contacts if each.name == name)
    ways = {each.name: each for each in objects.notificationways}
    return {
        "groups": list(contact.groups),
        "ways": [to_builtins(ways[each]) for each in contact.ways if each in ways],
        **_used(explainer, lambda policy: name in policy.contacts),
    }


def _command(explainer: Explainer, name: str, _: float) -> dict[str, Any]:
    objects, config = explainer.config.objects, explainer.config
    command = next(each for each in objects.commands if each.name == name)
    those = [each for each in (*objects.hosts, *objects.services) if _runs(each, name)]
    return {"expanded": plain_line(command.line, config.macros), **_counted(those)}


def _runs(item: Checkable, command: str) -> bool:
    return item.check_command is not None and item.check_command.name == command


def _group(attribute: str) -> Callable[[Explainer, str, float], dict[str, Any]]:
    def tell(explainer: Explainer, name: str, _: float) -> dict[str, Any]:
        group = next(each for each in getattr(explainer.config.objects, attribute) if each.name == name)
        return {"members": [shown(each) for each in group.members]}

    return tell


def _used(explainer: Explainer, wanted: Callable[[Policy], bool]) -> dict[str, Any]:
    """Return how many hosts and services have a policy of some kind, and the first of them."""
    objects = explainer.config.objects
    places = {place for place, policy in enumerate(objects.policies) if wanted(policy)}
    return _counted(each for each in (*objects.hosts, *objects.services) if each.policy in places)


def _counted(items: Iterable[Checkable]) -> dict[str, Any]:
    names: dict[str, list[str]] = {"host": [], "service": []}
    for each in items:
        names[each.kind.value].append(shown(each.key))
    return {"used_by": {f"{kind}s": {"count": len(those), "first": those[:FIRST]} for kind, those in names.items()}}


_MORE: Final[Mapping[str, Callable[[Explainer, str, float], dict[str, Any]]]] = {
    "host": _checkable,
    "service": _checkable,
    "timeperiod": _timeperiod,
    "contact": _contact,
    "command": _command,
    "contactgroup": _group("contactgroups"),
    "hostgroup": _group("hostgroups"),
    "servicegroup": _group("servicegroups"),
}
"""Type -> what is told of it beside its properties."""
