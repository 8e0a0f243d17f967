"""Checks done without a poller: the engine answers them itself (engine.md 4.12).

``checks`` looks a command up in ``INTERNAL`` before it orders anything. What is said to be chosen at random is chosen
by a hash of the object's name and of the time: the same events give the same states.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b
from itertools import accumulate
from typing import Final, TypeAlias

from alignak.engine.business_rules import result_of
from alignak.engine.leaves import COMMAND
from alignak.engine.macros import expand
from alignak.engine.state import Item
from alignak.engine.turn import Turn
from alignak.engine.underway import Result
from alignak.model.objects import CommandCall
from alignak.model.states import FROM_EXIT_CODE, STATE_IDS, Kind, StateType

Check: TypeAlias = Callable[[Turn, Item, CommandCall], Result]

WEIGHTS: Final[Mapping[int, tuple[float, ...]]] = {
    1: (1.0,),
    2: (0.8, 0.2),
    3: (0.7, 0.2, 0.1),
    4: (0.6, 0.2, 0.1, 0.1),
    5: (0.4, 0.2, 0.2, 0.1, 0.1),
}
"""How likely each of so many states is, in their order; more than that are equally likely."""

OUTPUT: Final[Mapping[Kind, str]] = {
    Kind.HOST: "Host internal check result: %d",
    Kind.SERVICE: "Service internal check result: %d",
}

UNKNOWN: Final = 3
"""What stands for a state that is none."""


def assume_up(turn: Turn, _item: Item, _call: CommandCall | None = None) -> Result:
    """Answer that all is well."""
    return Result(0, "Host assumed to be UP", turn.now.wall)


def _echo(turn: Turn, item: Item, _call: CommandCall) -> Result:
    """Answer what is known already."""
    code = STATE_IDS[item.kind][item.own_state]
    return Result(code, item.state.output, turn.now.wall, item.state.long_output, item.state.perf_data)


def _told(turn: Turn, item: Item, call: CommandCall) -> Result:
    """Answer one of the states the call gives; an object that is still soft keeps its state, so that it settles."""
    texts = [expand(turn.world, item, each, turn.now) if "$" in each else each for each in call.arguments[:2]]
    codes = [_code(item.kind, each) for each in (texts[0] if texts else "0").split(",")]
    is_settling = len(codes) > 1 and item.state.state_type is StateType.SOFT
    code = item.state_id if is_settling else chosen(codes, _chance(turn, item))
    output = (texts[1] if len(texts) > 1 else OUTPUT[item.kind]).replace("%d", str(code))
    return Result(code, output, turn.now.wall, output)


def _code(kind: Kind, text: str) -> int:
    text = text.strip()
    code = int(text) if text.isascii() and text.isdecimal() and len(text) == 1 else UNKNOWN
    return code if code in FROM_EXIT_CODE[kind] else UNKNOWN


def chosen(codes: list[int], chance: float) -> int:
    """Return the code that a number from 0 to 1 falls on, when each has its weight."""
    weights = WEIGHTS.get(len(codes)) or (1 / len(codes),) * len(codes)
    return next((code for code, top in zip(codes, accumulate(weights), strict=True) if chance < top), codes[0])


def _chance(turn: Turn, item: Item) -> float:
    digest = blake2b(f"{item.key} {turn.now.wall!r}".encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / float(1 << 48)


INTERNAL: Final[Mapping[str, Check]] = {
    "_internal_host_up": assume_up,
    "_echo": _echo,
    "_internal_host_check": _told,
    "_internal_service_check": _told,
    COMMAND: result_of,
}
"""Check commands that are answered here."""
