"""What followers are told with each result, written out: the tables of ``attributes`` say the same, four times slower.

``broks`` calls it. A test holds the two against one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from alignak.base.codec import Json
from alignak.base.records import Record, record
from alignak.engine.attributes import chosen
from alignak.engine.state import Item, World
from alignak.model.states import (
    CRITICAL,
    DOWN,
    GOOD_STATE,
    OK,
    PENDING,
    STATE_IDS,
    UNKNOWN,
    UNREACHABLE,
    UP,
    WARNING,
    Kind,
    StateType,
)

_SELDOM: Final = frozenset(("timeout", "start_time", "end_time", "early_timeout"))
"""Directives that mean nothing and may be given all the same."""

_STATUS: Final = (
    "last_chk",
    "in_checking",
    "latency",
    "attempt",
    "state_id",
    "current_event_id",
    "last_event_id",
    "last_state",
    "last_state_type",
    "last_state_id",
    "last_state_change",
    "last_hard_state_change",
    "last_hard_state",
    "last_hard_state_id",
    "state_type",
    "state_type_id",
    "output",
    "long_output",
    "percent_state_change",
    "problem_has_been_acknowledged",
    "acknowledgement_type",
    "has_been_checked",
    "last_problem_id",
    "current_problem_id",
    "execution_time",
    "timeout",
    "start_time",
    "end_time",
    "early_timeout",
    "return_code",
    "perf_data",
    "in_scheduled_downtime",
    "state",
)
"""What is told of hosts and of services."""

_HostResult: Final = record(
    "_HostResult",
    (
        "check_interval",
        "retry_interval",
        "host_name",
        *_STATUS,
        "last_time_up",
        "last_time_down",
        "last_time_unreachable",
        "command_name",
    ),
)
_ServiceResult: Final = record(
    "_ServiceResult",
    (
        "check_interval",
        "retry_interval",
        "host_name",
        "service_description",
        *_STATUS,
        "last_time_ok",
        "last_time_warning",
        "last_time_critical",
        "last_time_unknown",
        "last_time_unreachable",
        "command_name",
    ),
)

TYPE_NAMES: Final = {each: each.value for each in StateType}
TYPE_IDS: Final = {each: each.id for each in StateType}


def check_result(world: World, item: Item) -> Mapping[str, Json] | Record:
    """Return the attributes of a host or service that a check tells."""
    extra = item.policy.extra
    if extra and not _SELDOM.isdisjoint(extra):
        return chosen(world, item, "R")
    return _host(item) if item.kind is Kind.HOST else _service(item)


def next_schedule(item: Item) -> dict[str, Json]:
    """Return the attributes that tell when a host or service will be checked."""
    spec, key = item.spec, item.key
    if item.kind is Kind.HOST:
        return {
            "uuid": key,
            "host_name": spec.host_name,
            "next_chk": int(item.state.next_chk),
            "in_checking": item.in_flight is not None,
        }
    return {
        "uuid": key,
        "host_name": spec.host_name,
        "service_description": spec.description,
        "next_chk": int(item.state.next_chk),
        "in_checking": item.in_flight is not None,
    }


def _host(item: Item) -> Record:
    """Return those of a host."""
    policy, spec, times = item.policy, item.spec, item.state.last_times
    return _HostResult(
        policy.check_interval,
        policy.retry_interval,
        spec.host_name,
        *_status(item),
        int(times.get(UP, 0)),
        int(times.get(DOWN, 0)),
        int(times.get(UNREACHABLE, 0)),
        spec.check_command.name if spec.check_command is not None else "",
    )


def _service(item: Item) -> Record:
    """Return those of a service."""
    policy, spec, times = item.policy, item.spec, item.state.last_times
    return _ServiceResult(
        policy.check_interval,
        policy.retry_interval,
        spec.host_name,
        spec.description,
        *_status(item),
        int(times.get(OK, 0)),
        int(times.get(WARNING, 0)),
        int(times.get(CRITICAL, 0)),
        int(times.get(UNKNOWN, 0)),
        int(times.get(UNREACHABLE, 0)),
        spec.check_command.name if spec.check_command is not None else "",
    )


def _status(item: Item) -> tuple[Json, ...]:
    """Return what ``_STATUS`` names, in its order: giving names takes longer than all else."""
    state, acknowledgement = item.state, item.state.acknowledgement
    ids = STATE_IDS[item.kind]
    return (
        int(state.last_chk),
        item.in_flight is not None,
        state.latency,
        state.attempt,
        ids[state.state],
        state.current_event_id,
        state.last_event_id,
        state.last_state,
        TYPE_NAMES[state.last_state_type],
        ids[state.last_state],
        int(state.last_state_change),
        int(state.last_hard_state_change),
        state.last_hard_state,
        ids[state.last_hard_state],
        TYPE_NAMES[state.state_type],
        TYPE_IDS[state.state_type] if state.has_been_checked else 0,
        state.output,
        state.long_output,
        state.percent_state_change,
        acknowledgement is not None,
        2 if acknowledgement and acknowledgement.sticky else 1,
        int(state.has_been_checked),
        state.last_problem_id,
        state.current_problem_id,
        state.execution_time,
        0,
        0,
        0,
        0,
        state.return_code,
        state.perf_data,
        bool(state.downtimes) and item.downtime_depth > 0,
        GOOD_STATE[item.kind] if state.state == PENDING else state.state,
    )
