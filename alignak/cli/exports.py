"""``alignak alignak.ini``: the historical tool, which prints an environment file as exports for a shell.

Its exit codes are the historical ones (configuration.md 3.1): 64 without an argument, 1 for a missing file, 2 for one
without sections, 3 for one that cannot be read.
"""

from __future__ import annotations

import os
from typing import Final

from alignak.base.errors import ConfigurationError
from alignak.cli.output import OK, complain
from alignak.config.environment import Environment, read_environment
from alignak.system.files import DiskFiles

NO_ARGUMENT: Final = 64
MISSING: Final = 1
NO_SECTION: Final = 2
UNREADABLE: Final = 3


def run(path: str, verbose: bool = False) -> int:
    """Print the exports of an environment file, its sections before them when asked to; return the exit code."""
    if not os.path.isfile(path):
        print(f"* required configuration file does not exist: {path}")
        return MISSING
    try:
        environment = read_environment(os.path.abspath(path), DiskFiles())
    except ConfigurationError as error:
        complain(error.message)
        return UNREADABLE
    if not environment.sections:
        complain(f"{path} has no section")
        return NO_SECTION
    if verbose:
        show_sections(environment)
    print("\n".join(environment.exports()))
    return OK


def show_sections(environment: Environment) -> None:
    """Print what each section says."""
    for section, values in environment.sections.items():
        print(f"[{section}]")
        for key, value in values.items():
            print(f"  {key} = {value}")
