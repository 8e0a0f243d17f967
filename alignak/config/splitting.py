"""The lines of the verify mode about realms, packs and parts (configuration.md 3.11).

Who gets which hosts, ``dispatch`` decides; the command line tells ``report`` with a ``Split``, because neighbouring
rooms do not know each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from msgspec import Struct, field

from alignak.model.graph import components, relations
from alignak.model.snapshot import CompiledConfig

Line: TypeAlias = "tuple[str, str]"
"""A level name, ``INFO``, ``WARNING`` or ``ERROR``, and a text."""

MOST_PACKS: Final = 10
"""How many packs of a realm are listed."""

MOST_PACKED: Final = 20
"""How many hosts of a pack are listed."""


class ShownPart(Struct, frozen=True):
    """What one scheduler would look after."""

    part_id: str
    scheduler: str
    realm: str
    hosts: int
    services: int


class Trouble(Struct, frozen=True):
    """What is only found when the hosts are shared out."""

    message: str
    is_error: bool


class Split(Struct, frozen=True):
    """How the hosts would be shared out."""

    parts: tuple[ShownPart, ...] = ()
    schedulers: Mapping[str, int] = field(default_factory=dict)
    """Realm -> how many schedulers share its hosts."""
    troubles: tuple[Trouble, ...] = ()

    @property
    def error_count(self) -> int:
        """Return how many of the troubles keep the configuration from being used."""
        return sum(1 for each in self.troubles if each.is_error)


def splitting(config: CompiledConfig, split: Split) -> Iterator[Line]:
    """Yield the lines of the splitting, in the order of the reference."""
    packs: dict[str, list[list[str]]] = {each.name: [] for each in config.realms}
    for names in components(config.host_realms, relations(config.objects)):
        packs[config.host_realms[names[0]]].append(names)
    schedulers = {name: split.schedulers.get(name, 0) for name in packs}
    yield "INFO", "Splitting configuration..."
    yield "INFO", "Splitting the configuration into parts:"
    for name in packs:
        yield "INFO", f"  {schedulers[name]} scheduler(s) for the realm {name}"
    yield "INFO", f"Splitting the configuration into {len(split.parts)} parts..."
    yield "INFO", "- creating hosts packs for the realms:"
    for name, those in packs.items():
        count = sum(map(len, those))
        yield "INFO", f"  {schedulers[name]} scheduler(s) for the realm {name}"
        yield "INFO", f"  {count} hosts in the realm {name}, distributed in {len(those)} linked packs"
    yield "INFO", f"  total number of hosts in all realms: {len(config.host_realms)}"
    yield from _realms(config, packs)
    yield from _parts(config, split)


def _realms(config: CompiledConfig, packs: Mapping[str, list[list[str]]]) -> Iterator[Line]:
    yield "INFO", "Realms:"
    for each in config.realms:
        those = sorted(packs[each.name], key=lambda names: (-len(names), names))
        count = sum(map(len, those))
        yield "INFO", f" - realm: <Realm {each.name} ({each.level}), {count} hosts, {len(those)} packs/>"
        yield from _packs(those)


def _packs(packs: list[list[str]]) -> Iterator[Line]:
    """Yield the largest packs, each with the first of its hosts."""
    for number, names in enumerate(packs[:MOST_PACKS]):
        more = f",… ({len(names) - MOST_PACKED} more)" if len(names) > MOST_PACKED else ""
        yield "INFO", f"   - pack: {number} / {len(names)} hosts ({','.join(names[:MOST_PACKED])}{more})"
    if len(packs) > MOST_PACKS:
        yield "INFO", f"   - and {len(packs) - MOST_PACKS} smaller packs"


def _parts(config: CompiledConfig, split: Split) -> Iterator[Line]:
    yield "INFO", "Configuration parts:"
    for number, each in enumerate(split.parts):
        name = f"<Config {each.part_id} - {config.settings.config_name} ({number}) />"
        yield "INFO", f"- part: {number} - {name}, {each.hosts} hosts"
        yield "INFO", f"  - scheduler: {each.scheduler}, realm: {each.realm}, {each.services} services"
