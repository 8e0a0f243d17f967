"""``alignak import nagios``: the tree on disk, the report, what is refused, and that the result can be used.

The sample of Debian's ``nagios4-common`` comes out of its package (``tests/support/peers.py``).
"""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import ujson

from alignak.cli import main
from tests.support.peers import PeerMissingError, nagios

OBJECTS = """\
# The web servers of the first floor.
define command{
    command_name    ping
    command_line    $USER1$/check_ping -H $HOSTADDRESS$ -p $USER2$
}
define contact{
    contact_name                    admin
    host_notification_commands      ping
    service_notification_commands   ping
}
define host{
    name                    generic
    register                0
    check_command           ping
    max_check_attempts      3
    contacts                admin
    importance              1
}
define host{
    host_name       web
    alias           The w\u00e9b
    use             generic
    address         127.0.0.1
}
define hostgroup{
    hostgroup_name  all
    members         web
}
define service{
    hostgroup_name          all
    service_description     Ping
    check_command           ping
    max_check_attempts      3
}
"""

MAIN = """\
# Ours since 2009.
cfg_dir=objects
resource_file=private/resource.cfg
interval_length=60
command_file=/var/lib/nagios/rw/nagios.cmd
broker_module=/usr/lib/livestatus.o /run/live
frobnicate=1
"""


