"""What pollers and reactionners owe outlives them: ``kill -9``, a scheduler that is stopped, a scheduler that is gone.

Plugins and notification commands wait for a file here, so that a test decides what is under way when somebody dies.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.support.cluster import Cluster, running, wait_for, write

SLOW = """
echo "began $2 $$" >> "$1/$3"
while ! test -e "$1/$3.go"; do sleep 0.05; done
echo "ended $2 $$" >> "$1/$3"
echo "$3 ran as $$"
exit $4
"""
"""Notes its beginning, waits for a file, notes its end: folder, id, name, exit code."""

SITE = """
define command{
    command_name    slow
    command_line    /bin/sh $SITE$/slow.sh $SITE$ check $SERVICEDESC$ 2
    timeout         60
}
define command{
    command_name    tell
    command_line    /bin/sh $SITE$/slow.sh $SITE$ $NOTIFICATIONID$ $SERVICEDESC$.$NOTIFICATIONTYPE$ 0
    timeout         60
}
define contact{
    contact_name                    oncall
    service_notification_options    c
    host_notification_options       n
    service_notification_commands   tell
    host_notification_commands      outbox
}
define host{
    use                     generic-host
    host_name               h
    address                 127.0.0.1
    active_checks_enabled   0
}
define service{
    name                    on-demand
    use                     generic-service
    register                0
    host_name               h
    check_command           slow
    active_checks_enabled   0
    max_check_attempts      1
}
define service{
    use                     on-demand
    service_description     told
    contacts                oncall
}
define service{
    use                     on-demand
    service_description     stopped
    contacts                admin
}
define service{
    use                     on-demand
    service_description     gone
    contacts                admin
}
"""


class Site:
    """The installation, and what its plugins and commands noted."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    def notes(self, name: str) -> list[list[str]]:
        """Return what runs of a name noted: began or ended, id, process id."""
        path = self.cluster.folder / name
        return [line.split() for line in path.read_text().splitlines()] if path.exists() else []

    def began(self, name: str, times: int = 1) -> list[str]:
        """Wait until something began for the n-th time, and return its id and its process id."""
        found = wait_for(
            lambda: [each for each in self.notes(name) if each[0] == "began"][times - 1 :], 20, f"{name} to begin"
        )
        return list(found[0][1:])

    def let_go(self, name: str) -> None:
        """Let what waits end."""
        (self.cluster.folder / f"{name}.go").touch()

    def check(self, service: str) -> None:
        """Have a check run that waits for a file, and return once it does."""
        answer = self.cluster.command(f"SCHEDULE_FORCED_SVC_CHECK;h;{service};0")
        assert answer["_status"] == "OK"
        self.began(service)

    def held(self, name: str) -> int:
        """Return how many orders and outcomes a satellite holds."""
        return int(self.cluster.ask(name, "get_stats")["counters"]["held"])

    def wait_until_owed(self, service: str) -> None:
        """Let a check end whose scheduler does not answer, and wait until its outcome lies in the poller's ledger."""
        done = int(self.cluster.ask("poller-master", "get_stats")["counters"]["done"])
        self.let_go(service)
        wait_for(
            lambda: int(self.cluster.ask("poller-master", "get_stats")["counters"]["done"]) > done, 10, "the outcome"
        )

    def results(self, service: str) -> list[str]:
        """Return the events of results of a service."""
        return [line for line in self.cluster.events() if line.startswith(f"ACTIVE SERVICE CHECK: h;{service};")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return an installation in which nothing runs unless a test asks for it."""
    folder: Path = tmp_path_factory.mktemp("ledgers")
    (folder / "slow.sh").write_text(SLOW)
    with running(write(folder, SITE, settings=f"_site = {folder}\nlog_active_checks = 1")) as cluster:
        yield Site(cluster)


def test_a_notification_whose_reactionner_is_killed_is_sent_again_under_its_id(site: Site) -> None:
    cluster = site.cluster
    cluster.command("PROCESS_SERVICE_CHECK_RESULT;h;told;2;bad")
    first, process = site.began("told.PROBLEM")
    cluster.kill("reactionner-master")
    wait_for(lambda: not psutil.pid_exists(int(process)), 10, "the command to end with its daemon")
    cluster.start("reactionner-master")
    again, _ = site.began("told.PROBLEM", times=2)
    assert again == first
    site.let_go("told.PROBLEM")
    wait_for(lambda: cluster.is_ready("reactionner-master"), 20, "the reactionner")
    wait_for(lambda: site.held("reactionner-master") == 0, 20, "the outcome to be delivered")
    assert [each[:2] for each in site.notes("told.PROBLEM")] == [["began", first], ["began", first], ["ended", first]]
    assert len([line for line in cluster.events() if "NOTIFICATION: oncall;h;told;" in line]) == 1
    assert cluster.ask("scheduler-master", "get_stats")["counters"]["actions.count"] == 0


def test_an_outcome_survives_its_poller_while_the_scheduler_does_not_answer(site: Site) -> None:
    cluster = site.cluster
    site.check("stopped")
    scheduler = cluster.processes["scheduler-master"].pid
    os.kill(scheduler, signal.SIGSTOP)
    try:
        site.wait_until_owed("stopped")
        cluster.kill("poller-master")
        cluster.start("poller-master")
        wait_for(lambda: cluster.is_ready("poller-master"), 20, "the poller, without a scheduler")
        assert site.held("poller-master") == 1
    finally:
        os.kill(scheduler, signal.SIGCONT)
    cluster.wait_for_event("SERVICE ALERT: h;stopped;CRITICAL;HARD;1;stopped ran as ")
    wait_for(lambda: site.held("poller-master") == 0, 20, "the poller to forget the outcome")
    assert len(site.results("stopped")) == 1
    assert len(site.notes("stopped")) == 2


def test_an_outcome_survives_its_poller_and_its_scheduler(site: Site) -> None:
    cluster = site.cluster
    site.check("gone")
    cluster.kill("scheduler-master")
    site.wait_until_owed("gone")
    cluster.kill("poller-master")
    for name in ("poller-master", "scheduler-master"):
        cluster.start(name)
    cluster.wait_for_event("SERVICE ALERT: h;gone;CRITICAL;HARD;1;gone ran as ")
    wait_for(lambda: cluster.is_ready("poller-master"), 20, "the poller")
    wait_for(lambda: site.held("poller-master") == 0, 20, "the poller to forget the outcome")
    assert len(site.results("gone")) == 1
    assert len(site.notes("gone")) == 2
    cluster.wait_for_outbox("PROBLEM|admin|h|gone|UP|CRITICAL")
