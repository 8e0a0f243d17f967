"""What would follow if an object had some results, played on an engine of its own."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from alignak.base.errors import RefusedError
from alignak.base.ids import ObjectKey
from alignak.engine import simulation
from alignak.engine.retention import encode_item
from alignak.engine.simulation import Script, simulate
from alignak.engine.state import EngineState, ItemState
from alignak.engine.surroundings import around, cut_out, kept_states
from alignak.messages.simulations import Moment, Simulation
from alignak.model.objects import CommandCall, ObjectSet
from alignak.model.relations import Dependency, Escalation
from alignak.model.snapshot import CompiledConfig
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import ACTIVE, PASSIVE, Site

KEY = ObjectKey("h;s")


def config(site: Site) -> CompiledConfig:
    part = site.part()
    return CompiledConfig(name="test", settings=part.settings, macros={}, objects=part.objects)


def played(
    site: Site, *codes: int, key: str = KEY, states: dict[str, ItemState] | None = None, **script: float
) -> Simulation:
    made = Script(codes, MONDAY_NOON, **script)
    return simulate(cut_out(config(site), ObjectKey(key)), states or {}, EngineState(), ObjectKey(key), made)


def seen(moment: Moment) -> tuple[float, str, str, int]:
    return moment.at - MONDAY_NOON, moment.state, moment.state_type, moment.attempt


def told(found: Simulation) -> list[tuple[float, str, str, int, tuple[str, ...]]]:
    """Return who would be told of what, when."""
    return [
        (moment.at - MONDAY_NOON, each.object, each.type, each.number, tuple(one.contact for one in each.told))
        for moment in found.moments
        for each in moment.notifications
    ]


def service(**policy: object) -> Site:
    return Site().host("h", **ACTIVE).service("h", "s", **{**ACTIVE, "check_interval": 5, **policy})


def test_two_bad_results_and_a_good_one_give_a_problem_and_its_end() -> None:
    found = played(service(max_check_attempts=2), 2, 2, 0, every=60)
    assert [seen(each) for each in found.moments] == [
        (0, "CRITICAL", "SOFT", 1),
        (60, "CRITICAL", "HARD", 2),
        (120, "OK", "HARD", 1),
    ]
    assert [each.result for each in found.moments] == ["CRITICAL", "CRITICAL", "OK"]
    assert told(found) == [(60, "h/s", "PROBLEM", 1, ("admin",)), (120, "h/s", "RECOVERY", 0, ("admin",))]
    assert found.moments[1].log == ("SERVICE ALERT: h;s;CRITICAL;HARD;2;simulated",)


def test_without_a_rhythm_of_its_own_results_come_as_the_object_would_be_checked() -> None:
    """A retry a minute after the first bad result; five minutes once it is hard."""
    found = played(service(max_check_attempts=2), 2, 2, 2, 2)
    assert [each.at - MONDAY_NOON for each in found.moments][1] <= 60
    assert found.moments[3].at - found.moments[2].at == 300


def test_repeats_and_escalations_follow_when_the_problem_goes_on() -> None:
    site = service(max_check_attempts=1, notification_interval=10, escalations=("late",)).contact("boss")
    site.others["escalations"] = (Escalation("late", first_notification=3, options=("c",), contacts=("boss",)),)
    found = played(site, 2, every=60, then=3_000)
    assert [(at, number, who) for at, _, _, number, who in told(found)] == [
        (0, 1, ("admin",)),
        (600, 2, ("admin",)),
        (1_200, 3, ("boss",)),
        (1_800, 4, ("boss",)),
        (2_400, 5, ("boss",)),
    ]
    assert len(found.moments) == 5, "a result that brings nothing new is not shown again"
    assert found.at_the_end.state == "CRITICAL"
    assert "notification" in [each.what for each in found.at_the_end.coming]


def test_whoever_is_not_told_is_named_with_the_reason() -> None:
    found = played(service(notification_options=("w",)), 2)
    (notice,) = found.moments[0].notifications
    assert [each.stage for each in notice.not_told] == ["options"]


def test_event_handlers_would_run_and_do_not() -> None:
    site = service(event_handler=CommandCall("eh"), event_handler_enabled=True)
    found = played(site, 2)
    assert found.moments[0].commands == ("eventhandler eh of h/s",)


def test_the_hosts_around_stay_well_and_answer_so() -> None:
    site = Site(cached_host_check_horizon=0).host("router", **ACTIVE).host("h", parents=("router",), **ACTIVE)
    found = played(site, 2, 2, key="h", every=60)
    assert [each.state for each in found.moments] == ["DOWN", "DOWN"]


def test_the_present_states_can_be_where_it_begins() -> None:
    """The host is down now: then nobody is told of its service."""
    play = Playbook(service())
    play.check("h", 2)
    states, own = kept_states(play.engine.world, "h/s", around(play.part.objects, KEY))
    before = {key: encode_item(each) for key, each in states.items()}
    found = simulate(cut_out(config(service()), KEY), states, own, KEY, Script((2,), play.clock.now().wall))
    assert found.moments[0].state == "UNREACHABLE"
    assert told(found) == [] or told(found)[0][4] == ()
    assert {key: encode_item(each) for key, each in states.items()} == before, "what was given stays as it is"


def test_what_was_kept_counts_even_where_the_configuration_keeps_nothing() -> None:
    site = service(retain_status_information=False)
    site.settings = replace(site.settings, retain_state_information=False)
    kept = ItemState(state="CRITICAL", last_hard_state="CRITICAL", attempt=1, has_been_checked=True, problem_since=1.0)
    found = played(site, 0, states={KEY: kept})
    assert found.moments[0].log == ("SERVICE ALERT: h;s;OK;HARD;1;simulated",)


def test_a_passive_object_has_results_too() -> None:
    site = Site().host("h", **PASSIVE).service("h", "s", **PASSIVE)
    assert [each.state for each in played(site, 1, 0).moments] == ["WARNING", "OK"]


def test_the_problem_of_a_leaf_becomes_that_of_its_rule() -> None:
    site = Site().host("h", **PASSIVE).service("h", "s", **PASSIVE).host("b", **PASSIVE).rule("b", "web", "h,s")
    found = played(site, 2)
    assert ("b/web", "PROBLEM") in [(name, type_) for _, name, type_, _, _ in told(found)]
    with pytest.raises(RefusedError, match="business rule"):
        played(site, 2, key="b;web")


def test_the_same_results_give_the_same_answer() -> None:
    assert played(service(), 2, 0, 2, 0, then=600) == played(service(), 2, 0, 2, 0, then=600)


def test_a_simulation_that_never_ends_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "MOST_MOMENTS", 10)
    found = played(service(), *([2, 0] * 20), every=60)
    assert found.is_cut
    assert len(found.moments) <= 12


# The part that has to do with an object


def objects() -> ObjectSet:
    site = Site().host("router", **ACTIVE).host("web", parents=("router",), **ACTIVE).host("db", **ACTIVE)
    site.service("web", "http", **ACTIVE).service("web", "ssh", **ACTIVE).service("db", "sql", **ACTIVE)
    site.host("other", **ACTIVE).service("other", "http", **ACTIVE)
    objects = site.part().objects
    return replace(objects, dependencies=(Dependency(ObjectKey("web;http"), ObjectKey("db;sql")),))


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("web;http", {"web;http", "web", "router", "db;sql", "db"}),
        ("web;ssh", {"web;ssh", "web", "router"}),
        ("router", {"router", "web", "web;http", "web;ssh", "db;sql", "db"}),
        ("db;sql", {"db;sql", "db", "web;http", "web", "router"}),
        ("other", {"other", "other;http"}),
    ],
)
def test_an_object_has_to_do_with_what_it_depends_on_and_what_depends_on_it(key: str, names: set[str]) -> None:
    found = around(objects(), ObjectKey(key))
    assert set(found) == names
    assert found[0] == key


def test_only_the_object_itself_is_checked_by_itself() -> None:
    whole = replace(config(Site()), objects=objects())
    part = cut_out(whole, ObjectKey("web;http"))
    policies = part.objects.policies
    often = {
        each.key for each in (*part.objects.hosts, *part.objects.services) if policies[each.policy].check_interval < 60
    }
    assert often == {"web;http"}


def test_secrets_that_commands_set_are_not_given_away() -> None:
    play = Playbook(service(customs={"_PASSWORD": "first"}))
    play.command("CHANGE_CUSTOM_SVC_VAR;h;s;_PASSWORD;hunter2")
    states, _ = kept_states(play.engine.world, "h/s", ())
    assert states[KEY].changed_customs == {"_PASSWORD": "***"}
    assert play.item(KEY).state.changed_customs == {"_PASSWORD": "hunter2"}