def tree(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder and return it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return the main file of a small Nagios."""
    files = {"nagios.cfg": MAIN, "objects/all.cfg": OBJECTS, "private/resource.cfg": "$USER1$=/p\n$USER2$=a;b\n"}
    return tree(tmp_path / "nagios", files) / "nagios.cfg"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return where the result goes."""
    return tmp_path / "alignak"


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return what a folder holds: content and time of change of each file."""
    return {str(each): (each.read_bytes(), each.stat().st_mtime_ns) for each in folder.rglob("*") if each.is_file()}


def imported(source: Path, target: Path, *more: str) -> int:
    """Import a source and return the exit code."""
    return main.main(["import", "nagios", str(source), "--to", str(target), *more])


def report(source: Path, target: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    """Import a source and return the report for programs."""
    imported(source, target, "-o", "json", *more)
    document: dict[str, Any] = ujson.loads(capsys.readouterr().out)
    return document


def test_the_result_passes_verify_and_the_source_is_as_it_was(
    source: Path, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(source.parent)

    assert imported(source, target) == 0
    assert main.main(["verify", str(target / "alignak.ini")]) == 0

    assert contents(source.parent) == before
    printed = capsys.readouterr().out
    assert "The result can be used: 0 errors" in printed
    assert re.search(r"^  service +1 +1$", printed, re.MULTILINE)


def test_what_has_no_equivalent_is_listed_with_its_place(
    source: Path, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = report(source, target, capsys)

    found = {(each["weight"], each["subject"], Path(each["file"]).name, each["line"]) for each in document["findings"]}
    assert found >= {
        ("changed", "command_file", "nagios.cfg", 5),
        ("lost", "module livestatus.o", "nagios.cfg", 6),
        ("lost", "frobnicate", "nagios.cfg", 7),
        ("lost", "importance", "all.cfg", 17),
    }
    assert document["kind"] == "Nagios"
    assert document["objects"]["host"] == {"source": 1, "here": 1}
    assert document["objects"]["command"] == {"source": 1, "here": 1}
    assert document["is_correct"]


def test_people_read_the_same_places(source: Path, target: Path, capsys: pytest.CaptureFixture[str]) -> None:
    imported(source, target)

    lines = capsys.readouterr().out.splitlines()
    line = next(number for number, each in enumerate(lines) if "frobnicate" in each)
    assert lines[line + 1].strip() == f"{source}:7"


def test_passwords_stay_private_and_other_files_keep_their_modes(source: Path, target: Path) -> None:
    (source.parent / "private/resource.cfg").chmod(0o644)
    (source.parent / "objects/all.cfg").chmod(0o640)

    imported(source, target)

    modes = {each: stat.S_IMODE((target / each).stat().st_mode) for each in ("private/resource.cfg", "objects/all.cfg")}
    assert modes == {"private/resource.cfg": 0o600, "objects/all.cfg": 0o640}
    assert "$USER2$=a\\;b\n" in (target / "private/resource.cfg").read_text()


def test_latin_1_becomes_utf_8(source: Path, target: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (source.parent / "objects/all.cfg").write_bytes(OBJECTS.encode("latin-1"))

    document = report(source, target, capsys)

    assert "The w\u00e9b" in (target / "objects/all.cfg").read_text("utf-8")
    assert document["warnings"] == 0
    assert any("Latin-1" in each["message"] for each in document["findings"])


def test_folders_behind_links_are_copied_and_loops_end(source: Path, target: Path, tmp_path: Path) -> None:
    outside = tree(tmp_path / "outside", {"more.cfg": "define hostgroup{\n hostgroup_name more\n}\n"})
    (source.parent / "objects/linked").symlink_to(outside)
    (outside / "back").symlink_to(source.parent / "objects")

    assert imported(source, target) == 0

    assert (target / "objects/linked/more.cfg").is_file()
    assert not (target / "objects/linked").is_symlink()


def test_a_file_that_is_missing_is_an_error_with_its_place(
    source: Path, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source.write_text(MAIN + "cfg_file=gone.cfg\n")

    assert imported(source, target) == 1
    assert f"{source}:8" in capsys.readouterr().out


def test_a_result_that_cannot_be_used_ends_with_1_and_says_why(
    source: Path, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (source.parent / "objects/all.cfg").write_text(OBJECTS.replace("members         web", "members         webb"))

    assert imported(source, target) == 1
    assert "unknown member 'webb'" in capsys.readouterr().out


def test_a_folder_with_files_is_left_alone_unless_forced(source: Path, target: Path) -> None:
    tree(target, {"mine.txt": "x", "alignak.ini": "mine"})

    assert imported(source, target) == 2
    assert (target / "alignak.ini").read_text() == "mine"

    assert imported(source, target, "--force") == 0
    assert (target / "mine.txt").read_text() == "x"
    assert (target / "alignak.ini").read_text() != "mine"


def test_files_of_a_former_import_that_are_still_read_are_told_of(
    source: Path, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree(target, {"objects/old.cfg": "define hostgroup{\n hostgroup_name old\n}\n"})

    assert imported(source, target, "--force") == 1
    assert "objects/old.cfg" in capsys.readouterr().out


def test_nothing_is_written_into_the_source(source: Path, tmp_path: Path) -> None:
    before = contents(source.parent)
    (tmp_path / "link").symlink_to(source.parent / "objects")

    for target in (source.parent, source.parent / "objects/new", tmp_path / "link"):
        assert imported(source, target, "--force") == 2

    assert contents(source.parent) == before


def test_nothing_is_written_through_a_link(source: Path, target: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("keep me")
    target.mkdir()
    (target / "alignak.cfg").symlink_to(victim)

    assert imported(source, target, "--force") == 1
    assert victim.read_text() == "keep me"


@pytest.mark.parametrize("words", [["nagios", "/no/such/file"], ["nagios", "."], ["zabbix", "/etc"], ["nagios"]])
def test_wrong_usage_ends_with_2(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    try:
        code = main.main(["import", *words])
    except SystemExit as end:
        code = int(end.code or 0)

    assert code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_shinken_tree_brings_its_daemons(tmp_path: Path, target: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tree(
        tmp_path / "shinken",
        {
            "shinken.cfg": "cfg_dir=daemons\ncfg_dir=modules\ncfg_dir=objects\ncfg_dir=resource.d\nflap_history=21\n",
            "daemons/broker.cfg": "define broker {\n    broker_name  b1\n    port 17772\n    modules  livestatus\n}\n",
            "modules/m.cfg": "define module {\n    module_name livestatus\n    module_type livestatus\n}\n",
            "objects/all.cfg": OBJECTS,
            "resource.d/paths.cfg": "$USER1$=$PLUGINS$\n$USER2$=x\n$PLUGINS$=/p\n",
        },
    )

    document = report(folder, target, capsys)

    assert document["kind"] == "Shinken"
    assert document["is_correct"]
    assert document["objects"]["broker"] == {"source": 1, "here": 1}
    assert "[daemon.b1]\ntype=broker\nname=b1\nport=17772\n" in (target / "alignak.ini").read_text()
    assert {each["subject"] for each in document["findings"]} >= {"module livestatus", "modules"}


@pytest.fixture
def debian(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return the main file of Debian's sample as it stands after installation, below a folder instead of ``/``."""
    try:
        root = nagios().root
    except PeerMissingError as error:
        if request.config.getoption("--with-services"):
            pytest.fail(str(error))
        pytest.skip(f"{error}; a machine with Debian's apt sources has it")
    shutil.copytree(root / "etc", tmp_path / "etc")
    commands = root / "usr/share/monitoring-plugins/templates-basic"
    shutil.copytree(commands, tmp_path / "etc/nagios-plugins/config", dirs_exist_ok=True)
    main_file = tmp_path / "etc/nagios4/nagios.cfg"
    main_file.write_text(re.sub(r"^(\w+=)/etc/", rf"\g<1>{tmp_path}/etc/", main_file.read_text(), flags=re.MULTILINE))
    return main_file


@pytest.mark.services
@pytest.mark.timeout(600)
def test_the_sample_of_debian_can_be_used_as_it_is(
    debian: Path, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert imported(debian, target) == 0
    assert main.main(["verify", str(target / "alignak.ini")]) == 0
    capsys.readouterr()

    document = report(debian, target, capsys, "--force")
    counts = document["objects"]
    assert {name: counts[name]["here"] for name in ("host", "service", "contact")} == {
        "host": 1,
        "service": 8,
        "contact": 1,
    }
    assert all(each["here"] >= each["source"] for each in counts.values())
    assert document["warnings"] == 0
    unnoticed = [each for each in document["findings"] if "no parameter of that name" in each["message"]]
    assert unnoticed == []
    assert os.path.commonpath([each["file"] for each in document["findings"]]) == str(debian.parent)
