"""Names made checked references: commands, time periods, contacts (configuration.md 3.10, 3.11).

What many objects share is checked once; its problems are kept and said again about each object that has them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final, TypeAlias

from msgspec import Struct

from alignak.config.diagnostics import Diagnostics, Severity, shown
from alignak.config.resolved import Resolved
from alignak.config.values import command_call, names
from alignak.model.objects import Command, CommandCall
from alignak.model.timeperiods import Timeperiod

OBJECT: Final = "\0"
"""Stands for the name of the object in the message of a problem that several objects have."""

MOST_PROBLEMS: Final = 100
"""How many problems are kept of one object."""


class Problem(Struct, frozen=True):
    """What is wrong with values that several objects may share."""

    message: str
    key: str = ""
    """The directive it is about."""
    severity: Severity = Severity.ERROR


Problems: TypeAlias = "list[Problem]"


def report(problems: Iterable[Problem], resolved: Resolved, kind: str, name: str, diagnostics: Diagnostics) -> None:
    """Say of an object what is wrong with its values."""
    about = f"{kind}::{shown(name)}"
    for each in problems:
        message, place = each.message.replace(OBJECT, shown(name)), resolved.place(each.key)
        if each.severity is Severity.ERROR:
            diagnostics.error(message, place, about)
        else:
            diagnostics.warning(message, place, about)


_UNKNOWN: Final[Mapping[str, str]] = {
    "escalations": "the escalation '{name}' defined for '{object}' is unknown",
    "resultmodulations": "the result modulation '{name}' defined on the {kind} '{object}' do not exist",
    "checkmodulations": "The checkmodulations of the {kind} '{object}' named '{name}' is unknown",
    "macromodulations": "The macromodulations of the {kind} '{object}' named '{name}' is unknown",
    "business_impact_modulations": (
        "the business impact modulation '{name}' defined on the {kind} '{object}' do not exist"
    ),
}
"""The directives that name escalations and modulations -> what is said of a name that is none."""


class Links:
    """Know every command, time period, contact and contact group, and turn names into checked references."""

    __slots__ = ("_calls", "_diagnostics", "commands", "contact_groups", "contacts", "named", "periods")

    def __init__(
        self,
        commands: Mapping[str, Command],
        periods: Mapping[str, Timeperiod],
        diagnostics: Diagnostics,
    ) -> None:
        self.commands = commands
        self.periods = periods
        self.contacts: Mapping[str, object] = {}
        self.contact_groups: Mapping[str, tuple[str, ...]] = {}
        self.named: Mapping[str, Collection[str]] = {}
        """Directive -> the names it may give."""
        self._diagnostics = diagnostics
        self._calls: dict[str, tuple[CommandCall, str]] = {}

    def call(
        self,
        text: str,
        key: str,
        problems: Problems,
        message: str = "{key} '{name}' is invalid",
        without_name: str = "",
    ) -> CommandCall:
        """Return the command a text calls; one call is one record, however many objects make it.

        ``without_name`` is what is said instead of ``message`` when nothing but arguments is given.
        """
        known = self._calls.get(text)
        if known is None:
            call = command_call(text)
            hint = "" if call.name in self.commands else self._diagnostics.nearest(call.name, self.commands)
            known = self._calls[text] = (call, hint)
        call, hint = known
        if not call.name and without_name:
            problems.append(Problem(without_name, key))
        elif call.name not in self.commands:
            problems.append(Problem(message.format(key=key, name=shown(call.name)) + hint, key))
        return call

    def period(
        self, name: str, key: str, problems: Problems, message: str = "The {key} named '{name}' is unknown"
    ) -> str:
        """Return the name of a time period once it is known to exist; empty means always."""
        if name and name not in self.periods:
            hint = self._diagnostics.nearest(name, self.periods)
            problems.append(Problem(message.format(key=key, name=shown(name)) + hint, key))
        return name

    def people(self, contacts: Iterable[str], groups: Iterable[str], kind: str, problems: Problems) -> tuple[str, ...]:
        """Return the contacts named and the members of the groups named, sorted."""
        found: set[str] = set()
        for name in contacts:
            if name in self.contacts:
                found.add(name)
            elif len(problems) < MOST_PROBLEMS:
                hint = self._diagnostics.nearest(name, self.contacts)
                message = f"the contact '{shown(name)}' defined for '{OBJECT}' is unknown{hint}"
                problems.append(Problem(message, "contacts"))
        for name in groups:
            if name in self.contact_groups:
                found.update(self.contact_groups[name])
            elif len(problems) < MOST_PROBLEMS:
                hint = self._diagnostics.nearest(name, self.contact_groups)
                message = f"The contact group '{shown(name)}' defined for the {kind} '{OBJECT}' do not exist{hint}"
                problems.append(Problem(message, "contact_groups"))
        return tuple(sorted(found))

    def check_names(self, kind: str, texts: Mapping[str, str], problems: Problems) -> None:
        """Note the escalations and modulations that directives name and that do not exist."""
        for key, message in _UNKNOWN.items():
            for name in names(texts.get(key, "")):
                known = self.named.get(key, ())
                if name not in known and len(problems) < MOST_PROBLEMS:
                    hint = self._diagnostics.nearest(name, sorted(known))
                    text = message.format(name=shown(name), object=OBJECT, kind=kind)
                    problems.append(Problem(text + hint, key))
