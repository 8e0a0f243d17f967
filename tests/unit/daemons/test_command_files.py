"""Files of commands: each line is a command, and nobody learns or loses by them what is no file of commands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from alignak.base.errors import RefusedError
from alignak.base.ids import IdSource
from alignak.daemons.command_files import AT_ONCE, MOST_BYTES, process
from alignak.daemons.door import Door, Routes
from tests.support.commands import ForgetfulJournal


@pytest.fixture
def door() -> Door:
    found = Door(IdSource("door"), ForgetfulJournal(), None)
    found.route(Routes(("s1", "s2"), {"web": "s1"}))
    return found


def test_each_line_is_taken_and_the_file_is_deleted_when_that_is_wanted(door: Door, tmp_path: Path) -> None:
    path = tmp_path / "commands"
    path.write_text("[5] ADD_HOST_COMMENT;web;0;me;one\n\nDISABLE_NOTIFICATIONS\n")
    process(door.command, str(path), "0")
    assert path.exists()
    process(door.command, f" {path} ", "1")
    assert not path.exists()
    assert door.lines() == ["[5] ADD_HOST_COMMENT;web;0;me;one", "DISABLE_NOTIFICATIONS"] * 2


def test_refused_lines_are_named_by_their_numbers_and_the_file_stays(door: Door, tmp_path: Path) -> None:
    path = tmp_path / "passwd"
    path.write_text("root:x:0:0:secret\nDISABLE_NOTIFICATIONS\nADD_HOST_COMMENT;nobody;0;me;one\n")
    with pytest.raises(RefusedError) as error:
        process(door.command, str(path), "1")
    assert "2 of 3 commands" in error.value.message
    assert "line 1, 3;" in error.value.message
    assert "secret" not in error.value.message
    assert path.exists()
    assert door.lines() == ["DISABLE_NOTIFICATIONS"]


def test_a_long_file_is_taken_in_several_goes(door: Door, tmp_path: Path) -> None:
    path = tmp_path / "commands"
    path.write_text("DISABLE_NOTIFICATIONS\n" * (2 * AT_ONCE + 1))
    process(door.command, str(path), "0")
    assert len(door.lines()) == 2 * AT_ONCE + 1


def test_a_file_that_has_itself_run_again_is_not_run(door: Door, tmp_path: Path) -> None:
    path = tmp_path / "commands"
    path.write_text(f"DISABLE_NOTIFICATIONS\nprocess_file;{path};0\n")
    with pytest.raises(RefusedError, match="line 2"):
        process(door.command, str(path), "1")
    assert door.lines() == []


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "relative", "nul", "long"])
def test_what_is_no_file_of_commands_is_refused_at_once(door: Door, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x"
    name = {"relative": "x", "nul": f"{path}\0"}.get(kind, str(path))
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "long":
        path.write_bytes(b"\n" * (MOST_BYTES + 1))
    with pytest.raises(RefusedError):
        process(door.command, name, "1")
    assert kind in ("missing", "relative", "nul") or path.exists()
