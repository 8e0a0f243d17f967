"""The words of a plugin, as ``getopt_long`` reads them: bundled letters, abbreviated names, options after operands."""

from __future__ import annotations

import getopt
from collections.abc import Mapping, Sequence
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

    The first of the names is what the option is reported under. Raises Unsupported for any other option, and for one
    without its value.
    """
    first = {name: names.split()[0] for names in known for name in names.split()}
    names_of = [(name, bool(known[names])) for names in known for name in names.split()]
    short = "".join(name[1] + ":" * takes for name, takes in names_of if _is_short(name))
    long = [name[2:] + "=" * takes for name, takes in names_of if not _is_short(name)]
    try:
        options, operands = getopt.gnu_getopt(list(words), short, long)
    except getopt.GetoptError as error:
        raise Unsupported(error.msg) from None
    return Given(tuple((first[name], value) for name, value in options), tuple(operands))


def _is_short(name: str) -> bool:
    return not name.startswith("--")


def number(option: str, text: str) -> int:
    """Return a whole number that an option was given. Raises Unsupported."""
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise Unsupported(f"{option} {text}")
    return int(text)
