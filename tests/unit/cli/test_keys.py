"""``alignak key``: keys that are shown once, listed without their secret, and worthless when revoked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import ujson

from alignak.cli import main
from alignak.model.topology import Role
from alignak.net.keys import KeyFile
from tests.support.doors import answering


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the state folder of an installation."""
    tmp_path.chmod(0o700)
    return tmp_path


def created(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """Make a key and return it."""
    assert main.main(["key", "create", "me", "--state-dir", str(folder), "-o", "json", *more]) == 0
    key: str = ujson.loads(capsys.readouterr().out)["key"]
    return key


def test_a_new_key_opens_the_door_and_a_revoked_one_does_not(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = created(folder, capsys)
    links = {"get_satellites_configuration": lambda _: {}}

    def is_let_in(ring: KeyFile) -> bool:
        with answering(Role.ARBITER, links, ring.ring(), local=False) as url:
            return main.main(["loglevel", "--url", url, "--key", key]) == 2  # it answered: there is no daemon

    file = KeyFile(str(folder / "keys.json"))
    assert is_let_in(file)
    assert main.main(["key", "revoke", "me", "--state-dir", str(folder)]) == 0
    assert not is_let_in(file)


def test_the_file_holds_no_key_and_is_for_its_owner_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = created(folder, capsys)

    assert key.partition(".")[2] not in (folder / "keys.json").read_text()
    assert (folder / "keys.json").stat().st_mode & 0o777 == 0o600


def test_the_list_says_whose_keys_there_are_and_until_when(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    created(folder, capsys, "--days", "30")

    assert main.main(["key", "list", "--state-dir", str(folder)]) == 0

    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 2
    assert "me" in rows[1]
    assert "never" not in rows[1]


def test_no_keys_are_no_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["key", "list", "--state-dir", str(folder)]) == 0

    assert "alignak key create NAME" in capsys.readouterr().out


def test_the_folder_is_that_of_the_arbiter_in_the_environment_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = folder / "alignak.ini"
    state = folder / "state"
    state.mkdir(mode=0o700)
    environment.write_text(
        "[daemon.a]\ntype=poller\nname=a\nvardir=/nowhere\n[daemon.b]\ntype=arbiter\nname=b\nvardir=state\n"
    )

    assert main.main(["key", "create", "me", "-e", str(environment)]) == 0

    assert (state / "keys.json").exists()
    assert "not shown again" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["create"], "needs the name"),
        (["revoke", "nobody"], "nobody"),
        (["create", "me", "--days", "-1"], "--days -1"),
    ],
)
def test_what_makes_no_sense_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], complaint: str
) -> None:
    assert main.main(["key", *words, "--state-dir", str(folder)]) == 2

    assert complaint in capsys.readouterr().err


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["key", "list", "--state-dir", str(tmp_path / "none")]) == 1

    assert str(tmp_path / "none") in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_root_makes_keys_as_the_user_of_the_daemons(tmp_path: Path) -> None:
    """A file of root's in the daemons' folder would be refused by the daemons, and lock everybody out."""
    folder = Path("/tmp") / f"alignak-key-test-{os.getpid()}"
    folder.mkdir(mode=0o700)
    os.chown(folder, 65534, 65534)
    try:
        pid = os.fork()
        if pid == 0:  # becoming another user is for good
            os._exit(main.main(["key", "create", "me", "--state-dir", str(folder)]))
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        assert (folder / "keys.json").stat().st_uid == 65534
    finally:
        for each in folder.iterdir():
            each.unlink()
        folder.rmdir()
