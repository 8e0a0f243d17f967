"""Checks done without a plugin, whose arguments are completed where they say too little (configuration.md 3.11).

``_internal_host_check!states!output`` and its twin for services answer what they are told: one state, or one of several
that commas separate (engine.md 4.12). Hosts and services are made with what ``completed`` returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from alignak.config.diagnostics import Severity, shown
from alignak.config.link import Problem, Problems
from alignak.model.calls import CommandCall

ASSUMED: Final[Mapping[str, str]] = {
    "_internal_host_check": "Host assumed to be UP",
    "_internal_service_check": "Service assumed to be OK",
}
"""The commands that take states -> their output when they are given none."""

RESULTS: Final[Mapping[str, str]] = {
    "_internal_host_check": "Host internal check result: %d",
    "_internal_service_check": "Service internal check result: %d",
}
"""Their output when they are given states alone."""

UNKNOWN: Final = "3"
HIGHEST: Final = 4


def completed(call: CommandCall, problems: Problems) -> CommandCall:
    """Return a call with a state and an output where it is one of an internal check; note what was changed."""
    if call.name not in ASSUMED:
        return call
    arguments = call.arguments
    if not arguments:
        found = CommandCall(call.name, ("0", ASSUMED[call.name]))
        return _changed(found, "has no defined state nor output", problems)
    states = _states(arguments[0], problems)
    if len(arguments) == 1:
        return _changed(CommandCall(call.name, (states, RESULTS[call.name])), "has no defined output", problems)
    found = CommandCall(call.name, (states, arguments[1]))
    if len(arguments) > len(found.arguments):
        return _changed(found, "has too many parameters", problems)
    return found if found != call else call


def _states(text: str, problems: Problems) -> str:
    """Return the states of a check, those that cannot be made UNKNOWN; a macro is known later."""
    return ",".join(_state(each.strip(), problems) for each in text.split(","))


def _state(text: str, problems: Problems) -> str:
    if "$" in text:
        return text
    if not text.isdecimal() or not text.isascii():
        _remark(f"required a non integer state: {shown(text)}. Using {UNKNOWN}.", problems)
        return UNKNOWN
    if int(text[:9]) > HIGHEST:
        _remark(f"required an impossible state: {shown(text)}. Using {UNKNOWN}.", problems)
        return UNKNOWN
    return text


def _changed(call: CommandCall, why: str, problems: Problems) -> CommandCall:
    _remark(f"{why}. Changed to {shown('!'.join((call.name, *call.arguments)))}", problems)
    return call


def _remark(message: str, problems: Problems) -> None:
    problems.append(Problem(message, "check_command", Severity.WARNING))
