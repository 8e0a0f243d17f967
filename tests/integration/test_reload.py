"""What a reload touches: what changed, and nothing else. Six daemons at work, one file that is edited."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.cluster import Cluster, running, wait_for, write
from tests.support.interface import ARBITER, SATELLITES, SCHEDULER, comments

OBJECTS = """
define command{{
    command_name    ok
    command_line    /bin/echo fine $ARG1$
}}
define command{{
    command_name    slow
    command_line    /bin/sh {folder}/slow {folder}
}}
define host{{
    name            calm
    use             generic-host
    register        0
    address         127.0.0.1
    check_command   ok
    check_interval  3000
}}
define hostgroup{{
    hostgroup_name  web
}}
define host{{
    use         calm
    host_name   srv-a
    alias       first
    hostgroups  web
}}
define host{{
    use         calm
    host_name   srv-b
    alias       second
    hostgroups  web
}}
define host{{
    use                     calm
    host_name               told
    active_checks_enabled   0
    max_check_attempts      1
}}
define service{{
    use                     generic-service
    host_name               srv-a,srv-b
    service_description     Load
    check_command           ok!load
    check_interval          3000
}}
define service{{
    use                     generic-service
    host_name               srv-b
    service_description     Disk
    check_command           ok!disk
    check_interval          3000
}}
define service{{
    use                     generic-service
    host_name               told
    service_description     Mail
    check_command           ok
    active_checks_enabled   0
    max_check_attempts      1
}}
define service{{
    use                     generic-service
    host_name               told
    service_description     Slow
    check_command           slow
    check_interval          3000
    active_checks_enabled   0
    max_check_attempts      1
}}
"""

SLOW = """echo x >> $1/begun
until [ -e $1/gate ]; do sleep 0.1; done
echo over
"""
"""A plugin that notes that it began, and waits until it is let through."""

BAD = """
define host{
    use                     calm
    host_name               new-1
    check_command           nothing_like_it
}
define service{
    use                     generic-service
    host_name               no-such-host
    service_description     Load
    check_command           ok
}
"""


class Site:
    """An installation whose object file is edited and read again."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.file = cluster.folder / "etc" / "objects.cfg"
        self.good = self.file.read_text()

    def reload(self) -> Any:
        """Have the arbiter read the files again, and return its answer."""
        return self.cluster.ask(ARBITER, "reload_configuration")

    def change(self, old: str, new: str) -> None:
        """Replace a text of the object file, and have every daemon go on with that."""
        text = self.file.read_text()
        assert text.count(old) == 1, old
        self.become(text.replace(old, new))

    def become(self, text: str) -> None:
        """Reload with another object file, and wait until every daemon has what it is to have."""
        before = self.cluster.log(ARBITER).count("is confirmed by all")
        self.file.write_text(text)
        assert self.reload() is True
        wait_for(lambda: self.cluster.log(ARBITER).count("is confirmed by all") > before, 15, "the confirmation")

    def objects(self) -> dict[str, dict[str, Any]]:
        """Return all that the scheduler shows of each object."""
        hosts = self.cluster.ask(SCHEDULER, "dump?details=1")
        found = {}
        for host in hosts:
            services = host.pop("services")
            found[host["name"]] = host
            found.update({f"{host['name']}/{each['name']}": each for each in services})
        return found

    def flavor(self) -> str:
        """Return the hash of the part the scheduler says it works on."""
        (part,) = self.cluster.ask(SCHEDULER, "get_managed_configurations").values()
        return str(part["push_flavor"])

    def stored(self) -> dict[str, tuple[int, int]]:
        """Return which file each daemon keeps its configuration in, and when it was written."""
        files = sorted(self.cluster.folder.glob("var/**/configuration.json"))
        return {str(each): (each.stat().st_ino, each.stat().st_mtime_ns) for each in files}

    def logs(self) -> dict[str, str]:
        """Return what the daemons logged, but for the line that says that there was a reload."""
        return {
            name: "\n".join(line for line in self.cluster.log(name).splitlines() if "CONFIGURATION RELOAD" not in line)
            for name in (ARBITER, *SATELLITES)
        }

    def is_calm(self) -> bool:
        """Tell whether every daemon that did not find another one at first has found it."""
        logs = [self.cluster.log(name) for name in SATELLITES]
        return all(each.rfind("nothing answers") <= each.rfind("works again") for each in logs)

    def reloads(self) -> int:
        """Return how many reloads the monitoring log tells of."""
        return sum(line.startswith("CONFIGURATION RELOAD;") for line in self.cluster.events())


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return an installation whose hosts and services have all been checked once."""
    folder = tmp_path_factory.mktemp("reload")
    (folder / "slow").write_text(SLOW)
    with running(write(folder, OBJECTS.format(folder=folder))) as cluster:
        site = Site(cluster)
        checked = ("srv-a", "srv-b", "srv-a/Load", "srv-b/Load", "srv-b/Disk")
        wait_for(lambda: all(site.objects()[each]["last_check"] for each in checked), 20, "the first checks")
        yield site


@pytest.fixture
def site(started: Site) -> Iterator[Site]:
    """Return the installation with the configuration it began with."""
    yield started
    if started.file.read_text() != started.good:
        started.become(started.good)


def test_a_reload_without_a_change_touches_nothing_and_says_one_line(site: Site) -> None:
    wait_for(site.is_calm, 10, "the satellites to find their scheduler")
    before = (site.objects(), site.stored(), site.logs(), site.flavor())
    reloads = site.reloads()
    assert len(before[1]) == len(SATELLITES)
    assert site.reload() is True
    wait_for(lambda: site.reloads() == reloads + 1, 10, "the line that says so")
    assert (site.objects(), site.stored(), site.logs(), site.flavor()) == before
    assert site.reloads() == reloads + 1


def test_a_change_of_one_host_touches_that_host_alone(site: Site) -> None:
    before, flavor = site.objects(), site.flavor()
    assert before["srv-a"]["next_check"]
    site.change("alias       first", "alias       number one")
    after = site.objects()
    assert after.pop("srv-a") == {**before.pop("srv-a"), "alias": "number one"}
    assert after == before
    assert site.flavor() != flavor
    assert "pushing what changed for the configuration" in site.cluster.log(ARBITER)


def test_a_bad_configuration_is_refused_with_all_its_errors_and_the_present_one_goes_on(site: Site) -> None:
    before = (site.objects(), site.stored(), site.flavor())
    site.file.write_text(site.good + BAD)
    answer = site.reload()
    site.file.write_text(site.good)
    assert answer["_status"] == "ERR"
    assert "nothing_like_it" in answer["_message"]
    assert "no-such-host" in answer["_message"]
    assert answer["_message"].count("objects.cfg:") >= 2
    assert (site.objects(), site.stored(), site.flavor()) == before
    site.cluster.command("PROCESS_SERVICE_CHECK_RESULT;told;Mail;0;goes on")
    wait_for(lambda: site.objects()["told/Mail"]["output"] == "goes on", 10, "a result")


def test_what_is_known_of_a_host_survives_its_change(site: Site) -> None:
    site.cluster.command("PROCESS_SERVICE_CHECK_RESULT;told;Mail;2;broken")
    wait_for(lambda: site.objects()["told/Mail"]["state"] == "CRITICAL", 10, "the problem")
    for line in (
        "ACKNOWLEDGE_SVC_PROBLEM;told;Mail;2;0;1;bob;known",
        "SCHEDULE_HOST_DOWNTIME;told;0;4000000000;1;0;0;bob;work",
        "ADD_HOST_COMMENT;told;1;bob;look here",
    ):
        assert site.cluster.command(line)["_status"] == "OK"
    wait_for(lambda: site.objects()["told"]["downtimed"] and "look here" in comments(site.cluster, "told"), 10, "both")
    before = site.objects()
    site.change("host_name               told\n    active", "host_name               told\n    alias x\n    active")
    after = site.objects()
    assert after["told"] == {**before["told"], "alias": "x"}
    assert after["told/Mail"] == before["told/Mail"]
    assert after["told/Mail"]["acknowledged"]
    assert "look here" in comments(site.cluster, "told")


def test_a_host_comes_and_goes_and_a_service_gets_another_name(site: Site) -> None:
    before = site.objects()
    site.change("define hostgroup{", "define host{\n use calm\n host_name between\n}\ndefine hostgroup{")
    wait_for(lambda: site.objects()["between"]["last_check"], 10, "its first check")
    site.change("define host{\n use calm\n host_name between\n}\n", "")
    assert site.objects() == before
    site.change("service_description     Disk", "service_description     Storage")
    wait_for(lambda: site.objects()["srv-b/Storage"]["last_check"], 10, "its first check")
    after = site.objects()
    assert "srv-b/Disk" not in after
    del after["srv-b/Storage"], before["srv-b/Disk"], before["srv-b"], after["srv-b"]
    assert after == before


def test_a_check_under_way_is_not_lost_and_not_run_twice(site: Site) -> None:
    folder = site.cluster.folder
    for name in ("begun", "gate"):
        (folder / name).unlink(missing_ok=True)
    site.cluster.command("SCHEDULE_FORCED_SVC_CHECK;told;Slow;0")
    wait_for((folder / "begun").exists, 10, "the slow check to begin")
    site.change("check_command           slow\n", "check_command           slow\n    notes under way\n")
    (folder / "gate").touch()
    wait_for(lambda: site.objects()["told/Slow"]["output"] == "over", 10, "its result")
    assert (folder / "begun").read_text() == "x\n"


def test_a_scheduler_that_is_killed_after_a_reload_comes_back_with_the_new_configuration(site: Site) -> None:
    site.change("alias       second", "alias       number two")
    flavor, pushes = site.flavor(), site.cluster.log(ARBITER).count("pushing")
    site.cluster.kill(SCHEDULER)
    site.cluster.start(SCHEDULER)
    wait_for(lambda: site.cluster.is_ready(SCHEDULER) and site.cluster.is_ready(ARBITER), 20, "the scheduler")
    assert site.objects()["srv-b"]["alias"] == "number two"
    assert site.flavor() == flavor
    assert "took up the configuration" in site.cluster.log(SCHEDULER)
    assert site.cluster.log(ARBITER).count("pushing") == pushes


def test_a_scheduler_that_lost_its_part_gets_all_of_it_and_then_changes_again(site: Site) -> None:
    before = site.objects()
    site.cluster.ask(SCHEDULER, "wait_new_conf")
    wait_for(lambda: site.cluster.is_ready(SCHEDULER), 10, "the scheduler to be ready again")
    assert {name: each["last_check"] for name, each in site.objects().items()} == {
        name: each["last_check"] for name, each in before.items()
    }
    changes = site.cluster.log(ARBITER).count("pushing what changed")
    site.change("alias       first", "alias       number one")
    assert site.objects()["srv-a"]["alias"] == "number one"
    assert site.cluster.log(ARBITER).count("pushing what changed") == changes + 1


def test_a_scheduler_whose_stored_configuration_is_damaged_is_given_it_whole(site: Site) -> None:
    (path,) = [each for each in site.stored() if SCHEDULER in each]
    kept = Path(path).read_text()
    assert site.flavor() in kept
    before = site.objects()
    site.change("alias       first", "alias       number one")
    Path(path).write_text(kept[: len(kept) // 2])
    site.cluster.kill(SCHEDULER)
    site.cluster.start(SCHEDULER)
    wait_for(lambda: site.cluster.is_ready(SCHEDULER) and site.cluster.is_ready(ARBITER), 20, "the scheduler")
    assert "waiting for the arbiter" in site.cluster.log(SCHEDULER)
    assert site.objects()["srv-a"] == {**before["srv-a"], "alias": "number one"}
