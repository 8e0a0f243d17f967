"""Checks that a poller runs: their rhythm, their endings, and what nobody answers for."""

from __future__ import annotations

import pytest

from alignak.messages.work import Ending
from alignak.model.states import StateType
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import ACTIVE, PASSIVE, Site


@pytest.fixture
def play() -> Playbook:
    site = Site(max_service_check_spread=1, log_active_checks=True)
    return Playbook(site.host("h", **PASSIVE).service("h", "s", max_check_attempts=3, **ACTIVE, process_perf_data=True))


def test_checks_keep_their_rhythm_whatever_each_takes(play: Playbook) -> None:
    """engine.md 4.2 "next"."""
    play.until_checked("h;s")
    play.after(7)
    play.outcome("h;s", 0, "fine")
    assert play.until_checked("h;s") == pytest.approx(53)
    play.after(20)
    play.outcome("h;s", 0, "fine")
    assert play.until_checked("h;s") == pytest.approx(40)


def test_a_check_that_takes_longer_than_the_interval_goes_on_in_its_own_phase(play: Playbook) -> None:
    play.until_checked("h;s")
    play.after(130)
    play.outcome("h;s", 0)
    assert play.until_checked("h;s") == pytest.approx(50)


def test_a_soft_problem_is_checked_at_the_retry_interval() -> None:
    """engine.md 4.2 "interval used"."""
    play = Playbook(
        Site().host("h", **PASSIVE).service("h", "s", check_interval=5, retry_interval=1, max_check_attempts=2)
    )
    assert play.check("h;s", 2, "bad") == ["SERVICE ALERT: h;s;CRITICAL;SOFT;1;bad"]
    assert play.until_checked("h;s") == pytest.approx(60)
    assert play.outcome("h;s", 2, "bad")[0] == "SERVICE ALERT: h;s;CRITICAL;HARD;2;bad"
    assert play.until_checked("h;s") == pytest.approx(300)


def test_the_log_shows_the_attempt_before_the_result(play: Playbook) -> None:
    play.check("h;s", 0, "fine")
    assert play.check("h;s", 2, "bad") == [
        "ACTIVE SERVICE CHECK: h;s;CRITICAL;1;bad",
        "SERVICE ALERT: h;s;CRITICAL;SOFT;1;bad",
    ]


def test_there_is_one_check_at_a_time(play: Playbook) -> None:
    """engine.md 4.2 "in progress"."""
    play.until_checked("h;s")
    first = play.checks["h;s"]
    play.command("SCHEDULE_FORCED_SVC_CHECK;h;s;0")
    play.after(600)
    assert play.checks["h;s"] is first


def test_an_outcome_counts_once_and_a_stale_one_never(play: Playbook) -> None:
    play.until_checked("h;s")
    order = play.checks["h;s"]
    play.lose("h;s")
    assert play.outcome("h;s", 2, "late", order=order) == []
    assert play.item("h;s").state.has_been_checked is False
    second = play.checks["h;s"]
    assert second.id != order.id
    play.outcome("h;s", 2, "bad")
    assert play.outcome("h;s", 2, "bad", order=second) == []
    assert play.item("h;s").state.attempt == 1


def test_a_check_whose_poller_died_runs_again_at_once(play: Playbook) -> None:
    """engine.md 4.1 "check_orphaned", 4.2 "orphan"."""
    play.until_checked("h;s")
    play.lose("h;s")
    assert play.is_running("h;s")
    assert "h;s" in play.checks


@pytest.mark.parametrize(
    ("ending", "code", "text", "state", "output"),
    [
        (Ending.DONE, 1, "so so", "WARNING", "so so"),
        (Ending.DONE, 3, "who knows", "UNKNOWN", "who knows"),
        (Ending.DONE, 7, "seven", "UNKNOWN", "seven"),
        (Ending.DONE, 137, "", "UNKNOWN", "(Return code of 137 is out of bounds)"),
        (Ending.TIMEOUT, 137, "half", "CRITICAL", "(Service check timed out after 60 seconds)"),
        (
            Ending.NOT_STARTED,
            127,
            "Check if plugin /bin/check exists",
            "UNKNOWN",
            "(Return code of 127 is out of bounds. Check if plugin /bin/check exists)",
        ),
        (Ending.NOT_STARTED, 3, "no descriptors left", "UNKNOWN", "no descriptors left"),
        (Ending.FLOODED, 137, "aaa", "UNKNOWN", "(Check stopped: its output is over the limit) aaa"),
    ],
)
def test_each_ending_of_a_service_check_has_its_state_and_output(
    play: Playbook, ending: Ending, code: int, text: str, state: str, output: str
) -> None:
    """engine.md 4.3 "exit codes", "missing executable"."""
    play.until_checked("h;s")
    play.outcome("h;s", code, text, ending)
    assert (play.item("h;s").state.state, play.item("h;s").state.output) == (state, output)


@pytest.mark.parametrize(("code", "state"), [(0, "UP"), (1, "DOWN"), (2, "DOWN"), (3, "DOWN")])
def test_a_host_is_up_or_down(code: int, state: str) -> None:
    play = Playbook(Site().host("h", **ACTIVE))
    play.check("h", code)
    assert play.item("h").state.state == state


