"""What we do is what Nagios 4 does, or a difference that users can read of: a sample of ``bin/differential``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from docutils import nodes
from docutils.core import publish_doctree

from tests.differential import oracle
from tests.differential.compare import first_parting
from tests.differential.generator import BUILT, THEMES, generate, one
from tests.differential.judging import Played, play, report
from tests.differential.known import RULES, WRITTEN, read_alike
from tests.differential.run import main
from tests.differential.traces import Alert, End, Told, Trace
from tests.support.peers import PeerMissingError
from tests.support.sources import ROOT

pytestmark = pytest.mark.timeout(300)

SAMPLE: Final = 3 * len(BUILT)
"""Scenarios a normal run of the tests plays: three of each theme."""


@pytest.fixture(scope="module")
def played(request: pytest.FixtureRequest) -> Played:
    """Return what both sides made of the sample; skipped without Nagios, or failed if services are promised."""
    try:
        return play(generate(SAMPLE))
    except PeerMissingError as error:
        if request.config.getoption("--with-services"):
            pytest.fail(str(error))
        pytest.skip(f"NOTHING IS COMPARED WITH NAGIOS: {error}; a machine with Debian's apt sources has it")


@pytest.mark.services
def test_a_sample_of_scenarios_is_the_same_or_differs_as_documented(played: Played) -> None:
    found = report(played)
    assert [each.text() for each in found.partings] == []
    assert set(found.themes) == set(BUILT)
    assert sum(each.same for each in found.themes.values()) > SAMPLE / 3, "hardly anything is simply the same"


@pytest.mark.services
def test_the_sample_is_about_something(played: Played) -> None:
    told = [each for trace in played.nagios.values() for each in trace.told]
    assert {each.type for each in told} >= {
        "PROBLEM",
        "RECOVERY",
        "ACKNOWLEDGEMENT",
        "DOWNTIMESTART",
        "DOWNTIMEEND",
    }
    assert max(each.number for each in told) > 5
    alerts = {alert.state for trace in played.nagios.values() for alert in trace.alerts}
    assert alerts == {"OK", "WARNING", "CRITICAL", "UNKNOWN", "UP", "DOWN", "UNREACHABLE"}
    assert all(trace.final is not None for trace in played.nagios.values())


@pytest.mark.services
def test_nagios_answers_the_same_each_time(played: Played, tmp_path: Path) -> None:
    some = [each for each in played.scenarios[: len(BUILT)] if each.end == played.scenarios[0].end]
    again = oracle.play(some, tmp_path)
    assert again == {key: played.nagios[key] for scenario in some for key in scenario.object_keys()}


def drop_a_notification(trace: Trace) -> None:
    del trace.told[len(trace.told) // 2]


def count_an_attempt_more(trace: Trace) -> None:
    trace.alerts[-1] = trace.alerts[-1]._replace(attempt=trace.alerts[-1].attempt + 1)


def come_three_seconds_late(trace: Trace) -> None:
    trace.told[0] = trace.told[0]._replace(at=trace.told[0].at + 3)


def tell_somebody_else(trace: Trace) -> None:
    trace.told[0] = trace.told[0]._replace(contacts=("nobody",))


def count_a_notification_more(trace: Trace) -> None:
    trace.told[0] = trace.told[0]._replace(number=trace.told[0].number + 1)


def turn_two_around(trace: Trace) -> None:
    first, other = trace.alerts[:2]
    trace.alerts[:2] = [other._replace(at=first.at), first._replace(at=other.at)]


def end_otherwise(trace: Trace) -> None:
    assert trace.final is not None
    trace.final = trace.final._replace(depth=1)


MISTAKES: Final = (
    drop_a_notification,
    count_an_attempt_more,
    come_three_seconds_late,
    tell_somebody_else,
    count_a_notification_more,
    turn_two_around,
    end_otherwise,
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: each.__name__)
def test_no_mistake_goes_unseen(mistake: Callable[[Trace], None]) -> None:
    alerts = [Alert(21, "CRITICAL", "SOFT", 1), Alert(31, "CRITICAL", "HARD", 2), Alert(71, "OK", "HARD", 2)]
    told = [
        Told(31, "PROBLEM", "CRITICAL", 1, False, ("me",)),
        Told(51, "PROBLEM", "CRITICAL", 2, False, ("me",)),
        Told(71, "RECOVERY", "OK", 0, False, ("me",)),
    ]
    end = End("OK", "HARD", 1, False, 0.0, False, 0, 0)
    scenario = one("states", 0)
    right = read_alike(Trace(alerts, told, final=end))
    wrong = Trace([*alerts], [*told], final=end)
    assert first_parting(scenario, "k", {"k": right}, {"k": read_alike(wrong)}, 0) is None
    mistake(wrong)
    assert first_parting(scenario, "k", {"k": right}, {"k": read_alike(wrong)}, 0) is not None


def test_a_number_always_gives_the_same_scenario() -> None:
    assert [one(theme, 7) for theme in THEMES] == [one(theme, 7) for theme in THEMES]
    assert one("states", 7) != one("states", 8)


def test_the_known_differences_are_those_users_read_of() -> None:
    page = publish_doctree(
        (ROOT / "docs" / "differences.rst").read_text(), settings_overrides={"report_level": 5, "halt_level": 5}
    )
    (section,) = (
        each for each in page.findall(nodes.section) if each.next_node(nodes.title).astext() == "Compared with Nagios 4"
    )
    table = section.next_node(nodes.tbody)
    assert table is not None
    rows = {row[0].astext(): row[3].astext() for row in table.findall(nodes.row)}
    assert rows == {each.entry: each.whose.value for each in (*RULES, *WRITTEN)}


def test_an_unknown_theme_or_scenario_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--themes", "states,weather"]) == 2
    assert "no theme weather" in capsys.readouterr().out
    assert main(["--show", "weather1"]) == 2
    assert "no scenario weather1" in capsys.readouterr().out
