"""``alignak check run``: what people read of it, and its exit codes."""

from __future__ import annotations

from typing import Any

import pytest
import ujson
from msgspec.structs import replace

from alignak.base.errors import RefusedError
from alignak.cli import check, main
from alignak.messages.trials import CheckRun, Measured, StateBrief
from alignak.model.topology import Role
from tests.support.doors import answering

WELL = StateBrief("OK", "HARD", 1, 3)

WAITING = CheckRun(
    id="s-1",
    name="web/http",
    scheduler="scheduler-master",
    call="check_http!-p 80",
    command="/plugins/check_http -p 80 -a ***",
    timeout=60.0,
    before=WELL,
    after=WELL,
)

DONE = replace(
    WAITING,
    progress="done",
    poller="poller-1",
    duration=0.25,
    ending="done",
    exit_code=2,
    state="CRITICAL",
    output="HTTP CRITICAL",
    long_output="first\nsecond",
    perf_data="time=0.5s;1;10:20",
    metrics=(Measured("time", 0.5, "s", 1.0, "10:20", 0.0),),
)


class Arbiter:
    """Answers that a check waits, and how it ended when it is asked the third time."""

    def __init__(self, end: CheckRun | Exception) -> None:
        self.end = end
        self.asked: list[Any] = []

    def run_check(self, request: Any) -> CheckRun:
        """Begin it."""
        self.asked.append(request)
        return WAITING

    def check_run(self, request: Any) -> CheckRun:
        """Tell how far it is."""
        self.asked.append(request)
        if isinstance(self.end, Exception):
            raise self.end
        return self.end if len(self.asked) > 2 else replace(WAITING, progress="running", poller="poller-1")

    def run(self, *words: str) -> int:
        """Run the command."""
        handlers = {"run_check": self.run_check, "check_run": self.check_run}
        with answering(Role.ARBITER, handlers) as url:
            return main.main(["check", "run", "web/http", "--url", url, *words])


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again at once."""
    monkeypatch.setattr(check, "LOOK_EVERY", 0.0)


def test_the_result_is_shown_with_its_command_its_numbers_and_that_it_changes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arbiter = Arbiter(DONE)
    assert arbiter.run() == 1
    assert [each.name for each in arbiter.asked] == ["web/http"] * 3
    assert not arbiter.asked[0].apply
    assert capsys.readouterr().out.splitlines() == [
        "web/http: CRITICAL (exit code 2) after 0.250 s on poller-1",
        "  HTTP CRITICAL",
        "  first",
        "  second",
        "",
        "Command",
        "  as written  check_http!-p 80",
        "  as run      /plugins/check_http -p 80 -a ***",
        "  timeout     60 s",
        "",
        "Performance data",
        "  METRIC  VALUE  WARNING  CRITICAL  MIN  MAX",
        "  time    0.5s   1        10:20     0",
        "",
        "The result changes nothing: it is OK HARD 1/3 as before. With --apply it would count.",
    ]


def test_a_result_that_counts_shows_what_became_of_the_state(capsys: pytest.CaptureFixture[str]) -> None:
    arbiter = Arbiter(replace(DONE, state="OK", exit_code=0, is_applied=True, after=StateBrief("OK", "HARD", 1, 3)))
    assert arbiter.run("--apply") == 0
    assert arbiter.asked[0].apply
    assert "The result counts: OK HARD 1/3 -> OK HARD 1/3" in capsys.readouterr().out


def test_a_check_that_nobody_ran_is_a_problem_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        Arbiter(replace(WAITING, progress="failed", reason="no poller took it within 10 s: does one run?")).run() == 1
    )
    out = capsys.readouterr().out
    assert out.startswith("web/http: the check was not run: no poller took it within 10 s")
    assert "changes nothing" not in out


def test_programs_get_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert Arbiter(DONE).run("-o", "json") == 1
    found = ujson.loads(capsys.readouterr().out)
    assert (found["exit_code"], found["metrics"][0]["name"], found["poller"]) == (2, "time", "poller-1")


def test_a_refusal_on_the_way_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert Arbiter(RefusedError("gone")).run() == 1
    assert capsys.readouterr().err == "alignak: gone\n"
