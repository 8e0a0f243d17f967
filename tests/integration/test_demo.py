"""The first product: six real daemons from one command, and everything a person does with them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import ujson

from alignak.base.errors import LinkError
from alignak.model.topology import Role
from tests.support.demos import Demo, wait_for

pytestmark = pytest.mark.timeout(240)

WHOLE_WITHIN = 15.0
"""Seconds after the death of a daemon."""

SLACK = 15.0
"""Seconds more that a machine which runs other tests beside gets."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Run one demo for the tests that leave it as they found it."""
    with Demo(tmp_path_factory.mktemp("demo")) as found:
        yield found


def is_whole(demo: Demo) -> bool:
    """Tell whether every daemon is there, and nobody says otherwise."""
    try:
        demo.ask(Role.ARBITER).ask("readyz")
        return all(each["state"] == "ok" for each in demo.status()["daemons"])
    except (LinkError, AssertionError):
        return False


def has_another_life(demo: Demo, role: Role, former: psutil.Process) -> bool:
    """Tell whether a daemon runs as another process than before."""
    try:
        return demo.process_of(role) != former
    except (psutil.NoSuchProcess, FileNotFoundError, ValueError):
        return False


def told(demo: Demo, *words: str) -> list[str]:
    """Return the notifications that hold all the words."""
    return [line for line in demo.outbox() if all(word in line for word in words)]


def test_it_says_where_everything_is_and_what_to_try(demo: Demo) -> None:
    (ready,) = demo.said("ready")

    assert ready["daemons"] == {role.value: demo.url(role) for role in Role}
    assert len(ready["try"]) == 3
    assert any("break router-1" in each for each in ready["try"])


def test_first_results_are_there_at_once(demo: Demo) -> None:
    """Not three seconds after "ready": this test begins later than that, and asks when they came."""
    ready_at = demo.said("ready")[0]["timestamp"]

    def results() -> list[float]:
        hosts = demo.ask(Role.SCHEDULER).ask("dump")
        those = [each["last_check"] for host in hosts for each in (host, *host["services"])]
        return those if all(those) else []

    assert min(wait_for(results, SLACK)) <= ready_at + 3


def test_it_watches_this_machine_and_itself(demo: Demo) -> None:
    wait_for(lambda: demo.state_of("this-machine/arbiter") == "OK", SLACK)

    for role in Role:
        wait_for(lambda role=role: demo.state_of(f"this-machine/{role.value}") == "OK", SLACK)  # type: ignore[misc]
    assert demo.state_of("this-machine/uptime") == "OK"


def test_status_is_shown_and_ends_as_it_is(demo: Demo) -> None:
    wait_for(lambda: is_whole(demo), SLACK)

    code, printed = demo.run("status", "--url", demo.url(Role.ARBITER), "-o", "json")

    found = ujson.loads(printed)
    assert len(found["daemons"]) == 6
    assert found["hosts"]["total"] == 6
    assert code == (1 if found["problems"] else 0)


def test_commands_and_log_levels_take_effect(demo: Demo) -> None:
    url = demo.url(Role.ARBITER)

    assert demo.run("command", "--url", url, "ADD_HOST_COMMENT;web-1;1;me;hello; world") == (
        0,
        "OK   ADD_HOST_COMMENT;web-1;1;me;hello; world\n",
    )
    code, printed = demo.run("command", "--url", url, "ADD_HOST_COMMENT;nobody;1;me;hello")
    assert code == 1
    assert "'nobody'" in printed

    assert demo.run("loglevel", "--url", url, "poller-master", "DEBUG")[0] == 0
    levels = ujson.loads(demo.run("loglevel", "--url", url, "-o", "json")[1])
    assert {each["daemon"]: each["level"] for each in levels}["poller-master"] == "DEBUG"
    assert demo.run("loglevel", "--url", url, "poller-master", "INFO")[0] == 0

    log = Path(demo.place.log) / "alignak-events.log"
    wait_for(lambda: "HOST COMMENT: web-1;me;hello; world" in log.read_text(), SLACK)


