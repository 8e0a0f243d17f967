"""The effects of external commands, one function each (external-commands.md 5.2).

``commands`` has the table that names them. Each raises RefusedError, before it changed anything, when the command makes
no sense now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from alignak.base.errors import RefusedError
from alignak.base.ids import ObjectKey, shown
from alignak.engine import broks, checks, downtimes, handlers, notifications, problems, schedule, switches
from alignak.engine.command_table import ParsedCommand
from alignak.engine.output import parse_output
from alignak.engine.state import Downtime, Item, World
from alignak.engine.turn import Turn
from alignak.engine.underway import Result
from alignak.engine.wheel import Timer
from alignak.model.states import FROM_EXIT_CODE, STATE_IDS, Kind

Members: TypeAlias = Callable[[World, ParsedCommand], Iterable[Item]]

MOST: Final = 5_000_000
"""The highest number a directive can be given: nearly ten years in minutes."""

STICKY: Final = 2
"""The argument that makes an acknowledgement last until the problem is over."""


# Whom a command is about


def the_item(_world: World, command: ParsedCommand) -> Iterable[Item]:
    """Return the object named."""
    assert command.item is not None
    return (command.item,)


def its_services(_world: World, command: ParsedCommand) -> Iterable[Item]:
    """Return the services of the host named."""
    assert command.item is not None
    return command.item.services


def beyond(_world: World, command: ParsedCommand) -> list[Item]:
    """Return the hosts that are reached through the host named, each once: its children, their children and so on."""
    assert command.item is not None
    found: dict[Item, None] = {}
    waiting = list(command.item.children)
    while waiting:
        host = waiting.pop(0)
        if host not in found and host is not command.item:
            found[host] = None
            waiting += host.children
    return list(found)


def and_beyond(world: World, command: ParsedCommand) -> list[Item]:
    """Return the host named and those that are reached through it."""
    assert command.item is not None
    return [command.item, *beyond(world, command)]


def all_beyond(world: World, command: ParsedCommand) -> list[Item]:
    """Return the hosts that are reached through the host named, and their services."""
    return [each for host in beyond(world, command) for each in (host, *host.services)]


def group(world: World, command: ParsedCommand) -> list[Item]:
    """Return the members of the group named."""
    assert command.group is not None
    keys = (ObjectKey(key) for key in command.group.members)
    return [world.items[key] for key in keys if key in world.items]


def group_hosts(world: World, command: ParsedCommand) -> Iterable[Item]:
    """Return the hosts of a group, each once; those of a service group are its services' hosts."""
    return dict.fromkeys(item.host for item in group(world, command))


def hostgroup_services(world: World, command: ParsedCommand) -> Iterable[Item]:
    """Return the services of a group's hosts."""
    return [service for host in group(world, command) for service in host.services]


# Passive results


def passive_result(turn: Turn, command: ParsedCommand) -> None:
    """Take in the result somebody else found."""
    code, text = command.values
    _take_passive(turn, command, int(code), str(text))


def passive_output(turn: Turn, command: ParsedCommand) -> None:
    """Take in an output, the state staying as it is."""
    assert command.item is not None
    code = STATE_IDS[command.item.kind][command.item.own_state]
    _take_passive(turn, command, code, str(command.values[0]))


def _take_passive(turn: Turn, command: ParsedCommand, code: int, text: str) -> None:
    """Take a passive result in; one that is older than the last result is passed over. Timestamps are whole seconds."""
    item, settings = command.item, turn.world.settings
    assert item is not None
    is_accepted = settings.accept_passive_host_checks if item.is_host else settings.accept_passive_service_checks
    if not (is_accepted and item.policy.passive_checks_enabled):
        raise RefusedError(f"passive checks of {shown(item.key)} are disabled: its result is not accepted")
    if code not in FROM_EXIT_CODE[item.kind]:
        raise RefusedError(f"{code} is no result of {shown(item.key)}: give 0, 1, 2, 3 or 4")
    at = min(command.at, turn.now.wall)  # one from the future would hide all that follow
    if at < int(item.state.last_chk):
        return
    parsed = parse_output(text, settings.max_plugins_output_length)
    result = Result(code, parsed.output, at, parsed.long_output, parsed.perf_data, is_passive=True)
    turn.emit(broks.passive_check(turn.world, item, code, parsed, turn.cause))
    checks.accept(turn, item, result)


