"""Who is told instead when a problem lasts (engine.md 4.8 "escalation")."""

from __future__ import annotations

from alignak.model.relations import Escalation
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import PASSIVE, Site

MINUTE = 60
OPTIONS = ("d", "x", "r", "w", "c")


def site(*escalations: Escalation, **policy: object) -> Site:
    """Return a service told every ten minutes, its escalations, and a boss and a director."""
    names = tuple(each.name for each in escalations)
    found = Site().host("h", **PASSIVE)
    found.service("h", "s", **{"notification_interval": 10, "escalations": names, **PASSIVE, **policy})
    found.contact("boss").contact("director")
    found.others["escalations"] = escalations
    return found


def by_number(name: str = "later", first: int = 3, last: int = 0, **more: object) -> Escalation:
    return Escalation(
        name, **{"options": OPTIONS, "contacts": ("boss",), **more}, first_notification=first, last_notification=last
    )  # type: ignore[arg-type]


def by_time(name: str = "late", first: int = 25, last: int = 0, **more: object) -> Escalation:
    given = {"options": OPTIONS, "contacts": ("boss",), "is_time_based": True, **more}
    return Escalation(name, first_notification_time=first, last_notification_time=last, **given)  # type: ignore[arg-type]


def told_by_number(play: Playbook, notifications: int) -> list[str]:
    """Return who each of the first notifications goes to."""
    play.passive("h;s", 2)
    found = [",".join(who for who, _ in play.messages())]
    for _ in range(notifications - 1):
        play.after(10 * MINUTE)
        found.append(",".join(who for who, _ in play.messages()))
    return found


def test_from_its_first_notification_on_the_contacts_of_the_escalation_are_told_instead() -> None:
    """engine.md 4.8 "escalation by number"."""
    assert told_by_number(Playbook(site(by_number())), 5) == ["admin", "admin", "boss", "boss", "boss"]


def test_after_its_last_notification_the_normal_contacts_are_told_again() -> None:
    assert told_by_number(Playbook(site(by_number(first=2, last=3))), 5) == ["admin", "boss", "boss", "admin", "admin"]


def test_the_contacts_of_all_escalations_in_force_are_told_each_once() -> None:
    both = by_number("all", first=3, contacts=("director", "boss"))
    assert told_by_number(Playbook(site(by_number("some", first=2), both)), 3) == ["admin", "boss", "boss,director"]


def test_an_escalation_is_for_the_states_of_its_options_alone() -> None:
    play = Playbook(site(by_number(first=1, options=("c",))))
    play.passive("h;s", 1)
    assert play.messages() == [("admin", "PROBLEM")]
    play.passive("h;s", 2)
    assert play.messages() == [("boss", "PROBLEM")]


def test_an_escalation_counts_within_its_period_alone() -> None:
    play = Playbook(site(by_number(first=1, period="workhours")), MONDAY_NOON + 4.9 * 3600)
    play.passive("h;s", 2)
    assert play.messages() == [("boss", "PROBLEM")]
    play.after(10 * MINUTE)
    assert play.messages() == [("admin", "PROBLEM")]


def test_the_end_is_told_to_everybody_who_was_told_of_the_problem_whoever_they_were() -> None:
    play = Playbook(site(by_number(first=2)))
    play.passive("h;s", 2)
    play.after(10 * MINUTE)
    assert play.messages() == [("admin", "PROBLEM"), ("boss", "PROBLEM")]
    play.restart()
    play.passive("h;s", 0)
    assert play.messages() == [("admin", "RECOVERY"), ("boss", "RECOVERY")]


def test_who_was_never_told_of_the_problem_hears_nothing_of_its_end() -> None:
    play = Playbook(site(by_number(first=1)))
    play.passive("h;s", 2)
    play.passive("h;s", 0)
    assert play.messages() == [("boss", "PROBLEM"), ("boss", "RECOVERY")]
    assert [(veto.stage, veto.contact) for veto in play.item("h;s").vetoes] == [("untold", "admin")]


def test_a_shorter_interval_of_an_escalation_in_force_counts_a_longer_one_does_not() -> None:
    play = Playbook(site(by_number(first=2, notification_interval=5), by_number("slow", notification_interval=60)))
    play.passive("h;s", 2)
    times = []
    for _ in range(4):
        before = play.clock.now().wall
        while not play.messages():
            play.after(MINUTE)
        times.append((play.clock.now().wall - before) / MINUTE)
    assert times == [0, 10, 5, 5]


