"""``alignak config``: explain a configuration, and compare it.

``config show`` lists what there is, ``config show host/web-1`` says where each of its values comes from.
``config diff`` compares the files with what runs, or with other files, and says what a reload would touch; like
``diff`` it ends with 0 when both say the same, 1 when they differ, 2 or more when that cannot be told.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Final

from alignak.cli import asking, differing, showing
from alignak.cli.verify import default_environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    default = default_environment()
    parser.add_argument("action", choices=tuple(ACTIONS), help="show: explain one object; diff: compare configurations")
    parser.add_argument(
        "name",
        nargs="?",
        default="",
        metavar="NAME",
        help="show: host/web-1, service/web-1/http, web-1/http, contact/bob, host/generic-host ...; a type lists its"
        " objects; without it, all types",
    )
    parser.add_argument(
        "-e", "--environment", default=default, metavar="ALIGNAK_INI", help=f"environment file, default {default}"
    )
    parser.add_argument(
        "-a", "--arbiter", action="append", default=[], metavar="CFG", help="one more object file; may be repeated"
    )
    parser.add_argument(
        "--against", default="", metavar="OTHER_INI", help="diff: compare with these files, not with what runs"
    )
    asking.add_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """Do what is asked."""
    return ACTIONS[given.action](given)


ACTIONS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = {"show": showing.run, "diff": differing.run}