def test_a_host_check_that_timed_out_says_so() -> None:
    """engine.md 4.2 "timeout", 4.3 "timeouts"."""
    play = Playbook(Site(host_check_timeout=7).host("h", **ACTIVE))
    play.until_checked("h")
    assert play.outcome("h", 137, "", Ending.TIMEOUT)[0].endswith("(Host check timed out after 7 seconds)")


def test_what_a_plugin_wrote_is_told_apart(play: Playbook) -> None:
    play.check("h;s", 0, "fine | a=1\nmore\n")
    state = play.item("h;s").state
    assert (state.output, state.long_output, state.perf_data) == ("fine", "more", "a=1")


def test_a_host_without_a_command_is_assumed_to_be_up() -> None:
    """engine.md 4.12 "_internal_host_up", "missing check_command"."""
    play = Playbook(Site().host("h", command=None, check_interval=1))
    play.after(301)
    assert (play.item("h").state.state, play.item("h").state.output) == ("UP", "Host assumed to be UP")
    assert not play.checks


def test_a_check_command_nobody_defined_is_unknown_and_the_others_go_on() -> None:
    play = Playbook(Site().host("h", **PASSIVE).service("h", "s", command="missing", **ACTIVE))
    play.after(301)
    assert play.item("h;s").state.state == "UNKNOWN"
    assert "'missing'" in play.item("h;s").state.output


def test_performance_data_runs_its_command() -> None:
    """engine.md 4.11 "perfdata command"."""
    play = Playbook(Site(service_perfdata_command="perf").host("h", **PASSIVE).service("h", "s", **ACTIVE))
    play.check("h;s", 0, "fine")
    assert not play.sent
    play.check("h;s", 0, "fine|a=1")
    assert [(order.work.value, order.command_name) for order in play.sent] == [("perfdata", "perf")]


def test_checks_wait_for_their_period_and_do_not_all_begin_at_its_first_second() -> None:
    """engine.md 4.2 "next"."""
    site = Site().host("h", **PASSIVE)
    for number in range(50):
        site.service("h", f"s{number:02}", check_period="workhours", **ACTIVE)
    evening = MONDAY_NOON + 8 * 3600
    play = Playbook(site, evening)
    opening = evening + 13 * 3600
    dues = {item.state.next_chk for item in play.engine.world.items.values() if not item.is_host}
    assert min(dues) >= opening
    assert max(dues) < opening + 60
    assert len(dues) > 40


def test_a_forced_check_runs_outside_the_period_and_with_checks_disabled(play: Playbook) -> None:
    """engine.md 4.2 "eligible"."""
    play.command("DISABLE_SVC_CHECK;h;s")
    assert play.after(1_000) == []
    assert "h;s" not in play.checks
    play.command("SCHEDULE_FORCED_SVC_CHECK;h;s;0")
    play.after(0)
    assert play.outcome("h;s", 0, "fine") == ["ACTIVE SERVICE CHECK: h;s;OK;0;fine"]
    play.command("ENABLE_SVC_CHECK;h;s")
    assert play.until_checked("h;s") <= 60


def test_the_orders_are_what_a_poller_needs() -> None:
    site = Site().host("h", poller_tag="north", **ACTIVE).service("h", "s", **ACTIVE)
    play = Playbook(site)
    play.until_checked("h;s")
    order = play.checks["h;s"]
    assert (order.tag, order.timeout, order.command_name, order.module_type) == ("north", 60, "check", "fork")
    assert order.due_at == pytest.approx(play.clock.now().wall)
    assert order.cause


def test_a_soft_state_survives_a_restart(play: Playbook) -> None:
    play.check("h;s", 2, "bad")
    play.restart()
    state = play.item("h;s").state
    assert (state.state, state.state_type, state.attempt) == ("CRITICAL", StateType.SOFT, 1)
    assert "SERVICE ALERT: h;s;CRITICAL;SOFT;2;bad" in play.check("h;s", 2, "bad")


def test_exit_code_1_of_a_hosts_check_means_down_unless_aggressive_host_checking_is_off() -> None:
    """engine.md 4.3: treated as 2; with ``use_aggressive_host_checking`` 0 it is UP, as in Nagios."""
    for settings, said in (({}, "DOWN"), ({"use_aggressive_host_checking": False}, "UP")):
        play = Playbook(Site(**settings).host("h", **ACTIVE).service("h", "s", **ACTIVE))
        play.check("h", 1, "slow")
        assert (play.item("h").state.state, play.item("h").state.output) == (said, "slow")
        assert play.broks("host_check_result")[0].data["state"] == said
        play.check("h", 2)
        assert play.item("h").state.state == "DOWN"
    play.check("h", 0)
    play.outcome("h;s", 1)
    assert play.item("h;s").state.state == "WARNING"


def test_somebody_who_says_that_a_host_is_1_means_down_whatever_plugins_mean() -> None:
    """A passive result has states, no exit codes (engine.md 4.3)."""
    play = Playbook(Site(use_aggressive_host_checking=False).host("h", **ACTIVE))
    play.passive("h", 1)
    assert play.item("h").state.state == "DOWN"
