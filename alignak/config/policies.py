"""What template chains resolve to, once for all objects that share it (design.md "The engine").

``compile`` asks for the policy of each host and service, in the order of their names; objects whose templates and own
values say the same get the same one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from alignak.base import codec
from alignak.config.diagnostics import Severity
from alignak.config.link import MOST_PROBLEMS, Links, Problem, Problems
from alignak.config.resolved import NOT_INHERITED, NULL, Resolved, added
from alignak.config.tables import HOST_LETTERS, OBJECT_TYPES
from alignak.config.values import TRUE, Unreadable, Value, convert, names, type_of
from alignak.model.directives import Directive, Type
from alignak.model.objects import Policy
from alignak.model.states import Kind

MOST_TEXT: Final = 100_000_000
"""How many characters all policies may have, an item of a list counted as ``A_NAME`` more: bounds what a small hostile
file can cost."""

A_NAME: Final = 60
"""What an item of a list takes beside its characters, in bytes."""

IMPLIED: Final = (
    "contacts",
    "contact_groups",
    "notification_interval",
    "notification_period",
    "resultmodulations",
    "business_impact_modulations",
    "escalations",
    "poller_tag",
    "reactionner_tag",
    "check_period",
    "business_impact",
    "maintenance_period",
)
"""What a service takes from its host where it says nothing itself."""

OF_OBJECT: Final = frozenset(
    {
        "address",
        "alias",
        "check_command",
        "definition_order",
        "display_name",
        "host_name",
        "hostgroup_name",
        "hostgroups",
        "imported_from",
        "parents",
        "realm",
        "service_description",
        "service_excludes",
        "service_includes",
        "service_overrides",
        "servicegroups",
        *NOT_INHERITED,
    }
)
"""The directives that are an object's own and no part of its policy."""

SPELLINGS: Final[Mapping[str, str]] = {"obsess_over_host": "obsess", "obsess_over_service": "obsess"}
"""Directives that mean the same as another one."""

_PERIODS: Final = ("check_period", "notification_period", "maintenance_period", "snapshot_period")
_COMMANDS: Final = ("event_handler", "snapshot_command")
_PEOPLE: Final = ("contacts", "contact_groups")
_SPECIAL: Final = frozenset({*_PEOPLE, *_COMMANDS, "tags", "customs", "extra"})

_FIELDS: Final[Mapping[str, Type]] = {
    each.name: type_of(each.type) for each in msgspec.structs.fields(Policy) if each.name not in _SPECIAL
}
_OF_KIND: Final = ("flap_detection_options", "notification_options", "snapshot_criteria")
_CHARACTERS: Final = frozenset({"initial_state", "freshness_state"})


class Entry(Struct, frozen=True):
    """A policy, where it stands, and what is wrong with the objects that have it."""

    index: int
    policy: Policy
    problems: tuple[Problem, ...]


class Policies:
    """Make policies, each once."""

    __slots__ = ("_by_content", "_entries", "_given", "_implied", "_links", "_signatures", "_text", "all")

    def __init__(self, links: Links) -> None:
        self.all: list[Policy] = []
        self._links = links
        self._text = 0
        self._by_content: dict[str, int] = {}
        self._entries: dict[tuple[object, ...], Entry] = {}
        self._signatures: dict[int, tuple[object, ...]] = {}
        self._implied: dict[tuple[str | None, ...], tuple[str | None, ...]] = {}
        self._given: dict[int, tuple[str | None, ...]] = {}

    def implied(self, host: Resolved) -> tuple[str | None, ...]:
        """Return what a host gives its services, as one shared record."""
        if self._text > MOST_TEXT:
            return ()
        known = self._given.get(id(host.form))
        if known is None:
            found = tuple([host.text(key) for key in IMPLIED])
            if found not in self._implied:
                self._text += sum(len(each) for each in found if each)
            known = self._given[id(host.form)] = self._implied.setdefault(found, found)
        return known

    def of(self, kind: Kind, resolved: Resolved, implied: tuple[str | None, ...] = ()) -> Entry:
        """Return the policy of a host, or of a service whose host gives it ``implied``."""
        form = resolved.form
        signature = self._signatures.get(id(form))
        if signature is None:
            own = tuple([item for item in form.values.items() if item[0] not in OF_OBJECT and item[0][:1] != "_"])
            signature = self._signatures[id(form)] = (kind, id(form.chain), own)
        key = (signature, id(implied) if implied else 0)
        found = self._entries.get(key)
        if found is None:
            found = self._entries[key] = self._make(kind, resolved, implied)
        return found

    def _make(self, kind: Kind, resolved: Resolved, implied: tuple[str | None, ...]) -> Entry:
        if self._text > MOST_TEXT:
            message = f"the values of all hosts and services have more than {MOST_TEXT} characters, shorten them"
            return Entry(0, Policy(), (Problem(message),))
        problems: Problems = []
        texts = _texts(resolved)
        _imply(texts, resolved, implied)
        self._text += sum(len(each) + A_NAME * each.count(",") for each in texts.values())
        policy = self._policy(kind, resolved, texts, problems)
        index = self._place(policy)
        return Entry(index, self.all[index], tuple(problems[:MOST_PROBLEMS]))

    def with_options(self, index: int, options: tuple[str, ...]) -> int:
        """Return where the policy stands that has other notification options and is the same for the rest."""
        return self._place(msgspec.structs.replace(self.all[index], notification_options=options))

    def add(self, policies: Iterable[Policy]) -> None:
        """Have policies of the last reading, in their order."""
        for each in policies:
            self._place(each)

    def _place(self, policy: Policy) -> int:
        index = self._by_content.setdefault(codec.digest(codec.encode(policy)), len(self.all))
        if index == len(self.all):
            self.all.append(policy)
        return index

    def _policy(self, kind: Kind, resolved: Resolved, texts: Mapping[str, str], problems: Problems) -> Policy:
        """Return the typed policy the texts stand for."""
        table = OBJECT_TYPES[kind.value].directives
        values = _defaults(table)
        for key in _FIELDS:
            if key in texts and (value := _converted(kind, key, texts[key], problems)) is not None:
                values[key] = value
        for key in _PERIODS:
            self._links.period(str(values.get(key, "")), key, problems)
        self._links.check_names(kind.value, texts, problems)
        groups = names(texts.get("contact_groups", ""))
        people = self._links.people(names(texts.get("contacts", "")), groups, kind.value, problems)
        policy = msgspec.convert(values, Policy)
        _check_people(kind, policy, people, problems)
        calls = {key: self._links.call(text, key, problems) if (text := texts.get(key)) else None for key in _COMMANDS}
        return msgspec.structs.replace(
            policy,
            event_handler=calls["event_handler"],
            snapshot_command=calls["snapshot_command"],
            contacts=people,
            contact_groups=tuple(sorted(set(groups))),
            tags=resolved.chain.tags,
            customs=_customs(resolved.chain.values),
            extra=_extra(table, texts, problems),
        )


