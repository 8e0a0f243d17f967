"""What followers are told of a result is what the tables of attributes say, field by field."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from alignak.base.clock import Instant
from alignak.base.ids import IdSource, OrderId
from alignak.engine.attributes import chosen
from alignak.engine.engine import Engine
from alignak.engine.results import check_result, next_schedule
from alignak.engine.state import Acknowledgement, Downtime, EngineState, Item, ItemState, World
from alignak.engine.underway import InFlight
from alignak.model.objects import Checkable, CommandCall, ObjectSet, Policy
from alignak.model.settings import Settings
from alignak.model.snapshot import Part
from alignak.model.states import Kind, StateType

SECOND = {Kind.HOST: "DOWN", Kind.SERVICE: "WARNING"}
THIRD = {Kind.HOST: "UNREACHABLE", Kind.SERVICE: "CRITICAL"}


@pytest.fixture
def world() -> World:
    objects = ObjectSet(
        policies=(Policy(check_interval=5, retry_interval=0.5),),
        commands=(),
        timeperiods=(),
        notificationways=(),
        contacts=(),
        contactgroups=(),
        hosts=(Checkable("web"),),
        hostgroups=(),
        services=(Checkable("web", description="Disk /", check_command=CommandCall("check_disk", ("/",))),),
        servicegroups=(),
    )
    part = Part("1", "All", "test", Settings(), {}, objects)
    return Engine(part, {}, EngineState(), IdSource("e"), Instant(1_800_000_000.0, 1.0)).world


def are_equal(world: World, item: Item) -> bool:
    told = {"R": check_result(world, item), "N": next_schedule(item)}
    return all(list(dict(found).items()) == list(chosen(world, item, flag).items()) for flag, found in told.items())


@pytest.mark.parametrize("key", ["web", "web;Disk /"])
def test_an_object_is_told_as_the_tables_say(world: World, key: str) -> None:
    item = next(each for each in world.items.values() if each.key == key)
    assert are_equal(world, item)
    item.state = ItemState(
        state=THIRD[item.kind],
        state_type=StateType.SOFT,
        attempt=2,
        last_state=SECOND[item.kind],
        last_state_type=StateType.SOFT,
        last_hard_state=SECOND[item.kind],
        last_state_change=1.5,
        last_hard_state_change=2.5,
        last_chk=3.5,
        has_been_checked=True,
        last_times={"UP": 4.5, "OK": 5.5, THIRD[item.kind]: 6.5},
        output="out",
        long_output="long",
        perf_data="a=1",
        return_code=2,
        latency=0.25,
        execution_time=0.125,
        current_event_id=7,
        last_event_id=6,
        current_problem_id=5,
        last_problem_id=4,
        percent_state_change=12.5,
        acknowledgement=Acknowledgement("me", "known", True, True, 1.0),
        downtimes={"1": Downtime("1", "me", "planned", 1.0, 2.0, is_in_effect=True)},
    )
    item.in_flight = InFlight(OrderId("o"), 1.0)
    assert are_equal(world, item)
    assert check_result(world, item)["in_scheduled_downtime"] is True


def test_directives_that_mean_nothing_are_told_as_they_were_given(world: World) -> None:
    for item in world.items.values():
        item.policy = replace(item.policy, extra={"timeout": "30", "early_timeout": "1"})
        assert are_equal(world, item)
        assert check_result(world, item)["timeout"] == 30
