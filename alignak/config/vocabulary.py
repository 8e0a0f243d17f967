"""Which directives a definition may have: old names, misspelt ones, additions that cannot be (configuration.md 3.5)."""

from __future__ import annotations

from typing import Final

from alignak.config.diagnostics import Diagnostics, shown
from alignak.config.parser import Definition
from alignak.config.tables import ALIASES, NAGIOS_ONLY, ObjectType
from alignak.model.directives import Type

BY_LINE: Final = frozenset({"service_overrides"})
"""The lists of which each line is one item, commas or not."""


def tidy(definition: Definition, type_: ObjectType, diagnostics: Diagnostics) -> None:
    """Rename old directives, join repeated lists and remark on what no object of the type has."""
    values, table = definition.values, type_.directives
    for key in [each for each in values if each not in table and each[:1] != "_"]:
        if key in ALIASES and ALIASES[key] in table:
            _rename(definition, key, type_, diagnostics)
        elif not type_.is_open:
            _remark(definition, key, type_, diagnostics)
    for key, repeated in definition.repeated.items():
        if key in table and table[key].type is Type.NAMES:
            values[key] = ("\n" if key in BY_LINE else ",").join(repeated)
    for key, value in values.items():
        if value[:1] == "+":
            _check_additive(definition, key, type_, diagnostics)


def _rename(definition: Definition, old: str, type_: ObjectType, diagnostics: Diagnostics) -> None:
    new = ALIASES[old]
    diagnostics.warn_once(
        f"{type_.name} {old}",
        f"using an old Nagios property '{old}' in the configuration, write '{new}'",
        definition.place_of(old),
    )
    definition.values.setdefault(new, definition.values.pop(old))
    definition.lines.setdefault(new, definition.lines.get(old, definition.line))


def _remark(definition: Definition, key: str, type_: ObjectType, diagnostics: Diagnostics) -> None:
    """Warn, once a directive, of one that has no effect."""
    if key == "trigger":
        message = "'trigger' property is not allowed"
    elif key in NAGIOS_ONLY:
        return
    elif key in type_.running:
        message = f"using the running property '{key}' in the configuration, it is ignored"
    else:
        hint = diagnostics.nearest(key, type_.directives)
        message = f"'{shown(key)}' is no directive of {type_.name} objects, it is kept without effect{hint}"
    diagnostics.warn_once(f"{type_.name} {key}", message, definition.place_of(key))


def _check_additive(definition: Definition, key: str, type_: ObjectType, diagnostics: Diagnostics) -> None:
    directive = type_.directives.get(key)
    if directive is not None and (directive.type is Type.NAMES or directive.has("join")):
        return
    if directive is not None or key[:1] == "_":
        diagnostics.error(f"A + value for a single string ({shown(key)}) is not handled", definition.place_of(key))
