"""States whose words are of interest: ``stalking_options``, as in Nagios."""

from __future__ import annotations

import pytest

from tests.support.playbook import Playbook
from tests.support.sites import PASSIVE, Site


def play_with(*options: str, **settings: object) -> Playbook:
    site = Site(**settings).host("h", stalking_options=("d",), **PASSIVE)
    return Playbook(site.service("h", "s", max_check_attempts=2, stalking_options=options, **PASSIVE))


def test_an_output_that_changes_in_a_stalked_state_is_logged() -> None:
    play = play_with("o")
    play.passive("h;s", 0, "mirror 1 ok")
    assert play.passive("h;s", 0, "mirror 1 ok") == []
    assert play.passive("h;s", 0, "mirror 1 degraded") == ["SERVICE ALERT: h;s;OK;HARD;1;mirror 1 degraded"]
    assert len(play.broks("service_check_result")) == 1
    assert play.passive("h;s", 0, "mirror 1 degraded") == []


def test_a_state_that_is_not_stalked_is_logged_when_it_changes_alone() -> None:
    play = play_with("w")
    play.passive("h;s", 0, "one")
    assert play.passive("h;s", 0, "two") == []


def test_a_change_of_state_is_logged_once() -> None:
    play = play_with("o", "w", "c")
    assert len([line for line in play.passive("h;s", 1, "one") if "ALERT" in line]) == 1
    assert play.passive("h;s", 1, "two") == [
        "SERVICE ALERT: h;s;WARNING;HARD;2;two",
        "SERVICE NOTIFICATION: admin;h;s;WARNING;1;notify-service;two",
    ]
    assert play.passive("h;s", 1, "three") == ["SERVICE ALERT: h;s;WARNING;HARD;2;three"]
    assert play.passive("h;s", 0, "three") == [
        "SERVICE ALERT: h;s;OK;HARD;2;three",
        "SERVICE NOTIFICATION: admin;h;s;OK;0;notify-service;three",
    ]


@pytest.mark.parametrize(("options", "count"), [(("a",), 1), (("n",), 0), (("n", "o"), 0), ((), 0)])
def test_all_states_or_none(options: tuple[str, ...], count: int) -> None:
    play = play_with(*options)
    play.passive("h;s", 0, "one")
    assert len(play.passive("h;s", 0, "two")) == count


def test_a_host_is_stalked_in_its_own_states() -> None:
    play = play_with()
    play.passive("h", 2, "one")
    assert play.passive("h", 2, "two") == ["HOST ALERT: h;DOWN;HARD;1;two"]
    play.passive("h", 0, "one")
    assert play.passive("h", 0, "two") == []


def test_the_line_goes_with_the_other_alerts() -> None:
    play = play_with("o", log_alerts=False)
    play.passive("h;s", 0, "one")
    assert play.passive("h;s", 0, "two") == []
