"""Somebody asks why: the engine says how an object is, who was told, who was not, and what comes next."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from alignak.base.errors import RefusedError
from alignak.engine.notices import KEPT, MOST_NAMES
from alignak.messages.explanations import ContactExplanation, ObjectExplanation
from alignak.model.relations import Escalation
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import ACTIVE, PASSIVE, Site

EVENING = MONDAY_NOON + 8 * 3600


def site(**policy: object) -> Site:
    return Site().host("h", **PASSIVE).service("h", "s", **PASSIVE, **policy)


def explained(play: Playbook, name: str = "h/s") -> ObjectExplanation:
    found = play.engine.explain(name, play.clock.now())
    assert isinstance(found, ObjectExplanation)
    return found


def of_contact(play: Playbook, name: str) -> ContactExplanation:
    found = play.engine.explain(f"contact/{name}", play.clock.now())
    assert isinstance(found, ContactExplanation)
    return found


def chosen(play: Playbook, name: str = "h/s") -> set[str]:
    """Return who would be told if a notification were due now."""
    return {each.contact for each in explained(play, name).now.contacts if each.would_be_told}


# Why it is in this state


def test_what_was_never_checked_is_taken_to_be_well() -> None:
    found = explained(Playbook(site()))
    assert (found.state, found.result.source) == ("OK", "none")
    assert found.reasons[0] == "no result has come yet: it is taken for OK"
    assert "active_checks_enabled is 0" in found.reasons[-1]


def test_it_says_whether_a_check_a_passive_result_or_silence_made_the_state() -> None:
    play = Playbook(Site().host("h", **PASSIVE).service("h", "s", **ACTIVE))
    play.check("h;s", 2, "boom|t=3")
    found = explained(play)
    assert (found.result.source, found.result.command, found.result.exit_code) == ("active", "check", 2)
    assert (found.result.output, found.result.perf_data) == ("boom", "t=3")
    play.passive("h;s", 1, "said so")
    assert explained(play).result.source == "passive"
    play.check("h;s", 0)
    assert explained(play).result.source == "active"


def test_an_object_nobody_heard_of_says_so() -> None:
    play = Playbook(
        Site(check_service_freshness=True)
        .host("h", **PASSIVE)
        .service("h", "s", **PASSIVE, check_freshness=True, freshness_threshold=60, freshness_state="c")
    )
    assert [each.what for each in explained(play).coming] == ["freshness"]
    play.after(600)
    found = explained(play)
    assert (found.state, found.result.source) == ("CRITICAL", "freshness")
    assert "more than 60 s" in found.reasons[0]


def test_a_soft_problem_says_how_many_attempts_remain() -> None:
    play = Playbook(site(max_check_attempts=3))
    play.passive("h;s", 2)
    found = explained(play)
    assert (found.state_type, found.attempt, found.max_attempts) == ("SOFT", 1, 3)
    assert any(each.startswith("attempt 1 of 3") for each in found.reasons)
    assert [each.stage for each in found.now.hindrances] == ["soft"]


def test_a_service_behind_a_dead_host_names_it() -> None:
    play = Playbook(Site().host("h", **ACTIVE).service("h", "s", **ACTIVE))
    play.check("h", 2)
    play.outcome("h;s", 2) if play.is_running("h;s") else play.check("h;s", 2)
    found = explained(play)
    assert found.state == "UNREACHABLE"
    assert [(each.name, each.how, each.state) for each in found.above] == [("h", "host", "DOWN")]
    assert any("h" in each for each in (*found.problems, *found.reasons))
    assert [(each.name, each.how) for each in explained(play, "h").below] == [("h/s", "service")]


def test_parents_and_dependencies_are_named_with_their_criteria() -> None:
    site = Site().host("router", **ACTIVE).host("h", parents=("router",), **ACTIVE).host("san", **ACTIVE)
    site.depends("h", "san", execution_criteria=("d",), notification_criteria=("d", "u"))
    play = Playbook(site)
    above = {each.name: each for each in explained(play, "host/h").above}
    assert above["router"].how == "parent"
    assert above["san"].how == "master"
    assert above["san"].remark == "not checked while it is in d, not told of in d,u"


def test_flapping_is_told_in_percent() -> None:
    play = Playbook(
        Site(flap_history=20)
        .host("h", **PASSIVE)
        .service("h", "s", **PASSIVE, flap_detection_options=("o", "c"), flap_detection_enabled=True)
    )
    for number in range(22):
        play.passive("h;s", 2 * (number % 2))
    flapping = explained(play).flapping
    assert flapping.is_watched
    assert flapping.is_flapping
    assert flapping.percent > flapping.high


# Who was told, who was not


def test_who_was_told_when_by_which_way_and_with_which_number_is_remembered() -> None:
    play = Playbook(site(notification_interval=10))
    play.passive("h;s", 2)
    play.after(601)
    play.passive("h;s", 0)
    found = explained(play).notifications
    assert [(each.type, each.number, each.state) for each in found] == [
        ("RECOVERY", 0, "OK"),
        ("PROBLEM", 2, "CRITICAL"),
        ("PROBLEM", 1, "CRITICAL"),
    ]
    assert [(each.told[0].contact, each.told[0].way) for each in found] == [("admin", "admin_way")] * 3
    assert found[2].at == MONDAY_NOON


def test_for_each_who_was_not_told_the_stage_and_its_end_are_named() -> None:
    site_ = site(contacts=("admin", "bob", "eve"), notification_interval=10)
    site_.contact("bob", service_notification_period="workhours").contact("eve", service=False)
    play = Playbook(site_, EVENING)
    play.passive("h;s", 2)
    (notice,) = explained(play).notifications
    assert [each.contact for each in notice.told] == ["admin"]
    assert {each.contact: (each.stage, each.until) for each in notice.not_told} == {
        "bob": ("way period", EVENING + 13 * 3600),
        "eve": ("contact", 0.0),
    }


def test_what_reached_nobody_is_remembered_once_however_often_it_was_tried() -> None:
    play = Playbook(site(notification_interval=10, notification_options=("r",)))
    play.passive("h;s", 2)
    play.after(3_000)
    (notice,) = explained(play).notifications
    assert (notice.told, notice.times) == ((), 6)
    assert notice.at == MONDAY_NOON + 3_000
    assert [each.stage for each in notice.not_told] == ["options"]


def test_only_the_last_notifications_are_kept_and_not_too_many_names() -> None:
    names = tuple(f"c{number}" for number in range(MOST_NAMES + 5))
    site_ = site(notification_interval=1, contacts=names)
    for name in names:
        site_.contact(name)
    play = Playbook(site_)
    play.passive("h;s", 2)
    play.after(60 * (KEPT + 5))
    found = explained(play).notifications
    assert len(found) == KEPT
    assert all(len(each.told) == MOST_NAMES for each in found)


def test_a_restart_forgets_nobody() -> None:
    play = Playbook(site(notification_interval=10))
    play.passive("h;s", 2)
    before = explained(play).notifications
    play.restart(away=30)
    assert explained(play).notifications == before
    assert explained(play).result.source == "passive"


# Who would be told now


def test_whoever_would_be_told_is_told_when_the_time_comes() -> None:
    """The answer is that of the real stages, whatever keeps whom back (engine.md 4.8)."""
    site_ = site(contacts=("admin", "bob", "eve", "joe"), notification_interval=60)
    site_.contact("bob", service_notification_options=("r",)).contact("eve", min_business_impact=5)
    site_.contact("joe", service_notification_period="workhours")
    site_.others["escalations"] = (
        Escalation("late", first_notification=3, last_notification=4, options=("c",), contacts=("joe", "boss")),
    )
    site_.contact("boss")
    site_.services = [replace(each, escalations=("late",)) for each in site_.services]
    play = Playbook(site_, MONDAY_NOON + 600)
    assert chosen(play) == {"admin", "joe"}, "supposed, as there is no problem yet"
    play.passive("h;s", 2)
    told = {name for name, _ in play.told()}
    assert told == {"admin", "joe"}
    for _ in range(8):
        play.after(3_600 - 1)
        expected = chosen(play)
        play.after(1)
        assert {name for name, _ in play.told()} == expected


def test_nobody_is_chosen_in_a_downtime_and_the_reason_says_until_when() -> None:
    play = Playbook(site(notification_interval=10))
    play.passive("h;s", 2)
    now = int(play.clock.now().wall)
    play.command(f"SCHEDULE_SVC_DOWNTIME;h;s;{now};{now + 600};1;0;0;bob;work")
    found = explained(play)
    assert [(each.stage, each.until) for each in found.now.hindrances] == [("downtime", now + 600)]
    assert [each.would_be_told for each in found.now.contacts] == [False]
    (silence,) = found.silences
    assert (silence.what, silence.author, silence.comment, silence.end) == ("downtime", "bob", "work", now + 600)
    assert ("downtime end", now + 600) in [(each.what, each.at) for each in found.coming]


def test_every_reason_is_named_and_not_only_the_first() -> None:
    play = Playbook(site(notification_interval=10, notification_period="workhours"), EVENING)
    play.passive("h;s", 2)
    play.command("ACKNOWLEDGE_SVC_PROBLEM;h;s;2;0;0;bob;mine")
    play.command("DISABLE_SVC_NOTIFICATIONS;h;s")
    assert [each.stage for each in explained(play).now.hindrances] == ["disabled", "period", "acknowledged"]


def test_an_acknowledgement_is_shown_with_its_end() -> None:
    play = Playbook(site())
    play.passive("h;s", 2)
    end = int(play.clock.now().wall) + 900
    play.command(f"ACKNOWLEDGE_SVC_PROBLEM_EXPIRE;h;s;2;0;0;{end};bob;mine")
    found = explained(play)
    assert [(each.what, each.end, each.remark) for each in found.silences] == [("acknowledgement", end, "sticky")]
    assert ("acknowledgement end", end) in [(each.what, each.at) for each in found.coming]


def test_an_end_that_could_not_be_told_is_what_is_due() -> None:
    play = Playbook(site(notification_interval=10))
    play.passive("h;s", 2)
    now = int(play.clock.now().wall)
    play.command(f"SCHEDULE_SVC_DOWNTIME;h;s;{now};{now + 600};1;0;0;bob;work")
    play.passive("h;s", 0)
    found = explained(play)
    assert found.now.type == "RECOVERY"
    assert [each.contact for each in found.now.contacts] == ["admin"]
    assert "recovery" in [each.what for each in found.coming]


# What comes next


def test_checks_and_notifications_that_come_are_named_in_their_order() -> None:
    play = Playbook(Site().host("h", **PASSIVE).service("h", "s", **ACTIVE, notification_interval=5))
    play.check("h;s", 2)
    found = explained(play)
    assert [each.what for each in found.coming] == ["check", "notification"]
    assert [each.text for each in found.coming] == ["the next check", "notification 2 is due"]
    assert found.coming[1].at == pytest.approx(play.clock.now().wall + 300)


def test_escalations_that_come_are_named_with_when() -> None:
    site_ = site(notification_interval=10, escalations=("late", "later")).contact("boss")
    site_.others["escalations"] = (
        Escalation("late", first_notification=3, last_notification=0, options=("c",), contacts=("boss",)),
        Escalation(
            "later",
            first_notification_time=45,
            is_time_based=True,
            options=("c",),
            contacts=("boss",),
        ),
    )
    play = Playbook(site_)
    play.passive("h;s", 2)
    coming = {each.text: each.at for each in explained(play).coming if each.what == "escalation"}
    assert coming == {
        "escalation late (boss) begins with notification 3": MONDAY_NOON + 1_200,
        "escalation later (boss) begins": MONDAY_NOON + 2_700,
    }
    play.after(1_201)
    notice = explained(play).notifications[0]
    assert (notice.is_escalated, [each.contact for each in notice.told]) == (True, ["boss"])
    replaced = {each.contact: [one.stage for one in each.hindrances] for each in explained(play).now.contacts}
    assert replaced == {"boss": [], "admin": ["escalation"]}


def test_a_check_under_way_says_when_it_is_stopped() -> None:
    play = Playbook(Site().host("h", **PASSIVE).service("h", "s", **ACTIVE))
    play.until_checked("h;s")
    assert "result" in [each.what for each in explained(play).coming]


def test_flexible_downtimes_say_what_they_wait_for() -> None:
    play = Playbook(site())
    now = int(play.clock.now().wall)
    play.command(f"SCHEDULE_SVC_DOWNTIME;h;s;{now};{now + 600};0;0;120;bob;maybe")
    (coming,) = explained(play).coming
    assert (coming.at, coming.what) == (now + 600, "downtime")
    assert "begins with a hard problem" in coming.text


def test_downtimes_that_recur_are_shown_ahead() -> None:
    play = Playbook(site())
    play.command("SCHEDULE_RECURRING_SVC_DOWNTIME;h;s;daily;22:00;3600;UTC;me;backup")
    coming = [each for each in explained(play).coming if each.what == "downtime start"]
    assert [each.at for each in coming] == [MONDAY_NOON + 36_000 + 86_400 * day for day in range(3)]
    assert "lasts 3600 s" in coming[0].text


# Contacts


def test_a_contact_says_what_it_knows_and_what_it_cannot_be_told() -> None:
    site_ = site(contacts=("admin", "bob"), notification_interval=10)
    site_.contact("bob", service_notification_period="workhours")
    play = Playbook(site_)
    play.passive("h;s", 2)
    found = of_contact(play, "bob")
    assert (found.hosts, found.services) == (0, 1)
    assert [each.name for each in found.knows] == ["h/s"]
    assert [(each.object, each.type, each.number) for each in found.notifications] == [("h/s", "PROBLEM", 1)]
    way = next(each for each in found.ways if each.kind == "service")
    assert (way.period, way.is_open, way.changes_at) == ("workhours", True, MONDAY_NOON + 5 * 3600)
    play.command("DISABLE_CONTACT_SVC_NOTIFICATIONS;bob")
    now = int(play.clock.now().wall)
    play.command(f"SCHEDULE_CONTACT_DOWNTIME;bob;{now};{now + 600};bob;holidays")
    found = of_contact(play, "bob")
    assert [(each.stage, each.until) for each in found.hindrances] == [
        ("contact", 0.0),
        ("contact downtime", now + 600),
    ]
    assert [each.comment for each in found.silences] == ["holidays"]
    assert [each.what for each in found.coming] == ["contact downtime"]


def test_messages_that_wait_to_be_sent_as_one_are_told_of_on_both_sides() -> None:
    play = Playbook(site(contacts=("bob",)).contact("bob", group_window=120))
    play.passive("h;s", 2)
    at = play.clock.now().wall + 120
    assert ("grouped notification", at) in [(each.what, each.at) for each in explained(play).coming]
    assert [(each.what, each.at) for each in of_contact(play, "bob").coming] == [("grouped notification", at)]


# Names


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("h", "h"),
        ("host/h", "h"),
        ("h/s", "h/s"),
        ("h;s", "h/s"),
        ("service/h/s", "h/s"),
        ("contact/admin", "admin"),
        ("admin", "admin"),
        ("h/a/b", "h/a/b"),
        ("service/h/a/b", "h/a/b"),
    ],
)
def test_objects_are_named_with_or_without_their_type(name: str, found: str) -> None:
    play = Playbook(site().service("h", "a/b", **PASSIVE))
    assert play.engine.explain(name, play.clock.now()).name == found


@pytest.mark.parametrize("name", ["", "x", "host/x", "h/x", "service/h", "contact/x", "contact/", "/", "h/", ";"])
def test_a_name_of_nothing_is_refused_with_how_to_name_things(name: str) -> None:
    play = Playbook(site())
    with pytest.raises(RefusedError, match="web-1/http"):
        play.engine.explain(name, play.clock.now())
