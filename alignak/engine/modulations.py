"""What is different while a time period lasts (configuration.md 3.10): results, commands, macros, business impact.

``checks``, ``macro_lookup`` and ``business_rules`` ask; ``engine`` calls ``on_due`` when a period that changes a
business impact begins or ends. Who has modulations asks them in the order in which the object names them; what is not
modulated costs its asker one look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeVar

from alignak.engine.state import Item, World
from alignak.engine.turn import Turn
from alignak.engine.wheel import Timer
from alignak.model.calls import CommandCall
from alignak.model.modulations import BusinessImpactModulation, CheckModulation, MacroModulation, ResultModulation

CRITICAL: Final = 2
UNREACHABLE: Final = 4

Modulation = TypeVar("Modulation", BusinessImpactModulation, CheckModulation, MacroModulation, ResultModulation)


def exit_code(world: World, item: Item, code: int, at: float) -> int:
    """Return what an exit code becomes: each modulation takes what the one before it made; what is no code is bad."""
    for each in _in_force(world, world.resultmodulations, item.policy.resultmodulations, at):
        if each.exit_code_modulation is not None and code in each.exit_codes_match:
            code = each.exit_code_modulation
    return code if 0 <= code <= UNREACHABLE else CRITICAL


def check_command(world: World, item: Item, at: float) -> CommandCall | None:
    """Return the command an object is checked with: that of the first modulation in force, or its own."""
    for each in _in_force(world, world.checkmodulations, item.policy.checkmodulations, at):
        return each.check_command
    return item.spec.check_command


def custom(world: World, item: Item, name: str, at: float) -> str | None:
    """Return what the first modulation in force that has a custom variable gives it; None when none has it."""
    for each in _in_force(world, world.macromodulations, item.policy.macromodulations, at):
        if name in each.customs:
            return each.customs[name]
    return None


def customs(world: World, item: Item, at: float) -> dict[str, str]:
    """Return the custom variables that the modulations in force give an object."""
    found = _in_force(world, world.macromodulations, item.policy.macromodulations, at)
    return {name: value for each in reversed(list(found)) for name, value in each.customs.items()}


def _in_force(world: World, known: Mapping[str, Modulation], names: Iterable[str], at: float) -> Iterator[Modulation]:
    """Yield the modulations named whose period is active."""
    for name in names:
        found = known.get(name)
        if found is not None and world.calendars.is_open(found.period, at):
            yield found


# Business impact ------------------------------------------------------------------------------------------------


def watch(turn: Turn, item: Item) -> None:
    """Give an object the business impact of now, and look again when one of the periods begins or ends."""
    names = item.policy.business_impact_modulations
    before, at = item.modulated_impact, turn.now.wall
    world = turn.world
    found = next(_in_force(world, world.businessimpactmodulations, names, at), None)
    item.modulated_impact = None if found is None else found.business_impact
    if item.modulated_impact != before:
        for each in (item, *item.sources):
            turn.updated(each)
    changes = [
        change
        for name in names
        if (known := world.businessimpactmodulations.get(name)) is not None
        and (change := world.calendars.next_change(known.period, at)) is not None
    ]
    if changes:
        turn.wheel.set(Timer.BUSINESS_IMPACT, item.key, turn.now.mono_of(min(changes)))
    else:
        turn.wheel.cancel(Timer.BUSINESS_IMPACT, item.key)


def on_due(turn: Turn, item: Item) -> None:
    """Look at the periods again."""
    watch(turn, item)
