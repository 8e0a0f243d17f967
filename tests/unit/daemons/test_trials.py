"""Checks run out of turn: what waits, what is taken, what comes of it, and what nobody answers."""

from __future__ import annotations

import pytest

from alignak.api.arbiter import LookAtCheck, RunCheck
from alignak.base.errors import NotFoundError, NotReadyError, RefusedError
from alignak.base.ids import IdSource, ObjectKey
from alignak.daemons import trials
from alignak.daemons.trials import MARGIN, TAKEN_WITHIN, Trials
from alignak.dispatch.leases import Lanes
from alignak.engine.decisions import Decision
from alignak.engine.retention import encode_item
from alignak.messages.trials import CheckRun
from alignak.messages.work import CHECKS, Ending, Order, Outcome
from alignak.model.topology import LINK_NAMES, DaemonLink, Role
from tests.support.playbook import Playbook
from tests.support.sites import ACTIVE, PASSIVE, Site

KEY = ObjectKey("h;s")


def poller(*tags: str) -> DaemonLink:
    return DaemonLink(
        role=Role.POLLER, name="p1", instance_id=f"{LINK_NAMES[Role.POLLER]}_p1", realm="All", poller_tags=tags
    )


class Desk:
    """A scheduler's trials, with its lanes, its engine and a poller that is asked for."""

    def __init__(self, **policy: object) -> None:
        self.play = Playbook(Site().host("h", **PASSIVE).service("h", "s", **{**PASSIVE, **policy}))
        self.lanes = Lanes()
        self.performed: list[Decision] = []
        self.trials = Trials(self.performed.extend, IdSource("t"))

    def begin(self, name: str = "h/s", tags: tuple[str, ...] = ("None",), *, apply: bool = False) -> CheckRun:
        now = self.play.clock.now()
        return self.trials.begin(RunCheck(name, apply), self.play.engine, self.lanes, (poller(*tags),), now)

    def take(self) -> list[Order]:
        return self.lanes.lease(CHECKS, ("None",), None, "p1", self.play.clock.now(), 10)

    def answer(self, order: Order, code: int = 2) -> None:
        self.lanes.finish(order.id)
        now = self.play.clock.now()
        outcome = Outcome(order.id, order.work, order.key, Ending.DONE, code, "boom|a=1", now.wall, 0.5, worker="p1")
        self.trials.take(outcome, self.play.engine, now)

    def look(self, run: CheckRun) -> CheckRun:
        return self.trials.look(LookAtCheck(run.name, run.id), self.lanes)

    def after(self, seconds: float) -> None:
        self.play.clock.advance(seconds)
        self.trials.tick(self.lanes, self.play.clock.now())


def test_a_run_waits_then_runs_then_is_done() -> None:
    desk = Desk()
    run = desk.begin()
    assert (run.progress, run.command, run.poller_tag) == ("waiting", "/bin/check h", "None")
    assert desk.look(run).progress == "waiting"
    (order,) = desk.take()
    found = desk.look(run)
    assert (found.progress, found.poller) == ("running", "p1")
    desk.answer(order)
    found = desk.look(run)
    assert (found.progress, found.state, found.exit_code, found.poller) == ("done", "CRITICAL", 2, "p1")
    assert (found.output, found.duration, [each.name for each in found.metrics]) == ("boom", 0.5, ["a"])


def test_a_result_changes_nothing_unless_it_is_to_count() -> None:
    desk = Desk()
    before = encode_item(desk.play.item(KEY).state)
    run = desk.begin()
    desk.answer(*desk.take())
    assert encode_item(desk.play.item(KEY).state) == before
    assert desk.performed == []
    assert not desk.look(run).is_applied

    run = desk.begin(apply=True)
    desk.answer(*desk.take())
    found = desk.look(run)
    assert found.is_applied
    assert (found.before.state, found.after.state, found.after.state_type) == ("OK", "CRITICAL", "HARD")
    assert desk.performed, "what follows is done: somebody is told"


def test_people_go_before_regular_checks() -> None:
    desk = Desk(**ACTIVE, active_checks_enabled=True)
    desk.play.until_checked("h;s")
    desk.lanes.put(desk.play.checks[KEY])
    run = desk.begin()
    assert desk.take()[0].id == run.id


def test_what_no_poller_takes_is_given_up_and_withdrawn() -> None:
    desk = Desk()
    run = desk.begin()
    desk.after(TAKEN_WITHIN - 1)
    assert desk.look(run).progress == "waiting"
    desk.after(2)
    found = desk.look(run)
    assert found.progress == "failed"
    assert "no poller took it within 10 s" in found.reason
    assert desk.take() == []


def test_what_a_poller_takes_and_never_answers_is_given_up_too() -> None:
    desk = Desk()
    run = desk.begin()
    (order,) = desk.take()
    desk.after(TAKEN_WITHIN + 1)
    assert desk.look(run).progress == "running"
    desk.after(order.timeout + MARGIN + 1)
    found = desk.look(run)
    assert found.progress == "failed"
    assert "p1 took it and gave no answer" in found.reason
    desk.answer(order)
    assert desk.look(run).progress == "failed", "an answer that comes too late changes nothing"


def test_a_tag_no_poller_has_is_refused_at_once() -> None:
    with pytest.raises(RefusedError, match=r"of the tag 'None' \(p1: dmz\)"):
        Desk().begin(tags=("dmz",))


def test_an_object_that_goes_away_meanwhile_fails_the_run() -> None:
    desk = Desk()
    run = desk.begin()
    (order,) = desk.take()
    desk.play.reconfigure(Site().host("h", **PASSIVE).part())
    desk.answer(order)
    assert "not in the configuration any more" in desk.look(run).reason


def test_too_many_at_once_are_refused_and_old_ones_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "MOST", 3)
    monkeypatch.setattr(trials, "KEPT", 3)
    desk = Desk()
    first, *_ = (desk.begin() for _ in range(3))
    with pytest.raises(NotReadyError):
        desk.begin()
    for order in desk.take():
        desk.answer(order)
    desk.begin()
    with pytest.raises(NotFoundError):
        desk.look(first)


def test_what_the_scheduler_answers_itself_is_done_at_once() -> None:
    desk = Desk()
    desk.play = Playbook(Site().host("h", **ACTIVE, command=None))
    run = desk.begin("h")
    assert (run.progress, run.state, run.poller) == ("done", "UP", "")
    assert desk.look(run) == run
