"""``alignak status``: what it shows, and the exit code scripts go by."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import ujson

from alignak.base.errors import NotReadyError
from alignak.cli import main, overview
from alignak.cli.asking import Asker
from alignak.messages.control import LiveIdentity
from alignak.model.topology import Role
from tests.support.demos import wait_for
from tests.support.doors import answering

NOW = 1_790_000_000


class Installation:
    """What an arbiter says; a test changes it."""

    def __init__(self) -> None:
        self.problems: dict[str, Any] = {}
        self.poller_state = "ok"
        self.counts = {"hosts_total": 3, "hosts_up_hard": 2, "hosts_down_soft": 1, "services_total": 0}
        self.events: list[dict[str, Any]] = []

    def status(self, _: Any) -> dict[str, Any]:
        """Return the status document."""
        poller = {"state": self.poller_state, "output": "daemon is not alive."}
        livestate = {"state": "up", "output": "All my daemons are up and running.", "timestamp": NOW}
        others = [{"name": "arbiter-1", "livestate": {**poller, "state": "critical"}}]
        return {
            "name": "My Alignak",
            "livestate": livestate,
            "services": [*others, {"name": "poller-1", "livestate": poller}],
        }

    def handlers(self) -> dict[str, Any]:
        """Return what answers."""
        links = {
            "poller": [{"name": "poller-1", "type": "poller", "uri": "http://p:1/", "running_id": f"{NOW - 90}.7"}],
            "arbiter": [{"name": "arbiter-1", "type": "arbiter", "uri": "http://a:1/", "running_id": 0}],
        }
        return {
            "get_alignak_status": self.status,
            "identity": lambda _: LiveIdentity(
                "My Alignak", "arbiter", "arbiter-1", "3", NOW - 3700, f"{NOW - 3700}.1"
            ),
            "get_satellites_configuration": lambda _: links,
            "livesynthesis": lambda _: {"livesynthesis": {"_overall": {"livesynthesis": self.counts}}},
            "monitoring_problems": lambda _: {"problems": {"scheduler-1": {"problems": self.problems}}},
            "events_log": lambda request: [
                each for each in reversed(self.events) if each["timestamp"] >= (request.timestamp or 0)
            ],
        }


def problem(host: str, service: str | None, state: str, output: str) -> dict[str, Any]:
    """Return a problem as a scheduler tells of it."""
    return {"host": host, "service": service, "state": state, "output": output, "last_hard_state_change": NOW - 60}


@contextmanager
def running(installation: Installation) -> Iterator[str]:
    """Serve an installation and yield its address."""
    with answering(Role.ARBITER, installation.handlers()) as url:
        yield url


def test_all_is_well_and_the_exit_code_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with running(Installation()) as url:
        assert main.main(["status", "--url", url]) == 0

    shown = capsys.readouterr().out
    assert "All my daemons are up and running." in shown
    assert "No open problem." in shown
    assert "3  2 up  1 down" in shown
    arbiter, poller = (line.split("  ") for line in shown.splitlines() if line.startswith(("arbiter-1", "poller-1")))
    assert "1 h 1 min" in [each.strip() for each in arbiter]
    assert "1 min 30 s" in [each.strip() for each in poller]


def test_an_open_problem_ends_with_1_and_is_shown_as_the_plugin_wrote_it(capsys: pytest.CaptureFixture[str]) -> None:
    installation = Installation()
    installation.problems = {"srv;http": problem("srv", "http", "CRITICAL", "[red]no[/red] \x1b[31manswer\n")}
    with running(installation) as url:
        assert main.main(["status", "--url", url]) == 1

    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("srv/http"))
    assert row.split(maxsplit=4) == ["srv/http", "CRITICAL", "1", "min", "0 s  [red]no[/red] \\x1b[31manswer\\n"]


def test_a_daemon_that_is_gone_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    installation = Installation()
    installation.poller_state = "critical"
    with running(installation) as url:
        assert main.main(["status", "--url", url]) == 1

    assert "daemon is not alive." in capsys.readouterr().out


def test_programs_get_everything_as_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    installation = Installation()
    installation.problems = {"srv": problem("srv", None, "DOWN", "no answer")}
    with running(installation) as url:
        main.main(["status", "--url", url, "-o", "json"])

    document = ujson.loads(capsys.readouterr().out)
    assert [each["name"] for each in document["daemons"]] == ["arbiter-1", "poller-1"]
    assert document["daemons"][0]["state"] == "ok"  # it answers: its entry in the status is about all the others
    assert document["hosts"]["down"] == 1
    assert document["problems"] == [
        {"host": "srv", "service": "", "state": "DOWN", "since": NOW - 60, "output": "no answer"}
    ]


def test_an_arbiter_without_a_configuration_is_a_problem(capsys: pytest.CaptureFixture[str]) -> None:
    def starting(_: Any) -> dict[str, Any]:
        raise NotReadyError("the configuration is not loaded yet; try again")

    with answering(Role.ARBITER, {"get_alignak_status": starting}) as url:
        assert main.main(["status", "--url", url]) == 1

    assert "not loaded yet" in capsys.readouterr().err


def test_a_daemon_nobody_has_asked_yet_is_not_said_to_be_well() -> None:
    installation = Installation()
    handlers = installation.handlers()
    handlers["get_alignak_status"] = lambda request: {**installation.status(request), "services": []}
    with answering(Role.ARBITER, handlers) as url:
        found = overview.gather(Asker(url))

    assert {each.name: each.state for each in found.daemons} == {"arbiter-1": "ok", "poller-1": "warning"}
    assert not found.is_well


def test_each_event_is_told_once_even_when_another_one_arrives_late() -> None:
    def event(at: float, message: str) -> dict[str, Any]:
        return {"level": "info", "message": message, "timestamp": at, "date": time.strftime("%F %T", time.gmtime(at))}

    installation = Installation()
    installation.events = [event(1.0, "before"), event(100.0, "a"), event(102.0, "c"), event(102.0, "c")]
    with running(installation) as url:
        events = overview.Events(Asker(url), since=50.0)
        assert [each.message for each in events.new()] == ["a", "c", "c"]
        assert events.new() == []
        installation.events.insert(2, event(101.0, "b, from a slower daemon"))
        assert [each.message for each in events.new()] == ["b, from a slower daemon"]
        installation.events.append(event(200.0, "d"))
        assert [each.message for each in events.new()] == ["d"]
        assert events.new() == []


def test_what_becomes_of_daemons_is_told_once() -> None:
    def poller(state: str, running_id: str = "1.1") -> overview.Daemon:
        return overview.Daemon("poller-1", "poller", state, f"it is {state}", "", 0, running_id)

    changes = overview.Changes([poller("ok")])

    assert list(changes.new([poller("ok")])) == []
    assert list(changes.new([poller("critical")])) == ["poller-1: it is critical"]
    assert list(changes.new([poller("critical")])) == []
    assert list(changes.new([poller("ok", "2.2")])) == ["poller-1: it is ok"]
    assert list(changes.new([poller("ok", "3.3")])) == ["poller-1: was started again"]


@pytest.mark.parametrize("words", [[], ["-o", "json"]])
def test_watching_goes_on_until_ctrl_c_and_that_is_a_good_end(words: list[str], tmp_path: Path) -> None:
    printed = tmp_path / "printed"
    with running(Installation()) as url, printed.open("w") as file:
        argv = [sys.executable, "-m", "alignak.cli.main", "status", "--watch", "--url", url, *words]
        watching = subprocess.Popen(argv, stdout=file)
        try:
            wait_for(lambda: printed.read_text().count("All my daemons are up and running.") > 1, 30)
            watching.send_signal(signal.SIGINT)
            assert watching.wait(30) == 0
        finally:
            watching.kill()
            watching.wait()
