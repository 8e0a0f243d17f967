"""``alignak explain``: what people read."""

from __future__ import annotations

from typing import Any

import pytest
import ujson

from alignak.base.errors import RefusedError
from alignak.cli import main
from alignak.messages.explanations import Explanation
from alignak.model.topology import Role
from tests.support.doors import answering
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import PASSIVE, Site


@pytest.fixture
def play() -> Playbook:
    """Return a site with a problem that one contact knows, one cannot be told of, and a downtime keeps quiet now."""
    site = Site().host("h", **PASSIVE).service("h", "s", **PASSIVE, contacts=("admin", "bob"), notification_interval=10)
    play = Playbook(site.contact("bob", service_notification_options=("r",)))
    play.passive("h;s", 2, "boom \x1b[31mred|t=1")
    play.command(f"SCHEDULE_SVC_DOWNTIME;h;s;{MONDAY_NOON:.0f};{MONDAY_NOON + 600:.0f};1;0;0;eve;work")
    return play


def explain(play: Playbook, name: str, *words: str) -> int:
    """Run the command beside an arbiter that knows the site."""

    def answer(request: Any) -> Explanation:
        return play.engine.explain(request.name, play.clock.now())

    with answering(Role.ARBITER, {"explain": answer}) as url:
        return main.main(["explain", name, "--url", url, *words])


def test_a_problem_is_told_in_paragraphs(play: Playbook, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(play, "h/s") == 0
    text = capsys.readouterr().out
    titles = [line for line in text.splitlines() if line and line[0] != " "]
    assert titles[0].startswith("service h/s  CRITICAL HARD, attempt 1 of 1")
    assert titles[1:-1] == [
        "Why",
        "Depends on",
        "Problems and impacts",
        "Flapping",
        "Quiet",
        "Notifications",
        "If PROBLEM 2 of CRITICAL were due now, it would go to",
        "Next",
    ]
    assert "PROBLEM 1 CRITICAL        admin by admin_way" in text
    assert "not bob: 'c' is not in the options of bob_way (r)" in text
    assert "eve: work" in text
    assert "nobody     in downtime" in text
    assert "not admin  for the reason above" in text


def test_what_a_plugin_wrote_cannot_play_with_the_terminal(play: Playbook, capsys: pytest.CaptureFixture[str]) -> None:
    explain(play, "h/s")
    assert "\x1b" not in capsys.readouterr().out


def test_a_contact_is_told_in_paragraphs_too(play: Playbook, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(play, "contact/bob") == 0
    text = capsys.readouterr().out
    assert text.startswith("contact bob  of 0 host(s) and 1 service(s)")
    assert "services  any time: open  r by notify-service" in text


def test_programs_get_a_document(play: Playbook, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(play, "h/s", "-o", "json") == 0
    found = ujson.loads(capsys.readouterr().out)
    assert (found["about"], found["type"], found["name"], found["state"]) == ("object", "service", "h/s", "CRITICAL")
    assert found["now"]["hindrances"][0]["stage"] == "downtime"


def test_a_name_of_nothing_is_refused_without_the_address_of_a_daemon(
    play: Playbook, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain(play, "nothing") == 1
    assert capsys.readouterr().err.startswith("alignak: nothing is named 'nothing'")


def test_nobody_there_is_another_exit_code(unused_port: int) -> None:
    assert main.main(["explain", "h", "--url", f"http://127.0.0.1:{unused_port}/"]) == 3


def test_refusals_keep_their_words() -> None:
    def refuse(_: Any) -> Explanation:
        raise RefusedError("not today")

    with answering(Role.ARBITER, {"explain": refuse}) as url:
        assert main.main(["explain", "h", "--url", url]) == 1
