"""What an arbiter does with the daemons it launches, on processes that only sleep."""

from __future__ import annotations

import logging
import os
import subprocess
from collections.abc import Iterator
from itertools import pairwise

import psutil
import pytest

from alignak.base.clock import Instant
from alignak.daemons.children import Children
from alignak.model.topology import DaemonLink, Role
from alignak.system.supervise import Child, Found
from tests.support.cluster import wait_for

POLLER = DaemonLink(Role.POLLER, "poller-master", "PollerLink_1", port=7771)
SLEEP = ("/bin/sleep", "60")


class Machine:
    """Stand for the machine: makes processes, finds those that run already."""

    def __init__(self) -> None:
        self.made: list[Child] = []
        self.command: tuple[str, ...] = SLEEP
        self.running: subprocess.Popen[bytes] | None = None

    def make(self, link: DaemonLink) -> Child:
        """Return a process."""
        self.made.append(Child(link.name, self.command, {}, None))
        return self.made[-1]

    def find(self, _: DaemonLink) -> Found | None:
        """Return the process that runs already."""
        return None if self.running is None else Found(os.pidfd_open(self.running.pid))

    @property
    def alive(self) -> list[int]:
        """Return the processes that were made and run."""
        return [each.pid for each in self.made if each.is_alive()]


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def children(machine: Machine) -> Iterator[Children]:
    made = Children(machine.make, machine.find, lambda link: link.address == "127.0.0.1", stop_timeout=5.0)
    yield made
    made.stop()
    assert machine.alive == []


def at(mono: float) -> Instant:
    """Return an instant."""
    return Instant(1_000_000.0 + mono, mono)


def test_a_daemon_that_is_not_named_any_more_ends(machine: Machine, children: Children) -> None:
    children.keep([POLLER], at(0))
    assert len(machine.alive) == 1
    children.keep([], at(1))
    assert machine.alive == []


def test_a_daemon_that_stays_is_left_alone_and_one_that_moves_is_another(machine: Machine, children: Children) -> None:
    children.keep([POLLER], at(0))
    (first,) = machine.alive
    children.keep([POLLER], at(1))
    assert machine.alive == [first]
    children.keep([DaemonLink(Role.POLLER, "poller-master", "PollerLink_1", port=8000)], at(2))
    assert len(machine.alive) == 1
    assert machine.alive != [first]


def test_a_daemon_of_another_machine_is_not_launched_here(
    machine: Machine, children: Children, caplog: pytest.LogCaptureFixture
) -> None:
    children.keep([DaemonLink(Role.POLLER, "far", "PollerLink_1", address="192.0.2.1", port=1)], at(0))
    assert machine.made == []
    assert "far has alignak_launched=1 and the address 192.0.2.1" in caplog.text


def test_one_that_goes_on_ending_is_tried_later_and_later_and_never_given_up(
    machine: Machine, children: Children, caplog: pytest.LogCaptureFixture
) -> None:
    machine.command = ("/bin/false",)
    children.keep([POLLER], at(0))
    launched_at = [0.0]
    now = 0.0
    while len(machine.made) < 6:
        wait_for(lambda: not machine.alive, 5, "the end of the process")
        now += 0.05
        children.tick(at(now))
        if len(machine.made) > len(launched_at):
            launched_at.append(now)
    waits = [second - first for first, second in pairwise(launched_at)]
    assert waits == pytest.approx([0.1, 0.4, 1.6, 6.4, 60.0], abs=0.2)
    assert [each.getMessage() for each in caplog.records if each.levelno == logging.ERROR] == [
        "the daemon poller-master ended with code 1: it is launched again in 60.0 s"
    ]


def test_one_that_runs_already_is_adopted_and_stopped_like_ones_own(machine: Machine, children: Children) -> None:
    with subprocess.Popen(SLEEP) as running:
        machine.running = running
        children.keep([POLLER], at(0))
        assert machine.made == []

        machine.running = None
        running.kill()
        running.wait()
        children.tick(at(1))
        children.tick(at(2))
        assert len(machine.alive) == 1

    with subprocess.Popen(SLEEP) as running:
        machine.running = running
        children.keep([], at(3))
        children.keep([POLLER], at(4))
        children.stop()
        assert running.wait(5) == -15


def test_all_are_stopped_together_and_the_stubborn_one_is_killed(machine: Machine) -> None:
    machine.command = ("/bin/sh", "-c", "trap '' TERM; sleep 60 & wait; wait")
    children = Children(machine.make, machine.find, lambda _: True, stop_timeout=0.5)
    children.keep([POLLER, DaemonLink(Role.BROKER, "broker-master", "BrokerLink_1", port=7772)], at(0))
    groups = machine.alive
    assert len(groups) == 2
    children.stop()
    assert machine.alive == []
    left = [each.pid for each in psutil.process_iter() if _group(each.pid) in groups and _lives(each)]
    assert left == []


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
