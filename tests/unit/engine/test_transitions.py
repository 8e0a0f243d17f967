"""The table of soft and hard states, asked directly."""

from __future__ import annotations

import pytest

from alignak.engine.state import ItemState
from alignak.engine.transitions import TABLE, Arrival, Phase, Telling, arrival_of, move, settle
from alignak.model.objects import Policy
from alignak.model.states import StateType

SOFT, HARD = StateType.SOFT, StateType.HARD
THREE = Policy(max_check_attempts=3)


def state(name: str = "OK", kind: StateType = HARD, attempt: int = 1) -> ItemState:
    return ItemState(state=name, state_type=kind, attempt=attempt, last_hard_state="OK", has_been_checked=True)


@pytest.mark.parametrize(
    ("before", "name", "policy", "dependency", "arrival"),
    [
        (state("PENDING", attempt=0), "OK", THREE, False, Arrival.GOOD),
        (state("OK"), "CRITICAL", THREE, False, Arrival.ATTEMPTS_LEFT),
        (state("OK"), "CRITICAL", Policy(), False, Arrival.ATTEMPTS_USED),
        (state("CRITICAL", SOFT, 1), "CRITICAL", THREE, False, Arrival.ATTEMPTS_LEFT),
        (state("CRITICAL", SOFT, 2), "WARNING", THREE, False, Arrival.ATTEMPTS_USED),
        (state("DOWN", SOFT, 2), "DOWN", THREE, True, Arrival.SAME),
        (state("DOWN", SOFT, 2), "UNREACHABLE", THREE, True, Arrival.OTHER),
        (state("CRITICAL", HARD, 3), "CRITICAL", THREE, False, Arrival.SAME),
        (state("CRITICAL", HARD, 3), "WARNING", THREE, False, Arrival.OTHER),
        (state("CRITICAL", HARD, 3), "UNKNOWN", THREE, False, Arrival.HUSHED),
        (state("OK"), "CRITICAL", Policy(max_check_attempts=3, is_volatile=True), False, Arrival.VOLATILE),
    ],
)
def test_how_a_result_arrives(before: ItemState, name: str, policy: Policy, dependency: bool, arrival: Arrival) -> None:
    assert arrival_of(before, policy, name, is_dependency=dependency) is arrival


def test_every_arrival_that_can_happen_has_a_row() -> None:
    for name in ("OK", "WARNING", "CRITICAL", "UNKNOWN", "UNREACHABLE"):
        for before in ("PENDING", "OK", "WARNING", "CRITICAL", "UNKNOWN", "UNREACHABLE"):
            for kind in (HARD,) if before in ("OK", "PENDING") else (SOFT, HARD):
                for dependency in (False, True):
                    for policy in (THREE, Policy(), Policy(is_volatile=True)):
                        move(state(before, kind), policy, name, 1.0, is_dependency=dependency)


def test_nobody_is_told_of_soft_problems() -> None:
    soft = [row for row in TABLE.values() if row.state_type is SOFT]
    assert all(row.telling is Telling.NOBODY for row in soft)
    assert all(row.has_alert for (phase, arrival), row in TABLE.items() if arrival is Arrival.OTHER)
    assert Phase.SOFT in {phase for phase, _ in TABLE}


def test_times_of_change_are_kept() -> None:
    now = state()
    move(now, THREE, "CRITICAL", 10.0, is_dependency=False)
    assert (now.last_state_change, now.last_hard_state_change, now.last_state) == (10.0, 0, "OK")
    move(now, THREE, "CRITICAL", 20.0, is_dependency=False)
    move(now, THREE, "CRITICAL", 30.0, is_dependency=False)
    assert (now.last_state_change, now.last_hard_state_change, now.last_hard_state) == (10.0, 30.0, "CRITICAL")
    assert now.last_times["CRITICAL"] == 30.0


def test_coming_from_pending_to_good_is_no_change() -> None:
    now = ItemState()
    move(now, THREE, "OK", 10.0, is_dependency=False)
    assert (now.state, now.last_state_change, now.attempt) == ("OK", 0, 1)


def test_an_unreachable_host_that_turns_out_down_has_not_changed_since() -> None:
    now = state("UNREACHABLE", HARD, 3)
    move(now, THREE, "DOWN", 10.0, is_dependency=False)
    assert now.last_state_change == 0


def test_what_was_before_nothing_was_known_is_remembered_until_it_is_over() -> None:
    now = state("WARNING", HARD, 3)
    for name in ("UNKNOWN", "UNREACHABLE", "UNKNOWN", "WARNING"):
        assert not move(now, THREE, name, 1.0, is_dependency=False).has_alert
    assert now.in_hard_unknown_reach_phase is False
    assert not move(now, THREE, "UNKNOWN", 1.0, is_dependency=False).has_alert
    assert move(now, THREE, "CRITICAL", 1.0, is_dependency=False).telling is Telling.PROBLEM


def test_a_recovery_is_settled_after_it_was_shown() -> None:
    now = state("CRITICAL", SOFT, 2)
    row = move(now, THREE, "OK", 1.0, is_dependency=False)
    assert (row.settles, now.state_type, now.attempt) == (True, SOFT, 3)
    settle(now)
    assert (now.state_type, now.attempt) == (HARD, 1)
