"""``alignak``: its commands, what it says when it is called wrongly, how it ends."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from alignak import __version__
from alignak.cli import main


def test_without_an_argument_it_shows_the_commands_and_ends_as_the_historical_tool(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main.main([]) == 64

    shown = capsys.readouterr().out
    assert all(name in shown for name in main.COMMANDS)


@pytest.mark.parametrize("name", main.COMMANDS)
def test_every_command_explains_itself_and_knows_the_three_forms_of_answers(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main.main([name, "--help"])

    shown = " ".join(capsys.readouterr().out.split())
    assert ended.value.code == 0
    assert "{text,json,yaml}" in shown
    assert " ".join(str(import_module(f"alignak.cli.{main.COMMANDS[name].module}").__doc__).split()[:4]) in shown


def test_a_wrong_option_ends_with_2() -> None:
    with pytest.raises(SystemExit) as ended:
        main.main(["status", "--colour"])

    assert ended.value.code == 2


def test_it_tells_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main.main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"Alignak {__version__}\n"


def test_nobody_answering_ends_with_3_and_says_where_nobody_was(
    unused_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["status", "--url", f"http://127.0.0.1:{unused_port}"]) == 3

    assert f"nothing answers at http://127.0.0.1:{unused_port}/" in capsys.readouterr().err


def test_a_mistyped_command_is_no_file_and_the_right_one_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["statsu"]) == 1

    shown = capsys.readouterr()
    assert "* required configuration file does not exist: statsu" in shown.out
    assert "did you mean 'status'?" in shown.err


def test_output_that_nobody_reads_to_the_end_is_no_error(tmp_path: Path) -> None:
    environment = tmp_path / "alignak.ini"
    environment.write_text("[alignak-configuration]\n" + "".join(f"key{n}=value\n" for n in range(20_000)))
    argv = [sys.executable, "-m", "alignak.cli.main", str(environment)]

    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
