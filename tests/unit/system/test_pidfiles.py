"""One instance at a time, and no stranger signalled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from alignak.base.errors import StartError
from alignak.system.pidfiles import PidFile, holder_of, signal_holder, stop_holder

HOLDER = """
import signal, sys, time
from alignak.system.pidfiles import PidFile
if sys.argv[2] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
PidFile(sys.argv[1]).acquire()
print("held", flush=True)
time.sleep(60)
"""


class Instances:
    """Other processes that hold a pid file."""

    def __init__(self) -> None:
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, path: Path, temper: str = "mild") -> int:
        process = subprocess.Popen([sys.executable, "-c", HOLDER, str(path), temper], stdout=subprocess.PIPE, text=True)
        self.processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process.pid


@pytest.fixture
def instances() -> Iterator[Instances]:
    started = Instances()
    yield started
    for process in started.processes:
        process.kill()
        process.communicate()


def test_the_file_tells_the_pid_and_goes_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "poller-master.pid"
    pid_file = PidFile(str(path))
    pid_file.acquire()

    assert path.read_text() == f"{os.getpid()}\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert holder_of(str(path)) == os.getpid()

    pid_file.release()
    assert not path.exists()


def test_a_second_instance_is_refused_with_the_pid_of_the_first(tmp_path: Path, instances: Instances) -> None:
    path = tmp_path / "x.pid"
    pid = instances.start(path)

    with pytest.raises(StartError, match=f"held by process {pid}.*--replace") as refused:
        PidFile(str(path)).acquire()

    assert refused.value.exit_code == 3


def test_a_file_left_by_a_crash_is_taken_over(tmp_path: Path, instances: Instances) -> None:
    path = tmp_path / "x.pid"
    os.kill(instances.start(path), signal.SIGKILL)
    instances.processes[0].wait()
    assert path.exists()
    assert holder_of(str(path)) is None

    pid_file = PidFile(str(path))
    pid_file.acquire()
    assert holder_of(str(path)) == os.getpid()
    pid_file.release()


@pytest.mark.parametrize(
    ("temper", "wait", "end"), [("mild", 5.0, -signal.SIGTERM), ("stubborn", 0.3, -signal.SIGKILL)]
)
def test_replace_ends_the_running_instance(
    tmp_path: Path, instances: Instances, temper: str, wait: float, end: int
) -> None:
    path = tmp_path / "x.pid"
    instances.start(path, temper)

    pid_file = PidFile(str(path))
    pid_file.acquire(replace=True, wait=wait)

    assert instances.processes[0].wait(5) == end
    assert holder_of(str(path)) == os.getpid()
    pid_file.release()


def test_a_pid_file_that_names_a_stranger_has_nobody_signalled(tmp_path: Path) -> None:
    path = tmp_path / "x.pid"
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        path.write_text(f"{stranger.pid}\n")

        assert holder_of(str(path)) is None
        assert not stop_holder(str(path), 0.1)
        assert not signal_holder(str(path), signal.SIGTERM)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_held_file_rewritten_to_name_a_stranger_has_nobody_signalled(tmp_path: Path, instances: Instances) -> None:
    path = tmp_path / "x.pid"
    instances.start(path)
    path.write_text("1\n")

    assert not signal_holder(str(path), signal.SIGTERM)
    assert instances.processes[0].poll() is None


def test_a_link_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "canary").write_text("untouched")
    (tmp_path / "x.pid").symlink_to(tmp_path / "canary")

    with pytest.raises(StartError, match="symbolic link"):
        PidFile(str(tmp_path / "x.pid")).acquire()

    assert (tmp_path / "canary").read_text() == "untouched"


def test_the_stop_command_reaches_the_instance(tmp_path: Path, instances: Instances) -> None:
    path = tmp_path / "x.pid"
    instances.start(path)

    assert signal_holder(str(path), signal.SIGTERM)
    assert instances.processes[0].wait(5) == -signal.SIGTERM
