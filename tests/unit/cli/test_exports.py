"""The historical tool: exports for a shell, and its exit codes (configuration.md 3.1)."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from alignak import __version__
from alignak.cli import main

TEXT = """
[DEFAULT]
bindir=/usr/local/bin

[alignak-configuration]
_dist_BIN=%(bindir)s
motto=it's "here" $HOME `id`

[daemon.arbiter-master]
host=127.0.0.1
"""


def write(folder: Path, text: str) -> str:
    """Write an environment file and return its path."""
    path = folder / "alignak.ini"
    path.write_text(text)
    return str(path)


def test_each_key_of_each_section_is_exported_under_its_historical_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, TEXT)

    assert main.main([path]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"Loading configuration files: ['{path}'] "
    assert "export ALIGNAK_CONFIGURATION_DIST_BIN=/usr/local/bin" in lines
    assert "export DAEMON_ARBITER_MASTER_HOST=127.0.0.1" in lines
    assert "export DAEMON_ARBITER_MASTER_BINDIR=/usr/local/bin" in lines  # those of [DEFAULT] in every section
    assert lines[-1] == f"export ALIGNAK_VERSION={__version__}"


def test_a_shell_takes_the_values_as_they_were_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main.main([write(tmp_path, TEXT)])
    exports = "\n".join(capsys.readouterr().out.splitlines()[1:])

    script = f'{exports}\nprintf %s "$ALIGNAK_CONFIGURATION_MOTTO"'
    found = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True, timeout=10)

    assert found.stdout == """it's "here" $HOME `id`"""


def test_verbose_shows_the_sections_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["-v", write(tmp_path, TEXT)]) == 0

    assert "[daemon.arbiter-master]\n  host = 127.0.0.1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "exit_code"),
    [
        ("", 2),
        ("[DEFAULT]\nname=x\n", 2),
        ("name=x\n", 3),
        ("[section]\nno value here\n", 3),
        ("[section]\npath=%(nowhere)s\n", 3),
    ],
)
def test_a_file_of_no_use_has_the_historical_exit_code(tmp_path: Path, text: str, exit_code: int) -> None:
    assert main.main([write(tmp_path, text)]) == exit_code


def test_a_missing_file_is_told_of_where_the_exports_would_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "none.ini")

    assert main.main([missing]) == 1

    assert capsys.readouterr().out == f"* required configuration file does not exist: {missing}\n"
