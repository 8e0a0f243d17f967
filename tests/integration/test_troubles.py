"""What goes wrong at 3 in the morning: wrong addresses, lost stores, long outages; nothing else suffers from it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.support.cluster import DAEMONS, Cluster, running, wait_for, write

SITE = """
define command{
    command_name    ok
    command_line    /bin/echo fine
}
define host{
    use                     generic-host
    host_name               told
    address                 127.0.0.1
    check_command           ok
    active_checks_enabled   0
    max_check_attempts      1
}
"""


def is_ready(cluster: Cluster, *names: str) -> bool:
    """Tell whether daemons are at work."""
    return all(cluster.is_ready(name) for name in names)


def test_a_section_with_the_address_of_another_daemon_hurts_nobody_but_itself(tmp_path: Path) -> None:
    cluster = write(tmp_path, SITE, daemons={**DAEMONS, "scheduler-spare": "scheduler"})
    text = cluster.environment.read_text()
    master, spare = cluster.ports["scheduler-master"], cluster.ports["scheduler-spare"]
    cluster.environment.write_text(text.replace(f"port = {spare}", f"port = {master}\nspare = 1"))
    del cluster.daemons["scheduler-spare"]
    with running(cluster) as cluster:
        wait_for(lambda: "check address and port in [daemon.scheduler-spare]" in cluster.log("arbiter-master"), 10)
        assert cluster.command("PROCESS_HOST_CHECK_RESULT;told;2;bad")["_status"] == "OK"
        cluster.wait_for_event("HOST NOTIFICATION: admin;told;DOWN;1")
        assert "dropped the configuration" not in cluster.log("scheduler-master")
        assert cluster.log("arbiter-master").count("check address and port") == 1


@pytest.mark.long
def test_thousands_of_commands_wait_for_a_scheduler_and_all_reach_it(tmp_path: Path) -> None:
    with running(write(tmp_path, SITE)) as cluster:
        cluster.kill("scheduler-master")
        lines = [f"PROCESS_HOST_CHECK_RESULT;told;0;{number} {'x' * 200}" for number in range(6_000)]
        answer = cluster.ask("receiver-master", "command", {"commands": lines[:3_000]})
        assert [each["state"] for each in answer["fates"]] == ["waiting"] * 3_000
        cluster.ask("receiver-master", "command", {"commands": lines[3_000:]})
        cluster.start("scheduler-master")

        def waiting() -> int:
            return int(cluster.ask("receiver-master", "get_stats")["counters"]["external-commands"])

        wait_for(lambda: waiting() == 0, 40, "every command to reach the scheduler")
        host = cluster.ask("scheduler-master", "get_host?host_name=told")["content"]
        assert host["output"].startswith("5999 ")


def test_a_store_that_was_removed_or_damaged_is_made_anew_and_history_goes_on(tmp_path: Path) -> None:
    with running(write(tmp_path, SITE)) as cluster:
        cluster.command("PROCESS_HOST_CHECK_RESULT;told;2;first life")
        cluster.wait_for_event("HOST ALERT: told;DOWN;HARD;1;first life")
        store = cluster.folder / "var" / "scheduler-master" / "scheduler.sqlite"

        cluster.kill("scheduler-master")
        for path in store.parent.glob("scheduler.sqlite*"):
            path.unlink()
        cluster.start("scheduler-master")
        wait_for(lambda: is_ready(cluster, "scheduler-master"), 15)
        cluster.command("PROCESS_HOST_CHECK_RESULT;told;2;second life")
        cluster.wait_for_event("HOST ALERT: told;DOWN;HARD;1;second life")

        cluster.kill("scheduler-master")
        with sqlite3.connect(store) as database:
            database.execute("UPDATE states SET value = x'00'")
        database.close()
        cluster.start("scheduler-master")
        wait_for(lambda: is_ready(cluster, "scheduler-master"), 15)
        cluster.command("PROCESS_HOST_CHECK_RESULT;told;2;third life")
        cluster.wait_for_event("HOST ALERT: told;DOWN;HARD;1;third life")
        assert "an empty one takes its place" in cluster.log("scheduler-master")
        assert list(store.parent.glob("scheduler.sqlite.damaged-*"))


@pytest.mark.long
def test_a_second_poller_of_the_same_name_is_refused_and_the_first_works_on(tmp_path: Path) -> None:
    with running(write(tmp_path, SITE)) as cluster:

        def ask(life: str) -> tuple[int, object]:
            path = f"get_checks?do_checks=True&worker_name=twin&running_id={life}"
            return cluster.exchange("scheduler-master", path, secret=True)

        assert ask("1")[1] == []
        assert ask("2")[1] == []
        refused = ask("1")[1]
        assert isinstance(refused, dict)
        assert "give one another name" in refused["_message"]
        assert ask("2")[1] == []
