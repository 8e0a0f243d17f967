"""The last notifications of an object: who was told, who was not, and why.

``telling`` notes each as it went; ``explain`` shows them. They are kept with the state, so that a restart forgets none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from alignak.engine.stages import Message
from alignak.engine.state import Notice
from alignak.engine.turn import Turn
from alignak.engine.underway import Veto

KEPT: Final = 10
"""How many notifications an object remembers."""

MOST_NAMES: Final = 50
"""How many contacts, and how many vetoes, each names at most."""


def note(turn: Turn, message: Message, told: Sequence[tuple[str, str]]) -> None:
    """Remember a notification; ``told`` has contact and way of whom it reached.

    One that reached nobody, for the same reasons as the one before it, is that one tried again.
    """
    item = message.item
    notice = Notice(
        at=turn.now.wall,
        type=message.type.value,
        number=message.number,
        state=item.state_name,
        told=tuple(told[:MOST_NAMES]),
        vetoes=item.vetoes[:MOST_NAMES],
        is_escalated=message.is_escalated,
    )
    kept = item.state.notices
    if kept and _is_repeat(kept[-1], notice):
        notice = replace(notice, times=kept[-1].times + 1)
        kept = kept[:-1]
    item.state.notices = (*kept[-(KEPT - 1) :], notice)
    turn.changed(item)


def _is_repeat(last: Notice, now: Notice) -> bool:
    """Tell whether a notification is the last one once more, in vain."""
    if last.told or now.told or (last.type, last.state) != (now.type, now.state):
        return False
    return _stages(last.vetoes) == _stages(now.vetoes)


def _stages(vetoes: Sequence[Veto]) -> list[tuple[str, str]]:
    return [(each.stage, each.contact) for each in vetoes]
