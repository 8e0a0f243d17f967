"""``alignak verify``, and ``alignak-arbiter -V``: check a configuration and show everything that is wrong with it.

It looks at files alone: an arbiter that runs from them is no hindrance.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from msgspec import Struct, to_builtins

from alignak.cli import output
from alignak.config.compile import Loaded, load
from alignak.config.environment import GLOBAL_SECTION, Environment, read_environment
from alignak.config.report import report
from alignak.config.splitting import Line, ShownPart, Split, Trouble
from alignak.daemons.wiring.modules import read_with_modules
from alignak.dispatch import planner
from alignak.dispatch.roster import Roster
from alignak.model.snapshot import CompiledConfig
from alignak.model.topology import Role
from alignak.modules.interface import Surroundings
from alignak.system.files import DiskFiles
from alignak.system.garbage import uncollected
from alignak.system.logs import DATE_FORMAT, escaped

ENVIRONMENT: Final = "/etc/alignak/alignak.ini"

DEFAULT_ARBITER: Final = "Default-Arbiter"
"""The arbiter of an installation that defines no daemon: whoever runs is meant."""

STYLES: Final = {"INFO": "green", "WARNING": "yellow", "ERROR": "red"}


class Checked(Struct, frozen=True):
    """A configuration that was looked at."""

    environment: Environment
    loaded: Loaded
    arbiter: str
    """Who would run it."""
    split: Split = Split()
    """How its hosts would be shared out."""

    @property
    def is_correct(self) -> bool:
        """Tell whether it can be used."""
        return self.loaded.config is not None and not self.split.error_count

    @property
    def exit_code(self) -> int:
        """Return 0 when it can be used."""
        return output.OK if self.is_correct else output.PROBLEM


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


def verify(path: str, name: str, legacy: Sequence[str], alignak_name: str = "") -> int:
    """Print the report of ``alignak-arbiter -V`` and return its exit code (configuration.md 3.11)."""
    found = check(path, name, legacy, alignak_name)
    print_lines(found)
    return found.exit_code


def check(path: str, name: str, legacy: Sequence[str], alignak_name: str = "") -> Checked:
    """Read a configuration for an arbiter, its first one when no name is given; the instance may get another name."""
    files = DiskFiles()
    named = {f"{GLOBAL_SECTION}.alignak_name": alignak_name} if alignak_name else {}
    environment = read_environment(os.path.abspath(path), files, named)
    arbiters = (each.name for each in environment.daemons if each.type == Role.ARBITER.value)
    arbiter = name or next(arbiters, "")
    paths = [os.path.abspath(each) for each in legacy]
    surroundings = Surroundings(arbiter, verify_only=True)
    with uncollected():
        read = read_with_modules(
            environment, paths, surroundings, lambda given: load(environment, files, paths, given=given)
        )
        config = read.loaded.config
        split = Split() if config is None else shared_out(config, arbiter)
    return Checked(environment, read.loaded, arbiter, split)


def shared_out(config: CompiledConfig, arbiter: str) -> Split:
    """Return which scheduler would look after how many hosts, and what is only wrong then."""
    sizes = Counter(each.host_name for each in (*config.objects.hosts, *config.objects.services))
    roster = Roster(config, ())
    found = planner.split(config, roster, sizes)
    hosts = Counter(found.placement.hosts.values())
    items = Counter[str]()
    for host, scheduler in found.placement.hosts.items():
        items[scheduler] += sizes[host]
    parts = [
        ShownPart(
            found.placement.part_ids[each.name],
            each.name,
            each.realm,
            hosts[each.name],
            items[each.name] - hosts[each.name],
        )
        for each in found.schedulers
    ]
    troubles = [Trouble(each.message, each.is_error) for each in found.problems]
    schedulers = {each.name: len(roster.schedulers_of(each.name)) for each in config.realms}
    return Split(tuple(parts), schedulers, (*stranger(config, arbiter), *troubles))


def stranger(config: CompiledConfig, arbiter: str) -> Iterator[Trouble]:
    """Yield what keeps an arbiter from running a configuration in which it does not find itself."""
    known = [each.name for each in config.daemons if each.role is Role.ARBITER]
    if arbiter and arbiter not in known and known != [DEFAULT_ARBITER]:
        message = f"the arbiter '{arbiter}' is not in its own configuration, which has {', '.join(known) or 'none'}"
        yield Trouble(f"{message}: name one of these with -n, or add a [daemon.*] section for it", True)


def document(found: Checked) -> dict[str, Any]:
    """Return the result for programs."""
    return {
        "environment": found.environment.path,
        "is_correct": found.is_correct,
        "errors": found.loaded.error_count + found.split.error_count,
        "warnings": found.loaded.warning_count,
        "objects": dict(found.loaded.created),
        "files": list(found.loaded.files),
        "diagnostics": [to_builtins(each) for each in found.loaded.diagnostics],
        "parts": [to_builtins(each) for each in found.split.parts],
        "second_check": [each.message for each in found.split.troubles if each.is_error],
    }


def print_lines(found: Checked) -> None:
    """Print the report as a daemon's log looks, in colour on a terminal."""
    made = [
        (STYLES.get(level), f"[{time.strftime(DATE_FORMAT)}] {level}: [{found.arbiter}] {escaped(text)}")
        for level, text in lines(found)
    ]
    if not sys.stdout.isatty():
        sys.stdout.writelines(f"{line}\n" for _, line in made)
        return
    console = output.console()
    for style, line in made:
        console.print(line, style=style, soft_wrap=True)


def lines(found: Checked) -> Iterable[Line]:
    """Return the lines of the report."""
    return report(found.environment, found.loaded, found.arbiter, found.split)
