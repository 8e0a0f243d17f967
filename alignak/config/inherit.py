"""Templates: what a definition says itself, and what it says through ``use`` (configuration.md 3.6).

The chain of templates a definition names is resolved once, however many definitions name the same; a ``Resolved`` joins
it with the definition's own values without copying either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from alignak.config.diagnostics import Diagnostics, Place, shown
from alignak.config.parser import Definition
from alignak.config.tables import ALIASES, NAGIOS_ONLY, ObjectType
from alignak.config.values import FALSE, names
from alignak.model.directives import Type

DEEPEST: Final = 100
"""How far templates may use templates."""

MOST_VALUES: Final = 2_000_000
"""How many values the templates of one type may hand down in all: bounds what a small hostile file can cost."""

NULL: Final = "null"
"""The value that takes an inherited one away."""

_NOT_INHERITED: Final = frozenset({"register", "name", "use"})


class Chain(Struct, frozen=True):
    """What the templates of one ``use`` say together."""

    values: Mapping[str, str] = field(default_factory=dict)
    """Key -> text; a leading ``+`` still waits for more."""
    tags: tuple[str, ...] = ()
    """The names of the templates met, depth first."""


_NO_CHAIN: Final = Chain()


class Resolved(Struct):
    """A definition together with its templates."""

    definition: Definition
    name: str
    """The value of its key directive."""
    own: dict[str, str]
    chain: Chain = _NO_CHAIN

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


class Inheritance:
    """The definitions of one type, templates apart, and what each template stands for."""

    __slots__ = ("_chains", "_definitions", "_diagnostics", "_faulty", "_resolved", "_templates", "_type", "_values")

    def __init__(self, type_: ObjectType, definitions: Sequence[Definition], diagnostics: Diagnostics) -> None:
        self._type = type_
        self._diagnostics = diagnostics
        self._definitions = definitions
        self._templates: dict[str, Definition] = {}
        self._resolved: dict[str, Chain] = {}
        self._chains: dict[str, Chain] = {}
        self._faulty: set[str] = set()
        self._values = 0
        for each in definitions:
            self._prepare(each)
            if name := each.values.get("name"):
                self._add_template(name, each)

    @property
    def template_count(self) -> int:
        """Return how many definitions are templates only."""
        return sum(1 for each in self._definitions if self._is_template(each))

    @property
    def template_names(self) -> set[str]:
        """Return the names ``use`` may name."""
        return set(self._templates)

    def objects(self) -> Iterator[Resolved]:
        """Yield the definitions that are objects, in order; those without the key they need are errors."""
        for each in self._definitions:
            if self._is_template(each):
                self._check_template(each)
                continue
            found = self.resolve(each)
            if self._type.key and not found.name:
                self._diagnostics.error(
                    f"a {self._type.name} item has been defined without {self._type.key}", each.place
                )
            else:
                yield found

    def templates(self) -> Iterator[Resolved]:
        """Yield the definitions that are templates only, in order."""
        return (self.resolve(each) for each in self._definitions if self._is_template(each))

    def resolve(self, definition: Definition) -> Resolved:
        """Return a definition with its templates."""
        use = definition.values.get("use")
        chain = self._chain(use, definition) if use else _NO_CHAIN
        own = {key: value for key, value in definition.values.items() if key not in _NOT_INHERITED}
        resolved = Resolved(definition, "", own, chain)
        resolved.name = resolved.text(self._type.key) or "" if self._type.key else ""
        return resolved

    def _is_template(self, definition: Definition) -> bool:
        values = definition.values
        if values.get("register", "1").strip().lower() in FALSE:
            return True
        return bool(self._type.key) and "name" in values and self._type.key not in values

    def _check_template(self, definition: Definition) -> None:
        """Say so when nobody can use a template."""
        values = definition.values
        if "name" not in values and not (self._type.name == "service" and "host_name" in values):
            self._diagnostics.error(f"a {self._type.name} template has been defined without name", definition.place)

    def _add_template(self, name: str, definition: Definition) -> None:
        former = self._templates.get(name)
        if former is not None:
            self._diagnostics.warning(
                f"duplicate {self._type.name} template '{name}', from: '{former.place}' and '{definition.place}',"
                " using lastly defined",
                definition.place,
            )
        self._templates[name] = definition

    def _prepare(self, definition: Definition) -> None:
        """Rename old directives, join repeated lists and remark on what no object of the type has."""
        values, table = definition.values, self._type.directives
        for key in [each for each in values if each not in table and each[:1] != "_"]:
            if key in ALIASES and ALIASES[key] in table:
                self._rename(definition, key, ALIASES[key])
            elif not self._type.is_open:
                self._remark(definition, key)
        for key, repeated in definition.repeated.items():
            if key in table and table[key].type is Type.NAMES:
                values[key] = ",".join(repeated)
        for key, value in values.items():
            if value[:1] == "+":
                self._check_additive(definition, key)

    def _rename(self, definition: Definition, old: str, new: str) -> None:
        self._diagnostics.warn_once(
            f"{self._type.name} {old}",
            f"using an old Nagios property '{old}' in the configuration, write '{new}'",
            definition.place_of(old),
        )
        definition.values.setdefault(new, definition.values.pop(old))
        definition.lines.setdefault(new, definition.lines.get(old, definition.line))

    def _remark(self, definition: Definition, key: str) -> None:
        """Warn, once a directive, of one that has no effect."""
        name = self._type.name
        if key == "trigger":
            message = "'trigger' property is not allowed"
        elif key in NAGIOS_ONLY:
            return
        elif key in self._type.running:
            message = f"using the running property '{key}' in the configuration, it is ignored"
        else:
            hint = self._diagnostics.nearest(key, self._type.directives)
            message = f"'{shown(key)}' is no directive of a {name}, it is kept without effect{hint}"
        self._diagnostics.warn_once(f"{name} {key}", message, definition.place_of(key))

    def _check_additive(self, definition: Definition, key: str) -> None:
        directive = self._type.directives.get(key)
        if directive is not None and (directive.type is Type.NAMES or directive.has("join")):
            return
        if directive is not None or key[:1] == "_":
            self._diagnostics.error(
                f"A + value for a single string ({shown(key)}) is not handled", definition.place_of(key)
            )

    def _chain(self, use: str, user: Definition) -> Chain:
        """Return what the templates named by a ``use`` say together."""
        known = self._chains.get(use)
        if known is None:
            known = self._chains[use] = self._join({}, use, user, [])
        elif use in self._faulty:
            self._report_unknown(use, user)
        return known

    def _join(self, own: Mapping[str, str], use: str, user: Definition, path: list[str]) -> Chain:
        """Return own values with those of the templates behind them; the first template that has one wins."""
        values = dict(own)
        tags: dict[str, None] = {}
        self._report_unknown(use, user)
        for name in self._used(use):
            chain = self._template(name, user, path)
            if not self._is_affordable(chain, user):
                break
            tags[name] = None
            tags.update(dict.fromkeys(chain.tags))
            for key, value in chain.values.items():
                mine = values.get(key)
                if mine is None:
                    values[key] = value
                elif mine[:1] == "+" and value != NULL:
                    values[key] = added(mine, value)
        return Chain(values, tuple(tags))

    def _is_affordable(self, chain: Chain, user: Definition) -> bool:
        """Count the values that templates hand down; say so when they multiply beyond reason."""
        self._values += len(chain.values)
        if self._values <= MOST_VALUES:
            return True
        self._diagnostics.error(
            f"the {self._type.name} templates hand down more than {MOST_VALUES} values, use fewer templates or values",
            user.place_of("use"),
        )
        return False

    def _used(self, use: str) -> Iterable[str]:
        """Return the names of the known templates a ``use`` names."""
        return [name for name in dict.fromkeys(names(use.removeprefix("+"))) if name in self._templates]

    def _report_unknown(self, use: str, user: Definition) -> None:
        for name in names(use.removeprefix("+")):
            if name not in self._templates:
                self._faulty.add(use)
                hint = self._diagnostics.nearest(name, self._templates)
                self._diagnostics.warning(
                    f"use/inherit from an unknown template: {shown(name)}{hint}",
                    user.place_of("use"),
                    self._about(user),
                )

    def _template(self, name: str, user: Definition, path: list[str]) -> Chain:
        """Return what a template stands for, its own templates included."""
        known = self._resolved.get(name)
        if known is not None:
            return known
        if name in path:
            loop = " -> ".join([*path[path.index(name) :], name])
            self._diagnostics.error(f"use/inherits from itself: {loop}", user.place_of("use"), self._about(user))
            return _NO_CHAIN
        if len(path) >= DEEPEST:
            self._diagnostics.error(
                f"templates use templates more than {DEEPEST} times over, at '{shown(name)}'", user.place_of("use")
            )
            return _NO_CHAIN
        definition = self._templates[name]
        skipped = _NOT_INHERITED if self._type.name == "service" else _NOT_INHERITED | {self._type.key}
        own = {key: value for key, value in definition.values.items() if key not in skipped}
        use = definition.values.get("use")
        chain = self._join(own, use, definition, [*path, name]) if use else Chain(own)
        self._resolved[name] = chain
        return chain

    def _about(self, definition: Definition) -> str:
        name = definition.values.get(self._type.key) or definition.values.get("name", "")
        return f"{self._type.name}::{shown(name)}"
