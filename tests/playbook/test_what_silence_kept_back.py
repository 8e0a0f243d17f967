"""What downtimes, acknowledgements, flapping and periods kept back is told after them (engine.md 4.8, 4.9, 4.10)."""

from __future__ import annotations

import pytest

from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import PASSIVE, Site

NOW = int(MONDAY_NOON)
EVENING = MONDAY_NOON + 4.5 * 3600


def service(**policy: object) -> Site:
    return Site().host("h", **PASSIVE).service("h", "s", **PASSIVE, **policy)


def downtime(play: Playbook, seconds: int, who: str = "SVC_DOWNTIME;h;s") -> None:
    start = int(play.clock.now().wall)
    play.command(f"SCHEDULE_{who};{start};{start + seconds};1;0;0;me;work")


# A problem that is still there


def test_a_problem_told_before_a_downtime_is_told_once_more_after_it_with_its_next_result() -> None:
    play = Playbook(service())
    play.passive("h;s", 2)
    downtime(play, 600)
    play.messages()
    play.after(601)
    assert play.messages() == [("admin", "DOWNTIMEEND")]
    play.passive("h;s", 2)
    assert play.messages() == [("admin", "PROBLEM")]
    play.passive("h;s", 2)
    play.after(3_600)
    assert play.messages() == []


def test_without_a_result_it_is_told_after_a_minute() -> None:
    play = Playbook(service())
    play.passive("h;s", 2)
    downtime(play, 600)
    play.after(600.5)
    play.messages()
    play.after(58)
    assert play.messages() == []
    play.after(3)
    assert play.messages() == [("admin", "PROBLEM")]
    play.passive("h;s", 2)
    assert play.messages() == []


def test_an_active_check_has_the_time_it_needs_but_no_more_than_five_minutes() -> None:
    waits = []
    for minutes in (1, 60):
        intervals = {"check_interval": minutes, "retry_interval": minutes}
        play = Playbook(Site().host("h", **PASSIVE).service("h", "s", **intervals))
        play.check("h;s", 2)
        downtime(play, 100_000)
        play.messages()
        play.command("DEL_ALL_SVC_DOWNTIMES;h;s")
        assert play.messages() == [("admin", "DOWNTIMECANCELLED")]
        waits.append(play.item("h;s").state.next_notification - play.clock.now().wall)
    assert waits == [120, 300]


def test_a_problem_that_ended_during_the_downtime_is_told_by_the_end_of_the_downtime_alone() -> None:
    play = Playbook(service())
    play.passive("h;s", 2)
    downtime(play, 600)
    play.passive("h;s", 0)
    play.messages()
    play.after(900)
    assert play.messages() == [("admin", "DOWNTIMEEND")]
    assert play.item("h;s").state.recovery_owed_to == ()


def test_the_end_of_a_host_downtime_counts_for_its_services_too() -> None:
    play = Playbook(service())
    play.passive("h", 0)
    play.passive("h;s", 2)
    downtime(play, 600, "HOST_DOWNTIME;h")
    assert ("admin", "ACKNOWLEDGEMENT") not in play.messages()
    assert play.item("h;s").state.acknowledgement is not None
    play.after(601)
    play.messages()
    play.after(61)
    assert play.item("h;s").state.acknowledgement is None
    play.passive("h;s", 2)
    assert play.messages() == [("admin", "PROBLEM")]


@pytest.mark.parametrize("end", ["REMOVE_SVC_ACKNOWLEDGEMENT;h;s", ""], ids=["taken back", "expired"])
def test_an_acknowledgement_that_ends_before_its_problem_is_followed_by_one_notification(end: str) -> None:
    play = Playbook(service())
    play.passive("h;s", 2)
    play.command(f"ACKNOWLEDGE_SVC_PROBLEM_EXPIRE;h;s;2;0;0;{NOW + 600};me;mine")
    play.messages()
    play.after(300)
    play.passive("h;s", 2)
    assert play.messages() == []
    if end:
        play.command(end)
    else:
        play.after(301)
    play.passive("h;s", 2)
    assert play.messages() == [("admin", "PROBLEM")]
    play.passive("h;s", 2)
    play.after(3_600)
    assert play.messages() == []


def test_the_first_delay_is_kept_after_a_silence() -> None:
    play = Playbook(service(first_notification_delay=30))
    play.passive("h;s", 2)
    downtime(play, 600)
    play.after(700)
    play.passive("h;s", 2)
    play.after(1_000)
    assert ("admin", "PROBLEM") not in play.messages()
    play.after(110)
    assert play.messages() == [("admin", "PROBLEM")]


def test_what_is_to_be_told_after_a_silence_survives_a_restart() -> None:
    play = Playbook(service())
    play.passive("h;s", 2)
    downtime(play, 600)
    play.after(601)
    play.messages()
    play.restart()
    play.after(62)
    assert play.messages() == [("admin", "PROBLEM")]


# The end of a problem


def quiet_options(**more: object) -> dict[str, object]:
    """Return the options of who wants to hear nothing of downtimes."""
    return {"service_notification_options": ("c", "w", "r"), **more}


def site_of(contact: dict[str, object], **policy: object) -> Site:
    return service(contacts=("ann",), **policy).contact("ann", **contact)


