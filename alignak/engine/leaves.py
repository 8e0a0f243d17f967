"""How hosts and services count in business rules, and what of them makes a rule bad (configuration.md 3.9).

``business_rules`` works rules out with these; macros, stages and documents ask what a rule says or suffers from. The
states used are the last hard ones.
"""

from __future__ import annotations

from typing import Final

from alignak.base.ids import ObjectKey
from alignak.engine.rules import CRITICAL, GOOD, state_of
from alignak.engine.state import Item, World
from alignak.model.states import DOWN, FROM_EXIT_CODE, STATE_IDS, UNREACHABLE, Kind

COMMAND: Final = "bp_rule"
"""The check command of what is a business rule."""

NOT_KNOWN: Final = 3
"""How a leaf counts that is not looked after here."""


def value_of(item: Item) -> int:
    """Return how an object counts: as good while somebody takes care of it, DOWN as CRITICAL."""
    state = item.state
    if state.acknowledgement is not None or item.downtime_depth:
        return GOOD
    name = state.last_hard_state
    return CRITICAL if name == DOWN else STATE_IDS[item.kind][name]


def rule_state(world: World, owner: Item) -> int | None:
    """Return what the business rule of an object says now; None when it has none."""
    rule = world.rules.get(owner.key)
    if rule is None:
        return None
    items = world.items

    def look(key: ObjectKey) -> int:
        item = items.get(key)
        return NOT_KNOWN if item is None else value_of(item)

    return state_of(rule.tree, look)


def state_name(world: World, item: Item) -> str:
    """Return the present state of an object; of a business rule what it says now."""
    call = item.spec.check_command
    code = rule_state(world, item) if item.leaves and call is not None and call.name == COMMAND else None
    return item.state_name if code is None else FROM_EXIT_CODE[item.kind][code]


def sources(owner: Item) -> tuple[Item, ...]:
    """Return the hard problems a business rule suffers from: those behind its leaves, in the rules it holds too."""
    found: dict[ObjectKey, Item] = {}
    seen: dict[ObjectKey, None] = {owner.key: None}
    left = list(reversed(owner.leaves))
    while left:
        each = left.pop()
        if each.key in seen:
            continue
        seen[each.key] = None
        if each.leaves:
            left.extend(reversed(each.leaves))
        elif each.is_problem:
            found.update((above.key, above) for above in _causes(each))
    return tuple(found.values())


def _causes(leaf: Item) -> tuple[Item, ...]:
    """Return the problem a leaf is, or those that make it UNREACHABLE."""
    if leaf.state.state != UNREACHABLE:
        return (leaf,)
    above = leaf.parents if leaf.kind is Kind.HOST else (leaf.host,)
    bad = tuple(each for each in above if each.is_problem)
    return bad if bad and len(bad) == len(above) else (leaf,)


def are_handled(owner: Item) -> bool:
    """Tell whether somebody takes care of every problem a business rule suffers from; there is at least one."""
    counts_downtimes = owner.policy.business_rule_downtime_as_ack
    found = sources(owner)
    return bool(found) and all(_is_handled(each, counts_downtimes=counts_downtimes) for each in found)


def _is_handled(item: Item, *, counts_downtimes: bool) -> bool:
    if item.state.acknowledgement is not None:
        return True
    return counts_downtimes and (item.downtime_depth > 0 or item.host.downtime_depth > 0)
