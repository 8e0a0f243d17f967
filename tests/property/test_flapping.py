"""Whatever an object does, its flapping periods begin and end in turn, and nobody is told of its states meanwhile."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from alignak.engine.histories import percentage
from alignak.model.objects import CommandCall
from tests.support.playbook import Playbook
from tests.support.sites import PASSIVE, Site

LIVELY = {
    "flap_detection_options": ("o", "w", "c"),
    "maintenance_period": "workhours",
    "stalking_options": ("o", "c"),
    "snapshot_enabled": True,
    "snapshot_command": CommandCall("other"),
    "snapshot_criteria": ("w", "c"),
    "max_check_attempts": 2,
    "notification_interval": 5,
}
COMMANDS = (
    "DISABLE_SVC_FLAP_DETECTION;h;s",
    "ENABLE_SVC_FLAP_DETECTION;h;s",
    "DISABLE_FLAP_DETECTION",
    "ENABLE_FLAP_DETECTION",
    "DEL_ALL_SVC_COMMENTS;h;s",
    "DEL_ALL_SVC_DOWNTIMES;h;s",
    "CHANGE_SVC_MODATTR;h;s;0",
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("result"), st.sampled_from((0, 0, 2, 2, 1, 3))),
        st.tuples(st.just("result"), st.sampled_from((0, 2))),
        st.tuples(st.just("command"), st.sampled_from(COMMANDS)),
        st.tuples(st.just("wait"), st.sampled_from((1.0, 301.0, 20_000.0))),
        st.tuples(st.just("restart"), st.sampled_from((0.0, 5_000.0))),
        st.tuples(st.just("part"), st.sampled_from((0, 1, 2))),
    ),
    max_size=60,
)


def site() -> Site:
    program = {"flap_history": 5, "obsess_over_services": True, "ocsp_command": "other"}
    return Site(**program).host("h", **PASSIVE).service("h", "s", **PASSIVE, **LIVELY)


def lines_of(play: Playbook, step: tuple[str, object]) -> list[str]:
    """Do a step and return its lines."""
    name, value = step
    if name == "result":
        play.after(30)
        return play.passive("h;s", int(str(value)))
    if name == "command":
        return play.command(str(value))
    if name == "wait":
        return play.after(float(str(value)))
    if name == "part":
        policies = tuple(
            replace(each, flap_detection_enabled=value != 1, maintenance_period="workhours" if value else "")
            for each in play.part.objects.policies
        )
        play.part = replace(play.part, objects=replace(play.part.objects, policies=policies))
        return play.reconfigure(play.part)
    play.restart(float(str(value)))
    return [str(each.data["message"]) for each in play.broks("monitoring_log")]


@settings(max_examples=120, deadline=None)
@given(STEPS)
def test_flapping_periods_begin_and_end_in_turn_and_keep_problems_quiet(steps: list[tuple[str, object]]) -> None:
    play = Playbook(site())
    is_flapping = False
    for step in steps:
        for line in lines_of(play, step):
            if "FLAPPING ALERT" in line:
                assert is_flapping is (";STARTED;" not in line)
                is_flapping = not is_flapping
            elif "NOTIFICATION: " in line and line.split(";")[2] in ("WARNING", "CRITICAL", "OK"):
                assert not is_flapping
        state = play.item("h;s").state
        assert state.is_flapping is is_flapping
        assert abs(state.percent_state_change - percentage(state.flapping_history, 5)) < 1e-9
