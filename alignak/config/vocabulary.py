"""Which directives a definition may have: old names, misspelt ones, additions that cannot be (configuration.md 3.5)."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from alignak.config.diagnostics import Diagnostics, shown
from alignak.config.parser import Definition
from alignak.config.tables import ALIASES, NAGIOS_ONLY, ObjectType
from alignak.model.directives import Type

BY_LINE: Final = frozenset({"service_overrides"})
"""The lists of which each line is one item, commas or not."""


class Tidying:
    """Tidy the definitions of one type."""

    __slots__ = ("_clean", "_diagnostics", "_type")

    def __init__(self, type_: ObjectType, diagnostics: Diagnostics) -> None:
        self._type = type_
        self._diagnostics = diagnostics
        self._clean: set[tuple[str, ...]] = set()
        """Combinations of directives of which nothing is to be said."""

    def __call__(self, definition: Definition) -> Definition:
        """Return a definition with old directives renamed and repeated lists joined; remark on what is no directive."""
        keys = tuple(definition.values)
        if definition.is_plain and keys in self._clean:
            return definition
        renamed, is_clean = self._renamed(definition)
        renamed = self._joined(renamed)
        for key, value in renamed.values.items():
            if value[:1] == "+":
                _check_additive(renamed, key, self._type, self._diagnostics)
        if is_clean:
            self._clean.add(keys)
        return renamed

    def _renamed(self, definition: Definition) -> tuple[Definition, bool]:
        """Return a definition without old directives, and whether it had none, nor any that mean nothing."""
        table = self._type.directives
        strange = [each for each in definition.values if each not in table and each[:1] != "_"]
        old = [each for each in strange if ALIASES.get(each) in table]
        for key in strange:
            if key in old:
                _remark_old(definition, key, self._type, self._diagnostics)
            elif not self._type.is_open:
                _remark(definition, key, self._type, self._diagnostics)
        if not old:
            return definition, self._type.is_open or not strange
        values = dict(definition.values)
        lines = {key: definition.place_of(key).line for key in values}
        for key in old:
            values.setdefault(ALIASES[key], values.pop(key))
            lines.setdefault(ALIASES[key], lines[key])
        return replace(definition, values=values, lines=lines), False

    def _joined(self, definition: Definition) -> Definition:
        """Return a definition whose repeated lists are one."""
        table = self._type.directives
        joined = {
            key: ("\n" if key in BY_LINE else ",").join(repeated)
            for key, repeated in definition.repeated.items()
            if key in table and table[key].type is Type.NAMES
        }
        return replace(definition, values={**definition.values, **joined}) if joined else definition


def _remark_old(definition: Definition, old: str, type_: ObjectType, diagnostics: Diagnostics) -> None:
    diagnostics.warn_once(
        f"{type_.name} {old}",
        f"using an old Nagios property '{old}' in the configuration, write '{ALIASES[old]}'",
        definition.place_of(old),
    )


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
