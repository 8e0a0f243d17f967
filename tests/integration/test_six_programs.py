"""The six programs at work, never restarted: what they are, what they write, what signals do to them."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.support import programs
from tests.support.cluster import DAEMONS, Cluster, wait_for, write
from tests.support.programs import Listener, stopping

HOSTS = """
define command{
    command_name    ok
    command_line    /bin/sleep $ARG1$
}
define host{
    use             generic-host
    host_name       web
    address         127.0.0.1
    check_command   ok!0.2
    check_interval  1
    _SNMP           canary-of-a-host
}
"""
SECOND_HOST = """
define host{
    use             generic-host
    host_name       second
    address         127.0.0.1
    check_command   ok!0.1
}
"""
CANARIES = ("canary-of-a-host", "canary-of-a-macro", "canary-of-monitor")
LINE = r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] [A-Z]+: \[%s\.alignak\.\w+(\.\w+)*\] \S.*"


def is_whole(cluster: Cluster) -> bool:
    """Tell whether every daemon has its configuration."""
    return all(cluster.is_ready(name) for name in cluster.daemons)


@pytest.fixture(scope="module")
def notices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Listener]]:
    """Return the sockets systemd would listen on: a path for the arbiter, an abstract name for the poller."""
    path = tmp_path_factory.mktemp("systemd") / "notify"
    with Listener(str(path)) as arbiter, Listener(f"@alignak-{uuid.uuid4()}") as poller:
        yield {"arbiter-master": arbiter, "poller-master": poller}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, notices: dict[str, Listener]) -> Iterator[Cluster]:
    """Return an installation with secrets in all places where people write them."""
    made = write(
        tmp_path_factory.mktemp("programs"),
        HOSTS,
        settings="_password = canary-of-a-macro\nlog_external_commands = 1",
        sections=dict.fromkeys(DAEMONS, "alignak_monitor_password = canary-of-monitor"),
    )
    before = os.umask(0)  # nothing may depend on it
    try:
        with stopping(made):
            for name in DAEMONS:
                heard = {"NOTIFY_SOCKET": notices[name].address} if name in notices else {}
                programs.start(made, name, **heard, **({"WATCHDOG_USEC": "2000000"} if heard else {}))
            wait_for(lambda: is_whole(made), 30, "the six daemons")
            yield made
    finally:
        os.umask(before)


def test_each_shows_its_role_and_name_and_keeps_private_files(cluster: Cluster) -> None:
    for name, role in DAEMONS.items():
        process = cluster.processes[name]
        assert programs.title(process.pid) == f"alignak-{role} {name}"
        assert programs.pid_of(cluster, name) == process.pid
        for path in (cluster.folder / "run" / f"{name}.pid", cluster.folder / "log" / f"{name}.log"):
            assert programs.mode(path) == "0600"
    assert programs.mode(cluster.folder / "log" / "alignak-events.log") == "0600"


def test_everything_they_keep_is_private_whatever_the_umask(cluster: Cluster) -> None:
    found = [(path, programs.mode(path)) for path in (cluster.folder / "var").rglob("*")]
    assert len(found) > len(DAEMONS)
    open_to_others = [(path, mode) for path, mode in found if not mode.endswith("00")]
    assert open_to_others == []


def test_a_worker_shows_whose_it_is(cluster: Cluster) -> None:
    def titles() -> list[str]:
        children = psutil.Process(cluster.processes["poller-master"].pid).children()
        return [programs.title(each.pid) for each in children]

    wait_for(lambda: "alignak-poller-master worker fork_1" in titles(), 10, "the worker's title")


def test_each_line_of_a_log_is_as_operators_know_it(cluster: Cluster) -> None:
    for name in DAEMONS:
        lines = cluster.log(name).splitlines()
        assert lines
        assert [line for line in lines if not re.fullmatch(LINE % name, line)] == []


def test_those_that_start_no_programs_can_gain_no_rights(cluster: Cluster) -> None:
    for name in ("scheduler-master", "broker-master", "receiver-master"):
        assert programs.status(cluster.processes[name].pid)["NoNewPrivs"] == ["1"]


def test_systemd_hears_that_they_are_ready_and_alive_until_they_hang(
    cluster: Cluster, notices: dict[str, Listener]
) -> None:
    for name, heard in notices.items():
        assert f"{name} listens on 127.0.0.1:{cluster.ports[name]}" in heard.hear("READY=1")
        heard.hear("WATCHDOG=1")
        heard.hear("WATCHDOG=1", 2.0)

    heard, process = notices["poller-master"], cluster.processes["poller-master"]
    process.send_signal(signal.SIGSTOP)
    heard.messages(0.3)
    assert heard.messages(1.5) == []
    process.send_signal(signal.SIGCONT)
    heard.hear("WATCHDOG=1", 5.0)


def test_what_they_start_does_not_speak_to_systemd(cluster: Cluster) -> None:
    (worker, *_) = psutil.Process(cluster.processes["poller-master"].pid).children()
    assert "NOTIFY_SOCKET" not in worker.environ()


def test_dumps_are_private_and_hold_no_secret(cluster: Cluster) -> None:
    def dumps(name: str, what: str) -> list[Path]:
        folder = cluster.folder / "var" / name
        return list(folder.glob(f"dump-{what}-{DAEMONS[name]}-{name}-*.json"))

    for name in DAEMONS:
        cluster.processes[name].send_signal(signal.SIGUSR1)
        cluster.processes[name].send_signal(signal.SIGUSR2)
    for name in DAEMONS:
        for what in ("env", "obj"):
            (path,) = wait_for(lambda name=name, what=what: dumps(name, what), 10, f"{what} dump of {name}")
            assert programs.mode(path) == "0600"
            text = path.read_text()
            assert json.loads(text)
            assert not [each for each in (*CANARIES, cluster.secret) if each in text]
        assert "received a signal: SIGUSR1" in cluster.log(name)


def test_a_hangup_does_no_harm_to_those_that_read_no_configuration(cluster: Cluster) -> None:
    others = [name for name in DAEMONS if name != "arbiter-master"]
    runs = {name: cluster.ask(name, "get_running_id") for name in others}
    for name in others:
        cluster.processes[name].send_signal(signal.SIGHUP)
    for name in others:
        wait_for(lambda name=name: "received a signal: SIGHUP" in cluster.log(name), 5, f"{name} to notice")
        assert cluster.is_ready(name)
    assert {name: cluster.ask(name, "get_running_id") for name in others} == runs


def test_a_hangup_has_the_arbiter_read_its_configuration_again(cluster: Cluster, notices: dict[str, Listener]) -> None:
    arbiter, heard = cluster.processes["arbiter-master"], notices["arbiter-master"]
    objects = cluster.folder / "etc" / "objects.cfg"
    good = objects.read_text()

    objects.write_text(f"{good}\ndefine host{{\n    host_name broken\n    check_command no_such_command\n}}\n")
    arbiter.send_signal(signal.SIGHUP)
    heard.hear("RELOADING=1")
    heard.hear("READY=1")
    assert "no_such_command" in cluster.log("arbiter-master")
    assert "objects.cfg:" in cluster.log("arbiter-master")
    assert "CONFIGURATION RELOAD" not in str(cluster.events())
    assert is_whole(cluster)

    objects.write_text(good + SECOND_HOST)
    arbiter.send_signal(signal.SIGHUP)
    assert "MONOTONIC_USEC=" in heard.hear("RELOADING=1")
    heard.hear("READY=1")
    wait_for(lambda: "second" in str(cluster.ask("scheduler-master", "dump")), 10, "the new host")
    cluster.wait_for_event("CONFIGURATION RELOAD;")


def test_no_secret_is_logged(cluster: Cluster) -> None:
    for name in DAEMONS:
        log = cluster.log(name)
        assert not [each for each in (*CANARIES, cluster.secret) if each in log]


def test_asked_to_stop_under_load_they_end_soon_and_leave_nothing(
    cluster: Cluster, notices: dict[str, Listener]
) -> None:
    """The last of this file: nothing runs any more after it."""
    family = [child for each in cluster.processes.values() for child in psutil.Process(each.pid).children()]
    is_over = threading.Event()

    def ask(name: str) -> None:
        while not is_over.is_set():
            try:
                cluster.ask(name, "get_stats?details=1")
            except (OSError, ValueError):
                is_over.wait(0.05)

    callers = [threading.Thread(target=ask, args=(name,)) for name in DAEMONS]
    for each in callers:
        each.start()
    try:
        for number, name in enumerate(DAEMONS):
            how = (signal.SIGTERM, signal.SIGINT)[number % 2]
            code, seconds = programs.end(cluster.processes[name], how)
            assert (name, code) == (name, 0)
            assert seconds < 8.0
            log = cluster.log(name)
            assert f"received a signal: {how.name}" in log
            for line in ("request to stop the daemon", f"stopped main loop: {name}", f"Stopped {name}."):
                assert line in log
            assert not (cluster.folder / "run" / f"{name}.pid").exists()
    finally:
        is_over.set()
        for each in callers:
            each.join()
    notices["arbiter-master"].hear("STOPPING=1")
    _, left = psutil.wait_procs(family, timeout=5)
    assert not left
