"""The scheduler: the engine's shell. Events come in over HTTP, decisions go to the store, the lanes and the followers.

One turn of the loop takes what arrived and lets the engine decide. States, broks and actions are stored in one
transaction, which the next turn does not wait for; only then are actions handed out, callers answered, followers told.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, ClassVar, Final

from msgspec import Raw
from msgspec.structs import replace

from alignak.api.arbiter import CommandFate, FateRequest, LookAtCheck, RunCheck
from alignak.api.common import GetBroks
from alignak.api.scheduler import FillInitialBroks, GetChecks
from alignak.base.clock import Instant
from alignak.base.codec import decode, encode
from alignak.base.errors import NotFoundError, NotReadyError, RefusedError, StoreError
from alignak.base.ids import Cause, IdSource, ObjectKey
from alignak.daemons.doorbell import Doorbell
from alignak.daemons.keeper import Keeper
from alignak.daemons.loop import Stored
from alignak.daemons.outbox import MOST as MOST_BROKS
from alignak.daemons.outbox import Cursors, Introductions
from alignak.daemons.passive import PassiveLink
from alignak.daemons.questions import Questions
from alignak.daemons.shell import Place, Shell
from alignak.daemons.trials import Trials
from alignak.daemons.waiting import Answered, batch_of, line_ids
from alignak.dispatch.leases import CAPACITY, Lanes
from alignak.dispatch.unpacking import HeldPart, repacked, unpack
from alignak.engine import broks, retention
from alignak.engine.decisions import AnswerCommand, CancelOrder, Decision, EmitBrok, RunOrder, SaveState, Warn
from alignak.engine.engine import Engine
from alignak.engine.events import CommandArrived, Event, OutcomeArrived, Wake, WallClockStepped
from alignak.engine.state import EngineState, ItemState
from alignak.messages.broks import Brok
from alignak.messages.control import DaemonConfiguration
from alignak.messages.trials import CheckRun
from alignak.messages.work import ACTIONS, CHECKS, CommandBatch, Order, Outcome, PutResults, RunCommands, Work
from alignak.model.snapshot import Part
from alignak.model.topology import Role
from alignak.storage.port import Batch, SchedulerStore
from alignak.system.clocks import StepWatch
from alignak.system.garbage import uncollected

log = logging.getLogger(__name__)

LEASE_TTL: Final = 15.0
"""Seconds a satellite may be silent before what it holds is given to another (reliability.md 5.2 number 2)."""

BROKS_KEPT: Final = 50_000

STALE_AFTER: Final = 3600.0
"""Seconds after which an action that a former run left behind is not worth running any more."""

TRIM_EVERY: Final = 60.0

PACE: Final = 0.04
"""Seconds between two looks at what is due: what becomes due in between is decided and stored together."""

LONGEST_WAIT: Final = 10.0
"""Seconds a satellite's question for work is held back at most."""

MOST_WAITING: Final = 4
"""Satellites whose question is held back at a time, each by an HTTP thread; the others ask again."""

ENGINE_KEY: Final = ObjectKey("")


