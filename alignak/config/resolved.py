"""What one definition says, itself and through its templates (configuration.md 3.6).

``inherit`` makes these; every later step reads an object's directives from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from alignak.config.diagnostics import Place
from alignak.config.parser import Definition
from alignak.config.values import names

NULL: Final = "null"
"""The value that takes an inherited one away."""


class Chain(Struct, frozen=True):
    """What the templates of one ``use`` say together."""

    values: Mapping[str, str] = field(default_factory=dict)
    """Key -> text; a leading ``+`` still waits for more."""
    tags: tuple[str, ...] = ()
    """The names of the templates met, depth first."""
    depth: int = 0
    """How many templates lie behind each other."""

    @property
    def size(self) -> int:
        """Return how many characters the values have."""
        return sum(map(len, self.values.values()))


class Resolved(Struct):
    """A definition together with its templates."""

    definition: Definition
    name: str
    """The value of its key directive."""
    own: dict[str, str]
    chain: Chain

    def text(self, key: str) -> str | None:
        """Return the value of a directive, None when nobody gives one or it is ``null``."""
        value = self.own.get(key)
        inherited = self.chain.values.get(key)
        if value is None:
            value = inherited
        elif value[:1] == "+" and inherited is not None and inherited != NULL:
            value = added(value, inherited)
        if value is None or value == NULL:
            return None
        return value[1:].strip() if value[:1] == "+" else value

    def is_null(self, key: str) -> bool:
        """Tell whether a directive was taken away on purpose."""
        return (self.own.get(key) or self.chain.values.get(key)) == NULL

    def names(self, key: str) -> tuple[str, ...]:
        """Return the items of a list directive."""
        text = self.text(key)
        return names(text) if text else ()

    def place(self, key: str = "") -> Place:
        """Return where a key of the definition stands, or where the definition begins."""
        return self.definition.place_of(key) if key else self.definition.place

    @property
    def imported_from(self) -> str:
        """Return ``file:line`` of the definition."""
        return str(self.definition.place)


def added(value: str, more: str) -> str:
    """Return an additive value with another one behind it; still additive when that one is."""
    joined = f"{value[1:].strip()},{more.removeprefix('+').strip()}"
    return f"+{joined}" if more[:1] == "+" else joined
