"""Checks: they are launched, their outcome arrives, and it becomes a state.

``engine`` calls ``on_due`` and its like when a timer fires, ``on_outcome`` and ``on_lost`` for what the pollers say;
``effects`` hands in results that nobody ran. What a result makes of the state stands in ``transitions``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from alignak.base.ids import OrderId
from alignak.engine import (
    broks,
    confirming,
    dependencies,
    downtimes,
    flapping,
    freshness,
    handlers,
    impacts,
    modulations,
    notifications,
    obsession,
    problems,
    schedule,
    snapshots,
    stalking,
)
from alignak.engine.decisions import RunOrder
from alignak.engine.internals import INTERNAL, assume_up
from alignak.engine.macros import check_order_words
from alignak.engine.output import parse_output
from alignak.engine.state import Item, World
from alignak.engine.transitions import Row, Telling, is_change, move, settle
from alignak.engine.turn import Turn
from alignak.engine.underway import InFlight, Result
from alignak.messages.work import Ending, Order, Outcome, Work
from alignak.model.objects import UNTAGGED, Command, CommandCall
from alignak.model.states import FROM_EXIT_CODE, GOOD, UNREACHABLE, Kind, StateType


def on_due(turn: Turn, item: Item) -> None:
    """Launch the regular check of an object, or plan it again when this is not its time."""
    if item.in_flight is not None:
        return
    if not schedule.is_actively_checked(turn.world, item):
        schedule.unplan(turn, item)
    elif not schedule.is_in_period(turn, item):
        schedule.replan(turn, item)
    elif item.masters and dependencies.stopper(turn.world, item, turn.now.wall) is not None:
        schedule.plan_next(turn, item)
    else:
        launch(turn, item, item.state.next_chk)


def on_forced(turn: Turn, item: Item) -> None:
    """Launch a check somebody asked for, whatever is switched off and whatever the time period says."""
    if item.in_flight is None:
        launch(turn, item, turn.now.wall, is_forced=True)


def on_stale(turn: Turn, item: Item) -> None:
    """Take in the result of an object that said nothing for too long."""
    result = freshness.stale_result(turn, item)
    if result is not None:
        accept(turn, item, result)


def on_lost(turn: Turn, order_id: OrderId, item: Item) -> None:
    """Launch a check again whose holder is gone; give those who wait for it an answer when it may not run any more."""
    flight = item.in_flight
    assert flight is not None
    del turn.world.flights[order_id]
    item.in_flight = None
    if flight.is_forced or schedule.is_actively_checked(turn.world, item):
        launch(turn, item, flight.due_at, is_forced=flight.is_forced, is_dependency=flight.is_dependency)
    else:
        schedule.unplan(turn, item)
        _release(turn, item)


def launch(turn: Turn, item: Item, due_at: float, *, is_forced: bool = False, is_dependency: bool = False) -> None:
    """Have a check of the object run now; what needs no poller is answered at once."""
    call = item.spec.check_command
    if item.policy.checkmodulations:
        call = modulations.check_command(turn.world, item, turn.now.wall)
    internal = None if call is None else INTERNAL.get(call.name)
    if call is None or internal is not None:
        result = assume_up(turn, item) if call is None or internal is None else internal(turn, item, call)
        result.is_dependency = is_dependency
        accept(turn, item, result)
        return
    world = turn.world
    command = world.commands.get(call.name)
    if command is None:
        text = f"(The check command '{call.name}' is not defined)"
        accept(turn, item, Result(3, text, turn.now.wall, is_dependency=is_dependency))
        return
    order = order_of(turn, item, call, command, due_at)
    item.in_flight = InFlight(order.id, due_at, order.timeout, is_forced, is_dependency)
    world.flights[order.id] = item
    turn.decisions.append(RunOrder(order))


def order_of(turn: Turn, item: Item, call: CommandCall, command: Command, due_at: float) -> Order:
    """Return the order that has a command check an object; nothing expects its outcome yet."""
    words = check_order_words(turn.world, item, call, turn.now)
    return Order(
        OrderId(turn.ids.take()),
        Work.CHECK,
        item.key,
        words.argv,
        words.shell,
        words.environment,
        _timeout(turn.world, item, command),
        due_at,
        command.module_type,
        _poller_tag(item, command),
        turn.cause,
        "",
        command.name,
        command.accelerate_plugins,
    )


def _command_of(world: World, item: Item) -> Command | None:
    call = item.spec.check_command
    return None if call is None else world.commands.get(call.name)


def _timeout(world: World, item: Item, command: Command | None) -> float:
    if command is not None and command.timeout != -1:
        return command.timeout
    settings = world.settings
    return settings.host_check_timeout if item.kind is Kind.HOST else settings.service_check_timeout


def _poller_tag(item: Item, command: Command) -> str:
    """Return the tag of the object, else of its host, else of the command."""
    tag = item.policy.poller_tag
    if tag == UNTAGGED:
        tag = item.host.policy.poller_tag
    return command.poller_tag if tag == UNTAGGED else tag


def on_outcome(turn: Turn, outcome: Outcome) -> None:
    """Accept the outcome of the check that is awaited; an older one, or one that came before, is passed over."""
    item = turn.world.flights.pop(outcome.id, None)
    if item is not None and item.in_flight is not None:
        flight, item.in_flight = item.in_flight, None
    elif (item := _left_by_an_earlier_life(turn, outcome)) is not None:
        flight = InFlight(outcome.id, outcome.started_at, _timeout(turn.world, item, _command_of(turn.world, item)))
    else:
        return
    on_result(turn, item, result_of(turn.world, item, flight, outcome))


def on_result(turn: Turn, item: Item, result: Result) -> None:
    """Accept what a check of the object said, whoever had it run."""
    name = FROM_EXIT_CODE[item.kind][result.exit_code]
    turn.emit(broks.active_check(turn.world, item, name, item.state.attempt, result.output, turn.cause))
    accept(turn, item, result)


def _left_by_an_earlier_life(turn: Turn, outcome: Outcome) -> Item | None:
    """Return whose check it was that ran while the scheduler was away, unless something newer is known already.

    A poller keeps an outcome until somebody takes it; the flights of an earlier life are not kept.
    """
    if outcome.id.rpartition("-")[0] == turn.ids.epoch:
        return None
    item = turn.world.items.get(outcome.key)
    return item if item is not None and outcome.started_at > item.state.last_chk else None


def warned(world: World, item: Item) -> int:
    """Return the code that exit code 1 of a plugin stands for: hosts know no warning (engine.md 4.3)."""
    return 1 if item.kind is Kind.SERVICE or world.settings.use_aggressive_host_checking else 0


def result_of(world: World, item: Item, flight: InFlight, outcome: Outcome) -> Result:
    """Return what an outcome says of an object, before anything is made of it."""
    settings = world.settings
    exit_code, text = outcome.exit_code, outcome.output
    if outcome.ending is not Ending.DONE:
        exit_code, text = ENDINGS[outcome.ending](world, item, flight, outcome)
    elif not 0 <= exit_code <= 3:
        text = text or f"(Return code of {exit_code} is out of bounds)"
        exit_code = 3
    elif exit_code == 1:
        exit_code = warned(world, item)
    parsed = parse_output(text, settings.max_plugins_output_length)
    return Result(
        exit_code,
        parsed.output,
        outcome.started_at,
        parsed.long_output,
        parsed.perf_data,
        outcome.execution_time,
        max(0.0, outcome.started_at - flight.due_at),
        outcome.user_time,
        outcome.system_time,
        False,
        flight.is_dependency,
    )


def _timed_out(world: World, item: Item, flight: InFlight, _outcome: Outcome) -> tuple[int, str]:
    what = "Host" if item.kind is Kind.HOST else "Service"
    return world.settings.timeout_exit_status, f"({what} check timed out after {flight.timeout:g} seconds)"


def _not_started(_world: World, _item: Item, _flight: InFlight, outcome: Outcome) -> tuple[int, str]:
    if outcome.exit_code not in (126, 127) or outcome.output.startswith("(Return code"):
        return 3, outcome.output
    return 3, f"(Return code of {outcome.exit_code} is out of bounds. {outcome.output})"


def _flooded(_world: World, _item: Item, _flight: InFlight, outcome: Outcome) -> tuple[int, str]:
    return 3, f"(Check stopped: its output is over the limit) {outcome.output}"


ENDINGS: Final[Mapping[Ending, Callable[[World, Item, InFlight, Outcome], tuple[int, str]]]] = {
    Ending.TIMEOUT: _timed_out,
    Ending.NOT_STARTED: _not_started,
    Ending.FLOODED: _flooded,
}
"""How a check that did not end by itself is read: exit code and output."""


def accept(turn: Turn, item: Item, result: Result) -> None:
    """Take a result in: at once, or once the objects it depends on were checked."""
    if item.policy.resultmodulations:
        result.exit_code = modulations.exit_code(turn.world, item, result.exit_code, turn.now.wall)
    held = turn.world.held
    if item.key in held:
        held[item.key].results.append(result)
        schedule.plan_next(turn, item)
        return
    name = FROM_EXIT_CODE[item.kind][result.exit_code]
    if name not in GOOD:
        others = dependencies.objects_to_ask(turn, item, name)
        if others:
            dependencies.hold(turn, item, result, others)
            schedule.plan_next(turn, item)
            for other in others:
                _ask(turn, other)
            return
    apply(turn, item, result)


def _ask(turn: Turn, other: Item) -> None:
    """Have an object checked because another one needs to know, unless its answer is on the way."""
    if other.in_flight is not None or other.key in turn.world.held:
        return
    if not other.masters or dependencies.stopper(turn.world, other, turn.now.wall) is None:
        launch(turn, other, turn.now.wall, is_dependency=True)


def apply(turn: Turn, item: Item, result: Result) -> None:
    """Make a result the object's state, with all that follows."""
    world, state = turn.world, item.state
    name = FROM_EXIT_CODE[item.kind][result.exit_code]
    is_impact = bool(state.state_before_impact) and impacts.lift(item)
    if name not in GOOD and dependencies.is_unreachable(world, item, turn.now.wall):
        name = UNREACHABLE
    before, policy = state.state, item.policy
    is_news = bool(policy.stalking_options) and stalking.is_news(item, name, result.output)
    answered = confirming.answer(turn, item, result) if item.doubt is not None else None
    _record(turn, item, result)
    row = move(state, policy, name, turn.now.wall, is_dependency=result.is_dependency)
    is_back = False
    if before != name or row.has_alert:
        _on_move(turn, item, row, before)
        is_back = name in GOOD and before not in GOOD and item.kind is Kind.HOST
    elif row.telling is Telling.REMIND or policy.flap_detection_options:
        _on_same(turn, item, row)
    if is_impact:
        impacts.on_change(turn, item)
    if is_news and not row.has_alert:
        turn.emit(broks.alert(world, item, turn.cause))
    turn.decisions.extend(broks.check_result(world, item, turn.cause))
    _run_commands(turn, item, result)
    if not result.is_freshness:
        freshness.start_period(turn, item)
    turn.changed(item)
    schedule.plan_next(turn, item)
    if answered is not None:
        notifications.resume(turn, item, answered)
    if item.doubt is not None:
        _ask(turn, item)
    if is_back:
        for doubtful in confirming.doubt(turn, item):
            _ask(turn, doubtful)
    if world.held:
        _release(turn, item)


