"""What external commands do (external-commands.md 5.2, 5.3): a table from name to effect.

``engine`` calls ``execute`` for each line. ``command_table`` has read it by then: objects are found, arguments typed. A
command that is in that table and not in this one is refused, and says so: nothing is accepted without an effect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, TypeAlias

from alignak.base.errors import RefusedError
from alignak.base.ids import ObjectKey
from alignak.engine import (
    broks,
    contact_effects,
    effects,
    hierarchy_effects,
    notification_effects,
    program_effects,
    recurring_effects,
)
from alignak.engine.command_table import ParsedCommand, check_shape, parse
from alignak.engine.decisions import AnswerCommand
from alignak.engine.turn import Turn
from alignak.model.states import Kind

Effect: TypeAlias = Callable[[Turn, ParsedCommand], str | None]
"""What a command does; it returns what is to be said of it, where there was nothing to do."""


def execute(turn: Turn, line: str, command_id: str) -> None:
    """Do what a line says and answer it, or refuse it with the reason; a refused one is logged as an error."""
    try:
        command = parse(line, turn.now.wall, turn.world)
        effect = EFFECTS.get(command.name)
        if effect is None:
            raise RefusedError(f"{command.name} is the arbiter's own affair: no scheduler runs it, send it there")
        remark = effect(turn, command)
    except RefusedError as error:
        if not _is_told_of_unknown(turn, line, command_id):
            turn.emit(broks.log_line("error", error.message, turn.cause))
            turn.decide(AnswerCommand(command_id, False, error.message, turn.cause))
        return
    if command.name not in CHECK_RESULTS:
        turn.emit(broks.external_command(turn.world, line, turn.cause))
    turn.decide(AnswerCommand(command_id, True, remark or "", turn.cause))


def _is_told_of_unknown(turn: Turn, line: str, command_id: str) -> bool:
    """Tell the followers of a passive result for an object nobody here knows; return whether it was one."""
    try:
        scanned = check_shape(line)
    except RefusedError:
        return False
    if scanned.name not in CHECK_RESULTS or turn.world.items.get(ObjectKey(";".join(scanned.fields[:-2]))):
        return False
    at = turn.now.wall if scanned.timestamp is None else float(scanned.timestamp)
    emitted = broks.unknown_check_result(turn.world, scanned, at, turn.cause)
    turn.emit(emitted)
    if emitted:
        turn.decide(AnswerCommand(command_id, True, "the object is not known here, followers are told", turn.cause))
    return bool(emitted)


CHECK_RESULTS: Final = frozenset(("PROCESS_HOST_CHECK_RESULT", "PROCESS_SERVICE_CHECK_RESULT"))
"""Commands that bring the result of a check; they are told as results, not as commands."""

PASSIVE_RESULTS: Final[Mapping[str, Effect]] = {
    "PROCESS_HOST_CHECK_RESULT": effects.passive_result,
    "PROCESS_SERVICE_CHECK_RESULT": effects.passive_result,
    "PROCESS_HOST_OUTPUT": effects.passive_output,
    "PROCESS_SERVICE_OUTPUT": effects.passive_output,
}
"""What somebody else found out."""

ONE_OF_EACH_KIND: Final[Mapping[str, Effect]] = {
    "ACKNOWLEDGE_{}_PROBLEM": effects.acknowledge,
    "ACKNOWLEDGE_{}_PROBLEM_EXPIRE": effects.acknowledge_until,
    "REMOVE_{}_ACKNOWLEDGEMENT": effects.remove_acknowledgement,
    "ADD_{}_COMMENT": effects.add_comment,
    "DEL_ALL_{}_COMMENTS": effects.delete_comments,
    "DEL_ALL_{}_DOWNTIMES": effects.cancel_downtimes,
    "SCHEDULE_{}_CHECK": partial(effects.schedule_check, effects.the_item),
    "SCHEDULE_FORCED_{}_CHECK": partial(effects.force_check, effects.the_item),
    "SCHEDULE_{}_DOWNTIME": partial(effects.plan_downtime, effects.the_item),
    "CHANGE_MAX_{}_CHECK_ATTEMPTS": partial(effects.change_number, "max_check_attempts", 1),
    "CHANGE_NORMAL_{}_CHECK_INTERVAL": partial(effects.change_number, "check_interval", 0),
    "CHANGE_RETRY_{}_CHECK_INTERVAL": partial(effects.change_number, "retry_interval", 0),
    "CHANGE_{}_CHECK_COMMAND": partial(effects.change_command, "check_command"),
    "CHANGE_{}_EVENT_HANDLER": partial(effects.change_command, "event_handler"),
    "CHANGE_{}_SNAPSHOT_COMMAND": partial(effects.change_command, "snapshot_command"),
    "CHANGE_{}_CHECK_TIMEPERIOD": partial(effects.change_period, "check_period"),
    "CHANGE_CUSTOM_{}_VAR": effects.change_custom,
    "CHANGE_{}_MODATTR": effects.change_attributes,
    "DELAY_{}_NOTIFICATION": effects.delay_notification,
    "LAUNCH_{}_EVENT_HANDLER": effects.launch_event_handler,
    "SEND_CUSTOM_{}_NOTIFICATION": notification_effects.send_custom,
    "SET_{}_NOTIFICATION_NUMBER": notification_effects.set_number,
}
"""Commands that exist for a HOST and for a SVC."""

OF_ONE_KIND: Final[Mapping[str, Effect]] = {
    "DEL_HOST_COMMENT": partial(effects.delete_comment, Kind.HOST),
    "DEL_SVC_COMMENT": partial(effects.delete_comment, Kind.SERVICE),
    "DEL_HOST_DOWNTIME": partial(effects.cancel_downtime, Kind.HOST),
    "DEL_SVC_DOWNTIME": partial(effects.cancel_downtime, Kind.SERVICE),
    "DISABLE_SERVICE_FLAP_DETECTION": partial(effects.switch_items, "flap_detection_enabled", False, effects.the_item),
    "CHANGE_SVC_NOTIFICATION_TIMEPERIOD": partial(effects.change_period, "notification_period"),
}
"""Commands that are spelled in no regular way, or name a comment or a downtime by its id."""

OF_MANY: Final[Mapping[str, Effect]] = {
    "SCHEDULE_RECURRING_HOST_DOWNTIME": partial(recurring_effects.plan, effects.the_item),
    "SCHEDULE_RECURRING_SVC_DOWNTIME": partial(recurring_effects.plan, effects.the_item),
    "SCHEDULE_RECURRING_HOST_SVC_DOWNTIME": partial(recurring_effects.plan, effects.its_services),
    "SCHEDULE_RECURRING_HOSTGROUP_HOST_DOWNTIME": partial(recurring_effects.plan, effects.group_hosts),
    "SCHEDULE_RECURRING_HOSTGROUP_SVC_DOWNTIME": partial(recurring_effects.plan, effects.hostgroup_services),
    "SCHEDULE_RECURRING_SERVICEGROUP_HOST_DOWNTIME": partial(recurring_effects.plan, effects.group_hosts),
    "SCHEDULE_RECURRING_SERVICEGROUP_SVC_DOWNTIME": partial(recurring_effects.plan, effects.group),
    "DEL_RECURRING_DOWNTIME": recurring_effects.delete,
    "SCHEDULE_AND_PROPAGATE_HOST_DOWNTIME": hierarchy_effects.propagate_downtime,
    "SCHEDULE_AND_PROPAGATE_TRIGGERED_HOST_DOWNTIME": hierarchy_effects.propagate_triggered_downtime,
    "ADD_SIMPLE_HOST_DEPENDENCY": hierarchy_effects.add_dependency,
    "DEL_HOST_DEPENDENCY": hierarchy_effects.remove_dependency,
    "SCHEDULE_HOST_SVC_CHECKS": partial(effects.schedule_check, effects.its_services),
    "SCHEDULE_FORCED_HOST_SVC_CHECKS": partial(effects.force_check, effects.its_services),
    "SCHEDULE_HOST_SVC_DOWNTIME": partial(effects.plan_downtime, effects.its_services),
    "SCHEDULE_HOSTGROUP_HOST_DOWNTIME": partial(effects.plan_downtime, effects.group_hosts),
    "SCHEDULE_HOSTGROUP_SVC_DOWNTIME": partial(effects.plan_downtime, effects.hostgroup_services),
    "SCHEDULE_SERVICEGROUP_HOST_DOWNTIME": partial(effects.plan_downtime, effects.group_hosts),
    "SCHEDULE_SERVICEGROUP_SVC_DOWNTIME": partial(effects.plan_downtime, effects.group),
}

OF_CONTACTS: Final[Mapping[str, Effect]] = {
    "SCHEDULE_CONTACT_DOWNTIME": contact_effects.plan_downtime,
    "DEL_CONTACT_DOWNTIME": contact_effects.cancel_downtime,
    "DEL_ALL_CONTACT_DOWNTIMES": contact_effects.cancel_downtimes,
    "CHANGE_CONTACT_HOST_NOTIFICATION_TIMEPERIOD": partial(contact_effects.change_period, Kind.HOST),
    "CHANGE_CONTACT_SVC_NOTIFICATION_TIMEPERIOD": partial(contact_effects.change_period, Kind.SERVICE),
    "CHANGE_CUSTOM_CONTACT_VAR": contact_effects.change_custom,
    "CHANGE_CONTACT_MODATTR": contact_effects.change_attributes,
    "CHANGE_CONTACT_MODHATTR": partial(contact_effects.change_kind_attributes, Kind.HOST),
    "CHANGE_CONTACT_MODSATTR": partial(contact_effects.change_kind_attributes, Kind.SERVICE),
}

OF_PROGRAM: Final[Mapping[str, Effect]] = {
    "CHANGE_GLOBAL_HOST_EVENT_HANDLER": partial(program_effects.change_event_handler, "global_host_event_handler"),
    "CHANGE_GLOBAL_SVC_EVENT_HANDLER": partial(program_effects.change_event_handler, "global_service_event_handler"),
    "ENABLE_FAILURE_PREDICTION": program_effects.switch_prediction,
    "DISABLE_FAILURE_PREDICTION": program_effects.switch_prediction,
    "SAVE_STATE_INFORMATION": program_effects.save_states,
    "READ_STATE_INFORMATION": program_effects.read_states,
}
"""Commands about the scheduler as a whole."""

PROGRAM_SWITCHES: Final[Mapping[str, str]] = {
    "NOTIFICATIONS": "enable_notifications",
    "EVENT_HANDLERS": "enable_event_handlers",
    "FLAP_DETECTION": "enable_flap_detection",
    "PERFORMANCE_DATA": "process_performance_data",
    "HOST_FRESHNESS_CHECKS": "check_host_freshness",
    "SERVICE_FRESHNESS_CHECKS": "check_service_freshness",
}
"""What follows ENABLE_ or DISABLE_ -> the global parameter."""

STARTED_AND_STOPPED: Final[Mapping[str, str]] = {
    "ACCEPTING_PASSIVE_HOST_CHECKS": "accept_passive_host_checks",
    "ACCEPTING_PASSIVE_SVC_CHECKS": "accept_passive_service_checks",
    "EXECUTING_HOST_CHECKS": "execute_host_checks",
    "EXECUTING_SVC_CHECKS": "execute_service_checks",
    "OBSESSING_OVER_HOST_CHECKS": "obsess_over_hosts",
    "OBSESSING_OVER_SVC_CHECKS": "obsess_over_services",
}
"""What follows START_ or STOP_ -> the global parameter."""

ITEM_SWITCHES: Final[Mapping[str, tuple[str, effects.Members]]] = {
    **{
        name.format(word): (switch, effects.the_item)
        for word in ("HOST", "SVC")
        for name, switch in {
            "{}_CHECK": "active_checks_enabled",
            "PASSIVE_{}_CHECKS": "passive_checks_enabled",
            "{}_NOTIFICATIONS": "notifications_enabled",
            "{}_EVENT_HANDLER": "event_handler_enabled",
            "{}_FLAP_DETECTION": "flap_detection_enabled",
            "{}_FRESHNESS_CHECK": "check_freshness",
        }.items()
    },
    "HOST_SVC_CHECKS": ("active_checks_enabled", effects.its_services),
    "HOST_SVC_NOTIFICATIONS": ("notifications_enabled", effects.its_services),
    "HOST_AND_CHILD_NOTIFICATIONS": ("notifications_enabled", effects.and_beyond),
    "ALL_NOTIFICATIONS_BEYOND_HOST": ("notifications_enabled", effects.all_beyond),
    **{
        name.format(group, word): (switch, members)
        for group, word, members in (
            ("HOSTGROUP", "HOST", effects.group_hosts),
            ("HOSTGROUP", "SVC", effects.hostgroup_services),
            ("SERVICEGROUP", "HOST", effects.group_hosts),
            ("SERVICEGROUP", "SVC", effects.group),
        )
        for name, switch in {
            "{}_{}_CHECKS": "active_checks_enabled",
            "{}_PASSIVE_{}_CHECKS": "passive_checks_enabled",
            "{}_{}_NOTIFICATIONS": "notifications_enabled",
        }.items()
    },
}
"""What follows ENABLE_ or DISABLE_ -> the directive, and whose it is."""

CONTACT_SWITCHES: Final[Mapping[str, tuple[str, Callable[[str, bool, Turn, ParsedCommand], None]]]] = {
    "CONTACT_HOST_NOTIFICATIONS": ("host_notifications_enabled", effects.switch_contact),
    "CONTACT_SVC_NOTIFICATIONS": ("service_notifications_enabled", effects.switch_contact),
    "CONTACTGROUP_HOST_NOTIFICATIONS": ("host_notifications_enabled", effects.switch_contacts),
    "CONTACTGROUP_SVC_NOTIFICATIONS": ("service_notifications_enabled", effects.switch_contacts),
}
"""What follows ENABLE_ or DISABLE_ -> the contact's directive, and who is meant."""


