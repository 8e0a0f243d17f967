"""The external commands that recurring downtimes given by HTTP come to; ``arbiter`` hands them to its door."""

from __future__ import annotations

from alignak.api.arbiter import CommandRequest, EndRecurring, RecurringRequest
from alignak.base.errors import RefusedError


def schedule(request: RecurringRequest) -> CommandRequest:
    """Return the command that makes a recurring downtime; RefusedError unless one thing says what it is for."""
    named = [each for each in (request.element, request.hostgroup, request.servicegroup) if each]
    if len(named) != 1:
        raise RefusedError(f"{len(named)} of element, hostgroup and servicegroup are given: give one of them")
    told = (request.rule, request.start, str(int(request.duration)), request.zone, request.author)
    pieces = [_what(request), *map(_escaped, (*_target(request), *told)), request.comment]
    return CommandRequest(command=";".join(pieces))


def end(request: EndRecurring) -> CommandRequest:
    """Return the command that takes a recurring downtime away."""
    return CommandRequest(command=f"DEL_RECURRING_DOWNTIME;{_escaped(request.id)}")


def _what(request: RecurringRequest) -> str:
    if request.servicegroup:
        kind = "SERVICEGROUP_SVC"
    elif request.hostgroup:
        kind = "HOSTGROUP_SVC" if request.services else "HOSTGROUP_HOST"
    elif "/" in request.element:
        kind = "SVC"
    else:
        kind = "HOST_SVC" if request.services else "HOST"
    return f"SCHEDULE_RECURRING_{kind}_DOWNTIME"


def _target(request: RecurringRequest) -> list[str]:
    return request.element.split("/", 1) if request.element else [request.hostgroup or request.servicegroup]


def _escaped(text: str) -> str:
    return text.replace(";", "\\;")
