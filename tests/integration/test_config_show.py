"""``alignak config`` beside a running installation: what differs before a reload, and nothing after it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
import ujson

from tests.support.cluster import Cluster, running, wait_for, write

SITE = """
define command{
    command_name    ok
    command_line    /bin/echo $_HOSTPASSWORD$
}
define host{
    name            monitored
    register        0
    use             generic-host
    check_command   ok
    _PASSWORD       hunter2-first
}
define host{
    host_name       web
    use             monitored
}
define host{
    host_name       db
    use             monitored
}
$USER5$=us3r-five
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Return an installation of two hosts with a secret."""
    with running(write(tmp_path_factory.mktemp("explained"), SITE)) as cluster:
        yield cluster


def alignak(cluster: Cluster, *words: str) -> subprocess.CompletedProcess[str]:
    """Run ``alignak config``."""
    command = [sys.executable, "-m", "alignak.cli.main", "config", *words, "-e", str(cluster.environment)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def diff(cluster: Cluster, *words: str) -> subprocess.CompletedProcess[str]:
    """Compare the files with what runs."""
    return alignak(cluster, "diff", "--url", cluster.url("arbiter-master", ""), *words)


def test_the_running_configuration_holds_no_secret(cluster: Cluster) -> None:
    status, answer = cluster.exchange("arbiter-master", "running_configuration")
    text = ujson.dumps(answer)

    assert status == 200
    assert [each["host_name"] for each in answer["config"]["objects"]["hosts"]] == ["db", "web"]
    assert set(answer["placement"]["hosts"]) == {"db", "web"}
    assert [each for each in ("hunter2", "us3r-five", cluster.secret) if each in text] == []


def test_show_explains_a_host_of_the_files(cluster: Cluster) -> None:
    done = alignak(cluster, "show", "host/web", "-o", "json")
    found = ujson.loads(done.stdout)

    assert done.returncode == 0
    assert [each["name"] for each in found["templates"]] == ["monitored", "generic-host"]
    assert found["commands"]["check_command"]["expanded"] == "/bin/echo ***"
    assert "hunter2" not in done.stdout


def test_files_differ_until_they_are_reloaded(cluster: Cluster) -> None:
    assert diff(cluster).returncode == 0, diff(cluster).stdout

    objects = cluster.environment.parent / "objects.cfg"
    changed = objects.read_text().replace("hunter2-first", "hunter2-second")
    objects.write_text(changed.replace("host_name       web\n", "host_name       web\n    alias           The web\n"))
    done = diff(cluster)

    assert done.returncode == 1, done.stderr
    assert "_PASSWORD: changed, not shown because it is secret" in done.stdout
    assert "alias: web -> The web" in done.stdout
    assert "scheduler scheduler-master: new part, 2 of 2 hosts touched" in done.stdout
    assert "hunter2" not in done.stdout

    assert cluster.ask("arbiter-master", "reload_configuration") is True
    wait_for(lambda: diff(cluster).returncode == 0, 20, "the reload")


def test_an_arbiter_that_does_not_answer_is_no_difference(cluster: Cluster) -> None:
    done = alignak(cluster, "diff", "--url", "http://127.0.0.1:9/")

    assert done.returncode == 3
    assert "nothing answers" in done.stderr
