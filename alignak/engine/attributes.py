"""Hosts and services under their historical attribute names: what broks, retention readers and old clients know.

``views`` and ``broks`` call it. The directive tables say which attributes there are and which brok carries them; the
tables here say where each value comes from (configuration.md 3.5, broks-and-logs.md 6.2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Final, TypeAlias

import msgspec

from alignak.base.codec import Json
from alignak.engine.histories import listed
from alignak.engine.state import Acknowledgement, Comment, Downtime, Item, ItemState, World
from alignak.model.directives import Directive, Type
from alignak.model.directives.checkables import (
    CHECKABLE,
    CHECKABLE_RUNNING,
    EVERY_OBJECT,
    HOST,
    HOST_RUNNING,
    SERVICE,
    SERVICE_RUNNING,
)
from alignak.model.objects import CommandCall, Policy
from alignak.model.relations import NEVER
from alignak.model.states import GOOD_STATE, STATE_IDS, Kind

Getter: TypeAlias = Callable[[Item], Json]

MASK: Final = "***"
"""What is shown of a value whose name says that it is secret."""

_SECRET: Final = re.compile(
    r"PASS|PWD|SECRET|TOKEN|COMMUNITY|CREDENTIAL|PRIVATE|API_?KEY|KEY$|^USER\d+$", re.IGNORECASE
)


def historical(world: World, item: Item) -> dict[str, Json]:
    """Return every attribute of a host or service by its historical name; ``uuid`` is the object's key."""
    return _with_realm(world, {name: get(item) for name, get in _GETTERS[item.kind].items()})


def chosen(world: World, item: Item, flag: str) -> dict[str, Json]:
    """Return the attributes that a flag of the directive tables chooses: B, R or N."""
    found = {name: get(item) for name, get in _CHOSEN[flag][item.kind]}
    return _with_realm(world, found) if flag == "B" else found


def _with_realm(world: World, found: dict[str, Json]) -> dict[str, Json]:
    """Fill in the attributes no object knows of itself."""
    found.update((name, world.part.realm) for name in _OF_PART if name in found)
    return found


def masked(name: str, value: str) -> str:
    """Return a value for people to see: not when its name says that it is secret."""
    return MASK if value and _SECRET.search(name) else value


def call_text(call: CommandCall | None) -> str | None:
    """Return a call as it is written in a file: ``check_ping!100!20``."""
    if call is None:
        return None
    return "!".join((call.name, *(each.replace("!", "\\!") for each in call.arguments)))


def customs_of(item: Item) -> dict[str, str]:
    """Return the custom variables in effect, ``_NAME`` -> value, the secret ones masked."""
    merged = {**item.policy.customs, **item.spec.customs, **item.state.changed_customs}
    return {name: masked(name, value) for name, value in merged.items()}


def source_problems(item: Item) -> tuple[Item, ...]:
    """Return the problems that this object suffers from, as ``impacts`` found out."""
    return item.sources


def is_source(item: Item) -> bool:
    """Tell whether this is a hard problem that is not the fault of another one; a business rule is one of its own."""
    return item.is_source


def impacts(item: Item) -> tuple[Item, ...]:
    """Return the objects that suffer from this problem."""
    return tuple(item.impacts.values()) if item.impacts else ()


def business_impact(item: Item) -> int:
    """Return how much an object matters now: as a modulation says, and a problem as much as all it makes suffer."""
    most = _own_impact(item)
    return max(most, *map(_own_impact, item.impacts.values())) if item.impacts else most


def _own_impact(item: Item) -> int:
    return item.policy.business_impact if item.modulated_impact is None else item.modulated_impact


# Records of an object -------------------------------------------------------------------------------------------


def acknowledgement_document(item: Item, record: Acknowledgement) -> dict[str, Json]:
    """Return an acknowledgement in its historical shape."""
    return {
        "uuid": record.comment_id or item.key,
        "ref": item.key,
        "sticky": record.sticky,
        "notify": record.notify,
        "author": record.author,
        "comment": record.comment,
        "comment_id": record.comment_id,
        "entry_time": int(record.entry_time),
        "end_time": int(record.end_time),
    }


def downtime_document(item: Item, record: Downtime) -> dict[str, Json]:
    """Return a downtime in its historical shape."""
    return _downtime_document(item.key, f"{item.kind.value}.{item.kind.value}", record)


def _downtime_document(ref: str, ref_type: str, record: Downtime) -> dict[str, Json]:
    return {
        "uuid": record.id,
        "ref": ref,
        "ref_type": ref_type,
        "fixed": record.fixed,
        "start_time": int(record.start_time),
        "end_time": int(record.end_time),
        "real_end_time": int(record.real_end_time or record.end_time),
        "duration": int(record.duration),
        "trigger_id": record.trigger_id,
        "author": record.author,
        "comment": record.comment,
        "comment_id": record.comment_id,
        "entry_time": int(record.entry_time),
        "is_in_effect": record.is_in_effect,
        "has_been_triggered": record.is_in_effect and not record.fixed,
    }