def test_an_end_during_a_downtime_is_told_when_the_downtime_is_over() -> None:
    play = Playbook(site_of(quiet_options()))
    play.passive("h;s", 2)
    downtime(play, 600)
    play.passive("h;s", 0)
    assert play.messages() == [("ann", "PROBLEM")]
    play.restart(60)
    play.after(538)
    assert play.messages() == []
    play.after(3)
    assert play.messages() == [("ann", "RECOVERY")]
    play.after(3_600)
    assert play.messages() == []


def test_an_end_outside_of_the_notification_period_is_told_when_it_opens() -> None:
    play = Playbook(service(notification_period="workhours"), EVENING)
    play.passive("h;s", 2)
    play.after(3_600)
    play.passive("h;s", 0)
    assert play.messages() == [("admin", "PROBLEM")]
    play.after(15.5 * 3600 - 2)
    assert play.messages() == []
    play.after(4)
    assert play.messages() == [("admin", "RECOVERY")]


def test_an_end_outside_of_the_hours_of_a_contact_is_told_in_the_morning() -> None:
    play = Playbook(site_of({"service_notification_period": "workhours"}), EVENING)
    play.passive("h;s", 2)
    play.after(3_600)
    play.passive("h;s", 0)
    play.after(15 * 3600)
    assert play.messages() == [("ann", "PROBLEM")]
    play.after(3600)
    assert play.messages() == [("ann", "RECOVERY")]


@pytest.mark.parametrize(
    ("off", "on"),
    [
        ("DISABLE_NOTIFICATIONS", "ENABLE_NOTIFICATIONS"),
        ("DISABLE_SVC_NOTIFICATIONS;h;s", "ENABLE_SVC_NOTIFICATIONS;h;s"),
        ("DISABLE_CONTACT_SVC_NOTIFICATIONS;admin", "ENABLE_CONTACT_SVC_NOTIFICATIONS;admin"),
        (f"SCHEDULE_CONTACT_DOWNTIME;admin;{NOW};{NOW + 9_999};me;a", "DEL_ALL_CONTACT_DOWNTIMES;admin"),
    ],
)
def test_an_end_while_notifications_are_off_is_told_soon_after_they_are_on(off: str, on: str) -> None:
    play = Playbook(service())
    play.passive("h;s", 2)
    play.command(off)
    play.passive("h;s", 0)
    play.after(3_000)
    assert play.messages() == [("admin", "PROBLEM")]
    play.command(on)
    play.after(301)
    assert play.messages() == [("admin", "RECOVERY")]


def test_an_end_that_is_owed_goes_on_to_be_owed_when_the_problem_comes_back() -> None:
    play = Playbook(service())
    play.passive("h;s", 2)
    play.messages()
    play.command("DISABLE_CONTACT_SVC_NOTIFICATIONS;admin")
    play.passive("h;s", 0)
    play.passive("h;s", 2)
    assert play.item("h;s").state.recovery_owed_to == ()
    play.command("ENABLE_CONTACT_SVC_NOTIFICATIONS;admin")
    play.passive("h;s", 0)
    assert play.messages() == [("admin", "RECOVERY")]


def test_while_the_object_is_a_soft_problem_again_its_end_is_not_told() -> None:
    play = Playbook(service(max_check_attempts=2))
    play.passive("h;s", 2)
    play.passive("h;s", 2)
    play.command("DISABLE_NOTIFICATIONS")
    play.passive("h;s", 0)
    play.messages()
    play.passive("h;s", 2)
    play.command("ENABLE_NOTIFICATIONS")
    play.after(600)
    assert play.messages() == []
    play.passive("h;s", 0)
    play.after(61)
    assert play.messages() == [("admin", "RECOVERY")]


def test_nobody_is_owed_an_end_they_do_not_want() -> None:
    play = Playbook(site_of({"service_notification_options": ("c",)}))
    play.passive("h;s", 2)
    play.passive("h;s", 0)
    assert play.messages() == [("ann", "PROBLEM")]
    assert play.item("h;s").state.recovery_owed_to == ()


def test_an_object_that_never_tells_of_ends_owes_none() -> None:
    play = Playbook(service(notification_options=("c",)))
    play.passive("h;s", 2)
    play.passive("h;s", 0)
    assert play.item("h;s").state.recovery_owed_to == ()


def test_an_end_while_the_object_flaps_is_told_by_the_end_of_the_flapping_or_after_it() -> None:
    flapping = {"flap_detection_options": ("o", "c"), "notification_options": ("c", "r", "f")}
    site = service(contacts=("admin", "ann"), **flapping).contact("ann", **quiet_options())
    play = Playbook(site)
    for number in range(19):
        play.passive("h;s", 0 if number % 2 else 2)
    play.passive("h;s", 2)
    assert play.item("h;s").state.is_flapping
    play.messages()
    for _ in range(30):
        play.passive("h;s", 0)
    play.after(400)
    assert play.messages() == [("admin", "FLAPPINGSTOP"), ("ann", "RECOVERY")]


def test_a_service_that_recovers_while_its_host_is_down_is_told_at_once() -> None:
    play = Playbook(service())
    play.passive("h;s", 2)
    play.passive("h", 2)
    play.messages()
    play.passive("h;s", 0)
    assert play.messages() == [("admin", "RECOVERY")]
