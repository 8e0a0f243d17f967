"""Notifications into a file: whole lines, whatever the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignak.execution.builtin.registry import load
from alignak.execution.builtin.results import UsageError


def send(path: Path | str, *words: str) -> tuple[int, str]:
    return load("outbox")(("outbox", "--file", str(path), *words), {}, 0.0)


def test_each_notification_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "outbox"
    assert send(path, "PROBLEM", "web-1 is DOWN")[0] == 0
    assert send(path, "two\nlines", "--file", "/etc/passwd", "-x")[0] == 0

    assert path.read_text() == "PROBLEM web-1 is DOWN\ntwo\\nlines --file /etc/passwd -x\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_in_its_place_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "canary").write_text("untouched")
    (tmp_path / "outbox").symlink_to(tmp_path / "canary")
    code, text = send(tmp_path / "outbox", "x")

    assert code == 2
    assert "symbolic link" in text
    assert (tmp_path / "canary").read_text() == "untouched"


def test_without_a_file_it_says_how_it_is_used() -> None:
    with pytest.raises(UsageError, match="usage: outbox --file FILE TEXT"):
        load("outbox")(("outbox", "text"), {}, 0.0)
