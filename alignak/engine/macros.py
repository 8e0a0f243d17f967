"""Macros expanded: from a command of the configuration to what is run (engine.md 4.14).

``checks`` calls ``check_order_words``, ``handlers`` calls ``action_words`` for everything a reactionner runs;
``expand`` is for texts that nobody runs, ``preview`` for people who ask what would be run. Most checks run the same
words again and again: they stay with the object.

A value of the configuration becomes part of the command's text before it is split into words, and macros in it are
expanded in turn. A run-time value is put in afterwards, by ``shellwords``, as it is: nothing in it is a macro, a quote
or an operator. A shell is used when the command line, the arguments of the call or a global macro ask for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from msgspec import Struct

from alignak.base.clock import Instant
from alignak.engine import macro_lookup, shellwords
from alignak.engine.macro_table import (
    HOST_MACROS,
    ITEM_MACROS,
    NOTIFICATION_MACROS,
    SERVICE_MACROS,
    TIME_MACROS,
    WORLD_MACROS,
    NotificationMacros,
    Origin,
    Scope,
)
from alignak.engine.shellwords import RunTimeText
from alignak.engine.state import Item, World
from alignak.engine.underway import Expanded, Words
from alignak.model.objects import CommandCall, Contact

__all__ = ("NotificationMacros", "Words", "action_words", "check_order_words", "expand", "preview")

DEEPEST: Final = 32
"""How deep macros may stand in the values of macros."""

MOST: Final = 1000
"""How many macros one text may come to."""


def check_order_words(world: World, item: Item, call: CommandCall, now: Instant) -> Words:
    """Return what is run to check an object."""
    known = item.expanded
    if known is not None and _is_current(known, item, call):
        return known.words
    words, is_lasting = _words(Scope(world, item, now, call))
    host = item.host
    item.expanded = Expanded(words, call, item.spec, item.policy, host.spec, host.policy) if is_lasting else None
    return words


def _is_current(known: Expanded, item: Item, call: CommandCall) -> bool:
    """Tell whether a command is still what it was expanded to: what commands change is another record then."""
    host = item.host
    return (
        known.call is call
        and known.spec is item.spec
        and known.policy is item.policy
        and known.host_spec is host.spec
        and known.host_policy is host.policy
        and not (item.state.changed_customs or host.state.changed_customs)
    )


def action_words(  # noqa: PLR0917 - what a notification is made of, in order
    world: World,
    item: Item,
    call: CommandCall,
    now: Instant,
    notification: NotificationMacros | None = None,
    contact: Contact | None = None,
) -> Words:
    """Return what is run to tell a contact of an object, or to handle an event of it."""
    return _words(Scope(world, item, now, call, notification, contact))[0]


def expand(
    world: World,
    item: Item,
    text: str,
    now: Instant,
    *,
    notification: NotificationMacros | None = None,
    contact: Contact | None = None,
) -> str:
    """Return a text that nobody runs with its macros expanded; run-time values stand in it as they are."""
    scope = Scope(world, item, now, None, notification, contact)
    return "".join(piece.text for piece in _expanded(scope, text, Origin.COMMAND, (), _Progress()))


def _words(scope: Scope) -> tuple[Words, bool]:
    """Return a command ready to be ordered, and whether it stays the same while the configuration does."""
    world, call = scope.world, scope.call
    assert call is not None
    command = world.commands.get(call.name)
    progress = _Progress()
    line = call.name if command is None else command.line
    text, values, asks_for_shell = _marked(_expanded(scope, line, Origin.COMMAND, (), progress))
    is_program = command is None or command.module_type == "fork"
    placed = shellwords.place(
        text, values, shell=is_program and asks_for_shell, illegal=world.settings.illegal_macro_output_chars
    )
    wants_all = world.settings.enable_environment_macros or (command is not None and command.enable_environment_macros)
    environment = _environment(scope) if wants_all else {}
    words = Words(placed.argv, placed.shell, {**environment, **placed.environment})
    return words, progress.is_lasting and not wants_all


class _Piece(Struct, frozen=True):
    text: str
    origin: Origin
    macro: str = ""


def _marked(pieces: Iterator[_Piece]) -> tuple[str, list[RunTimeText], bool]:
    """Return pieces as one text with a mark for each run-time value, the values, and whether a shell is asked for."""
    texts: list[str] = []
    values: list[RunTimeText] = []
    asks_for_shell = False
    for piece in pieces:
        if piece.origin is Origin.RUNTIME:
            texts.append(shellwords.mark(len(values)))
            values.append(RunTimeText(piece.macro, shellwords.bounded(piece.text)))
        else:
            texts.append(piece.text.replace("\0", ""))
            asks_for_shell = asks_for_shell or (piece.origin is Origin.COMMAND and shellwords.needs_shell(piece.text))
    return "".join(texts), values, asks_for_shell


# Expansion ------------------------------------------------------------------------------------------------------

_PASSING: Final = (Origin.COMPUTED, Origin.RUNTIME)
"""Where values come from that are others the next time."""

_MACRO: Final = re.compile(r"\$(?:\$|([A-Za-z0-9_][\w.-]*(?::[^$\n]*)?)\$)")


@lru_cache(maxsize=4096)
def _divided(text: str) -> tuple[tuple[str, str], ...]:
    """Return a text as pairs of plain text and the name of the macro after it."""
    pairs: list[tuple[str, str]] = []
    start = 0
    for found in _MACRO.finditer(text):
        plain = text[start : found.start()]
        pairs.append((plain, found[1]) if found[1] else (f"{plain}$", ""))
        start = found.end()
    pairs.append((text[start:], ""))
    return tuple(pairs)


class _Progress(Struct):
    """How far the expansion of one text has come."""

    left: int = MOST
    """How many more macros may be expanded."""
    is_lasting: bool = True
    """Whether all values so far are of the configuration."""


def _expanded(
    scope: Scope, text: str, origin: Origin, inside: tuple[str, ...], progress: _Progress
) -> Iterator[_Piece]:
    """Yield a text in pieces, each with where it comes from; macros in trusted values are expanded too.

    ``inside`` names the macros whose value this is. A macro that holds itself, stands too deep or is one too many
    becomes nothing.
    """
    for plain, name in _divided(text):
        if plain:
            yield _Piece(plain, origin)
        if not name or name in inside or len(inside) >= DEEPEST or progress.left <= 0:
            continue
        progress.left -= 1
        found = macro_lookup.find(scope, name)
        if found.origin in _PASSING:
            progress.is_lasting = False
        if found.origin is Origin.RUNTIME:
            yield _Piece(found.text, Origin.RUNTIME, name)
        elif "$" in found.text:
            yield from _expanded(scope, found.text, found.origin, (*inside, name), progress)
        else:
            yield _Piece(found.text, found.origin)


# Preview --------------------------------------------------------------------------------------------------------

_OF_THE_MOMENT: Final = frozenset(
    (*HOST_MACROS, *SERVICE_MACROS, *ITEM_MACROS, *NOTIFICATION_MACROS, *TIME_MACROS, *WORLD_MACROS)
)
"""The macros that a running engine gives values to, but for those whose value is written in the configuration."""


class _Looking(Struct):
    """How a text is looked at."""

    show: Callable[[str, str], str]
    is_now: bool
    unknown: dict[str, None]


def preview(scope: Scope, text: str, show: Callable[[str, str], str], *, is_now: bool = False) -> tuple[str, list[str]]:
    """Return a text with what the configuration says of its macros in their places, and the macros nothing provides.

    What another moment decides stays as it is written, unless ``is_now``. ``show`` is given the name and value of each
    macro and returns what is to be seen of it.
    """
    looking = _Looking(show, is_now, {})
    found = "".join(_previewed(scope, text, looking, (), _Progress()))
    return found, list(looking.unknown)


def _previewed(
    scope: Scope, text: str, looking: _Looking, inside: tuple[str, ...], progress: _Progress
) -> Iterator[str]:
    for plain, name in _divided(text):
        yield plain
        if not name or name in inside or len(inside) >= DEEPEST or progress.left <= 0:
            continue
        progress.left -= 1
        found = macro_lookup.find(scope, name)
        is_passing = found.origin in _PASSING and name.partition(":")[0] in _OF_THE_MOMENT
        if not looking.is_now and (is_passing or found is macro_lookup.NOT_AVAILABLE):
            yield f"${name}$"
            continue
        if found is macro_lookup.NOTHING or (name[0] == "_" and not found.text):
            looking.unknown[name] = None
        seen = looking.show(name, found.text)
        if seen == found.text and "$" in seen and found.origin is not Origin.RUNTIME:
            yield from _previewed(scope, seen, looking, (*inside, name), progress)
        else:
            yield seen


# Environment ----------------------------------------------------------------------------------------------------


def _environment(scope: Scope) -> dict[str, str]:
    """Return the macros of the objects at hand as environment variables; USERn and other global ones are not told."""
    prefix = scope.world.settings.env_variables_prefix
    return {f"{prefix}{name}": shellwords.bounded(value) for name, value in macro_lookup.of_objects(scope)}
