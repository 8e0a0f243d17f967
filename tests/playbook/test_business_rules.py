"""Business rules while they run (configuration.md 3.9; engine.md 4.3, 4.5)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from alignak.base.ids import ObjectKey
from alignak.engine.attributes import impacts, source_problems
from alignak.model.objects import CommandCall, Group
from alignak.model.rules import BusinessRule, parse
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import PASSIVE, Site

NOW = int(MONDAY_NOON)
TEMPLATE = "$STATUS$ [ $($SHORTSTATUS$: $SERVICEDESC$)$ ]"
EVERY_MINUTE = {"check_interval": 1, "retry_interval": 1}


def site(text: str = "h,a & h,b", **policy: object) -> Site:
    """Return two services and a rule about them, checked every five minutes."""
    free = {"host_dependency_enabled": False, **PASSIVE}
    return (
        Site(max_service_check_spread=1, max_host_check_spread=1)
        .host("h", command=None, **PASSIVE)
        .service("h", "a", **free)
        .service("h", "b", **free)
        .rule("h", "bp", text, **{"check_interval": 5, "retry_interval": 1, **policy})
    )


def state(play: Playbook, key: str = "h;bp") -> tuple[str, str, int]:
    found = play.item(key).state
    return found.state, found.state_type.value, found.attempt


def test_a_rule_is_worked_out_as_soon_as_what_it_is_about_changes() -> None:
    play = Playbook(site())
    lines = play.passive("h;a", 2, "broken")
    assert "SERVICE ALERT: h;bp;CRITICAL;HARD;1;" in lines
    assert lines.index("SERVICE ALERT: h;a;CRITICAL;HARD;1;broken") < lines.index(
        "SERVICE ALERT: h;bp;CRITICAL;HARD;1;"
    )
    play.told()
    lines = play.passive("h;a", 0)
    assert state(play) == ("OK", "HARD", 1)
    assert play.told() == [("admin", "notify-service"), ("admin", "notify-service")]


def test_a_rule_is_checked_at_its_own_interval_by_nobody_but_the_scheduler() -> None:
    """engine.md 4.12 "bp_rule"."""
    play = Playbook(site())
    play.after(600)
    assert play.item("h;bp").state.has_been_checked
    assert play.item("h;bp").state.next_chk > play.clock.now().wall
    assert "h;bp" not in play.checks


def test_a_soft_leaf_does_not_count_and_a_hard_one_does() -> None:
    part = site().host("x", command=None, **PASSIVE).service("x", "s", max_check_attempts=2, **PASSIVE)
    play = Playbook(part.rule("h", "top", "x,s", check_interval=5))
    play.passive("x;s", 2)
    assert state(play, "h;top")[0] != "CRITICAL"
    play.passive("x;s", 2)
    assert state(play, "h;top")[0] == "CRITICAL"


def test_being_worked_out_does_not_use_up_the_attempts_of_the_rule() -> None:
    play = Playbook(site("h,a & h,b", max_check_attempts=3))
    play.passive("h;a", 2)
    assert state(play) == ("CRITICAL", "SOFT", 1)
    play.passive("h;b", 1)
    play.passive("h;b", 2)
    assert state(play) == ("CRITICAL", "SOFT", 1)
    play.after(60)
    assert state(play) == ("CRITICAL", "SOFT", 2)
    play.after(60)
    assert state(play) == ("CRITICAL", "HARD", 3)


def test_who_is_acknowledged_or_in_downtime_counts_as_good() -> None:
    play = Playbook(site())
    play.passive("h;a", 2)
    assert state(play)[0] == "CRITICAL"
    play.command("ACKNOWLEDGE_SVC_PROBLEM;h;a;2;0;0;me;a")
    assert state(play)[0] == "OK"
    play.command("REMOVE_SVC_ACKNOWLEDGEMENT;h;a")
    assert state(play)[0] == "CRITICAL"
    play.command(f"SCHEDULE_SVC_DOWNTIME;h;a;{NOW};{NOW + 100};1;0;0;me;a")
    assert state(play)[0] == "OK"
    play.after(101)
    assert state(play)[0] == "CRITICAL"


def test_a_host_that_is_down_is_critical_for_a_rule_and_a_host_may_be_a_rule() -> None:
    here = Site().host("x", command=None, **PASSIVE).host("y", command=None, **PASSIVE)
    here.rule("pair", "", "x | y", check_interval=5).rule("pair", "s", "x", check_interval=5)
    play = Playbook(here)
    play.passive("x", 2)
    assert state(play, "pair;s")[0] == "CRITICAL"
    assert state(play, "pair")[0] == "UP"
    play.passive("y", 2)
    assert state(play, "pair")[0] == "DOWN"


def test_rules_about_rules_follow_in_one_go() -> None:
    here = site().rule("h", "middle", "h,bp & h,b", check_interval=5).rule("h", "top", "!h,middle", check_interval=5)
    play = Playbook(here)
    play.passive("h;a", 2)
    assert [state(play, f"h;{each}")[0] for each in ("bp", "middle", "top")] == ["CRITICAL", "CRITICAL", "OK"]


def test_rules_about_each_other_do_not_turn_for_ever() -> None:
    here = Site().host("h", command=None, **PASSIVE).service("h", "s", **PASSIVE)
    here.rule("h", "one", "!h,two | h,s", check_interval=1).rule("h", "two", "!h,one", check_interval=1)
    play = Playbook(here)
    play.passive("h;s", 2)
    play.after(600)
    assert play.item("h;one").state.has_been_checked


def test_a_long_chain_of_rules_is_no_matter() -> None:
    here = Site().host("h", command=None, **PASSIVE).service("h", "r0", **PASSIVE)
    for number in range(1, 1_500):
        here.rule("h", f"r{number}", f"h,r{number - 1}", check_interval=5)
    play = Playbook(here)
    play.passive("h;r0", 2)
    assert state(play, "h;r1499")[0] == "CRITICAL"


def test_one_event_works_a_rule_out_once() -> None:
    play = Playbook(site("h,a | h,b"))
    play.passive("h;a", 2)
    play.passive("h;b", 2)
    play.command(f"SCHEDULE_HOST_SVC_DOWNTIME;h;{NOW};{NOW + 100};1;0;0;me;a")
    play.after(100)
    results = [each.data["service_description"] for each in play.broks("service_check_result")]
    assert results.count("bp") <= 1


def test_the_output_says_what_its_template_says_of_each_leaf_that_is_not_good() -> None:
    play = Playbook(site(business_rule_output_template=TEMPLATE))
    play.passive("h;a", 0)
    assert play.item("h;bp").state.output == "OK [ all checks were successful. ]"
    play.passive("h;a", 2)
    play.passive("h;b", 1)
    found = play.item("h;bp").state
    assert found.output == found.long_output == "CRITICAL [ C: aW: b ]"
    play.command("ACKNOWLEDGE_SVC_PROBLEM;h;a;2;0;0;me;a")
    assert play.item("h;bp").state.output == "WARNING [ C: aW: b ]"


def test_what_a_plugin_printed_is_no_macro_in_the_output_of_a_rule() -> None:
    here = site(business_rule_output_template="$($SERVICEOUTPUT$)$ by $USER1$")
    play = Playbook(replace(here.part(), macros={"USER1": "/plugins"}))
    play.passive("h;a", 2, "$USER1$")
    assert play.item("h;bp").state.output == "$USER1$ by /plugins"


def test_without_a_template_there_is_no_output() -> None:
    play = Playbook(site())
    play.passive("h;a", 2, "broken")
    assert play.item("h;bp").state.output == ""


@pytest.mark.parametrize("counts_downtimes", [False, True])
def test_a_smart_rule_tells_nobody_when_somebody_takes_care_of_all_it_comes_from(counts_downtimes: bool) -> None:
    smart = {"business_rule_smart_notifications": True, "business_rule_downtime_as_ack": counts_downtimes}
    play = Playbook(site("!h,a | h,b", notification_interval=1, max_check_attempts=1, **smart))
    play.passive("h;b", 2)
    play.passive("h;a", 0)
    assert ("admin", "notify-service") in play.told()
    play.after(61)
    assert play.told() == [("admin", "notify-service")]
    play.command("DISABLE_SVC_CHECK;h;bp")
    play.command(f"SCHEDULE_SVC_DOWNTIME;h;b;{NOW};{NOW + 9_999};1;0;0;me;a")
    play.sent.clear()
    play.after(61)
    assert play.told() == ([] if counts_downtimes else [("admin", "notify-service")])
    assert [veto.stage for veto in play.item("h;bp").vetoes] == (["rule"] if counts_downtimes else [])
    play.command("ACKNOWLEDGE_SVC_PROBLEM;h;b;2;0;0;me;a")
    play.sent.clear()
    play.after(61)
    assert play.told() == []
    assert [veto.stage for veto in play.item("h;bp").vetoes] == ["rule"]


def test_a_rule_is_an_impact_of_its_leaves_and_never_waits_for_them() -> None:
    play = Playbook(site())
    play.passive("h;a", 2)
    rule, leaf = play.item("h;bp"), play.item("h;a")
    assert source_problems(rule) == (leaf,)
    assert impacts(leaf) == (rule,)
    (brok,) = play.engine.world.items[ObjectKey("h;a")].ruled
    assert brok is rule
    assert play.engine.world.held == {}


def test_a_leaf_matters_as_much_as_the_rules_it_breaks() -> None:
    play = Playbook(site(business_impact=5))
    play.command("ADD_SVC_COMMENT;h;a;0;me;a")
    assert play.broks("update_service_status")[0].data["business_impact"] == 2
    play.passive("h;a", 2)
    play.command("ADD_SVC_COMMENT;h;a;0;me;a")
    assert play.broks("update_service_status")[0].data["business_impact"] == 5


def dynamic(text: str, value: str) -> Site:
    """Return a rule that begins with a macro, compiled from what its custom variable says."""
    here = site().host("g1", command=None, **PASSIVE).service("g1", "x", host_dependency_enabled=False, **PASSIVE)
    here.hosts[-1] = replace(here.hosts[-1], groups=("web",))
    here.hostgroups.append(Group("web", members=("g1",)))
    here.rule("h", "dyn", text, is_dynamic=True, check_interval=5)
    here.services[-1] = replace(here.services[-1], customs={"_RULE": value})
    tree = parse(value, lambda leaf: [ObjectKey(leaf.replace(",", ";"))])
    here.rules.append(BusinessRule(ObjectKey("h;dyn"), tree, text, True, value))
    return here


def test_a_rule_that_begins_with_a_macro_is_read_again_when_the_macro_changes() -> None:
    play = Playbook(dynamic("$_SERVICERULE$", "h,a"))
    play.passive("h;b", 2)
    assert state(play, "h;dyn")[0] != "CRITICAL"
    play.command("CHANGE_CUSTOM_SVC_VAR;h;dyn;_RULE;h,a & h,b")
    play.after(300)
    assert state(play, "h;dyn")[0] == "CRITICAL"
    play.passive("h;b", 0)
    assert state(play, "h;dyn")[0] == "OK"
    play.command("CHANGE_CUSTOM_SVC_VAR;h;dyn;_RULE;g:web, x | g:web,*")
    play.after(300)
    play.passive("g1;x", 2)
    assert state(play, "h;dyn")[0] == "CRITICAL"


def test_a_rule_that_changes_while_it_runs_may_select_by_regular_expressions() -> None:
    play = Playbook(dynamic("$_SERVICERULE$", "h,a"))
    play.command("CHANGE_CUSTOM_SVC_VAR;h;dyn;_RULE;r:^g\\d,r:^x$ & h,r:^[ab]$")
    play.after(300)
    assert state(play, "h;dyn")[0] == "OK"
    for key in ("g1;x", "h;a", "h;b"):
        play.passive(key, 2)
        assert state(play, "h;dyn")[0] == "CRITICAL"
        play.passive(key, 0)
        assert state(play, "h;dyn")[0] == "OK"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("nobody", "business rule uses unknown host nobody"),
        ("h,none", "business rule uses unknown service h/none"),
        ("g:none", "business rule got an empty result for pattern 'g:none'"),
        (
            "r:h[",
            "business rule uses invalid regex h[: it is no regular expression: "
            "unterminated character set at position 1",
        ),
        ("r:none.*", "business rule got an empty result for pattern 'r:none.*'"),
        ("h,t:web", "t: selects hosts by their templates, services have none to select by"),
        ("h,a & h,b | h", "& and | are mixed at one level, put parentheses around what belongs together"),
        ("", "an operand is missing"),
    ],
)
def test_a_rule_that_cannot_be_read_any_more_is_unknown_and_says_why(value: str, reason: str) -> None:
    play = Playbook(dynamic("$_SERVICERULE$", "h,a"))
    play.command(f"CHANGE_CUSTOM_SVC_VAR;h;dyn;_RULE;{value}")
    play.after(300)
    found = play.item("h;dyn").state
    assert (found.state, found.output) == ("UNKNOWN", f"Error while re-evaluating business rule: {reason}")
    play.command("CHANGE_CUSTOM_SVC_VAR;h;dyn;_RULE;h,a")
    play.after(300)
    assert state(play, "h;dyn")[0] == "OK"


def test_a_rule_whose_checks_are_off_is_left_alone() -> None:
    play = Playbook(site())
    play.command("DISABLE_SVC_CHECK;h;bp")
    play.passive("h;a", 2)
    assert state(play)[0] == "PENDING"
    play.command("ENABLE_SVC_CHECK;h;bp")
    play.after(300)
    assert state(play)[0] == "CRITICAL"


def test_a_rule_goes_on_after_a_restart_and_follows_another_configuration() -> None:
    play = Playbook(site())
    play.passive("h;a", 2)
    play.restart()
    assert state(play)[0] == "CRITICAL"
    play.passive("h;a", 0)
    assert state(play)[0] == "OK"
    play.passive("h;b", 2)
    play.reconfigure(site("h,a").part())
    assert state(play)[0] == "OK"
    play.passive("h;b", 0)
    play.passive("h;b", 2)
    assert state(play)[0] == "OK"


def test_another_check_command_makes_it_no_rule_any_more() -> None:
    play = Playbook(site(), start=False)
    play.command("CHANGE_SVC_CHECK_COMMAND;h;bp;other")
    play.passive("h;a", 2)
    assert state(play)[0] == "PENDING"
    assert play.item("h;bp").spec.check_command == CommandCall("other")