# Checks


def schedule_check(members: Members, turn: Turn, command: ParsedCommand) -> None:
    """Move the next check to the time given, where active checks run."""
    at = max(float(command.values[0]), turn.now.wall)
    those = [item for item in members(turn.world, command) if schedule.is_actively_checked(turn.world, item)]
    if not those:
        assert command.item is not None
        raise RefusedError(
            f"active checks of {shown(command.item.key)} are disabled: nothing to schedule; use the FORCED command"
        )
    for item in those:
        schedule.plan_at(turn, item, at)


def force_check(members: Members, turn: Turn, command: ParsedCommand) -> None:
    """Have checks run at the time given, whatever is switched off."""
    at = max(float(command.values[0]), turn.now.wall)
    those = [item for item in members(turn.world, command) if item.is_host or item.spec.check_command is not None]
    if not those:
        assert command.item is not None
        raise RefusedError(f"nothing to check on {shown(command.item.key)}")
    for item in those:
        turn.wheel.set(Timer.FORCED_CHECK, item.key, turn.now.mono_of(at))


# Problems and comments


def acknowledge(turn: Turn, command: ParsedCommand) -> None:
    """Acknowledge a problem."""
    sticky, notify, author, comment = command.values
    assert command.item is not None
    problems.acknowledge(turn, command.item, str(author), str(comment), sticky=sticky == STICKY, notify=bool(notify))


def acknowledge_until(turn: Turn, command: ParsedCommand) -> None:
    """Acknowledge a problem until a time."""
    sticky, notify, end_time, author, comment = command.values
    assert command.item is not None
    if 0 < int(end_time) <= turn.now.wall:
        raise RefusedError(f"the acknowledgement would have ended already, at {end_time}: give a time to come")
    problems.acknowledge(
        turn,
        command.item,
        str(author),
        str(comment),
        sticky=sticky == STICKY,
        notify=bool(notify),
        end_time=float(end_time),
    )


def remove_acknowledgement(turn: Turn, command: ParsedCommand) -> None:
    """Take an acknowledgement back."""
    assert command.item is not None
    if command.item.state.acknowledgement is None:
        raise RefusedError(f"{shown(command.item.key)} is not acknowledged")
    problems.unacknowledge(turn, command.item)


def add_comment(turn: Turn, command: ParsedCommand) -> None:
    """Keep a comment."""
    author, text = (str(value) for value in command.values)
    item = command.item
    assert item is not None
    problems.add_comment(turn, item, author, text)
    turn.emit(broks.comment_added(turn.world, item, author, text, turn.cause))
    turn.updated(item)


def delete_comment(kind: Kind, turn: Turn, command: ParsedCommand) -> None:
    """Forget the comment with an id."""
    comment_id = str(command.values[0]).strip()
    item = _owner(turn.world, comment_id, kind)
    if item is None or comment_id not in item.state.comments:
        raise RefusedError(f"there is no comment '{comment_id}' on a {kind.value}")
    problems.remove_comment(turn, item, comment_id)
    turn.updated(item)


def delete_comments(turn: Turn, command: ParsedCommand) -> None:
    """Forget all comments of an object."""
    item = command.item
    assert item is not None
    for comment_id in tuple(item.state.comments):
        problems.remove_comment(turn, item, comment_id)
    turn.updated(item)


def _owner(world: World, owned_id: str, kind: Kind) -> Item | None:
    key = world.owners.get(owned_id)
    item = None if key is None else world.items[key]
    return item if item is not None and item.kind is kind else None


# Downtimes


def plan_downtime(members: Members, turn: Turn, command: ParsedCommand) -> None:
    """Plan a downtime for each object."""
    downtime = downtime_of(turn, command)
    for item in members(turn.world, command):
        downtimes.plan(turn, item, downtime)


def downtime_of(turn: Turn, command: ParsedCommand) -> Downtime:
    """Return the downtime a command asks for; RefusedError when there cannot be such a one."""
    start, end, fixed, trigger, duration, author, comment = command.values
    trigger_id = str(trigger).strip()
    trigger_id = "" if trigger_id == "0" else trigger_id
    downtime = Downtime(
        id="",
        author=str(author),
        comment=str(comment),
        start_time=float(start),
        end_time=float(end),
        fixed=bool(fixed) and not trigger_id,
        duration=float(duration),
        trigger_id=trigger_id,
    )
    _check_downtime(turn, downtime)
    return downtime


