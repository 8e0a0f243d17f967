"""The workers of a poller or reactionner: given orders, watched, replaced when they die.

A daemon makes one pool. ``submit_all`` gives it orders, as many as ``free`` says that it can take; ``on_outcomes`` what
came of it, ``on_lost`` the orders of a worker that died. The pool works in ``poll``, which a daemon calls in its loop,
or has called in a thread of its own (``run_in_thread``); both callbacks run there. Other methods may be called from any
thread (daemons-and-protocol.md 1.9).
"""

from __future__ import annotations

import contextlib
import logging
import os
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from heapq import heapify, heappop, heapreplace
from typing import Final

import msgspec
from msgspec import Struct

import alignak
from alignak.base.clock import Clock
from alignak.execution import strays
from alignak.execution.acceleration import FORK, is_accepted
from alignak.execution.frames import Batch, Line, Report
from alignak.execution.inprocess import MOST_IN_PROCESS
from alignak.execution.plugin import Caps
from alignak.execution.runner import Settings
from alignak.execution.spawning import ORDER_ID, Limits, keep_within
from alignak.messages.work import Order, Outcome
from alignak.system.process import adopt_orphans
from alignak.system.supervise import RestartPolicy

log = logging.getLogger(__name__)

_TICK: Final = 1.0
"""Seconds between two looks at what no descriptor tells: overdue orders, workers to start, strays."""

_OVERDUE: Final = 10.0
"""Seconds after an order's timeout at which its worker counts as hung."""

_LAST_WAIT: Final = 2.0
_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class PoolStatistics(Struct, frozen=True):
    """How a pool fares."""

    workers: Mapping[str, int]
    """Worker name -> orders it runs."""
    running: int
    free: int
    submitted: int
    finished: int
    lost: int
    deaths: int
    """Workers that ended by themselves."""
    is_degraded: bool
    """Whether workers end so often that they are started again only now and then."""


class _Worker:
    """One worker process and what it runs."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], line: Line[Report]) -> None:
        self.name = name
        self.process = process
        self.line = line
        self.running: dict[str, tuple[Order, float]] = {}
        """Order id -> the order, and the monotonic time at which it is overdue."""
        self.in_process: set[str] = set()
        """The ids of those of them that take no process."""
        self.is_retiring = False

    def load(self, *, in_process: bool) -> int:
        """Return how many orders it runs in process, or as processes."""
        return len(self.in_process) if in_process else len(self.running) - len(self.in_process)


class _Slot:
    """The place of one worker."""

    def __init__(self) -> None:
        self.worker: _Worker | None = None
        self.policy = RestartPolicy()
        self.start_at = 0.0


def plugin_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what plugins get of a daemon's own environment: where programs are, and the language."""
    return {"PATH": environment.get("PATH") or _PATH, "LANG": environment.get("LANG") or "C.UTF-8"}


def worker_count(wanted: int) -> int:
    """Return how many workers ``min_workers`` or ``max_workers`` means: 0 is one for each processor."""
    return wanted if wanted > 0 else len(os.sched_getaffinity(0))


