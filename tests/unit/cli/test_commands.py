"""``alignak command``: what is given, and what is said of it."""

from __future__ import annotations

import io
from typing import Any

import pytest
import ujson

from alignak.api.arbiter import CommandAnswer, CommandFate
from alignak.base.errors import NotReadyError, RefusedError
from alignak.cli import main
from alignak.model.topology import Role
from tests.support.doors import answering


class Arbiter:
    """Takes commands, refuses those of unknown hosts, and never hears of a scheduler called ``slow``."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def command(self, request: Any) -> CommandAnswer:
        """Take a command."""
        if "nowhere" in request.command:
            raise RefusedError("External command was received for the host 'nowhere', but the host could not be found!")
        self.taken.append(request.command)
        return CommandAnswer("OK", "Got command", request.command, str(len(self.taken)))

    def fate(self, request: Any) -> CommandFate:
        """Tell what became of it."""
        is_slow = "slow" in self.taken[int(request.id) - 1]
        return CommandFate(request.id, "waiting" if is_slow else "accepted")

    def handlers(self) -> dict[str, Any]:
        """Return what answers."""
        return {"command": self.command, "command_fate": self.fate}


@pytest.fixture
def arbiter() -> Arbiter:
    """Return an arbiter."""
    return Arbiter()


def test_an_accepted_command_arrives_as_it_was_written(arbiter: Arbiter, capsys: pytest.CaptureFixture[str]) -> None:
    line = "[1790000000] ADD_SVC_COMMENT;web-1;http;1;me;50% & more; [brackets] too"
    with answering(Role.ARBITER, arbiter.handlers()) as url:
        assert main.main(["command", "--url", url, line]) == 0

    assert arbiter.taken == [line]
    assert capsys.readouterr().out == f"OK   {line}\n"


def test_a_refused_command_is_shown_with_the_reason_and_the_others_are_given_all_the_same(
    arbiter: Arbiter, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(Role.ARBITER, arbiter.handlers()) as url:
        code = main.main(["command", "--url", url, "DISABLE_HOST_CHECK;nowhere", "DISABLE_HOST_CHECK;web-1"])

    assert code == 1
    assert arbiter.taken == ["DISABLE_HOST_CHECK;web-1"]
    assert capsys.readouterr().out.splitlines() == [
        "ERR  DISABLE_HOST_CHECK;nowhere: "
        "External command was received for the host 'nowhere', but the host could not be found!",
        "OK   DISABLE_HOST_CHECK;web-1",
    ]


def test_commands_come_from_a_pipe_one_a_line(
    arbiter: Arbiter, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("DISABLE_NOTIFICATIONS\n\n  ENABLE_NOTIFICATIONS  \n"))
    with answering(Role.ARBITER, arbiter.handlers()) as url:
        assert main.main(["command", "--url", url, "-o", "json", "-"]) == 0

    assert arbiter.taken == ["DISABLE_NOTIFICATIONS", "ENABLE_NOTIFICATIONS"]
    assert [each["state"] for each in ujson.loads(capsys.readouterr().out)] == ["accepted", "accepted"]


def test_a_command_whose_scheduler_does_not_answer_is_said_to_wait(
    arbiter: Arbiter, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(Role.ARBITER, arbiter.handlers()) as url:
        assert main.main(["command", "--url", url, "DISABLE_HOST_CHECK;slow"]) == 0

    assert capsys.readouterr().out.startswith("WAIT DISABLE_HOST_CHECK;slow: no scheduler answered yet")


def test_an_arbiter_that_is_not_ready_is_a_problem_and_no_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    def starting(_: Any) -> CommandAnswer:
        raise NotReadyError("no scheduler is known yet; try again")

    with answering(Role.ARBITER, {"command": starting}) as url:
        assert main.main(["command", "--url", url, "DISABLE_NOTIFICATIONS"]) == 1

    shown = capsys.readouterr()
    assert shown.out == ""
    assert "no scheduler is known yet; try again" in shown.err
