"""What one definition says, itself and through its templates (configuration.md 3.6).

``inherit`` makes these; every later step reads an object's directives from them. Most definitions of a large
configuration differ from others in the names of what they define alone; what they have in common is one ``Form``, so
that each later step works it out once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct, field

from alignak.config.diagnostics import Place
from alignak.config.parser import Definition
from alignak.config.values import names

NULL: Final = "null"
"""The value that takes an inherited one away."""

APART: Final = frozenset({"host_name", "alias", "address", "display_name"})
"""The directives in which definitions of one form may differ."""

NOT_INHERITED: Final = frozenset({"register", "name", "use"})
"""The directives about the definition itself."""


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


class Form(Struct, eq=False):
    """What definitions have in common that differ in what is ``APART`` alone."""

    values: Mapping[str, str]
    """What they say themselves."""
    chain: Chain
    is_off: bool = False
    """Whether they say ``register 0``."""
    is_named: bool = False
    """Whether others may use them."""

    def text(self, key: str) -> str | None:
        """Return the value of a directive that is not apart, None when nobody gives one or it is ``null``."""
        return merged(self.values.get(key), self.chain.values.get(key))


class Resolved(Struct, eq=False):
    """A definition together with its templates."""

    definition: Definition
    name: str
    """The value of its key directive."""
    values: Mapping[str, str]
    """What it says itself, of itself too."""
    form: Form

    @property
    def own(self) -> dict[str, str]:
        """Return what it says itself."""
        return {key: value for key, value in self.values.items() if key not in NOT_INHERITED}

    @property
    def chain(self) -> Chain:
        """Return what its templates say."""
        return self.form.chain

    def text(self, key: str) -> str | None:
        """Return the value of a directive, None when nobody gives one or it is ``null``."""
        return merged(self.values.get(key), self.form.chain.values.get(key))

    def is_null(self, key: str) -> bool:
        """Tell whether a directive was taken away on purpose."""
        return self.values.get(key, self.chain.values.get(key)) == NULL

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
        return self.definition.imported_from

    def saying(self, changes: Mapping[str, str], name: str = "") -> Resolved:
        """Return what the definition would be if it said this too."""
        values = {**self.values, **changes}
        form = msgspec.structs.replace(self.form, values=common(values))
        return Resolved(self.definition, name or self.name, values, form)


def common(values: Mapping[str, str]) -> dict[str, str]:
    """Return what definitions of one form say alike."""
    return {key: value for key, value in values.items() if key not in APART}


def merged(value: str | None, inherited: str | None) -> str | None:
    """Return what a value and the inherited one come to, None when that is nothing."""
    if value is None:
        value = inherited
    elif value[:1] == "+" and inherited is not None and inherited != NULL:
        value = added(value, inherited)
    if value is None or value == NULL:
        return None
    return value[1:].strip() if value[:1] == "+" else value


def added(value: str, more: str) -> str:
    """Return an additive value with another one behind it; still additive when that one is."""
    joined = f"{value[1:].strip()},{more.removeprefix('+').strip()}"
    return f"+{joined}" if more[:1] == "+" else joined
