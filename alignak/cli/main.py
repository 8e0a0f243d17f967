"""``alignak``: the program for people. One table says which commands there are; each is a module of this room.

With an environment file as its only argument it is the historical tool of that name (``exports``).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from typing import Final, NamedTuple, Protocol, cast

from alignak import __version__
from alignak.base.errors import (
    AlignakError,
    BadRequestError,
    ConfigurationError,
    PeerTimeoutError,
    PeerUnreachableError,
)
from alignak.cli import exports, output

INTERRUPTED: Final = 130
"""What a shell makes of a program that Ctrl-C ended."""


class Command(NamedTuple):
    """One command: what it does, and the module that does it."""

    help: str
    module: str


class Module(Protocol):
    """What the module of a command offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add what the command takes."""

    def run(self, given: argparse.Namespace) -> int:
        """Do it and return the exit code."""


COMMANDS: Final[Mapping[str, Command]] = {
    "demo": Command("watch this machine and a simulated site; break and mend parts of the site", "demo"),
    "up": Command("run an installation in this terminal until Ctrl-C", "up"),
    "status": Command("show daemons, states and open problems; exit code 0 when all is well", "status"),
    "verify": Command("check a configuration and show everything that is wrong with it", "verify"),
    "import": Command("turn a Nagios, Naemon or Shinken configuration into one for Alignak", "importing"),
    "config": Command("show where each value of an object comes from; compare files with what runs", "config"),
    "explain": Command("say of a host, service or contact how it is and why, who was told, what comes next", "explain"),
    "simulate": Command("show what would follow if a host or service had some results", "simulate"),
    "check": Command("run the check of a host or service now and show what it says", "check"),
    "command": Command("give external commands: downtimes, acknowledgements, passive results ...", "commands"),
    "loglevel": Command("show how much the daemons log, or change it for a while", "loglevel"),
    "key": Command("make, list and revoke operator keys", "keys"),
}
"""Only the module of the command that is asked for is imported: the others would cost its user time."""

EXIT_CODES: Final[Mapping[type[AlignakError], int]] = {
    PeerUnreachableError: output.UNREACHABLE,
    PeerTimeoutError: output.UNREACHABLE,
    BadRequestError: output.USAGE,
}
"""What an error of a kind ends with; every other one is a problem."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``alignak`` and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if words and words[0] in COMMANDS:
            return run_command(words[0], words[1:])
        return historical(words)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # who reads the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return output.OK


def run_command(name: str, words: Sequence[str]) -> int:
    """Run one command; an error becomes a sentence and an exit code."""
    command = COMMANDS[name]
    module = cast(Module, import_module(f"alignak.cli.{command.module}"))
    parser = argparse.ArgumentParser(prog=f"alignak {name}", description=module.__doc__, epilog=EXITS)
    module.add_arguments(parser)
    output.add_arguments(parser)
    try:
        return module.run(parser.parse_intermixed_args(words))
    except AlignakError as error:
        output.complain(error.message)
        for line in error.diagnostics if isinstance(error, ConfigurationError) else ():
            print(line, file=sys.stderr)
        return EXIT_CODES.get(type(error), output.PROBLEM)


EXITS: Final = "Exit codes: 0 fine, 1 a problem or a refusal, 2 wrong usage, 3 nobody answers."


def historical(words: Sequence[str]) -> int:
    """Print the exports of an environment file; without one, say what there is."""
    given = top_parser().parse_args(words)
    if not given.file:
        top_parser().print_help()
        return exports.NO_ARGUMENT
    if not os.path.exists(given.file):
        suggest(given.file)
    return exports.run(given.file, given.verbose)


def suggest(word: str) -> None:
    """Name the command a word was perhaps meant to be."""
    with suppress(IndexError):
        output.complain(f"'{word}' is no command; did you mean '{get_close_matches(word, COMMANDS)[0]}'?")


def top_parser() -> argparse.ArgumentParser:
    """Return the parser of a command line without a command."""
    width = max(map(len, COMMANDS))
    listed = "\n".join(f"  {name:{width}}  {command.help}" for name, command in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="alignak",
        usage="alignak COMMAND [-h] ...\n       alignak [-v] ALIGNAK_INI",
        description="Alignak, a distributed monitoring framework.",
        epilog=f"commands:\n{listed}\n\n{EXITS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="?", metavar="ALIGNAK_INI", help="print this file as exports for a shell")
    parser.add_argument("-v", "--verbose", action="store_true", help="show its sections too")
    parser.add_argument("--version", action="version", version=f"Alignak {__version__}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
