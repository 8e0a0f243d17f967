"""Children are started again, later and later, and never given up."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from alignak.base.errors import StartError
from alignak.system.supervise import Child, Found, RestartPolicy


def test_the_wait_grows_with_each_end() -> None:
    policy = RestartPolicy(first=0.1)

    assert [policy.ended(now).delay for now in (0.0, 1.0, 2.0)] == pytest.approx([0.1, 0.4, 1.6])


def test_five_ends_in_a_minute_are_too_many() -> None:
    policy = RestartPolicy()
    verdicts = [policy.ended(float(now)) for now in range(0, 50, 10)]

    assert [each.is_degraded for each in verdicts] == [False, False, False, False, True]
    assert verdicts[-1].delay == 60
    assert policy.is_degraded(45)
    assert not policy.is_degraded(200)


def test_one_end_an_hour_is_forgotten() -> None:
    policy = RestartPolicy(first=0.1)

    assert {policy.ended(3600.0 * hour) for hour in range(20)} == {(0.1, False)}


def wait_for(log: Path, text: str) -> None:
    until = time.monotonic() + 5
    while text not in log.read_text() and time.monotonic() < until:
        time.sleep(0.01)


def test_a_child_runs_writes_to_its_log_and_is_stopped(tmp_path: Path) -> None:
    log = tmp_path / "child.log"
    child = Child("poller-master", ["/bin/sh", "-c", "echo out; echo err >&2; exec sleep 60"], {}, str(log))
    assert not child.is_alive()
    child.start()
    wait_for(log, "err")

    assert child.is_alive()
    assert child.pid > 0
    assert child.stop(5) == -15
    assert not child.is_alive()
    assert log.read_text() == "out\nerr\n"
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_child_that_ignores_being_asked_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "child.log"
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
    child = Child("x", [sys.executable, "-c", code], {}, str(log))
    child.start()
    wait_for(log, "ready")

    assert child.stop(0.2) == -9
    assert child.poll() == -9


def test_a_child_that_cannot_be_started_says_which_and_why() -> None:
    with pytest.raises(StartError, match="poller-master cannot be started: /nowhere/alignak-poller: No such file"):
        Child("poller-master", ["/nowhere/alignak-poller"], {}, None).start()


def test_a_process_that_was_found_is_asked_to_end_and_killed_when_it_does_not() -> None:
    with subprocess.Popen(["/bin/sleep", "60"]) as mild:
        found = Found(os.pidfd_open(mild.pid))
        assert found.is_alive()
        found.stop(5)
        assert mild.wait() == -15
        assert not found.is_alive()
        found.terminate()
    code = "import signal; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); signal.pause()"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as stubborn:
        assert stubborn.stdout is not None
        stubborn.stdout.readline()
        Found(os.pidfd_open(stubborn.pid)).stop(0.1)
        assert stubborn.wait() == -9