def _pairs() -> dict[str, Effect]:
    """Return the commands that come in pairs: one that switches on, one that switches off."""
    found: dict[str, Effect] = {}
    for verb, value in (("ENABLE", True), ("DISABLE", False)):
        for name, switch in PROGRAM_SWITCHES.items():
            found[f"{verb}_{name}"] = partial(effects.switch_program, switch, value)
        for name, (switch, members) in ITEM_SWITCHES.items():
            found[f"{verb}_{name}"] = partial(effects.switch_items, switch, value, members)
        for name, (switch, effect) in CONTACT_SWITCHES.items():
            found[f"{verb}_{name}"] = partial(effect, switch, value)
    for verb, value in (("START", True), ("STOP", False)):
        for name, switch in STARTED_AND_STOPPED.items():
            found[f"{verb}_{name}"] = partial(effects.switch_program, switch, value)
        for word in ("HOST", "SVC"):
            found[f"{verb}_OBSESSING_OVER_{word}"] = partial(effects.switch_items, "obsess", value, effects.the_item)
    return found


EFFECTS: Final[Mapping[str, Effect]] = {
    **PASSIVE_RESULTS,
    **{name.format(word): effect for word in ("HOST", "SVC") for name, effect in ONE_OF_EACH_KIND.items()},
    **OF_ONE_KIND,
    **OF_MANY,
    **OF_PROGRAM,
    **OF_CONTACTS,
    **_pairs(),
}
"""Command name -> what it does."""
