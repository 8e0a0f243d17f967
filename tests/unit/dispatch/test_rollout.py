"""A plan on its way to the daemons: once to each, again to whoever lost it, and back when one refuses."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from alignak.base.clock import ManualClock
from alignak.dispatch.cutting import whole
from alignak.dispatch.planner import Plan, plan
from alignak.dispatch.rollout import TRIES, Report, Rollout
from alignak.messages.control import DaemonConfiguration, ManagedPart
from alignak.model.settings import Settings
from alignak.model.topology import Role
from tests.support.installations import daemon, host, installation, one_of_each, scheduler

SATELLITES = ["broker-All", "poller-All", "reactionner-All", "receiver-All"]
DAEMONS = [scheduler("s1"), scheduler("s2"), *one_of_each()]
OLD = plan(installation(["a", "b", "c"], DAEMONS))
NEW = plan(replace(installation(["a", "b", "c", "d"], DAEMONS), settings=Settings(flap_history=10)), OLD.placement)
"""A host more for a scheduler, and a parameter that everybody is told of."""


class Site:
    """Daemons that take what they are pushed, as the arbiter sees them."""

    def __init__(self, *names: str) -> None:
        self.lives = dict.fromkeys(names, "life-1")
        self.held: dict[str, DaemonConfiguration] = {}
        self.broken: set[str] = set()
        """Names of daemons that refuse whatever they are pushed."""
        self.pushes: list[str] = []

    def reports(self) -> dict[str, Report]:
        """Return what the daemons say of themselves."""
        return {
            name: Report(
                life,
                {
                    each.link.instance_id: ManagedPart(self.held[name].hash, each.push_flavor, each.managed_conf_id)
                    for each in (self.held[name].schedulers if name in self.held else ())
                },
            )
            for name, life in self.lives.items()
        }

    def restart(self, name: str, keeps: bool) -> None:
        """Restart a daemon; it keeps its configuration when that was on disk."""
        self.lives[name] += "+"
        if not keeps:
            del self.held[name]

    def turn(self, rollout: Rollout, clock: ManualClock) -> list[str]:
        """Do what the rollout wants, once."""
        reports = self.reports()
        for name in rollout.to_release(reports):
            self.held.pop(name)
        wanted = rollout.needed(reports, clock.now())
        for name in wanted:
            conf = rollout.configuration(name)
            assert conf is not None
            self.pushes.append(name)
            if name in self.broken:
                rollout.push_failed(conf, "HTTP 507", clock.now())
            else:
                self.held[name] = conf
                rollout.pushed(conf, self.lives[name], clock.now())
        return wanted

    def settle(self, rollout: Rollout, clock: ManualClock, turns: int = 40) -> None:
        """Do what the rollout wants, second by second."""
        for _ in range(turns):
            self.turn(rollout, clock)
            clock.advance(1)

    def has(self, wanted: Plan) -> bool:
        """Tell whether every daemon holds what a plan says."""
        return self.held == wanted.configurations


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def site() -> Site:
    return Site("s1", "s2", *SATELLITES)


def test_each_daemon_is_pushed_once_satellites_first(site: Site, clock: ManualClock) -> None:
    rollout = Rollout(OLD)
    assert site.turn(rollout, clock) == [*SATELLITES, "s1", "s2"]
    assert not rollout.is_complete
    assert site.turn(rollout, clock) == []
    assert rollout.is_complete
    assert rollout.reasons() == {}
    assert site.has(OLD)


def test_a_restarted_arbiter_pushes_nothing_to_daemons_that_have_it(site: Site, clock: ManualClock) -> None:
    site.settle(Rollout(OLD), clock)
    site.pushes.clear()
    again = Rollout(OLD)
    site.settle(again, clock)
    assert (site.pushes, again.is_complete) == ([], True)


def test_a_daemon_whose_part_is_unchanged_is_not_pushed_by_a_reload(clock: ManualClock) -> None:
    alone = [scheduler("s1"), daemon(Role.POLLER, "p1"), daemon(Role.BROKER, "b1")]
    before = plan(installation(["a"], [*alone]))
    after = plan(installation(["a"], [*alone[:2], daemon(Role.BROKER, "b1", modules=("x",))]), before.placement)
    site = Site("s1", "p1", "b1")
    site.settle(Rollout(before), clock)
    site.pushes.clear()
    site.settle(Rollout(after, before), clock)
    assert "p1" not in site.pushes
    assert "b1" in site.pushes


def test_a_daemon_that_lost_its_configuration_gets_it_again_and_one_that_kept_it_does_not(
    site: Site, clock: ManualClock
) -> None:
    rollout = Rollout(OLD)
    site.settle(rollout, clock)
    site.pushes.clear()
    site.restart("s1", keeps=False)
    site.restart("poller-All", keeps=True)
    assert site.turn(rollout, clock) == ["s1"]
    site.turn(rollout, clock)
    assert rollout.is_complete


def test_a_daemon_restarted_just_after_a_push_is_not_waited_for(site: Site, clock: ManualClock) -> None:
    rollout = Rollout(OLD)
    site.turn(rollout, clock)
    site.restart("s1", keeps=False)
    assert site.turn(rollout, clock) == ["s1"]


def test_a_daemon_that_does_not_answer_holds_up_nobody_and_is_named(site: Site, clock: ManualClock) -> None:
    del site.lives["poller-All"]
    rollout = Rollout(OLD)
    site.settle(rollout, clock, 3)
    assert (rollout.is_settled, rollout.is_complete) == (True, False)
    assert rollout.reasons() == {"poller-All": "not reached yet"}
    site.lives["poller-All"] = "life-2"
    site.settle(rollout, clock, 2)
    assert rollout.is_complete


def test_a_failed_push_is_tried_again_less_and_less_often(site: Site, clock: ManualClock) -> None:
    site.broken.add("s1")
    rollout = Rollout(OLD)
    times = []
    for second in range(130):
        if "s1" in site.turn(rollout, clock):
            times.append(second)
        clock.advance(1)
    assert times == [0, 1, 3, 7, 15, 31, 63, 123]
    assert rollout.reasons() == {"s1": "push 8 failed: HTTP 507"}
    assert not rollout.is_going_back
    site.broken.clear()
    site.settle(rollout, clock, 70)
    assert rollout.is_complete


def test_a_push_that_is_taken_and_never_reported_is_done_again(site: Site, clock: ManualClock) -> None:
    rollout = Rollout(OLD, confirm_within=5)
    pushes = []
    for second in range(8):
        reports = {"s1": Report("life-1", {})}
        for name in rollout.needed(reports, clock.now()):
            rollout.pushed(OLD.configurations[name], "life-1", clock.now())
            pushes.append(second)
        clock.advance(1)
    assert pushes == [0, 6]
    assert "does not report" in rollout.reasons()["s1"]


def test_a_satellite_without_a_scheduler_is_pushed_once_in_each_of_its_lives(clock: ManualClock) -> None:
    idle = plan(installation([], [daemon(Role.POLLER, "p1")]))
    site, rollout = Site("p1"), Rollout(idle)
    site.settle(rollout, clock, 20)
    assert (site.pushes, rollout.is_complete) == (["p1"], True)
    site.restart("p1", keeps=True)
    site.settle(rollout, clock, 20)
    assert site.pushes == ["p1", "p1"]


def test_a_reload_that_changes_a_host_alone_reaches_its_scheduler_alone(site: Site, clock: ManualClock) -> None:
    site.settle(Rollout(OLD), clock)
    changed = installation(["a", "b", replace(host("c"), address="10.0.0.1")], DAEMONS)
    rollout = Rollout(plan(changed, OLD.placement), OLD)
    assert site.turn(rollout, clock) == [OLD.owners["c"]]


def test_a_reload_reaches_the_schedulers_when_every_satellite_has_it(site: Site, clock: ManualClock) -> None:
    site.settle(Rollout(OLD), clock)
    rollout = Rollout(NEW, OLD)
    assert site.turn(rollout, clock) == SATELLITES
    assert [rollout.plan.configurations[each].self_conf.role for each in site.turn(rollout, clock)] == 2 * [
        Role.SCHEDULER
    ]
    site.settle(rollout, clock, 2)
    assert site.has(NEW)
    assert not rollout.is_going_back


@pytest.mark.parametrize("broken", [*SATELLITES, "s1", "s2"])
def test_a_reload_that_one_daemon_does_not_take_leaves_the_old_configuration_everywhere(
    site: Site, clock: ManualClock, broken: str
) -> None:
    config = replace(installation(["a", "b", "c", "d", "e", "f"], DAEMONS), settings=Settings(flap_history=10))
    new = plan(config, OLD.placement)
    site.settle(Rollout(OLD), clock)
    site.broken.add(broken)
    rollout = Rollout(new, OLD)
    site.settle(rollout, clock)
    assert rollout.is_going_back
    assert broken in rollout.abort_reason
    assert f"push {TRIES} failed: HTTP 507" in rollout.abort_reason
    assert site.has(OLD)
    assert rollout.is_settled


def test_an_answer_that_comes_when_everybody_has_gone_back_counts_for_nothing(clock: ManualClock) -> None:
    def spare_poller(*modules: str) -> Plan:
        return plan(installation([], [daemon(Role.POLLER, "p1", modules=modules), daemon(Role.POLLER, "p2")]))

    rollout = Rollout(spare_poller("x"), spare_poller())
    late = rollout.configuration("p1")
    failing = rollout.configuration("p2")
    assert late is not None
    assert failing is not None
    for _ in range(TRIES):
        rollout.push_failed(failing, "HTTP 507", clock.now())
    assert rollout.is_going_back
    rollout.pushed(late, "life-1", clock.now())
    assert rollout.needed({"p1": Report("life-1", {})}, clock.now()) == ["p1"]


def test_a_dead_satellite_does_not_keep_a_reload_from_the_others(site: Site, clock: ManualClock) -> None:
    site.settle(Rollout(OLD), clock)
    del site.lives["reactionner-All"]
    rollout = Rollout(NEW, OLD)
    site.settle(rollout, clock, 5)
    assert rollout.is_settled
    assert not rollout.is_going_back
    assert site.held["s1"] == NEW.configurations["s1"]


def test_a_scheduler_gets_its_part_back_once_the_spare_has_let_go_of_it(clock: ManualClock) -> None:
    config = installation(["a"], [scheduler("s1"), scheduler("s9", spare=True), *one_of_each()])
    main = plan(config)
    spare = plan(config, main.placement, absent={"s1"})
    site = Site("s9", *SATELLITES)
    site.settle(Rollout(spare), clock)
    assert site.held["s9"].conf_part == whole(main.parts["s1"])
    site.lives["s1"] = "life-2"
    rollout = Rollout(main)
    reports = site.reports()
    assert rollout.to_release(reports) == ["s9"]
    assert "s1" not in rollout.needed(reports, clock.now())
    assert rollout.reasons()["s1"] == "s9 still works on its part"
    site.settle(rollout, clock, 3)
    assert "s9" not in site.held
    assert rollout.is_complete


def test_a_scheduler_that_has_the_old_part_is_sent_what_changed(site: Site, clock: ManualClock) -> None:
    site.settle(Rollout(OLD), clock)
    rollout = Rollout(NEW, OLD)
    name = NEW.owners["d"]
    changed = rollout.changes(name, site.reports()[name])
    assert changed is not None
    assert changed.conf_part is not None
    assert changed.hash == NEW.configurations[name].hash
    assert changed.conf_part.base == OLD.parts[name].hash
    assert len(changed.conf_part.hosts) == 1


def test_a_scheduler_that_has_a_part_nobody_knows_is_sent_all_of_it(site: Site, clock: ManualClock) -> None:
    site.settle(Rollout(OLD), clock)
    reports = site.reports()
    assert Rollout(plan(installation(["x"], DAEMONS))).changes("s1", reports["s1"]) is None
    assert Rollout(NEW, OLD).changes("poller-All", reports["poller-All"]) is None


def test_when_all_go_back_what_changed_is_sent_the_other_way(site: Site, clock: ManualClock) -> None:
    site.settle(Rollout(OLD), clock)
    rollout, name = Rollout(NEW, OLD), NEW.owners["d"]
    site.held[name] = NEW.configurations[name]
    site.broken.add("poller-All")
    for _ in range(TRIES):
        site.turn(rollout, clock)
        clock.advance(10)
    assert rollout.is_going_back
    assert rollout.in_force is OLD
    changed = rollout.changes(name, site.reports()[name])
    assert changed is not None
    assert changed.conf_part is not None
    assert (changed.conf_part.hash, changed.conf_part.gone) == (OLD.parts[name].hash, ("d",))
