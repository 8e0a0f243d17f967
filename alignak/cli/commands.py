"""``alignak command``: give external commands to a running installation (external-commands.md 5.1)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct, to_builtins

from alignak.api.arbiter import CommandAnswer, CommandFate, CommandRequest, FateRequest
from alignak.base.errors import PeerAnswerError
from alignak.cli import asking, output
from alignak.cli.asking import Asker

STDIN: Final = "-"

SERVER_ERROR: Final = 500
"""From this status on, an answer says nothing of the command: the daemon has a problem of its own."""

WORDS: Final = {"accepted": "OK  ", "waiting": "WAIT", "refused": "ERR "}


class Given(Struct, frozen=True):
    """What became of one command."""

    line: str
    state: str
    """``accepted``, ``waiting`` (for its scheduler) or ``refused``."""
    reason: str = ""
    id: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    asking.add_arguments(parser)
    parser.add_argument(
        "lines",
        nargs="+",
        metavar="LINE",
        help="a command such as 'DISABLE_HOST_CHECK;srv-1', in quotes; may be repeated; - reads stdin",
    )


def run(given: argparse.Namespace) -> int:
    """Give the commands, say what became of each, and return 1 when one of them was refused."""
    asker = Asker.from_arguments(given)
    found = [give(asker, line) for line in wanted(given.lines, sys.stdin)]
    output.show([to_builtins(each) for each in found], given.output, lambda: "\n".join(map(described, found)) or None)
    return output.PROBLEM if any(each.state == "refused" for each in found) else output.OK


def wanted(arguments: Iterable[str], stdin: Iterable[str]) -> Iterator[str]:
    """Yield the commands of a command line, those on standard input where ``-`` stands."""
    for argument in arguments:
        for line in stdin if argument == STDIN else (argument,):
            if line.strip():
                yield line.strip()


def give(asker: Asker, line: str) -> Given:
    """Give one command and return what became of it."""
    try:
        answer: CommandAnswer = asker.ask("command", CommandRequest(command=line))
    except PeerAnswerError as error:
        if error.peer_status >= SERVER_ERROR:
            raise
        return Given(line, "refused", asking.reason(error))
    fate: CommandFate = asker.ask("command_fate", FateRequest(answer.id))
    return Given(line, fate.state, fate.reason, answer.id)


def described(given: Given) -> str:
    """Return what became of a command as a line for people."""
    why = "no scheduler answered yet; it is kept and delivered" if given.state == "waiting" else given.reason
    return f"{WORDS[given.state]} {given.line}" + (f": {why}" if why else "")
