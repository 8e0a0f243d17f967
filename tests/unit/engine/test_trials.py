"""The check of an object run out of turn: the real command, nothing secret shown, no state touched."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from alignak.base.errors import RefusedError
from alignak.base.ids import Cause, ObjectKey
from alignak.engine import trials
from alignak.engine.events import OutcomeArrived, ResultGiven
from alignak.engine.retention import encode_item
from alignak.messages.trials import CheckRun, StateBrief
from alignak.messages.work import Ending, Order, Outcome, Work
from alignak.model.objects import Command, CommandCall
from tests.support.playbook import Playbook
from tests.support.sites import ACTIVE, PASSIVE, Site

KEY = ObjectKey("h;s")


def play(line: str = "/bin/check $HOSTNAME$ $ARG1$", **policy: object) -> Playbook:
    site = Site().host("h", **PASSIVE).service("h", "s", **{**PASSIVE, **policy})
    site.services = [replace(each, check_command=CommandCall("mine", ("-w 5",))) for each in site.services]
    part = site.part()
    commands = (*part.objects.commands, Command("mine", line))
    macros = {"USER5": "us3r-five", "PLUGINS": "/plugins"}
    return Playbook(replace(part, macros=macros, objects=replace(part.objects, commands=commands)))


def outcome(order: Order, code: int, output: str, ending: Ending = Ending.DONE) -> Outcome:
    return Outcome(order.id, order.work, order.key, ending, code, output, order.due_at, 0.25, worker="poller-1")


def told(found: Playbook, order: Order, outcome: Outcome) -> CheckRun:
    world, item = found.engine.world, found.item(KEY)
    brief = trials.brief(item)
    run = CheckRun(id=order.id, name="h/s", before=brief, after=brief)
    return trials.told(world, item, run, trials.result(world, item, order, outcome))


def test_the_order_is_the_one_that_would_run_by_itself_but_for_its_work() -> None:
    found = play()
    trial = found.engine.trial("h/s", found.clock.now())
    assert trial.order is not None
    assert trial.order.work is Work.TRIAL
    assert trial.order.argv == ("/bin/check", "h", "-w", "5")
    assert (trial.call, trial.line) == ("mine!-w 5", "/bin/check h -w 5")


def test_secrets_are_in_the_order_and_not_in_what_is_shown() -> None:
    found = play(
        "$PLUGINS$/check -u $USER5$ -p $_SERVICEPASSWORD$ -s $SERVICESTATE$", customs={"_PASSWORD": "hun ter2"}
    )
    trial = found.engine.trial("h/s", found.clock.now())
    assert trial.order is not None
    assert "us3r-five" in trial.order.argv
    assert trial.line == "/plugins/check -u *** -p *** -s OK"


def test_macros_that_nothing_provides_are_named() -> None:
    found = play("/bin/check $NOSUCH$ $_SERVICENONE$")
    assert found.engine.trial("h/s", found.clock.now()).unknown == ("NOSUCH", "_SERVICENONE")


def test_run_time_text_is_shown_as_it_is_and_never_expanded() -> None:
    found = play("/bin/check '$SERVICEOUTPUT$'")
    found.passive("h;s", 0, "costs $USER5$")
    assert found.engine.trial("h/s", found.clock.now()).line == "/bin/check 'costs $USER5$'"


def test_the_outcome_is_taken_apart_and_changes_nothing() -> None:
    found = play()
    order = found.engine.trial("h/s", found.clock.now()).order
    assert order is not None
    before = encode_item(found.item(KEY).state)
    run = told(found, order, outcome(order, 2, "boom | time=0.5s;1;2;0\nmore"))
    assert (run.state, run.output, run.long_output) == ("CRITICAL", "boom", "more")
    assert [(each.name, each.value, each.uom, each.warning, each.critical) for each in run.metrics] == [
        ("time", 0.5, "s", 1.0, 2.0)
    ]
    assert encode_item(found.item(KEY).state) == before
    assert found.handle(OutcomeArrived(outcome(order, 2, "boom"))) == [], "the engine does not wait for it"
    assert encode_item(found.item(KEY).state) == before


@pytest.mark.parametrize(
    ("ending", "state", "output"),
    [
        (Ending.TIMEOUT, "CRITICAL", "(Service check timed out after 60 seconds)"),
        (Ending.FLOODED, "UNKNOWN", "(Check stopped: its output is over the limit) x"),
    ],
)
def test_a_check_that_did_not_end_by_itself_says_so(ending: Ending, state: str, output: str) -> None:
    found = play()
    order = found.engine.trial("h/s", found.clock.now()).order
    assert order is not None
    run = told(found, order, outcome(order, 137, "x", ending))
    assert (run.state, run.output) == (state, output)


def test_a_result_that_is_to_count_is_one_like_any_other() -> None:
    found = play(max_check_attempts=2)
    order = found.engine.trial("h/s", found.clock.now()).order
    assert order is not None
    result = trials.result(found.engine.world, found.item(KEY), order, outcome(order, 2, "boom"))
    lines = found.handle(ResultGiven(KEY, result, Cause("me")))
    assert lines == ["SERVICE ALERT: h;s;CRITICAL;SOFT;1;boom"]
    assert trials.brief(found.item(KEY)) == StateBrief("CRITICAL", "SOFT", 1, 2)
    assert not found.item(KEY).state.was_told_passively


def test_a_result_of_an_object_that_is_gone_is_passed_over() -> None:
    found = play()
    order = found.engine.trial("h/s", found.clock.now()).order
    assert order is not None
    result = trials.result(found.engine.world, found.item(KEY), order, outcome(order, 2, "boom"))
    assert found.handle(ResultGiven(ObjectKey("gone"), result, Cause("me"))) == []


def test_what_needs_no_poller_is_answered_at_once() -> None:
    site = Site().host("h", **ACTIVE, command=None).service("h", "s", **PASSIVE).rule("h", "web", "h,s")
    found = Playbook(site)
    found.passive("h;s", 2)
    for name, code in (("h", 0), ("h/web", 2)):
        trial = found.engine.trial(name, found.clock.now())
        assert trial.order is None
        assert trial.result is not None
        assert trial.result.exit_code == code


def test_a_command_that_is_not_defined_is_refused() -> None:
    found = Playbook(Site().host("h", **PASSIVE).service("h", "s", command="nothing", **PASSIVE))
    with pytest.raises(RefusedError, match="'nothing' of h/s is not defined"):
        found.engine.trial("h/s", found.clock.now())
    with pytest.raises(RefusedError, match="is a contact"):
        found.engine.trial("contact/admin", found.clock.now())