def _run_commands(turn: Turn, item: Item, result: Result) -> None:
    """Run the commands that go with each result, where there are any."""
    if result.perf_data:
        handlers.run_perfdata_command(turn, item)
    if item.policy.snapshot_enabled:
        snapshots.on_result(turn, item)
    if obsession.is_wanted(turn.world.settings):
        obsession.on_result(turn, item)


def believe(turn: Turn, item: Item) -> None:
    """Take in the results of an object that waits for nothing any more."""
    held = turn.world.held.pop(item.key, None)
    for result in held.results if held is not None else ():
        apply(turn, item, result)


def _release(turn: Turn, item: Item) -> None:
    for waiting in dependencies.release(turn, item):
        believe(turn, waiting)


def _record(turn: Turn, item: Item, result: Result) -> None:
    """Keep what the result brought besides the state."""
    state = item.state
    state.last_perf_data = state.perf_data
    state.output = result.output
    state.long_output = result.long_output
    state.perf_data = result.perf_data
    state.return_code = result.exit_code
    state.execution_time = result.execution_time
    state.latency = result.latency
    state.u_time = result.user_time
    state.s_time = result.system_time
    state.last_state_update = turn.now.wall
    state.was_told_passively = result.is_passive
    if not result.is_freshness:
        state.last_chk = result.at
        state.has_been_checked = True


