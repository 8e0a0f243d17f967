"""``alignak verify``, and ``alignak-arbiter -V``: check a configuration and show everything that is wrong with it.

It looks at files alone: an arbiter that runs from them is no hindrance.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterable, Sequence
from typing import Any, Final

from msgspec import Struct, to_builtins

from alignak.cli import output
from alignak.config.compile import Loaded, load
from alignak.config.environment import Environment, read_environment
from alignak.config.report import Line, report
from alignak.model.topology import Role
from alignak.system.files import DiskFiles
from alignak.system.logs import DATE_FORMAT, escaped

ENVIRONMENT: Final = "/etc/alignak/alignak.ini"

STYLES: Final = {"INFO": "green", "WARNING": "yellow", "ERROR": "red"}


class Checked(Struct, frozen=True):
    """A configuration that was looked at."""

    environment: Environment
    loaded: Loaded
    arbiter: str
    """Who would run it."""

    @property
    def exit_code(self) -> int:
        """Return 0 when it can be used."""
        return output.PROBLEM if self.loaded.config is None else output.OK


def default_environment() -> str:
    """Return the environment file that is meant when none is named."""
    return os.environ.get("ALIGNAK_CONFIGURATION_FILE", "") or ENVIRONMENT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    default = default_environment()
    parser.add_argument("environment", nargs="?", default=default, metavar="ALIGNAK_INI", help=f"default {default}")
    parser.add_argument(
        "-a", "--arbiter", action="append", default=[], metavar="CFG", help="one more object file; may be repeated"
    )


def run(given: argparse.Namespace) -> int:
    """Check a configuration; return 1 when it has errors."""
    found = check(given.environment, "", given.arbiter)
    output.show(document(found), given.output, lambda: print_lines(found))
    return found.exit_code


def verify(path: str, name: str, legacy: Sequence[str]) -> int:
    """Print the report of ``alignak-arbiter -V`` and return its exit code (configuration.md 3.11)."""
    found = check(path, name, legacy)
    print_lines(found)
    return found.exit_code


def check(path: str, name: str, legacy: Sequence[str]) -> Checked:
    """Read a configuration for an arbiter, its first one when no name is given."""
    files = DiskFiles()
    environment = read_environment(os.path.abspath(path), files)
    loaded = load(environment, files, [os.path.abspath(each) for each in legacy])
    arbiters = (each.name for each in environment.daemons if each.type == Role.ARBITER.value)
    return Checked(environment, loaded, name or next(arbiters, ""))


def document(found: Checked) -> dict[str, Any]:
    """Return the result for programs."""
    return {
        "environment": found.environment.path,
        "is_correct": found.loaded.config is not None,
        "errors": found.loaded.error_count,
        "warnings": found.loaded.warning_count,
        "objects": dict(found.loaded.created),
        "files": list(found.loaded.files),
        "diagnostics": [to_builtins(each) for each in found.loaded.diagnostics],
    }


def print_lines(found: Checked) -> None:
    """Print the report as a daemon's log looks, in colour on a terminal."""
    console = output.console()
    for level, text in lines(found):
        stamp = time.strftime(DATE_FORMAT)
        line = f"[{stamp}] {level}: [{found.arbiter}] {escaped(text)}"
        console.print(line, style=STYLES.get(level), soft_wrap=True)


def lines(found: Checked) -> Iterable[Line]:
    """Return the lines of the report."""
    return report(found.environment, found.loaded, found.arbiter)
