"""The check of an object run out of turn, to see what it says (``alignak check run``).

The scheduler's ``daemons.trials`` orders what ``prepare`` returns and shows what ``told`` makes of the outcome. The
engine does not wait for it: it counts as a result only when the shell gives it back with ``ResultGiven``.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import asdict, replace

from alignak.base.errors import RefusedError
from alignak.base.ids import ObjectKey, shown
from alignak.engine import modulations
from alignak.engine.attributes import call_text, masked
from alignak.engine.checks import order_of, result_of
from alignak.engine.internals import INTERNAL, assume_up
from alignak.engine.macro_table import Scope
from alignak.engine.macros import preview
from alignak.engine.perfdata import parse_perfdata
from alignak.engine.state import Item, World
from alignak.engine.turn import Turn
from alignak.engine.underway import InFlight, Result
from alignak.messages.trials import CheckRun, Measured, StateBrief
from alignak.messages.work import Order, Outcome, Work
from alignak.model.states import FROM_EXIT_CODE


class Trial(Struct, frozen=True):
    """A check to be run out of turn."""

    key: ObjectKey
    call: str
    line: str
    """The command with its macros, the secret ones masked."""
    unknown: tuple[str, ...] = ()
    order: Order | None = None
    """None when no poller is needed: then the result is there."""
    result: Result | None = None


def prepare(turn: Turn, item: Item) -> Trial:
    """Return the check of an object as it is to be run now; RefusedError when its command is not defined."""
    world = turn.world
    call = item.spec.check_command
    if item.policy.checkmodulations:
        call = modulations.check_command(world, item, turn.now.wall)
    if call is None:
        return Trial(item.key, "", "", result=assume_up(turn, item))
    text = call_text(call) or call.name
    internal = INTERNAL.get(call.name)
    if internal is not None:
        return Trial(item.key, text, "", result=internal(turn, item, call))
    command = world.commands.get(call.name)
    if command is None:
        raise RefusedError(f"the check command '{call.name}' of {shown(item.key)} is not defined: nothing can be run")
    line, unknown = preview(Scope(world, item, turn.now, call), command.line, masked, is_now=True)
    order = replace(order_of(turn, item, call, command, turn.now.wall), work=Work.TRIAL)
    return Trial(item.key, text, line, tuple(unknown), order)


def result(world: World, item: Item, order: Order, outcome: Outcome) -> Result:
    """Return what the outcome of a trial says of its object."""
    return result_of(world, item, InFlight(order.id, order.due_at, order.timeout), outcome)


def told(world: World, item: Item, run: CheckRun, found: Result) -> CheckRun:
    """Return a run with what came of it."""
    code = modulations.exit_code(world, item, found.exit_code, found.at)
    return replace(
        run,
        state=FROM_EXIT_CODE[item.kind][code],
        output=found.output,
        long_output=found.long_output,
        perf_data=found.perf_data,
        metrics=tuple(Measured(**asdict(each)) for each in parse_perfdata(found.perf_data)),
        after=brief(item),
    )


def brief(item: Item) -> StateBrief:
    """Return the present state of an object in short."""
    state = item.state
    return StateBrief(item.state_name, state.state_type.value, state.attempt, item.policy.max_check_attempts)
