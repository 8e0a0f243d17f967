"""Whatever happens, in whatever order, the engine does not contradict itself; and it does the same again."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from alignak.base.clock import Instant
from alignak.base.ids import Cause, IdSource, OrderId
from alignak.engine.decisions import AnswerCommand, CancelOrder, Decision, EmitBrok, RunOrder, SaveState
from alignak.engine.engine import Engine
from alignak.engine.events import CommandArrived, Event, OrderLost, OutcomeArrived, Wake, WallClockStepped
from alignak.engine.retention import decode_engine, decode_item, encode_engine, encode_item
from alignak.engine.state import EngineState
from alignak.messages.work import Ending, Order, Outcome
from tests.support.lively import COMMANDS, KEYS, site, timed
from tests.support.playbook import MONDAY_NOON

OUTCOMES = st.tuples(st.integers(0, 5), st.sampled_from((0, 0, 1, 2, 2, 3, 7, 137)))
OFTEN = (
    st.tuples(st.just("after"), st.sampled_from((0.0, 1.0, 30.0, 61.0, 300.0))),
    st.tuples(st.just("outcome"), OUTCOMES),
    st.tuples(st.just("passive"), st.tuples(st.sampled_from(KEYS), st.integers(0, 4))),
    st.tuples(st.just("command"), st.sampled_from(COMMANDS)),
)
SELDOM = (
    st.tuples(st.just("after"), st.sampled_from((7_200.0, 40_000.0))),
    st.tuples(st.just("timeout"), st.integers(0, 5)),
    st.tuples(st.just("lost"), st.integers(0, 5)),
    st.tuples(st.just("step"), st.sampled_from((3_600.0, -3_600.0, 40_000.0))),
    st.tuples(st.just("part"), st.sampled_from(("all", "all", "h", "r", "p"))),
    st.tuples(st.just("restart"), st.sampled_from((0.0, 10.0, 5_000.0))),
)
STEPS = st.one_of(*OFTEN, *OFTEN, *SELDOM)
Step = tuple[str, object]


class Run:
    """An engine that is given steps, and what it decided."""

    def __init__(self) -> None:
        self.now = Instant(MONDAY_NOON, 1_000.0)
        self.lives = 0
        self.part = site().part()
        self.orders: list[Order] = []
        self.decided: list[Decision] = []
        self.start()

    def start(self) -> None:
        states, own = {}, EngineState()
        if self.lives:
            world = self.engine.world
            states = {key: decode_item(encode_item(item.state)) for key, item in world.items.items()}
            own = decode_engine(encode_engine(world.own))
        self.lives += 1
        self.engine = Engine(self.part, states, own, IdSource(f"e{self.lives}"), self.now)
        self.take(self.engine.start(self.now))

    def take(self, decisions: list[Decision]) -> None:
        self.engine.validate()
        self.decided += decisions
        self.orders = [each.order for each in decisions if isinstance(each, RunOrder)] + self.orders[:20]

    def give(self, event: Event) -> None:
        self.take(self.engine.handle(event, self.now))

    def do(self, step: Step) -> None:
        name, value = step
        STEP[name](self, value)

    def after(self, seconds: float) -> None:
        end = self.now.mono + seconds
        for _ in range(40):
            at = self.engine.next_wakeup()
            if at is None or at > end:
                break
            self.now = self.now.plus(max(0.0, at - self.now.mono))
            self.give(Wake())
        self.now = self.now.plus(max(0.0, end - self.now.mono))

    def outcome(self, number: int, code: int, ending: Ending) -> None:
        if number < len(self.orders):
            order = self.orders[number]
            outcome = Outcome(order.id, order.work, order.key, ending, code, "text|a=1", self.now.wall, 0.1)
            self.give(OutcomeArrived(outcome))

    def lose(self, number: int) -> None:
        order_id = self.orders[number].id if number < len(self.orders) else OrderId("nobody-1")
        self.give(OrderLost(order_id, "poller-1", Cause("death")))

    def command(self, line: str) -> None:
        self.give(CommandArrived(timed(line, self.now.wall), "c", Cause("test")))

    def passive(self, key: str, code: int) -> None:
        name = "SERVICE" if ";" in key else "HOST"
        self.command(f"PROCESS_{name}_CHECK_RESULT;{key};{code};text")

    def step(self, seconds: float) -> None:
        self.now = Instant(self.now.wall + seconds, self.now.mono)
        self.give(WallClockStepped(seconds, Cause("step")))

    def reconfigure(self, name: str) -> None:
        self.part = site().part() if name == "all" else site().without(name)
        self.take(self.engine.reconfigure(self.part, self.now))

    def restart(self, away: float) -> None:
        self.now = self.now.plus(away)
        self.start()


STEP: dict[str, Callable[[Run, object], None]] = {
    "after": Run.after,
    "outcome": lambda run, value: run.outcome(*value, Ending.DONE),
    "timeout": lambda run, value: run.outcome(value, 137, Ending.TIMEOUT),
    "lost": Run.lose,
    "passive": lambda run, value: run.passive(*value),
    "command": Run.command,
    "step": Run.step,
    "part": Run.reconfigure,
    "restart": Run.restart,
}


def run(steps: list[Step]) -> Run:
    result = Run()
    for step in steps:
        result.do(step)
    return result


@settings(max_examples=200, deadline=None)
@given(st.lists(STEPS, min_size=10, max_size=40))
def test_nothing_makes_the_engine_contradict_itself(steps: list[Step]) -> None:
    run(steps)


@settings(max_examples=40, deadline=None)
@given(st.lists(STEPS, min_size=5, max_size=30))
def test_the_same_events_give_the_same_decisions_byte_for_byte(steps: list[Step]) -> None:
    first, second = run(steps), run(steps)
    assert [msgspec.json.encode(each) for each in first.decided] == [
        msgspec.json.encode(each) for each in second.decided
    ]
    assert {key: encode_item(item.state) for key, item in first.engine.world.items.items()} == {
        key: encode_item(item.state) for key, item in second.engine.world.items.items()
    }


@settings(max_examples=40, deadline=None)
@given(st.lists(STEPS, min_size=5, max_size=30))
def test_ids_are_given_once_and_every_consequence_names_its_cause(steps: list[Step]) -> None:
    decided = run(steps).decided
    orders = [each.order for each in decided if isinstance(each, RunOrder)]
    assert all(order.cause for order in orders)
    assert all(each.cause for each in decided if isinstance(each, EmitBrok | CancelOrder | AnswerCommand))
    assert len({order.id for order in orders}) == len({id(order) for order in orders})
    assert all(each.key is not None for each in decided if isinstance(each, SaveState))
