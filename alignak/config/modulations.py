"""Modulations as records: what differs while a time period lasts (configuration.md 3.10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from alignak.config.contacts import typed
from alignak.config.diagnostics import Diagnostics
from alignak.config.link import Links, Problem, Problems, report
from alignak.config.resolved import NULL, Resolved
from alignak.model.calls import CommandCall
from alignak.model.modulations import BusinessImpactModulation, CheckModulation, MacroModulation, ResultModulation

Found: TypeAlias = "Mapping[str, Resolved]"

_OF_RESULTS: Final = ("exit_codes_match", "exit_code_modulation")
_NO_PERIOD: Final = ("", "None")


class Modulations(Struct, frozen=True):
    """The modulations of a configuration, sorted by name."""

    of_results: tuple[ResultModulation, ...]
    of_checks: tuple[CheckModulation, ...]
    of_macros: tuple[MacroModulation, ...]
    of_impacts: tuple[BusinessImpactModulation, ...]

    def names(self) -> dict[str, frozenset[str]]:
        """Return the names that each directive of hosts and services may give."""
        return {
            "resultmodulations": frozenset(each.name for each in self.of_results),
            "checkmodulations": frozenset(each.name for each in self.of_checks),
            "macromodulations": frozenset(each.name for each in self.of_macros),
            "business_impact_modulations": frozenset(each.name for each in self.of_impacts),
        }


def compile_modulations(found: Mapping[str, Found], links: Links, diagnostics: Diagnostics) -> Modulations:
    """Return the modulations of the four types, whose definitions are given by type."""
    return Modulations(
        of_results=tuple(_result(each, links, diagnostics) for each in found["resultmodulation"].values()),
        of_checks=tuple(_check(each, links, diagnostics) for each in found["checkmodulation"].values()),
        of_macros=tuple(_macros(each, links, diagnostics) for each in found["macromodulation"].values()),
        of_impacts=tuple(_impact(each, links, diagnostics) for each in found["businessimpactmodulation"].values()),
    )


def _result(resolved: Resolved, links: Links, diagnostics: Diagnostics) -> ResultModulation:
    problems: Problems = []
    values = typed(resolved, "resultmodulation", problems)
    period = _period(resolved, "modulation_period", links, problems)
    report(problems, resolved, "resultmodulation", resolved.name, diagnostics)
    given: dict[str, object] = {key: values[key] for key in _OF_RESULTS if key in values}
    given |= {"name": resolved.name, "period": period, "imported_from": resolved.imported_from}
    return msgspec.convert(given, ResultModulation)


def _check(resolved: Resolved, links: Links, diagnostics: Diagnostics) -> CheckModulation:
    problems: Problems = []
    text = resolved.text("check_command")
    call: CommandCall | None = None
    if text:
        call = links.call(
            text, "check_command", problems, "a check_command is invalid ({name})", "a check_command is missing"
        )
    else:
        problems.append(Problem("do not have any check_command defined"))
    period = _period(resolved, "check_period", links, problems)
    report(problems, resolved, "checkmodulation", resolved.name, diagnostics)
    return CheckModulation(resolved.name, call, period, resolved.imported_from)


def _macros(resolved: Resolved, links: Links, diagnostics: Diagnostics) -> MacroModulation:
    problems: Problems = []
    keys = sorted(key for key in {**resolved.chain.values, **resolved.own} if key[:1] == "_")
    customs = {key: text for key in keys if (text := resolved.text(key)) is not None and text != NULL}
    if not customs:
        problems.append(Problem("contains no macro definition"))
    period = _period(resolved, "modulation_period", links, problems)
    report(problems, resolved, "macromodulation", resolved.name, diagnostics)
    return MacroModulation(resolved.name, customs, period, resolved.imported_from)


def _impact(resolved: Resolved, links: Links, diagnostics: Diagnostics) -> BusinessImpactModulation:
    problems: Problems = []
    values = typed(resolved, "businessimpactmodulation", problems)
    if resolved.text("business_impact") is None:
        problems.append(Problem("business_impact required property is missing"))
    period = _period(resolved, "modulation_period", links, problems)
    report(problems, resolved, "businessimpactmodulation", resolved.name, diagnostics)
    return msgspec.convert(
        {
            "name": resolved.name,
            "business_impact": values.get("business_impact", 2),
            "period": period,
            "imported_from": resolved.imported_from,
        },
        BusinessImpactModulation,
    )


def _period(resolved: Resolved, key: str, links: Links, problems: Problems) -> str:
    """Return the period of a modulation; none is always."""
    name = resolved.text(key) or ""
    return "" if name in _NO_PERIOD and name not in links.periods else links.period(name, key, problems)
