"""What runs when a state changes or performance data came: event handlers and the like (engine.md 4.11).

``checks`` calls these after a result, ``effects`` for LAUNCH_*_EVENT_HANDLER; ``engine`` hands over their outcomes,
and those of notifications, which are commands too.
"""

from __future__ import annotations

from alignak.base.ids import OrderId
from alignak.engine import broks
from alignak.engine.changes import parse_call
from alignak.engine.decisions import RunOrder
from alignak.engine.macros import NotificationMacros, action_words
from alignak.engine.state import Item, World
from alignak.engine.turn import Turn
from alignak.messages.work import Ending, Order, Outcome, Work
from alignak.model.objects import UNTAGGED, Command, CommandCall, Contact
from alignak.model.states import Kind


def run_event_handler(turn: Turn, item: Item) -> None:
    """Run the event handler of an object, when handlers are wanted now."""
    world = turn.world
    settings = world.settings
    if not (settings.enable_event_handlers and item.policy.event_handler_enabled):
        return
    if settings.no_event_handlers_during_downtimes and item.downtime_depth:
        return
    launch_event_handler(turn, item)


def launch_event_handler(turn: Turn, item: Item) -> bool:
    """Run the object's event handler, or else the global one; return False when there is none."""
    call = event_handler_of(turn.world, item)
    command = turn.world.commands.get(call.name) if call else None
    if call is None or command is None:
        return False
    run_action(turn, item, call, command, Work.EVENT_HANDLER, timeout=turn.world.settings.event_handler_timeout)
    turn.emit(broks.event_handler(turn.world, item, command.name, turn.cause))
    return True


def event_handler_of(world: World, item: Item) -> CommandCall | None:
    """Return the object's event handler, or else the global one of its kind."""
    if item.policy.event_handler is not None:
        return item.policy.event_handler
    settings = world.settings
    return parse_call(
        settings.global_host_event_handler if item.kind is Kind.HOST else settings.global_service_event_handler
    )


def run_perfdata_command(turn: Turn, item: Item) -> None:
    """Run the command that processes performance data, when there is one and it is wanted."""
    settings = turn.world.settings
    text = settings.host_perfdata_command if item.kind is Kind.HOST else settings.service_perfdata_command
    if not text or not (settings.process_performance_data and item.policy.process_perf_data):
        return
    call = parse_call(text)
    command = turn.world.commands.get(call.name) if call else None
    if call is not None and command is not None:
        run_action(turn, item, call, command, Work.PERFDATA, timeout=settings.perfdata_timeout)


def run_action(
    turn: Turn,
    item: Item,
    call: CommandCall,
    command: Command,
    work: Work,
    *,
    timeout: float,
    order_id: OrderId | None = None,
    notification: NotificationMacros | None = None,
    contact: Contact | None = None,
) -> None:
    """Decide to run a command that checks nothing, and remember it until its outcome comes.

    ``timeout`` counts when the command names none. The reactionner tag is the object's, else the command's; a
    notification has the command's alone.
    """
    words = action_words(turn.world, item, call, turn.now, notification, contact)
    tag = UNTAGGED if work is Work.NOTIFICATION else item.policy.reactionner_tag
    order = Order(
        order_id or OrderId(turn.ids.take()),
        work,
        item.key,
        words.argv,
        words.shell,
        words.environment,
        timeout if command.timeout == -1 else command.timeout,
        turn.now.wall,
        command.module_type,
        command.reactionner_tag if tag == UNTAGGED else tag,
        turn.cause,
        contact.name if contact else "",
        command.name,
    )
    turn.world.actions[order.id] = order
    turn.decide(RunOrder(order))


def on_outcome(turn: Turn, outcome: Outcome) -> None:
    """Note that an action is done, and tell when it failed; one that is not awaited any more is passed over."""
    order = turn.world.actions.pop(outcome.id, None)
    if order is None:
        return
    if order.work is Work.SNAPSHOT:
        _tell_snapshot(turn, order, outcome)
    if outcome.ending is Ending.DONE and (outcome.exit_code == 0 or order.work is Work.SNAPSHOT):
        return
    turn.emit(broks.log_line("warning", _failure(order, outcome), turn.cause))


def _tell_snapshot(turn: Turn, order: Order, outcome: Outcome) -> None:
    """Tell the followers what a snapshot command said; an object that is gone meanwhile is passed over."""
    item = turn.world.items.get(order.key)
    if item is not None:
        turn.emit(broks.snapshot_taken(turn.world, item, outcome, turn.now.wall, turn.cause))


def on_lost(turn: Turn, order_id: OrderId) -> None:
    """Run an action again whose holder is gone, under its own id, so that whoever gets it twice can tell."""
    order = turn.world.actions.get(order_id)
    if order is not None:
        turn.decide(RunOrder(order))


def _failure(order: Order, outcome: Outcome) -> str:
    kind = "service" if ";" in order.key else "host"
    if outcome.ending is Ending.TIMEOUT and order.work is Work.NOTIFICATION:
        return (
            f"Contact {order.contact} {kind} notification command '{order.command_name} ' "
            f"timed out after {order.timeout:g} seconds"
        )
    what = order.work.value if order.work is not Work.EVENT_HANDLER else "event handler"
    if outcome.ending is Ending.TIMEOUT:
        return f"The {what} command '{order.command_name}' timed out after {order.timeout:g} seconds"
    text = outcome.output.strip()
    return f"The {what} command '{order.command_name}' raised an error (exit code={outcome.exit_code}): '{text}'"