def test_a_broken_router_is_told_of_alone_and_so_is_its_recovery(demo: Demo) -> None:
    wait_for(lambda: demo.state_of("mail-1") == "UP", SLACK)
    before = len(demo.outbox())
    began = time.monotonic()

    assert demo.demo("break", "router-1")[0] == 0
    (problem,) = wait_for(lambda: told(demo, "PROBLEM", "router-1 is DOWN"), 15 + SLACK)
    took = time.monotonic() - began
    for host in ("web-1", "web-2", "db-1", "mail-1"):
        wait_for(lambda host=host: demo.state_of(host) == "UNREACHABLE", SLACK)  # type: ignore[misc]
    wait_for(lambda: demo.state_of("db-1/sql") == "UNREACHABLE", SLACK)

    assert "router-1 does not answer, packet loss = 100%" in problem
    assert took <= 15, f"the notification came after {took:.1f} s"
    assert demo.demo("status")[0] == 1

    assert demo.demo("mend", "router-1")[0] == 0
    wait_for(lambda: told(demo, "RECOVERY", "router-1 is UP"), 15 + SLACK)
    wait_for(lambda: demo.state_of("mail-1/smtp") == "OK", SLACK)
    about_the_site = [line for line in demo.outbox()[before:] if "this-machine" not in line]
    assert len(about_the_site) == 2


@pytest.mark.long
@pytest.mark.parametrize("role", [Role.POLLER, Role.SCHEDULER, Role.ARBITER])
def test_a_daemon_that_is_killed_is_back_and_the_system_whole(demo: Demo, role: Role) -> None:
    wait_for(lambda: is_whole(demo), SLACK)
    victim = demo.process_of(role)
    others = {each: demo.process_of(each) for each in Role if each is not role}

    victim.send_signal(signal.SIGKILL)
    began = time.monotonic()
    wait_for(lambda: has_another_life(demo, role, victim) and is_whole(demo), WHOLE_WITHIN + SLACK)
    took = time.monotonic() - began

    assert {each: demo.process_of(each) for each in others} == others, "the others carry on"
    assert took <= WHOLE_WITHIN, f"whole again after {took:.1f} s"


def test_ports_and_folders_are_not_shared(demo: Demo, tmp_path: Path) -> None:
    code, printed = demo.run("demo", "--data", str(tmp_path / "other"), "--base-port", str(demo.base))
    assert code == 2
    assert f"{demo.base} (scheduler)" in printed

    code, printed = demo.demo("--base-port", "19000")
    assert code == 2
    assert f"process {demo.process.pid}" in printed


def test_a_second_start_continues_from_the_first(tmp_path: Path) -> None:
    with Demo(tmp_path / "demo") as first:
        first.demo("break", "db-1/sql")
        wait_for(lambda: told(first, "PROBLEM", "db-1/sql is CRITICAL"), 15 + SLACK)
        processes = first.processes()
        assert len(processes) >= 6

        first.process.send_signal(signal.SIGINT)
        assert first.process.wait(30) == 0

        assert "no process is left" in first.said("stopped")[0]["message"]
        assert not [each for each in processes if each.is_running()]
        assert first.are_ports_free()

    with Demo(tmp_path / "demo", first.base) as second:
        since = time.time()
        wait_for(lambda: second.state_of("db-1/sql") == "CRITICAL", SLACK)
        wait_for(lambda: second.state_of("web-1/http") == "OK", SLACK)
        hosts = second.ask(Role.SCHEDULER).ask("dump")
        service = next(s for h in hosts for s in h["services"] if (h["host"], s["name"]) == ("db-1", "sql"))
        wait_for(lambda: second.state_of("db-1/sql") == "CRITICAL" and time.time() > since + 6, SLACK)

        assert service["state_type"] == "HARD"
        assert len(told(second, "db-1/sql")) == 1, "nobody is told again of what was told"


@pytest.mark.long
def test_a_closed_terminal_stops_everything(tmp_path: Path) -> None:
    with Demo(tmp_path / "demo") as demo:
        processes = demo.processes()
        os.kill(demo.process.pid, signal.SIGHUP)

        assert demo.process.wait(30) == 0
        assert not [each for each in processes if each.is_running()]


@pytest.mark.long
def test_a_demo_that_is_killed_leaves_nothing_behind_for_long(tmp_path: Path) -> None:
    with Demo(tmp_path / "demo") as demo:
        processes = demo.processes()
        demo.process.kill()
        demo.process.wait(10)

        psutil.wait_procs(processes, 20)
        assert not [each for each in processes if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]
        assert demo.are_ports_free()


@pytest.mark.long
def test_daemons_whose_demo_and_arbiter_were_killed_are_cleared_away_by_the_next_demo(tmp_path: Path) -> None:
    with Demo(tmp_path / "demo") as first:
        arbiter, poller = first.process_of(Role.ARBITER), first.process_of(Role.POLLER)
        arbiter.suspend()  # so that it cannot act on the death of its parent
        first.process.kill()
        first.process.wait(10)
        arbiter.kill()
        assert poller.is_running()

    with Demo(tmp_path / "demo", first.base) as second:
        assert not poller.is_running() or poller.status() == psutil.STATUS_ZOMBIE
        assert any("poller-master was left over" in each["message"] for each in second.said("note"))
