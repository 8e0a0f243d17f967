"""Whatever happens, in whatever order, the engine does not contradict itself; and it does the same again."""

from __future__ import annotations

import re
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
from alignak.model.objects import CommandCall
from alignak.model.relations import Escalation
from tests.support.playbook import MONDAY_NOON
from tests.support.sites import ACTIVE, PASSIVE, Site

KEYS = ("r", "h", "h;s", "h;v", "p", "p;f", "c", "c;e", "p;l")


ESCALATIONS = (
    Escalation("second", 2, notification_interval=1, options=("c", "w", "d"), contacts=("boss",)),
    Escalation("late", first_notification_time=4, is_time_based=True, options=("c", "d", "x"), contacts=("boss",)),
)


PROGRAM = {"flap_history": 4, "obsess_over_services": True, "ocsp_command": "other"}

LIVELY = {
    "flap_detection_options": ("o", "w", "c"),
    "low_flap_threshold": 40,
    "stalking_options": ("o", "c"),
    "snapshot_enabled": True,
    "snapshot_command": CommandCall("other"),
    "snapshot_criteria": ("w", "c"),
    "snapshot_interval": 1.0,
}
"""Everything that looks closer at results."""


def site() -> Site:
    handled = {"event_handler": CommandCall("eh"), "event_handler_enabled": True}
    found = (
        Site(service_perfdata_command="perf", max_service_check_spread=1, max_host_check_spread=1, **PROGRAM)
        .host("r", max_check_attempts=2, **ACTIVE)
        .host("h", parents=("r",), max_check_attempts=2, notification_interval=5, **ACTIVE)
        .service(
            "h", "s", max_check_attempts=3, first_notification_delay=2, notification_interval=3, **handled, **ACTIVE
        )
        .service("h", "v", is_volatile=True, check_period="workhours", notification_period="workhours", **ACTIVE)
        .host("p", check_freshness=True, freshness_threshold=60, **PASSIVE)
        .service("p", "f", check_freshness=True, freshness_threshold=90, max_check_attempts=2, **PASSIVE)
        .host("c", parents=("r",), escalations=("late",), notification_period="workhours", **ACTIVE)
        .service("c", "e", escalations=("second", "late"), notification_interval=2, contacts=("ann", "admin"), **ACTIVE)
        .service("p", "l", maintenance_period="workhours", **LIVELY, **ACTIVE)
        .contact("boss", group_window=45)
        .contact("ann", group_window=20, service_notification_period="workhours")
    )
    found.others["escalations"] = ESCALATIONS
    found.depends("h;v", "h;s", notification_criteria=("c", "u"), execution_criteria=("u",), period="workhours")
    found.depends("c;e", "p;f", notification_criteria=("w", "c"), inherits_parent=True)
    found.depends("p;f", "p;l", notification_criteria=("c",)).depends("c", "p", notification_criteria=("d", "x"))
    found.recurs("noon", "h", "p;l", rule="daily", start="12:10", seconds=900)
    return found


