"""The table of the benches says what was measured, and does not flatter."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from tests.bench.frame import LIMIT, Figures, Row, Subject, measured, number, table


def test_subjects_take_turns() -> None:
    seen: list[str] = []

    def subject(name: str, value: float) -> Callable[[], Figures]:
        def measure() -> Figures:
            seen.append(name)
            return {"seconds": value + len(seen)}

        return measure

    found = measured([Subject("alignak", subject("alignak", 0)), Subject("nagios4", subject("nagios4", 10))], 2)
    assert seen == ["alignak", "nagios4", "alignak", "nagios4"]
    assert found == {"alignak": {"seconds": [1, 3]}, "nagios4": {"seconds": [12, 14]}}


@pytest.mark.parametrize(
    ("row", "ratio", "verdict"),
    [
        (Row("verify", "s", [3, 9, 4], "nagios4", [1, 5, 2], 2.0), 2.0, "met"),
        (Row("verify", "s", [3, 9, 4.1], "nagios4", [1, 5, 2], 2.0), 2.05, "NOT MET"),
        (Row("checks", "a second", [900], "nagios4", [1000], 1.0, is_rate=True), 0.9, "NOT MET"),
        (Row("checks", "a second", [1100], LIMIT, [1000], 1.0, is_rate=True), 1.1, "met"),
        (Row("verify", "s", [3], "nagios4", [1]), 3.0, ""),
        (Row("verify", "s", [3], goal=2.0), None, ""),
    ],
)
def test_a_goal_is_met_by_the_medians_or_it_is_not(row: Row, ratio: float | None, verdict: str) -> None:
    assert row.ratio == (None if ratio is None else pytest.approx(ratio))
    assert row.verdict == verdict


def test_a_line_has_the_figures_of_both_and_what_is_wanted() -> None:
    out = io.StringIO()
    Console(file=out, width=150).print(table([Row("verify, cold", "s", [3.14159, 2, 17.77], "nagios4", [0.5], 4.0)]))
    line = out.getvalue().splitlines()[1]
    assert [each.strip() for each in line.split("  ") if each.strip()] == [
        "verify, cold",
        "3.14 s",
        "2.00–17.8",
        "nagios4",
        "0.50 s",
        "6.28",
        "≤ 4.00",
        "NOT MET",
    ]


def test_figures_have_three_digits_that_say_something() -> None:
    assert [number(each) for each in (1234567.0, 123.4, 12.34, 1.234)] == ["1,234,567", "123", "12.3", "1.23"]
