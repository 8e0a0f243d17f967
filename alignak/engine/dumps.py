"""The ``dump`` of all states, as documents and as lines (http-api.md 2.4); ``views`` hands it on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from alignak.base.codec import Json
from alignak.base.errors import RefusedError
from alignak.engine.attributes import business_impact, customs_of, is_source, source_problems
from alignak.engine.state import Item, World
from alignak.model.states import CRITICAL, DOWN, OK, UNKNOWN, UNREACHABLE, UP, WARNING, StateType

_Column: TypeAlias = Callable[[Item], Json]

_OVERALL: Final[Mapping[str, int]] = {WARNING: 3, UNKNOWN: 3, DOWN: 4, CRITICAL: 4, UNREACHABLE: 4}


def _overall(item: Item) -> int:
    """Return 0 good, 1 acknowledged, 2 in downtime, 3 warning or unknown, 4 critical or down, 5 not monitored."""
    if not is_monitored(item):
        return 5
    if item.state.acknowledgement is not None:
        return 1
    if item.downtime_depth > 0:
        return 2
    return _OVERALL.get(item.state_name, 0) if item.state.state_type is StateType.HARD else 0


def is_monitored(item: Item) -> bool:
    """Tell whether an object can get results, by itself or from outside."""
    return item.policy.active_checks_enabled or item.policy.passive_checks_enabled


_BASIC: Final[Mapping[str, _Column]] = {
    "type": lambda item: item.kind.value,
    "host": lambda item: item.spec.host_name,
    "name": lambda item: item.spec.description or item.spec.host_name,
    "last_check": lambda item: int(item.state.last_chk),
    "state_id": lambda item: item.state_id,
    "state": lambda item: item.state_name,
    "state_type": lambda item: item.state.state_type.value,
    "is_problem": is_source,
    "is_impact": lambda item: bool(source_problems(item)),
    "output": lambda item: item.state.output,
}

_COMMON: Final[Mapping[str, _Column]] = {
    "business_impact": business_impact,
    "tags": lambda item: list(item.policy.tags),
    "customs": lambda item: dict(customs_of(item)),
    "parents": lambda item: list(item.spec.parents),
    "long_output": lambda item: item.state.long_output,
    "perf_data": lambda item: item.state.perf_data,
    "check_period": lambda item: item.policy.check_period,
    "active_checks_enabled": lambda item: item.policy.active_checks_enabled,
    "passive_checks_enabled": lambda item: item.policy.passive_checks_enabled,
    "check_freshness": lambda item: item.policy.check_freshness,
    "freshness_threshold": lambda item: item.policy.freshness_threshold,
    "freshness_state": lambda item: item.policy.freshness_state,
}


def _last_times(*states: str) -> dict[str, _Column]:
    def column(state: str) -> _Column:
        return lambda item: int(item.state.last_times.get(state, 0))

    return {f"last_time_{state.lower()}": column(state) for state in states}


_HANDLED: Final[Mapping[str, _Column]] = {
    "acknowledged": lambda item: item.state.acknowledgement is not None,
    "downtimed": lambda item: item.downtime_depth > 0,
    "next_check": lambda item: int(item.state.next_chk),
}

_HOST_DETAILS: Final[Mapping[str, _Column]] = {
    **_BASIC,
    "uuid": lambda item: item.key,
    "address": lambda item: item.spec.address,
    "alias": lambda item: item.spec.alias,
    **_COMMON,
    "get_overall_state": lambda item: max(_overall(each) for each in (item, *item.services)),
    **_HANDLED,
    **_last_times(UP, DOWN, UNREACHABLE),
}

_SERVICE_DETAILS: Final[Mapping[str, _Column]] = {
    **_BASIC,
    "uuid": lambda item: item.key,
    "alias": lambda item: item.spec.alias,
    **{name: column for name, column in _COMMON.items() if name != "parents"},
    "overall_state_id": _overall,
    **_HANDLED,
    **_last_times(OK, WARNING, CRITICAL, UNKNOWN, UNREACHABLE),
}


def _columns(item: Item, details: bool) -> Mapping[str, _Column]:
    if not details:
        return _BASIC
    return _HOST_DETAILS if item.is_host else _SERVICE_DETAILS


def dump(world: World, name: str = "", details: bool = False) -> list[Json]:
    """Return the state of all hosts with their services, or of the host or ``host/service`` that is named.

    Raises RefusedError when there is no such object.
    """
    if name and "/" in name and world.host(name) is None:
        return [_row(_named(world, name), details)]
    return [
        {**_row(host, details), "services": [_row(each, details) for each in host.services]}
        for host in _hosts(world, name)
    ]


def dump_raw(world: World, name: str = "", details: bool = False) -> list[Json]:
    """Return the same as two lists of ``;`` separated lines, hosts and services, each with a header.

    Raises RefusedError when there is no such object.
    """
    if name and "/" in name and world.host(name) is None:
        return [_lines((), _BASIC), _lines((_named(world, name),), _SERVICE_DETAILS if details else _BASIC)]
    hosts = _hosts(world, name)
    services = [each for host in hosts for each in host.services]
    return [
        _lines(hosts, _HOST_DETAILS if details else _BASIC),
        _lines(services, _SERVICE_DETAILS if details else _BASIC),
    ]


def _hosts(world: World, name: str) -> list[Item]:
    if not name:
        return [each for each in world.items.values() if each.is_host]
    host = world.host(name)
    if host is None:
        raise RefusedError(f"Required host ({name}) not found.")
    return [host]


def _named(world: World, name: str) -> Item:
    host_name, _, description = name.partition("/")
    item = world.service(host_name, description)
    if item is None:
        raise RefusedError(f"Required service ({name}) not found.")
    return item


def _row(item: Item, details: bool) -> dict[str, Json]:
    return {name: column(item) for name, column in _columns(item, details).items()}


def _lines(items: Iterable[Item], columns: Mapping[str, _Column]) -> list[Json]:
    return [";".join(columns), *(";".join(_cell(column(each)) for column in columns.values()) for each in items)]


def _cell(value: Json) -> str:
    """Return a value as one cell; quoted when it would break the line or the column."""
    text = str(value)
    return '"{}"'.format(text.replace('"', '""')) if any(each in text for each in ';"\r\n') else text
