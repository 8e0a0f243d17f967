"""What ``bin/install`` puts in place, and what it leaves alone."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.support.sources import ROOT


def install(destination: Path) -> None:
    """Install units and configuration below a folder."""
    subprocess.run(
        [ROOT / "bin/install"],
        env={"PATH": os.environ["PATH"], "DESTDIR": str(destination)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        timeout=60,
    )


def test_every_shipped_file_has_its_place(tmp_path: Path) -> None:
    install(tmp_path)

    shipped = {path.name for path in (ROOT / "etc").rglob("*") if path.is_file()}
    installed = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert installed == shipped
    assert (tmp_path / "etc/systemd/system/alignak.target").is_file()
    assert (tmp_path / "etc/alignak/alignak.d/daemons.ini").is_file()


def test_an_update_brings_new_units_and_keeps_the_configuration_an_administrator_wrote(tmp_path: Path) -> None:
    install(tmp_path)
    mine = tmp_path / "etc/alignak/arbiter/objects/contacts.cfg"
    mine.write_text("# mine\n")
    old_unit = tmp_path / "etc/systemd/system/alignak.target"
    old_unit.write_text("# old\n")

    install(tmp_path)

    assert mine.read_text() == "# mine\n"
    assert old_unit.read_text() == (ROOT / "etc/systemd/alignak.target").read_text()


def test_no_other_user_can_read_the_configuration(tmp_path: Path) -> None:
    install(tmp_path)

    files = [path for path in (tmp_path / "etc/alignak").rglob("*") if path.is_file()]
    assert {oct(path.stat().st_mode)[-3:] for path in files} == {"640"}
