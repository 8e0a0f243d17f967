"""The pictures: what a person must find in them, and what must not get into the terminal."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console, RenderableType

from alignak.cli import live
from alignak.cli.overview import Daemon, Event, Overview, Problem

NOW = 1_790_000_000


def drawn(picture: RenderableType, width: int = 120) -> str:
    """Return a picture as plain text."""
    console = Console(file=io.StringIO(), width=width, markup=False, highlight=False)
    console.print(picture)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def installation(*problems: Problem) -> Overview:
    """Return an installation of one poller."""
    poller = Daemon("poller-1", "poller", "ok", "", "http://127.0.0.1:7771/", NOW - 5)
    counts = {"total": 2, "up": 1, "down": 1, "in_downtime": 0}
    return Overview("Demo", "3", "up", "All my daemons are up and running.", NOW, (poller,), counts, counts, problems)


def host(name: str, state: str, **services: str) -> dict[str, Any]:
    """Return a host as ``dump`` tells of it."""
    those = [{"name": each, "state": value} for each, value in services.items()]
    return {"host": name, "state": state, "output": f"{name} is {state}", "services": those}


def test_the_demo_shows_states_events_and_speed() -> None:
    hosts = [host("web-1", "UP", http="OK", ssh="CRITICAL"), host("web-2", "UNREACHABLE", http="UNREACHABLE")]
    event = Event("error", "HOST ALERT: web-2;DOWN;SOFT;1;no answer", NOW, "2026-09-21 15:33:20")

    shown = drawn(live.demo(installation(), hosts, [event], 12.34, "Try this"))

    assert "● poller" in shown
    assert "12.3 checks/s" in shown
    assert "web-1  UP           1 CRITICAL 1 OK  ssh" in shown
    assert "15:33:20  HOST ALERT: web-2;DOWN;SOFT;1;no answer" in shown
    assert "Try this" in shown


def test_what_a_plugin_wrote_cannot_move_the_cursor() -> None:
    shown = drawn(live.status(installation(Problem("srv", "", "DOWN", NOW, "\x1b[2Jgone\r\n"))))

    assert "\\x1b[2Jgone\\r\\n" in shown
    assert "\x1b" not in shown


def test_a_long_event_takes_one_line() -> None:
    events = [Event("info", "word " * 100, NOW, "2026-09-21 15:33:20")] * 3

    shown = drawn(live.demo(installation(), [], events, None, ""), width=60)

    assert sum("15:33:20" in line for line in shown.splitlines()) == 3
    assert sum("word" in line for line in shown.splitlines()) == 3


def test_many_problems_are_cut_and_counted() -> None:
    shown = drawn(live.status(installation(*(Problem(f"srv-{n}", "", "DOWN", NOW, "") for n in range(40)))))

    assert "and 10 more" in shown


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min 0 s"), (3_700, "1 h 1 min"), (90_000, "1 d 1 h"), (-5, "0 s")],
)
def test_durations_are_shown_in_their_two_largest_units(seconds: float, text: str) -> None:
    assert live.duration(seconds) == text
