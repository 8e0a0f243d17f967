"""The words of a plugin, as ``getopt_long`` reads them: bundled letters, abbreviated names, options after operands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from alignak.execution.standins.standin import Unsupported


class Given(NamedTuple):
    """What the words say."""

    options: tuple[tuple[str, str], ...]
    """Option, under its first name, and its value, in the order given; the value is empty for one that takes none."""
    operands: tuple[str, ...]
    """The words that belong to no option."""


def given(words: Sequence[str], known: Mapping[str, str]) -> Given:
    """Read words; ``known`` has the names of an option, as ``-H --hostname``, -> what its value is, or nothing.

    A value that ends in ``?`` may be missing: then it is only what stands in the same word. The first of the names is
    what the option is reported under. Raises Unsupported for any other option, and for one without its value.
    """
    options = _options(tuple(known.items()))
    found: list[tuple[str, str]] = []
    operands: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            operands += rest
        elif word.startswith("--"):
            found.append(_long(word, rest, options))
        elif word.startswith("-") and word != "-":
            found += _letters(word, rest, options)
        else:
            operands.append(word)
    return Given(tuple(found), tuple(operands))


class _Option(NamedTuple):
    """What is known of an option."""

    name: str
    has_value: bool
    is_optional: bool


@lru_cache(maxsize=128)
def _options(known: tuple[tuple[str, str], ...]) -> Mapping[str, _Option]:
    """Return the options by each of their names: made once a plugin, not once a check."""
    return {
        name: _Option(names.split()[0], bool(value), value.endswith("?"))
        for names, value in known
        for name in names.split()
    }


def _long(word: str, rest: Iterator[str], options: Mapping[str, _Option]) -> tuple[str, str]:
    """Return the option of a word such as ``--name=value``, whose name may be the begin of one only."""
    name, equals, value = word.partition("=")
    option = options.get(name)
    if option is None:
        meant = {each for known, each in options.items() if known.startswith(name) and known.startswith("--")}
        if len(meant) != 1:
            raise Unsupported(f"option {name}")
        (option,) = meant
    if equals and not option.has_value:
        raise Unsupported(f"option {word}, which takes no value")
    return option.name, value if equals or not option.has_value or option.is_optional else _value(option, rest)


def _letters(word: str, rest: Iterator[str], options: Mapping[str, _Option]) -> Iterator[tuple[str, str]]:
    """Yield the options of a word such as ``-abc``: the first that takes a value ends it."""
    for at, letter in enumerate(word[1:], 2):
        option = options.get(f"-{letter}")
        if option is None:
            raise Unsupported(f"option -{letter}")
        if option.has_value:
            yield option.name, word[at:] or ("" if option.is_optional else _value(option, rest))
            return
        yield option.name, ""


def _value(option: _Option, rest: Iterator[str]) -> str:
    value = next(rest, None)
    if value is None:
        raise Unsupported(f"option {option.name} without its value")
    return value


def number(option: str, text: str) -> int:
    """Return a whole number that an option was given. Raises Unsupported."""
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise Unsupported(f"{option} {text}")
    return int(text)
