"""More than one of a kind: two schedulers, tagged pollers, passive satellites, two realms."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cluster import DAEMONS, Cluster, running, wait_for, write

OK = """
define command{
    command_name    ok
    command_line    /bin/echo fine
}
"""


def hosts(*names: str, extra: str = "") -> str:
    """Return host definitions."""
    return OK + "".join(
        f"define host{{\n use generic-host\n host_name {name}\n address 127.0.0.1\n check_command ok\n {extra}\n}}\n"
        for name in names
    )


def checked(cluster: Cluster, scheduler: str) -> set[str]:
    """Return the hosts of a scheduler that have a result."""
    rows = cluster.ask(scheduler, "dump")
    return {row["host"] for row in rows if row["last_check"]} if isinstance(rows, list) else set()


def test_two_schedulers_share_the_hosts_and_each_host_has_one(tmp_path: Path) -> None:
    names = [f"h{number}" for number in range(8)]
    daemons = {**DAEMONS, "scheduler-2": "scheduler"}
    with running(write(tmp_path, hosts(*names), daemons=daemons)) as cluster:

        def both() -> tuple[set[str], set[str]] | None:
            first, second = checked(cluster, "scheduler-master"), checked(cluster, "scheduler-2")
            return (first, second) if first | second == set(names) else None

        first, second = wait_for(both, 15, "a result for every host")
        assert first
        assert second
        assert not first & second
        answer = cluster.command("ADD_HOST_COMMENT;h3;1;bob;whose am I")
        assert answer["_status"] == "OK"
        cluster.wait_for_event("HOST COMMENT: h3;bob;whose am I")
        synthesis = cluster.ask("arbiter-master", "livesynthesis")["livesynthesis"]
        assert synthesis["_overall"]["livesynthesis"]["hosts_total"] == len(names)


def test_a_check_runs_on_the_poller_that_has_its_tag(tmp_path: Path) -> None:
    objects = hosts("plain") + hosts("dmz", extra="poller_tag dmz").removeprefix(OK)
    daemons = {**DAEMONS, "poller-dmz": "poller"}
    with running(write(tmp_path, objects, daemons=daemons, sections={"poller-dmz": "poller_tags = dmz"})) as cluster:
        wait_for(lambda: checked(cluster, "scheduler-master") == {"plain", "dmz"}, 15, "both hosts checked")

        def done(poller: str) -> int:
            return int(cluster.ask(poller, "get_stats")["counters"]["done"])

        assert done("poller-master") > 0
        assert done("poller-dmz") > 0
        cluster.kill("poller-dmz")
        before = cluster.ask("scheduler-master", "dump?o_name=dmz")[0]["last_check"]
        seen = done("poller-master")
        wait_for(lambda: done("poller-master") > seen + 2, 15, "the other poller to go on")
        assert cluster.ask("scheduler-master", "dump?o_name=dmz")[0]["last_check"] <= before + 2


def test_passive_satellites_are_given_their_work(tmp_path: Path) -> None:
    sections = {"poller-master": "passive = 1", "reactionner-master": "passive = 1"}
    with running(write(tmp_path, hosts("h"), sections=sections)) as cluster:
        wait_for(lambda: checked(cluster, "scheduler-master") == {"h"}, 15, "a check by a passive poller")
        cluster.command("PROCESS_HOST_CHECK_RESULT;h;2;down")
        cluster.command("PROCESS_HOST_CHECK_RESULT;h;2;down")
        cluster.wait_for_outbox("PROBLEM|admin|h|n/a|DOWN|")


def test_each_realm_is_served_by_its_own_daemons(tmp_path: Path) -> None:
    realms = """
    define realm{
        realm_name      All
        realm_members   Paris
        default         1
    }
    define realm{
        realm_name      Paris
    }
    """
    objects = realms + hosts("here") + hosts("paris", extra="realm Paris").removeprefix(OK)
    daemons = {**DAEMONS, "scheduler-paris": "scheduler", "poller-paris": "poller"}
    sections = {
        "scheduler-master": "manage_sub_realms = 0",
        "poller-master": "manage_sub_realms = 0",
        "scheduler-paris": "realm = Paris",
        "poller-paris": "realm = Paris",
    }
    with running(write(tmp_path, objects, daemons=daemons, sections=sections)) as cluster:
        wait_for(lambda: checked(cluster, "scheduler-paris") == {"paris"}, 15, "the host of Paris")
        wait_for(lambda: checked(cluster, "scheduler-master") == {"here"}, 15, "the host of the main realm")
        assert int(cluster.ask("poller-paris", "get_stats")["counters"]["done"]) > 0
        cluster.command("PROCESS_HOST_CHECK_RESULT;paris;2;down")
        cluster.command("PROCESS_HOST_CHECK_RESULT;paris;2;down")
        cluster.wait_for_outbox("PROBLEM|admin|paris|n/a|DOWN|")


@pytest.mark.long
def test_a_reload_keeps_what_stays_and_a_bad_one_changes_nothing(tmp_path: Path) -> None:
    with running(write(tmp_path, hosts("h1"))) as cluster:
        wait_for(lambda: checked(cluster, "scheduler-master") == {"h1"}, 15, "the first result")
        cluster.command("ADD_HOST_COMMENT;h1;1;bob;still here")
        objects = cluster.folder / "etc" / "objects.cfg"
        good = objects.read_text()
        objects.write_text(good + "define host{\n host_name h2\n address a\n check_command nothing_like_it\n}\n")
        refused = cluster.ask("arbiter-master", "reload_configuration")
        assert refused["_status"] == "ERR"
        assert "nothing_like_it" in refused["_message"]
        assert "objects.cfg:" in refused["_message"]
        assert checked(cluster, "scheduler-master") == {"h1"}

        objects.write_text(good + hosts("h2").removeprefix(OK))
        assert cluster.ask("arbiter-master", "reload_configuration") is True
        wait_for(lambda: checked(cluster, "scheduler-master") == {"h1", "h2"}, 15, "the new host")
        assert "still here" in str(cluster.ask("scheduler-master", "get_host?host_name=h1"))
