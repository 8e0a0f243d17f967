"""``alignak status``: are the daemons there, how are hosts and services, what is wrong.

The exit code is 0 when every daemon is there and no problem is open, 1 otherwise, 3 when the arbiter does not answer.
"""

from __future__ import annotations

import argparse
import time
from contextlib import suppress
from typing import Final

from msgspec import to_builtins

from alignak.cli import asking, live, output, overview
from alignak.cli.asking import Asker

REFRESH: Final = 2.0
"""Seconds between two looks of ``--watch``."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    asking.add_arguments(parser)
    parser.add_argument("-w", "--watch", action="store_true", help="look again and again, until Ctrl-C")


def run(given: argparse.Namespace) -> int:
    """Show how the installation is."""
    asker = Asker.from_arguments(given)
    if given.watch:
        return watch(asker, given.output)
    return show(asker, given.output)


def show(asker: Asker, form: str) -> int:
    """Show it once."""
    found = overview.gather(asker)
    output.show(to_builtins(found), form, lambda: live.status(found))
    return output.OK if found.is_well else output.PROBLEM


def watch(asker: Asker, form: str) -> int:
    """Show it again and again until Ctrl-C; programs are given one document after the other."""
    with suppress(KeyboardInterrupt):
        if form == "text":
            live.watch(lambda: live.status(overview.gather(asker)), REFRESH)
        while True:
            output.tell(to_builtins(overview.gather(asker)), form, "")
            time.sleep(REFRESH)
    return output.OK
