"""Directives that a source leaves out and that Nagios reads in another way than this program then.

A line is added where as few of the user's definitions as possible change: to a template when all objects that use it
lack the directive, else to the object itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from alignak.config.foreign.reading import Kind
from alignak.config.parser import Definition
from alignak.config.tables import ALIASES
from alignak.config.values import FALSE, names


class Default(Struct, frozen=True):
    """A directive, its value where nothing is said, and what must be given for it to matter."""

    type: str
    key: str
    value: str
    needs: str = ""


class Addition(Struct, frozen=True):
    """A line that a definition gets."""

    definition: Definition
    key: str
    value: str
    meaning: str = ""


_GLOBAL: Final = "-1"
"""The threshold that stands for the global one."""

_BOTH: Final = tuple(
    Default(type_, key, value, needs)
    for type_ in ("host", "service")
    for key, value, needs in (
        ("check_interval", "5", ""),
        ("retry_interval", "1", ""),
        ("event_handler_enabled", "1", "event_handler"),
        ("low_flap_threshold", _GLOBAL, ""),
        ("high_flap_threshold", _GLOBAL, ""),
    )
)
_OF_NAGIOS: Final = (
    *_BOTH,
    Default("host", "notification_interval", "30"),
    Default("host", "notification_options", "d,u,r,f,s"),
)
"""A service takes the notification interval of its host."""

_DEFAULTS: Final[Mapping[Kind, Sequence[Default]]] = {
    Kind.NAGIOS: _OF_NAGIOS,
    Kind.NAEMON: _OF_NAGIOS,
    Kind.SHINKEN: (
        Default("service", "low_flap_threshold", _GLOBAL),
        Default("service", "high_flap_threshold", _GLOBAL),
    ),
}

_OLD_NAMES: Final = {new: old for old, new in ALIASES.items()}


def additions(definitions: Iterable[Definition], kind: Kind, handled: Iterable[str]) -> Iterator[Addition]:
    """Yield the lines to add; ``handled`` are the types that have a global event handler."""
    by_type: dict[str, list[Definition]] = {}
    for each in definitions:
        by_type.setdefault(each.type, []).append(each)
    chains = {type_: _chains(those) for type_, those in by_type.items()}
    with_handler = set(handled)
    for default in _DEFAULTS[kind]:
        needs = "" if default.needs == "event_handler" and default.type in with_handler else default.needs
        for each in _where(chains.get(default.type, []), default.key, needs):
            yield Addition(each, default.key, default.value, " (the global one)" if default.value == _GLOBAL else "")


def _chains(definitions: Sequence[Definition]) -> list[list[Definition]]:
    """Return each monitored object, followed by its templates, the nearest first."""
    templates = {name: each for each in definitions if (name := each.values.get("name"))}
    return [_chain(each, templates) for each in definitions if not is_template(each)]


def is_template(definition: Definition) -> bool:
    """Tell whether a definition is for others to use alone."""
    return definition.values.get("register", "").strip().lower() in FALSE


def _chain(definition: Definition, templates: Mapping[str, Definition]) -> list[Definition]:
    found: dict[int, Definition] = {}
    waiting = [definition]
    while waiting:
        each = waiting.pop()
        if id(each) not in found:
            found[id(each)] = each
            used = names(each.values.get("use", ""))
            waiting += [templates[name] for name in reversed(used) if name in templates]
    return list(found.values())


def _where(chains: Sequence[list[Definition]], key: str, needs: str) -> list[Definition]:
    """Return the definitions to give a directive to, so that every object that lacks it has it."""
    lacking = [chain for chain in chains if not _has(chain, key) and (not needs or _has(chain, needs))]
    lack = {id(chain[0]) for chain in lacking}
    spoilt = {id(each) for chain in chains if id(chain[0]) not in lack for each in chain}
    found: dict[int, Definition] = {}
    for chain in lacking:
        if not any(id(each) in found for each in chain):
            best = next((each for each in reversed(chain) if id(each) not in spoilt), chain[0])
            found[id(best)] = best
    return list(found.values())


def _has(chain: Iterable[Definition], key: str) -> bool:
    old = _OLD_NAMES.get(key, key)
    return any(key in each.values or old in each.values for each in chain)
