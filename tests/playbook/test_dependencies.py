"""Who may be what really failed: masters of hosts and services, besides hosts and parents (engine.md 4.4)."""

from __future__ import annotations

import pytest

from alignak.model.timeperiods import Timeperiod
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import ACTIVE, PASSIVE, Site

FAILS = ("w", "u", "c")


def services(**how: object) -> Site:
    """Return a site where ``h;web`` depends on ``h;db``; nobody asks anybody."""
    site = Site().host("h", **PASSIVE).service("h", "web", **PASSIVE).service("h", "db", **PASSIVE)
    return site.depends("h;web", "h;db", **how)


def why(play: Playbook, key: str = "h;web") -> list[tuple[str, str]]:
    return [(veto.stage, veto.reason) for veto in play.item(key).vetoes]


# Who is told (engine.md 4.4, "Actions enabled only if")


def test_nobody_is_told_of_what_depends_on_something_that_failed_and_the_reason_names_it() -> None:
    """engine.md 4.4 "actions enabled"."""
    play = Playbook(services(notification_criteria=FAILS))
    play.passive("h;db", 1, "slow")
    play.told()
    assert play.passive("h;web", 2, "bad")[0] == "SERVICE ALERT: h;web;CRITICAL;HARD;1;bad"
    assert play.told() == []
    assert why(play) == [("dependency", "it depends on h/db, which is WARNING")]


def test_who_was_spared_a_notification_gets_it_when_the_other_recovered_and_the_problem_is_still_there() -> None:
    play = Playbook(services(notification_criteria=FAILS))
    play.passive("h;db", 2)
    play.passive("h;web", 2)
    play.passive("h;db", 0)
    play.told()
    play.passive("h;web", 2)
    assert play.told() == [("admin", "notify-service")]


def test_an_end_that_was_announced_is_told_whatever_failed_meanwhile() -> None:
    play = Playbook(services(notification_criteria=FAILS))
    play.passive("h;web", 1)
    play.passive("h;db", 2)
    play.messages()
    play.passive("h;web", 0)
    assert play.messages() == [("admin", "RECOVERY")]


@pytest.mark.parametrize(
    ("criteria", "code", "is_told"), [(("c",), 1, True), (("w",), 1, False), (("n",), 2, True), (("o",), 0, False)]
)
def test_only_the_states_named_count_and_n_is_never(criteria: tuple[str, ...], code: int, is_told: bool) -> None:
    play = Playbook(services(notification_criteria=criteria))
    play.passive("h;db", code)
    play.told()
    play.passive("h;web", 2)
    assert bool(play.told()) is is_told


def test_what_was_never_checked_is_pending() -> None:
    play = Playbook(services(notification_criteria=("p",)))
    play.passive("h;web", 2)
    assert why(play) == [("dependency", "it depends on h/db, which is OK")]


@pytest.mark.parametrize("counts", [True, False])
def test_a_soft_state_counts_only_when_that_is_wanted(counts: bool) -> None:
    site = Site(soft_state_dependencies=counts).host("h", **PASSIVE).service("h", "web", **PASSIVE)
    site.service("h", "db", max_check_attempts=3, **PASSIVE).depends("h;web", "h;db", notification_criteria=FAILS)
    play = Playbook(site)
    play.passive("h;db", 2)
    play.passive("h;web", 2)
    assert bool(play.told()) is not counts


def test_a_dependency_counts_in_its_period_alone() -> None:
    play = Playbook(services(notification_criteria=FAILS, period="workhours"), MONDAY_NOON + 8 * 3600)
    play.passive("h;db", 2)
    play.told()
    play.passive("h;web", 2)
    assert play.told() == [("admin", "notify-service")]


@pytest.mark.parametrize("inherits", [True, False])
def test_what_the_other_depends_on_counts_where_that_is_inherited(inherits: bool) -> None:
    site = services(notification_criteria=FAILS, inherits_parent=inherits).service("h", "disk", **PASSIVE)
    site.depends("h;db", "h;disk", notification_criteria=("c",))
    play = Playbook(site)
    play.passive("h;disk", 2)
    play.told()
    play.passive("h;web", 2)
    assert bool(play.told()) is not inherits


def test_nobody_is_told_of_a_service_whose_host_depends_on_a_host_that_is_down() -> None:
    site = Site(enable_problem_impacts_states_change=False).host("san", **PASSIVE).host("h", **PASSIVE)
    site.service("h", "s", **PASSIVE)
    play = Playbook(site.depends("h", "san", notification_criteria=("d", "x")))
    play.passive("san", 2)
    play.told()
    play.passive("h;s", 2)
    assert play.told() == []
    assert why(play, "h;s") == [("dependency", "it depends on san, which is DOWN")]


def test_nobody_is_told_of_a_host_all_of_whose_parents_are_down() -> None:
    site = Site().host("r1", **ACTIVE).host("r2", **ACTIVE).host("h", parents=("r1", "r2"), **PASSIVE)
    play = Playbook(site)
    for router in ("r1", "r2"):
        play.check(router, 2)
    play.told()
    assert play.passive("h", 2) == ["HOST ALERT: h;UNREACHABLE;HARD;1;"]
    assert play.told() == []
    assert why(play, "h") == [("dependency", "it depends on r1, which is DOWN, r2, which is DOWN")]


# What is checked (engine.md 4.4 and 4.2, check dependencies)


def checked(**how: object) -> Playbook:
    site = Site().host("h", **PASSIVE).service("h", "web", **ACTIVE).service("h", "db", **PASSIVE)
    return Playbook(site.depends("h;web", "h;db", **how))


