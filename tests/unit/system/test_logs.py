"""Logs: one event one line, no secrets, levels that change at once."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from alignak.base.errors import BadRequestError, StartError
from alignak.base.secret import Secret
from alignak.system import logs
from alignak.system.logs import LogSettings, MonitoringLogWriter, RepeatFilter, configure, escaped, set_level

log = logging.getLogger("alignak.external_command")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[LogSettings]:
    settings = configure("receiver-master", "INFO", str(tmp_path / "log"), secrets=[Secret("hunter22")])
    yield settings
    settings.close()
    logging.getLogger("alignak").setLevel(logging.NOTSET)


def lines(tmp_path: Path) -> list[str]:
    return (tmp_path / "log").read_text().splitlines()


@pytest.mark.usefixtures("opened")
def test_a_line_is_as_operators_know_it(tmp_path: Path) -> None:
    log.warning("External command '%s' is not recognized, sorry", "foo")

    (line,) = lines(tmp_path)
    assert re.fullmatch(
        r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] WARNING: \[receiver-master\.alignak\.external_command\] "
        r"External command 'foo' is not recognized, sorry",
        line,
    )
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("opened")
def test_the_level_changes_at_once(tmp_path: Path) -> None:
    log.debug("before")
    set_level("debug")
    log.debug("between")
    set_level("ERROR")
    log.warning("after")

    assert [line.split()[-1] for line in lines(tmp_path)] == ["between"]


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(BadRequestError, match="Required log level is not allowed: FOO"):
        set_level("FOO")


@pytest.mark.usefixtures("opened")
def test_hostile_text_stays_one_line_without_control_characters(tmp_path: Path) -> None:
    hostile = "a\r\n[2026-11-22 04:16:38] ERROR: forged\x1b[2J\x00\x9b\u2028\u202eb\ud800"
    log.info("output: %s", hostile)
    try:
        raise ValueError(hostile)
    except ValueError:
        log.exception("failed")

    found = lines(tmp_path)
    assert len(found) == 2
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u202e]", "".join(found))
    assert "\\r\\n[2026" in found[0]
    assert "\\x1b[2J" in found[0]
    assert "ValueError" in found[1]


def test_what_is_no_control_character_is_left_alone() -> None:
    assert escaped("température 20°C — ok 😀") == "température 20°C — ok 😀"


def test_secrets_are_starred_wherever_they_stand(tmp_path: Path, opened: LogSettings) -> None:
    opened.redactor.add(Secret("second-secret"))
    opened.redactor.add(Secret("ab"))
    log.info("url http://u:%s@host about", "hunter22")
    try:
        raise ValueError("second-secret")
    except ValueError:
        log.exception("failed")

    text = "\n".join(lines(tmp_path))
    assert "hunter22" not in text
    assert "second-secret" not in text
    assert "u:***@host about" in text


def test_json_lines_hold_the_same(tmp_path: Path) -> None:
    settings = configure("broker-master", "INFO", str(tmp_path / "log"), json_lines=True, secrets=[Secret("hunter22")])
    log.error("bad\n%s", "hunter22")
    settings.close()

    document = json.loads(lines(tmp_path)[0])
    assert document["level"] == "ERROR"
    assert document["daemon"] == "broker-master"
    assert document["logger"] == "alignak.external_command"
    assert document["message"] == "bad\\n***"


def test_the_console_gets_the_same_lines(capsys: pytest.CaptureFixture[str]) -> None:
    settings = configure("x", "INFO", None, console=True)
    log.info("hello")
    settings.close()

    assert capsys.readouterr().out.endswith("INFO: [x.alignak.external_command] hello\n")


def test_a_source_that_repeats_itself_is_cut_short_and_the_rest_counted() -> None:
    repeat = RepeatFilter(burst=3, period=10)

    def record(at: float) -> logging.LogRecord:
        return logging.makeLogRecord({"name": "x", "lineno": 7, "msg": "again %d", "args": (1,), "created": at})

    assert [repeat.filter(record(at)) for at in (0, 1, 2, 3, 4)] == [True, True, True, False, False]
    late = record(11)
    assert repeat.filter(late)
    assert late.getMessage() == "again 1 (2 more of these were not written)"
    other = logging.makeLogRecord({"name": "x", "lineno": 8, "msg": "other", "created": 4.0})
    assert repeat.filter(other)


def test_a_link_in_the_place_of_the_log_is_refused(tmp_path: Path) -> None:
    (tmp_path / "canary").write_text("untouched")
    (tmp_path / "log").symlink_to(tmp_path / "canary")

    with pytest.raises(StartError, match="symbolic link") as refused:
        configure("x", "INFO", str(tmp_path / "log"))

    assert refused.value.exit_code == 3
    assert (tmp_path / "canary").read_text() == "untouched"


def test_a_full_disk_does_not_stop_whoever_logs(tmp_path: Path, opened: LogSettings) -> None:
    (handler,) = opened._handlers
    assert isinstance(handler, logs.PrivateRotatingFile)
    handler.stream.close()
    os.remove(tmp_path / "log")
    (tmp_path / "log").mkdir()
    handler.stream = None  # type: ignore[assignment]  as after a rotation that failed

    log.error("nobody will read this")

    assert handler.failures == 1


def test_the_monitoring_log_is_written_in_its_historical_form(tmp_path: Path) -> None:
    path = tmp_path / "alignak-events.log"
    writer = MonitoringLogWriter(str(path))
    at = 1_795_317_857.6
    writer.write(at, "warning", "HOST ALERT: h;DOWN;HARD;3;100% loss %s")
    writer.write(at, "info", "two\nlines")
    writer.close()

    found = path.read_text().splitlines()
    assert re.fullmatch(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] WARNING: HOST ALERT: h;DOWN;HARD;3;100% loss %s", found[0])
    assert found[1].endswith("INFO: two\\nlines")
    assert path.stat().st_mode & 0o777 == 0o600
    assert writer.failures == 0


def test_the_monitoring_log_starts_anew_and_keeps_so_many(tmp_path: Path) -> None:
    writer = MonitoringLogWriter(str(tmp_path / "events.log"), keep=2, when="S", interval=1)
    handler = writer._file
    for number in range(5):
        handler.rolloverAt = 0  # the second is over
        os.utime(tmp_path / "events.log", (number * 100, number * 100))
        writer.write(0.0, "info", str(number))
    writer.close()

    assert len(os.listdir(tmp_path)) <= 3
    assert (tmp_path / "events.log").read_text().endswith("INFO: 4\n")


def test_a_format_of_the_reference_is_understood(tmp_path: Path) -> None:
    settings = configure(
        "x", "INFO", str(tmp_path / "log"), line_format="[%(my_date)s] %(daemon)s: %(message)s", date_format="%Hh"
    )
    try:
        log.warning("there")
    finally:
        settings.close()
    (line,) = lines(tmp_path)
    assert re.fullmatch(r"\[\d\dh\] x: there", line)


@pytest.mark.parametrize("style", ["%(nothing)s", "no field", "%(levelname)d %(message)s"])
def test_a_format_that_cannot_be_used_is_refused_at_once(tmp_path: Path, style: str) -> None:
    with pytest.raises(StartError, match="log_format=") as refused:
        configure("x", "INFO", str(tmp_path / "log"), line_format=style)
    assert refused.value.exit_code == 1


def test_a_rotation_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="log_rotation_when=tomorrow") as refused:
        configure("x", "INFO", str(tmp_path / "log"), when="tomorrow")
    assert refused.value.exit_code == 1
