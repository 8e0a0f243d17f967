"""``check_load``, ``check_swap``, ``check_users``, ``check_file_age`` and their stand-ins say the same of a machine."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from alignak.execution.standins.standin import Unsupported
from tests.support.conformance import by_plugin, in_process
from tests.support.machines import differing, needed, played

pytestmark = needed

_LOAD: Final = """
printf '%s 1/90 1234\\n' "$LOADS" > "$FOLDER/loadavg"
mount --bind "$FOLDER/loadavg" /proc/loadavg
"""
_LOAD_WORDS: Final = (
    "check_load -w 0 -c 0",
    "check_load -w 0 -c 1",
    "check_load -w 1 -c 1",
    "check_load -w 1,2,3 -c 1,2,3",
    "check_load -w 1,2,3 -c 2,3,4",
    "check_load -w 5,4,3 -c 10,6,4",
    "check_load -w 0.99,1.99 -c 5,6",
    "check_load -w 15,10,5 -c 30,25,20",
    "check_load --warning=1.23456,2 --critical=9",
    "check_load -r -w 0.5 -c 1",
    "check_load -r -w .7,.8,.9 -c 2",
    "check_load --percpu -w 0.495 -c 2",
    "check_load -n 0 -w 5 -c 6",
    "check_load -rw 1 -c 2 anything",
)


@pytest.mark.parametrize("loads", ["0.00 0.00 0.00", "1.00 2.00 3.00", "0.99 2.01 2.99", "17.31 9.05 4.40"])
def test_the_load_of_a_machine_is_told_and_judged_alike(loads: str, tmp_path: Path) -> None:
    assert not differing(played(_LOAD, _LOAD_WORDS, LOADS=loads, FOLDER=str(tmp_path)))


_SWAP: Final = """
sizes="s/^SwapTotal: .*/SwapTotal: $TOTAL kB/; s/^SwapFree: .*/SwapFree: $FREE kB/"
sed "$sizes; s/^SwapCached: .*/SwapCached: $CACHED kB/" /proc/meminfo > "$FOLDER/meminfo"
mount --bind "$FOLDER/meminfo" /proc/meminfo
"""
_SWAP_WORDS: Final = (
    "check_swap -w 10% -c 5%",
    "check_swap -w 60% -c 50%",
    "check_swap -w 59% -c 58%",
    "check_swap -w 100% -c 99%",
    "check_swap -w 10 -c 5",
    "check_swap -w 1263534080 -c 1",
    "check_swap -w 1263534081 -c 1263534080",
    "check_swap -a -w 60% -c 5%",
    "check_swap --allswaps --warning=20% --critical=10%",
    "check_swap -w 10% -c 5% -n ok",
    "check_swap -w 10% -c 5% --no-swap=warning",
    "check_swap -w 10% -c 5% -n 3",
)


@pytest.mark.parametrize(
    ("total", "free", "cached"),
    [
        (0, 0, 0),
        (1000, 900, 0),
        (2048, 1000, 0),
        (2097148, 0, 0),
        (2097148, 1234567, 0),
        (2097148, 1234567, 100000),
        (1024000, 594944, 0),
        (102400, 72704, 0),
        (9999999999, 7777777777, 0),
    ],
)
def test_swap_is_told_and_judged_alike(total: int, free: int, cached: int, tmp_path: Path) -> None:
    sizes = {"TOTAL": str(total), "FREE": str(free), "CACHED": str(cached)}
    assert not differing(played(_SWAP, _SWAP_WORDS, FOLDER=str(tmp_path), **sizes))


_USERS: Final = """
mount -t tmpfs none /run
cp "$SESSIONS" /run/utmp
"""
_USERS_WORDS: Final = (
    "check_users -w 5 -c 10",
    "check_users -w 0 -c 1",
    "check_users -w 3 -c 3",
    "check_users -w 2 -c 2",
    "check_users 1 2",
    "check_users -w 1 0",
    "check_users -w 5: -c 1:",
    "check_users -w @1:2 -c @3",
    "check_users -w :2 -c :3",
    "check_users -w 1.5:2.5 -c 4",
    "check_users -w ~: -c ~:2",
    "check_users --warning=05 --critical=6",
)
_SESSION: Final = struct.Struct("hxxi32s4s32s256shhiii4i20x")
_USER, _LOGIN, _ENDED = 7, 6, 8


def _sessions(*kinds: int) -> bytes:
    return b"".join(_SESSION.pack(kind, 12, b"pts/1", b"1", b"joe", b"", 0, 0, 0, 1, 0, 0, 0, 0, 0) for kind in kinds)


@pytest.mark.parametrize("kinds", [(), (_USER,), (_LOGIN, _USER, _USER, _ENDED, _USER)])
def test_users_are_counted_alike(kinds: Sequence[int], tmp_path: Path) -> None:
    (tmp_path / "utmp").write_bytes(_sessions(*kinds))
    assert not differing(played(_USERS, _USERS_WORDS, SESSIONS=str(tmp_path / "utmp")))


_AGES: Final = (
    "check_file_age {file}",
    "check_file_age -f {file}",
    "check_file_age -w 299 -c 500 -f {file}",
    "check_file_age -w 100 -c 200 {file}",
    "check_file_age -w 1000 -c 100 {file}",
    "check_file_age -W 10 -C 3 -w 1000 -c 2000 -f {file}",
    "check_file_age -W 10 -C 8 -w 1000 -c 2000 -f {file}",
    "check_file_age -W 6 -C 6 -w 1000 -c 2000 -f {file}",
    "check_file_age --warning-age 1000 --critical-age=2000 --warning-size 7 --critical-size 00 {file}",
    "check_file_age -w 010 -c 9999 {file}",
    "check_file_age -iw 5 -f {file} ignored",
    "check_file_age -f {file}-missing",
    "check_file_age -i -f {file}-missing",
    "check_file_age --ignore-missing {file}-missing",
    "check_file_age -f {folder}",
)


@pytest.mark.parametrize("age", [-100, 0, 300])
def test_age_and_size_of_a_file_are_judged_alike(age: int, tmp_path: Path) -> None:
    file = tmp_path / "a file.log"
    file.write_text("hello\n")
    os.utime(file, (0, time.time() - age))
    os.utime(tmp_path, (0, time.time() - age))
    cases = [[word.format(file=file, folder=tmp_path) for word in each.split()] for each in _AGES]
    assert not differing(played("true", cases))


@pytest.mark.parametrize(
    "words",
    [
        "check_load",
        "check_load -w 1",
        "check_load -w 10 -c 5",
        "check_load -w a -c b",
        "check_load -w 1,2,3,4 -c 9",
        "check_load -w 1 -c 2 -n 3",
        "check_load -h",
        "check_swap",
        "check_swap -w 5% -c 10%",
        "check_swap -w 200% -c 5%",
        "check_swap -w 10%,20 -c 5%",
        "check_swap -w 0 -c 0",
        "check_swap -w 1500000000 -c 5%",
        "check_swap -v -w 10% -c 5%",
        "check_users",
        "check_users -w 1",
        "check_users -w 2:1 -c 5",
        "check_users -w a -c b",
        "check_file_age",
        "check_file_age -f",
        "check_file_age -w 1:2 -f /etc/passwd",
        "check_file_age --file /etc/passwd",
        "check_file_age -V",
        "check_uptime -w 5",
        "check_uptime -w 10 -c 5",
        "check_uptime -w 5x -c 6",
    ],
)
def test_what_the_plugins_refuse_or_explain_is_left_to_them(words: str) -> None:
    name, *rest = words.split()
    with pytest.raises(Unsupported):
        in_process(name, rest)


def test_the_load_of_this_very_machine_is_the_one_the_plugin_tells() -> None:
    words = ["-w", "500", "-c", "600"]
    assert any(in_process("check_load", words) == by_plugin("check_load", words) for _ in range(6))
