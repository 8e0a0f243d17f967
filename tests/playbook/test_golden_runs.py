"""The scripted runs whose lines were recorded on the reference (broks-and-logs.md 6.4)."""

from __future__ import annotations

import pytest

from alignak.model.objects import CommandCall
from tests.support.playbook import Playbook
from tests.support.sites import PASSIVE, Site

OK, WARNING, CRITICAL, UNKNOWN = 0, 1, 2, 3
HANDLED = {"event_handler": CommandCall("eh"), "event_handler_enabled": True}


def alert(state: str, kind: str, attempt: int, output: str = "", key: str = "gh;svc") -> list[str]:
    """Return the lines of an alert with its event handler."""
    what = "SERVICE" if ";" in key else "HOST"
    return [
        f"{what} ALERT: {key};{state};{kind};{attempt};{output}",
        f"{what} EVENT HANDLER: {key};{state};{kind};{attempt};eh",
    ]


def told(state: str, number: int, output: str = "", key: str = "gh;svc") -> str:
    """Return the line of a notification."""
    what, command = ("SERVICE", "notify-service") if ";" in key else ("HOST", "notify-host")
    return f"{what} NOTIFICATION: admin;{key};{state};{number};{command};{output}"


def site(**policy: object) -> Site:
    return Site().host("gh", **PASSIVE).service("gh", "svc", **PASSIVE, **HANDLED, **policy)


@pytest.fixture
def play() -> Playbook:
    return Playbook(site(max_check_attempts=3))


@pytest.fixture
def hard(play: Playbook) -> Playbook:
    for _ in range(3):
        play.passive("gh;svc", CRITICAL, "crit")
    return play


def test_a_problem_is_soft_twice_and_hard_the_third_time(play: Playbook) -> None:
    """engine.md 4.3 "OK or PENDING", "problem SOFT"."""
    assert play.passive("gh;svc", CRITICAL, "crit 1") == alert("CRITICAL", "SOFT", 1, "crit 1")
    assert play.passive("gh;svc", CRITICAL, "crit 2") == alert("CRITICAL", "SOFT", 2, "crit 2")
    assert play.passive("gh;svc", CRITICAL, "crit 3") == [
        *alert("CRITICAL", "HARD", 3, "crit 3"),
        told("CRITICAL", 1, "crit 3"),
    ]
    assert play.passive("gh;svc", CRITICAL, "crit 4") == []


def test_another_hard_problem_is_told_with_the_next_number(hard: Playbook) -> None:
    """engine.md 4.3 "problem HARD"; 4.8 "number"."""
    assert hard.passive("gh;svc", WARNING, "warn") == [*alert("WARNING", "HARD", 3, "warn"), told("WARNING", 2, "warn")]


def test_unknown_and_back_raises_nothing(hard: Playbook) -> None:
    """engine.md 4.3 "hard unknown phase"."""
    hard.passive("gh;svc", WARNING, "warn")
    assert hard.passive("gh;svc", UNKNOWN, "?") == []
    assert hard.passive("gh;svc", WARNING, "warn") == []


def test_unknown_and_on_to_something_else_raises(hard: Playbook) -> None:
    """engine.md 4.3 "hard unknown phase"."""
    hard.passive("gh;svc", UNKNOWN, "?")
    assert hard.passive("gh;svc", WARNING, "warn") == [*alert("WARNING", "HARD", 3, "warn"), told("WARNING", 2, "warn")]


def test_the_end_of_a_hard_problem_is_told_as_number_zero(hard: Playbook) -> None:
    """engine.md 4.3 "problem HARD"; 4.8 "number"."""
    assert hard.passive("gh;svc", OK, "ok") == [*alert("OK", "HARD", 3, "ok"), told("OK", 0, "ok")]
    assert hard.item("gh;svc").state.attempt == 1


def test_a_soft_problem_that_goes_away_is_told_to_nobody(play: Playbook) -> None:
    """engine.md 4.3 "problem SOFT"."""
    assert play.passive("gh;svc", CRITICAL) == alert("CRITICAL", "SOFT", 1)
    assert play.passive("gh;svc", OK) == alert("OK", "SOFT", 2)
    assert play.item("gh;svc").state.state_type.value == "HARD"


def test_a_volatile_service_is_hard_at_once_and_alerts_each_time() -> None:
    """engine.md 4.3 "is_volatile"."""
    play = Playbook(site(is_volatile=True, max_check_attempts=3))
    assert play.passive("gh;svc", CRITICAL) == [*alert("CRITICAL", "HARD", 1), told("CRITICAL", 1)]
    assert play.passive("gh;svc", CRITICAL) == alert("CRITICAL", "HARD", 1)
    assert play.passive("gh;svc", OK) == [*alert("OK", "HARD", 1), told("OK", 0)]


def test_a_sticky_acknowledgement_silences_until_the_problem_is_over(hard: Playbook) -> None:
    assert hard.command("ACKNOWLEDGE_SVC_PROBLEM;gh;svc;2;1;0;me;seen") == [
        "SERVICE ACKNOWLEDGE ALERT: gh;svc;STARTED; Service problem has been acknowledged",
        told("ACKNOWLEDGEMENT (CRITICAL)", 1, "crit"),
    ]
    assert hard.passive("gh;svc", WARNING, "warn") == alert("WARNING", "HARD", 3, "warn")
    assert hard.passive("gh;svc", OK, "ok") == [
        "SERVICE ACKNOWLEDGE ALERT: gh;svc;EXPIRED; Service problem acknowledge expired",
        *alert("OK", "HARD", 3, "ok"),
        told("OK", 0, "ok"),
    ]


