"""Templates: what a definition says through ``use`` (configuration.md 3.6).

The chain of templates a definition names is resolved once, however many definitions name the same; objects without a
name, templates nobody can use, loops and what costs too much are diagnostics.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from operator import is_
from typing import Final

from alignak.config.diagnostics import Diagnostics, shown
from alignak.config.parser import Definition
from alignak.config.resolved import APART, NOT_INHERITED, NULL, Chain, Form, Resolved, added
from alignak.config.tables import ObjectType
from alignak.config.values import FALSE, names
from alignak.config.vocabulary import Tidying

DEEPEST: Final = 100
"""How far templates may use templates."""

MOST_VALUES: Final = 2_000_000
"""How many values and names the templates of one type may hand down in all.

This bound, and the next, are far above what configurations need: they keep a small hostile file from costing much.
"""

MOST_TEXT: Final = 50_000_000
"""How many characters templates may hand down to the objects of one type."""

MOST_ADDED: Final = 20_000_000
"""How many characters the additions in the templates of one type may come to."""

_SHARING: Final = frozenset({"host", "service"})
"""The types whose objects share what templates hand down; ``policies`` bounds it."""

_NO_CHAIN: Final = Chain()


class Season:
    """What definitions came to, to be taken over by the next run while the templates are the same."""

    __slots__ = ("_definitions", "_named", "chains", "resolved", "sorted")

    def __init__(
        self,
        definitions: Sequence[Definition] = (),
        named: Sequence[Definition] = (),
        resolved: Iterable[Resolved] = (),
        chains: dict[str, Chain] | None = None,
    ) -> None:
        self._definitions = definitions
        """Kept alive: what came of them is found by their ``id``."""
        self._named = named
        self.resolved: Mapping[int, Resolved] = dict(zip(map(id, definitions), resolved, strict=True))
        """Definition, by ``id``, -> what it came to."""
        self.chains: dict[str, Chain] = {} if chains is None else chains
        """``use`` -> what it stands for."""
        self.sorted: tuple[dict[str, Definition], list[Resolved], list[Resolved]] = ({}, [], [])
        """Those that may be used, by name; the objects; those that are templates only."""

    def is_of(self, definitions: Sequence[Definition]) -> bool:
        """Tell whether these are the very definitions of this season."""
        return _are_the_same(definitions, self._definitions)

    def has(self, named: Sequence[Definition]) -> bool:
        """Tell whether these are the very templates of this season."""
        return _are_the_same(named, self._named)


def _are_the_same(some: Sequence[Definition], others: Sequence[Definition]) -> bool:
    return len(some) == len(others) and all(map(is_, some, others))


class Inheritance:
    """The definitions of one type, templates apart, and what each template stands for."""

    __slots__ = (
        "_added",
        "_diagnostics",
        "_faulty",
        "_forms",
        "_objects",
        "_resolved",
        "_season",
        "_templates",
        "_text",
        "_type",
        "_unregistered",
        "_values",
        "season",
    )

    def __init__(
        self,
        type_: ObjectType,
        definitions: Sequence[Definition],
        diagnostics: Diagnostics,
        before: Season | None = None,
    ) -> None:
        self._type = type_
        self._diagnostics = diagnostics
        self._season = before if before is not None else Season()
        self._templates: dict[str, Definition] = {}
        self._objects: list[Resolved] = []
        self._unregistered: list[Resolved] = []
        self._resolved: dict[str, Chain] = {}
        self._forms: dict[tuple[tuple[str, str], ...], Form] = {}
        self._faulty: set[str] = set()
        self._values = 0
        self._added = 0
        self._text = 0
        self.season = self._season
        """What the next run may take over: nothing when there is something to be said again."""
        if self._season.is_of(definitions):
            self._templates, self._objects, self._unregistered = self._season.sorted
        else:
            self._read(definitions)

    def _read(self, definitions: Sequence[Definition]) -> None:
        named = [each for each in definitions if "name" in each.values]
        if not self._season.has(named):
            self._season = Season()
        count = self._diagnostics.count
        found = self._resolve(definitions)
        for each in found:
            (self._unregistered if self._is_template(each) else self._objects).append(each)
        self.season = Season()
        if self._diagnostics.count == count:
            self.season = Season(definitions, named, found, self._season.chains)
            self.season.sorted = self._templates, self._objects, self._unregistered

    def _resolve(self, definitions: Sequence[Definition]) -> list[Resolved]:
        """Return the definitions, each with its templates."""
        known = self._season.resolved
        tidy = Tidying(self._type, self._diagnostics)
        found = [known.get(id(each)) or tidy(each) for each in definitions]
        for each in found:
            definition = each.definition if isinstance(each, Resolved) else each
            if name := definition.values.get("name"):
                self._add_template(name, definition)
        result = [each if isinstance(each, Resolved) else self._with_templates(each) for each in found]
        self._forms.clear()
        return result

    def _is_template(self, resolved: Resolved) -> bool:
        """Tell whether a definition is no object: it says so, or others may use it and it has no name of its own."""
        form, key = resolved.form, self._type.key
        return form.is_off or (form.is_named and bool(key) and key not in resolved.values)

    @property
    def template_count(self) -> int:
        """Return how many definitions are templates only."""
        return len(self._unregistered)

    @property
    def template_names(self) -> set[str]:
        """Return the names ``use`` may name."""
        return set(self._templates)

    def objects(self) -> list[Resolved]:
        """Return the definitions that are objects, in order; those without the key they need are errors."""
        found = self._objects if self._type.name in _SHARING else list(takewhile(self._is_small, self._objects))
        for each in found if self._type.key else ():
            if not each.name:
                message = f"a {self._type.name} item has been defined without {self._type.key}, from: {each.place()}"
                self._diagnostics.error(message, each.place())
        for each in self._unregistered:
            self._check_template(each.definition)
        return [each for each in found if each.name] if self._type.key else found

    def _is_small(self, resolved: Resolved) -> bool:
        """Count the text templates hand down; say so when it multiplies beyond reason."""
        self._text += resolved.chain.size
        if self._text <= MOST_TEXT:
            return True
        message = f"the {self._type.name} templates hand down more than {MOST_TEXT} characters, shorten them"
        self._diagnostics.error(message, resolved.place("use"))
        return False

    def templates(self) -> list[Resolved]:
        """Return the definitions that are templates only, in order."""
        return self._unregistered

    def _with_templates(self, definition: Definition) -> Resolved:
        """Return a definition together with its templates."""
        values, key = definition.values, self._type.key
        use = values.get("use")
        items = tuple([item for item in values.items() if item[0] not in APART])
        form = self._forms.get(items)
        if form is None:
            chain = self._chain(use, definition) if use else _NO_CHAIN
            is_off = values.get("register", "1").strip().lower() in FALSE
            form = self._forms[items] = Form(dict(items), chain, is_off, "name" in values)
        elif use in self._faulty:
            self._report_unknown(use, definition)
        resolved = Resolved(definition, "", values, form)
        if key:
            resolved.name = resolved.text(key) or ""
        return resolved

    def _check_template(self, definition: Definition) -> None:
        """Say so when nobody can use a template."""
        values = definition.values
        if "name" not in values and not (self._type.name == "service" and "host_name" in values):
            message = f"a {self._type.name} template has been defined without name, from: {definition.place}"
            self._diagnostics.error(message, definition.place)

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
        known = self._season.chains.get(use)
        if known is None:
            known = self._season.chains[use] = self._join({}, use, user, [])
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
                elif mine[:1] == "+" and value != NULL and self._is_short(mine, value, user):
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

    def _is_short(self, mine: str, more: str, user: Definition) -> bool:
        """Count the text that additions come to; say so when they multiply beyond reason."""
        self._added += len(mine) + len(more)
        if self._added <= MOST_ADDED:
            return True
        message = f"the additions (+) of {self._type.name} templates come to more than {MOST_ADDED} characters"
        self._diagnostics.error(f"{message}, add less", user.place_of("use"))
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
        skipped = NOT_INHERITED if self._type.name == "service" else NOT_INHERITED | {self._type.key}
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
