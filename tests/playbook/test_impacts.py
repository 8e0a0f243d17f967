"""What is a problem of its own, and what merely suffers from one (engine.md 4.5)."""

from __future__ import annotations

from alignak.engine import attributes, views
from tests.support.playbook import Playbook
from tests.support.sites import ACTIVE, PASSIVE, Site


def site(**settings: object) -> Site:
    """Return a router, a host behind it and its two services; the hosts are checked."""
    routed = Site(cached_host_check_horizon=100_000, **settings).host("r", max_check_attempts=2, **ACTIVE)
    routed.host("h", parents=("r",), **ACTIVE)
    return routed.service("h", "s", business_impact=5, **PASSIVE).service("h", "t", **PASSIVE)


def said(play: Playbook, key: str, code: int, output: str = "") -> list[str]:
    """Have the next check of a host say something."""
    if not play.is_running(key):
        play.until_checked(key)
    return play.outcome(key, code, output)


def dead() -> Playbook:
    """Return a playbook in which the host of two services has just died."""
    play = Playbook(site())
    said(play, "r", 0)
    said(play, "h", 0)
    play.passive("h;s", 0, "fine")
    play.passive("h;t", 0, "fine")
    said(play, "h", 2, "dead")
    return play


def states(play: Playbook) -> list[str]:
    return [play.item(key).state.state for key in ("r", "h", "h;s", "h;t")]


def sources(play: Playbook, key: str) -> list[str]:
    return [each.key for each in play.item(key).sources]


def test_what_is_on_a_dead_host_suffers_from_it_and_is_unreachable_without_a_word() -> None:
    """engine.md 4.5 "is_problem", "states change"."""
    play = dead()
    assert states(play) == ["UP", "DOWN", "UNREACHABLE", "UNREACHABLE"]
    assert [len(play.broks(type_)) for type_ in ("monitoring_log", "update_service_status")] == [2, 2]
    data = play.broks("update_service_status")[0].data
    assert (data["is_problem"], data["is_impact"], data["source_problems"]) == (False, True, ["h"])
    assert data["state"] == "UNREACHABLE"
    host = views.historical(play.engine.world, play.item("h"))
    assert (host["is_problem"], host["is_impact"], host["impacts"]) == (True, False, ["h;s", "h;t"])
    assert list(views.monitoring_problems(play.engine.world)) == ["h"]


def test_what_nobody_said_to_be_bad_is_as_before_when_the_host_is_back() -> None:
    play = dead()
    assert said(play, "h", 0, "up")[0] == "HOST ALERT: h;UP;HARD;1;up"
    assert states(play) == ["UP", "UP", "OK", "OK"]
    assert [sources(play, key) for key in ("h;s", "h;t")] == [[], []]
    assert play.passive("h;s", 0, "fine") == []


def test_a_result_that_comes_meanwhile_counts() -> None:
    """engine.md 4.5 "states change"."""
    play = dead()
    assert play.passive("h;s", 0, "fine") == []
    assert states(play) == ["UP", "DOWN", "OK", "UNREACHABLE"]
    assert play.passive("h;t", 2, "bad") == ["SERVICE ALERT: h;t;UNREACHABLE;HARD;1;bad"]
    said(play, "h", 0)
    assert states(play) == ["UP", "UP", "OK", "UNREACHABLE"]


def test_a_known_problem_of_a_service_comes_back_with_its_host() -> None:
    play = Playbook(site())
    said(play, "r", 0)
    said(play, "h", 0)
    play.passive("h;s", 2, "bad")
    play.told()
    said(play, "h", 2)
    assert states(play)[2] == "UNREACHABLE"
    said(play, "h", 0)
    assert states(play)[2] == "CRITICAL"
    assert play.passive("h;s", 0, "fine")[0] == "SERVICE ALERT: h;s;OK;HARD;1;fine"


def test_a_soft_problem_is_nobodys_fault_yet() -> None:
    play = Playbook(site())
    said(play, "h", 0)
    said(play, "r", 2)
    assert play.item("r").state.state_type.value == "SOFT"
    assert not play.item("r").is_source
    assert states(play)[1] == "UP"


def test_all_that_is_behind_a_dead_router_suffers_from_the_router_alone() -> None:
    play = Playbook(site())
    said(play, "h", 0)
    said(play, "r", 2)
    said(play, "r", 2)
    assert states(play) == ["DOWN", "UNREACHABLE", "UNREACHABLE", "UNREACHABLE"]
    assert [sources(play, key) for key in ("h", "h;s", "h;t")] == [["r"]] * 3
    assert said(play, "h", 2) == ["HOST ALERT: h;UNREACHABLE;HARD;1;"]
    assert not play.item("h").is_source
    said(play, "r", 0)
    assert [sources(play, key) for key in ("h", "h;s")] == [[], ["h"]]
    said(play, "h", 0)
    assert states(play) == ["UP", "UP", "PENDING", "PENDING"]


