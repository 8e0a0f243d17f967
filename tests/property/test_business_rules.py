"""A business rule is never older than what it is about, whatever happens to its leaves (configuration.md 3.9)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from alignak.engine.leaves import rule_state
from alignak.model.states import FROM_EXIT_CODE, GOOD
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import PASSIVE, Site

NOW = int(MONDAY_NOON)
LEAVES = ("h,a", "h,b", "x", "h,low")


def _wider(rules: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(rules, min_size=2, max_size=3)
    count = st.sampled_from(("1", "2", "-1", "50%", "-30%", "0", "2,1,1", "1,-1,2", "50%,25%,50%"))
    return st.one_of(
        several.map(lambda those: "(" + " & ".join(those) + ")"),
        several.map(lambda those: "(" + " | ".join(those) + ")"),
        rules.map(lambda one: f"!{one}"),
        st.tuples(count, several).map(lambda found: f"({found[0]} of: " + " | ".join(found[1]) + ")"),
    )


RULES = st.recursive(st.sampled_from(LEAVES), _wider, max_leaves=8)
EVENTS = st.one_of(
    st.tuples(st.sampled_from(("h;a", "h;b")), st.integers(0, 3)).map(
        lambda found: f"PROCESS_SERVICE_CHECK_RESULT;{found[0]};{found[1]};text"
    ),
    st.integers(0, 2).map(lambda code: f"PROCESS_HOST_CHECK_RESULT;x;{code};text"),
    st.sampled_from(
        (
            "ACKNOWLEDGE_SVC_PROBLEM;h;a;2;0;0;me;a",
            "ACKNOWLEDGE_SVC_PROBLEM;h;b;1;0;0;me;a",
            "ACKNOWLEDGE_HOST_PROBLEM;x;2;0;0;me;a",
            "REMOVE_SVC_ACKNOWLEDGEMENT;h;a",
            f"SCHEDULE_SVC_DOWNTIME;h;b;{NOW};{NOW + 90};1;0;0;me;a",
            f"SCHEDULE_HOST_DOWNTIME;x;{NOW + 30};{NOW + 300};1;0;0;me;a",
            "DEL_ALL_SVC_DOWNTIMES;h;b",
            "later",
            "restart",
        )
    ),
)


def site(rule: str, low: str) -> Site:
    free = {"host_dependency_enabled": False, **PASSIVE}
    return (
        Site()
        .host("h", command=None, **PASSIVE)
        .host("x", command=None, **PASSIVE)
        .service("h", "a", **free)
        .service("h", "b", max_check_attempts=2, **free)
        .rule("h", "low", low, check_interval=0)
        .rule("h", "top", rule, check_interval=0)
    )


def give(play: Playbook, event: str) -> None:
    if event == "restart":
        play.restart()
    elif event == "later":
        play.after(40)
    else:
        play.handle_line(event)


@settings(max_examples=120, deadline=None)
@given(RULES, st.sampled_from(("h,a", "h,a & x", "1 of: h,a | h,b", "!h,b")), st.lists(EVENTS, min_size=1, max_size=15))
def test_a_rule_always_says_what_its_leaves_make_of_it(rule: str, low: str, events: list[str]) -> None:
    play = Playbook(site(rule, low))
    for event in events:
        give(play, event)
        for key in ("h;low", "h;top"):
            item = play.item(key)
            if item.state.has_been_checked:
                code = rule_state(play.engine.world, item)
                assert code is not None
                assert item.state.state == FROM_EXIT_CODE[item.kind][code]
            elif any(leaf.state.has_been_checked for leaf in item.leaves):
                raise AssertionError(f"{key} was not worked out")
            else:
                assert item.state.state in GOOD
