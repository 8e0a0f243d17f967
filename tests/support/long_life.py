"""An engine that lives through years in minutes, event by event, with pollers that answer and operators who act."""

from __future__ import annotations

from collections import defaultdict
from heapq import heappop, heappush
from random import Random

from alignak.base.clock import Instant
from alignak.base.ids import Cause, IdSource
from alignak.engine.decisions import Decision, EmitBrok, RunOrder
from alignak.engine.engine import Engine
from alignak.engine.events import CommandArrived, Event, OrderLost, OutcomeArrived, Wake
from alignak.engine.retention import decode_engine, decode_item, encode_engine, encode_item
from alignak.engine.state import EngineState, Item, ItemState
from alignak.messages.work import Ending, Order, Outcome, Work
from tests.support.long_facts import Checks, Sizes, Tellings
from tests.support.long_site import NIGHTLY, ROUTERS, long_site, weather, without_one_host
from tests.support.weather import DAY, HOUR

NEW_YEAR = 1_735_686_000.0
"""2025-01-01 00:00 in Paris."""

LOST_SHARE = 0.0005
"""How many checks are never answered because their poller died."""


RESTARTS = (6, 50, 147, 244)
"""After the last one, whatever grows has years to show it."""


class LongLife:
    """One scheduler's life, and everybody who watches it."""

    def __init__(self) -> None:
        self.now = Instant(NEW_YEAR, 1_000.0)
        self.end = NEW_YEAR
        self.chance = Random("operators and pollers")
        self.site = long_site()
        self.weather = weather()
        self.checks, self.tellings, self.sizes = Checks(), Tellings(), Sizes()
        self.answers: list[tuple[float, int, Order]] = []
        self.starts: dict[str, list[float]] = defaultdict(list)
        self.stops: dict[str, list[float]] = defaultdict(list)
        self.commands: list[tuple[bool, str, str]] = []
        self.lives = self.number = 0
        self.is_calm = False
        self._start({}, EngineState())

    def _start(self, states: dict[str, ItemState], own: EngineState) -> None:
        self.lives += 1
        self.answers.clear()
        self.engine = Engine(self.site.part(), states, own, IdSource(f"e{self.lives}"), self.now)
        self.take(self.engine.start(self.now))

    def live(self, days: int) -> None:
        """Live through some days."""
        for day in range(days):
            self.end += DAY
            self._day(day)
            self.engine.validate()
            self.sizes.measure(self.engine)
            if day in RESTARTS:
                self.restart()
            if day % 61 in (30, 31):
                self.read_again(is_whole=day % 61 == 31)

    def calm_down(self, days: int) -> None:
        """Have everything well, and nobody act any more."""
        self.is_calm = True
        self.live(days)

    def _day(self, day: int) -> None:
        """Go from event to event until midnight; somebody looks at everything each hour."""
        hour = self.now.wall
        while self.now.wall < self.end:
            hour = min(hour + HOUR, self.end)
            self._until(hour)
            for item in self.engine.world.items.values():
                self.tellings.look(item, self.now.wall)
                self.checks.look(item, self.now.wall)
            self._passive(hour)
            if not self.is_calm:
                self._operate()

    def _until(self, wall: float) -> None:
        end = self.now.mono_of(wall)
        answers, wheel_next = self.answers, self.engine.next_wakeup
        while True:
            due = wheel_next()
            answered = answers[0][0] if answers else end + 1
            at = answered if due is None or answered <= due else due
            if at > end:
                break
            if at > self.now.mono:
                self.now = self.now.plus(at - self.now.mono)
            if at == answered:
                self._answer(heappop(answers)[2])
            else:
                self.give(Wake())
        self.now = Instant(wall, end)

    def _answer(self, order: Order) -> None:
        if order.work is Work.CHECK:
            if self.chance.random() < LOST_SHARE:
                self.give(OrderLost(order.id, "poller-1", Cause("death")))
                return
            code = self.truth(order.key)
            output = f"state {code}|time={code}.5s;2;3"
        else:
            code, output = 0, ""
        self.give(
            OutcomeArrived(
                Outcome(order.id, order.work, order.key, Ending.DONE, code, output, self.now.wall, 0.1, 0, 0, "", "")
            )
        )

    def truth(self, key: str) -> int:
        """Return what a plugin says of an object now."""
        if self.is_calm:
            return 0
        now = self.now.wall
        host = key.partition(";")[0]
        router = ROUTERS[int(host[1:]) // 10]
        codes = [self.weather[each].at(now) for each in dict.fromkeys((router, host))]
        if any(codes):
            return 2
        return 0 if key == host else self.weather[key].at(now)

    def give(self, event: Event) -> None:
        """Have something happen."""
        self.take(self.engine.handle(event, self.now))

    def take(self, decisions: list[Decision]) -> None:
        """Do what was decided."""
        for each in decisions:
            kind = type(each)
            if kind is RunOrder:
                self._run(each.order)
            elif kind is EmitBrok and each.type == "monitoring_log":
                self._log(each.data["message"])

    def _run(self, order: Order) -> None:
        self.number += 1
        heappush(self.answers, (self.now.mono + self.chance.uniform(0.1, 8.0), self.number, order))
        item = self.engine.world.items[order.key]
        if order.work is Work.CHECK:
            self.checks.checked(item, order, self.now.wall)
        elif order.work is Work.NOTIFICATION:
            self.tellings.message(item, order.contact, order.argv[-1], self.now.wall)

    def _log(self, line: str) -> None:
        """Read the monitoring log as an operator does."""
        subject, _, text = line.partition(": ")
        if not subject.endswith("ALERT") or subject.startswith("CONTACT"):
            return
        fields = text.split(";")
        key = ";".join(fields[:2]) if subject.startswith("SERVICE") else fields[0]
        self.tellings.excused(key, self.now.wall)
        if subject.endswith("DOWNTIME ALERT"):
            phase = line.rpartition(";")[0].rpartition(";")[2]
            {"STARTED": self.starts, "STOPPED": self.stops}.get(phase, defaultdict(list))[key].append(self.now.wall)

    def _passive(self, hour: float) -> None:
        """Have the services that nobody checks say how they are, unless they are broken: then they are silent."""
        for item in [each for each in self.engine.world.items.values() if not each.policy.active_checks_enabled]:
            if not self.truth(item.key):
                self.command(f"PROCESS_SERVICE_CHECK_RESULT;{item.key};0;well|a=1")

    def _operate(self) -> None:
        """Have somebody take care of problems, and plan works."""
        chance, now = self.chance, int(self.now.wall)
        items = [each for each in self.engine.world.items.values() if each.key != NIGHTLY]
        for item in items:
            if item.is_problem and item.state.acknowledgement is None and chance.random() < 0.05:
                self._acknowledge(item)
        if chance.random() < 0.04:
            self._plan(chance.choice(items), next((each for item in items for each in item.state.downtimes), "0"))
        if chance.random() < 0.005:
            self.command(f"SCHEDULE_CONTACT_DOWNTIME;ann;{now};{now + 7200};me;away")
        if chance.random() < 0.005:
            for item in [each for each in items if each.state.downtimes][:1]:
                self.command(f"DEL_{_type(item)}_DOWNTIME;{next(iter(item.state.downtimes))}")

    def _plan(self, item: Item, other: str) -> None:
        """Have works planned, some of which begin with others."""
        chance = self.chance
        begin = int(self.now.wall) + chance.choice((0, 1800, 7200, 86400))
        end, fixed = begin + chance.choice((1800, 14400)), chance.choice((0, 1))
        trigger = chance.choice(("0", "0", "0", other))
        self.command(f"SCHEDULE_{_type(item)}_DOWNTIME;{item.key};{begin};{end};{fixed};{trigger};900;me;works")

    def _acknowledge(self, item: Item) -> None:
        sticky, expires = self.chance.choice((1, 2)), self.chance.choice((0, 0, int(self.now.wall) + 7200))
        name = f"ACKNOWLEDGE_{_type(item)}_PROBLEM"
        if expires:
            self.command(f"{name}_EXPIRE;{item.key};{sticky};1;0;{expires};me;later")
        else:
            self.command(f"{name};{item.key};{sticky};1;0;me;mine")

    def command(self, line: str) -> None:
        """Give an external command."""
        self.give(CommandArrived(line, "c", Cause("operator")))

    def restart(self) -> None:
        """Have the scheduler stopped, and started a minute later with what it had saved."""
        world = self.engine.world
        states = {key: decode_item(encode_item(item.state)) for key, item in world.items.items()}
        own = decode_engine(encode_engine(world.own))
        self.now = self.now.plus(60.0)
        self._start(states, own)

    def read_again(self, *, is_whole: bool) -> None:
        """Have the configuration read again, with one host gone or back."""
        site = self.site if is_whole else without_one_host(self.site)
        self.take(self.engine.reconfigure(site.part(), self.now))
        known = self.engine.world.items
        self.checks.last = {key: at for key, at in self.checks.last.items() if key in known}
        self.tellings.told = {who: at for who, at in self.tellings.told.items() if who[0] in known}


def _type(item: Item) -> str:
    return "HOST" if item.is_host else "SVC"
