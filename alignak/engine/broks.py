"""What followers are told: broks and lines of the monitoring log (broks-and-logs.md 6).

Every function returns a tuple of EmitBrok decisions, in order; it is empty when the configuration switches that kind of
line off. So a caller extends its decisions and never asks whether something is to be logged. All but ``log_line`` take
the world first, whether they need it or not.

Two families: those named after what happened write a line of the monitoring log; those named after a brok type
(``check_result``, ``update_status``, ``downtime_raise`` ...) carry a document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from alignak.base.clock import Instant
from alignak.base.codec import Json
from alignak.base.ids import Cause
from alignak.engine import descriptions, loglines, results
from alignak.engine.attributes import acknowledgement_document, chosen, comment_document, downtime_document
from alignak.engine.command_table import Scanned
from alignak.engine.decisions import EmitBrok
from alignak.engine.macro_table import NotificationMacros
from alignak.engine.output import ParsedOutput, parse_output
from alignak.engine.state import Acknowledgement, Comment, Downtime, Item, World
from alignak.messages.broks import MONITORING_LOG
from alignak.messages.work import Outcome
from alignak.model.states import Kind, log_level

Emitted: TypeAlias = tuple[EmitBrok, ...]

# Lines of the monitoring log ------------------------------------------------------------------------------------


def log_line(level: str, message: str, cause: Cause) -> Emitted:
    """Write a line of the monitoring log, whatever it is about."""
    return (EmitBrok(MONITORING_LOG, {"level": level, "message": loglines.one_line(message)}, cause),)


def _log_if(wanted: bool, level: str, message: str, cause: Cause) -> Emitted:
    return log_line(level, message, cause) if wanted else ()


def alert(world: World, item: Item, cause: Cause) -> Emitted:
    """Log that an object changed its state, or came nearer to doing so."""
    return _log_if(world.settings.log_alerts, loglines.state_level(item), loglines.alert(item), cause)


def notification(  # noqa: PLR0917 - the fields of the line, in order
    world: World, item: Item, contact_name: str, type_: str, number: int, command_name: str, output: str, cause: Cause
) -> Emitted:
    """Log that a contact is told."""
    line = loglines.notification(item, contact_name, type_, number, command_name, output)
    return _log_if(world.settings.log_notifications, loglines.state_level(item), line, cause)


def event_handler(world: World, item: Item, command_name: str, cause: Cause) -> Emitted:
    """Log that an event handler is run."""
    line = loglines.event_handler(item, command_name)
    return _log_if(world.settings.log_event_handlers, loglines.state_level(item), line, cause)


def acknowledge_raised(world: World, item: Item, cause: Cause) -> Emitted:
    """Log that somebody takes care of a problem."""
    return _log_if(world.settings.log_acknowledgements, "info", loglines.acknowledge(item, "STARTED"), cause)


def acknowledge_expired(world: World, item: Item, cause: Cause) -> Emitted:
    """Log that an acknowledgement ended."""
    return _log_if(world.settings.log_acknowledgements, "info", loglines.acknowledge(item, "EXPIRED"), cause)


def downtime_started(world: World, item: Item, cause: Cause) -> Emitted:
    """Log that a downtime began."""
    return _log_if(world.settings.log_downtimes, "info", loglines.downtime(item, "STARTED"), cause)


def downtime_stopped(world: World, item: Item, cause: Cause) -> Emitted:
    """Log that a downtime came to its end."""
    return _log_if(world.settings.log_downtimes, "info", loglines.downtime(item, "STOPPED"), cause)


def downtime_cancelled(world: World, item: Item, cause: Cause) -> Emitted:
    """Log that a downtime was taken back."""
    return _log_if(world.settings.log_downtimes, "info", loglines.downtime(item, "CANCELLED"), cause)


def flapping_started(world: World, item: Item, percent: float, threshold: float, cause: Cause) -> Emitted:
    """Log that an object changes its state too often."""
    kind = item.kind.value.capitalize()
    text = f"{kind} appears to have started flapping ({percent:.1f}% change >= {threshold:.1f}% threshold)"
    return _log_if(world.settings.log_flappings, "info", loglines.flapping(item, "STARTED", text), cause)


def flapping_stopped(world: World, item: Item, percent: float, threshold: float, cause: Cause) -> Emitted:
    """Log that an object is calm again."""
    kind = item.kind.value.capitalize()
    text = f"{kind} appears to have stopped flapping ({percent:.1f}% change < {threshold:.1f}% threshold)"
    return _log_if(world.settings.log_flappings, "info", loglines.flapping(item, "STOPPED", text), cause)


def flapping_disabled(world: World, item: Item, cause: Cause) -> Emitted:
    """Log that nobody looks any more at how often an object changes its state."""
    line = loglines.flapping(item, "DISABLED", "Flap detection has been disabled")
    return _log_if(world.settings.log_flappings, "info", line, cause)


def snapshot(world: World, item: Item, command_name: str, cause: Cause) -> Emitted:
    """Log that a snapshot command is run."""
    return _log_if(
        world.settings.log_snapshots, loglines.state_level(item), loglines.snapshot(item, command_name), cause
    )


def contact_downtime(world: World, name: str, phase: str, cause: Cause) -> Emitted:
    """Log that a downtime of a contact STARTED, STOPPED or was CANCELLED."""
    return _log_if(world.settings.log_downtimes, "info", loglines.contact_downtime(name, phase), cause)


def comment_added(_: World, item: Item, author: str, text: str, cause: Cause) -> Emitted:
    """Log a comment."""
    return log_line("info", loglines.comment(item, author, text), cause)


def active_check(  # noqa: PLR0917 - the fields of the line, in order
    world: World, item: Item, state_name: str, attempt: int, output: str, cause: Cause
) -> Emitted:
    """Log a check a poller ran; the attempt shown is the one before the result counts."""
    if not world.settings.log_active_checks:
        return ()
    return log_line(log_level(item.kind, state_name), loglines.active_check(item, state_name, attempt, output), cause)


def passive_check(world: World, item: Item, code: int, parsed: ParsedOutput, cause: Cause) -> Emitted:
    """Log a result that came from outside."""
    if not world.settings.log_passive_checks:
        return ()
    level = loglines.PASSIVE_LEVELS[item.kind].get(code, "warning")
    return log_line(level, loglines.passive_check(item, code, parsed), cause)


_RESULT: Final = re.compile(r"\s*(?:\[\s*\d+\s*\]\s*)?PROCESS_(?:HOST|SERVICE)_CHECK_RESULT\s*;", re.IGNORECASE)


def external_command(world: World, line: str, cause: Cause) -> Emitted:
    """Log a command that was given; passive results are not logged as commands."""
    wanted = world.settings.log_external_commands and not _RESULT.match(line)
    return _log_if(wanted, "info", f"EXTERNAL COMMAND: {line.strip()}", cause)


def current_state(world: World, item: Item, cause: Cause) -> Emitted:
    """Log how an object is when the scheduler starts."""
    if not world.settings.log_initial_states:
        return ()
    return log_line(loglines.state_level(item), loglines.current_state(item), cause)


def timeperiod_transition(_: World, name: str, before: int, after: int, cause: Cause) -> Emitted:
    """Log that a time period became active (1) or inactive (0); -1 is before it was ever looked at."""
    return log_line("info", f"TIMEPERIOD TRANSITION: {name};{before};{after}", cause)


# Documents of an object -----------------------------------------------------------------------------------------


def check_result(world: World, item: Item, cause: Cause) -> Emitted:
    """Tell what a check made of an object."""
    type_ = "host_check_result" if item.kind is Kind.HOST else "service_check_result"
    return (EmitBrok(type_, results.check_result(world, item), cause),)


def next_schedule(_: World, item: Item, cause: Cause) -> Emitted:
    """Tell when an object will be checked."""
    type_ = "host_next_schedule" if item.kind is Kind.HOST else "service_next_schedule"
    return (EmitBrok(type_, results.next_schedule(item), cause),)


def update_status(world: World, item: Item, cause: Cause) -> Emitted:
    """Tell everything about an object, because something changed."""
    return _emit(f"update_{item.kind.value}_status", chosen(world, item, "B"), cause)


def acknowledge_raise(_: World, item: Item, record: Acknowledgement, cause: Cause) -> Emitted:
    """Tell of an acknowledgement."""
    return _record("acknowledge_raise", item, acknowledgement_document(item, record), cause)


def acknowledge_expire(_: World, item: Item, record: Acknowledgement, cause: Cause) -> Emitted:
    """Tell that an acknowledgement ended."""
    return _record("acknowledge_expire", item, acknowledgement_document(item, record), cause)


def downtime_raise(_: World, item: Item, record: Downtime, cause: Cause) -> Emitted:
    """Tell that a downtime began."""
    return _record("downtime_raise", item, downtime_document(item, record), cause)


def downtime_expire(_: World, item: Item, record: Downtime, cause: Cause) -> Emitted:
    """Tell that a downtime ended, by itself or not."""
    return _record("downtime_expire", item, downtime_document(item, record), cause)


def comment(_: World, item: Item, record: Comment, cause: Cause) -> Emitted:
    """Tell of a comment."""
    return _record("comment", item, comment_document(item, record), cause)


def snapshot_taken(_: World, item: Item, outcome: Outcome, at: float, cause: Cause) -> Emitted:
    """Tell what a snapshot command said."""
    data: dict[str, Json] = {
        "uuid": item.key,
        "snapshot_output": outcome.output,
        "snapshot_time": int(at),
        "snapshot_exit_status": outcome.exit_code,
        "host_name": item.spec.host_name,
    }
    if not item.is_host:
        data["service_description"] = item.spec.description
    return _emit(f"{item.kind.value}_snapshot", data, cause)


REASONS: Final[Mapping[str, int]] = {
    "PROBLEM": 0,
    "RECOVERY": 0,
    "ACKNOWLEDGEMENT": 1,
    "FLAPPINGSTART": 2,
    "FLAPPINGSTOP": 3,
    "FLAPPINGDISABLED": 4,
    "DOWNTIMESTART": 5,
    "DOWNTIMEEND": 6,
    "DOWNTIMECANCELLED": 7,
    "CUSTOM": 8,
}
"""The number of each type of notification, as Nagios counts them."""


def notification_raise(
    _: World, item: Item, contact_name: str, message: NotificationMacros, at: float, cause: Cause
) -> Emitted:
    """Tell that a contact is told."""
    acknowledgement = item.state.acknowledgement
    data: dict[str, Json] = {
        "uuid": message.id,
        "output": item.state.output,
        "long_output": item.state.long_output,
        "perf_data": item.state.perf_data,
        "module_type": "fork",
        "start_time": int(at),
        "end_time": int(at),
        "contact_name": contact_name,
        "host_name": item.spec.host_name,
        "service_description": item.spec.description,
        "reason_type": REASONS.get(message.type, 8),
        "state": item.state_id,
        "ack_author": acknowledgement.author if acknowledgement else "",
        "ack_data": acknowledgement.comment if acknowledgement else "",
        "escalated": message.is_escalated,
        "author": message.author or "n/a",
        "author_name": message.author_name or "n/a",
        "author_alias": message.author_alias or "n/a",
        "author_comment": message.comment or "n/a",
    }
    return _emit("notification_raise", data, cause)


def unknown_check_result(world: World, scanned: Scanned, at: float, cause: Cause) -> Emitted:
    """Tell of a passive result for a host or service that nobody here knows, when such results are accepted."""
    if not world.settings.accept_passive_unknown_check_results:
        return ()
    *names, code, text = scanned.fields
    parsed = parse_output(text, world.settings.max_plugins_output_length)
    data: dict[str, Json] = {
        "time_stamp": int(at),
        **dict(zip(("host_name", "service_description"), names, strict=False)),
        "return_code": code,
        "output": parsed.output,
        "perf_data": parsed.perf_data,
    }
    return _emit(f"unknown_{'service' if len(names) > 1 else 'host'}_check_result", data, cause)


# The program, and everything from the beginning -----------------------------------------------------------------


def update_contact_status(world: World, name: str, cause: Cause) -> Emitted:
    """Tell everything about a contact, because something changed; nothing about one that is gone."""
    contact = world.contacts.get(name)
    return () if contact is None else _emit("update_contact_status", descriptions.contact(world, contact), cause)


def program_status(world: World, now: Instant, cause: Cause) -> Emitted:
    """Tell everything about the scheduler for the first time."""
    return _emit("program_status", descriptions.program(world, now), cause)


def update_program_status(world: World, now: Instant, cause: Cause) -> Emitted:
    """Tell everything about the scheduler again."""
    return _emit("update_program_status", descriptions.program(world, now), cause)


def initial(world: World, now: Instant, cause: Cause) -> list[EmitBrok]:
    """Return the broks that describe everything, in the order followers rely on."""
    objects = world.part.objects
    hosts = [each for each in world.items.values() if each.is_host]
    services = [each for each in world.items.values() if not each.is_host]
    described: list[tuple[str, Mapping[str, Json]]] = [
        ("program_status", descriptions.program(world, now)),
        *(("initial_timeperiod_status", descriptions.timeperiod(each)) for each in objects.timeperiods),
        *(("initial_command_status", descriptions.command(each)) for each in objects.commands),
        *(("initial_notificationway_status", descriptions.notificationway(each)) for each in objects.notificationways),
        *(("initial_contact_status", descriptions.contact(world, each)) for each in world.contacts.values()),
        *(("initial_contactgroup_status", descriptions.group("contactgroup", each)) for each in objects.contactgroups),
        *(("initial_host_status", chosen(world, each, "B")) for each in hosts),
        *(("initial_hostgroup_status", descriptions.group("hostgroup", each)) for each in objects.hostgroups),
        *(("initial_service_status", chosen(world, each, "B")) for each in services),
        *(("initial_servicegroup_status", descriptions.group("servicegroup", each)) for each in objects.servicegroups),
        *(("initial_escalation_status", descriptions.escalation(each)) for each in objects.escalations),
        ("initial_broks_done", {"instance_id": descriptions.instance_id(world)}),
    ]
    return [EmitBrok(type_, data, cause) for type_, data in described]


def _emit(type_: str, data: Mapping[str, Json], cause: Cause) -> Emitted:
    return (EmitBrok(type_, data, cause),)


def _record(type_: str, item: Item, data: dict[str, Json], cause: Cause) -> Emitted:
    names: dict[str, Json] = {"host": item.spec.host_name}
    if not item.is_host:
        names["service"] = item.spec.description
    return _emit(type_, data | names, cause)
