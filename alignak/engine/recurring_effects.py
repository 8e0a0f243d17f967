"""The external commands about downtimes that come again and again; ``commands`` has the table that names these.

``SCHEDULE_RECURRING_HOST_DOWNTIME;host;rule;start;duration;zone;author;comment`` and its like: the rule is a list of
weekdays, ``daily``, or an RFC 5545 rule whose parts are divided by blanks (or by ``\\;``); the start is a time of day,
``22:30``; the duration counts in seconds; an empty zone is that of the configuration. Each object gets one of its own,
with an id for ``DEL_RECURRING_DOWNTIME;id``.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec.structs import replace

from alignak.base.errors import RefusedError
from alignak.engine import recurring
from alignak.engine.command_table import ParsedCommand
from alignak.engine.effects import Members
from alignak.engine.turn import Turn
from alignak.model.recurring import LONGEST_DURATION, Malformed, RecurringDowntime, read_rule, read_time, today


def plan(members: Members, turn: Turn, command: ParsedCommand) -> None:
    """Plan a recurring downtime for each object."""
    found = _read(turn, command)
    for item in list(members(turn.world, command)):
        recurring.add(turn, item, replace(found, name=turn.take_object_id()))


def _read(turn: Turn, command: ParsedCommand) -> RecurringDowntime:
    """Return what a command means; RefusedError with the reason when it means nothing, or never comes."""
    rule_text, start, duration, zone, author, comment = command.values
    zone = str(zone).strip()
    default = turn.world.settings.use_timezone
    if zone and not _is_zone(zone):
        raise RefusedError(f"'{zone[:40]}' is no time zone: give a name as 'Europe/Paris', or nothing")
    if not 0 < int(duration) <= LONGEST_DURATION:
        raise RefusedError(f"a recurring downtime lasts 1 to {LONGEST_DURATION} seconds, not {duration}")
    try:
        rule = read_rule(str(rule_text), today(turn.now.wall, zone or default))
        minutes = read_time(str(start))
    except Malformed as error:
        raise RefusedError(str(error)) from error
    found = RecurringDowntime(
        name="",
        rule=rule.text,
        start=minutes,
        duration=float(int(duration)),
        zone=zone,
        first_day=rule.first_day,
        author=str(author),
        comment=str(comment),
    )
    if next(recurring.upcoming(turn.world, found, turn.now.wall), None) is None:
        raise RefusedError(f"the rule {rule.text} gives no day within ten years")
    return found


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def delete(turn: Turn, command: ParsedCommand) -> None:
    """Forget the recurring downtime with an id."""
    name = str(command.values[0]).strip()
    key = turn.world.owners.get(name)
    item = None if key is None else turn.world.items[key]
    if item is None or all(each.name != name for each in item.state.recurring_downtimes):
        configured = any(each.name == name for each in turn.world.part.objects.recurringdowntimes)
        reason = "it is in the configuration files: change them" if configured else "explain shows those an object has"
        raise RefusedError(f"there is no recurring downtime '{name[:40]}' that a command made; {reason}")
    recurring.remove(turn, item, name)