def test_by_time_an_escalation_pulls_the_next_notification_to_its_first_moment() -> None:
    """engine.md 4.8 "escalation by time"."""
    play = Playbook(site(by_time(first=25)))
    play.passive("h;s", 2)
    play.after(20 * MINUTE)
    assert [who for who, _ in play.messages()] == ["admin"] * 3
    play.after(5 * MINUTE - 1)
    assert play.messages() == []
    play.after(1.5)
    assert play.messages() == [("boss", "PROBLEM")]
    assert play.item("h;s").state.current_notification_number == 4
    play.after(10 * MINUTE)
    assert play.messages() == [("boss", "PROBLEM")]


def test_by_time_it_ends_after_its_last_moment() -> None:
    play = Playbook(site(by_time(first=10, last=25)))
    assert told_by_number(play, 5) == ["admin", "boss", "boss", "admin", "admin"]


def test_a_problem_told_once_is_told_to_the_escalation_at_its_time_and_once() -> None:
    play = Playbook(
        site(by_time(first=25), by_time("latest", first=60, contacts=("director",)), notification_interval=0)
    )
    play.passive("h;s", 2)
    play.after(24 * MINUTE)
    assert play.messages() == [("admin", "PROBLEM")]
    play.after(2 * MINUTE)
    assert play.messages() == [("boss", "PROBLEM")]
    play.after(300 * MINUTE)
    assert play.messages() == [("director", "PROBLEM")]


def test_the_time_counts_from_the_hard_problem_and_not_anew_when_it_becomes_another_one() -> None:
    play = Playbook(site(by_time(first=25), max_check_attempts=2))
    play.passive("h;s", 1)
    play.after(20 * MINUTE)
    play.passive("h;s", 1)
    play.after(15 * MINUTE)
    play.passive("h;s", 2)
    assert {who for who, _ in play.messages()} == {"admin"}
    play.after(10.1 * MINUTE)
    assert play.messages()[-1] == ("boss", "PROBLEM")


def test_a_time_that_lies_outside_the_period_of_the_escalation_is_its_opening() -> None:
    evening = MONDAY_NOON + 8 * 3600
    play = Playbook(site(by_time(first=25, period="workhours"), notification_interval=0), evening)
    play.passive("h;s", 2)
    play.messages()
    play.after(13 * 3600 - 1)
    assert play.messages() == []
    play.after(2)
    assert play.messages() == [("boss", "PROBLEM")]


def test_the_acknowledgement_of_an_escalated_problem_goes_to_who_is_told_of_it_now() -> None:
    play = Playbook(site(by_number(first=1)))
    play.passive("h;s", 2)
    play.messages()
    play.command("ACKNOWLEDGE_SVC_PROBLEM;h;s;2;1;0;me;mine")
    assert play.messages() == [("boss", "ACKNOWLEDGEMENT")]


def test_macros_broks_and_the_log_know_an_escalated_notification() -> None:
    play = Playbook(site(by_number(first=2)))
    play.passive("h;s", 2, "bad")
    assert [each.data["escalated"] for each in play.broks("notification_raise")] == [False]
    lines = play.after(10 * MINUTE)
    assert lines == ["SERVICE NOTIFICATION: boss;h;s;CRITICAL;2;notify-service;bad"]
    (raised,) = play.broks("notification_raise")
    assert raised.data["escalated"] is True


def test_the_wall_clock_does_not_hasten_an_escalation() -> None:
    play = Playbook(site(by_time(first=25)))
    play.passive("h;s", 2)
    play.messages()
    play.step_wall(3600)
    play.after(15 * MINUTE)
    assert {who for who, _ in play.messages()} == {"admin"}
    play.after(11 * MINUTE)
    assert ("boss", "PROBLEM") in play.messages()


def test_a_host_that_cannot_be_reached_is_escalated_by_either_letter() -> None:
    for letter in ("x", "u"):
        found = site().contact("night")
        found.host("g", escalations=("later",), **PASSIVE)
        found.others["escalations"] = (by_number(first=1, options=(letter,)),)
        play = Playbook(found)
        play.passive("g", 4)
        assert play.messages() == [("boss", "PROBLEM")]