def _on_move(turn: Turn, item: Item, row: Row, before: str) -> None:
    """Do what a change of state or attempt asks for, in the order people read it in the log."""
    state = item.state
    is_changed = is_change(before, state.state)
    if is_changed:
        _count_event(turn, item, before)
        problems.on_change(turn, item)
    if row.has_alert:
        turn.emit(broks.alert(turn.world, item, turn.cause))
    impacts.on_change(turn, item)
    if state.state not in GOOD and state.state_type is StateType.HARD:
        _on_hard_problem(turn, item)
    if row.has_alert:
        handlers.run_event_handler(turn, item)
    if row.telling is Telling.RECOVERY:
        notifications.recover(turn, item)
    if item.policy.flap_detection_options:
        flapping.on_result(turn, item, is_change=is_changed)
    if row.telling is Telling.PROBLEM:
        notifications.begin(turn, item)
    if row.settles:
        settle(state)


def _on_same(turn: Turn, item: Item, row: Row) -> None:
    """Do what a result asks for that says what is known already."""
    if item.policy.flap_detection_options:
        flapping.on_result(turn, item, is_change=False)
    if row.telling is Telling.REMIND:
        if not item.is_source:
            impacts.on_change(turn, item)
        _on_hard_problem(turn, item)
        notifications.remind(turn, item)


def _on_hard_problem(turn: Turn, item: Item) -> None:
    """Begin the flexible downtimes that wait for a hard problem."""
    if item.state.downtimes:
        downtimes.begin_flexible(turn, item)


def _count_event(turn: Turn, item: Item, before: str) -> None:
    """Number the change, and the problem when it begins."""
    state, own = item.state, turn.world.own
    state.last_event_id, state.current_event_id = state.current_event_id, own.next_event_id
    own.next_event_id += 1
    if state.state in GOOD:
        state.last_problem_id, state.current_problem_id, state.problem_since = state.current_problem_id, 0, 0
    elif before in GOOD:
        state.last_problem_id, state.current_problem_id = state.current_problem_id, own.next_problem_id
        own.next_problem_id += 1
        state.problem_since = turn.now.wall
    turn.changed_own()
