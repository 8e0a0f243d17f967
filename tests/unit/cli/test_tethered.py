"""A daemon that is tied to the process that started it."""

from __future__ import annotations

import subprocess
import sys

from alignak.cli import tethered


def test_the_daemon_program_is_run_with_the_words_that_are_left() -> None:
    script = (
        "import subprocess, sys, os;"
        "sys.exit(subprocess.run([sys.executable, '-m', 'alignak.cli.tethered', str(os.getpid()), 'poller',"
        " '-e', '/none.ini']).returncode)"
    )

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)

    assert found.returncode == 2
    assert "the following arguments are required: -n/--name" in found.stderr


def test_a_parent_that_is_gone_already_leaves_nothing_to_do() -> None:
    argv = [sys.executable, "-m", tethered.__name__, "1", "poller", "-n", "x", "-e", "/none.ini"]

    found = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)

    assert (found.returncode, found.stderr) == (0, "")
