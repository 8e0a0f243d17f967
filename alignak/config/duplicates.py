"""One service definition made several on a host: ``duplicate_foreach`` (configuration.md 3.7).

A host's custom variable lists keys: ``_DISKS /$(80)$$(90)$, /var, sd[a-c]`` with values behind them, or none and then
``default_value``; keys may hold ranges, ``[1-6]`` or ``[0-46/2]``. ``_!DISKS`` takes keys away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Final

from msgspec import Struct

from alignak.config.diagnostics import shown
from alignak.config.expressions import Malformed
from alignak.config.resolved import Resolved
from alignak.config.values import names

MOST_KEYS: Final = 10_000
"""How many services one definition may be on one host."""

_ITEM: Final = re.compile(r"\s*([^,$]*)((?:\$\([^()$]*(?:\$[^()$]+\$[^()$]*)*\)\$)*)\s*(?:,|$)")
_VALUE: Final = re.compile(r"\$\((.*?)\)\$")
_RANGE: Final = re.compile(r"\[(\d{1,9})-(\d{1,9})(?:/(\d{1,9}))?\]")
_TOKEN: Final = re.compile(r"\$(KEY|VALUE\d*)\$")

_TEMPLATED: Final = ("check_command", "aggregation", "event_handler", "service_dependencies")
"""The directives in which keys and values are put, beside the description."""


class Key(Struct, frozen=True):
    """One key, and the values behind it."""

    name: str
    values: tuple[str, ...] = ()


def keys_of(text: str, default: str) -> list[Key]:
    """Return the keys a custom variable lists; Malformed when it cannot be read."""
    found: dict[str, Key] = {}
    position = 0
    while position < len(text):
        match = _ITEM.match(text, position)
        if match is None or match.end() == position:
            raise Malformed(f"'{shown(text[position:].strip())}' is an invalid key(-values) pattern")
        position = match.end()
        name, values = match.group(1).strip(), tuple(_VALUE.findall(match.group(2)))
        if not name and values:
            raise Malformed(f"'{shown(match.group().strip())}' is an invalid key(-values) pattern")
        for each in _expanded(name) if name else ():
            found[each] = Key(each, values or _defaults(default))
            if len(found) > MOST_KEYS:
                raise Malformed(f"there are more than {MOST_KEYS} keys")
    if not found:
        raise Malformed("At least one key must be present")
    return list(found.values())


def _defaults(text: str) -> tuple[str, ...]:
    """Return the values of a key that has none: those written like values, else the text as a whole."""
    return tuple(_VALUE.findall(text)) or ((text,) if text else ())


def _expanded(name: str) -> Iterator[str]:
    """Yield the keys that ranges in a key stand for."""
    pieces = _RANGE.split(name)
    literals = pieces[::4]
    ranges = [
        range(int(first), int(last) + 1, max(int(step or 1), 1))
        for first, last, step in zip(pieces[1::4], pieces[2::4], pieces[3::4], strict=True)
    ]
    if prod(len(each) for each in ranges) > MOST_KEYS:
        raise Malformed(f"'{shown(name)}' stands for more than {MOST_KEYS} keys")
    for numbers in product(*ranges):
        yield literals[0] + "".join(f"{number}{literal}" for number, literal in zip(numbers, literals[1:], strict=True))


def key_texts(service: Resolved, host: Resolved) -> tuple[str | None, ...]:
    """Return what the keys of a service on a host come of: its variable's text, what that excludes, and the default."""
    variable = (service.text("duplicate_foreach") or "").strip().upper()
    return host.text(variable), host.text(f"_!{variable[1:]}"), service.text("default_value")


def keys_for(service: Resolved, host: Resolved) -> list[Key]:
    """Return the keys for which a host has a service; Malformed when what it says of them cannot be read."""
    return keys_in(key_texts(service, host))


def keys_in(texts: tuple[str | None, ...]) -> list[Key]:
    """Return the keys that the texts of ``key_texts`` list."""
    text, excluded, default = texts
    if text is None:
        return []
    without = set(names(excluded or ""))
    return [each for each in keys_of(text, default or "") if each.name not in without]


def filled_size(service: Resolved, key: Key) -> int:
    """Return the most characters that the directives of a service may have once a key is put in them."""
    longest = max(map(len, (key.name, *key.values)))
    texts = [service.text(each) or "" for each in (*_TEMPLATED, "service_description")]
    return sum(len(each) + each.count("$") // 2 * longest for each in texts)


def duplicate(service: Resolved, key: Key, illegal: frozenset[str]) -> Resolved:
    """Return the service that a definition is for a key."""
    cleaned = Key("".join(each for each in key.name if each not in illegal and each != ";"), key.values)
    name = _filled(service.name, cleaned)
    texts = {each: service.text(each) for each in _TEMPLATED}
    own = {each: _filled(text, key) for each, text in texts.items() if text is not None and "$" in text}
    return service.saying({**own, "service_description": name}, name)


def _filled(text: str, key: Key) -> str:
    """Return a text with a key and its values in their places; a value that is not there is empty."""

    def value(match: re.Match[str]) -> str:
        wanted = match.group(1)
        if wanted == "KEY":
            return key.name
        number = int(wanted[5:][:9] or 1)
        return key.values[number - 1] if 0 < number <= len(key.values) else ""

    return _TOKEN.sub(value, text)