COMMANDS = st.sampled_from(
    (
        "SCHEDULE_RECURRING_HOST_DOWNTIME;h;daily;12:05;600;;me;a",
        "SCHEDULE_RECURRING_HOST_SVC_DOWNTIME;h;mon;11:30;7200;Europe/Paris;me;a",
        "DEL_RECURRING_DOWNTIME;2",
        "DEL_RECURRING_DOWNTIME;5",
        "ACKNOWLEDGE_HOST_PROBLEM;h;2;1;0;me;a",
        "ACKNOWLEDGE_SVC_PROBLEM;h;s;1;1;0;me;a",
        "ACKNOWLEDGE_SVC_PROBLEM_EXPIRE;p;f;2;1;0;@500;me;a",
        "REMOVE_SVC_ACKNOWLEDGEMENT;h;s",
        "ACKNOWLEDGE_HOST_PROBLEM;c;1;1;0;me;a",
        "SCHEDULE_CONTACT_DOWNTIME;admin;@0;@400;me;a",
        "SCHEDULE_CONTACT_DOWNTIME;boss;@100;@700;me;b",
        "DEL_ALL_CONTACT_DOWNTIMES;admin",
        "DISABLE_CONTACT_SVC_NOTIFICATIONS;admin",
        "ENABLE_CONTACT_SVC_NOTIFICATIONS;admin",
        "CHANGE_CONTACT_SVC_NOTIFICATION_TIMEPERIOD;boss;workhours",
        "CHANGE_CONTACT_MODSATTR;boss;0",
        "SEND_CUSTOM_SVC_NOTIFICATION;c;e;5;me;a",
        "SEND_CUSTOM_HOST_NOTIFICATION;c;6;me;a",
        "SET_SVC_NOTIFICATION_NUMBER;c;e;0",
        "SET_SVC_NOTIFICATION_NUMBER;c;e;4",
        "SCHEDULE_SVC_DOWNTIME;c;e;@0;@200;1;0;0;me;a",
        "DISABLE_HOST_AND_CHILD_NOTIFICATIONS;r",
        "ENABLE_HOST_AND_CHILD_NOTIFICATIONS;r",
        "SCHEDULE_HOST_DOWNTIME;h;@0;@300;1;0;0;me;a",
        "SCHEDULE_SVC_DOWNTIME;h;s;@60;@600;0;0;120;me;a",
        "SCHEDULE_SVC_DOWNTIME;h;v;@0;@900;0;1;60;me;a",
        "SCHEDULE_HOST_SVC_DOWNTIME;p;@30;@400;1;0;0;me;a",
        "DEL_ALL_HOST_DOWNTIMES;h",
        "DEL_SVC_DOWNTIME;3",
        "DEL_ALL_SVC_COMMENTS;h;s",
        "DISABLE_HOST_CHECK;h",
        "ENABLE_HOST_CHECK;h",
        "DISABLE_HOST_SVC_CHECKS;h",
        "ENABLE_HOST_SVC_CHECKS;h",
        "STOP_EXECUTING_HOST_CHECKS",
        "START_EXECUTING_HOST_CHECKS",
        "DISABLE_HOST_FRESHNESS_CHECKS",
        "ENABLE_HOST_FRESHNESS_CHECKS",
        "DISABLE_NOTIFICATIONS",
        "ENABLE_NOTIFICATIONS",
        "CHANGE_MAX_SVC_CHECK_ATTEMPTS;h;s;1",
        "CHANGE_NORMAL_SVC_CHECK_INTERVAL;h;s;0",
        "CHANGE_NORMAL_SVC_CHECK_INTERVAL;h;s;7",
        "CHANGE_SVC_MODATTR;h;s;0",
        "CHANGE_HOST_CHECK_TIMEPERIOD;h;workhours",
        "SCHEDULE_FORCED_SVC_CHECK;h;v;0",
        "SCHEDULE_HOST_SVC_CHECKS;h;@40",
        "DELAY_HOST_NOTIFICATION;h;@700",
        "LAUNCH_SVC_EVENT_HANDLER;h;s",
        "DISABLE_SVC_FLAP_DETECTION;p;l",
        "ENABLE_SVC_FLAP_DETECTION;p;l",
        "DISABLE_FLAP_DETECTION",
        "ENABLE_FLAP_DETECTION",
        "DEL_ALL_SVC_DOWNTIMES;p;l",
        "STOP_OBSESSING_OVER_SVC;p;l",
    )
)
OUTCOMES = st.tuples(st.integers(0, 5), st.sampled_from((0, 0, 1, 2, 2, 3, 7, 137)))
OFTEN = (
    st.tuples(st.just("after"), st.sampled_from((0.0, 1.0, 30.0, 61.0, 300.0))),
    st.tuples(st.just("outcome"), OUTCOMES),
    st.tuples(st.just("passive"), st.tuples(st.sampled_from(KEYS), st.integers(0, 4))),
    st.tuples(st.just("command"), COMMANDS),
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
        timed = re.sub(r"@(\d+)", lambda found: str(int(self.now.wall) + int(found[1])), line)
        self.give(CommandArrived(timed, "c", Cause("test")))

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