def _check_downtime(turn: Turn, downtime: Downtime) -> None:
    if not turn.now.wall < downtime.end_time or downtime.end_time <= downtime.start_time:
        raise RefusedError(
            f"a downtime from {downtime.start_time:.0f} to {downtime.end_time:.0f} is over or ends before it begins"
        )
    if downtime.start_time < 0:
        raise RefusedError(f"a downtime cannot begin at {downtime.start_time:.0f}: give the seconds since 1970")
    if not downtime.fixed and downtime.duration <= 0:
        raise RefusedError("a flexible downtime needs a duration above 0 seconds")
    if downtime.trigger_id and not downtimes.is_one(turn.world, downtime.trigger_id):
        raise RefusedError(f"there is no downtime '{downtime.trigger_id}' that could trigger this one")


def cancel_downtime(kind: Kind, turn: Turn, command: ParsedCommand) -> None:
    """Cancel the downtime with an id."""
    downtime_id = str(command.values[0]).strip()
    item = _owner(turn.world, downtime_id, kind)
    if item is None or downtime_id not in item.state.downtimes:
        raise RefusedError(f"there is no downtime '{downtime_id}' of a {kind.value}")
    downtimes.cancel(turn, item, downtime_id)


def cancel_downtimes(turn: Turn, command: ParsedCommand) -> None:
    """Cancel all downtimes of an object."""
    assert command.item is not None
    for downtime_id in tuple(command.item.state.downtimes):
        downtimes.cancel(turn, command.item, downtime_id)


# The rest


def switch_items(name: str, value: bool, members: Members, turn: Turn, command: ParsedCommand) -> None:
    """Set a switch of each object."""
    for item in members(turn.world, command):
        switches.set_switch(turn, item, name, value)


def switch_program(name: str, value: bool, turn: Turn, _command: ParsedCommand) -> None:
    """Set a program-wide switch."""
    switches.set_program_switch(turn, name, value)


def switch_contact(name: str, value: bool, turn: Turn, command: ParsedCommand) -> None:
    """Set a switch of a contact."""
    assert command.contact is not None
    switches.set_contact_switch(turn, command.contact.name, name, value)


def switch_contacts(name: str, value: bool, turn: Turn, command: ParsedCommand) -> None:
    """Set a switch of each member of a contact group."""
    assert command.group is not None
    for contact in command.group.members:
        switches.set_contact_switch(turn, contact, name, value)


def change_number(name: str, least: int, turn: Turn, command: ParsedCommand) -> None:
    """Give a directive another number."""
    assert command.item is not None
    value = int(command.values[0])
    if not least <= value <= MOST:
        raise RefusedError(f"{name} of {shown(command.item.key)} cannot be {value}: give {least} to {MOST}")
    switches.change(turn, command.item, name, str(value))


def change_command(name: str, turn: Turn, command: ParsedCommand) -> None:
    """Give a directive another command."""
    assert command.item is not None
    assert command.command is not None
    switches.change(turn, command.item, name, command.command.name)


def change_period(name: str, turn: Turn, command: ParsedCommand) -> None:
    """Give a directive another time period."""
    assert command.item is not None
    assert command.period is not None
    switches.change(turn, command.item, name, command.period.name)


def change_custom(turn: Turn, command: ParsedCommand) -> None:
    """Give a custom variable another value."""
    name, value = (str(each) for each in command.values)
    assert command.item is not None
    switches.change_custom(turn, command.item, name, value)


def change_attributes(turn: Turn, command: ParsedCommand) -> None:
    """Say which directives count as changed; the others are as configured again."""
    assert command.item is not None
    switches.set_modified_attributes(turn, command.item, int(command.values[0]))


def delay_notification(turn: Turn, command: ParsedCommand) -> None:
    """Have nobody told of the present problem before a time."""
    assert command.item is not None
    notifications.delay(turn, command.item, float(command.values[0]))


def launch_event_handler(turn: Turn, command: ParsedCommand) -> None:
    """Run the event handler now."""
    assert command.item is not None
    if not handlers.launch_event_handler(turn, command.item):
        raise RefusedError(f"{shown(command.item.key)} has no event handler")
