"""A command pipe is ours, of the right mode, and read by one process; nothing else is opened in its place."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from alignak.system.pipes import open_pipe


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "rw"
    folder.mkdir(mode=0o750)
    return folder / "commands"


def test_a_pipe_is_made_for_the_group_whatever_the_umask(path: Path) -> None:
    before = os.umask(0o777)
    try:
        descriptor = open_pipe(str(path))
    finally:
        os.umask(before)
    found = path.lstat()
    assert (stat.S_ISFIFO(found.st_mode), stat.S_IMODE(found.st_mode)) == (True, 0o660)
    os.close(descriptor)


def test_a_pipe_left_behind_is_read_again_and_its_end_never_comes(path: Path) -> None:
    os.close(open_pipe(str(path)))
    descriptor = open_pipe(str(path))
    for _ in range(2):
        path.write_text("line\n")
        assert os.read(descriptor, 100) == b"line\n"
        with pytest.raises(BlockingIOError):
            os.read(descriptor, 100)
    os.close(descriptor)


def test_two_readers_do_not_share_a_pipe(path: Path) -> None:
    descriptor = open_pipe(str(path))
    with pytest.raises(BlockingIOError):
        open_pipe(str(path))
    os.close(descriptor)


@pytest.mark.parametrize(
    ("put", "said"),
    [
        (lambda path: path.symlink_to("/etc/passwd"), "symbolic link"),
        (lambda path: path.write_text("precious"), "is no pipe"),
        (lambda path: (os.mkfifo(path), os.link(path, path.with_name("other"))), "2 names"),
        (lambda path: path.parent.chmod(0o777), "written by everybody"),
    ],
)
def test_what_is_no_pipe_of_our_own_is_refused_and_left_alone(
    path: Path, put: Callable[[Path], object], said: str
) -> None:
    put(path)
    with pytest.raises(PermissionError, match=said):
        open_pipe(str(path))
    if path.is_file() and not path.is_symlink():
        assert path.read_text() == "precious"
