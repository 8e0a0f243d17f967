"""What the leaves of a rule mean that macros gave another text while it runs (configuration.md 3.9).

``business_rules`` parses with ``Finder``. It looks among what this scheduler looks after: a rule can only be about
hosts that are kept together with its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from alignak.base.ids import ObjectKey
from alignak.engine.state import Item, World
from alignak.model import regexes
from alignak.model.rules import Malformed

MOST_LEAVES: Final = 100_000
"""How many leaves one rule may come to."""

MOST_STEPS: Final = 20_000_000
"""How many steps the regular expressions of one rule may take: about a second, were names as bad as can be."""

_LONGEST_NAME: Final = 200
_SELECTION: Final = re.compile(r"([grlt]):(.*)", re.DOTALL)
_SHOWN: Final = 80


class Finder:
    """Find the objects that the leaves of one owner's rule stand for."""

    __slots__ = ("_left", "_owner", "_steps", "_world")

    def __init__(self, world: World, owner: Item) -> None:
        self._world = world
        self._owner = owner
        self._left = MOST_LEAVES
        self._steps = MOST_STEPS

    def __call__(self, text: str) -> list[ObjectKey]:
        """Return the objects of a leaf, ``host`` or ``host,service``; Malformed when there are none."""
        host, comma, service = (each.strip() for each in text.partition(","))
        if comma and not service:
            raise Malformed(f"'{_shown(text)}' has no service behind its comma")
        hosts = self._hosts(host or self._owner.spec.host_name)
        found = [key for each in hosts for key in self._on_host(each, service)] if service else [*map(_key, hosts)]
        if not _selects(host) and not _selects(service):
            if not found:
                raise Malformed(f"business rule uses unknown service {_shown(host)}/{_shown(service)}")
        else:
            found = [each for each in found if each != self._owner.key]
        if not found:
            raise Malformed(f"business rule got an empty result for pattern '{_shown(text)}'")
        self._left -= len(found)
        if self._left < 0:
            raise Malformed(f"it has more than {MOST_LEAVES} leaves")
        return found

    def _hosts(self, text: str) -> list[Item]:
        matches = self._filter(text, "host")
        if matches is not None:
            return [item for item in self._world.items.values() if item.is_host and matches(item)]
        host = self._world.host(text)
        if host is None:
            raise Malformed(f"business rule uses unknown host {_shown(text)}")
        return [host]

    def _on_host(self, host: Item, text: str) -> Iterable[ObjectKey]:
        matches = self._filter(text, "service")
        if matches is not None:
            return [item.key for item in host.services if matches(item)]
        service = self._world.service(host.spec.host_name, text)
        return () if service is None else (service.key,)

    def _filter(self, text: str, kind: str) -> Callable[[Item], bool] | None:
        """Return what a part of a leaf selects by; None when it is a name."""
        if text == "*":
            return lambda _: True
        match = _SELECTION.fullmatch(text)
        if match is None:
            return None
        flag, wanted = match.group(1), match.group(2).strip()
        if flag == "g":
            return lambda item: wanted in item.spec.groups
        if flag == "l":
            return lambda item: wanted in _labels(item)
        if flag == "r":
            matched = self._matched(wanted, kind)
            return lambda item: _name(item) in matched
        if kind == "host":
            return lambda item: wanted in item.policy.tags
        raise Malformed("t: selects hosts by their templates, services have none to select by")

    def _matched(self, text: str, kind: str) -> frozenset[str]:
        """Return the names of hosts, or of services, in which an expression finds something."""
        try:
            expression = regexes.regex(text)
        except regexes.Malformed as error:
            raise Malformed(f"business rule uses invalid regex {_shown(text)}: {error}") from None
        names = {_name(item) for item in self._world.items.values() if item.kind.value == kind}
        candidates = expression.candidates(names, _LONGEST_NAME)
        self._steps -= expression.steps(candidates)
        if self._steps < 0:
            raise Malformed("the regular expressions may take too long in all, use fewer of them with * and +")
        return frozenset(each for each in candidates if expression.found.search(each))


def _name(item: Item) -> str:
    return item.spec.host_name if item.is_host else item.spec.description


def _labels(item: Item) -> list[str]:
    return [each.strip() for each in item.policy.extra.get("labels", "").split(",")]


def _key(item: Item) -> ObjectKey:
    return item.key


def _selects(text: str) -> bool:
    """Tell whether a part of a leaf selects objects instead of naming one."""
    return text == "*" or _SELECTION.fullmatch(text) is not None


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
