"""What business rules say while they run, and in which words (configuration.md 3.9).

``internals`` calls ``result_of`` when the check of one is due, ``settling`` when something it is about has changed. A
rule that begins with a macro is read again whenever its macros come to something else.
"""

from __future__ import annotations

import re
from typing import Final

from alignak.base.ids import ObjectKey
from alignak.engine.leaves import rule_state
from alignak.engine.macros import expand
from alignak.engine.rule_leaves import Finder
from alignak.engine.state import Item
from alignak.engine.turn import Turn
from alignak.engine.underway import Result
from alignak.model.calls import CommandCall
from alignak.model.rules import BusinessRule, Malformed, leaves, parse
from alignak.model.states import GOOD

UNKNOWN: Final = 3

MOST_TEXT: Final = 100_000
"""How many characters a rule may have once its macros are in their places."""

ALL_GOOD: Final = "all checks were successful."

_REPEATED: Final = re.compile(r"\$\((.*)\)\$", re.DOTALL)
"""What an output template says of each leaf that is not good."""


def result_of(turn: Turn, owner: Item, call: CommandCall) -> Result:
    """Return what the rule of an object says now; UNKNOWN, with the reason, when it cannot be read."""
    try:
        code = _code(turn, owner, call)
    except Malformed as error:
        text = f"Error while re-evaluating business rule: {error}"
        return Result(UNKNOWN, text, turn.now.wall, text)
    text = output_of(turn, owner)
    return Result(code, text, turn.now.wall, text)


def _code(turn: Turn, owner: Item, call: CommandCall) -> int:
    world = turn.world
    text = "!".join(call.arguments)
    known = world.rules.get(owner.key)
    if known is None or known.text != text or known.is_dynamic:
        rule = _read(turn, owner, text, known)
        if rule is not known:
            world.rules[owner.key] = rule
            world.join_rules()
    code = rule_state(world, owner)
    assert code is not None
    return code


def _read(turn: Turn, owner: Item, text: str, known: BusinessRule | None) -> BusinessRule:
    """Return the rule a text means, with its macros in their places; the known one when it says the same."""
    world = turn.world
    expanded = expand(world, owner, text, turn.now) if "$" in text else text
    if known is not None and known.text == text and known.expanded == expanded:
        return known
    if len(expanded) > MOST_TEXT:
        raise Malformed(f"it has more than {MOST_TEXT} characters")
    tree = parse(expanded, Finder(world, owner))
    return BusinessRule(owner.key, tree, text, text.lstrip()[:1] == "$", expanded)


def output_of(turn: Turn, owner: Item) -> str:
    """Return the output of a rule: its template, with what ``$( )$`` holds repeated for each leaf that is not good."""
    template = owner.policy.business_rule_output_template
    if not template:
        return ""
    world, now = turn.world, turn.now
    match = _REPEATED.search(template)
    if match is None:
        found = expand(world, owner, template, now)
    else:
        before, after = template[: match.start()], template[match.end() :]
        parts = (expand(world, owner, before, now), _leaves(turn, owner, match[1]), expand(world, owner, after, now))
        found = "".join(parts)
    return found.strip()[: world.settings.max_plugins_output_length]


def _leaves(turn: Turn, owner: Item, template: str) -> str:
    """Return what the template says of the leaves that are not good; an output with macros in it is not read again."""
    world = turn.world
    keys: dict[ObjectKey, None] = dict.fromkeys(leaves(world.rules[owner.key].tree))
    bad = [item for key in keys if (item := world.items.get(key)) and item.state.last_hard_state not in GOOD]
    return "".join(expand(world, each, template, turn.now) for each in bad) if bad else ALL_GOOD
