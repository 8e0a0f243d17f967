"""``alignak verify`` and ``alignak-arbiter -V``: the report, its exit code, and the list for programs."""

from __future__ import annotations

import fcntl
import os
import re
from pathlib import Path

import pytest
import ujson

from alignak.cli import daemons, main
from alignak.model.topology import Role

ENVIRONMENT = """
[DEFAULT]
alignak_name=Test
workdir=.

[alignak-configuration]
cfg=objects.cfg

[daemon.arbiter-1]
type=arbiter
name=arbiter-1

[daemon.scheduler-1]
type=scheduler
name=scheduler-1

[daemon.poller-1]
type=poller
name=poller-1
"""

GOOD = """
define command{
    command_name    up
    command_line    /bin/true
}
define host{
    host_name               srv-1
    address                 127.0.0.1
    check_command           up
    notifications_enabled   0
}
"""

LINE = re.compile(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] (INFO|WARNING|ERROR): \[arbiter-1\] .*")


@pytest.fixture
def environment(tmp_path: Path) -> str:
    """Write a configuration that is good and return its environment file."""
    (tmp_path / "objects.cfg").write_text(GOOD)
    path = tmp_path / "alignak.ini"
    path.write_text(ENVIRONMENT)
    return str(path)


def test_a_good_configuration_is_said_to_be_good(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["verify", environment]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert lines[-2].endswith("Things look okay - No serious problems were detected during the pre-flight check")
    assert lines[-1].endswith("Arbiter arbiter-1 checked the configuration")


def test_who_would_look_after_what_is_shown(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["verify", environment]) == 0

    said = capsys.readouterr().out
    assert "- part: 0 - <Config Config_1 - Main configuration (0) />, 1 hosts" in said
    assert main.main(["verify", "-o", "json", environment]) == 0
    document = ujson.loads(capsys.readouterr().out)
    assert document["parts"] == [
        {"part_id": "Config_1", "scheduler": "scheduler-1", "realm": "All", "hosts": 1, "services": 0}
    ]
    assert document["second_check"] == []


def test_an_arbiter_that_is_not_in_the_configuration_does_not_pass_the_second_check(
    environment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert daemons.start(Role.ARBITER, ["-V", "-e", environment, "-n", "arbiter-2"]) == 1

    said = capsys.readouterr().out
    assert "the arbiter 'arbiter-2' is not in its own configuration, which has arbiter-1" in said
    assert "while processing the configuration (second check)..." in said
    assert said.splitlines()[-1].endswith("Sorry, I bail out, exit code: 1")


def test_the_instance_may_get_another_name(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert daemons.start(Role.ARBITER, ["-V", "-e", environment, "-n", "arbiter-1", "-k", "Other"]) == 0

    assert "Alignak name is: Other" in capsys.readouterr().out


def test_the_arbiter_program_verifies_in_the_same_words(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert daemons.start(Role.ARBITER, ["-V", "-e", environment, "-n", "arbiter-1"]) == 0

    assert capsys.readouterr().out.splitlines()[-1].endswith("Arbiter arbiter-1 checked the configuration")


def test_everything_that_is_wrong_is_told_at_once_with_its_place(
    environment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = GOOD.replace("check_command           up", "check_command           upp") + "define service{\n}\n"
    (tmp_path / "objects.cfg").write_text(bad)

    assert main.main(["verify", "-o", "json", environment]) == 1

    document = ujson.loads(capsys.readouterr().out)
    assert document["is_correct"] is False
    found = {(each["severity"], Path(each["file"]).name) for each in document["diagnostics"] if each["file"]}
    assert ("error", "objects.cfg") in found
    assert any("upp" in each["message"] and each["line"] == 9 for each in document["diagnostics"])
    assert document["errors"] >= 2


def test_a_wrong_configuration_ends_the_arbiter_program_with_1(
    environment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "objects.cfg").write_text("define host{\n")

    assert daemons.start(Role.ARBITER, ["-V", "-e", environment, "-n", "arbiter-1"]) == 1

    assert "Configuration is incorrect, sorry, I bail out" in capsys.readouterr().out


def test_more_object_files_can_be_named(environment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = tmp_path / "more.cfg"
    more.write_text(GOOD.replace("srv-1", "srv-2").replace("command_name    up", "command_name    up2"))

    assert main.main(["verify", "-o", "json", environment, "-a", str(more)]) == 0

    assert ujson.loads(capsys.readouterr().out)["objects"]["host"] == 2


def test_an_arbiter_that_runs_does_not_keep_anybody_from_verifying(environment: str, tmp_path: Path) -> None:
    descriptor = os.open(tmp_path / "arbiter-1.pid", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    os.write(descriptor, b"%d\n" % os.getpid())
    try:
        assert daemons.start(Role.ARBITER, ["-V", "-e", environment, "-n", "arbiter-1"]) == 0
    finally:
        os.close(descriptor)


def test_a_missing_environment_file_is_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["verify", str(tmp_path / "none.ini")]) == 1

    assert "required configuration file does not exist" in capsys.readouterr().err
