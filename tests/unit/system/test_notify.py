"""What systemd hears."""

from __future__ import annotations

import contextlib
import os
import socket
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from alignak.system.notify import Notifier, take_over


@pytest.fixture(params=("path", "abstract"))
def listener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    name = f"@alignak-{uuid.uuid4()}" if request.param == "abstract" else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(name.replace("@", "\0", 1))
        server.settimeout(2)
        yield name, server


def test_the_life_of_a_daemon_is_told(listener: tuple[str, socket.socket]) -> None:
    name, server = listener
    notifier = Notifier({"NOTIFY_SOCKET": name})

    notifier.ready("holds\nConfig_1")
    notifier.watchdog()
    notifier.reloading()
    notifier.status("12 checks/s")
    notifier.stopping()

    heard = [server.recv(4096).decode() for _ in range(5)]
    assert heard[0] == "READY=1\nSTATUS=holds Config_1"
    assert heard[1] == "WATCHDOG=1"
    assert heard[2].startswith("RELOADING=1\nMONOTONIC_USEC=")
    assert heard[3:] == ["STATUS=12 checks/s", "STOPPING=1"]


def test_a_loop_in_a_hurry_does_not_flood_systemd(listener: tuple[str, socket.socket]) -> None:
    name, server = listener
    notifier = Notifier({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "200000"})
    until = time.monotonic() + 0.5
    while time.monotonic() < until:
        notifier.watchdog()

    server.setblocking(False)
    count = 0
    with contextlib.suppress(BlockingIOError):
        while server.recv(4096):
            count += 1
    assert 5 <= count <= 12


def test_the_end_is_told_once(listener: tuple[str, socket.socket]) -> None:
    name, server = listener
    notifier = Notifier({"NOTIFY_SOCKET": name})
    notifier.stopping("a signal")
    notifier.stopping()
    notifier.ready("the end of the test")

    assert [server.recv(4096).decode().splitlines()[0] for _ in range(2)] == ["STOPPING=1", "READY=1"]


def test_what_a_daemon_starts_cannot_speak_for_it() -> None:
    variables = {"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "2000000", "WATCHDOG_PID": str(os.getpid()), "HOME": "/"}
    notifier = take_over(variables)

    assert (notifier.is_watched, notifier.watchdog_interval) == (True, 1.0)
    assert variables == {"HOME": "/"}


def test_without_systemd_nothing_happens() -> None:
    notifier = Notifier({})
    notifier.ready("x")

    assert not notifier.is_watched
    assert notifier.watchdog_interval == 0


def test_a_listener_that_went_away_stops_nobody(tmp_path: Path) -> None:
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready()


@pytest.mark.parametrize(
    ("environment", "interval"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, 0.0),
        ({"WATCHDOG_USEC": "soon"}, 0.0),
    ],
)
def test_the_watchdog_is_fed_twice_as_often_as_asked(environment: dict[str, str], interval: float) -> None:
    assert Notifier(environment).watchdog_interval == interval
