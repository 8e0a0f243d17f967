"""How often a state changed, kept as a number and shown as a list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignak.engine.histories import listed, noted, percentage


def history(changes: list[bool], most: int = 20) -> int:
    found = 0
    for each in changes:
        found = noted(found, each, most)
    return found


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 25))
def test_a_history_is_the_list_of_the_last_results(changes: list[bool], most: int) -> None:
    assert listed(history(changes, most)) == changes[-most:]


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 25))
def test_recent_changes_weigh_more_in_list_order(changes: list[bool], most: int) -> None:
    kept = changes[-most:]
    wanted = 100 / most * sum(0.8 + 0.4 * place / most for place, each in enumerate(kept, 1) if each)
    assert percentage(history(changes, most), most) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("changes", "percent"),
    [([True] * 20, 101.0), ([True] * 20 + [False] * 15, 21.5), ([False] * 20, 0.0), ([], 0.0)],
)
def test_the_percentages_of_the_recorded_run(changes: list[bool], percent: float) -> None:
    assert percentage(history(changes), 20) == pytest.approx(percent)


def test_a_history_that_was_longer_is_cut_when_fewer_results_count() -> None:
    assert listed(noted(history([True] * 20), False, 5)) == [True] * 4 + [False]
