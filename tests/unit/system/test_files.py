"""Files: whole or not at all, private, never through a link."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from alignak.system.files import (
    DiskFiles,
    append_line,
    create_private,
    ensure_folder,
    open_regular,
    read_private,
    remove,
    safe_name,
    write_atomic,
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=(0o000, 0o077, 0o022))
def umask(request: pytest.FixtureRequest) -> object:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_a_file_is_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    write_atomic(str(tmp_path / "written"), b"1")
    assert create_private(str(tmp_path / "created"), b"2")
    append_line(str(tmp_path / "appended"), "3")
    ensure_folder(str(tmp_path / "folder"))

    assert [mode(tmp_path / name) for name in ("written", "created", "folder")] == [0o600, 0o600, 0o700]
    assert not mode(tmp_path / "appended") & 0o077


def test_writing_replaces_the_whole_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "retention"
    write_atomic(str(path), b"the old and longer content")
    write_atomic(str(path), b"new", 0o640)

    assert path.read_bytes() == b"new"
    assert mode(path) == 0o640
    assert os.listdir(tmp_path) == ["retention"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    path.mkdir()

    with pytest.raises(OSError, match="directory"):
        write_atomic(str(path), b"new")

    assert os.listdir(tmp_path) == ["folder"]


def test_only_the_first_creator_of_a_secret_wins(tmp_path: Path) -> None:
    path = str(tmp_path / "secret")

    assert create_private(path, b"first")
    assert not create_private(path, b"second")
    assert read_private(path) == b"first"
    assert os.listdir(tmp_path) == ["secret"]


@pytest.mark.parametrize("open_mode", [0o640, 0o604, 0o602])
def test_a_secret_others_may_get_at_is_refused(tmp_path: Path, open_mode: int) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"x")
    path.chmod(open_mode)

    with pytest.raises(PermissionError, match=f"chmod 600 {path}"):
        read_private(str(path))


def test_a_missing_secret_is_missing_and_not_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_private(str(tmp_path / "secret"))


def make_link(path: Path, canary: Path) -> None:
    path.symlink_to(canary)


def make_dangling_link(path: Path, canary: Path) -> None:
    path.symlink_to(canary.with_name("nowhere"))


def make_hard_link(path: Path, canary: Path) -> None:
    os.link(canary, path)


def make_fifo(path: Path, canary: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("trap", [make_link, make_dangling_link, make_hard_link, make_fifo])
def test_a_trap_in_the_place_of_a_file_is_refused_and_its_target_untouched(tmp_path: Path, trap: object) -> None:
    canary = tmp_path / "canary"
    canary.write_bytes(b"untouched")
    path = tmp_path / "log"
    trap(path, canary)  # type: ignore[operator]

    with pytest.raises(OSError, match=r"log"):
        append_line(str(path), "mine")

    assert canary.read_bytes() == b"untouched"
    assert not (tmp_path / "nowhere").exists()


def test_a_device_is_no_file_of_ours() -> None:
    with pytest.raises(PermissionError, match="not a plain file"):
        open_regular("/dev/null", os.O_RDONLY)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"x")
    path.chmod(0o600)
    os.chown(path, 12345, 12345)

    with pytest.raises(PermissionError, match="belongs to user 12345"):
        read_private(str(path))


def test_a_folder_everybody_may_write_to_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    folder.chmod(0o777)

    with pytest.raises(PermissionError, match="chmod o-w"):
        ensure_folder(str(folder))


def test_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").symlink_to(tmp_path)

    with pytest.raises(PermissionError, match="not a folder"):
        ensure_folder(str(tmp_path / "state"))


def test_removing_what_is_gone_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"")
    remove(str(path))
    remove(str(path))

    assert not path.exists()


def test_lines_are_appended_whole(tmp_path: Path) -> None:
    path = tmp_path / "outbox"
    for line in ("one", "zwei — \ud800"):
        append_line(str(path), line)

    assert path.read_text() == "one\nzwei — ?\n"


NAMES = (
    "",
    ".",
    "..",
    "../../etc/passwd",
    "a/b",
    "a\0b",
    "a\nb",
    "é😀",
    "x" * 5000,
    "x" * 5001,
    ".hidden",
    "%",
    "\ud800",
)


def test_any_object_name_becomes_one_file_inside_the_folder(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / (safe_name(name) + ".json")).write_text(repr(name))

    assert len(os.listdir(tmp_path)) == len(NAMES)
    assert len({safe_name(name) for name in NAMES}) == len(NAMES)


def test_an_ordinary_name_stays_readable() -> None:
    assert safe_name("web-1.example.org") == "web-1.example.org"
    assert safe_name("CPU Load") == "CPU Load"


def test_configuration_files_are_found_through_links_in_order_and_without_loops(tmp_path: Path) -> None:
    (tmp_path / "etc" / "b").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    for name in ("etc/z.cfg", "etc/b/a.cfg", "etc/b/readme.txt", "elsewhere/shared.cfg"):
        (tmp_path / name).write_text(name)
    (tmp_path / "etc" / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "etc" / "b" / "loop").symlink_to(tmp_path / "etc")

    files = DiskFiles()
    found = files.walk(str(tmp_path / "etc"), ".cfg")

    assert [os.path.relpath(each, tmp_path) for each in found] == ["etc/b/a.cfg", "etc/linked/shared.cfg", "etc/z.cfg"]
    assert files.read(found[0]) == b"etc/b/a.cfg"
    assert files.is_file(found[0])
    assert not files.is_dir(found[0])
    assert files.is_dir(str(tmp_path / "etc"))


def test_a_missing_configuration_folder_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        DiskFiles().walk("/nowhere/at/all", ".cfg")


def test_a_pipe_or_a_device_is_not_read_as_a_configuration_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.cfg")
    for path in (str(tmp_path / "pipe.cfg"), "/dev/zero"):
        with pytest.raises(OSError, match="no plain file"):
            DiskFiles().read(path)
    with pytest.raises(IsADirectoryError):
        DiskFiles().read(str(tmp_path))
