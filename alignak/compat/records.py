"""The daemon and its objects as hooks of old modules see them: attributes under the names of directives.

``compat.configuring`` makes them for ``hook_read_configuration``, ``hook_early_configuration`` and
``hook_late_configuration`` (modules.md 7.2), and reads from them what a hook changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from alignak.config.tables import OBJECT_TYPES, ObjectType
from alignak.config.values import FALSE, Unreadable, convert
from alignak.modules.interface import Change, Surroundings

_BY_TABLE: Final = {each.plural: each for each in OBJECT_TYPES.values()}


class Item:
    """One object: its directives are attributes, its custom variables are in ``customs``."""

    def __init__(self, table: str, values: Mapping[str, Any]) -> None:
        self.my_type = _BY_TABLE[table].name
        self.customs: dict[str, Any] = {key: value for key, value in values.items() if key[:1] == "_"}
        own = {key: value for key, value in values.items() if key[:1] != "_" and key != "customs"}
        self.__dict__.update({key: _typed(_BY_TABLE[table], key, value) for key, value in own.items()})
        if isinstance(values.get("customs"), dict):
            self.customs |= values["customs"]

    def get_name(self) -> str:
        """Return the name of the object, or of the template."""
        key = OBJECT_TYPES[self.my_type].key
        return str(getattr(self, key, None) or getattr(self, "name", "unnamed"))

    def is_tpl(self) -> bool:
        """Tell whether this is a template only."""
        return str(getattr(self, "register", "1")).strip().lower() in FALSE


class Items(list[Item]):
    """The objects of one type."""

    def find_by_name(self, name: str) -> Item | None:
        """Return the object of that name."""
        return next((each for each in self if each.get_name() == name), None)


class Conf:
    """The configuration: one attribute for each type of object, under its plural."""

    def __init__(self, objects: Mapping[str, list[dict[str, Any]]]) -> None:
        for table in _BY_TABLE:
            setattr(self, table, Items(Item(table, values) for values in objects.get(table, ())))


class Daemon:
    """The arbiter."""

    def __init__(self, surroundings: Surroundings) -> None:
        self.name = self.arbiter_name = surroundings.daemon
        self.type = surroundings.role
        self.verify_only = surroundings.verify_only
        self.pidfile = self.pid_filename = surroundings.pid_file
        self.external_commands: list[Any] = []
        self.conf = Conf(surroundings.objects)


def changes(conf: Conf, before: Mapping[str, list[dict[str, Any]]]) -> Iterator[Change]:
    """Yield what was changed of each object; what was added to a type or taken from it is not looked at."""
    for table, objects in before.items():
        for index, (values, item) in enumerate(zip(objects, getattr(conf, table), strict=False)):
            found = dict(_differences(_flat(Item(table, values)), _flat(item)))
            if found:
                yield Change(table, index, found)


def is_resized(conf: Conf, before: Mapping[str, list[dict[str, Any]]]) -> bool:
    """Tell whether objects were added to a type or taken from it."""
    return any(len(getattr(conf, table)) != len(before.get(table, ())) for table in _BY_TABLE)


def _flat(item: Item) -> dict[str, Any]:
    values = {key: value for key, value in vars(item).items() if key not in ("customs", "my_type")}
    return {**values, **item.customs}


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    yield from ((key, value) for key, value in after.items() if key not in before or before[key] != value)
    yield from ((key, None) for key in before if key not in after)


def _typed(type_: ObjectType, key: str, value: Any) -> Any:
    """Return the text of a directive as the value it stands for; additions and ``null`` stay as they are."""
    directive = type_.directives.get(key)
    if directive is None or not isinstance(value, str) or value[:1] == "+" or value == "null":
        return value
    try:
        found = convert(directive.type, value)
    except Unreadable:
        return value
    return list(found) if isinstance(found, tuple) else found
