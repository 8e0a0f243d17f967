"""Objects that modules give, made definitions like those of files (modules.md 7.2).

``get_objects`` of a module returns a dictionary: type, in the plural or not, -> list of dictionaries of directives.
Wiring asks the modules and gives what comes of it to ``compile.load``. The place of such a definition is the module and
its number in the list: ``module cmdb, hosts[3]``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from alignak.config.diagnostics import NOWHERE, Diagnostics, Place, shown
from alignak.config.parser import Definition
from alignak.config.tables import OBJECT_TYPES, ObjectType
from alignak.config.vocabulary import BY_LINE
from alignak.model.topology import Role

UNUSABLE: Final = "<no text>"
"""The one key of what stands for an object that has no text; its value is the name of the class."""

FROM_FILES: Final = frozenset({*(role.value for role in Role), "module"})
"""The types that a module cannot add: it is loaded when they are known already."""

_TYPES: Final[Mapping[str, ObjectType]] = {
    name: each for each in OBJECT_TYPES.values() for name in (each.name, each.plural)
}


class UnusableError(ValueError):
    """Say why a value is none that a directive can have."""


def definitions_of(module: str, objects: object, diagnostics: Diagnostics, place: Place = NOWHERE) -> list[Definition]:
    """Return the definitions that a module's objects are; ``place`` is where the module itself is defined."""
    about = f"module::{module}"
    if objects is not None and not isinstance(objects, Mapping):
        diagnostics.error(
            f"get_objects() returned {_kind(objects)}, not a dictionary of type -> list of objects", place, about
        )
        return []
    before = diagnostics.error_count
    found = [each for table, items in (objects or {}).items() for each in _of_table(module, table, items, diagnostics)]
    if not found and diagnostics.error_count == before:
        diagnostics.warning(f"The module '{module}' did not provide any objects", place, about)
    return found


def merged(definitions: list[Definition], given: Sequence[Definition]) -> list[Definition]:
    """Return the definitions of files with those of modules behind them.

    A given one that has the place of one in a file takes its place: a hook changed it.
    """
    if not given:
        return definitions
    changed = {(each.file, each.line): each for each in given if each.line}
    kept = [changed.get((each.file, each.line), each) for each in definitions] if changed else definitions
    return [*kept, *(each for each in given if not each.line)]


def amended(definition: Definition, changes: Mapping[str, object], by: str, diagnostics: Diagnostics) -> Definition:
    """Return a definition with what a hook of the module ``by`` changed; None takes a directive away."""
    values = {key: value for key, value in definition.values.items() if key not in changes}
    place = definition.place
    about = f"{definition.type}::{shown(_name(definition.type, definition.values))}"
    type_ = OBJECT_TYPES[definition.type]
    for key, value in _texts(type_, changes, Place(f"module {by}, changing {place}"), about, diagnostics):
        values[key] = value
    return msgspec.structs.replace(
        definition,
        values=values,
        repeated={key: texts for key, texts in definition.repeated.items() if key not in changes},
        lines={key: definition.place_of(key).line for key in values},
        page=(),
    )


def _of_table(module: str, table: object, items: object, diagnostics: Diagnostics) -> Iterator[Definition]:
    """Yield the definitions of one type."""
    place = Place(f"module {module}, {shown(str(table))}")
    if not isinstance(items, list | tuple):
        diagnostics.error(f"{_kind(items)} is no list of objects", place, f"module::{module}")
        return
    type_ = _TYPES.get(str(table).strip().lower())
    if type_ is None or type_.name in FROM_FILES:
        if items:
            diagnostics.warning(_not_taken(str(table), type_, diagnostics), place, f"module::{module}")
        return
    for number, item in enumerate(items):
        at = Place(f"{place.file}[{number}]")
        if isinstance(item, Mapping):
            yield _definition(type_, item, at, diagnostics)
        else:
            message = f"{_kind(item)} is no object: give a dictionary of directive -> value"
            diagnostics.error(message, at, f"module::{module}")


def _not_taken(table: str, type_: ObjectType | None, diagnostics: Diagnostics) -> str:
    if type_ is not None:
        return f"{type_.plural} come from files alone: those that the module gives are ignored"
    hint = diagnostics.nearest(table, [each.plural for each in OBJECT_TYPES.values()])
    return f"'{shown(table)}' is no known type of object, what the module gives of it is ignored{hint}"


def _definition(type_: ObjectType, item: Mapping[object, object], place: Place, diagnostics: Diagnostics) -> Definition:
    about = f"{type_.name}::{shown(_name(type_.name, item))}"
    values = dict(_texts(type_, item, place, about, diagnostics))
    if origin := values.pop("imported_from", ""):
        place = Place(f"{place.file} ({shown(origin)})")
    return Definition(type=type_.name, file=place.file, line=0, values=values, lines={}, origin=place.file)


def _texts(
    type_: ObjectType,
    item: Mapping[object, object] | Mapping[str, object],
    place: Place,
    about: str,
    diagnostics: Diagnostics,
) -> Iterator[tuple[str, str]]:
    """Yield the directives that have a value, as files write them; what has no text is an error where it matters."""
    for given, value in item.items():
        key = " ".join(str(given).split())
        key = key.upper() if key[:1] == "_" else key.lower()
        try:
            text = text_of(key, value)
        except UnusableError as error:
            matters = type_.is_open or key in type_.directives or key[:1] == "_"
            report = diagnostics.error if matters else diagnostics.warning
            report(f"the value of '{shown(key)}' cannot be used: {error}", place, about)
            continue
        if key and text is not None:
            yield key, text


def text_of(key: str, value: object) -> str | None:
    """Return a value as files write it, None when there is none, as of an empty list. Raises UnusableError."""
    if isinstance(value, list | tuple):
        items = [text for each in value if (text := _single(each))]
        return ("\n" if key in BY_LINE else ",").join(items) if items else None
    text = _single(value)
    return text if text is None or key in BY_LINE else " ".join(text.splitlines())


def _single(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None else value.strip()
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return str(value)
    raise UnusableError(f"{_kind(value)} is no text, number, truth value or list of them")


def _name(type_: str, values: Mapping[object, object] | Mapping[str, object]) -> str:
    """Return what an object is called in messages."""
    wanted = (OBJECT_TYPES[type_].key, "name", "host_name")
    named = {str(key): value for key, value in values.items() if key in wanted}
    found = next((named[key] for key in wanted if named.get(key)), "")
    return found if isinstance(found, str) else ""


def _kind(value: object) -> str:
    """Return what a value is, in words."""
    if isinstance(value, Mapping):
        return f"a {value[UNUSABLE]}" if UNUSABLE in value else "a dictionary"
    return "a list" if isinstance(value, list | tuple) else f"'{shown(str(value))}'"
