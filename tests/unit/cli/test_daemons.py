"""The command lines of the six programs: what is refused before anything is started, and with which exit code."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from alignak.cli.daemons import parser, start
from alignak.model.topology import Role

ENVIRONMENT = """
[DEFAULT]
workdir = .
vardir = .
logdir = .
[alignak-configuration]
cfg = objects.cfg
[daemon.arbiter-master]
type = arbiter
[daemon.poller-master]
type = poller
"""


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have variables of an installation of their own."""
    for name in [each for each in os.environ if each.startswith("ALIGNAK_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """Return an environment file with an arbiter and a poller."""
    path = tmp_path / "alignak.ini"
    path.write_text(ENVIRONMENT)
    return path


def usage(role: Role, *arguments: str) -> object:
    """Return the exit code of a program that ends at its command line."""
    with pytest.raises(SystemExit) as ended:
        start(role, arguments)
    return ended.value.code


@pytest.mark.parametrize("role", Role)
def test_every_program_tells_how_it_is_used(role: Role, capsys: pytest.CaptureFixture[str]) -> None:
    assert usage(role, "-h") == 0

    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: alignak-{role.value} ")
    flags = ["-n", "-e", "-d", "-r", "-v", "-o", "-p", "-l", "-Lm", "-i", "-c"]
    assert all(f" {flag}" in shown for flag in flags)
    assert ("--verify-config" in shown) == (role is Role.ARBITER)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-e", "x.ini"], "required: -n/--name"),
        (["-n", "x"], "required: -e/--environment"),
        (["-n", "x", "-e", "x.ini", "-p", "0"], "0 is no port"),
        (["-n", "x", "-e", "x.ini", "-p", "http"], "invalid port value: 'http'"),
        (["-n", "x", "-e", "x.ini", "-Lm", "LOUD"], "invalid choice: 'LOUD'"),
        (["-n", "x", "-e", "x.ini", "--tea"], "unrecognized arguments: --tea"),
        (["-n", "x", "-e", "x.ini", "-c", "old.cfg"], "-c is not used any more"),
        (["-n", "x", "-e", "x.ini", "-V"], "unrecognized arguments: -V"),
    ],
)
def test_a_bad_command_line_is_refused(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert usage(Role.POLLER, *arguments) == 2
    assert said in capsys.readouterr().err


def test_the_arbiter_has_a_name_of_its_own_and_takes_several_object_files() -> None:
    given = parser(Role.ARBITER).parse_args(["-e", "x.ini", "-a", "one.cfg", "-a", "two.cfg", "-k", "Paris", "-vv"])

    assert (given.name, given.arbiter, given.alignak_name) == ("arbiter-master", ["one.cfg", "two.cfg"], "Paris")
    assert given.verbose == 2


def refused(environment: Path, name: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Return the exit code of a poller that cannot start, and the one line it says."""
    code = start(Role.POLLER, ["-n", name, "-e", str(environment)])
    (line,) = capsys.readouterr().err.splitlines()
    return code, line


def test_a_missing_environment_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "none.ini"
    assert refused(path, "poller-master", capsys) == (
        99,
        f"alignak-poller: * required configuration file does not exist: {path}",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("type = poller\n", ":1: a [section] is needed before: 'type = poller'"),
        ("[daemon.poller-master]\njust words\n", ":2: 'just words"),
        ("[daemon.poller-master]\ntype = poller\nworkdir = %(nowhere)s/run\n", ":3: the value of 'workdir'"),
    ],
)
def test_an_unreadable_environment_file_is_told_with_its_line(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "alignak.ini"
    path.write_text(text)
    code, line = refused(path, "poller-master", capsys)
    assert code == 99
    assert f"{path}{said}" in line


def test_the_variable_goes_before_the_flag(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALIGNAK_CONFIGURATION_FILE", str(tmp_path / "other.ini"))
    assert str(tmp_path / "other.ini") in refused(environment, "poller-master", capsys)[1]


def test_a_name_nobody_has_is_answered_with_the_nearest(environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, line = refused(environment, "poler-master", capsys)
    assert code == 1
    assert "no daemon is named 'poler-master'" in line
    assert "did you mean 'poller-master'?" in line


def test_a_section_of_another_role_is_refused(environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, line = refused(environment, "arbiter-master", capsys)
    assert code == 1
    assert "is of type arbiter, but this is alignak-poller: start alignak-arbiter -n arbiter-master" in line


def test_a_value_that_cannot_be_read_is_told_with_its_line(
    environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.write_text(environment.read_text() + "port = http\n")
    code, line = refused(environment, "poller-master", capsys)
    assert code == 1
    assert f"{environment}:12: Error while pythonizing parameter 'port'" in line


@pytest.mark.parametrize("name", ["../poller", ".hidden", "a\x1bb"])
def test_a_name_never_leads_files_elsewhere(name: str, environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    environment.write_text(f"{environment.read_text()}[daemon.x]\ntype = poller\nname = {name}\n")
    code, line = refused(environment, name, capsys)
    assert code == 1
    assert "cannot be part of file names" in line


@pytest.mark.parametrize("lines", ["log_level = LOUD", "log_level = %%"])
def test_a_log_level_that_is_none_is_refused(lines: str, environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    environment.write_text(f"{environment.read_text()}{lines}\n")
    code, line = refused(environment, "poller-master", capsys)
    assert code == 1
    assert "say one of DEBUG, INFO, WARNING, ERROR, CRITICAL" in line
