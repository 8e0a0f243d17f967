"""What followers are told with each result, written out: the tables of ``attributes`` say the same, four times slower.

``broks`` calls it. A test holds the two against one another.
"""

from __future__ import annotations

from typing import Final

from alignak.base.codec import Json
from alignak.engine.attributes import chosen
from alignak.engine.state import Item, World
from alignak.model.states import (
    CRITICAL,
    DOWN,
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

TYPE_NAMES: Final = {each: each.value for each in StateType}
TYPE_IDS: Final = {each: each.id for each in StateType}


def check_result(world: World, item: Item) -> dict[str, Json]:
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


def _host(item: Item) -> dict[str, Json]:
    """Return those of a host, in one piece: nothing makes a document faster."""
    state, policy, spec = item.state, item.policy, item.spec
    times, acknowledgement, call = state.last_times, state.acknowledgement, spec.check_command
    ids = STATE_IDS[Kind.HOST]
    return {
        "check_interval": policy.check_interval,
        "retry_interval": policy.retry_interval,
        "host_name": spec.host_name,
        "last_chk": int(state.last_chk),
        "in_checking": item.in_flight is not None,
        "latency": state.latency,
        "attempt": state.attempt,
        "state_id": ids[state.state],
        "current_event_id": state.current_event_id,
        "last_event_id": state.last_event_id,
        "last_state": state.last_state,
        "last_state_type": TYPE_NAMES[state.last_state_type],
        "last_state_id": ids[state.last_state],
        "last_state_change": int(state.last_state_change),
        "last_hard_state_change": int(state.last_hard_state_change),
        "last_hard_state": state.last_hard_state,
        "last_hard_state_id": ids[state.last_hard_state],
        "state_type": TYPE_NAMES[state.state_type],
        "state_type_id": TYPE_IDS[state.state_type] if state.has_been_checked else 0,
        "output": state.output,
        "long_output": state.long_output,
        "percent_state_change": state.percent_state_change,
        "problem_has_been_acknowledged": acknowledgement is not None,
        "acknowledgement_type": 2 if acknowledgement and acknowledgement.sticky else 1,
        "has_been_checked": int(state.has_been_checked),
        "last_problem_id": state.last_problem_id,
        "current_problem_id": state.current_problem_id,
        "execution_time": state.execution_time,
        "timeout": 0,
        "start_time": 0,
        "end_time": 0,
        "early_timeout": 0,
        "return_code": state.return_code,
        "perf_data": state.perf_data,
        "in_scheduled_downtime": bool(state.downtimes) and item.downtime_depth > 0,
        "state": UP if state.state == PENDING else state.state,
        "last_time_up": int(times.get(UP, 0)),
        "last_time_down": int(times.get(DOWN, 0)),
        "last_time_unreachable": int(times.get(UNREACHABLE, 0)),
        "command_name": call.name if call is not None else "",
    }


def _service(item: Item) -> dict[str, Json]:
    """Return those of a service."""
    state, policy, spec = item.state, item.policy, item.spec
    times, acknowledgement, call = state.last_times, state.acknowledgement, spec.check_command
    ids = STATE_IDS[Kind.SERVICE]
    return {
        "check_interval": policy.check_interval,
        "retry_interval": policy.retry_interval,
        "host_name": spec.host_name,
        "service_description": spec.description,
        "last_chk": int(state.last_chk),
        "in_checking": item.in_flight is not None,
        "latency": state.latency,
        "attempt": state.attempt,
        "state_id": ids[state.state],
        "current_event_id": state.current_event_id,
        "last_event_id": state.last_event_id,
        "last_state": state.last_state,
        "last_state_type": TYPE_NAMES[state.last_state_type],
        "last_state_id": ids[state.last_state],
        "last_state_change": int(state.last_state_change),
        "last_hard_state_change": int(state.last_hard_state_change),
        "last_hard_state": state.last_hard_state,
        "last_hard_state_id": ids[state.last_hard_state],
        "state_type": TYPE_NAMES[state.state_type],
        "state_type_id": TYPE_IDS[state.state_type] if state.has_been_checked else 0,
        "output": state.output,
        "long_output": state.long_output,
        "percent_state_change": state.percent_state_change,
        "problem_has_been_acknowledged": acknowledgement is not None,
        "acknowledgement_type": 2 if acknowledgement and acknowledgement.sticky else 1,
        "has_been_checked": int(state.has_been_checked),
        "last_problem_id": state.last_problem_id,
        "current_problem_id": state.current_problem_id,
        "execution_time": state.execution_time,
        "timeout": 0,
        "start_time": 0,
        "end_time": 0,
        "early_timeout": 0,
        "return_code": state.return_code,
        "perf_data": state.perf_data,
        "in_scheduled_downtime": bool(state.downtimes) and item.downtime_depth > 0,
        "state": OK if state.state == PENDING else state.state,
        "last_time_ok": int(times.get(OK, 0)),
        "last_time_warning": int(times.get(WARNING, 0)),
        "last_time_critical": int(times.get(CRITICAL, 0)),
        "last_time_unknown": int(times.get(UNKNOWN, 0)),
        "last_time_unreachable": int(times.get(UNREACHABLE, 0)),
        "command_name": call.name if call is not None else "",
    }
