"""The definitions of a configuration by type and place: where those who explain an object begin.

A compiled record says where its definition stands (``imported_from``); here the definition is found again, with the
templates it can use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from alignak.config.diagnostics import Diagnostics
from alignak.config.inherit import Inheritance, Season
from alignak.config.origins import Lineage
from alignak.config.parser import Definition
from alignak.config.resolved import Resolved
from alignak.config.tables import OBJECT_TYPES, ObjectType


class Kin:
    """The definitions of one type, resolved as the compilation resolves them."""

    __slots__ = ("_by_place", "_type", "lineage", "objects")

    def __init__(self, type_: ObjectType, definitions: Sequence[Definition], season: Season | None = None) -> None:
        """Resolve the definitions, or take over what they came to when they were compiled.

        What is wrong with them was said then.
        """
        inheritance = Inheritance(type_, definitions, Diagnostics(), season)
        self._type = type_
        self.objects = list(inheritance.objects())
        """Those that are no templates, in order."""
        resolved = {_spot(each.definition): each for each in (*self.objects, *inheritance.templates())}
        self._by_place = {each.imported_from: each for each in resolved.values()}
        tidied = [resolved[_spot(each)].definition for each in definitions if _spot(each) in resolved]
        self.lineage = Lineage(type_, tidied)

    def at(self, place: str) -> Resolved | None:
        """Return the definition that begins at a place, ``file:line``."""
        return self._by_place.get(place)

    def resolved(self, place: str, name: str) -> Resolved:
        """Return the definition at a place; where there is none, one that says nothing but the name."""
        found = self.at(place)
        if found is not None:
            return found
        silent = Definition(self._type.name, place, 0, {self._type.key: name})
        return next(iter(Inheritance(self._type, [silent], Diagnostics()).objects()))

    def template(self, name: str) -> Definition | None:
        """Return the definition of a template."""
        return self.lineage.template(name)


def _spot(definition: Definition) -> tuple[str, int]:
    """Return what tells a definition from all others of its type."""
    return definition.file, definition.line


class Catalogue:
    """The definitions of all types; a type costs something only once it is asked for."""

    __slots__ = ("_by_type", "_kin", "_seasons")

    def __init__(self, definitions: Iterable[Definition], seasons: Mapping[str, Season] | None = None) -> None:
        """Take all definitions; ``seasons`` are what those of each type came to when they were compiled."""
        self._seasons = seasons or {}
        self._by_type: dict[str, list[Definition]] = {}
        self._kin: dict[str, Kin] = {}
        for each in definitions:
            self._by_type.setdefault(each.type, []).append(each)

    def __getitem__(self, kind: str) -> Kin:
        """Return the definitions of a type."""
        if kind not in self._kin:
            self._kin[kind] = Kin(OBJECT_TYPES[kind], self._by_type.get(kind, []), self._seasons.get(kind))
        return self._kin[kind]

    def has(self, kind: str) -> bool:
        """Tell whether anything of a type is defined."""
        return kind in self._by_type

    def places(self, kind: str) -> list[str]:
        """Return where the definitions of a type begin, templates included."""
        return [each.imported_from for each in self._by_type.get(kind, ())]
