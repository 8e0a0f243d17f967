"""Recurring downtimes as records: ``define recurringdowntime`` (engine.md 4.10).

``assembly`` calls it once hosts, services and their groups are known. A definition that describes services is for those
of its hosts; one that names service groups is for their members; any other is for the hosts themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from alignak.base.ids import ObjectKey, host_key
from alignak.config.diagnostics import Diagnostics, shown
from alignak.config.link import Problem, Problems, report
from alignak.config.resolved import Resolved
from alignak.config.selecting import Selector
from alignak.config.settings import is_zone
from alignak.model.recurring import LONGEST_DURATION, Malformed, RecurringDowntime, read_rule, read_time

TYPE: Final = "recurringdowntime"
AUTHOR: Final = "Alignak"

_DURATION: Final = re.compile(
    r"(?:(\d{1,4})d)?\s*(?:(\d{1,5})h)?\s*(?:(\d{1,6})m)?\s*(?:(\d{1,9})s?)?", re.IGNORECASE | re.ASCII
)
_UNITS: Final = (86400, 3600, 60, 1)
_WHO: Final = ("host_name", "hostgroup_name", "servicegroup_name")


def compile_recurring(
    found: Mapping[str, Resolved],
    selector: Selector,
    in_servicegroups: Mapping[str, Iterable[str]],
    diagnostics: Diagnostics,
) -> tuple[RecurringDowntime, ...]:
    """Return the recurring downtimes of a configuration, sorted by name."""
    return tuple(_record(each, selector, in_servicegroups, diagnostics) for _, each in sorted(found.items()))


def read_duration(text: str) -> float:
    """Return the seconds that ``2h30m``, ``45m`` or ``3600`` mean; raises Malformed."""
    match = _DURATION.fullmatch(text.strip())
    seconds = sum(int(number or 0) * unit for number, unit in zip(match.groups(), _UNITS, strict=True)) if match else 0
    if not 0 < seconds <= LONGEST_DURATION:
        longest = LONGEST_DURATION // 86400
        raise Malformed(f"'{text[:20]}' is no duration: give seconds, or as 2h30m, of at most {longest} days")
    return float(seconds)


def _record(
    resolved: Resolved, selector: Selector, groups: Mapping[str, Iterable[str]], diagnostics: Diagnostics
) -> RecurringDowntime:
    problems: Problems = []
    rule, first_day, start, duration = "FREQ=DAILY", "", 0, 3600.0
    try:
        rule, first_day = read_rule(_required(resolved, "rule", problems))
    except Malformed as error:
        problems.append(Problem(str(error), "rule"))
    try:
        start = read_time(_required(resolved, "start_time", problems))
    except Malformed as error:
        problems.append(Problem(str(error), "start_time"))
    try:
        duration = read_duration(_required(resolved, "duration", problems))
    except Malformed as error:
        problems.append(Problem(str(error), "duration"))
    zone = resolved.text("zone") or ""
    if zone and not is_zone(zone):
        problems.append(Problem(f"zone '{shown(zone)}' is no time zone: give a name as 'Europe/Paris'", "zone"))
    report(problems, resolved, TYPE, resolved.name, diagnostics)
    return RecurringDowntime(
        resolved.name,
        rule,
        start,
        duration,
        zone,
        first_day,
        author=resolved.text("author") or AUTHOR,
        comment=resolved.text("comment") or f"Recurring downtime {resolved.name}",
        members=_members(resolved, selector, groups, diagnostics),
        imported_from=resolved.imported_from,
    )


def _required(resolved: Resolved, key: str, problems: Problems) -> str:
    text = resolved.text(key)
    if not text:
        problems.append(Problem(f"{key} required property is missing"))
    return text or ""


def _members(
    resolved: Resolved, selector: Selector, groups: Mapping[str, Iterable[str]], diagnostics: Diagnostics
) -> tuple[ObjectKey, ...]:
    """Return the hosts and services a definition is for, sorted; names that are none are errors."""
    about = f"{TYPE}::{shown(resolved.name)}"
    if not any(resolved.text(key) for key in _WHO):
        message = f"it is for nothing: give {', '.join(_WHO[:-1])} or {_WHO[-1]}"
        diagnostics.error(message, resolved.place(), about)
    hosts = selector.hosts(resolved, "host_name", "hostgroup_name", about)
    found: set[ObjectKey] = set()
    descriptions = resolved.text("service_description")
    if descriptions:

        def missing(host: str, name: str) -> None:
            hint = diagnostics.nearest(name, selector.descriptions(host, "*")[0])
            message = f"Service {shown(name)} not found for host {shown(host)}{hint}"
            diagnostics.error(message, resolved.place("service_description"), about)

        found.update(selector.services(hosts, descriptions, missing))
    else:
        found.update(host_key(each) for each in hosts)
    for name in resolved.names("servicegroup_name"):
        if name in groups:
            found.update(ObjectKey(each) for each in groups[name])
        else:
            hint = diagnostics.nearest(name, groups)
            message = f"got a bad servicegroup_name definition '{shown(name)}'{hint}"
            diagnostics.error(message, resolved.place("servicegroup_name"), about)
    return tuple(sorted(found))
