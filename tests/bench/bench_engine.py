"""How fast the engine decides.

One engine watches ten services a host, each checked once a minute by a plugin. Time is simulated; the figures are the
engine's own work, and what its shell adds to store and to tell the decisions, in processor time.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar
from zlib import crc32

import psutil

from alignak.base.clock import Instant
from alignak.base.codec import encode
from alignak.base.ids import Cause, IdSource
from alignak.engine.decisions import Decision, EmitBrok, RunOrder, SaveState
from alignak.engine.engine import Engine
from alignak.engine.events import CommandArrived, OutcomeArrived, Wake
from alignak.engine.retention import encode_item
from alignak.engine.state import EngineState
from alignak.messages.work import Ending, Order, Outcome
from alignak.model.objects import Checkable, Command, CommandCall, Contact, NotificationWay, ObjectSet, Policy
from alignak.model.settings import Settings
from alignak.model.snapshot import Part
from alignak.model.timeperiods import DateRange, Day, RangeKind, Timeperiod
from alignak.system.garbage import collect_seldom, uncollected
from tests.bench.frame import LIMIT, Found, Options, Row

T = TypeVar("T")

SERVICES: Final = 5_000
GOALS_FROM: Final = 100_000
"""Services."""

STEADY: Final = 20_000.0
"""Checks due and answered a second on one core, one in a hundred a change of state."""

ROOM: Final = 3_072.0
"""Bytes a service may take."""

MINUTE: Final = 60
TEXT: Final = "HTTP OK: HTTP/1.1 200 OK - 1234 bytes in 0.012 second response time|time=0.012s;5;10;0 size=1234B;;;0"

POLICIES: Final = (
    Policy(check_period="24x7", check_interval=5, active_checks_enabled=False, contacts=("admin",)),
    Policy(
        check_period="24x7",
        check_interval=1,
        retry_interval=1,
        max_check_attempts=2,
        contacts=("admin",),
        notification_period="24x7",
        notification_options=("w", "c", "r"),
        customs={"_COMMUNITY": "public"},
    ),
)

ALWAYS: Final = tuple(DateRange(RangeKind.WEEKDAY, Day(weekday=day), minutes=((0, 24 * 60),)) for day in range(7))

COMMANDS: Final = (
    Command("check_http", "$USER1$/check_http -H $HOSTADDRESS$ -p $ARG1$ -u $_SERVICEPATH$ -w 5 -c 10"),
    Command("notify", "/usr/bin/mail -s '$NOTIFICATIONTYPE$: $HOSTNAME$/$SERVICEDESC$' $CONTACTEMAIL$"),
)


def part(services: int) -> Part:
    """Return what is watched."""
    hosts = [Checkable(f"host-{number:05}", address=f"192.0.2.{number % 250}") for number in range(services // 10)]
    return Part(
        part_id="Config_1",
        realm="All",
        alignak_name="bench",
        settings=Settings(),
        macros={"USER1": "/usr/lib/nagios/plugins"},
        objects=ObjectSet(
            policies=POLICIES,
            commands=COMMANDS,
            timeperiods=(Timeperiod("24x7", entries=ALWAYS),),
            notificationways=(
                NotificationWay(
                    "mail",
                    service_notification_commands=(CommandCall("notify"),),
                    service_notification_options=("w", "c", "r"),
                ),
            ),
            contacts=(Contact("admin", ways=("mail",), email="admin@example.org"),),
            contactgroups=(),
            hosts=tuple(hosts),
            hostgroups=(),
            services=tuple(
                Checkable(
                    host.host_name,
                    policy=1,
                    description=f"service-{number}",
                    check_command=CommandCall("check_http", ("8080",)),
                    customs={"_PATH": f"/page/{number}"},
                )
                for host in hosts
                for number in range(10)
            ),
            servicegroups=(),
        ),
    )


class Bench:
    """An engine, its clock, and how long each kind of event took."""

    def __init__(self, services: int) -> None:
        """Collect garbage as the scheduler does."""
        self.services = services
        self.wall, self.mono = 1_800_000_000.0, 1_000.0
        self.took: dict[str, list[float]] = {}
        self.decided: dict[str, list[Decision]] = {}
        watched = part(services)
        collect_seldom()
        self._before = psutil.Process().memory_info().rss
        with uncollected():
            self.engine = self.timed(
                "object armed", services, lambda: Engine(watched, {}, EngineState(), IdSource("e"), self.now)
            )

    def bytes_now(self) -> float:
        """Return what a service takes."""
        gc.collect()
        return (psutil.Process().memory_info().rss - self._before) / self.services

    @property
    def now(self) -> Instant:
        """Return the simulated time."""
        return Instant(self.wall, self.mono)

    def timed(self, name: str, count: int, function: Callable[[], T]) -> T:
        """Note the seconds one of ``count`` things took."""
        begin = time.process_time()
        found = function()
        self.took.setdefault(name, []).append((time.process_time() - begin) / count)
        return found

    def due(self) -> list[Order]:
        """Let a second pass and return the checks that came due."""
        self.wall, self.mono = self.wall + 1, self.mono + 1
        found: list[Decision] = []
        while (at := self.engine.next_wakeup()) is not None and at <= self.mono:
            found += self.engine.handle(Wake(Cause("wake")), self.now)
        return [each.order for each in found if isinstance(each, RunOrder)]

    def minute(self) -> list[Order]:
        """Let a minute pass and return the checks that came due."""
        begin = time.process_time()
        orders = [order for _ in range(MINUTE) for order in self.due()]
        self.took.setdefault("check due", []).append((time.process_time() - begin) / max(1, len(orders)))
        return orders

    def pairs(self, number: int) -> float:
        """Return how many checks come due and are answered in a second of processor time, over a minute.

        One in two hundred has a problem, and those of the minute before have none any more.
        """
        count, seconds = 0, 0.0
        for _ in range(MINUTE):
            begin = time.process_time()
            orders = self.due()
            seconds += time.process_time() - begin
            outcomes = [self.outcome(each, 2 * (crc32(each.key.encode()) % 200 == number)) for each in orders]
            begin = time.process_time()
            self.handle_all(OutcomeArrived(each) for each in outcomes)
            seconds += time.process_time() - begin
            count += len(orders)
        return count / seconds

    def answer(self, name: str, orders: Sequence[Order], code: int) -> None:
        """Have the poller answer checks."""
        outcomes = [self.outcome(each, code) for each in orders]
        self.decided[name] = self.timed(
            name, len(orders), lambda: self.handle_all(OutcomeArrived(each) for each in outcomes)
        )

    def outcome(self, order: Order, code: int) -> Outcome:
        """Return what a poller answers."""
        return Outcome(order.id, order.work, order.key, Ending.DONE, code, TEXT, self.wall, 0.012, cause=order.cause)

    def handle_all(self, events: Iterable[OutcomeArrived | CommandArrived]) -> list[Decision]:
        """Give the engine events and return everything it decides."""
        handle, now = self.engine.handle, self.now
        return [decision for event in events for decision in handle(event, now)]

    def passive(self) -> None:
        """Have somebody else say how every service is."""
        keys = [item.key for item in self.engine.world.items.values() if not item.is_host]
        commands = [
            CommandArrived(f"PROCESS_SERVICE_CHECK_RESULT;{key};0;{TEXT}", f"c{number}", Cause("c"))
            for number, key in enumerate(keys)
        ]
        self.timed("passive result", len(commands), lambda: self.handle_all(commands))

    def tell(self, name: str) -> None:
        """Write decisions down as the scheduler's shell does: broks and states."""
        decisions, items = self.decided[name], self.engine.world.items

        def write() -> None:
            for each in decisions:
                if isinstance(each, EmitBrok):
                    encode(each.data)
                elif isinstance(each, SaveState) and each.key:
                    encode_item(items[each.key].state)

        self.timed(f"  written by the shell: {name}", self.services, write)


