"""Performance data becomes numbers; what is no number is left out."""

from __future__ import annotations

from time import perf_counter

import pytest

from alignak.engine.perfdata import Metric, parse_perfdata


def test_a_metric_has_a_value_a_unit_thresholds_and_bounds() -> None:
    assert parse_perfdata("time=0.5s;1;2;0;10") == (Metric("time", 0.5, "s", 1, 2, 0, 10),)


def test_several_metrics_stand_on_one_line_and_labels_in_quotes_hold_blanks() -> None:
    found = parse_perfdata("a=1;;;0 'free space C:\\'=20GB;5:;@1:3 'it''s'=3 température=21")
    assert [(each.name, each.value, each.uom) for each in found] == [
        ("a", 1, ""),
        ("free space C:\\", 20, "GB"),
        ("it's", 3, ""),
        ("température", 21, ""),
    ]
    assert (found[1].warning, found[1].critical) == ("5:", "@1:3")
    assert found[0].min == 0


def test_a_percentage_lies_between_0_and_100() -> None:
    assert parse_perfdata("used=50%;80;90;5;7") == (Metric("used", 50, "%", 80, 90, 0, 100),)


@pytest.mark.parametrize("text", ["", "   ", "no metric", "a=U;1;2", "=5", "a=", "a=1e999", "a=nan", "''=1", "a==1"])
def test_what_is_no_metric_is_left_out(text: str) -> None:
    assert parse_perfdata(text) == ()


@pytest.mark.parametrize("text", ["'" * 8192, "a" * 8192, "'' " * 2730, "a=1;" * 2048, "'a'b=" * 1600])
def test_absurd_text_takes_no_time(text: str) -> None:
    begun = perf_counter()
    parse_perfdata(text)
    assert perf_counter() - begun < 0.5
