"""What external commands do to the program as a whole: global event handlers, and what it keeps of its states.

``commands`` has the table that names these (external-commands.md 5.2, 5.3). A command that has nothing to do says so:
what an effect returns is told to whoever gave the command.
"""

from __future__ import annotations

from typing import Final

from alignak.engine import broks
from alignak.engine.changes import effective_settings
from alignak.engine.command_table import ParsedCommand
from alignak.engine.turn import Turn

NOTHING_TO_PREDICT: Final = "nothing predicts failures any more, as in Nagios 4: there is nothing to switch"

IS_KNOWN: Final = "each change of a state is stored when it is decided: what is stored is what is known already"


def change_event_handler(name: str, turn: Turn, command: ParsedCommand) -> None:
    """Give the hosts or services that have no event handler of their own another one."""
    assert command.command is not None
    world = turn.world
    world.own.changed[name] = command.command.name
    world.settings = effective_settings(world.part.settings, world.own.switches, world.own.changed)
    turn.changed_own()
    turn.emit(broks.update_program_status(world, turn.now, turn.cause))


def switch_prediction(_turn: Turn, _command: ParsedCommand) -> str:
    """Say that there is no failure prediction."""
    return NOTHING_TO_PREDICT


def save_states(turn: Turn, _command: ParsedCommand) -> None:
    """Store every state once more."""
    for item in turn.world.items.values():
        turn.changed(item)
    turn.changed_own()


def read_states(_turn: Turn, _command: ParsedCommand) -> str:
    """Say that what is stored is known."""
    return IS_KNOWN
