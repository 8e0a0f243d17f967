"""Somebody takes care of a problem: engine.md 4.9, sentence by sentence."""

from __future__ import annotations

import pytest

from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import PASSIVE, Site

NOW = int(MONDAY_NOON)
STICKY, NORMAL = 2, 1


@pytest.fixture
def play() -> Playbook:
    site = Site().host("h", **PASSIVE)
    site.service("h", "s", max_check_attempts=3, **PASSIVE).service("h", "t", **PASSIVE)
    return Playbook(site)


def acknowledge(play: Playbook, sticky: int, notify: int = 0, key: str = "SVC_PROBLEM;h;s") -> list[str]:
    return play.command(f"ACKNOWLEDGE_{key};{sticky};{notify};0;me;mine")


def hard(play: Playbook, code: int) -> None:
    for _ in range(3):
        play.passive("h;s", code)
    play.messages()


def is_acknowledged(play: Playbook, key: str = "h;s") -> bool:
    return play.item(key).state.acknowledgement is not None


def test_only_a_problem_is_acknowledged_a_soft_one_too(play: Playbook) -> None:
    """engine.md 4.9 "only on a problem"."""
    assert "there is no problem" in play.refused("ACKNOWLEDGE_SVC_PROBLEM;h;s;2;0;0;me;mine")
    play.passive("h;s", 2)
    acknowledge(play, STICKY)
    assert is_acknowledged(play)


@pytest.mark.parametrize(("number", "is_sticky"), [(0, False), (1, False), (2, True), (3, False)])
def test_two_is_sticky_everything_else_is_normal(play: Playbook, number: int, is_sticky: bool) -> None:
    hard(play, 2)
    acknowledge(play, number)
    acknowledgement = play.item("h;s").state.acknowledgement
    assert acknowledgement is not None
    assert acknowledgement.sticky is is_sticky


def test_a_normal_one_ends_with_any_change_of_a_soft_state_too(play: Playbook) -> None:
    """engine.md 4.9 "normal"."""
    play.passive("h;s", 2)
    acknowledge(play, NORMAL)
    play.passive("h;s", 2)
    assert is_acknowledged(play)
    assert "SERVICE ACKNOWLEDGE ALERT: h;s;EXPIRED; Service problem acknowledge expired" in play.passive("h;s", 1)
    assert not is_acknowledged(play)


def test_a_sticky_one_lasts_until_the_problem_is_over(play: Playbook) -> None:
    """engine.md 4.9 "sticky"."""
    hard(play, 2)
    acknowledge(play, STICKY)
    play.passive("h;s", 1)
    play.passive("h;s", 3)
    assert is_acknowledged(play)
    play.passive("h;s", 0)
    assert not is_acknowledged(play)
    assert play.messages() == [("admin", "RECOVERY")]


def test_a_sticky_one_has_another_problem_alerted_and_not_told_a_normal_one_told(play: Playbook) -> None:
    hard(play, 2)
    acknowledge(play, STICKY)
    assert play.passive("h;s", 1) == ["SERVICE ALERT: h;s;WARNING;HARD;3;"]
    assert play.messages() == []
    acknowledge(play, NORMAL)
    lines = play.passive("h;s", 2)
    assert [line.split(":")[0] for line in lines] == [
        "SERVICE ACKNOWLEDGE ALERT",
        "SERVICE ALERT",
        "SERVICE NOTIFICATION",
    ]


def test_it_expires_at_its_second(play: Playbook) -> None:
    """engine.md 4.1 "check_for_expire_acknowledge", 4.9 "end_time"."""
    hard(play, 2)
    play.command(f"ACKNOWLEDGE_SVC_PROBLEM_EXPIRE;h;s;2;0;0;{NOW + 90};me;mine")
    play.after(89.9)
    assert is_acknowledged(play)
    play.after(0.2)
    assert not is_acknowledged(play)


def test_one_without_an_end_does_not_expire(play: Playbook) -> None:
    hard(play, 2)
    play.command("ACKNOWLEDGE_SVC_PROBLEM_EXPIRE;h;s;2;0;0;0;me;mine")
    play.after(86_400)
    assert is_acknowledged(play)


def test_an_end_that_lies_behind_is_refused(play: Playbook) -> None:
    hard(play, 2)
    assert "would have ended already" in play.refused(f"ACKNOWLEDGE_SVC_PROBLEM_EXPIRE;h;s;2;0;0;{NOW - 1};me;mine")


def test_a_host_is_acknowledged_with_its_problem_services_in_the_same_way(play: Playbook) -> None:
    """engine.md 4.9 "services of a host"."""
    play.passive("h;t", 2)
    play.passive("h", 2)
    play.command(f"ACKNOWLEDGE_HOST_PROBLEM_EXPIRE;h;2;0;0;{NOW + 90};me;mine")
    host, service = play.item("h").state.acknowledgement, play.item("h;t").state.acknowledgement
    assert host is not None
    assert service is not None
    assert (service.author, service.comment, service.sticky, service.end_time) == ("me", "mine", True, NOW + 90)
    assert not is_acknowledged(play, "h;s")


def test_it_makes_a_comment_and_broks_which_go_with_it(play: Playbook) -> None:
    """engine.md 4.9 "comment"."""
    hard(play, 2)
    acknowledge(play, STICKY)
    ((_, comment),) = play.item("h;s").state.comments.items()
    assert (comment.entry_type, comment.author, comment.comment) == (4, "me", "mine")
    (raised,) = play.broks("acknowledge_raise")
    assert (raised.data["host"], raised.data["service"], raised.data["sticky"]) == ("h", "s", True)
    play.command("REMOVE_SVC_ACKNOWLEDGEMENT;h;s")
    (expired,) = play.broks("acknowledge_expire")
    assert expired.data["comment"] == "mine"
    assert play.item("h;s").state.comments == {}


def test_contacts_are_told_of_it_when_it_says_so_and_the_number_stays(play: Playbook) -> None:
    """engine.md 4.8 "acknowledgement"."""
    hard(play, 2)
    acknowledge(play, STICKY, 0)
    assert play.messages() == []
    lines = acknowledge(play, STICKY, 1)
    assert lines[-1] == "SERVICE NOTIFICATION: admin;h;s;ACKNOWLEDGEMENT (CRITICAL);1;notify-service;"
    assert play.item("h;s").state.current_notification_number == 1


def test_it_survives_a_restart_with_its_end(play: Playbook) -> None:
    hard(play, 2)
    play.command(f"ACKNOWLEDGE_SVC_PROBLEM_EXPIRE;h;s;1;0;0;{NOW + 90};me;mine")
    play.restart(30)
    assert is_acknowledged(play)
    assert play.after(61) == ["SERVICE ACKNOWLEDGE ALERT: h;s;EXPIRED; Service problem acknowledge expired"]
