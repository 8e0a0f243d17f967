"""``alignak simulate``: from the files alone, what would follow."""

from __future__ import annotations

from pathlib import Path

import pytest
import ujson

from alignak.base.errors import BadRequestError
from alignak.cli import main
from alignak.cli.simulate import codes_of, instant_of, seconds_of
from tests.support.cluster import write

SITE = """
define command{
    command_name    ok
    command_line    /bin/echo $_HOSTPASSWORD$
}
define contact{
    use                             nobody
    contact_name                    boss
    host_notification_options       d,u,r
    service_notification_options    w,u,c,r
    host_notification_commands      outbox
    service_notification_commands   outbox
}
define host{
    use             generic-host
    host_name       web
    check_command   ok
    _PASSWORD       hunter2
}
define service{
    use                     generic-service
    host_name               web
    service_description     http
    check_command           ok
    notification_interval   600
}
define escalation{
    escalation_name     late
    first_notification  3
    last_notification   0
    notification_interval 600
    escalation_options  c
    contacts            boss
}
define service{
    use                     generic-service
    host_name               web
    service_description     escalated
    check_command           ok
    notification_interval   600
    escalations             late
}
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the environment file of an installation that does not run."""
    site = SITE.replace("    use                             nobody\n", "")
    return write(tmp_path_factory.mktemp("simulated"), site, settings="use_timezone = Europe/Paris").environment


def simulate(environment: Path, *words: str) -> int:
    return main.main(["simulate", *words, "-e", str(environment)])


def test_no_daemon_need_run_and_states_and_notifications_are_shown(
    environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert simulate(environment, "web/http", "crit", "crit", "ok", "--every", "60", "--at", "2026-12-24T22:00") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("web/http, being well")
    assert [line.split("  ", 1)[1].split() for line in lines if "->" in line] == [
        ["CRITICAL", "->", "CRITICAL", "SOFT", "1/2"],
        ["CRITICAL", "->", "CRITICAL", "HARD", "2/2"],
        ["OK", "->", "OK", "HARD", "1/2"],
    ]
    assert "    web/http PROBLEM 1 CRITICAL: admin by admin" in "\n".join(lines)
    assert any("RECOVERY" in line for line in lines)


def test_escalations_come_with_the_repeats(environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate(environment, "service/web/escalated", "crit*2", "--every", "1m", "--for", "30m", "-o", "json") == 0
    found = ujson.loads(capsys.readouterr().out)
    told = [
        (each["number"], [one["contact"] for one in each["told"]])
        for m in found["moments"]
        for each in m["notifications"]
    ]
    assert told == [(1, ["admin"]), (2, ["admin"]), (3, ["boss"])]
    assert found["at_the_end"]["state"] == "CRITICAL"


def test_no_secret_of_the_configuration_is_printed(environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate(environment, "web", "down*3", "-o", "json") == 0
    assert "hunter2" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("web/none", "crit"), 1, "no host and no service is named 'web/none'"),
        (("contact/admin", "crit"), 1, "no host and no service is named"),
        (("web", "bad"), 2, "'bad' is no result"),
        (("web", "crit*"), 2, "is no result"),
        (("web", "crit", "--every", "soon"), 2, "is no length of time"),
        (("web", "crit", "--at", "25:00"), 2, "is no time"),
        (("web", "crit*0"), 2, "0 results"),
    ],
)
def test_what_cannot_be_played_is_refused_with_the_reason(
    environment: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int, said: str
) -> None:
    assert simulate(environment, *words) == code
    assert said in capsys.readouterr().err


def test_a_configuration_with_errors_is_answered_with_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cluster = write(tmp_path, "define host{\n use generic-host\n host_name web\n check_command nothing\n}\n")
    assert simulate(cluster.environment, "web", "down") == 1
    assert "nothing" in capsys.readouterr().err


def test_results_are_written_in_the_fields_words() -> None:
    assert codes_of(["ok", "WARN", "crit*3", "unknown", "up", "down", "2"]) == (0, 1, 2, 2, 2, 3, 0, 2, 2)
    with pytest.raises(BadRequestError):
        codes_of(["crit*9999", "crit*9999"])


@pytest.mark.parametrize(("text", "seconds"), [("60", 60), ("90s", 90), ("5m", 300), ("1.5h", 5400), ("1d", 86400)])
def test_lengths_of_time_have_units(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


def test_times_are_those_of_the_configuration() -> None:
    noon = 1_763_985_600.0  # 12:00 UTC
    assert instant_of("", "UTC", noon + 5) == noon + 5
    assert instant_of("13:00", "Europe/Paris", noon) == noon
    assert instant_of("2025-11-24T12:00:00", "UTC", 0.0) == noon
    assert instant_of("2025-11-24 13:00+01:00", "UTC", 0.0) == noon