def contact_downtime_document(contact: str, record: Downtime) -> dict[str, Json]:
    """Return a downtime of a contact in its historical shape."""
    return _downtime_document(contact, "contact.contact", record)


def comment_document(item: Item, record: Comment) -> dict[str, Json]:
    """Return a comment in its historical shape."""
    return {
        "uuid": record.id,
        "ref": item.key,
        "author": record.author,
        "comment": record.comment,
        "comment_type": 1 if item.is_host else 2,
        "entry_type": record.entry_type,
        "entry_time": int(record.entry_time),
        "source": record.source,
        "expires": False,
        "expire_time": 0,
    }


# Where the values come from -------------------------------------------------------------------------------------


def _acknowledgement(item: Item) -> Json:
    record = item.state.acknowledgement
    return None if record is None else acknowledgement_document(item, record)


def _keys(items: tuple[Item, ...]) -> list[Json]:
    return [each.key for each in items]


def _above(item: Item) -> tuple[Item, ...]:
    return (*(item.parents if item.is_host else (item.host,)), *(other for other, _ in item.masters))


def _below(item: Item) -> tuple[Item, ...]:
    return (*item.services, *item.children, *item.dependents, *item.ruled)


def _last_time(state: str) -> Getter:
    return lambda item: int(item.state.last_times.get(state, 0))


def _moment(name: str) -> Getter:
    get = attrgetter(f"state.{name}")
    return lambda item: int(get(item))


_OF_PART: Final = ("realm", "realm_name")
"""Attributes that tell where the object is looked after."""


_COMPUTED: Final[Mapping[str, Getter]] = {
    "uuid": lambda item: item.key,
    "name": lambda item: next(iter(item.policy.tags), ""),
    "imported_from": lambda item: item.spec.imported_from or "unknown",
    "host_name": lambda item: item.spec.host_name,
    "service_description": lambda item: item.spec.description,
    "display_name": lambda item: item.spec.display_name,
    "alias": lambda item: item.spec.alias,
    "address": lambda item: item.spec.address,
    "parents": lambda item: list(item.spec.parents),
    "hostgroups": lambda item: list(item.spec.groups),
    "servicegroups": lambda item: list(item.spec.groups),
    "check_command": lambda item: call_text(item.spec.check_command),
    "command_name": lambda item: item.spec.check_command.name if item.spec.check_command else "",
    "event_handler": lambda item: call_text(item.policy.event_handler),
    "snapshot_command": lambda item: call_text(item.policy.snapshot_command),
    **dict.fromkeys(_OF_PART, lambda _: ""),
    "customs": lambda item: dict(customs_of(item)),
    "downtimes": lambda item: {key: downtime_document(item, each) for key, each in item.state.downtimes.items()},
    "comments": lambda item: {key: comment_document(item, each) for key, each in item.state.comments.items()},
    "acknowledgement": _acknowledgement,
    "problem_has_been_acknowledged": lambda item: item.state.acknowledgement is not None,
    "acknowledgement_type": lambda item: 2 if item.state.acknowledgement and item.state.acknowledgement.sticky else 1,
    "in_checking": lambda item: item.in_flight is not None,
    "checks_in_progress": lambda item: [] if item.in_flight is None else [item.in_flight.id],
    "state": lambda item: item.state_name,
    "state_id": lambda item: item.state_id,
    "state_type": lambda item: item.state.state_type.value,
    "state_type_id": lambda item: item.state.state_type.id if item.state.has_been_checked else 0,
    "last_state_type": lambda item: item.state.last_state_type.value,
    "last_state_id": lambda item: STATE_IDS[item.kind][item.state.last_state],
    "last_hard_state_id": lambda item: STATE_IDS[item.kind][item.state.last_hard_state],
    "last_chk": _moment("last_chk"),
    "next_chk": _moment("next_chk"),
    "last_state_change": _moment("last_state_change"),
    "last_hard_state_change": _moment("last_hard_state_change"),
    "last_state_update": _moment("last_state_update"),
    "last_notification": _moment("last_notification"),
    "last_snapshot": _moment("last_snapshot"),
    "has_been_checked": _moment("has_been_checked"),
    "last_time_up": _last_time("UP"),
    "last_time_down": _last_time("DOWN"),
    "last_time_ok": _last_time("OK"),
    "last_time_warning": _last_time("WARNING"),
    "last_time_critical": _last_time("CRITICAL"),
    "last_time_unknown": _last_time("UNKNOWN"),
    "last_time_unreachable": _last_time("UNREACHABLE"),
    "duration_sec": lambda item: max(item.state.last_state_update - item.state.last_state_change, 0.0),
    "flapping_changes": lambda item: list(listed(item.state.flapping_history)),
    "flapping_comment_id": lambda item: item.state.flapping_comment_id or 0,
    "current_notification_id": lambda item: item.state.current_notification_id or 0,
    "notified_contacts": lambda item: list(item.state.notified_contacts),
    "notified_contacts_ids": lambda item: list(item.state.notified_contacts),
    "scheduled_downtime_depth": lambda item: item.downtime_depth,
    "in_scheduled_downtime": lambda item: item.downtime_depth > 0,
    "pending_flex_downtime": lambda item: sum(
        not each.fixed and not each.is_in_effect for each in item.state.downtimes.values()
    ),
    "is_problem": is_source,
    "is_impact": lambda item: bool(source_problems(item)),
    "source_problems": lambda item: _keys(source_problems(item)),
    "impacts": lambda item: _keys(impacts(item)),
    "business_impact": business_impact,
    "my_own_business_impact": lambda item: item.policy.business_impact if item.state.has_been_checked else -1,
    "state_before_impact": lambda item: item.state.state_before_impact or "PENDING",
    "state_id_before_impact": lambda item: STATE_IDS[item.kind][item.state.state_before_impact or "PENDING"],
    "state_changed_since_impact": lambda item: bool(item.sources) and not item.state.state_before_impact,
    "parent_dependencies": lambda item: _keys(_above(item)),
    "child_dependencies": lambda item: _keys(_below(item)),
    "act_depend_of": lambda item: _keys(_above(item)),
    "chk_depend_of": lambda item: _keys(
        tuple(other for other, rule in item.masters if rule.execution_criteria != NEVER)
    ),
    "act_depend_of_me": lambda item: _keys(_below(item)),
    "chk_depend_of_me": lambda item: _keys(item.dependents),
    "services": lambda item: _keys(item.services),
    "host": lambda item: item.host.key,
    "last_check_command": lambda item: call_text(item.spec.check_command) if item.state.has_been_checked else "",
    "state_before_hard_unknown_reach_phase": lambda item: (
        item.state.state_before_hard_unknown_reach_phase or GOOD_STATE[item.kind]
    ),
}
"""Attributes that are no plain field of the policy or of the state."""


