"""Commands, contacts and how they are told (configuration.md 3.5, 3.10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from alignak.config.diagnostics import Diagnostics, Severity, shown
from alignak.config.expand import illegal_in
from alignak.config.link import Links, Problem, Problems, report
from alignak.config.policies import unreachable
from alignak.config.resolved import NULL, Resolved
from alignak.config.tables import OBJECT_TYPES
from alignak.config.values import Unreadable, Value, convert
from alignak.model.directives import Directive
from alignak.model.objects import Command, CommandCall, Contact, NotificationWay

INTERNAL_COMMANDS: Final = (
    Command("_echo", "_echo", module_type="internal"),
    Command("_internal_host_check", "_internal_host_check;$ARG1$;$ARG2$", module_type="internal"),
    Command("_internal_host_up", "_internal_host_up", module_type="internal"),
    Command("_internal_service_check", "_internal_service_check;$ARG1$;$ARG2$", module_type="internal"),
    Command("bp_rule", "bp_rule", module_type="internal"),
)
"""What every configuration has without defining it."""

MOST_WAYS: Final = 500_000
"""How many notification ways all contacts may name: bounds what a small hostile file can cost."""

_ADDRESSES: Final = tuple(f"address{number}" for number in range(1, 7))
_WAY_KEYS: Final = tuple(
    each.name for each in msgspec.structs.fields(NotificationWay) if each.name not in ("name", "imported_from")
)
_CONTACT_FIELDS: Final = frozenset(each.name for each in msgspec.structs.fields(Contact))
_NOT_EXTRA: Final = _CONTACT_FIELDS | {"contact_name", "contactgroups", "notificationways", *_ADDRESSES, *_WAY_KEYS}
_KINDS: Final = ("host", "service")


def compile_commands(objects: Mapping[str, Resolved], diagnostics: Diagnostics) -> dict[str, Command]:
    """Return the commands by name, the internal ones included."""
    commands = {each.name: each for each in INTERNAL_COMMANDS}
    for name, each in objects.items():
        problems: Problems = []
        values = typed(each, "command", problems)
        line = each.text("command_line")
        if not line:
            problems.append(Problem("command_line required property is missing"))
        values |= {"name": name, "line": line or "", "imported_from": each.imported_from}
        known = {key: value for key, value in values.items() if key in Command.__struct_fields__}
        commands[name] = msgspec.convert(known, Command)
        report(problems, each, "command", name, diagnostics)
    return dict(sorted(commands.items()))


def compile_ways(objects: Mapping[str, Resolved], links: Links, diagnostics: Diagnostics) -> dict[str, NotificationWay]:
    """Return the notification ways that are defined, by name."""
    ways: dict[str, NotificationWay] = {}
    for name, each in objects.items():
        problems: Problems = []
        for kind in _KINDS:
            if each.text(f"{kind}_notification_period") is None:
                problems.append(Problem(f"{kind}_notification_period required property is missing"))
        ways[name] = _way(name, each, links, problems)
        report(problems, each, "notificationway", name, diagnostics)
    return ways


def compile_contacts(
    objects: Mapping[str, Resolved],
    groups: Mapping[str, tuple[str, ...]],
    ways: dict[str, NotificationWay],
    links: Links,
    *,
    illegal: frozenset[str],
    diagnostics: Diagnostics,
) -> dict[str, Contact]:
    """Return the contacts by name; a contact that names no way gets one of its own, added to ``ways``."""
    contacts: dict[str, Contact] = {}
    left = MOST_WAYS
    for name, each in objects.items():
        problems: Problems = []
        if wrong := illegal_in(name, illegal):
            problems.append(Problem(f"{wrong} character not allowed in contact_name", "contact_name"))
        named = each.names("notificationways")
        left -= len(named)
        if left < 0:
            message = f"the contacts name more than {MOST_WAYS} notification ways in all, give each fewer"
            diagnostics.error(message, each.place("notificationways"), f"contact::{shown(name)}")
            break
        for way in named:
            if way not in ways:
                hint = diagnostics.nearest(way, ways)
                problems.append(Problem(f"the notificationways named '{way}' is unknown{hint}", "notificationways"))
        if not named:
            inner = _way(f"{name}_inner_nw", each, links, problems)
            ways[inner.name] = inner
            named = (inner.name,)
        contacts[name] = _contact(name, each, named, groups.get(name, ()), problems)
        report(problems, each, "contact", name, diagnostics)
    return contacts


def _contact(
    name: str, resolved: Resolved, ways: tuple[str, ...], groups: tuple[str, ...], problems: Problems
) -> Contact:
    values = typed(resolved, "contact", problems)
    addresses = tuple(str(values.get(each, "none")) for each in _ADDRESSES)
    given = {key: value for key, value in values.items() if key in _CONTACT_FIELDS}
    given |= {"name": name, "ways": ways, "groups": groups, "imported_from": resolved.imported_from}
    texts = {key: resolved.text(key) or "" for key in sorted({**resolved.chain.values, **resolved.own})}
    return msgspec.convert(
        {
            **given,
            "addresses": addresses if set(addresses) != {"none"} else (),
            "customs": {key: text for key, text in texts.items() if key[:1] == "_"},
            "extra": {key: text for key, text in texts.items() if key[:1] != "_" and key not in _NOT_EXTRA},
        },
        Contact,
    )


def _way(name: str, resolved: Resolved, links: Links, problems: Problems) -> NotificationWay:
    """Return a way made from the notification directives of a contact or of a way itself."""
    values = {key: value for key, value in typed(resolved, "contact", problems).items() if key in _WAY_KEYS}
    for kind in _KINDS:
        period = f"{kind}_notification_period"
        links.period(str(values.get(period, "")), period, problems, "the {key} is invalid ('{name}' is unknown)")
    window = values.get("group_window", 0)
    if isinstance(window, int) and window < 0:
        problems.append(Problem(f"group_window is {window}: give seconds, or 0 for none", "group_window"))
    host_options = values.get("host_notification_options", ())
    way = msgspec.convert({**values, "name": name, **dict.fromkeys(_COMMANDS, ())}, NotificationWay)
    return msgspec.structs.replace(
        way,
        host_notification_options=unreachable(host_options),
        host_notification_commands=_calls(resolved, "host", links, problems),
        service_notification_commands=_calls(resolved, "service", links, problems),
        imported_from=resolved.imported_from,
    )


_COMMANDS: Final = tuple(f"{kind}_notification_commands" for kind in _KINDS)


def _calls(resolved: Resolved, kind: str, links: Links, problems: Problems) -> tuple[CommandCall, ...]:
    """Return the commands that tell a person of a host or a service."""
    key = f"{kind}_notification_commands"
    texts = resolved.names(key)
    if not texts:
        problems.append(Problem(f"do not have any {key} defined", severity=Severity.WARNING))
    what = f"a {kind}_notification_command"
    return tuple(
        links.call(each, key, problems, f"{what} is invalid ({{name}})", f"{what} is missing") for each in texts
    )


def typed(resolved: Resolved, kind: str, problems: Problems) -> dict[str, Value]:
    """Return the values of an object's directives by the table of its type; what cannot be read is a problem."""
    table = OBJECT_TYPES[kind].directives
    values: dict[str, Value] = {}
    for key in _given(resolved):
        directive, text = table.get(key), resolved.text(key)
        if directive is not None and text is not None:
            _read(directive, text, values, problems)
    return values


def _given(resolved: Resolved) -> Iterator[str]:
    own = resolved.own
    return (key for key in {**resolved.chain.values, **own} if key[:1] != "_" and own.get(key) != NULL)


def _read(directive: Directive, text: str, values: dict[str, Value], problems: Problems) -> None:
    try:
        values[directive.name] = convert(directive.type, text)
    except Unreadable as error:
        problem = Problem(f"Error while pythonizing parameter '{directive.name}': {error}", directive.name)
        if problem not in problems:
            problems.append(problem)
