"""What is different while a time period lasts (configuration.md 3.10; engine.md 4.1, 4.2, 4.3, 4.14)."""

from __future__ import annotations

from msgspec.structs import replace

from alignak.model.modulations import BusinessImpactModulation, CheckModulation, MacroModulation, ResultModulation
from alignak.model.objects import CommandCall
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import ACTIVE, PASSIVE, Site

EVENING = MONDAY_NOON + 5 * 3600
"""The period workhours has just ended; it opens again 16 hours later."""
HOUR = 3600.0


def site(**policy: object) -> Site:
    return Site(max_service_check_spread=0).host("h", command=None, **PASSIVE).service("h", "s", **policy)


def results(*modulations: ResultModulation) -> Playbook:
    here = site(**PASSIVE, resultmodulations=tuple(each.name for each in modulations))
    here.others["resultmodulations"] = modulations
    return Playbook(here)


def test_a_result_modulation_changes_the_exit_codes_it_is_for_while_its_period_lasts() -> None:
    play = results(ResultModulation("softer", (2,), 1, "workhours"))
    play.passive("h;s", 2)
    assert play.item("h;s").state.state == "WARNING"
    play.passive("h;s", 3)
    assert play.item("h;s").state.state == "UNKNOWN"
    play.after(5 * HOUR)
    play.passive("h;s", 2)
    assert play.item("h;s").state.state == "CRITICAL"


def test_result_modulations_follow_each_other_in_the_order_given() -> None:
    play = results(ResultModulation("first", (2,), 1), ResultModulation("second", (1,), 0))
    play.passive("h;s", 2)
    assert play.item("h;s").state.state == "OK"
    play = results(ResultModulation("second", (1,), 0), ResultModulation("first", (2,), 1))
    play.passive("h;s", 2)
    assert play.item("h;s").state.state == "WARNING"


def test_a_result_modulation_without_codes_changes_nothing_and_one_with_an_absurd_code_is_critical() -> None:
    play = results(ResultModulation("empty", (), 0))
    play.passive("h;s", 1)
    assert play.item("h;s").state.state == "WARNING"
    play = results(ResultModulation("absurd", (1,), 77))
    play.passive("h;s", 1)
    assert play.item("h;s").state.state == "CRITICAL"


def test_the_outcomes_of_pollers_are_modulated_too_before_anything_waits_or_counts() -> None:
    """engine.md 4.3 "resultmodulations"."""
    here = site(**ACTIVE, resultmodulations=("calm",))
    here.others["resultmodulations"] = (ResultModulation("calm", (1, 2, 3), 0),)
    play = Playbook(here)
    assert play.check("h;s", 2, "bad") == []
    assert (play.item("h;s").state.state, play.item("h;s").state.output) == ("OK", "bad")


def test_the_first_check_modulation_in_force_gives_the_command() -> None:
    """engine.md 4.2 "modulation"."""
    here = site(**ACTIVE, checkmodulations=("day", "night"))
    here.others["checkmodulations"] = (
        CheckModulation("day", CommandCall("other"), "workhours"),
        CheckModulation("night", CommandCall("eh")),
    )
    play = Playbook(here)
    play.until_checked("h;s")
    assert play.checks["h;s"].command_name == "other"
    play.outcome("h;s", 0)
    play.after(5 * HOUR)
    play.outcome("h;s", 0)
    play.until_checked("h;s")
    assert play.checks["h;s"].command_name == "eh"
    assert play.checks["h;s"].argv == ("/bin/handle", "h")


def test_outside_all_periods_the_object_is_checked_with_its_own_command() -> None:
    here = site(**ACTIVE, checkmodulations=("day",))
    here.others["checkmodulations"] = (CheckModulation("day", CommandCall("other"), "workhours"),)
    play = Playbook(here, EVENING)
    play.until_checked("h;s")
    assert play.checks["h;s"].command_name == "check"


def test_a_macro_modulation_changes_the_command_that_is_run_when_its_period_begins() -> None:
    here = site(**ACTIVE, macromodulations=("night",))
    here.services[-1] = replace(here.services[-1], customs={"_LEVEL": "day"})
    here.others["macromodulations"] = (MacroModulation("night", {"_LEVEL": "night"}, "night"),)
    here.periods.append(replace(here.periods[0], name="night", entries=(), exclude=()))
    part = here.part()
    commands = [replace(part.objects.commands[0], line="/bin/check $_SERVICELEVEL$"), *part.objects.commands[1:]]
    always = replace(here.others["macromodulations"][0], period="workhours")
    objects = replace(part.objects, commands=tuple(commands), macromodulations=(always,))
    play = Playbook(replace(part, objects=objects), EVENING - 90)
    seen = []
    for _ in range(4):
        play.until_checked("h;s")
        seen.append(play.checks["h;s"].argv[1])
        play.outcome("h;s", 0)
    assert seen == ["night", "night", "day", "day"]


def impacts(**policy: object) -> Site:
    here = site(**PASSIVE, business_impact=1, business_impact_modulations=("day", "rest"), **policy)
    here.others["businessimpactmodulations"] = (
        BusinessImpactModulation("day", 5, "workhours"),
        BusinessImpactModulation("rest", 3, "never"),
    )
    here.periods.append(replace(here.periods[0], name="never", entries=()))
    return here


def seen(play: Playbook) -> list[object]:
    return [each.data["business_impact"] for each in play.broks("update_service_status")]


def test_the_first_business_impact_modulation_in_force_counts_to_the_second() -> None:
    """engine.md 4.1 "update_business_values"."""
    play = Playbook(impacts())
    play.command("ADD_SVC_COMMENT;h;s;0;me;a")
    assert seen(play) == [5]
    play.after(5 * HOUR - 1)
    play.command("ADD_SVC_COMMENT;h;s;0;me;a")
    assert seen(play) == [5]
    play.after(1)
    assert seen(play) == [1]
    play.after(16 * HOUR)
    assert seen(play) == [5]


def test_a_contact_that_wants_important_things_alone_is_told_by_day() -> None:
    here = impacts(contacts=("boss",)).contact("boss", min_business_impact=4)
    play = Playbook(here)
    play.passive("h;s", 2)
    assert play.told() == [("boss", "notify-service")]
    play = Playbook(here, EVENING)
    play.passive("h;s", 2)
    assert play.told() == []
    assert "business impact 1 is below" in play.item("h;s").vetoes[0].reason


def test_the_business_impact_is_right_after_a_restart_a_reload_and_a_step_of_the_clock() -> None:
    play = Playbook(impacts())
    play.restart(5 * HOUR)
    assert play.item("h;s").modulated_impact is None
    play.step_wall(-2 * HOUR)
    assert play.item("h;s").modulated_impact == 5
    later = impacts()
    later.others["businessimpactmodulations"] = (BusinessImpactModulation("day", 4, "workhours"),)
    play.reconfigure(later.part())
    assert play.item("h;s").modulated_impact == 4
    play.reconfigure(site(**PASSIVE).part())
    assert play.item("h;s").modulated_impact is None


def test_a_host_matters_as_much_as_what_is_unreachable_because_of_it() -> None:
    here = Site().host("h", command=None, business_impact=1, check_interval=1).service("h", "s", business_impact=4)
    play = Playbook(here)
    play.passive("h", 2)
    play.passive("h;s", 2)
    play.command("ADD_HOST_COMMENT;h;0;me;a")
    assert [each.data["business_impact"] for each in play.broks("update_host_status")] == [4]
