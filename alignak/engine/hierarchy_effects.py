"""What external commands do along the ways between hosts: new parents, downtimes of all that is behind a host.

``commands`` has the table that names these (external-commands.md 5.2, 5.3). A dependency that a command adds is that of
a host on a parent, and is kept as the host's parents are (engine.md 4.4).
"""

from __future__ import annotations

from msgspec.structs import replace

from alignak.base.errors import RefusedError
from alignak.base.ids import host_key
from alignak.engine import checks, downtimes, switches
from alignak.engine.command_table import ParsedCommand
from alignak.engine.effects import beyond, downtime_of
from alignak.engine.state import Item
from alignak.engine.turn import Turn


def add_dependency(turn: Turn, command: ParsedCommand) -> None:
    """Have a host depend on another one, as on a parent."""
    son, father = _both(turn, command)
    if father in son.parents:
        raise RefusedError(f"{son.key} depends on {father.key} already")
    if son is father or _is_above(son, father):
        raise RefusedError(f"{father.key} depends on {son.key}: each would be the reason of the other")
    _set_parents(turn, son, (*son.spec.parents, father.spec.host_name))


def remove_dependency(turn: Turn, command: ParsedCommand) -> None:
    """Have a host depend on another one no more."""
    son, father = _both(turn, command)
    if father not in son.parents:
        raise RefusedError(f"{son.key} does not depend on {father.key}")
    _set_parents(turn, son, tuple(each for each in son.spec.parents if each != father.spec.host_name))
    held = turn.world.held.get(son.key)
    if held is not None and held.on.pop(father.key, father) is None and not held.on:
        checks.believe(turn, son)


def _both(turn: Turn, command: ParsedCommand) -> tuple[Item, Item]:
    """Return the host that depends and the one it depends on."""
    assert command.item is not None
    return command.item, turn.world.items[host_key(str(command.values[0]))]


def _is_above(host: Item, other: Item) -> bool:
    """Tell whether another host is reached through one."""
    seen, waiting = {other.key: None}, [other]
    while waiting:
        for parent in waiting.pop().parents:
            if parent is host:
                return True
            if parent.key not in seen:
                seen[parent.key] = None
                waiting.append(parent)
    return False


def _set_parents(turn: Turn, son: Item, names: tuple[str, ...]) -> None:
    son.state.changed["parents"] = ";".join(names)
    switches.follow(turn, son)
    turn.world.join(())


def propagate_downtime(turn: Turn, command: ParsedCommand) -> None:
    """Plan a downtime of a host, and the same for all hosts behind it."""
    downtime = downtime_of(turn, command)
    assert command.item is not None
    for host in (command.item, *beyond(turn.world, command)):
        downtimes.plan(turn, host, downtime)


def propagate_triggered_downtime(turn: Turn, command: ParsedCommand) -> None:
    """Plan a downtime of a host, and for all hosts behind it one that begins with it."""
    downtime = downtime_of(turn, command)
    assert command.item is not None
    trigger = downtimes.plan(turn, command.item, downtime)
    begin = max(downtime.start_time, turn.now.wall)
    lasting = downtime.end_time - begin if downtime.fixed else downtime.duration
    triggered = replace(downtime, fixed=False, duration=lasting, trigger_id=trigger)
    for host in beyond(turn.world, command):
        downtimes.plan(turn, host, triggered)
