"""Checks that people have run out of turn: the scheduler's loop owns one ``Trials``.

An order for a poller waits in the lanes like any other, before all others. Its outcome comes back here and not to the
engine, unless it is to count. What is not taken or not answered in time is withdrawn, and the reason told.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from alignak.api.arbiter import LookAtCheck, RunCheck
from alignak.base.clock import Instant
from alignak.base.errors import NotFoundError, NotReadyError, RefusedError
from alignak.base.ids import Cause, IdSource, ObjectKey, shown
from alignak.dispatch.leases import Lanes
from alignak.engine import trials
from alignak.engine.decisions import Decision
from alignak.engine.engine import Engine
from alignak.engine.events import ResultGiven
from alignak.engine.trials import Trial
from alignak.engine.underway import Result
from alignak.messages.trials import DONE, FAILED, RUNNING, WAITING, CheckRun
from alignak.messages.work import Order, Outcome
from alignak.model.topology import DaemonLink, Role

log = logging.getLogger(__name__)

TAKEN_WITHIN: Final = 10.0
"""Seconds within which a poller takes an order, when one is there."""

MARGIN: Final = 15.0
"""Seconds past its timeout a check may take until its outcome is here."""

MOST: Final = 50
"""Runs under way; one more is refused."""

KEPT: Final = 200
"""Runs that are remembered, for those who ask what came of them."""


class _Under(Struct):
    """A run under way."""

    run: CheckRun
    order: Order
    applies: bool
    until: float
    """Monotonic time at which it is given up."""


class Trials:
    """Run checks out of turn and remember what came of them."""

    def __init__(self, perform: Callable[[Iterable[Decision]], None], ids: IdSource) -> None:
        self._perform = perform
        self._ids = ids
        self._under_way: dict[str, _Under] = {}
        self._runs: OrderedDict[str, CheckRun] = OrderedDict()

    def begin(
        self, request: RunCheck, engine: Engine, lanes: Lanes, satellites: Sequence[DaemonLink], now: Instant
    ) -> CheckRun:
        """Order the check of an object, or answer at once where no poller is needed."""
        if len(self._under_way) >= MOST:
            raise NotReadyError(f"{MOST} checks are being run out of turn already; try again")
        trial = engine.trial(request.name, now)
        order = trial.order
        if order is None:
            return self._answered_here(trial, engine, request.apply, now)
        _check_pollers(order, satellites)
        run = replace(_run_of(trial, engine, order.id), command=trial.line, poller_tag=order.tag, timeout=order.timeout)
        self._under_way[order.id] = _Under(run, order, request.apply, now.mono + TAKEN_WITHIN)
        lanes.put(order)
        log.info("the check of %s is run out of turn, %s", run.name, "to count" if request.apply else "to be seen")
        return self._keep(run)

    def _answered_here(self, trial: Trial, engine: Engine, applies: bool, now: Instant) -> CheckRun:
        assert trial.result is not None
        run = _run_of(trial, engine, self._ids.take())
        run = replace(run, progress=DONE, started_at=now.wall, exit_code=trial.result.exit_code, ending="done")
        return self._keep(self._told(run, engine, trial.key, trial.result, now if applies else None))

    def look(self, request: LookAtCheck, lanes: Lanes) -> CheckRun:
        """Return how far a run has come."""
        run = self._runs.get(request.id)
        if run is None:
            raise NotFoundError(f"no check run has the id {request.id!r}: it is too long ago, or of an earlier life")
        holder = lanes.holder_of(request.id) if run.progress == WAITING else ""
        return replace(run, progress=RUNNING, poller=holder) if holder else run

    def take(self, outcome: Outcome, engine: Engine, now: Instant) -> None:
        """Take in the outcome of a run; one that nobody waits for any more is passed over."""
        under = self._under_way.pop(outcome.id, None)
        if under is None:
            return
        key = under.order.key
        item = engine.world.items.get(key)
        if item is None:
            self._fail(under, "the object is not in the configuration any more")
            return
        run = replace(
            under.run,
            progress=DONE,
            poller=outcome.worker,
            started_at=outcome.started_at,
            duration=outcome.execution_time,
            cpu=outcome.user_time + outcome.system_time,
            ending=outcome.ending.value,
            exit_code=outcome.exit_code,
            way=outcome.way,
        )
        result = trials.result(engine.world, item, under.order, outcome)
        self._keep(self._told(run, engine, key, result, now if under.applies else None))

    def _told(self, run: CheckRun, engine: Engine, key: ObjectKey, result: Result, now: Instant | None) -> CheckRun:
        """Return a run with its result, which counts from ``now`` on when that is given."""
        item = engine.world.items[key]
        run = trials.told(engine.world, item, run, result)
        if now is not None:
            self._perform(engine.handle(ResultGiven(key, result, Cause(run.id)), now))
            run = replace(run, is_applied=True, after=trials.brief(item))
        return run

    def tick(self, lanes: Lanes, now: Instant) -> None:
        """Give up what nobody takes, or answers."""
        for order_id, under in tuple(self._under_way.items()):
            if now.mono < under.until:
                continue
            holder = lanes.holder_of(order_id)
            longest = under.order.timeout + MARGIN
            if holder and under.run.progress == WAITING:
                under.run = self._keep(replace(under.run, progress=RUNNING, poller=holder))
                under.until += longest
                continue
            lanes.finish(order_id)
            del self._under_way[order_id]
            late = f"{holder} took it and gave no answer within {longest:.0f} s"
            self._fail(under, late if holder else f"no poller took it within {TAKEN_WITHIN:.0f} s: does one run?")

    def _fail(self, under: _Under, reason: str) -> None:
        log.warning("the check of %s that was run out of turn came to nothing: %s", under.run.name, reason)
        self._keep(replace(under.run, progress=FAILED, reason=reason))

    def _keep(self, run: CheckRun) -> CheckRun:
        self._runs[run.id] = run
        while len(self._runs) > KEPT:
            self._runs.popitem(last=False)
        return run


def _run_of(trial: Trial, engine: Engine, id_: str) -> CheckRun:
    before = trials.brief(engine.world.items[trial.key])
    return CheckRun(
        id=id_,
        name=shown(trial.key),
        call=trial.call,
        unknown_macros=trial.unknown,
        before=before,
        after=before,
    )


def _check_pollers(order: Order, satellites: Sequence[DaemonLink]) -> None:
    """Refuse what no poller of the configuration takes."""
    pollers = [each for each in satellites if each.role is Role.POLLER]
    if not any(order.tag in each.poller_tags for each in pollers):
        have = "; ".join(f"{each.name}: {', '.join(each.poller_tags)}" for each in pollers) or "there is none"
        raise RefusedError(f"no poller takes checks of the tag '{order.tag}' ({have})")
