"""Text made typed values, as the reference reads them (configuration.md 3.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from alignak.config.diagnostics import shown
from alignak.model.directives import Type
from alignak.model.objects import CommandCall

Value: TypeAlias = "str | bool | int | float | tuple[str, ...] | tuple[int, ...]"

TRUE: Final = frozenset({"1", "yes", "true", "on"})
FALSE: Final = frozenset({"0", "no", "false", "off"})

_LARGEST: Final = 2**53


class Unreadable(ValueError):
    """Say why a text is no value of the type wanted."""


def names(text: str) -> tuple[str, ...]:
    """Return the items of a comma separated list, stripped, without empty ones."""
    return tuple([item for each in text.split(",") if (item := each.strip())])


def boolean(text: str) -> bool:
    """Return a truth value."""
    lowered = text.strip().lower()
    if lowered in TRUE:
        return True
    if lowered in FALSE:
        return False
    raise Unreadable(f"Cannot convert '{shown(text)}' to a boolean value")


def number(text: str) -> float:
    """Return a finite number."""
    try:
        value = float(text)
    except ValueError:
        raise Unreadable(f"Cannot convert '{shown(text)}' to a number") from None
    if not -_LARGEST <= value <= _LARGEST:
        raise Unreadable(f"'{shown(text)}' is out of range: give a number between -{_LARGEST} and {_LARGEST}")
    return value


def integer(text: str) -> int:
    """Return a whole number; what follows the point is dropped."""
    return int(number(text))


def integers(text: str) -> tuple[int, ...]:
    """Return a list of whole numbers."""
    return tuple(integer(each) for each in names(text))


_CONVERTERS: Final[Mapping[Type, Callable[[str], Value]]] = {
    Type.TEXT: lambda text: text,
    Type.BOOL: boolean,
    Type.INTEGER: integer,
    Type.FLOAT: number,
    Type.CHARACTER: lambda text: text[:1],
    Type.NAMES: names,
    Type.INTEGERS: integers,
    Type.MAPPING: lambda text: text,
}

_TYPES: Final[Mapping[object, Type]] = {
    str: Type.TEXT,
    bool: Type.BOOL,
    int: Type.INTEGER,
    float: Type.FLOAT,
    tuple[str, ...]: Type.NAMES,
    tuple[int, ...]: Type.INTEGERS,
}


def convert(type_: Type, text: str) -> Value:
    """Return the value a text stands for; Unreadable when it stands for none."""
    return _CONVERTERS[type_](text)


def type_of(annotation: object) -> Type:
    """Return how the text of a record's field is read."""
    return _TYPES[annotation]


def command_call(text: str) -> CommandCall:
    r"""Return the command ``name!argument!argument`` stands for; ``\!`` is an exclamation mark."""
    if "\\!" not in text:
        name, *arguments = text.split("!")
        return CommandCall(name.strip(), tuple(arguments))
    pieces = text.replace("\\!", "\0").split("!")
    name, *arguments = (each.replace("\0", "!") for each in pieces)
    return CommandCall(name.strip(), tuple(arguments))
