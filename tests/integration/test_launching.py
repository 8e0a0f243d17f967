"""An arbiter that launches the daemons of its machine: all it needs, again when they die, none twice, none left."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.support import programs
from tests.support.cluster import DAEMONS, Cluster, free_ports, wait_for, write
from tests.support.programs import stopping

SITE = """
define command{
    command_name    ok
    command_line    /bin/echo fine
}
define host{
    use             generic-host
    host_name       web
    address         127.0.0.1
    check_command   ok
    check_interval  1
}
"""
BACK = 15.0
"""Seconds in which a daemon that was killed is to be at work again."""

LAUNCHED = [name for name in DAEMONS if name not in ("arbiter-master", "poller-master")]
MISSING = "poller-All"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Return an installation without a poller, of which only the arbiter is started."""
    (port,) = free_ports(1)
    made = write(
        tmp_path_factory.mktemp("launching"),
        SITE,
        sections={
            **dict.fromkeys(LAUNCHED, "alignak_launched = 1"),
            # Nobody's poller, on the historical port: the missing one takes the first port that launching may use.
            "poller-master": "active = 0\nport = 7771",
        },
        settings=f"launch_missing_daemons = 1\ndaemons_initial_port = {port}\ndaemons_arguments = -vv",
    )
    made.ports[MISSING] = port
    with stopping(made):
        programs.start(
            made, "arbiter-master", NOTIFY_SOCKET="/nowhere", ALIGNAK_CONFIGURATION_FILE=str(made.environment)
        )
        wait_for(lambda: made.is_ready("arbiter-master"), 30, "all that is launched")
        yield made


def pids(cluster: Cluster) -> dict[str, int]:
    """Return the processes of the launched daemons, once each has one that lives."""
    found = {name: programs.pid_of(cluster, name) for name in (*LAUNCHED, MISSING)}
    assert all(psutil.pid_exists(pid) for pid in found.values())
    return found


def processes_of(cluster: Cluster) -> list[str]:
    """Return the titles of all daemons that run for this installation."""
    return sorted(programs.title(each.pid) for each in psutil.process_iter() if _belongs(each, cluster))


def _belongs(process: psutil.Process, cluster: Cluster) -> bool:
    try:
        words = " ".join(process.cmdline())
        files = [each.path for each in process.open_files()] if "alignak-" in words else []
    except psutil.Error:
        return False
    return any(each.startswith(f"{cluster.folder}/run/") for each in files)


def test_the_daemons_that_are_named_and_the_one_that_is_missing_are_launched(cluster: Cluster) -> None:
    log = cluster.log("arbiter-master")
    port = cluster.ports[MISSING]
    assert "Some hosts exist in the realm 'All' but no poller is defined for this realm." in log
    assert f"Added a poller ({MISSING}, http://127.0.0.1:{port}/) for the realm 'All'" in log
    for name, pid in pids(cluster).items():
        assert f"launched the daemon {name}, pid {pid}" in log
        assert programs.title(pid) == f"alignak-{DAEMONS.get(name, 'poller')} {name}"
    assert cluster.ask(MISSING, "identity")["name"] == MISSING
    assert cluster.ask(MISSING, "get_log_level")["log_level_name"] == "DEBUG"
    wait_for(lambda: cluster.ask("scheduler-master", "dump")[0]["last_check"], 10, "a check by the launched poller")


def test_what_they_log_is_written_once_and_systemd_hears_nothing_of_them(cluster: Cluster) -> None:
    for name, pid in pids(cluster).items():
        assert cluster.log(name)
        assert (cluster.folder / "log" / f"{name}.out").read_text() == ""
        assert "NOTIFY_SOCKET" not in psutil.Process(pid).environ()


def test_those_that_are_killed_come_back(cluster: Cluster) -> None:
    before = pids(cluster)
    began = time.monotonic()
    for name in ("scheduler-master", MISSING):
        os.kill(before[name], signal.SIGKILL)

    def is_back() -> bool:
        now = {name: programs.pid_of(cluster, name) for name in before}
        changed = {name for name in before if now[name] != before[name]}
        return changed == {"scheduler-master", MISSING} and all(cluster.is_ready(name) for name in before)

    wait_for(is_back, BACK, "the killed daemons to be at work again")
    assert time.monotonic() - began < BACK
    assert f"the daemon {MISSING} was killed by signal 9: it is launched again in 0.1 s" in cluster.log(
        "arbiter-master"
    )


def test_an_arbiter_that_was_killed_adopts_what_it_launched(cluster: Cluster) -> None:
    wait_for(lambda: cluster.is_ready("arbiter-master"), BACK, "the system to be whole")
    before, titles = pids(cluster), processes_of(cluster)
    cluster.kill("arbiter-master")
    programs.start(cluster, "arbiter-master")
    wait_for(lambda: cluster.is_ready("arbiter-master"), BACK, "the new arbiter")

    assert pids(cluster) == before
    assert processes_of(cluster) == titles
    for name in before:
        assert f"the daemon {name} runs already: it is adopted" in cluster.log("arbiter-master")

    os.kill(before["broker-master"], signal.SIGKILL)
    wait_for(
        lambda: (
            programs.pid_of(cluster, "broker-master") != before["broker-master"] and cluster.is_ready("broker-master")
        ),
        BACK,
        "the adopted broker to be launched again",
    )


def test_an_arbiter_that_ends_ends_what_it_launched_and_what_it_adopted(cluster: Cluster) -> None:
    """The last of this module: nothing runs any more after it."""
    wait_for(lambda: cluster.is_ready("arbiter-master"), BACK, "the system to be whole")
    family = [psutil.Process(pid) for pid in pids(cluster).values()]
    family += [child for each in family for child in each.children(recursive=True)]

    code, seconds = programs.end(cluster.processes["arbiter-master"])

    assert code == 0
    assert seconds < 10.0
    _, left = psutil.wait_procs(family, timeout=2)
    assert left == []
    assert list((cluster.folder / "run").iterdir()) == []


def test_what_cannot_be_launched_is_said_and_harms_nobody(tmp_path: Path) -> None:
    """One daemon's port belongs to a stranger, another daemon to another machine; the receiver works all the same."""
    sections = {
        "receiver-master": "alignak_launched = 1",
        "broker-master": "alignak_launched = 1",
        "poller-master": "alignak_launched = 1\naddress = 192.0.2.1",
    }
    site = write(tmp_path, SITE, sections=sections)
    with stopping(site), socket.create_server(("127.0.0.1", site.ports["broker-master"])):
        programs.start(site, "arbiter-master")
        programs.wait_until_listening(site, "receiver-master")

        def is_told() -> bool:
            return "the daemon broker-master ended with code 3: it is launched again in 0.4 s" in site.log(
                "arbiter-master"
            )

        wait_for(is_told, 20, "the second try to launch the broker")
        said = (site.folder / "log" / "broker-master.out").read_text()
        assert f"cannot listen on 127.0.0.1:{site.ports['broker-master']}" in said
        assert (
            "poller-master has alignak_launched=1 and the address 192.0.2.1, which is none of this machine"
            in site.log("arbiter-master")
        )
        assert not (site.folder / "run" / "poller-master.pid").exists()
        assert programs.end(site.processes["arbiter-master"])[0] == 0
        assert not (site.folder / "run" / "receiver-master.pid").exists()
