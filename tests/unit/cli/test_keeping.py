"""Programs kept running by a command: started again when they die, gone when the command ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from alignak.cli.keeping import Keeper, is_asked_to_stop
from alignak.system.signals import Signals
from alignak.system.supervise import Child


@pytest.fixture
def kept(tmp_path: Path) -> Callable[..., tuple[Keeper, list[str]]]:
    """Return what makes a keeper of a shell script, and the list of what it says."""

    def make(script: str) -> tuple[Keeper, list[str]]:
        said: list[str] = []
        log = str(tmp_path / "out")
        return Keeper(Child("it", ["/bin/sh", "-c", script], os.environ, log), log, said.append), said

    return make


def wait_for(condition: Callable[[], bool], within: float = 10.0) -> None:
    """Wait until something is so."""
    until = time.monotonic() + within
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_program_that_dies_is_started_again_and_both_is_said(kept: Callable[..., tuple[Keeper, list[str]]]) -> None:
    keeper, said = kept("exec sleep 60")
    keeper.start()
    first = keeper.child.pid
    os.kill(first, 9)

    def is_back() -> bool:
        keeper.tick()
        return keeper.ends == 1 and keeper.child.is_alive() and keeper.child.pid != first

    wait_for(is_back)
    keeper.stop(5)

    assert said[0] == f"it: started, process {first}"
    assert said[1] == "it: was killed by signal 9; started again in 0.1 s"
    assert said[2].startswith("it: started, process ")
    assert not keeper.child.is_alive()


def test_the_last_words_of_a_program_are_kept(kept: Callable[..., tuple[Keeper, list[str]]]) -> None:
    keeper, said = kept("for i in 1 2 3 4 5 6 7; do echo line $i; done; exit 3")
    keeper.start()

    def has_ended() -> bool:
        keeper.tick()
        return keeper.ends == 1

    wait_for(has_ended)

    assert said[1].startswith("it: ended with code 3")
    assert list(keeper.last_words()) == ["line 3", "line 4", "line 5", "line 6", "line 7"]


def test_a_program_that_does_not_exist_is_tried_again_and_no_end_of_ours(tmp_path: Path) -> None:
    said: list[str] = []
    keeper = Keeper(Child("it", [str(tmp_path / "none")], os.environ, None), "", said.append)

    keeper.start()
    keeper.stop(1)

    assert "none: No such file or directory; started again in" in said[0]
    assert list(keeper.last_words()) == []


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_ctrl_c_kill_and_a_closed_terminal_all_mean_stop(name: str) -> None:
    import signal  # noqa: PLC0415

    with Signals() as signals:
        assert not is_asked_to_stop(signals, 0)
        os.kill(os.getpid(), signal.Signals[name])
        assert is_asked_to_stop(signals, 5)


def test_what_lost_its_parent_is_ended_too() -> None:
    """A grandchild in a session of its own, whose parent is gone, would outlive everybody."""
    script = """
import subprocess, sys
from alignak.cli import keeping
from alignak.system import process
process.adopt_orphans()
subprocess.run(["/bin/sh", "-c", "setsid sleep 60 & echo $!"])
print(keeping.end_descendants())
"""
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)

    grandchild, ended = map(int, found.stdout.split())
    assert ended == 1
    assert not Path(f"/proc/{grandchild}").exists()
