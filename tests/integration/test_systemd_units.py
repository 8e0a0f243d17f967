"""The units an administrator installs: accepted by systemd without a word, and well locked in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.services

ETC = Path(__file__).parents[2] / "etc"
EXPOSURE = {
    "arbiter": 1.5,
    "scheduler": 1.5,
    "broker": 1.5,
    "receiver": 1.5,
    "poller": 2.5,
    "reactionner": 2.5,
}
"""The highest exposure level of each role's unit (reliability.md L6)."""

Needs = Callable[[str], Path]


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """Return a folder with the shipped units, their programs those of this environment."""
    scripts = Path(sys.executable).parent
    for unit in (ETC / "systemd").iterdir():
        text = unit.read_text().replace("/usr/local/bin/", f"{scripts}/")
        (tmp_path / unit.name).write_text(text)
    return tmp_path


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a tool of systemd and return what it wrote, both streams in one."""
    return subprocess.run(  # the exit code is what the tests look at
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "SYSTEMD_LOG_LEVEL": "warning"},
    )


def test_systemd_has_nothing_to_say_about_the_units(needs: Needs, units: Path) -> None:
    instances = [units / f"alignak-{role}@master.service" for role in EXPOSURE]

    answer = run(needs("systemd-analyze"), "verify", units / "alignak.target", *instances)

    assert (answer.returncode, answer.stdout) == (0, "")


@pytest.mark.parametrize("role", EXPOSURE)
def test_a_daemon_that_is_broken_into_can_reach_little(needs: Needs, units: Path, role: str) -> None:
    template = units / f"alignak-{role}@.service"
    unit = units / f"alignak-{role}.service"
    shutil.copy(template, unit)

    answer = run(
        needs("systemd-analyze"),
        "security",
        "--offline=true",
        "--no-pager",
        f"--threshold={round(EXPOSURE[role] * 10)}",
        unit,
    )

    assert answer.returncode == 0, answer.stdout[-200:]


def test_the_target_starts_one_daemon_of_each_role_under_its_historical_name() -> None:
    wanted = (ETC / "systemd" / "alignak.target").read_text()
    daemons = (ETC / "alignak.d" / "daemons.ini").read_text()

    for role in EXPOSURE:
        assert f"Wants=alignak-{role}@master.service\n" in wanted
        assert f"[daemon.{role}-master]\n" in daemons


@pytest.mark.parametrize("role", EXPOSURE)
def test_a_unit_runs_its_own_program_in_the_foreground_as_a_plain_user(role: str) -> None:
    lines = (ETC / "systemd" / f"alignak-{role}@.service").read_text().splitlines()

    assert f"ExecStart=/usr/local/bin/alignak-{role} -n {role}-%i -e ${{ALIGNAK_CONFIGURATION_FILE}}" in lines
    assert {"Type=notify", "WatchdogSec=30", "Restart=on-failure", "User=alignak"} <= set(lines)


def test_the_user_and_the_folders_are_declared_as_systemd_reads_them(needs: Needs, tmp_path: Path) -> None:
    """Both tools work on an empty root, so that this machine is left as it is."""
    for folder in ("sysusers.d", "tmpfiles.d"):
        (tmp_path / "usr/lib" / folder).mkdir(parents=True)
        shutil.copy(ETC / folder / "alignak.conf", tmp_path / "usr/lib" / folder)
    (tmp_path / "etc").mkdir()

    users = run(needs("systemd-sysusers"), f"--root={tmp_path}", "alignak.conf")

    assert users.returncode == 0, users.stdout
    (line,) = [each for each in (tmp_path / "etc/passwd").read_text().splitlines() if each.startswith("alignak:")]
    assert line.split(":")[5:] == ["/var/lib/alignak", "/usr/sbin/nologin"]

    folders = run(needs("systemd-tmpfiles"), f"--root={tmp_path}", "--create", "alignak.conf")

    if os.geteuid() == 0:  # nobody else can give a folder away
        assert folders.returncode == 0, folders.stdout
        assert (tmp_path / "var/lib/alignak").stat().st_uid == int(line.split(":")[2])
    assert oct((tmp_path / "var/lib/alignak").stat().st_mode)[-4:] == "0700"
    assert oct((tmp_path / "var/log/alignak").stat().st_mode)[-4:] == "0750"
