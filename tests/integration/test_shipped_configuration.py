"""The configuration in ``etc``: the first one a new administrator sees, so it loads without a word of complaint."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from alignak.execution.builtin.registry import TABLE
from tests.support.sources import ROOT

ETC = ROOT / "etc"


def verify(environment: Path) -> subprocess.CompletedProcess[str]:
    """Let the arbiter check a configuration."""
    return subprocess.run(
        [Path(sys.executable).parent / "alignak-arbiter", "-V", "-e", environment],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_arbiter_finds_nothing_to_complain_about() -> None:
    answer = verify(ETC / "alignak.ini")

    assert answer.returncode == 0, answer.stdout
    assert re.findall(r"(?m)^.*(?:WARNING|ERROR).*$", answer.stdout) == []


def test_an_error_in_it_would_be_found(tmp_path: Path) -> None:
    """Otherwise the test before this one means nothing."""
    for path in ETC.rglob("*"):
        if path.is_file() and path.suffix in {".ini", ".cfg"}:
            copy = tmp_path / path.relative_to(ETC)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(
                path.read_text().replace("contact_groups          admins", "contact_groups          adnims")
            )

    answer = verify(tmp_path / "alignak.ini")

    assert answer.returncode == 1
    assert "adnims" in answer.stdout


def test_the_inner_checks_it_uses_exist() -> None:
    text = (ETC / "arbiter/objects/commands-builtin.cfg").read_text()

    assert set(re.findall(r"command_line +(\w+)", text)) <= TABLE.keys()


def test_nothing_it_runs_by_itself_needs_a_plugin() -> None:
    """A machine without any plugin package is watched from the first minute."""
    local = (ETC / "arbiter/objects/localhost.cfg").read_text()
    builtin = (ETC / "arbiter/objects/commands-builtin.cfg").read_text()

    used = set(re.findall(r"check_command +([\w-]+)", local))
    assert used <= set(re.findall(r"command_name +([\w-]+)", builtin))
