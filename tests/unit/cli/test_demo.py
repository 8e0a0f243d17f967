"""``alignak demo``: breaking, mending, and what it refuses before any daemon is started."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import ujson

from alignak.cli import demo, main, stage
from alignak.cli.stage import Stage
from alignak.execution.builtin.site import read_site
from alignak.system.pidfiles import PidFile


@pytest.fixture
def place(tmp_path: Path) -> Stage:
    """Put up a demo that does not run."""
    found = Stage(str(tmp_path))
    stage.put_up(found, 20_000)
    return found


def test_a_broken_router_takes_those_behind_it_along_and_it_is_said_so(
    place: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["demo", "break", "router-1", "--data", place.folder]) == 0

    shown = capsys.readouterr().out
    assert read_site(place.site).broken == ("router-1",)
    assert "web-1, web-2, db-1, mail-1 behind it become UNREACHABLE" in shown
    assert "No demo runs at present." in shown


def test_parts_are_mended_one_by_one_or_all_together(place: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("web-1", "web-2/http", "db-1/disk"):
        assert main.main(["demo", "break", name, "--data", place.folder]) == 0

    assert main.main(["demo", "mend", "web-1", "--data", place.folder]) == 0
    assert read_site(place.site).broken == ("web-2/http", "db-1/disk")

    capsys.readouterr()
    assert main.main(["demo", "mend", "--data", place.folder, "-o", "json"]) == 0
    assert read_site(place.site).broken == ()
    assert ujson.loads(capsys.readouterr().out)["broken"] == []


@pytest.mark.parametrize("action", ["break", "mend"])
def test_an_unknown_part_is_refused_with_the_names_there_are(
    place: Stage, action: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["demo", action, "router1", "--data", place.folder]) == 2

    complaint = capsys.readouterr().err
    assert "did you mean 'router-1'?" in complaint
    assert "mail-1/smtp" in complaint
    assert read_site(place.site).broken == ()


@pytest.mark.parametrize("words", [["break", "router-1"], ["mend"], ["status"]])
def test_where_no_demo_ever_was_the_way_to_one_is_shown(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["demo", *words, "--data", str(tmp_path)]) == 2

    assert f"there is no demo in {tmp_path}" in capsys.readouterr().err


def test_a_taken_port_is_named_with_its_daemon_and_the_way_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        assert main.main(["demo", "--data", str(tmp_path), "--base-port", str(min(port, 65_530))]) == 2

    complaint = capsys.readouterr().err
    assert f"port {min(port, 65_530)} (scheduler)" in complaint or port > 65_530
    assert "--base-port" in complaint


def test_a_second_demo_in_the_same_folder_is_refused_naming_the_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = PidFile(Stage(str(tmp_path)).pid_file)
    first.acquire()
    try:
        assert main.main(["demo", "--data", str(tmp_path)]) == 2
    finally:
        first.release()

    assert "runs in" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")

    assert main.main(["demo", "--data", str(tmp_path / "file" / "demo")]) == 2

    assert "Choose another with --data" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["0", "65531", "-1"])
def test_six_ports_must_fit_behind_the_first(port: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main.main(["demo", "--base-port", port])

    assert ended.value.code == 2


def test_the_daemons_are_not_led_astray_by_variables_of_another_installation() -> None:
    variables = {
        "PATH": "/bin",
        "ALIGNAK_CONFIGURATION_FILE": "/etc/alignak/alignak.ini",
        "ALIGNAK_USER": "alignak",
        "NOTIFY_SOCKET": "/run/systemd/notify",
        "WATCHDOG_USEC": "1",
    }

    assert demo.daemon_environment(variables) == {"PATH": "/bin"}
