"""The commands that are run after each and every check: ``ochp_command`` of hosts, ``ocsp_command`` of services.

``checks`` calls this once a result is the state. Nagios uses them to tell another monitoring system.
"""

from __future__ import annotations

from alignak.engine.changes import parse_call
from alignak.engine.handlers import run_action
from alignak.engine.state import Item
from alignak.engine.turn import Turn
from alignak.messages.work import Work
from alignak.model.settings import Settings
from alignak.model.states import Kind


def is_wanted(settings: Settings) -> bool:
    """Tell whether some objects' results are passed on."""
    return settings.obsess_over_services or settings.obsess_over_hosts


def on_result(turn: Turn, item: Item) -> None:
    """Run the command of the object's kind, where the object and the program want it."""
    settings = turn.world.settings
    if item.kind is Kind.HOST:
        is_on, text, timeout = settings.obsess_over_hosts, settings.ochp_command, settings.ochp_timeout
    else:
        is_on, text, timeout = settings.obsess_over_services, settings.ocsp_command, settings.ocsp_timeout
    if not (is_on and text and item.policy.obsess):
        return
    call = parse_call(text)
    command = turn.world.commands.get(call.name) if call else None
    if call is not None and command is not None:
        run_action(turn, item, call, command, Work.OBSESSION, timeout=timeout)