class WorkerPool:
    """Run orders in worker processes."""

    def __init__(
        self,
        daemon_name: str,
        min_workers: int,
        max_workers: int,
        per_worker: int,
        on_outcomes: Callable[[list[Outcome]], object],
        *,
        on_lost: Callable[[list[Order]], None],
        clock: Clock,
        environment: Mapping[str, str],
        limits: Limits = Limits(),  # noqa: B008  a frozen value
        is_accelerating: bool = True,
    ) -> None:
        """``environment`` is what every plugin gets (``plugin_environment``); nothing is started yet."""
        self._daemon = daemon_name
        self._least = worker_count(min_workers)
        self._most = max(self._least, worker_count(max_workers))
        self._per_worker = max(1, per_worker)
        self._on_outcomes = on_outcomes
        self._on_lost = on_lost
        self._clock = clock
        self._environment = dict(environment)
        self._limits = limits
        self._is_accelerating = is_accelerating
        self._lock = threading.RLock()
        self._selector = selectors.DefaultSelector()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._selector.register(self._wake, selectors.EVENT_READ, None)
        self._slots: list[_Slot] = []
        self._retired: list[_Worker] = []
        self._adopted: set[int] = set()
        self._outcomes: list[Outcome] = []
        self._lost_orders: list[Order] = []
        self._number = 0
        self._tick_at = 0.0
        self._submitted = self._finished = self._lost = self._deaths = 0
        self._is_stopping = False
        self._thread: threading.Thread | None = None

    # From any thread ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the workers. What they leave behind should they die comes to this process, which becomes subreaper."""
        adopt_orphans()
        with self._lock:
            self._slots = [_Slot() for _ in range(self._least)]
            for slot in self._slots:
                self._allocate(slot)

    def run_in_thread(self) -> None:
        """Have ``poll`` called in a thread until ``stop``."""
        self._thread = threading.Thread(target=self._serve, name="worker pool", daemon=True)
        self._thread.start()

    def takes_process(self, order: Order) -> bool:
        """Tell whether an order is run as a process; all others are answered in process, thousands at a time."""
        return order.module_type == FORK and not (self._is_accelerating and is_accepted(order))

    def submit(self, order: Order) -> bool:
        """Give an order to the worker with the least to do; False when none can take it."""
        return self.submit_all((order,), in_process=not self.takes_process(order)) == 1

    def submit_all(self, orders: Iterable[Order], *, in_process: bool = False) -> int:
        """Give orders to the workers with the least to do, in one message each; return how many could be taken.

        Those are the first ones. All take a process, or none does with ``in_process``.
        """
        with self._lock:
            shares = {} if self._is_stopping else self._share(orders, in_process)
            for worker, share in shares.items():
                worker.line.send(Batch(tuple(share), in_process))
            if any(worker.line.has_to_send for worker in shares):
                os.eventfd_write(self._wake, 1)
            taken = sum(map(len, shares.values()))
            self._submitted += taken
            return taken

    @property
    def free(self) -> int:
        """Return how many orders that take a process could be submitted now."""
        return self._free(in_process=False)

    @property
    def free_in_process(self) -> int:
        """Return how many orders that take none could be submitted now."""
        return self._free(in_process=True)

    def _free(self, *, in_process: bool) -> int:
        limit = self._limit(in_process)
        with self._lock:
            if self._is_stopping:
                return 0
            room = sum(limit - each.load(in_process=in_process) for each in self._live() if not each.is_retiring)
            return room + (self._most - len(self._slots)) * limit

    def _limit(self, in_process: bool) -> int:
        return MOST_IN_PROCESS if in_process else self._per_worker

    @property
    def running(self) -> int:
        """Return how many orders were submitted and neither came back nor were lost."""
        with self._lock:
            return sum(len(each.running) for each in self._all())

    def statistics(self) -> PoolStatistics:
        """Return how the pool fares."""
        now = self._clock.now().mono
        with self._lock:
            return PoolStatistics(
                workers={each.name: len(each.running) for each in self._all()},
                running=self.running,
                free=self.free,
                submitted=self._submitted,
                finished=self._finished,
                lost=self._lost,
                deaths=self._deaths,
                is_degraded=any(slot.policy.is_degraded(now) for slot in self._slots),
            )

    def pids(self) -> dict[str, int]:
        """Return the process ids of the workers by name."""
        with self._lock:
            return {each.name: each.process.pid for each in self._all()}

    def fileno(self) -> int:
        """Return a descriptor that becomes readable when ``poll`` has something to do before its next second."""
        assert isinstance(self._selector, selectors.EpollSelector)
        return self._selector.fileno()

    # In the loop ----------------------------------------------------------------------------------------------

    def poll(self, timeout: float = 0.0) -> int:
        """Take what came back, look after the workers, and return how many outcomes there were; waits ``timeout``."""
        wait = max(0.0, min(timeout, self._tick_at - self._clock.now().mono))
        events = self._selector.select(wait)
        with self._lock:
            for key, _ in events:
                self._on_ready(key.data)
            now = self._clock.now().mono
            if now >= self._tick_at:
                self._tick_at = now + _TICK
                self._on_tick(now)
            self._watch_lines()
            outcomes, self._outcomes = self._outcomes, []
            lost, self._lost_orders = self._lost_orders, []
        if outcomes:
            self._on_outcomes(outcomes)
        if lost:
            self._on_lost(lost)
        return len(outcomes)

    def stop(self, timeout: float) -> list[Order]:
        """Let what runs come to its end for so long, end the workers, and return the orders that did not."""
        with self._lock:
            self._is_stopping = True
        if self._thread is not None:
            os.eventfd_write(self._wake, 1)
            self._thread.join()
            self._thread = None
        until = self._clock.now().mono + timeout
        while self.running and self._clock.now().mono < until:
            self.poll(until - self._clock.now().mono)
        with self._lock:
            unfinished = [order for worker in self._all() for order, _ in worker.running.values()]
            self._end_workers()
            self._selector.close()
            os.close(self._wake)
        return unfinished

    def _serve(self) -> None:
        while not self._is_stopping:
            self.poll(_TICK)

    def _on_ready(self, worker: _Worker | None) -> None:
        if worker is None:
            with contextlib.suppress(BlockingIOError):
                os.eventfd_read(self._wake)
            return
        worker.line.flush()
        for report in worker.line.drain() if worker.line.is_closed else worker.line.receive():
            self._take(worker, report)
        if worker.line.is_closed:
            self._bury(worker)

    def _take(self, worker: _Worker, report: Report) -> None:
        for outcome in report.outcomes:
            worker.in_process.discard(outcome.id)
            if worker.running.pop(outcome.id, None) is not None:
                self._finished += 1
                self._outcomes.append(outcome)
        if report.is_retiring and not worker.is_retiring:
            self._retire(worker)

    def _retire(self, worker: _Worker) -> None:
        """Put another worker in the place of one whose in-process checks hang; it may finish what it runs."""
        log.warning("The worker %s has too many in-process checks that never came back: it is replaced", worker.name)
        worker.is_retiring = True
        self._retired.append(worker)
        for slot in self._slots:
            if slot.worker is worker:
                self._allocate(slot)

    def _bury(self, worker: _Worker) -> None:
        """Take note of the end of a worker: its orders are lost, another takes its place."""
        self._end(worker)
        lost = [order for order, _ in worker.running.values()]
        worker.running.clear()
        worker.in_process.clear()
        self._lost += len(lost)
        self._lost_orders += lost
        if worker in self._retired:
            self._retired.remove(worker)
            return
        self._deaths += 1
        log.error("The worker %s went down unexpectedly!", worker.name)
        now = self._clock.now().mono
        for slot in self._slots:
            if slot.worker is worker:
                slot.worker = None
                restart = slot.policy.ended(now)
                slot.start_at = now + restart.delay
                self._tick_at = min(self._tick_at, slot.start_at)
                if restart.is_degraded:
                    log.critical("workers go down again and again: the next one starts in %g s", restart.delay)
        self._adopt()

    def _on_tick(self, now: float) -> None:
        for slot in self._slots:
            if slot.worker is None and not self._is_stopping:
                if now >= slot.start_at:
                    self._allocate(slot)
                else:
                    self._tick_at = min(self._tick_at, slot.start_at)
        for worker in self._all():
            if any(overdue <= now for _, overdue in worker.running.values()):
                log.error("The worker %s does not answer: it is killed", worker.name)
                worker.process.kill()
        for worker in [each for each in self._retired if not each.running]:
            self._retired.remove(worker)
            self._end(worker)
        if self._deaths:
            self._adopt()

    def _adopt(self) -> None:
        """End what dead workers left behind, as far as it says that an order started it."""
        if ORDER_ID not in os.environ:  # a daemon that a plugin started has children of its own with that mark
            others = set(strays.children()) - {each.process.pid for each in self._all()}
            # All are found before the first is ended: what ended does not tell any more who started it.
            found = {pid for pid in others if strays.order_of(pid)}
            self._adopted |= found | {pid for pid in others if strays.is_foreign_zombie(pid)}
            for pid in found:
                strays.end(pid)
        self._adopted -= {pid for pid in self._adopted if strays.reap(pid)}

    def _watch_lines(self) -> None:
        """Wait for a line to take more where something is left to send."""
        for worker in self._all():
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if worker.line.has_to_send else 0)
            if self._selector.get_key(worker.line).events != wanted:
                self._selector.modify(worker.line, wanted, worker)

    # Workers --------------------------------------------------------------------------------------------------

    def _live(self) -> list[_Worker]:
        return [slot.worker for slot in self._slots if slot.worker is not None]

    def _all(self) -> list[_Worker]:
        return self._live() + self._retired

    def _share(self, orders: Iterable[Order], in_process: bool) -> dict[_Worker, list[Order]]:
        """Choose for each order the worker with the least to do, until all are busy and there may be no more."""
        now, limit = self._clock.now().mono + 2 * Caps().kill_after + _OVERDUE, self._limit(in_process)
        loads = [(each.load(in_process=in_process), number, each) for number, each in enumerate(self._live())]
        candidates = [each for each in loads if each[0] < limit and not each[2].line.is_closed]
        heapify(candidates)
        shares: dict[_Worker, list[Order]] = {}
        for order in orders:
            if not candidates and (grown := self._grown()):
                candidates.append((0, len(self._slots), grown))
            if not candidates:
                break
            count, number, worker = candidates[0]
            worker.running[order.id] = (order, now + order.timeout)
            if in_process:
                worker.in_process.add(order.id)
            shares.setdefault(worker, []).append(order)
            if count + 1 < limit:
                heapreplace(candidates, (count + 1, number, worker))
            else:
                heappop(candidates)
        return shares

    def _grown(self) -> _Worker | None:
        """Return another worker, if there may be more and it can be started."""
        if len(self._slots) >= self._most:
            return None
        self._slots.append(slot := _Slot())
        self._allocate(slot)
        return slot.worker

    def _allocate(self, slot: _Slot) -> None:
        """Start a worker in a slot; when even that fails it is tried again later."""
        self._number += 1
        name = f"fork_{self._number}"
        log.info("Allocating new 'fork' worker: %s", name)
        slot.worker = None
        try:
            slot.worker = self._launch(name)
        except OSError as error:
            restart = slot.policy.ended(self._clock.now().mono)
            slot.start_at = self._clock.now().mono + restart.delay
            log.error("the worker %s cannot be started, next try in %g s: %s", name, restart.delay, error)
        self._bind()

    def _bind(self) -> None:
        """Keep each worker on one processor, once there are as many: what it starts is not moved about between them.

        That makes short plugins up to three times as fast. Those that take longer are let go (nursery), and scripts.
        """
        processors = sorted(os.sched_getaffinity(0))
        if len(self._slots) < len(processors):
            return
        for number, slot in enumerate(self._slots):
            if slot.worker is not None:
                with contextlib.suppress(OSError):  # it ended already
                    os.sched_setaffinity(slot.worker.process.pid, {processors[number % len(processors)]})

    def _launch(self, name: str) -> _Worker:
        """Start a worker process. Raises OSError."""
        ours, theirs = socket.socketpair()
        with theirs:
            settings = Settings(
                theirs.fileno(),
                self._daemon,
                name,
                self._per_worker,
                self._environment,
                self._is_accelerating,
                self._limits.memory,
            )
            try:
                process = subprocess.Popen(  # noqa: S603  our own program
                    (sys.executable, "-P", "-m", "alignak.execution.runner", msgspec.json.encode(settings).decode()),
                    pass_fds=(theirs.fileno(),),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    cwd="/",
                    env={**self._environment, "PYTHONPATH": os.path.dirname(os.path.dirname(alignak.__file__))},
                    start_new_session=True,
                )
            except OSError:
                ours.close()
                raise
        keep_within(self._limits, process.pid)
        worker = _Worker(name, process, Line(ours, Report))
        self._selector.register(worker.line, selectors.EVENT_READ, worker)
        return worker

    def _hang_up(self, worker: _Worker) -> None:
        """Let go of a worker; that makes it end itself and everything it runs."""
        if worker.line.fileno() >= 0:
            self._selector.unregister(worker.line)
            worker.line.close()

    def _end(self, worker: _Worker) -> None:
        """Let go of a worker and see that its process ends."""
        self._hang_up(worker)
        try:
            worker.process.wait(_LAST_WAIT)
        except subprocess.TimeoutExpired:
            worker.process.kill()
            worker.process.wait()

    def _end_workers(self) -> None:
        """End all workers at once, then wait for each."""
        workers = self._all()
        for worker in workers:
            self._hang_up(worker)
        for worker in workers:
            self._end(worker)
        until = time.monotonic() + _LAST_WAIT
        self._adopt()
        while self._adopted and time.monotonic() < until:
            time.sleep(0.02)
            self._adopt()
        self._slots.clear()
        self._retired.clear()