def test_a_host_with_a_living_parent_suffers_from_none() -> None:
    play = Playbook(Site().host("a", **ACTIVE).host("b", **ACTIVE).host("h", parents=("a", "b"), **PASSIVE))
    said(play, "a", 2)
    assert play.item("h").state.state == "PENDING"
    said(play, "b", 2)
    assert sources(play, "h") == ["a", "b"]
    said(play, "a", 0)
    assert sources(play, "h") == []
    assert play.item("h").state.state == "PENDING"


def test_a_dependent_suffers_from_its_master_and_what_depends_on_it_does_too() -> None:
    chain = Site().host("h", **PASSIVE)
    for name in ("disk", "db", "web"):
        chain.service("h", name, **PASSIVE)
    chain.depends("h;db", "h;disk", notification_criteria=("c", "u"))
    chain.depends("h;web", "h;db", notification_criteria=("c", "u"))
    play = Playbook(chain)
    play.passive("h;disk", 2)
    assert [sources(play, key) for key in ("h;db", "h;web")] == [["h;disk"], ["h;disk"]]
    play.passive("h;disk", 1)
    assert [play.item(key).state.state for key in ("h;db", "h;web")] == ["PENDING", "PENDING"]


def test_states_stay_as_they_are_when_that_is_wanted() -> None:
    play = Playbook(site(enable_problem_impacts_states_change=False))
    said(play, "h", 0)
    said(play, "r", 0)
    said(play, "h", 2)
    assert states(play) == ["UP", "DOWN", "PENDING", "PENDING"]
    assert sources(play, "h;s") == ["h"]


def test_a_problem_matters_as_much_as_what_suffers_from_it() -> None:
    """engine.md 4.5 "business_impact"."""
    play = dead()
    assert attributes.business_impact(play.item("h")) == 5
    said(play, "h", 0)
    assert attributes.business_impact(play.item("h")) == 2


def test_who_wants_to_know_of_great_impact_alone_is_told_of_the_host_of_a_great_service() -> None:
    great = Site().contact("boss", min_business_impact=5)
    great.host("h", contacts=("boss",), notification_interval=1, **ACTIVE).service(
        "h", "s", business_impact=5, **PASSIVE
    )
    play = Playbook(great)
    said(play, "h", 2)
    assert play.told() == [("boss", "notify-host")]


def test_what_suffers_is_not_acknowledged_as_it_is_no_problem() -> None:
    play = dead()
    assert "there is no problem" in play.refused("ACKNOWLEDGE_SVC_PROBLEM;h;s;2;1;0;me;seen")
    lines = play.command("ACKNOWLEDGE_HOST_PROBLEM;h;2;0;0;me;seen")
    assert [line.split(":")[0] for line in lines] == ["HOST ACKNOWLEDGE ALERT"]


def test_an_output_for_what_suffers_does_not_make_it_bad() -> None:
    play = dead()
    play.command("PROCESS_SERVICE_OUTPUT;h;s;still here")
    assert play.item("h;s").state.state == "OK"


def test_who_suffers_is_known_after_a_restart_and_is_as_before_in_the_end() -> None:
    play = dead()
    play.passive("h;s", 0, "fine")
    play.restart()
    assert [sources(play, key) for key in ("h;s", "h;t")] == [["h"], ["h"]]
    assert states(play) == ["UP", "DOWN", "OK", "UNREACHABLE"]
    said(play, "h", 0)
    assert states(play) == ["UP", "UP", "OK", "OK"]


def test_what_suffered_from_a_host_that_is_taken_out_is_as_before() -> None:
    routed = site()
    play = Playbook(routed)
    said(play, "h", 0)
    said(play, "r", 2)
    said(play, "r", 2)
    assert states(play)[1] == "UNREACHABLE"
    play.reconfigure(routed.without("r"))
    assert play.item("h").state.state == "UP"


def test_a_business_rule_suffers_from_its_leaves_and_keeps_its_state() -> None:
    ruled = Site().host("h", **PASSIVE).service("h", "a", **PASSIVE).service("h", "b", **PASSIVE)
    play = Playbook(
        ruled.rule("h", "either", "h,a | h,b", check_interval=1).rule("h", "both", "h,a & h,b", check_interval=1)
    )
    play.passive("h;a", 0)
    play.passive("h;b", 0)
    play.passive("h;a", 2)
    assert [play.item(key).state.state for key in ("h;either", "h;both")] == ["OK", "CRITICAL"]
    assert [sources(play, key) for key in ("h;either", "h;both")] == [[], ["h;a"]]
    assert play.item("h;both").is_source


def test_the_followers_are_told_what_became_a_problem_and_when_it_is_none_any_more() -> None:
    play = Playbook(Site().host("h", **PASSIVE).service("h", "s", **PASSIVE))
    for code, is_problem in ((2, True), (0, False)):
        play.passive("h;s", code)
        (brok,) = play.broks("update_service_status")
        assert brok.data["is_problem"] is is_problem
    play.passive("h;s", 0)
    assert play.broks("update_service_status") == []
