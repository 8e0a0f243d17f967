"""The door for commands: what was accepted is applied once, whoever dies in between (reliability.md 5.1)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.support.cluster import Cluster, running, wait_for, write

SITE = """
define host{
    use                     generic-host
    host_name               web
    address                 127.0.0.1
    active_checks_enabled   0
    max_check_attempts      1
}
"""

PIPE = "rw/commands"
"""Below the folder the daemons work in."""

DOORS = ("arbiter-master", "receiver-master")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Return an installation with a host that is only told about."""
    sections = {"receiver-master": f"command_file = {PIPE}"}
    folder = tmp_path_factory.mktemp("door")
    with running(write(folder, SITE, settings="log_passive_checks = 1", sections=sections)) as cluster:
        yield cluster


def accepted(cluster: Cluster, door: str, *lines: str) -> list[str]:
    """Give a door commands and return the ids it accepted them under."""
    answer = cluster.ask(door, "command", {"commands": list(lines)})
    assert answer["_status"] == "OK", answer
    return [each["id"] for each in answer["fates"]]


def wait_until_accepted(cluster: Cluster, door: str, line: str) -> str:
    """Give a door that was just started a command until it takes it, and return its id."""

    def taken() -> str | None:
        if not cluster.is_ready(door):
            return None
        answer = cluster.ask(door, "command", {"command": line})
        return str(answer["id"]) if answer["_status"] == "OK" else None

    return str(wait_for(taken, 20, f"{door} to take commands"))


def comments(cluster: Cluster) -> list[str]:
    """Return the texts of the host's comments."""
    found = cluster.ask("scheduler-master", "get_host?host_name=web")["content"]["comments"]
    return [each["comment"] for each in found.values()]


def is_settled(cluster: Cluster, door: str, id_: str) -> bool:
    """Tell whether every scheduler has a command."""
    status, fate = cluster.exchange(door, f"command_fate?id={id_}")
    return status == 200 and fate["state"] == "accepted"


def test_what_doors_accept_while_the_scheduler_is_dead_is_applied_once_it_is_back(cluster: Cluster) -> None:
    cluster.kill("scheduler-master")
    ids = {
        door: accepted(cluster, door, *(f"ADD_HOST_COMMENT;web;1;bob;{door} {n}" for n in range(3))) for door in DOORS
    }
    for door in DOORS:
        assert cluster.ask(door, f"command_fate?id={ids[door][0]}")["state"] == "waiting"
    alone = cluster.ask("receiver-master", "command", {"command": "ADD_HOST_COMMENT;web;1;bob;one alone"})
    assert alone["_status"] == "OK"

    cluster.start("scheduler-master")
    for door in DOORS:
        wait_for(lambda door=door: all(is_settled(cluster, door, each) for each in ids[door]), 20, f"what {door} holds")
    wait_for(lambda: "one alone" in comments(cluster), 10, "the comment given alone")
    expected = ["one alone", *(f"{door} {n}" for door in DOORS for n in range(3))]
    assert sorted(comments(cluster)) == sorted(expected)


@pytest.mark.parametrize("door", DOORS)
def test_what_a_killed_door_had_accepted_is_not_lost(cluster: Cluster, door: str) -> None:
    before = comments(cluster)
    cluster.kill("scheduler-master")
    text = f"kept by {door}"
    accepted(cluster, door, f"ADD_HOST_COMMENT;web;1;bob;{text}", f"ADD_HOST_COMMENT;web;1;bob;{text} too")
    cluster.kill(door)
    cluster.start(door)
    cluster.start("scheduler-master")
    wait_for(lambda: cluster.is_ready("scheduler-master"), 20, "the scheduler")
    wait_for(lambda: f"{text} too" in comments(cluster), 20, "the commands of before")
    wait_for(lambda: cluster.is_ready(door), 20, door)
    assert sorted(comments(cluster)) == sorted([*before, text, f"{text} too"])

    cluster.kill(door)
    cluster.start(door)
    later = wait_until_accepted(cluster, door, f"ADD_HOST_COMMENT;web;1;bob;after {door}")
    wait_for(lambda: is_settled(cluster, door, later), 20, "a later command")
    assert sorted(comments(cluster)) == sorted([*before, text, f"{text} too", f"after {door}"])