class Scheduler(Shell):
    """The shell around an engine."""

    role: ClassVar[Role] = Role.SCHEDULER

    def __init__(self, place: Place, store: SchedulerStore, link: Callable[..., PassiveLink]) -> None:
        self._questions = Questions(place.settings.name, place.clock, lambda: self.engine, lambda: self.loop)
        super().__init__(place)
        self._store = store
        self._link = link
        self._engine: Engine | None = None
        self._held: HeldPart | None = None
        """The part the engine works with."""
        self._coming: HeldPart | None = None
        """The part it is about to get."""
        self._lanes = Lanes()
        self._bell = Doorbell(MOST_WAITING)
        """Rings when orders were put into the lanes."""
        self._refused: set[Work] = set()
        """Kinds of actions of which some are in the store only."""
        self._ids = IdSource(place.running_id)
        self._trials = Trials(self._perform, self._ids)
        self._watch = StepWatch(place.started)
        self._seq = self._store.next_seq()
        self._epoch = self._store.epoch()
        self._instance_id = self.name
        self._keeper = Keeper(store, self._complete, self._put, self.loop.wake)
        self._dirty: set[ObjectKey] = set()
        self._at = place.started.wall
        """When what is performed was decided."""
        self._told: list[CommandFate] = []
        """What the engine says of the commands it was given."""
        self._checks: list[Order] = []
        """Those that became due in this turn."""
        self._introductions = Introductions()
        self._cursors = Cursors()
        self._holders: dict[str, str] = {}
        """Worker name -> the running id it last came with."""
        self._former: dict[str, str] = {}
        """Worker name -> the running id it came with before that."""
        self._next_trim = 0.0
        self._wake_at = 0.0
        self._outcomes = 0
        self._acts: dict[type, Callable[[Any], None]] = {
            RunOrder: self._run_order,
            CancelOrder: self._cancel_order,
            EmitBrok: self._emit,
            SaveState: self._save_state,
            Warn: self._warn,
            AnswerCommand: self._answer,
        }

    def handlers(self) -> dict[str, Callable[[Any], Any]]:
        """Add the scheduler's endpoints."""
        return super().handlers() | {
            "fill_initial_broks": self.fill_initial_broks,
            "get_checks": self.get_checks,
            "put_results": self.put_results,
            "run_external_commands": self.run_external_commands,
            "command_fate": self.command_fate,
            "explain": self._questions.explain,
            "run_check": self.run_check,
            "check_run": self.check_run,
            "live_states": self._questions.live_states,
            "get_host": self._questions.get_host,
            "monitoring_problems": lambda request: self.signed(self._questions.monitoring_problems(request)),
            "dump": self._questions.dump,
        }

    @property
    def engine(self) -> Engine:
        """Return the engine; NotReadyError before there is a configuration."""
        if self._engine is None:
            raise NotReadyError("this scheduler has no configuration yet; try again")
        return self._engine

    # Configuration ----------------------------------------------------------------------------------------------

    def completed(self, conf: DaemonConfiguration) -> DaemonConfiguration:
        """Put the part together, from what was pushed and what is held."""
        packed = conf.conf_part
        if packed is None:
            raise NotReadyError("the configuration holds no part for this scheduler")
        if [each.push_flavor for each in conf.schedulers] != [packed.hash]:
            raise RefusedError("the configuration is made for another part than the one it holds")
        with uncollected():
            self._coming = unpack(packed, self._held)
            return replace(conf, conf_part=repacked(self._coming))

    def configured(self, conf: DaemonConfiguration) -> None:
        """Give the part to the engine: to a new one with the stored states, or to the one that runs."""
        coming, self._coming = self._coming, None
        assert coming is not None, "a configuration is completed before it is used"
        with uncollected():
            self._give(coming.part, conf)
        self._held = coming

    def _give(self, part: Part, conf: DaemonConfiguration) -> None:
        now = self.clock.now()
        self._instance_id = conf.self_conf.instance_id
        if self._engine is None:
            states, own = self._load_states()
            self._engine = Engine(part, states, own, self._ids, now)
            self._restore_orders(self._engine)
            self._perform(broks.log_line("info", f"RETENTION LOAD: {self.name}", Cause("start")))
            self._perform(self._engine.start(now))
        else:
            self._perform(self._engine.reconfigure(part, now))
        self.followers.keep(
            {
                f"passive {link.role.value} {link.name} {link.uri}": self._passive_step(link)
                for link in conf.satellites
                if link.passive and link.role in (Role.POLLER, Role.REACTIONNER)
            }
        )

    def _passive_step(self, link: Any) -> Callable[[], Callable[[], float]]:
        return lambda: self._link(link, self._instance_id, self.lease, self.apply, self.give_back).step

    def _load_states(self) -> tuple[dict[str, ItemState], EngineState]:
        raw = dict(self._store.load_states())
        own = raw.pop(ENGINE_KEY, None)
        states: dict[str, ItemState] = {}
        for key, value in raw.items():
            try:
                states[key] = retention.decode_item(value)
            except StoreError as error:
                log.error("the kept state of %s cannot be used, it begins anew: %s", key, error)
        try:
            return states, retention.decode_engine(own) if own else EngineState()
        except StoreError as error:
            log.error("what the engine kept of itself cannot be used, it begins anew: %s", error)
            return states, EngineState()

    def _restore_orders(self, engine: Engine) -> None:
        """Take up the actions that were decided and not finished: they run again, with the same ids."""
        now = self.clock.now().wall
        left = self._store.load_orders()
        orders = [each for each in left if each.due_at > now - STALE_AFTER]
        self._keeper.batch.finished_orders += [each.id for each in left if each not in orders]
        engine.pending_actions(orders)
        self._put(orders)
        if left:
            log.warning(
                "%d action(s) of the last run had no outcome: they run again; %d more are too old and are dropped",
                len(orders),
                len(left) - len(orders),
            )

    def dropped(self) -> None:
        """Forget the engine; what was decided so far is stored first."""
        self._keeper.flush()
        self._engine = self._held = None
        self._lanes = Lanes()
        self.followers.keep({})

    # A turn -----------------------------------------------------------------------------------------------------

    def turn(self, now: Instant) -> float:
        """Wake the engine when it asked for it, give up on silent satellites, trim the broks."""
        if self._engine is None:
            return 1.0
        self._give_out_again(now)
        if self._refused:
            self._take_up_refused()
        self._trials.tick(self._lanes, now)
        step = self._watch.check(now)
        if step:
            log.warning("the wall clock was set by %+.1f s", step)
            self._lanes.shift(step)
            self._handle(WallClockStepped(step, Cause(self._ids.take())), now)
        wakeup = self._engine.next_wakeup()
        if wakeup is not None and max(wakeup, self._wake_at) <= now.mono:
            self._wake_at = now.mono + PACE
            self._handle(Wake(Cause(self._ids.take())), now)
            self._put_checks()
            if self._keeper.has_actions:
                return 0.0  # they are handed out once they are stored
            wakeup = self._engine.next_wakeup()
        if now.mono >= self._next_trim:
            self._next_trim = now.mono + TRIM_EVERY
            self._store.trim_broks(BROKS_KEPT)
        return 1.0 if wakeup is None else max(0.0, max(wakeup, self._wake_at) - now.mono)

    def _give_out_again(self, now: Instant) -> None:
        expired = self._lanes.expire(now)
        if expired:
            self._put(each.order for each in expired)
        for holder, count in Counter(each.holder for each in expired).items():
            log.warning(
                "%d actions never came back for the satellite '%s'. I reenable them for polling.", count, holder
            )

    def _take_up_refused(self) -> None:
        """Hand out the actions for which there was no room, once half of those that waited are gone."""
        if self._keeper.is_idle and all(self._lanes.depth(work) < CAPACITY // 2 for work in self._refused):
            self._refused.clear()
            self._put(self._store.load_orders())

    def _handle(self, event: Event, now: Instant) -> None:
        self._perform(self.engine.handle(event, now))

    def _perform(self, decisions: Iterable[Decision]) -> None:
        acts, self._at = self._acts, self.clock.now().wall
        for decision in decisions:
            acts[type(decision)](decision)

    def _run_order(self, decision: RunOrder) -> None:
        if decision.order.work in ACTIONS:
            self._keeper.add_action(decision.order)
        else:
            self._checks.append(decision.order)

    def _cancel_order(self, decision: CancelOrder) -> None:
        self._lanes.cancel(decision.id)
        self._checks = [each for each in self._checks if each.id != decision.id]
        self._keeper.withdraw(decision.id)

    def _emit(self, decision: EmitBrok) -> None:
        self._keeper.batch.broks.append(self._brok(decision, self._seq, f"{self._epoch}-{self._seq}"))
        self._seq += 1

    def _brok(self, decision: EmitBrok, seq: int, uuid: str) -> Brok:
        return Brok(
            uuid=uuid,
            seq=seq,
            type=decision.type,
            instance_id=self._instance_id,
            creation_time=self._at,
            data=Raw(encode(decision.data)),
            cause=decision.cause,
        )

    def _save_state(self, decision: SaveState) -> None:
        self._dirty.add(decision.key)

    def _warn(self, decision: Warn) -> None:
        log.warning("%s", decision.message)

    def _answer(self, decision: AnswerCommand) -> None:
        if not decision.accepted or decision.reason:
            state = "accepted" if decision.accepted else "refused"
            self._told.append(CommandFate(decision.command_id, state, decision.reason))

    def keep(self, stored: Stored) -> None:
        """Hand out the checks that became due, and have stored what was decided."""
        self._put_checks()
        self._keeper.keep(stored)

    def _put_checks(self) -> None:
        if self._checks:
            self._put(self._checks)
            self._checks.clear()

    def _put(self, orders: Iterable[Order]) -> None:
        """Have orders wait for who takes them; actions for which there is no room are taken up from the store later."""
        for order in orders:
            if not self._lanes.put(order) and order.work not in self._refused:
                log.error("%d orders for %ss wait: more are kept in the store only", CAPACITY, order.work.value)
                self._refused.add(order.work)
        self._bell.ring()

    def _complete(self, batch: Batch) -> None:
        """Put the states that changed into a batch that is about to be stored."""
        engine = self._engine
        if engine is None:
            return
        items = engine.world.items
        for key in self._dirty:
            if key == ENGINE_KEY:
                batch.states[key] = retention.encode_engine(engine.world.own)
            elif key in items:
                batch.states[key] = retention.encode_item(items[key].state)
            else:
                batch.states.pop(key, None)
                batch.removed_states.append(key)
        self._dirty.clear()

    def stopped(self) -> None:
        """Say so in the monitoring log, store the rest, close the store."""
        self._perform(broks.log_line("info", f"RETENTION SAVE: {self.name}", Cause("stop")))
        self._keeper.close()
        self._store.close()

    # Work out, outcomes in --------------------------------------------------------------------------------------

    def get_checks(self, request: GetChecks) -> list[Order]:
        """Lease what is due to a poller or reactionner; while nothing is, wait for it as long as asked."""
        until = time.monotonic() + min(request.wait, LONGEST_WAIT)
        while True:
            rung = self._bell.rung
            found = self.loop.call(lambda: self._get_checks(request), is_question=True)
            left = until - time.monotonic()
            if found or left <= 0 or not self._bell.wait(rung, left):
                return found

    def _get_checks(self, request: GetChecks) -> list[Order]:
        holder = request.worker_name
        self._meet(holder, request.running_id)
        found: list[Order] = []
        if request.do_checks:
            found += self.lease_now(tuple(CHECKS), request.of_pollers, request.module_types, holder, request.most)
        if request.do_actions:
            tags = request.of_reactionners
            found += self.lease_now(tuple(ACTIONS), tags, request.module_types, holder, request.most - len(found))
        return found

    def _meet(self, holder: str, running_id: str) -> None:
        """Renew what a satellite holds; what its former life held is given out again."""
        known = self._holders.get(holder)
        if running_id and known not in (None, running_id):
            if self._former.get(holder) == running_id:
                raise RefusedError(
                    f"two daemons named {holder} ask for work, runs {known} and {running_id}: give one another name"
                )
            self._former[holder] = known or ""
            self._give_back(holder)
        if running_id:
            self._holders[holder] = running_id
        self._lanes.renew(holder, self.clock.now())

    def _give_back(self, holder: str) -> None:
        self._put(each.order for each in self._lanes.holder_gone(holder))

    def give_back(self, holder: str) -> None:
        """Give out again what a holder has; for followers."""
        self.loop.call(lambda: self._give_back(holder))

    def lease_now(
        self, works: Sequence[Work], tags: Sequence[str], types: Sequence[str] | None, holder: str, most: int
    ) -> list[Order]:
        """Lease due orders to a holder. Runs in the loop."""
        return self._lanes.lease(works, tags, types, holder, self.clock.now(), most, LEASE_TTL)

    def lease(self, works: Sequence[Work], tags: Sequence[str], holder: str, most: int) -> list[Order]:
        """Lease due orders to a passive satellite; for its follower's thread."""

        def lease() -> list[Order]:
            self._lanes.renew(holder, self.clock.now())
            return self.lease_now(works, tags, None, holder, most)

        return self.loop.call(lease, is_question=True)

    def put_results(self, request: PutResults) -> bool:
        """Apply outcomes; answered once they are stored."""
        self.apply(request.results, request.sender)
        return True

    def apply(self, outcomes: Sequence[Outcome], sender: str) -> None:
        """Apply outcomes and return once they are stored; for HTTP threads and followers."""
        self.loop.call(lambda: self._apply(outcomes, sender), needs_store=True)

    def _apply(self, outcomes: Sequence[Outcome], sender: str) -> None:
        now = self.clock.now()
        engine = self.engine
        decisions: list[Decision] = []
        try:
            for outcome in outcomes:
                self._lanes.finish(outcome.id)
                if outcome.work is Work.TRIAL:
                    self._trials.take(outcome, engine, now)
                    continue
                if outcome.work in ACTIONS:
                    self._keeper.batch.finished_orders.append(outcome.id)
                decisions += engine.handle(OutcomeArrived(outcome), now)
        finally:  # what the engine decided holds, whatever came after it
            self._perform(decisions)
        self._outcomes += len(outcomes)
        self._lanes.renew(sender, now)

    # Commands ---------------------------------------------------------------------------------------------------

    def run_external_commands(self, request: RunCommands) -> list[CommandFate] | None:
        """Run commands; answered once their effects are stored."""
        if request.ids and len(request.ids) != len(request.cmds):
            raise RefusedError(f"{len(request.cmds)} commands came with {len(request.ids)} ids: give each one, or none")
        ids = request.ids or tuple(self._ids.take() for _ in request.cmds)
        single = [CommandBatch(id_, (line,)) for line, id_ in zip(request.cmds, ids, strict=True)]
        several = [(each,) for each in request.batches]

        def run(batches: Sequence[CommandBatch]) -> list[Answered]:
            return [self._run_batch(each) for each in batches]

        # Each batch that came is a request to the loop: the one before it is stored while it is run.
        requests = [partial(run, each) for each in (single, *several) if each]
        answers = [answer for found in self.loop.call_each(requests) for answer in found]
        if not request.ids and not several:
            return None
        each_has = zip(ids, answers, strict=False)
        fates = [(*each.remarked, CommandFate(id_, "accepted"))[0] for id_, each in each_has]
        return [*fates, *(fate for each in answers[len(single) :] for fate in each.remarked)]

    def _run_batch(self, batch: CommandBatch) -> Answered:
        """Run commands, unless their batch was answered before: a repeat changes nothing."""
        known = self._find_answered(batch.id)
        if known is not None:
            return known
        now = self.clock.now()
        decisions: list[Decision] = []
        for line, id_ in zip(batch.lines, line_ids(batch.id, len(batch.lines)), strict=True):
            decisions += self._decided(CommandArrived(line, id_, Cause(id_)), now)
        self._perform(decisions)
        remarked, self._told = self._told, []
        answered = Answered(len(batch.lines), tuple(remarked))
        self._keeper.batch.commands[batch.id] = encode(answered)
        return answered

    def _decided(self, command: CommandArrived, now: Instant) -> Iterable[Decision]:
        """Return what comes of a command; one that cannot be handled is refused: it would come again for ever."""
        try:
            return self.engine.handle(command, now)
        except Exception:  # those that follow it must not wait for it
            log.exception("the command %r failed in a way nobody foresaw", command.line)
            return (AnswerCommand(command.command_id, False, "it failed in a way nobody foresaw", command.cause),)

    def _find_answered(self, batch_id: str) -> Answered | None:
        known = self._keeper.find_command(batch_id)
        return None if known is None else decode(known, Answered)

    def command_fate(self, request: FateRequest) -> CommandFate:
        """Tell what became of a command."""

        def look() -> CommandFate | None:
            for batch_id in (request.id, batch_of(request.id)):
                answered = self._find_answered(batch_id)
                if answered is not None:
                    return answered.fate(batch_id, request.id)
            return None

        fate = self.loop.call(look)
        if fate is None:
            raise NotFoundError(f"no command has the id {request.id!r}")
        return fate

    # Broks ------------------------------------------------------------------------------------------------------

    def fill_initial_broks(self, request: FillInitialBroks) -> int:
        """Prepare the broks that describe everything, for one broker."""
        return self.loop.call(lambda: self._fill_initial(request.broker_name))

    def _fill_initial(self, broker: str) -> int:
        conf = self.conf
        if conf is None or broker not in {each.name for each in conf.satellites if each.role is Role.BROKER}:
            return 0
        if conf.self_conf.skip_initial_broks:
            return 0
        decisions = broks.initial(self.engine.world, self.clock.now(), Cause("initial"))
        initial = [self._brok(each, 0, f"{self._epoch}-initial-{number}") for number, each in enumerate(decisions)]
        self._introductions.begin(broker, initial)
        return len(decisions)

    def get_broks(self, request: GetBroks) -> list[Brok]:
        """Hand out broks: the initial ones first, then what happened, in order; no call takes what it hands out."""
        if initial := self._introductions.next(request.broker_name):
            return initial
        start = self._cursors.start_of(request.broker_name, request.after, request.epoch == self._epoch)
        recent = self._keeper.recent.after(start)
        found = list(self._store.broks_after(start, MOST_BROKS)) if recent is None else recent
        self._cursors.gave(request.broker_name, found[-1].seq if found else start)
        return found

    # Questions --------------------------------------------------------------------------------------------------

    def run_check(self, request: RunCheck) -> CheckRun:
        """Begin to run a check out of turn."""

        def begin() -> CheckRun:
            satellites = self.conf.satellites if self.conf is not None else ()
            return self._trials.begin(request, self.engine, self._lanes, satellites, self.clock.now())

        return replace(self.loop.call(begin, needs_store=request.apply), scheduler=self.name)

    def check_run(self, request: LookAtCheck) -> CheckRun:
        """Tell how far that has come."""
        return replace(self.loop.call(lambda: self._trials.look(request, self._lanes)), scheduler=self.name)

    def counters(self) -> dict[str, int]:
        """Return how many of what there are."""
        conf = self.conf
        roles = [each.role for each in conf.satellites] if conf else []
        lanes = self._lanes.statistics()
        return {
            "external-commands": 0,
            "satellites.arbiters": 0,
            "satellites.schedulers": 0,
            "brokers": roles.count(Role.BROKER),
            "pollers": roles.count(Role.POLLER),
            "reactionners": roles.count(Role.REACTIONNER),
            "receivers": roles.count(Role.RECEIVER),
            **lanes,
            "broks": self._seq - self._store.oldest_seq(),
            "broks_dropped": self._keeper.dropped_broks,
            "outcomes": self._outcomes,
        }

    def figures(self, details: bool) -> dict[str, Any]:
        """Return objects, latency and live synthesis, and the problems with details."""
        return self._questions.figures(details=details) if self._engine is not None else {}
