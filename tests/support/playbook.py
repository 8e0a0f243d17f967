"""A dialogue with the engine: at a time something arrives, these decisions come out."""

from __future__ import annotations

from collections.abc import Iterable

from alignak.base.clock import ManualClock
from alignak.base.ids import Cause, IdSource, ObjectKey
from alignak.engine.decisions import AnswerCommand, Decision, EmitBrok, RunOrder
from alignak.engine.engine import Engine
from alignak.engine.events import CommandArrived, Event, OrderLost, OutcomeArrived, Wake, WallClockStepped
from alignak.engine.retention import decode_engine, decode_item, encode_engine, encode_item
from alignak.engine.state import EngineState, Item, ItemState
from alignak.messages.work import Ending, Order, Outcome, Work
from alignak.model.snapshot import Part
from tests.support.sites import Site

MONDAY_NOON = 1_763_985_600.0
"""2025-11-24 12:00:00 UTC."""


class Playbook:
    """One engine, its clock, and the poller and reactionner it believes to have."""

    def __init__(self, site: Site | Part, wall: float = MONDAY_NOON, *, start: bool = True) -> None:
        self.part = site.part() if isinstance(site, Site) else site
        self.clock = ManualClock(wall, 1_000.0)
        self.lives = 0
        self.checks: dict[ObjectKey, Order] = {}
        self.sent: list[Order] = []
        self.decided: list[Decision] = []
        self.engine = self._engine({}, EngineState())

    def _engine(self, states: dict[str, ItemState], own: EngineState) -> Engine:
        self.lives += 1
        engine = Engine(self.part, states, own, IdSource(f"e{self.lives}"), self.clock.now())
        self.decided = engine.start(self.clock.now())
        engine.validate()
        return engine

    # What arrives

    def handle(self, event: Event) -> list[str]:
        """Give the engine an event and return the lines of the monitoring log that come of it."""
        return self._take(self.engine.handle(event, self.clock.now()))

    def _take(self, decisions: list[Decision]) -> list[str]:
        self.engine.validate()
        self.decided = decisions
        for order in orders(decisions):
            if order.work is Work.CHECK:
                self.checks[order.key] = order
            else:
                self.sent.append(order)
        return lines(decisions)

    def handle_line(self, text: str) -> list[str]:
        """Give an external command that may be accepted or refused."""
        return self.handle(CommandArrived(text, "c1", Cause("test")))

    def command(self, text: str) -> list[str]:
        """Give an external command that must be accepted."""
        found = self.handle_line(text)
        assert self.answer().accepted, self.answer().reason
        return [line for line in found if not line.startswith("EXTERNAL COMMAND")]

    def refused(self, text: str) -> str:
        """Give an external command that must be refused, and return the reason."""
        self.handle_line(text)
        assert not self.answer().accepted
        return self.answer().reason

    def answer(self) -> AnswerCommand:
        (answer,) = (each for each in self.decided if isinstance(each, AnswerCommand))
        return answer

    def passive(self, key: str, code: int, output: str = "") -> list[str]:
        """Have somebody else say how an object is."""
        name = "SERVICE" if ";" in key else "HOST"
        return self.command(f"PROCESS_{name}_CHECK_RESULT;{key};{code};{output}")

    def outcome(
        self,
        key: str,
        code: int,
        output: str = "",
        ending: Ending = Ending.DONE,
        order: Order | None = None,
        at: float | None = None,
    ) -> list[str]:
        """Have the poller answer the check of an object that is under way; it ran now, or at a wall time."""
        order = order or self.checks[ObjectKey(key)]
        at = self.clock.now().wall if at is None else at
        outcome = Outcome(order.id, order.work, order.key, ending, code, output, at, 0.1, cause=order.cause)
        return self.handle(OutcomeArrived(outcome))

    def check(self, key: str, code: int, output: str = "") -> list[str]:
        """Go on until the object's regular check is due, have it run, and return the lines its outcome gives."""
        self.until_checked(key)
        return self.outcome(key, code, output)

    def until_checked(self, key: str) -> float:
        """Go on until the object's next check is decided, and return the seconds it took."""
        before = self.clock.now().mono
        self.checks.pop(ObjectKey(key), None)
        for _ in range(1_000):
            at = self.engine.next_wakeup()
            assert at is not None, "nothing is planned"
            self.after(max(0.0, at - self.clock.now().mono))
            if key in self.checks:
                return self.clock.now().mono - before
        raise AssertionError(f"{key} is never checked")

    def after(self, seconds: float) -> list[str]:
        """Let time go by, waking the engine whenever it wants to, and return all lines."""
        end = self.clock.now().mono + seconds
        found: list[str] = []
        while True:
            at = self.engine.next_wakeup()
            now = self.clock.now().mono
            if at is None or at > end:
                self.clock.advance(end - now)
                return found
            self.clock.advance(max(0.0, at - now))
            found += self.handle(Wake())

    def lose(self, key: str) -> list[str]:
        """Have the poller die that runs the check of an object."""
        order = self.checks.pop(ObjectKey(key))
        return self.handle(OrderLost(order.id, "poller-1", Cause("death")))

    def step_wall(self, seconds: float) -> list[str]:
        """Set the wall clock."""
        self.clock.step_wall(seconds)
        return self.handle(WallClockStepped(seconds, Cause("step")))

    def restart(self, away: float = 0.0) -> None:
        """End the engine's life, and begin another with what it had saved."""
        world = self.engine.world
        states = {str(key): decode_item(encode_item(item.state)) for key, item in world.items.items()}
        own = decode_engine(encode_engine(world.own))
        self.clock.advance(away)
        self.checks.clear()
        self.engine = self._engine(states, own)

    def reconfigure(self, part: Part) -> list[str]:
        """Give the engine another part."""
        return self._take(self.engine.reconfigure(part, self.clock.now()))

    # What is seen

    def item(self, key: str) -> Item:
        return self.engine.world.items[ObjectKey(key)]

    def is_running(self, key: str) -> bool:
        """Tell whether a check of the object is under way."""
        return self.item(key).in_flight is not None

    def told(self) -> list[tuple[str, str]]:
        """Return who was told since this was last asked, and by which command."""
        found = [(order.contact, order.command_name) for order in self.sent if order.work is Work.NOTIFICATION]
        self.sent = [order for order in self.sent if order.work is not Work.NOTIFICATION]
        return found

    def messages(self) -> list[tuple[str, str]]:
        """Return who was told what since somebody last asked: contacts with types of notifications."""
        found = [(order.contact, order.argv[-1]) for order in self.sent if order.work is Work.NOTIFICATION]
        self.told()
        return found

    def broks(self, type_: str) -> list[EmitBrok]:
        return [each for each in self.decided if isinstance(each, EmitBrok) and each.type == type_]


def orders(decisions: Iterable[Decision]) -> list[Order]:
    """Return what is to be run."""
    return [each.order for each in decisions if isinstance(each, RunOrder)]


def lines(decisions: Iterable[Decision]) -> list[str]:
    """Return the lines of the monitoring log."""
    return [
        str(each.data["message"]) for each in decisions if isinstance(each, EmitBrok) and each.type == "monitoring_log"
    ]