def test_a_normal_acknowledgement_ends_with_any_change(hard: Playbook) -> None:
    assert hard.command("ACKNOWLEDGE_SVC_PROBLEM;gh;svc;1;0;0;me;seen") == [
        "SERVICE ACKNOWLEDGE ALERT: gh;svc;STARTED; Service problem has been acknowledged"
    ]
    assert hard.passive("gh;svc", WARNING, "warn") == [
        "SERVICE ACKNOWLEDGE ALERT: gh;svc;EXPIRED; Service problem acknowledge expired",
        *alert("WARNING", "HARD", 3, "warn"),
        told("WARNING", 2, "warn"),
    ]


def downtime(play: Playbook, seconds: int, fixed: int, duration: int, target: str = "SVC;gh;svc") -> str:
    """Return the command that plans a downtime from now on."""
    start = int(play.clock.now().wall)
    kind, _, names = target.partition(";")
    return f"SCHEDULE_{kind}_DOWNTIME;{names};{start};{start + seconds};{fixed};0;{duration};me;work"


def test_a_fixed_downtime_silences_and_the_problem_that_outlasts_it_is_told_with_its_next_result() -> None:
    """engine.md 4.10 "fixed", "ending"."""
    play = Playbook(site())
    play.passive("gh;svc", OK)
    assert play.command(downtime(play, 40, 1, 0)) == [
        "SERVICE DOWNTIME ALERT: gh;svc;STARTED; Service has entered a period of scheduled downtime",
        told("DOWNTIMESTART (OK)", 0),
    ]
    play.after(10)
    assert play.passive("gh;svc", CRITICAL, "crit") == ["SERVICE ALERT: gh;svc;CRITICAL;HARD;1;crit"]
    assert play.after(31) == [
        "SERVICE DOWNTIME ALERT: gh;svc;STOPPED; Service has exited from a period of scheduled downtime",
        told("DOWNTIMEEND (CRITICAL)", 0, "crit"),
    ]
    assert play.passive("gh;svc", CRITICAL, "crit") == [told("CRITICAL", 1, "crit")]


def test_a_flexible_downtime_waits_for_the_hard_problem() -> None:
    """engine.md 4.10 "flexible"."""
    play = Playbook(site(max_check_attempts=3))
    assert play.command(downtime(play, 300, 0, 15)) == []
    assert play.passive("gh;svc", CRITICAL) == alert("CRITICAL", "SOFT", 1)
    assert play.passive("gh;svc", CRITICAL) == alert("CRITICAL", "SOFT", 2)
    assert play.passive("gh;svc", CRITICAL) == [
        "SERVICE ALERT: gh;svc;CRITICAL;HARD;3;",
        "SERVICE DOWNTIME ALERT: gh;svc;STARTED; Service has entered a period of scheduled downtime",
        told("DOWNTIMESTART (CRITICAL)", 0),
    ]
    assert play.after(16) == [
        "SERVICE DOWNTIME ALERT: gh;svc;STOPPED; Service has exited from a period of scheduled downtime",
        told("DOWNTIMEEND (CRITICAL)", 0),
    ]


def test_a_host_goes_down_and_its_child_of_a_passive_parent_is_down_too() -> None:
    play = Playbook(Site().host("gp", max_check_attempts=2, **PASSIVE).host("gc", parents=("gp",), **PASSIVE))
    assert play.passive("gp", 2, "host bad") == ["HOST ALERT: gp;DOWN;SOFT;1;host bad"]
    assert play.passive("gp", 2, "host bad") == [
        "HOST ALERT: gp;DOWN;HARD;2;host bad",
        told("DOWN", 1, "host bad", "gp"),
    ]
    assert play.passive("gc", 2, "child bad") == [
        "HOST ALERT: gc;DOWN;HARD;1;child bad",
        told("DOWN", 1, "child bad", "gc"),
    ]


def test_a_service_on_a_down_host_is_alerted_and_not_told() -> None:
    play = Playbook(site())
    play.passive("gh", 2, "host bad")
    assert play.passive("gh;svc", CRITICAL) == alert("CRITICAL", "HARD", 1)
    assert play.passive("gh", 0, "up") == ["HOST ALERT: gh;UP;HARD;1;up", told("UP", 0, "up", "gh")]


def test_a_host_downtime_acknowledges_the_problems_of_its_services() -> None:
    """engine.md 4.10 "host downtime"."""
    play = Playbook(site())
    play.passive("gh", 0)
    play.passive("gh;svc", CRITICAL)
    assert play.command(downtime(play, 20, 1, 0, "HOST;gh")) == [
        "HOST DOWNTIME ALERT: gh;STARTED; Host has entered a period of scheduled downtime",
        told("DOWNTIMESTART (UP)", 0, "", "gh"),
        "SERVICE ACKNOWLEDGE ALERT: gh;svc;STARTED; Service problem has been acknowledged",
    ]
    assert play.after(21) == [
        "HOST DOWNTIME ALERT: gh;STOPPED; Host has exited from a period of scheduled downtime",
        told("DOWNTIMEEND (UP)", 0, "", "gh"),
    ]
