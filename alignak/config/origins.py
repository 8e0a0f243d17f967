"""Where the text of a directive comes from: the very lines that say it, in a definition and its templates (3.6).

``inherit`` works out what an object's directives are and forgets on the way who said what. For the few objects somebody
asks about, this goes the way again, one directive at a time, and keeps the lines; a property test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Final

from msgspec import Struct

from alignak.config import values
from alignak.config.diagnostics import NOWHERE, Place
from alignak.config.parser import Definition
from alignak.config.resolved import NULL, added
from alignak.config.tables import ObjectType

MOST_LINES: Final = 1000
"""How many lines are kept of one value: additive ones of templates that share templates can come from many."""

_SAID_OF_DEFINITIONS: Final = frozenset({"register", "name", "use"})


class How(Enum):
    """How a value came to an object."""

    OWN = "definition"
    """A line of the object's own definition."""
    TEMPLATE = "template"
    HOST = "implied from the host"
    GROUP = "host group"
    EXTENDED = "extended information"
    FOREACH = "duplicate_foreach"
    OVERRIDE = "service_overrides"
    RULE = "business rule"
    PARAMETER = "global parameter"
    ENVIRONMENT = "environment file"
    DEFAULT = "default"


class Origin(Struct, frozen=True, omit_defaults=True):
    """One line that gives a value, or a part of it."""

    how: How
    text: str = ""
    """What the line says, a leading ``+`` included."""
    place: Place = NOWHERE
    chain: tuple[str, ...] = ()
    """The templates on the way: the one that has the line first, the one the definition names last."""
    who: str = ""
    """The host, group, extended information, rule or variable it comes from, where there is one."""


class Said(Struct, frozen=True):
    """What lines say together; a leading ``+`` still waits for more."""

    text: str
    origins: tuple[Origin, ...]


class Lineage:
    """The definitions of one type, and which of their lines say what."""

    __slots__ = ("_known", "_templates", "_type")

    def __init__(self, type_: ObjectType, definitions: Iterable[Definition]) -> None:
        """Take definitions that ``Inheritance`` has tidied."""
        self._type = type_
        self._templates = {name: each for each in definitions if (name := each.values.get("name"))}
        self._known: dict[tuple[str, str], Said | None] = {}

    def template(self, name: str) -> Definition | None:
        """Return the definition of a template."""
        return self._templates.get(name)

    def names(self) -> list[str]:
        """Return the names of the templates."""
        return list(self._templates)

    def used(self, definition: Definition) -> list[str]:
        """Return the templates a definition names, those that exist, in order."""
        use = definition.values.get("use", "")
        return [name for name in dict.fromkeys(values.names(use.removeprefix("+"))) if name in self._templates]

    def said(self, definition: Definition, key: str) -> Said | None:
        """Return what a definition and its templates say of a directive, None when they say nothing."""
        own = definition.values.get(key)
        mine = None
        if own is not None and key not in _SAID_OF_DEFINITIONS:
            mine = Said(own, (Origin(How.OWN, own, definition.place_of(key)),))
            if own[:1] != "+":
                return mine
        inherited = self.inherited(definition, key)
        if mine is None or inherited is None:
            return mine or inherited
        return mine if inherited.text == NULL else _both(mine, inherited)

    def inherited(self, definition: Definition, key: str) -> Said | None:
        """Return what the templates of a definition say of a directive, None when they say nothing."""
        return self._joined(None, self.used(definition), key)

    def _joined(self, mine: Said | None, templates: Sequence[str], key: str) -> Said | None:
        """Return what is said with what templates add; the first that says something without a ``+`` ends it."""
        for name in templates:
            found = self._of_template(name, key)
            if found is None:
                continue
            if mine is None:
                mine = found
            elif mine.text[:1] == "+" and found.text != NULL:
                mine = _both(mine, found)
        return mine

    def _of_template(self, name: str, key: str) -> Said | None:
        if (name, key) not in self._known:
            self._known[name, key] = None  # a loop, which is an error, ends here
            self._known[name, key] = self._find(name, key)
        return self._known[name, key]

    def _find(self, name: str, key: str) -> Said | None:
        """Return what a template hands down of a directive."""
        definition = self._templates[name]
        own = definition.values.get(key)
        mine = None
        if (
            own is not None
            and key not in _SAID_OF_DEFINITIONS
            and (self._type.name == "service" or key != self._type.key)
        ):
            mine = Said(own, (Origin(How.TEMPLATE, own, definition.place_of(key), (name,)),))
            if own[:1] != "+":
                return mine
        joined = self._joined(mine, self.used(definition), key)
        if joined is None:
            return None
        kept = len(mine.origins) if mine else 0
        return Said(joined.text, (*joined.origins[:kept], *(_through(name, each) for each in joined.origins[kept:])))


def _through(name: str, origin: Origin) -> Origin:
    """Return a template's line as it is reached through another template."""
    return Origin(origin.how, origin.text, origin.place, (*origin.chain, name))


def _both(mine: Said, more: Said) -> Said:
    return Said(added(mine.text, more.text), (*mine.origins, *more.origins)[:MOST_LINES])


def settled(said: Said | None) -> str | None:
    """Return the value that lines stand for; None when there are none, or it is taken away."""
    if said is None or said.text == NULL:
        return None
    return said.text[1:].strip() if said.text[:1] == "+" else said.text
