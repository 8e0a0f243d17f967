"""What was written down of a life is enough to live it again: each decision comes out as it did."""

from __future__ import annotations

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from alignak.base.clock import Instant
from alignak.base.ids import Cause, OrderId
from alignak.engine.decisions import Decision, RunOrder
from alignak.engine.events import (
    CommandArrived,
    Event,
    OrderLost,
    OutcomeArrived,
    ResultGiven,
    Wake,
    WallClockStepped,
)
from alignak.engine.retention import decode_engine, decode_item, encode_item
from alignak.engine.state import ItemState
from alignak.engine.underway import Result
from alignak.messages.work import Ending, Order, Outcome
from alignak.model.snapshot import Part
from tests.support.journals import Life, Store, as_bytes, entry, reconfigured, replay
from tests.support.lively import COMMANDS, KEYS, site, timed
from tests.support.playbook import MONDAY_NOON

CODES = st.sampled_from((0, 0, 1, 2, 2, 3, 7, 137))
KEY = st.sampled_from(KEYS)


def sent(part: Part) -> Part:
    """Return a part as it comes over the wire."""
    return msgspec.msgpack.decode(msgspec.msgpack.encode(part), type=Part)


class Lives(RuleBasedStateMachine):
    """An engine that lives, dies and lives again, while somebody writes everything down."""

    def __init__(self) -> None:
        super().__init__()
        self.now = Instant(MONDAY_NOON, 1_000.0)
        self.part = sent(site().part())
        self.store = Store()
        self.lives: list[Life] = []
        self.orders: list[Order] = []

    @initialize()
    def begin(self) -> None:
        epoch = f"e{len(self.lives) + 1}"
        self.engine = self.store.engine(self.part, epoch, self.now)
        states, own = dict(self.store.states), self.store.own
        decided = self.engine.start(self.now)
        self.lives.append(Life(epoch, self.part, states, own, self.now, as_bytes(decided), []))
        self.take(decided)
        self.begun = self.states()

    def states(self) -> dict[str, ItemState]:
        return {key: decode_item(encode_item(item.state)) for key, item in self.engine.world.items.items()}

    def take(self, decided: list[Decision]) -> None:
        self.engine.validate()
        self.store.save(self.engine, decided)
        self.orders = [each.order for each in decided if isinstance(each, RunOrder)] + self.orders[:20]

    def give(self, event: Event) -> None:
        decided = self.engine.handle(event, self.now)
        self.lives[-1].entries.append(entry(event, self.now, decided))
        self.take(decided)

    @rule(seconds=st.sampled_from((0.0, 1.0, 30.0, 61.0, 61.0, 300.0, 7_200.0)))
    def time_goes_by(self, seconds: float) -> None:
        end = self.now.mono + seconds
        for _ in range(40):
            at = self.engine.next_wakeup()
            if at is None or at > end:
                break
            self.now = self.now.plus(max(0.0, at - self.now.mono))
            self.give(Wake())
        self.now = self.now.plus(max(0.0, end - self.now.mono))

    @rule(number=st.integers(0, 5), code=CODES, ending=st.sampled_from((Ending.DONE, Ending.DONE, Ending.TIMEOUT)))
    def something_was_run(self, number: int, code: int, ending: Ending) -> None:
        if number < len(self.orders):
            order = self.orders[number]
            outcome = Outcome(order.id, order.work, order.key, ending, code, "text|a=1", self.now.wall, 0.1)
            self.give(OutcomeArrived(outcome))

    @rule(number=st.integers(0, 5))
    def somebody_died_who_ran_something(self, number: int) -> None:
        order_id = self.orders[number].id if number < len(self.orders) else OrderId("nobody-1")
        self.give(OrderLost(order_id, "poller-1", Cause("death")))

    @rule(line=st.sampled_from(COMMANDS))
    def somebody_commands(self, line: str) -> None:
        self.give(CommandArrived(timed(line, self.now.wall), "c", Cause("test")))

    @rule(key=KEY, code=st.integers(0, 4))
    def somebody_says_how_it_is(self, key: str, code: int) -> None:
        name = "SERVICE" if ";" in key else "HOST"
        self.give(CommandArrived(f"PROCESS_{name}_CHECK_RESULT;{key};{code};text", "c", Cause("test")))

    @rule(key=KEY, code=st.integers(0, 3))
    def a_check_out_of_turn_counts(self, key: str, code: int) -> None:
        self.give(ResultGiven(key, Result(code, "text", self.now.wall), Cause("trial")))

    @rule(seconds=st.sampled_from((3_600.0, -3_600.0)))
    def the_clock_is_set(self, seconds: float) -> None:
        self.now = Instant(self.now.wall + seconds, self.now.mono)
        self.give(WallClockStepped(seconds, Cause("step")))

    @rule(name=st.sampled_from(("all", "all", "h", "r", "p")))
    def the_files_are_read_again(self, name: str) -> None:
        self.part = sent(site().part() if name == "all" else site().without(name))
        before = set(self.engine.world.items)
        decided = self.engine.reconfigure(self.part, self.now)
        self.begun.update((key, state) for key, state in self.states().items() if key not in before)
        self.lives[-1].entries.append(reconfigured(self.part, self.now, decided))
        self.take(decided)

    @rule(away=st.sampled_from((0.0, 10.0, 5_000.0)))
    def the_scheduler_is_killed_and_started(self, away: float) -> None:
        """Only what the engine had saved is there at the next start; what it did not save, the start had made."""
        for key, state in self.states().items():
            kept = self.store.states.get(key)
            assert state in (self.begun[key], decode_item(kept) if kept else None), key
        assert self.engine.world.own == decode_engine(self.store.own)
        self.now = self.now.plus(away)
        self.begin()

    def teardown(self) -> None:
        """Live each life again from what was written down."""
        for number, life in enumerate(self.lives):
            again = replay(life)
            if number == len(self.lives) - 1:
                again_states = {key: item.state for key, item in again.world.items.items()}
                assert again_states == {key: item.state for key, item in self.engine.world.items.items()}


Lives.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
test_a_journal_is_enough_to_decide_everything_again = Lives.TestCase
