"""What processes take is put down to whom it belongs."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.bench.accounting import PLUGINS, cpu, difference, family, role_of

BUSY = "import time\nwhile time.process_time() < 0.3: pass"


@pytest.mark.parametrize(
    ("command", "role"),
    [
        ("alignak-scheduler scheduler-master", "scheduler"),
        ("alignak-poller-master worker fork_1", "poller workers"),
        ("/usr/sbin/nagios4 --worker /run/nagios.qh", "nagios workers"),
        ("/usr/sbin/nagios4 /etc/nagios4/nagios.cfg", "nagios"),
        ("/usr/lib/nagios/plugins/check_tcp -H nagios4", ""),
    ],
)
def test_a_process_is_known_by_its_title(command: str, role: str) -> None:
    assert role_of(command) == role


def test_the_time_of_a_plugin_that_ended_is_not_lost() -> None:
    before = cpu(os.getpid())
    subprocess.run([sys.executable, "-c", BUSY], check=True)
    used = difference(cpu(os.getpid()), before)
    assert used[PLUGINS] >= 0.25


def test_all_that_runs_below_a_process_is_seen() -> None:
    with subprocess.Popen(["sh", "-c", "sleep 60 & wait"], start_new_session=True) as shell:
        try:
            while len(seen := list(family(shell.pid))) < 2:
                pass
            assert seen[0].pid == shell.pid
            assert "sleep" in {each.name for each in seen} or len(seen) == 2
        finally:
            os.killpg(shell.pid, 9)
