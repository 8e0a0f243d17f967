"""A soak sees growth and lateness, and says which goal was missed."""

from __future__ import annotations

import pytest

from tests.bench.processes import MIB
from tests.bench.soak import OURS, Look, judged, percentiles, slope

HOUR = 3600.0


def looks(growth: float = 0.0, scheduler: float = 600.0) -> list[Look]:
    """Return an hour of looks, one a minute, in which the scheduler grows by so many MiB."""
    return [
        Look(
            minute * 60.0,
            dict.fromkeys(OURS, 50 * MIB) | {"scheduler": int((scheduler + growth * minute / 60) * MIB)},
            {},
            100,
            20,
            5,
        )
        for minute in range(61)
    ]


def missed(found: list[Look], latencies: list[float]) -> list[str]:
    return [each.question for each in judged(found, latencies, 100_000) if not each.is_met]


def test_a_quiet_hour_meets_every_goal() -> None:
    assert missed(looks(), [0.05] * 1_000) == []


def test_a_daemon_that_grows_is_named() -> None:
    assert missed(looks(growth=12), [0.05] * 1_000) == ["memory of the scheduler"]


def test_two_checks_in_a_hundred_that_are_late_are_too_many() -> None:
    assert missed(looks(), [0.05] * 980 + [1.5] * 20) == ["latency"]
    assert missed(looks(), [0.05] * 996 + [1.5] * 4) == []


def test_a_scheduler_that_takes_too_much_for_a_service_is_named() -> None:
    assert missed(looks(scheduler=900), [0.05] * 1_000) == ["the scheduler's memory, a service"]


def test_an_hour_without_any_result_is_no_success() -> None:
    assert missed(looks(), []) == ["latency"]


def test_growth_is_told_in_percent_of_the_size() -> None:
    assert slope([(0.0, 100.0), (HOUR / 2, 101.0), (HOUR, 102.0)]) == pytest.approx(1.98, abs=0.01)


def test_percentiles_are_those_of_all_values() -> None:
    middle, most = percentiles([each / 1_000 for each in range(1_001)])
    assert middle == pytest.approx(0.5, abs=0.01)
    assert most == pytest.approx(0.99, abs=0.01)
