"""Root starts a daemon: it refuses, or becomes a plain user for good before it touches a file."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import programs
from tests.support.cluster import Cluster, write
from tests.support.programs import stopping, wait_until_listening

NAME = "receiver-master"
USER = "nobody"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture
def site() -> Iterator[Cluster]:
    """Return an installation whose folders belong to a plain user, in a place that user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="alignak-test-"))
    try:
        with stopping(write(folder, "", daemons={NAME: "receiver"})) as cluster:
            environment = cluster.environment.read_text()
            cluster.environment.write_text(environment.replace("idontcareaboutsecurity = 1", f"user = {USER}"))
            for each in (folder, *folder.rglob("*")):
                shutil.chown(each, USER)
            yield cluster
    finally:
        shutil.rmtree(folder)


def refused(cluster: Cluster, **variables: str) -> str:
    """Return what a daemon says that does not start, with exit code 3 and no traceback."""
    done = programs.run(cluster, NAME, **variables)
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == 3
    return done.stderr


def test_root_is_refused(site: Cluster) -> None:
    site.environment.write_text(site.environment.read_text().replace(f"user = {USER}", ""))
    assert "this daemon does not run as root" in refused(site)
    assert not list((site.folder / "var").iterdir())


def test_a_user_or_group_that_does_not_exist_is_named(site: Cluster) -> None:
    assert "the user nosuch" in refused(site, ALIGNAK_USER="nosuch")
    assert "the group nosuch does not exist" in refused(site, ALIGNAK_GROUP="nosuch")


def test_a_daemon_becomes_its_user_and_nothing_of_root_is_left(site: Cluster) -> None:
    site.environment.write_text(site.environment.read_text().replace(f"user = {USER}", "user = nosuch"))
    process = programs.start(site, NAME, ALIGNAK_USER=USER)
    wait_until_listening(site, NAME)

    user = pwd.getpwnam(USER)
    groups = {str(user.pw_gid)} | {str(each.gr_gid) for each in grp.getgrall() if USER in each.gr_mem}
    status = programs.status(process.pid)
    assert status["Uid"] == [str(user.pw_uid)] * 4
    assert status["Gid"] == [str(user.pw_gid)] * 4
    assert set(status["Groups"]) == groups
    assert {status[each][0].strip("0") for each in ("CapPrm", "CapEff", "CapInh", "CapAmb")} == {""}
    assert status["NoNewPrivs"] == ["1"]

    made = [path for name in ("log", "run", "var") for path in (site.folder / name).rglob("*")]
    assert {path.stat().st_uid for path in made if path.suffix != ".out"} == {user.pw_uid}
    assert programs.end(process)[0] == 0


@pytest.mark.parametrize(
    ("folder", "mode", "said"),
    [
        ("var", 0o000, "the folder {folder}/receiver-master cannot be used: "),
        ("log", 0o500, "the log file {folder}/receiver-master.log cannot be opened: "),
        ("run", 0o500, "the pid file {folder}/receiver-master.pid cannot be opened: "),
        ("var", 0o777, "the folder {folder} cannot be used: {folder} may be written by everybody"),
    ],
)
def test_a_folder_that_cannot_be_used_is_named(site: Cluster, folder: str, mode: int, said: str) -> None:
    path = site.folder / folder
    path.chmod(mode)
    text = refused(site)
    assert said.format(folder=path) in text
    assert len(text.splitlines()) == 1


def test_somebody_elses_folder_is_refused(site: Cluster) -> None:
    shutil.chown(site.folder / "var", "root")
    assert f"{site.folder / 'var'} belongs to user 0" in refused(site)


def test_somebody_elses_secret_is_refused(site: Cluster) -> None:
    secret = site.folder / "var" / "secret"
    secret.write_text("x" * 48)
    secret.chmod(0o600)
    assert "the instance secret cannot be read: " in refused(site)
