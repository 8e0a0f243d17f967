"""How commands answer: text for people, JSON or YAML for programs; exit codes say the rest.

What only some answers need is imported where they are made: a fifth of a second for a command that is done in less.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import ujson

if TYPE_CHECKING:
    from rich.console import Console

FORMATS: Final = ("text", "json", "yaml")

WIDE: Final = 400
"""Columns a table may take where nobody looks at it: what reads it should not find words cut or lines wrapped."""

OK: Final = 0
PROBLEM: Final = 1
"""What was asked about is not well: a daemon is down, a command was refused."""
USAGE: Final = 2
UNREACHABLE: Final = 3
"""Nobody answered."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the choice of the form."""
    parser.add_argument("-o", "--output", choices=FORMATS, default="text", help="form of the answer; default text")


def console() -> Console:
    """Return where text for people goes: plain and as wide as it needs to be when that is no terminal."""
    width = None if sys.stdout.isatty() else WIDE
    make: type[Console] = import_module("rich.console").Console
    return make(width=width, highlight=False, markup=False, emoji=False)


def show(document: Any, form: str, text: Callable[[], object]) -> None:
    """Print a document in the wanted form; ``text`` prints or returns what people read."""
    if form == "json":
        sys.stdout.write(ujson.dumps(document, ensure_ascii=False, escape_forward_slashes=False, indent=1) + "\n")
    elif form == "yaml":
        _dump(document, explicit_start=False)
    else:
        shown = text()
        if isinstance(shown, str):
            print(shown)
        elif shown is not None:
            console().print(shown)
    sys.stdout.flush()


def tell(document: Mapping[str, Any], form: str, text: str) -> None:
    """Print one event of a command that goes on: a line of text or JSON, or a YAML document."""
    if form == "json":
        sys.stdout.write(ujson.dumps(document, ensure_ascii=False, escape_forward_slashes=False) + "\n")
    elif form == "yaml":
        _dump(dict(document), explicit_start=True)
    else:
        sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _dump(document: Any, *, explicit_start: bool) -> None:
    import_module("yaml").safe_dump(
        document, sys.stdout, allow_unicode=True, sort_keys=False, explicit_start=explicit_start
    )


def complain(message: str) -> None:
    """Print what went wrong where complaints go."""
    print(f"alignak: {message}", file=sys.stderr)