def _shaped(value: object) -> Json:
    if isinstance(value, tuple | list):
        return [_shaped(each) for each in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{value!r} has no place in a document")


def _plain(source: str, name: str, type_: object) -> Getter:
    """Return the getter of a field: what documents can hold is read as it stands, with nothing in between."""
    get: Getter = attrgetter(f"{source}.{name}")
    return get if type_ in (bool, int, float, str) else lambda item: _shaped(get(item))


def _extra(directive: Directive) -> Getter:
    default: Json = {} if directive.type is Type.MAPPING else _shaped(directive.default)

    def get(item: Item) -> Json:
        text = item.policy.extra.get(directive.name)
        return default if text is None else _read(directive.type, text, default)

    return get


def _read(type_: Type, text: str, default: Json) -> Json:
    """Return the value of a directive the policy keeps as text; verification has refused what cannot be read."""
    if type_ is Type.NAMES:
        return [each.strip() for each in text.split(",") if each.strip()]
    if type_ is Type.BOOL:
        return text.strip().lower() in ("1", "on", "true", "yes")
    if type_ in (Type.INTEGER, Type.FLOAT):
        try:
            return int(text) if type_ is Type.INTEGER else float(text)
        except ValueError:
            return default
    return text


_FIELDS: Final[Mapping[str, Mapping[str, object]]] = {
    source: {each.name: each.type for each in msgspec.structs.fields(record)}
    for source, record in (("policy", Policy), ("state", ItemState))
}
"""The records of an object -> their fields and types; the policy comes first."""


def _getter(directive: Directive) -> Getter:
    name = directive.name
    if name in _COMPUTED:
        return _COMPUTED[name]
    source = next((source for source, fields in _FIELDS.items() if name in fields), None)
    return _extra(directive) if source is None else _plain(source, name, _FIELDS[source][name])


_UUID: Final = Directive("uuid", Type.TEXT, "", "B N")
_COMMAND_NAME: Final = Directive("command_name", Type.TEXT, "", "R")
_EVERY_ITEM: Final = (Directive("tags", Type.NAMES, (), "B"), Directive("downtimes", Type.MAPPING, None, "B"))

_FAMILIES: Final[Mapping[Kind, tuple[Directive, ...]]] = {
    Kind.HOST: (_UUID, *EVERY_OBJECT, *CHECKABLE, *HOST, *_EVERY_ITEM, *CHECKABLE_RUNNING, *HOST_RUNNING),
    Kind.SERVICE: (_UUID, *EVERY_OBJECT, *CHECKABLE, *SERVICE, *_EVERY_ITEM, *CHECKABLE_RUNNING, *SERVICE_RUNNING),
}
"""The attributes of each kind, in their historical order."""

_GETTERS: Final[Mapping[Kind, Mapping[str, Getter]]] = {
    kind: {each.name: _getter(each) for each in directives} for kind, directives in _FAMILIES.items()
}

_CHOSEN: Final[Mapping[str, Mapping[Kind, tuple[tuple[str, Getter], ...]]]] = {
    flag: {
        kind: tuple((each.name, _getter(each)) for each in (*directives, _COMMAND_NAME) if each.has(flag))
        for kind, directives in _FAMILIES.items()
    }
    for flag in ("B", "R", "N")
}
