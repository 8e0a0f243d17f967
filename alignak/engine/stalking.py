"""Outputs that are logged when they say something else, though the state is the same (``stalking_options``).

``checks`` asks before it keeps a result's output, and logs when the result made no alert by itself.
"""

from __future__ import annotations

from typing import Final

from alignak.engine.state import Item
from alignak.model.states import LETTERS

ALL: Final = "a"
NONE: Final = "n"


def is_news(item: Item, name: str, output: str) -> bool:
    """Tell whether a result that says state ``name`` says in other words what is known, and the words are wanted."""
    state, options = item.state, item.policy.stalking_options
    if state.state != name or state.output == output or NONE in options:
        return False
    return LETTERS[item.kind][name] in options or ALL in options