def _texts(resolved: Resolved) -> dict[str, str]:
    """Return what a definition and its templates say together of what is policy."""
    texts: dict[str, str] = {}
    for key in {**resolved.chain.values, **resolved.form.values}:
        if key[:1] != "_" and key not in OF_OBJECT:
            text = resolved.text(key)
            if text is not None:
                texts[SPELLINGS.get(key, key)] = text
    return texts


def _imply(texts: dict[str, str], resolved: Resolved, implied: tuple[str | None, ...]) -> None:
    """Add what the host gives."""
    for key, given in zip(IMPLIED, implied, strict=False):
        own = texts.get(key)
        text = taken_from_host(resolved, key, own, given)
        if text is not None:
            texts[key] = text if own is None else added(f"+{own}", text)


def taken_from_host(service: Resolved, key: str, own: str | None, given: str | None) -> str | None:
    """Return what a service takes of a directive its host gives: all where it says nothing itself, people to merge."""
    if own is None:
        return None if service.is_null(key) else given
    is_merging = key in _PEOPLE and (service.text("merge_host_contacts") or "").lower() in TRUE
    return given if is_merging else None


def _defaults(table: Mapping[str, Directive]) -> dict[str, Value]:
    """Return the defaults that differ between hosts and services."""
    options = {key: table[key].default for key in _OF_KIND}
    return {key: value for key, value in options.items() if value is not None}


def _converted(kind: Kind, key: str, text: str, problems: Problems) -> Value | None:
    """Return a value; None, once the problem is noted, when the text stands for none."""
    try:
        value = convert(_FIELDS[key], text)
    except Unreadable as error:
        problems.append(Problem(f"Error while pythonizing parameter '{key}': {error}", key))
        return None
    if key in _CHARACTERS and isinstance(value, str):
        value = value[:1]
    return unreachable(value) if kind is Kind.HOST and key in HOST_LETTERS else value


def unreachable(value: Value) -> Value:
    """Return letters about hosts with ``u`` written ``x``."""
    if isinstance(value, tuple):
        return tuple("x" if each == "u" else str(each) for each in value)
    return "x" if value == "u" else value


def _check_people(kind: Kind, policy: Policy, people: tuple[str, ...], problems: Problems) -> None:
    if policy.notifications_enabled and not people and not any(each.key.startswith("contact") for each in problems):
        message = (
            "notifications are enabled but no contacts nor contact_groups property is defined for this " + kind.value
        )
        problems.append(Problem(message, severity=Severity.WARNING))


def _customs(values: Mapping[str, str]) -> dict[str, str]:
    """Return the custom variables that a chain gives."""
    found = [(key, value.removeprefix("+")) for key, value in values.items() if key[:1] == "_" and value != NULL]
    return dict(sorted(found))


def _extra(table: Mapping[str, Directive], texts: Mapping[str, str], problems: Problems) -> dict[str, str]:
    """Return the directives that no field stands for, once those that have a type are read."""
    extra = {key: text for key, text in sorted(texts.items()) if key not in _FIELDS and key not in _SPECIAL}
    for key, text in extra.items():
        if key in table:
            try:
                convert(table[key].type, text)
            except Unreadable as error:
                problems.append(Problem(f"Error while pythonizing parameter '{key}': {error}", key))
    return extra
