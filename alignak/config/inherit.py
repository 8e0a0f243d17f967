"""Templates: what a definition says through ``use`` (configuration.md 3.6).

The chain of templates a definition names is resolved once, however many definitions name the same; objects without a
name, templates nobody can use, loops and what costs too much are diagnostics.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from alignak.config.diagnostics import Diagnostics, shown
from alignak.config.parser import Definition
from alignak.config.resolved import NULL, Chain, Resolved, added
from alignak.config.tables import ObjectType
from alignak.config.values import FALSE, names
from alignak.config.vocabulary import tidy

DEEPEST: Final = 100
"""How far templates may use templates."""

MOST_VALUES: Final = 2_000_000
"""How many values and names the templates of one type may hand down in all.

This bound, and the next, are far above what configurations need: they keep a small hostile file from costing much.
"""

MOST_TEXT: Final = 200_000_000
"""How many characters templates may hand down to the objects of one type."""

_SHARING: Final = frozenset({"host", "service"})
"""The types whose objects share what templates hand down; ``policies`` bounds it."""

_NOT_INHERITED: Final = frozenset({"register", "name", "use"})
_NO_CHAIN: Final = Chain()


class Inheritance:
    """The definitions of one type, templates apart, and what each template stands for."""

    __slots__ = (
        "_chains",
        "_definitions",
        "_diagnostics",
        "_faulty",
        "_resolved",
        "_templates",
        "_text",
        "_type",
        "_values",
    )

    def __init__(self, type_: ObjectType, definitions: Sequence[Definition], diagnostics: Diagnostics) -> None:
        self._type = type_
        self._diagnostics = diagnostics
        self._definitions = definitions
        self._templates: dict[str, Definition] = {}
        self._resolved: dict[str, Chain] = {}
        self._chains: dict[str, Chain] = {}
        self._faulty: set[str] = set()
        self._values = 0
        self._text = 0
        for each in definitions:
            tidy(each, type_, diagnostics)
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
            if not self._is_small(found):
                return
            if self._type.key and not found.name:
                self._diagnostics.error(
                    f"a {self._type.name} item has been defined without {self._type.key}", each.place
                )
            else:
                yield found

    def _is_small(self, resolved: Resolved) -> bool:
        """Count the text templates hand down; say so when it multiplies beyond reason."""
        if not resolved.chain.values or self._type.name in _SHARING:
            return True
        self._text += resolved.chain.size
        if self._text <= MOST_TEXT:
            return True
        message = f"the {self._type.name} templates hand down more than {MOST_TEXT} characters, shorten them"
        self._diagnostics.error(message, resolved.place("use"))
        return False

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
        depth = 0
        self._report_unknown(use, user)
        for name in self._used(use):
            chain = self._template(name, user, path)
            if not self._is_affordable(chain, user):
                break
            depth = max(depth, chain.depth + 1)
            tags[name] = None
            tags.update(dict.fromkeys(chain.tags))
            for key, value in chain.values.items():
                mine = values.get(key)
                if mine is None:
                    values[key] = value
                elif mine[:1] == "+" and value != NULL:
                    values[key] = added(mine, value)
        return Chain(values, tuple(tags), depth)

    def _is_affordable(self, chain: Chain, user: Definition) -> bool:
        """Count the values that templates hand down; say so when they multiply beyond reason."""
        self._values += len(chain.values) + len(chain.tags)
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
            self._too_deep(name, user)
            return _NO_CHAIN
        definition = self._templates[name]
        skipped = _NOT_INHERITED if self._type.name == "service" else _NOT_INHERITED | {self._type.key}
        own = {key: value for key, value in definition.values.items() if key not in skipped}
        use = definition.values.get("use")
        chain = self._join(own, use, definition, [*path, name]) if use else Chain(own)
        if chain.depth >= DEEPEST:
            self._too_deep(name, definition)
            chain = Chain(own)
        self._resolved[name] = chain
        return chain

    def _too_deep(self, name: str, user: Definition) -> None:
        message = f"templates use templates more than {DEEPEST} times over, at '{shown(name)}'"
        self._diagnostics.error(message, user.place_of("use"))

    def _about(self, definition: Definition) -> str:
        name = definition.values.get(self._type.key) or definition.values.get("name", "")
        return f"{self._type.name}::{shown(name)}"
