"""Who is told, when, how often, and why somebody is not."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from alignak.messages.work import Ending, Work
from alignak.model.objects import CommandCall
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import PASSIVE, Site

EVENING = MONDAY_NOON + 8 * 3600


def service(**policy: object) -> Site:
    return Site().host("h", **PASSIVE).service("h", "s", **PASSIVE, **policy)


def why(play: Playbook, key: str = "h;s") -> list[tuple[str, str]]:
    """Return the stages that said no, and for whom."""
    return [(veto.stage, veto.contact) for veto in play.item(key).vetoes]


def test_a_problem_is_told_again_after_each_interval() -> None:
    """engine.md 4.8 "repeat"."""
    play = Playbook(service(notification_interval=10))
    play.passive("h;s", 2)
    assert play.told() == [("admin", "notify-service")]
    play.after(599)
    assert play.told() == []
    play.after(2)
    assert play.told() == [("admin", "notify-service")]
    play.after(600)
    assert play.told() == [("admin", "notify-service")]
    assert play.item("h;s").state.current_notification_number == 3
    play.passive("h;s", 0)
    assert play.told() == [("admin", "notify-service")]
    play.after(3_600)
    assert play.told() == []


def test_the_first_notification_waits_for_its_delay_and_a_short_problem_is_told_to_nobody() -> None:
    """engine.md 4.8 "first notification"."""
    play = Playbook(service(first_notification_delay=5))
    play.passive("h;s", 2)
    play.after(299)
    play.passive("h;s", 2)
    assert play.told() == []
    play.after(3)
    assert play.told() == [("admin", "notify-service")]
    play.passive("h;s", 0)
    play.told()
    play.passive("h;s", 2)
    play.after(200)
    play.passive("h;s", 0)
    play.after(1_000)
    assert play.told() == []


def test_an_interval_of_0_means_once_for_each_hard_state_even_when_the_same_one_comes_back() -> None:
    """Nagios tells so too (engine.md 4.8 "repeat")."""
    play = Playbook(service(notification_interval=0, notification_options=("c", "r")))
    for code, told in ((2, 1), (2, 0), (1, 0), (2, 1), (2, 0)):
        play.passive("h;s", code)
        assert len(play.told()) == told
    assert play.item("h;s").state.current_notification_number == 2


def test_each_result_of_a_volatile_service_is_told_unless_the_interval_is_0() -> None:
    """Each of its problems counts (engine.md 4.3); the golden run of broks-and-logs.md 6.4 has interval 0."""
    for interval, told in ((10, 3), (0, 1)):
        play = Playbook(service(notification_interval=interval, is_volatile=True))
        for _ in range(3):
            play.passive("h;s", 2)
        assert len(play.told()) == told
        assert play.item("h;s").state.current_notification_number == told


def test_a_problem_of_the_night_is_told_when_the_period_opens() -> None:
    play = Playbook(service(notification_period="workhours"), EVENING)
    play.passive("h;s", 2)
    assert play.told() == []
    assert play.item("h;s").vetoes[0].until == EVENING + 13 * 3600
    play.after(13 * 3600 - 1)
    assert play.told() == []
    play.after(2)
    assert play.told() == [("admin", "notify-service")]


def test_a_problem_of_the_night_that_is_over_by_morning_is_told_to_nobody() -> None:
    play = Playbook(service(notification_period="workhours"), EVENING)
    play.passive("h;s", 2)
    play.after(3600)
    play.passive("h;s", 0)
    play.after(24 * 3600)
    assert play.told() == []


@pytest.mark.parametrize(
    ("policy", "stage"),
    [
        ({"notifications_enabled": False}, "disabled"),
        ({"notification_options": ("w", "r")}, "options"),
        ({"notification_options": ("n",)}, "options"),
    ],
)
def test_the_object_can_keep_quiet(policy: dict[str, object], stage: str) -> None:
    """engine.md 4.8 "blocked at item level"."""
    play = Playbook(service(**policy))
    play.passive("h;s", 2)
    assert play.told() == []
    assert why(play) == [(stage, "")]


@pytest.mark.parametrize(
    ("contact", "stage"),
    [
        ({"service": False}, "contact"),
        ({"min_business_impact": 4}, "impact"),
        ({"service_notification_period": "workhours"}, "way period"),
        ({"service_notification_options": ("w",)}, "way options"),
        ({"service_notification_options": ("n",)}, "way options"),
    ],
)
def test_a_contact_can_keep_quiet_while_others_are_told(contact: dict[str, object], stage: str) -> None:
    """engine.md 4.8 "blocked at contact level"."""
    site = service(contacts=("admin", "guest")).contact("guest", **contact)
    play = Playbook(site, EVENING)
    play.passive("h;s", 2)
    assert play.told() == [("admin", "notify-service")]
    assert why(play) == [(stage, "guest")]


def test_only_those_who_were_told_of_the_problem_are_told_that_it_is_over() -> None:
    """engine.md 4.8 "recovery contacts"."""
    site = service(contacts=("admin", "guest")).contact("guest", service_notification_options=("r",))
    play = Playbook(site)
    play.passive("h;s", 2)
    play.told()
    play.passive("h;s", 0)
    assert play.told() == [("admin", "notify-service")]


def test_each_contact_gets_one_order_for_each_of_its_commands_with_an_id_of_its_own() -> None:
    """engine.md 4.8 "commands"."""
    both = (CommandCall("notify-service"), CommandCall("other"))
    site = service(contacts=("admin", "guest")).contact("guest", service_notification_commands=both)
    play = Playbook(site)
    lines = play.passive("h;s", 2, "bad")
    assert play.told() == [("admin", "notify-service"), ("guest", "notify-service"), ("guest", "other")]
    assert lines[1:] == [
        "SERVICE NOTIFICATION: admin;h;s;CRITICAL;1;notify-service;bad",
        "SERVICE NOTIFICATION: guest;h;s;CRITICAL;1;notify-service;bad",
        "SERVICE NOTIFICATION: guest;h;s;CRITICAL;1;other;bad",
    ]
    raised = play.broks("notification_raise")
    assert len({brok.data["uuid"] for brok in raised}) == 3


def test_a_notification_whose_reactionner_died_is_sent_again_under_its_own_id() -> None:
    play = Playbook(service())
    play.passive("h;s", 2)
    (order,) = play.sent
    play.checks["h;s"] = order
    play.lose("h;s")
    assert [each.id for each in play.sent] == [order.id, order.id]
    assert play.outcome("h;s", 0, order=order) == []
    play.checks["h;s"] = order
    play.lose("h;s")
    assert len(play.sent) == 2


def test_a_notification_command_that_fails_is_seen_in_the_log() -> None:
    """engine.md 4.8 "error"."""
    play = Playbook(service())
    play.passive("h;s", 2)
    (order,) = play.sent
    assert play.outcome("h;s", 3, "no mail server", order=order) == [
        "The notification command 'notify-service' raised an error (exit code=3): 'no mail server'"
    ]
    play.passive("h;s", 1)
    assert play.outcome("h;s", 137, "", Ending.TIMEOUT, play.sent[-1]) == [
        "Contact admin service notification command 'notify-service ' timed out after 30 seconds"
    ]


def test_a_delayed_notification_waits_and_no_result_pulls_it_forward() -> None:
    play = Playbook(service(notification_interval=1))
    play.passive("h;s", 2)
    play.told()
    play.command(f"DELAY_SVC_NOTIFICATION;h;s;{int(MONDAY_NOON + 900)}")
    play.passive("h;s", 2)
    play.after(899)
    assert play.told() == []
    play.after(2)
    assert play.told() == [("admin", "notify-service")]


def test_what_is_disabled_for_the_whole_program_is_told_once_it_is_enabled_again() -> None:
    play = Playbook(service())
    play.command("DISABLE_NOTIFICATIONS")
    play.passive("h;s", 2)
    assert (play.told(), why(play)) == ([], [("program", "")])
    play.command("ENABLE_NOTIFICATIONS")
    play.passive("h;s", 2)
    assert play.told() == [("admin", "notify-service")]


def test_a_contact_is_silenced_by_a_command_alone_or_with_its_group() -> None:
    play = Playbook(service())
    play.command("DISABLE_CONTACT_SVC_NOTIFICATIONS;admin")
    play.passive("h;s", 2)
    assert (play.told(), why(play)) == ([], [("contact", "admin")])
    play.restart()
    assert why(play) == []
    play.passive("h;s", 1)
    assert play.told() == []


def test_a_planned_notification_survives_a_restart() -> None:
    """engine.md 4.8 "retention"."""
    play = Playbook(service(notification_interval=10))
    play.passive("h;s", 2)
    play.told()
    play.restart(60)
    play.after(539)
    assert play.told() == []
    play.after(2)
    assert play.told() == [("admin", "notify-service")]
    assert play.item("h;s").state.current_notification_number == 2


def test_actions_of_an_earlier_life_end_in_this_one() -> None:
    play = Playbook(service())
    play.passive("h;s", 2)
    (order,) = play.sent
    play.restart()
    assert play.outcome("h;s", 1, "no", order=order) == []
    play.engine.pending_actions([order])
    assert "raised an error" in play.outcome("h;s", 1, "no", order=order)[0]
    assert order.work is Work.NOTIFICATION


def test_the_way_of_an_unreachable_host_is_asked_for_by_either_letter() -> None:
    for letter in ("x", "u"):
        site = Site().host("h", notification_options=(letter,), **PASSIVE)
        play = Playbook(site)
        play.passive("h", 4, "no way")
        assert play.told() == [("admin", "notify-host")]


# engine.md 4.8, the letters and the ways


@pytest.mark.parametrize(
    ("host_letters", "service_letters", "told"),
    [(("s",), ("c", "r"), []), (("d",), ("c", "r", "s"), [("admin", "DOWNTIMESTART")])],
    ids=["in the host options", "in the service options"],
)
def test_the_downtime_of_a_service_asks_for_its_letter_in_the_service_options(
    host_letters: tuple[str, ...], service_letters: tuple[str, ...], told: list[tuple[str, str]]
) -> None:
    site = Site().host("h", **PASSIVE).service("h", "s", **PASSIVE)
    site.ways[0] = replace(
        site.ways[0], host_notification_options=host_letters, service_notification_options=service_letters
    )
    play = Playbook(site)
    now = int(MONDAY_NOON)
    play.command(f"SCHEDULE_SVC_DOWNTIME;h;s;{now};{now + 60};1;0;0;me;a")
    assert play.messages() == told


def test_an_object_without_the_letter_of_downtimes_says_nothing_of_them() -> None:
    play = Playbook(service(notification_options=("c", "r")))
    now = int(MONDAY_NOON)
    play.command(f"SCHEDULE_SVC_DOWNTIME;h;s;{now};{now + 60};1;0;0;me;a")
    play.after(61)
    assert play.messages() == []


def test_a_contact_is_told_by_each_way_that_wants_it_and_by_each_command_once() -> None:
    site = service(contacts=("ann",)).contact("ann")
    sms = (CommandCall("other"), CommandCall("notify-service"))
    site.ways.append(replace(site.ways[-1], name="sms", service_notification_commands=sms))
    site.ways.append(replace(site.ways[-1], name="phone", min_business_impact=5))
    site.contacts[-1] = replace(site.contacts[-1], ways=("phone", "ann_way", "sms"))
    play = Playbook(site)
    play.passive("h;s", 2)
    assert play.told() == [("ann", "notify-service"), ("ann", "other")]
    assert why(play) == [("impact", "ann")]


def test_a_problem_told_once_is_told_again_when_its_hard_state_is_another_one() -> None:
    play = Playbook(service())
    play.passive("h;s", 1)
    play.passive("h;s", 1)
    assert play.messages() == [("admin", "PROBLEM")]
    play.passive("h;s", 2)
    play.passive("h;s", 2)
    assert play.messages() == [("admin", "PROBLEM")]
    play.passive("h;s", 0)
    assert play.messages() == [("admin", "RECOVERY")]


def test_a_contact_who_comes_on_duty_is_told_of_a_problem_others_were_told_of_once() -> None:
    site = service(contacts=("admin", "ann")).contact("ann", service_notification_options=("c", "r"))
    play = Playbook(site)
    play.passive("h;s", 1)
    assert play.messages() == [("admin", "PROBLEM")]
    play.passive("h;s", 2)
    assert play.messages() == [("admin", "PROBLEM"), ("ann", "PROBLEM")]


def test_an_end_before_the_first_delay_is_over_is_told_to_nobody() -> None:
    """engine.md 4.8 "recovery contacts"."""
    play = Playbook(service(first_notification_delay=5))
    play.passive("h;s", 2)
    play.passive("h;s", 0)
    play.after(3_600)
    assert play.messages() == []


def test_a_cancelled_downtime_is_told_with_its_author() -> None:
    play = Playbook(service())
    now = int(MONDAY_NOON)
    play.command(f"SCHEDULE_SVC_DOWNTIME;h;s;{now};{now + 60};1;0;0;me;work")
    play.messages()
    lines = play.command("DEL_ALL_SVC_DOWNTIMES;h;s")
    assert lines[1] == "SERVICE NOTIFICATION: admin;h;s;DOWNTIMECANCELLED (OK);0;notify-service;"
    (raised,) = play.broks("notification_raise")
    assert (raised.data["reason_type"], raised.data["author"], raised.data["author_comment"]) == (7, "me", "work")
