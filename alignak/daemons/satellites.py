"""Pollers and reactionners: they fetch orders, run them in worker processes and give the outcomes back.

What a satellite holds lies in its ledgers: an outcome is kept until the scheduler says it has it, and the intent to run
an action before it runs. The two roles differ in the work they ask for.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

from msgspec import to_builtins
from msgspec.structs import replace

from alignak.api.common import GetResults
from alignak.api.roles import endpoint
from alignak.api.scheduler import GetChecks
from alignak.base.clock import Instant
from alignak.base.errors import NotReadyError
from alignak.daemons.desks import Desk, Desks
from alignak.daemons.shell import Place, Shell
from alignak.execution.pool import WorkerPool
from alignak.messages.control import Assignment, DaemonConfiguration
from alignak.messages.work import Ending, Order, Outcome, PushActions, PutResults
from alignak.model.topology import DaemonLink, Role
from alignak.net.links import Link

log = logging.getLogger(__name__)

PACE: Final = 0.1
"""Seconds between two questions, or two answers, to one scheduler at least: what comes in between goes together.

Where little happens the last one is longer ago, and nothing waits.
"""

HELD: Final = 0.5
"""Seconds a scheduler may put off its answer while nothing is due."""

IDLE_REST: Final = 1.0
FULL_REST: Final = 0.1
"""Seconds between two questions of a satellite that can take nothing: it asks to be heard of."""

SPARE: Final = 64
"""Orders that may wait here for a worker: so that those that take no process come although all processes are busy."""

AHEAD: Final = 0.25
"""Seconds of work that may wait here for a worker, where that is more: none is idle until the next orders come."""

MOST_KEPT: Final = 4_000
"""Outcomes that wait for their schedulers, from which on no more orders are taken."""

_SHORTEST_LOOK: Final = 0.1

FETCHING: Final = "work from"
GIVING: Final = "outcomes for"

MOST_DEATHS: Final = 2
"""Workers an order may outlive; then it counts as one that cannot be run."""

STOP_WITHIN: Final = 5.0

Exchange = Callable[[Desk, Link], float]
"""A step with one scheduler; returns the seconds to rest."""

MakeLink = Callable[[DaemonLink], Link]
MakePool = Callable[[Callable[[Sequence[Outcome]], None], Callable[[list[Order]], None]], WorkerPool]
"""Gets what to call with outcomes and with lost orders."""


class Satellite(Shell):
    """A daemon that runs orders; ``Poller`` and ``Reactionner`` say which."""

    pace: ClassVar[float] = PACE

    def __init__(self, place: Place, desks: Desks, make_pool: MakePool, link: MakeLink) -> None:
        super().__init__(place)
        self._desks = desks
        self._make_link = link
        self._lock = threading.Lock()
        self._owner: dict[str, Desk] = {}
        """Order id -> the desk it came over, while it runs."""
        self._backlog: deque[Order] = deque()
        """Orders taken for which no worker has room: those that take a process."""
        self._quick: deque[Order] = deque()
        """The others."""
        self._share_in_process = 0.0
        """Of the orders taken lately."""
        self._speed = Speed()
        """At which those that take a process are done."""
        self._deaths: dict[str, int] = {}
        """Order id -> workers that died running it."""
        self._done = self._in_process = 0
        self._lost = 0
        self._givers: frozenset[str] = frozenset()
        """The followers that give outcomes back."""
        self._pool = make_pool(self._ran, self._worker_died)

    def asked_for(self, most: int) -> GetChecks:
        """Return what to ask a scheduler for."""
        raise NotImplementedError

    def started(self) -> None:
        """Start the workers; run again the actions the last run had begun: better twice with one id than never."""
        self._pool.start()
        self._pool.run_in_thread()
        for scheduler, desk in self._desks.all():
            again = desk.left()
            if again:
                log.warning("%d action(s) of %s were under way at the last stop: they run again", len(again), scheduler)
            self._run(desk, again)

    def configured(self, conf: DaemonConfiguration) -> None:
        """Follow the schedulers of the configuration; a passive satellite waits for them instead."""
        schedulers = () if conf.self_conf.passive else conf.schedulers
        self.followers.keep(
            {
                f"{way} {follower_name(each)}": self._step_of(each, step)
                for each in schedulers
                for way, step in ((FETCHING, self._fetch), (GIVING, self._give))
            }
        )
        self._givers = frozenset(f"{GIVING} {follower_name(each)}" for each in schedulers)

    def _step_of(self, assignment: Assignment, step: Exchange) -> Callable[[], Callable[[], float]]:
        def make() -> Callable[[], float]:
            link = self._make_link(assignment.link)
            desk = self._desks.of(assignment.link.instance_id)
            return lambda: step(desk, link)

        return make

    def dropped(self) -> None:
        """Fetch no more; what runs is let run and its outcome kept."""
        self.followers.keep({})

    def turn(self, _: Instant) -> float:
        """Let the ledgers write their groups, and give waiting orders to workers that have room."""
        for _scheduler, desk in self._desks.all():
            desk.tick()
        self._submit()
        return 0.5

    def stopped(self) -> None:
        """Stop the workers and close the ledgers; what they hold is taken up at the next start."""
        self._pool.stop(timeout=STOP_WITHIN)
        for _, desk in self._desks.all():
            desk.close()

    # One scheduler ----------------------------------------------------------------------------------------------

    def _give(self, desk: Desk, link: Link) -> float:
        """Give back what is done to one scheduler."""
        outcomes = desk.outcomes()
        if outcomes:
            link.call(endpoint(Role.SCHEDULER, "put_results"), PutResults(tuple(outcomes), self.name))
            desk.acknowledge([each.id for each in outcomes])
        return 0.0 if outcomes else IDLE_REST

    def _fetch(self, desk: Desk, link: Link) -> float:
        """Fetch what is due of one scheduler, which holds the question back while nothing is."""
        if self.is_resting or self.conf is None:
            return IDLE_REST
        room = self._room()
        question = replace(self.asked_for(room), wait=HELD if room else 0.0)
        orders = link.call(endpoint(Role.SCHEDULER, "get_checks"), question)
        self._run(desk, desk.take(orders))
        return 0.0 if room else FULL_REST

    def _room(self) -> int:
        """Return how many orders to ask for: as many as there is room for if they are of the kinds of the last ones.

        Nothing is asked for while outcomes come faster than their schedulers take them.
        """
        if self._waiting_outcomes() >= MOST_KEPT:
            return 0
        speed = self._speed.at(self._done - self._in_process, self.clock.now().mono)
        processes = self._pool.free + max(SPARE, int(speed * AHEAD)) - len(self._backlog)
        others = self._pool.free_in_process - len(self._quick)
        return max(0, min(others, int(processes / (1.0 - min(self._share_in_process, 0.99)))))

    def _waiting_outcomes(self) -> int:
        return sum(desk.waiting for _, desk in self._desks.all())

    # Running ----------------------------------------------------------------------------------------------------

    def _run(self, desk: Desk, orders: Sequence[Order]) -> None:
        with self._lock:
            self._owner.update((each.id, desk) for each in orders)
            before = len(self._quick)
            for each in orders:
                self._queue_of(each).append(each)
            if orders:
                share = (len(self._quick) - before) / len(orders)
                self._share_in_process += (share - self._share_in_process) / 8
        self._submit()

    def _queue_of(self, order: Order) -> deque[Order]:
        return self._backlog if self._pool.takes_process(order) else self._quick

    def _submit(self) -> None:
        """Give waiting orders to the pool, as many as it has room for."""
        with self._lock:
            for backlog, in_process in ((self._backlog, False), (self._quick, True)):
                for _ in range(self._pool.submit_all(backlog, in_process=in_process) if backlog else 0):
                    backlog.popleft()

    def _ran(self, outcomes: Sequence[Outcome]) -> None:
        """Keep outcomes until their schedulers have them. Runs in the pool's thread."""
        by_desk: dict[Desk, list[Outcome]] = {}
        with self._lock:
            for each in outcomes:
                self._deaths.pop(each.id, None)
                desk = self._owner.pop(each.id, None)
                if desk is not None:
                    by_desk.setdefault(desk, []).append(each)
            self._done += len(outcomes)
            self._in_process += sum(each.is_in_process for each in outcomes)
        for desk, those in by_desk.items():
            desk.finish(those)
        self._submit()
        self.followers.nudge(self._givers)

    def _worker_died(self, orders: Sequence[Order]) -> None:
        """Run again what a dead worker held, but not what takes every worker with it. Runs in the pool's thread."""
        again: list[Order] = []
        for order in orders:
            self._deaths[order.id] = self._deaths.get(order.id, 0) + 1
            if self._deaths[order.id] < MOST_DEATHS:
                again.append(order)
            else:
                self._ran((killer(order, self.clock.now(), self.name),))
        self._lost += len(orders)
        log.warning("a worker died with %d order(s): %d of them run again", len(orders), len(again))
        with self._lock:
            for each in reversed(again):
                self._queue_of(each).appendleft(each)
        self._submit()

    # Passive mode -----------------------------------------------------------------------------------------------

    def push_actions(self, request: PushActions) -> None:
        """Take orders a scheduler pushes."""
        if self.conf is None or self.is_resting:
            raise NotReadyError("this daemon has no configuration yet; try again")
        desk = self._desk(request.scheduler_instance_id)
        self._run(desk, desk.take(request.actions))

    def get_results(self, request: GetResults) -> list[Outcome]:
        """Hand out outcomes; those of the previous call are forgotten now."""
        known = self._known(request.scheduler_instance_id)
        return known.drain(request.got) if known else []

    def _desk(self, scheduler: str) -> Desk:
        known = self._known(scheduler)
        if known is None:
            raise NotReadyError(f"no scheduler {scheduler!r} is known here; wait for the next configuration")
        return known

    def _known(self, scheduler: str) -> Desk | None:
        """Return the desk of a scheduler the configuration names, or that left something here."""
        named = self.conf is not None and any(each.link.instance_id == scheduler for each in self.conf.schedulers)
        return self._desks.of(scheduler) if named or scheduler in dict(self._desks.all()) else None

    # Figures ----------------------------------------------------------------------------------------------------

    def counters(self) -> dict[str, int]:
        """Return how many of what there are."""
        conf = self.conf
        pool = self._pool.statistics()
        return {
            "external-commands": 0,
            "satellites.arbiters": len(conf.arbiters) if conf else 0,
            "satellites.schedulers": len(conf.schedulers) if conf else 0,
            "broks": len(self.outbox),
            "satellites.workers": len(pool.workers),
            "running": pool.running,
            "held": self._waiting_outcomes(),
            "done": self._done,
            "done_in_process": self._in_process,
            "lost": self._lost,
        }

    def figures(self, details: bool) -> dict[str, Any]:
        """Return how the workers are."""
        return {"workers": to_builtins(self._pool.statistics())} if details else {}


class Speed:
    """How fast a counter grew lately, in a second."""

    def __init__(self) -> None:
        self._count = 0
        self._mono = self._speed = 0.0

    def at(self, count: int, mono: float) -> float:
        """Return the speed now that the counter has come to ``count``, averaged over a second or so."""
        seconds = mono - self._mono
        if seconds >= _SHORTEST_LOOK:
            self._speed += ((count - self._count) / seconds - self._speed) * min(1.0, seconds)
            self._count, self._mono = count, mono
        return self._speed


def follower_name(assignment: Assignment) -> str:
    """Return a name that changes with everything a follower of this scheduler depends on."""
    return f"scheduler {assignment.link.name} {assignment.link.instance_id} {assignment.link.uri}"


def killer(order: Order, now: Instant, worker: str) -> Outcome:
    """Return the outcome of an order that took every worker with it."""
    return Outcome(
        id=order.id,
        work=order.work,
        key=order.key,
        ending=Ending.NOT_STARTED,
        exit_code=3,
        output=f"(the worker died {MOST_DEATHS} times while it ran {order.argv[0]!r})",
        started_at=now.wall,
        execution_time=0.0,
        cause=order.cause,
        worker=worker,
    )