def rows(options: Options) -> Found:
    """Yield how long each kind of event takes, and what a large site takes on an ordinary day."""
    yield from _events(options)
    yield from _ordinary_days(options)


def _events(options: Options) -> Found:
    bench = Bench(SERVICES)
    bench.answer("first outcome", bench.minute(), 0)
    for _ in range(options.rounds):
        bench.answer("outcome, nothing changed", bench.minute(), 0)
        bench.tell("outcome, nothing changed")
        bench.answer("outcome, a soft problem", bench.minute(), 2)
        bench.answer("outcome, a hard problem, told", bench.minute(), 2)
        bench.tell("outcome, a hard problem, told")
        bench.answer("outcome, recovered, told", bench.minute(), 0)
        bench.passive()
    bench.engine.validate()
    for name, seconds in bench.took.items():
        yield Row(name, "µs", [each * 1e6 for each in seconds])


def _ordinary_days(options: Options) -> Found:
    """Yield the rate of pairs, and the memory, when one outcome in a hundred changes a state; each minute anew."""
    services = max(options.hosts) * 10
    bench = Bench(services)
    rates = [bench.pairs(number) for number in range(options.rounds + 1)][1:]
    bench.engine.validate()
    about = f"{services:,} services, 1 % changes"
    goal = 1.0 if services >= GOALS_FROM else None
    yield Row(f"{about}: due and outcome", "a second", rates, LIMIT, [STEADY], goal, is_rate=True)
    yield Row(f"{about}: memory of a service", "bytes", [bench.bytes_now()], LIMIT, [ROOM], goal)
