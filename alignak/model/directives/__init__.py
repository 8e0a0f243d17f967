"""What a directive is; the tables of each object family stand in the modules beside this one.

The tables are the single description of every directive: the parser converts values by them, verification checks names
by them, broks and retention choose their fields by the flags.
"""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

from msgspec import Struct


class Type(Enum):
    """How the text of a directive becomes a value (configuration.md 3.1)."""

    TEXT = "text"
    BOOL = "bool"
    INTEGER = "integer"
    FLOAT = "float"
    CHARACTER = "character"
    NAMES = "names"
    """A comma separated list, stripped, without empty items."""
    INTEGERS = "integers"
    MAPPING = "mapping"


Value: TypeAlias = "str | bool | int | float | tuple[str, ...] | tuple[int, ...] | None"


class Directive(Struct, frozen=True):
    """One row: a name, how to read it, its default, and its flags.

    Flags, separated by spaces: ``req`` required; ``B`` in initial and update status broks; ``R`` in check result
    broks; ``N`` in next schedule broks; ``ret`` kept in retention; ``join`` additive across templates; ``sp`` looked
    up again on the host; ``send`` pushed to the daemon; ``dup`` repeated values are all kept.
    """

    name: str
    type: Type
    default: Value = None
    flags: str = ""

    def has(self, flag: str) -> bool:
        """Tell whether the row carries a flag."""
        return flag in self.flags.split()
