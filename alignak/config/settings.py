"""Global parameters: text of the environment file and of object files made ``Settings`` and macros (3.2).

A line of an object file overrides the environment file, as in the reference.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from alignak.config.diagnostics import Diagnostics, Place, shown
from alignak.config.environment import GLOBAL_SECTION, Environment, is_macro, macro_name
from alignak.config.parser import INCLUDES, Parameter
from alignak.config.values import Unreadable, Value, command_call, convert
from alignak.model.directives import daemons
from alignak.model.processes import ProcessSettings
from alignak.model.settings import IGNORED, SETTINGS, UNMANAGED, Settings

_KNOWN: Final = {each.name: each for each in SETTINGS}

_OF_DAEMONS: Final = frozenset(
    [each.name for each in daemons.LINK] + [each.name for each in msgspec.structs.fields(ProcessSettings)]
)
"""Keys that mean something to daemons and may stand beside the global parameters."""

PARAMETER: Final = "parameter"
"""What a diagnostic about a parameter that is not managed calls its object: the report lists those together."""

DEPRECATED: Final[Mapping[str, str]] = {
    "command_file": "external commands",
    "use_syslog": "logs",
    "log_file": "logs",
    "broker_module": "modules of the broker",
}
"""Parameters of Nagios' own broker -> what does their work here."""


TOLD: Final[Mapping[str, str]] = {
    "admin_email": "ADMINEMAIL",
    "admin_pager": "ADMINPAGER",
    "comment_file": "COMMENTDATAFILE",
    "downtime_file": "DOWNTIMEDATAFILE",
    "log_file": "LOGFILE",
    "object_cache_file": "OBJECTCACHEFILE",
    "resource_file": "RESOURCEFILE",
    "status_file": "STATUSDATAFILE",
    "temp_file": "TEMPFILE",
    "temp_path": "TEMPPATH",
}
"""Parameters that nothing else comes of -> the macros that tell them (engine.md 4.14)."""

COMMANDS: Final[Mapping[str, str]] = {
    "global_host_event_handler": "global host event_handler",
    "global_service_event_handler": "global service event_handler",
    "host_perfdata_command": "host perfdata command",
    "service_perfdata_command": "service perfdata command",
    "ochp_command": "obsessive compulsive host processor command",
    "ocsp_command": "obsessive compulsive service processor command",
}
"""The parameters that name commands -> how messages call them."""


def read_settings(
    environment: Environment, parameters: Sequence[Parameter], diagnostics: Diagnostics
) -> tuple[Settings, dict[str, str]]:
    """Return the global parameters and the macros."""
    macros = dict(environment.macros)
    given: dict[str, Value] = {}
    told: dict[str, str] = {}
    for parameter in (*_of_environment(environment, diagnostics), *parameters):
        if is_macro(parameter.key):
            macros[macro_name(parameter.key)] = parameter.value
        else:
            _take(parameter, given, diagnostics)
            if parameter.key in TOLD:
                told[TOLD[parameter.key]] = parameter.value
    macros = {**told, **macros}
    return _checked(msgspec.convert(given, Settings), parameters, diagnostics), dict(sorted(macros.items()))


def _of_environment(environment: Environment, diagnostics: Diagnostics) -> Iterator[Parameter]:
    """Yield the parameters of the environment file; only those of the global section itself are sure to be meant."""
    for key, value in environment.globals.items():
        if key.startswith("cfg") or is_macro(key):
            continue
        place = environment.places.get((GLOBAL_SECTION, key))
        if place is not None or key in _KNOWN:
            yield Parameter(key, value, place or environment.place("DEFAULT", key))
    if GLOBAL_SECTION not in environment.sections:
        diagnostics.error(f"there is no [{GLOBAL_SECTION}] section in the environment file", Place(environment.path))


def _take(parameter: Parameter, given: dict[str, Value], diagnostics: Diagnostics) -> None:
    """Read one parameter."""
    key, value, place = parameter.key, parameter.value, parameter.place
    if key in DEPRECATED and value.lower() not in ("", "0", "false", "no", "off"):
        diagnostics.warning(
            f"The configuration parameter '{key} = {value}' is deprecated and will be ignored. Please configure your"
            f" external '{DEPRECATED[key]}' module as expected.",
            place,
        )
    elif key in UNMANAGED:
        diagnostics.warning(UNMANAGED[key] or "nothing comes of it, remove the line", place, f"{PARAMETER}::{key}")
    if key in _KNOWN:
        try:
            given[key] = convert(_KNOWN[key].type, value)
        except Unreadable as error:
            diagnostics.error(f"Error while pythonizing parameter '{key}': {error}", place)
    elif not _is_expected(key):
        hint = diagnostics.nearest(key, _KNOWN)
        diagnostics.warning(f"the parameter '{key}' is unknown and ignored{hint}", place)


def _is_expected(key: str) -> bool:
    """Tell whether a parameter that means nothing here needs no remark."""
    return (
        key in IGNORED
        or key in UNMANAGED
        or key in DEPRECATED
        or key in _OF_DAEMONS
        or key in INCLUDES
        or key.startswith("tick_")
    )


def _checked(settings: Settings, parameters: Iterable[Parameter], diagnostics: Diagnostics) -> Settings:
    """Return the parameters once what no type can say of them is checked."""
    places = {each.key: each.place for each in parameters}
    if settings.interval_length < 1:
        diagnostics.error(
            f"interval_length is {settings.interval_length}: give the seconds of a unit, at least 1",
            places.get("interval_length", Place()),
        )
    zone = "" if settings.use_timezone == "NOTSET" else settings.use_timezone
    if zone and not is_zone(zone):
        diagnostics.error(
            f"use_timezone '{zone}' is no time zone: give a name as 'Europe/Paris'",
            places.get("use_timezone", Place()),
        )
    return msgspec.structs.replace(settings, use_timezone=zone)


def is_zone(name: str) -> bool:
    """Tell whether a time zone of that name is known."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def check_commands(
    settings: Settings,
    known: Collection[str],
    environment: Environment,
    parameters: Iterable[Parameter],
    diagnostics: Diagnostics,
) -> None:
    """Say which commands that global parameters name do not exist."""
    places = {each.key: each.place for each in parameters}
    for key, title in COMMANDS.items():
        text: str = getattr(settings, key)
        name = command_call(text).name
        if text and name not in known:
            hint = diagnostics.nearest(name, known)
            place = places.get(key) or environment.place(GLOBAL_SECTION, key)
            diagnostics.error(f"{title} '{shown(name)}' is invalid{hint or ': there is no such command'}", place)
