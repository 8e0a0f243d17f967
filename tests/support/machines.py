"""A machine as a test wants it: plugins and stand-ins run where files, mounts and processes are those of a scenario.

``played`` makes private namespaces, sets the scenario up by a shell script, runs each plugin and its stand-in there and
returns the whole of what both said.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from alignak.execution.standins.standin import Result
from tests.support.conformance import FOLDER

TRIES: Final = 6
PATIENCE: Final = 100.0
ROOT: Final = Path(__file__).parents[2]


class Pair(NamedTuple):
    """What stand-in and plugin said."""

    ours: Result
    theirs: Result


@cache
def can_be_played() -> bool:
    """Tell whether this machine lets a test have namespaces of its own, and has the plugins."""
    tried = subprocess.run([*_unshared(), "true"], capture_output=True, check=False)
    return FOLDER.exists() and tried.returncode == 0


def _unshared() -> list[str]:
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", *user]


needed: Final = pytest.mark.skipif(
    not can_be_played(), reason="needs monitoring-plugins (bin/test --with-services) and the right to private mounts"
)


def played(
    scenario: str, cases: Sequence[str | Sequence[str]], *, tries: int = TRIES, **more: str
) -> Mapping[str, Pair]:
    """Play cases, each a plugin's name and its words, in a scenario; ``more`` are variables of its script.

    A case in one text is split at spaces, and played so many times as long as the answers differ.
    """
    words = {each if isinstance(each, str) else " ".join(each): each for each in cases}
    asked = {"scenario": scenario, "tries": tries, "cases": [[*_words(each)] for each in words.values()]}
    ran = subprocess.run(
        [*_unshared(), sys.executable, "-m", "tests.support.machine_runs"],
        input=json.dumps(asked),
        cwd=ROOT,
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout.splitlines()[-1])
    return {name: Pair(*(tuple(each) for each in pair)) for name, pair in zip(words, said, strict=True)}


def _words(case: str | Sequence[str]) -> Iterator[str]:
    return iter(case.split() if isinstance(case, str) else case)


def differing(pairs: Mapping[str, Pair]) -> Mapping[str, Pair]:
    """Return the cases that are not the same, or were left to the plugin and prove nothing."""
    return {name: pair for name, pair in pairs.items() if pair.ours != pair.theirs}
