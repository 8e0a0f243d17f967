"""People send notifications of their own and set the numbers of others (external-commands.md 5.3)."""

from __future__ import annotations

import pytest

from alignak.model.relations import Escalation
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import PASSIVE, Site

NOW = int(MONDAY_NOON)
NIGHT = MONDAY_NOON + 10 * 3600


def site(**policy: object) -> Site:
    found = Site().host("h", **PASSIVE)
    found.service("h", "s", notification_interval=10, escalations=("later",), **PASSIVE, **policy).contact("boss")
    found.others["escalations"] = (Escalation("later", 2, options=("c",), contacts=("boss",)),)
    return found


@pytest.fixture
def play() -> Playbook:
    return Playbook(site())


def custom(options: int, target: str = "SVC_NOTIFICATION;h;s") -> str:
    return f"SEND_CUSTOM_{target};{options};me;look; at this"


def test_the_contacts_of_an_object_are_told_what_somebody_says_of_it(play: Playbook) -> None:
    """engine.md 4.8 "types"."""
    lines = play.command(custom(0))
    assert lines == ["SERVICE NOTIFICATION: admin;h;s;CUSTOM (OK);0;notify-service;"]
    assert play.messages() == [("admin", "CUSTOM")]
    (raised,) = play.broks("notification_raise")
    assert (raised.data["reason_type"], raised.data["author"], raised.data["author_comment"]) == (
        8,
        "me",
        "look; at this",
    )
    play.command(custom(0, "HOST_NOTIFICATION;h"))
    assert play.messages() == [("admin", "CUSTOM")]


def test_a_problem_that_is_acknowledged_soft_or_flapping_does_not_stop_it() -> None:
    play = Playbook(site(max_check_attempts=3))
    play.passive("h;s", 2)
    play.command("ACKNOWLEDGE_SVC_PROBLEM;h;s;2;0;0;me;mine")
    play.item("h;s").state.is_flapping = False
    play.command(custom(0))
    assert play.messages() == [("admin", "CUSTOM")]


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ("DISABLE_NOTIFICATIONS", "for the whole program"),
        ("DISABLE_SVC_NOTIFICATIONS;h;s", "of the object are disabled"),
        ("DISABLE_CONTACT_SVC_NOTIFICATIONS;admin", "admin: service_notifications_enabled of the contact is off"),
        (f"SCHEDULE_SVC_DOWNTIME;h;s;{NOW};{NOW + 600};1;0;0;me;a", "in downtime"),
        (f"SCHEDULE_CONTACT_DOWNTIME;admin;{NOW};{NOW + 600};me;a", "admin: the contact is in downtime"),
    ],
)
def test_what_is_switched_off_stops_it_unless_it_is_forced(play: Playbook, before: str, reason: str) -> None:
    play.command(before)
    play.messages()
    assert reason in play.refused(custom(0))
    assert play.messages() == []
    play.command(custom(2))
    assert play.messages() == [("admin", "CUSTOM")]


def test_out_of_hours_it_is_stopped_unless_it_is_forced() -> None:
    play = Playbook(site(notification_period="workhours"), NIGHT)
    assert "outside the notification period" in play.refused(custom(0))
    play.command(custom(2))
    assert play.messages() == [("admin", "CUSTOM")]


def test_a_broadcast_goes_to_the_contacts_and_to_those_of_escalations(play: Playbook) -> None:
    play.passive("h;s", 2)
    play.after(600)
    play.messages()
    play.command(custom(0))
    assert play.messages() == [("boss", "CUSTOM")]
    play.command(custom(1))
    assert play.messages() == [("admin", "CUSTOM"), ("boss", "CUSTOM")]


def test_one_that_counts_brings_the_next_escalation_nearer(play: Playbook) -> None:
    play.passive("h;s", 2)
    play.messages()
    assert play.command(custom(4)) == ["SERVICE NOTIFICATION: boss;h;s;CUSTOM (CRITICAL);2;notify-service;"]
    assert play.item("h;s").state.current_notification_number == 2
    play.command(custom(0))
    assert play.item("h;s").state.current_notification_number == 2


def test_one_that_counts_counts_nothing_while_there_is_no_problem(play: Playbook) -> None:
    play.command(custom(4))
    assert play.item("h;s").state.current_notification_number == 0


def test_whoever_got_a_custom_one_alone_is_not_told_of_the_end(play: Playbook) -> None:
    play.passive("h;s", 2)
    play.command(custom(5))
    play.messages()
    play.passive("h;s", 0)
    assert play.messages() == [("admin", "RECOVERY")]


@pytest.mark.parametrize("options", [-1, 8, 99_999])
def test_options_that_mean_nothing_are_refused(play: Playbook, options: int) -> None:
    assert "is no sum of" in play.refused(custom(options))


def test_an_object_without_contacts_has_nobody_to_tell() -> None:
    play = Playbook(Site().host("h", contacts=(), **PASSIVE))
    assert play.refused(custom(2, "HOST_NOTIFICATION;h")) == "nobody is told of h: there are no contacts"


def test_a_number_is_set_and_the_next_notification_has_the_one_after_it(play: Playbook) -> None:
    play.passive("h;s", 2)
    play.messages()
    play.command("SET_SVC_NOTIFICATION_NUMBER;h;s;7")
    assert play.after(600) == ["SERVICE NOTIFICATION: boss;h;s;CRITICAL;8;notify-service;"]
    play.passive("h", 2)
    play.command("SET_HOST_NOTIFICATION_NUMBER;h;3")
    assert play.item("h").state.current_notification_number == 3


def test_a_number_makes_no_sense_without_a_problem_or_below_zero(play: Playbook) -> None:
    assert "there is no problem" in play.refused("SET_SVC_NOTIFICATION_NUMBER;h;s;7")
    play.passive("h;s", 2)
    assert "cannot have the number -1" in play.refused("SET_SVC_NOTIFICATION_NUMBER;h;s;-1")
    assert play.item("h;s").state.current_notification_number == 1


def test_notifications_of_a_host_and_all_beyond_it_are_switched_together() -> None:
    found = Site().host("r", **PASSIVE).host("a", parents=("r",), **PASSIVE).host("b", parents=("a", "r"), **PASSIVE)
    for name in ("r", "a", "b"):
        found.service(name, "s", **PASSIVE)
    play = Playbook(found)

    def off() -> list[str]:
        items = play.engine.world.items.values()
        return [each.key for each in items if not each.policy.notifications_enabled]

    play.command("DISABLE_HOST_AND_CHILD_NOTIFICATIONS;r")
    assert off() == ["r", "a", "b"]
    play.command("ENABLE_HOST_AND_CHILD_NOTIFICATIONS;r")
    play.command("DISABLE_ALL_NOTIFICATIONS_BEYOND_HOST;r")
    assert sorted(off()) == ["a", "a;s", "b", "b;s"]
    play.command("ENABLE_ALL_NOTIFICATIONS_BEYOND_HOST;a")
    assert sorted(off()) == ["a", "a;s"]
