"""Checks of this machine: they read it, and their thresholds decide."""

from __future__ import annotations

import re
import time

import pytest

from alignak.execution.builtin import machine
from alignak.execution.builtin.registry import load
from alignak.execution.builtin.results import Result, UsageError


def run(name: str, *words: str) -> Result:
    return load(name)((name, *words), {}, time.monotonic() + 5)


NAMES = ("load", "cpu", "memory", "swap", "disk", "processes", "uptime", "network")


@pytest.mark.parametrize("name", NAMES)
def test_each_prints_one_line_with_performance_data(name: str) -> None:
    code, text = run(name)

    assert code in (0, 1, 2)
    assert re.match(rf"{name.upper()} (OK|WARNING|CRITICAL) - .+ \| \S+=-?[\d.]+", text)
    assert "\n" not in text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("load", ("-w", "@0:", "-c", "@0:")),
        ("cpu", ("-c", "@0:100")),
        ("memory", ("-c", "@0:100")),
        ("disk", ("-c", "@0:100", "-p", "/")),
        ("processes", ("-c", "0")),
        ("uptime", ("-c", "99999999:")),
        ("network", ("-i", "lo", "-c", "@0:")),
    ],
)
def test_a_threshold_that_is_passed_makes_it_critical(name: str, words: tuple[str, ...]) -> None:
    code, text = run(name, *words)

    assert code == 2
    assert "CRITICAL" in text


def test_load_takes_three_thresholds_or_one_and_counts_by_processor() -> None:
    assert run("load", "-w", "1000,1000,1000", "-c", "1000")[0] == 0
    assert run("load", "-w", "@0:", "-c", "1000", "--per-cpu")[0] == 1


def test_processes_are_counted_by_name_and_state() -> None:
    assert "0 processes named nothing-like-it" in run("processes", "-n", "nothing-like-it")[1]
    assert run("processes", "-n", "nothing-like-it", "-c", "1:")[0] == 2
    assert "zombie processes" in run("processes", "--zombies")[1]


def test_a_missing_file_system_is_unknown() -> None:
    assert run("disk", "-p", "/nowhere")[0] == 3


def test_a_missing_interface_is_told_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"no interface nosuch0; there are .*lo"):
        run("network", "-i", "nosuch0")


def test_measuring_leaves_time_before_the_deadline() -> None:
    assert machine._sample(time.monotonic() + 0.3) <= 0.1
    assert machine._sample(time.monotonic() + 100) == 0.5
