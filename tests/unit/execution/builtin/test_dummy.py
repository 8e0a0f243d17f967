"""The check that says what it is told to."""

from __future__ import annotations

from alignak.execution.builtin.registry import load


def test_it_says_what_it_is_told() -> None:
    dummy = load("dummy")

    assert dummy(("dummy", "2", "all", "lost"), {}, 0.0) == (2, "CRITICAL: all lost")
    assert dummy(("dummy", "0"), {}, 0.0) == (0, "OK")
