"""Bytes of configuration files made text."""

from __future__ import annotations

from pathlib import Path

from alignak.config.compile import load
from alignak.config.diagnostics import Diagnostics, Place
from alignak.config.environment import read_environment
from alignak.config.sources import decode, read_bytes
from alignak.system.files import DiskFiles
from tests.support.configurations import BASE, INI, MemoryFiles


def test_latin_1_is_read_with_a_warning_at_the_line() -> None:
    diagnostics = Diagnostics()
    assert decode("a\nété".encode("latin-1"), "/f", diagnostics) == "a\nété"
    assert diagnostics.all()[0].line == 2
    assert diagnostics.error_count == 0


def test_a_byte_order_mark_is_no_text() -> None:
    assert decode(b"\xef\xbb\xbfdefine host{", "/f", Diagnostics()) == "define host{"


def test_a_missing_file_is_an_error_where_it_was_named() -> None:
    diagnostics = Diagnostics()
    assert read_bytes("/gone.cfg", MemoryFiles({}), diagnostics, Place("/main.cfg", 3)) is None
    (problem,) = diagnostics.all()
    assert problem.render() == "cannot open file '/gone.cfg' for reading: No such file or directory; from: /main.cfg:3"


def test_a_configuration_is_read_from_a_real_disk(tmp_path: Path) -> None:
    objects = tmp_path / "objects"
    (objects / "deep").mkdir(parents=True)
    (tmp_path / "alignak.ini").write_text(INI)
    (tmp_path / "main.cfg").write_text(BASE + "cfg_dir=objects\ncfg_file=linked.cfg\n")
    (objects / "deep" / "a.cfg").write_text("define host{\nuse generic-host\nhost_name srv\n}\n")
    (tmp_path / "real.txt").write_text("define host{\nuse generic-host\nhost_name linked\n}\n")
    (tmp_path / "linked.cfg").symlink_to(tmp_path / "real.txt")
    files = DiskFiles()
    result = load(read_environment(str(tmp_path / "alignak.ini"), files), files)
    assert result.config is not None
    assert [each.host_name for each in result.config.objects.hosts] == ["linked", "srv"]
    assert result.config.objects.hosts[1].imported_from == f"{objects}/deep/a.cfg:1"
