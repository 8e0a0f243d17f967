"""``alignak loglevel``: show how much the daemons log, and make one tell more, or less, for a while."""

from __future__ import annotations

import argparse
from typing import Any, Final

from msgspec import Struct, to_builtins
from rich.table import Table

from alignak.api.common import LogLevel, SetLogLevel
from alignak.base.errors import BadRequestError, LinkError
from alignak.cli import asking, output, overview
from alignak.cli.asking import Asker
from alignak.model.topology import Role
from alignak.system.logs import LEVELS


class Level(Struct, frozen=True):
    """How much one daemon logs."""

    daemon: str
    type: str
    uri: str
    level: str
    """Empty when the daemon does not answer."""
    problem: str = ""


UNKNOWN: Final = "?"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    asking.add_arguments(parser)
    parser.add_argument("daemon", nargs="?", default="", help="name of a daemon; all of them when left out")
    parser.add_argument("level", nargs="?", default="", type=str.upper, choices=("", *LEVELS), help="the new level")
    parser.add_argument(
        "--for",
        dest="seconds",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="bring the old one back then",
    )


def run(given: argparse.Namespace) -> int:
    """Show or change levels; return 1 when a daemon does not answer."""
    asker = Asker.from_arguments(given)
    everybody = overview.links(asker)
    links = [each for each in everybody if given.daemon in ("", each["name"])]
    if not links:
        names = ", ".join(each["name"] for each in everybody)
        raise BadRequestError(f"no daemon is named {given.daemon!r}; there are: {names}")
    request = SetLogLevel(given.level, given.seconds) if given.level else None
    levels = [level_of(asker, link, request) for link in links]
    output.show([to_builtins(each) for each in levels], given.output, lambda: table(levels))
    return output.PROBLEM if any(each.problem for each in levels) else output.OK


def level_of(asker: Asker, link: dict[str, Any], request: SetLogLevel | None) -> Level:
    """Ask a daemon for its level, or change it; one that does not answer is told of."""
    role = Role(link["type"])
    one = asker.other(link["uri"], role)
    try:
        found: LogLevel = one.ask("set_log_level", request) if request else one.ask("get_log_level")
    except LinkError as error:
        return Level(link["name"], role.value, link["uri"], "", asking.reason(error))
    return Level(link["name"], role.value, link["uri"], found.log_level_name)


def table(levels: list[Level]) -> Table:
    """Return the levels for people."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("DAEMON", "TYPE", "LEVEL", "ADDRESS", ""):
        shown.add_column(title)
    for each in levels:
        shown.add_row(each.daemon, each.type, each.level or UNKNOWN, each.uri, each.problem)
    return shown
