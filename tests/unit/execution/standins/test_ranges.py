"""Threshold ranges alert where the plugins do."""

from __future__ import annotations

import pytest

from alignak.execution.standins.ranges import range_of
from alignak.execution.standins.standin import Unsupported


@pytest.mark.parametrize(
    ("text", "quiet", "alerting", "shown"),
    [
        ("10", (0, 10), (-0.1, 10.1), 10),
        ("10:", (10, 1e9), (9.9, -1), 0),
        (":10", (0, 10), (-1, 11), 10),
        ("~:10", (-1e9, 10), (10.5,), 10),
        ("5:10", (5, 7, 10), (4.9, 10.1), 10),
        ("@5:10", (4.9, 10.1), (5, 7, 10), 10),
        (".5", (0.5,), (0.6,), 0.5),
        ("~:", (-5, 5), (), 0),
    ],
)
def test_ends_belong_to_a_range(text: str, quiet: tuple[float, ...], alerting: tuple[float, ...], shown: float) -> None:
    read = range_of("-w", text)
    assert not [value for value in quiet if read.alerts(value)]
    assert [value for value in alerting if read.alerts(value)] == list(alerting)
    assert read.shown == shown


@pytest.mark.parametrize("text", ["", "@", "x", "10:5", "-1", "1:2:3", "1e2", "inf", "1,5", " 1", "1x"])
def test_what_is_no_range_names_the_option(text: str) -> None:
    with pytest.raises(Unsupported, match="-w"):
        range_of("-w", text)