def test_what_depends_on_something_that_failed_is_not_checked_until_that_is_over() -> None:
    """engine.md 4.2 "check dependencies"."""
    play = checked(execution_criteria=("c",))
    play.until_checked("h;web")
    play.outcome("h;web", 0)
    play.passive("h;db", 2)
    play.checks.clear()
    play.after(600)
    assert not play.checks
    assert play.item("h;web").state.next_chk > play.clock.now().wall
    play.passive("h;db", 0)
    assert play.until_checked("h;web") <= 60


def test_a_check_somebody_forces_is_run_all_the_same() -> None:
    play = checked(execution_criteria=("c",))
    play.passive("h;db", 2)
    play.command(f"SCHEDULE_FORCED_SVC_CHECK;h;web;{MONDAY_NOON:.0f}")
    play.after(1)
    assert play.is_running("h;web")


def test_what_is_not_to_be_checked_is_not_waited_for() -> None:
    site = Site().host("h", **PASSIVE).service("h", "web", **PASSIVE).service("h", "db", **ACTIVE)
    site.service("h", "disk", **PASSIVE)
    site.depends("h;web", "h;db", notification_criteria=FAILS).depends("h;db", "h;disk", execution_criteria=("c",))
    play = Playbook(site)
    play.passive("h;disk", 2)
    assert play.passive("h;web", 2, "bad")[0] == "SERVICE ALERT: h;web;CRITICAL;HARD;1;bad"


# Asking before a problem is believed


def test_a_problem_waits_until_what_it_depends_on_was_checked() -> None:
    """engine.md 4.4 "wait_dependent"."""
    site = Site().host("h", **PASSIVE).service("h", "web", **PASSIVE).service("h", "db", **ACTIVE)
    play = Playbook(site.depends("h;web", "h;db", notification_criteria=FAILS))
    assert play.passive("h;web", 2, "bad") == []
    assert play.is_running("h;db")
    assert play.outcome("h;db", 0) == [
        "SERVICE ALERT: h;web;CRITICAL;HARD;1;bad",
        "SERVICE NOTIFICATION: admin;h;web;CRITICAL;1;notify-service;bad",
    ]


def test_an_answer_within_the_horizon_is_good_enough() -> None:
    site = Site(cached_service_check_horizon=30).host("h", **PASSIVE).service("h", "web", **PASSIVE)
    play = Playbook(site.service("h", "db", **ACTIVE).depends("h;web", "h;db", notification_criteria=FAILS))
    play.check("h;db", 0)
    assert play.passive("h;web", 2, "bad")[0] == "SERVICE ALERT: h;web;CRITICAL;HARD;1;bad"


def test_what_depends_on_bad_things_alone_is_unreachable() -> None:
    """engine.md 4.4 "UNREACHABLE"."""
    site = Site().host("h", **PASSIVE).service("h", "web", **PASSIVE).service("h", "db", **ACTIVE)
    play = Playbook(site.depends("h;web", "h;db", notification_criteria=FAILS))
    play.passive("h;web", 2, "bad")
    assert play.outcome("h;db", 2, "gone")[-1] == "SERVICE ALERT: h;web;UNREACHABLE;HARD;1;bad"
    assert [contact for contact, _ in play.told()] == ["admin"]


def test_a_living_host_is_a_reason_to_believe_a_service_whatever_else_it_depends_on() -> None:
    site = Site(cached_host_check_horizon=600).host("h", **ACTIVE).service("h", "web", **PASSIVE)
    play = Playbook(site.service("h", "db", **PASSIVE).depends("h;web", "h;db", notification_criteria=FAILS))
    play.check("h", 0)
    play.passive("h;db", 2)
    assert play.passive("h;web", 2, "bad")[0] == "SERVICE ALERT: h;web;CRITICAL;HARD;1;bad"
    assert why(play) == [("dependency", "it depends on h/db, which is CRITICAL")]


def test_passive_parents_and_hosts_are_no_reason_of_anything() -> None:
    """engine.md 4.4 "passive-only parents"."""
    site = Site().host("r", **PASSIVE).host("h", parents=("r",), **PASSIVE).service("h", "s", **PASSIVE)
    play = Playbook(site)
    play.passive("r", 2)
    assert play.passive("h", 2)[0] == "HOST ALERT: h;DOWN;HARD;1;"
    assert play.passive("h;s", 2)[0] == "SERVICE ALERT: h;s;CRITICAL;HARD;1;"


# Reloading


def test_a_dependency_that_comes_with_a_reload_counts_from_then_on() -> None:
    site = Site().host("h", **PASSIVE).service("h", "web", **PASSIVE).service("h", "db", **PASSIVE)
    play = Playbook(site)
    play.passive("h;db", 2)
    play.told()
    play.reconfigure(site.depends("h;web", "h;db", notification_criteria=FAILS).part())
    play.passive("h;web", 2)
    assert play.told() == []
    site.dependencies.clear()
    play.reconfigure(site.part())
    play.passive("h;web", 2)
    assert play.told() == [("admin", "notify-service")]


def test_the_old_clients_see_who_depends_on_whom() -> None:
    play = Playbook(services(notification_criteria=FAILS, execution_criteria=("c",)))
    play.command("ADD_SVC_COMMENT;h;web;0;me;see")
    (brok,) = play.broks("update_service_status")
    assert brok.data["parent_dependencies"] == ["h", "h;db"]
    assert play.item("h;db").dependents == (play.item("h;web"),)


def test_a_period_that_is_never_open_makes_a_dependency_that_never_counts() -> None:
    site = services(notification_criteria=FAILS, period="never")
    site.periods.append(Timeperiod("never"))
    play = Playbook(site)
    play.passive("h;db", 2)
    play.told()
    play.passive("h;web", 2)
    assert play.told() == [("admin", "notify-service")]