def test_a_command_that_is_sent_twice_is_run_once(cluster: Cluster) -> None:
    body = {"cmds": ["ADD_HOST_COMMENT;web;1;bob;twice"], "ids": ["test-twice-1"]}
    first = cluster.ask("scheduler-master", "run_external_commands", body, secret=True)
    again = cluster.ask("scheduler-master", "run_external_commands", body, secret=True)
    assert first == again == [{"id": "test-twice-1", "state": "accepted", "reason": ""}]
    cluster.kill("scheduler-master")
    cluster.start("scheduler-master")
    wait_for(lambda: cluster.is_ready("scheduler-master"), 20, "the scheduler")
    assert cluster.ask("scheduler-master", "run_external_commands", body, secret=True) == first
    assert comments(cluster).count("twice") == 1


def test_no_accepted_result_is_lost_or_counted_twice_while_daemons_are_killed(cluster: Cluster) -> None:
    """Somebody goes on sending passive results while the receiver, then the scheduler are killed."""
    taken: list[str] = []
    is_over = threading.Event()

    def send() -> None:
        number = 0
        while not is_over.is_set():
            lines = [f"PROCESS_HOST_CHECK_RESULT;web;0;result {number + each}." for each in range(5)]
            number += 5
            try:
                answer = cluster.ask("receiver-master", "command", {"commands": lines})
            except OSError:
                time.sleep(0.05)
                continue
            if answer["_status"] == "OK":
                taken.extend(line.rpartition(";")[2] for line in lines)
            time.sleep(0.01)

    def taken_since(count: int) -> Callable[[], bool]:
        return lambda: len(taken) >= count + 50

    sender = threading.Thread(target=send)
    sender.start()
    try:
        for name in ("receiver-master", "scheduler-master", "receiver-master"):
            wait_for(taken_since(len(taken)), 20, "more results to be taken")
            cluster.kill(name)
            cluster.start(name)
        wait_for(taken_since(len(taken)), 20, "the last results to be taken")
    finally:
        is_over.set()
        sender.join()
    (last,) = accepted(cluster, "receiver-master", "PROCESS_HOST_CHECK_RESULT;web;0;the last")
    wait_for(lambda: is_settled(cluster, "receiver-master", last), 20, "the last result")
    cluster.wait_for_event("PASSIVE HOST CHECK: web;0;the last;")

    seen = [
        line.split(";")[2] for line in cluster.events(100_000) if line.startswith("PASSIVE HOST CHECK: web;0;result")
    ]
    assert len(seen) == len(set(seen)), "counted twice"
    assert not set(taken) - set(seen), "lost"


def test_lines_of_the_command_pipe_outlive_the_scheduler_and_the_receiver(cluster: Cluster) -> None:
    pipe = cluster.folder / "run" / PIPE
    wait_for(pipe.is_fifo, 20, "the pipe")

    def counters() -> dict[str, int]:
        found: dict[str, int] = cluster.ask("receiver-master", "get_stats")["counters"]
        return found

    cluster.kill("scheduler-master")
    before = counters()["command-pipe-lines"]
    pipe.write_text("".join(f"PROCESS_HOST_CHECK_RESULT;web;0;piped {n}.\n" for n in range(2_000)) + "nonsense\n")
    wait_for(lambda: counters()["command-pipe-lines"] == before + 2_001, 20, "the lines to be taken")
    cluster.kill("receiver-master")
    cluster.start("receiver-master")
    cluster.start("scheduler-master")
    cluster.wait_for_event("PASSIVE HOST CHECK: web;0;piped 1999.;", 60)
    told = [line.split(";")[2] for line in cluster.events(100_000) if ";0;piped " in line]
    assert sorted(told) == sorted(f"piped {n}." for n in range(2_000))
    wait_for(lambda: cluster.is_ready("receiver-master") and counters()["external-commands"] == 0, 20, "the receiver")
    pipe.write_text("GIBBERISH;web\n")
    assert "is not recognized" in cluster.wait_for_event("Command 'GIBBERISH;web'")
