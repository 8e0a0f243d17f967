"""``alignak up``: an installation in a terminal, from its own configuration."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from alignak.cli import stage
from alignak.cli.stage import Stage
from alignak.model.topology import Role
from tests.support.demos import free_base, wait_for

pytestmark = pytest.mark.timeout(180)

UP = [sys.executable, "-m", "alignak.cli.main", "up"]


@pytest.fixture
def base() -> int:
    """Return the first of six free ports."""
    return free_base()


@pytest.fixture
def environment(tmp_path: Path, base: int) -> Path:
    """Write an installation whose arbiter launches the others."""
    place = Stage(str(tmp_path / "place"))
    stage.put_up(place, base)
    return Path(place.environment)


def launch_none(environment: Path) -> None:
    """Have the arbiter launch nobody."""
    environment.write_text(environment.read_text().replace("alignak_launched=1", "alignak_launched=0"))


@contextmanager
def running(environment: Path, *words: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Run ``alignak up`` and yield its process and its output."""
    output = environment.parent / "up.lines"
    with (
        output.open("wb") as file,
        subprocess.Popen([*UP, "-e", str(environment), *words], stdout=file, stderr=file) as up,
    ):
        try:
            yield up, output
        finally:
            up.terminate()
            up.wait(60)


def listens(port: int) -> bool:
    """Tell whether somebody accepts connections."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_an_installation_comes_up_and_ctrl_c_takes_it_down(environment: Path, base: int) -> None:
    with running(environment) as (up, output):
        wait_for(lambda: "ready: every daemon" in output.read_text() or up.poll() is not None, 60)
        wait_for(lambda: all(listens(port) for port in stage.ports(base).values()), 30)
        daemons = psutil.Process(up.pid).children(recursive=True)
        up.send_signal(signal.SIGINT)

        assert up.wait(60) == 0

    said = output.read_text().splitlines()
    assert said[0].startswith("arbiter-master: started, process ")
    assert said[-1] == "stopped"
    assert len(daemons) >= 6
    assert not [each for each in daemons if each.is_running()]


def test_daemons_the_arbiter_does_not_launch_are_named_and_nothing_is_started(environment: Path, base: int) -> None:
    launch_none(environment)

    found = subprocess.run([*UP, "-e", environment], capture_output=True, text=True, check=False, timeout=60)

    assert found.returncode == 1
    for role in (Role.SCHEDULER, Role.POLLER, Role.REACTIONNER, Role.RECEIVER, Role.BROKER):
        assert f"[daemon.{role.value}-master]" in found.stderr
    assert "alignak up --all" in found.stderr
    assert not any(listens(port) for port in stage.ports(base).values())


@pytest.mark.long
def test_with_all_every_daemon_is_started_and_kept(environment: Path, base: int) -> None:
    launch_none(environment)
    with running(environment, "--all") as (up, output):
        wait_for(lambda: "ready: every daemon" in output.read_text() or up.poll() is not None, 60)
        poller = psutil.Process(int((environment.parents[1] / "var" / "poller-master.pid").read_text()))
        poller.kill()
        wait_for(lambda: "poller-master: was killed by signal 9" in output.read_text(), 30)
        wait_for(lambda: output.read_text().count("poller-master: started") == 2, 30)
        up.terminate()

        assert up.wait(60) == 0

    assert not any(listens(port) for port in stage.ports(base).values())


def test_a_wrong_configuration_is_shown_before_anything_is_started(environment: Path) -> None:
    (environment.parent / "objects" / "more.cfg").write_text("define host{\n")

    found = subprocess.run([*UP, "-e", environment], capture_output=True, text=True, check=False, timeout=60)

    assert found.returncode == 1
    assert "more.cfg:1" in found.stderr
    assert found.stdout == ""


def test_an_arbiter_that_cannot_start_ends_it_with_its_last_words(environment: Path, base: int) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", stage.ports(base)[Role.ARBITER]))
        busy.listen()
        found = subprocess.run([*UP, "-e", environment], capture_output=True, text=True, check=False, timeout=60)

    assert found.returncode == 1
    assert str(stage.ports(base)[Role.ARBITER]) in found.stderr
