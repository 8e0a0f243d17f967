"""A configuration fit to leave the arbiter: what its names say is secret is replaced by a mark.

Equal marks mean equal values, so that two configurations that are veiled with one salt can be compared. A mark is
24 bits of a salted hash: enough to see a change, too few to tell which of many guesses is the secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from msgspec.structs import replace

from alignak.base.codec import digest
from alignak.engine.attributes import MASK, masked
from alignak.model.modulations import MacroModulation
from alignak.model.objects import Checkable, Contact, ObjectSet, Policy
from alignak.model.snapshot import CompiledConfig

_DIGITS: Final = 6
"""Hexadecimal digits of a mark."""

WithCustoms = TypeVar("WithCustoms", Checkable, Policy, Contact, MacroModulation)


def veiled(config: CompiledConfig, salt: str) -> CompiledConfig:
    """Return a configuration without its secrets."""
    veil = _Veil(salt)
    objects = config.objects
    return replace(
        config,
        macros=veil.over(config.macros),
        modules=tuple(replace(each, options=veil.over(each.options)) for each in config.modules),
        objects=_objects(objects, veil),
    )


def unmarked(value: object) -> object:
    """Return a value as people see it: what is veiled as nothing but the mask."""
    return MASK if isinstance(value, str) and value.startswith(MASK) else value


def _objects(objects: ObjectSet, veil: _Veil) -> ObjectSet:
    return replace(
        objects,
        policies=tuple(replace(each, extra=veil.over(each.extra)) for each in veil.customs(objects.policies)),
        hosts=veil.customs(objects.hosts),
        services=veil.customs(objects.services),
        contacts=tuple(replace(each, extra=veil.over(each.extra)) for each in veil.customs(objects.contacts)),
        macromodulations=veil.customs(objects.macromodulations),
    )


class _Veil:
    """Replace secret values, each distinct one once."""

    __slots__ = ("_marks", "_salt")

    def __init__(self, salt: str) -> None:
        self._salt = salt
        self._marks: dict[tuple[str, str], str] = {}

    def over(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Return values with the secret ones replaced; the very same ones when none is."""
        secret = {key: self._mark(key, value) for key, value in values.items() if masked(key, value) != value}
        return {**values, **secret} if secret else values

    def customs(self, records: Iterable[WithCustoms]) -> tuple[WithCustoms, ...]:
        """Return records with their secret custom variables replaced."""
        found = []
        for each in records:
            customs = self.over(each.customs) if each.customs else each.customs
            found.append(each if customs is each.customs else replace(each, customs=customs))
        return tuple(found)

    def _mark(self, key: str, value: str) -> str:
        known = self._marks.get((key, value))
        if known is None:
            number = digest(f"{self._salt}\n{key}\n{value}".encode("utf-8", "surrogateescape"))[:_DIGITS]
            known = self._marks[key, value] = f"{MASK}{number}"
        return known
