"""Thresholds and performance data as the plugin guidelines have them."""

from __future__ import annotations

import pytest

from alignak.execution.builtin.results import Limits, perf, result, threshold


@pytest.mark.parametrize(
    ("text", "alerting", "quiet"),
    [
        ("10", (-1, 10.1, 11), (0, 5, 10)),
        ("10:", (9.9, -5), (10, 1e9)),
        ("~:10", (10.1,), (-1e9, 10)),
        ("10:20", (9, 21), (10, 15, 20)),
        ("@10:20", (10, 15, 20), (9, 21)),
        ("80%", (81,), (0, 80)),
    ],
)
def test_a_threshold_alerts_where_the_guidelines_say(
    text: str, alerting: tuple[float, ...], quiet: tuple[float, ...]
) -> None:
    limit = threshold(text)

    assert [limit.alerts(value) for value in alerting] == [True] * len(alerting)
    assert [limit.alerts(value) for value in quiet] == [False] * len(quiet)


@pytest.mark.parametrize("text", ["", "high", "20:10", "1:2:3"])
def test_what_is_no_threshold_is_refused(text: str) -> None:
    if text == "":
        assert not threshold(text).alerts(5)
        return
    with pytest.raises(ValueError, match=r".+"):
        threshold(text)


def test_critical_goes_before_warning() -> None:
    limits = Limits(threshold("5"), threshold("10"))

    assert [limits.judge(value) for value in (1, 6, 11)] == [0, 1, 2]
    assert Limits(None, None).judge(1e9) == 0


def test_the_line_is_what_nagios_reads() -> None:
    limits = Limits(threshold("80%"), threshold("90"))

    assert perf("used", 12.3456, "%", limits, 100) == "used=12.346%;80;90;0;100"
    assert perf("/var log's", 1) == "'/var log''s'=1;;;0"
    assert result("DISK", 1, "nearly full", ["a=1", "b=2"]) == (1, "DISK WARNING - nearly full | a=1 b=2")
    assert result("DISK", 0, "fine") == (0, "DISK OK - fine")
