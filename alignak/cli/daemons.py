"""``alignak-arbiter`` to ``alignak-broker``: the six programs, with the historical flags and exit codes.

The arbiter also runs the verify mode. ``python -m alignak.cli.daemons ROLE ...`` is the same, for the arbiter launching
the others.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Final, NoReturn

from alignak.base.errors import AlignakError
from alignak.daemons.wiring import ending
from alignak.model.topology import Role

log = logging.getLogger("alignak.cli.daemons")  # it may run as __main__

VARIABLES: Final = ("ALIGNAK_CONFIGURATION_FILE", "ALIGNAK_USER", "ALIGNAK_GROUP", "ALIGNAK_LOG_LEVEL")
INTERRUPTED: Final = 130
"""What shells say of a program that Ctrl-C ended."""


def parser(role: Role) -> argparse.ArgumentParser:
    """Return the parser of one program's command line (configuration.md 3.4)."""
    program = argparse.ArgumentParser(prog=f"alignak-{role.value}", description=f"The Alignak {role.value} daemon.")
    add = program.add_argument
    default = "arbiter-master" if role is Role.ARBITER else None
    add("-n", "--name", default=default, required=default is None, help="name of the [daemon.*] section")
    add("-e", "--environment", help="path of alignak.ini; ALIGNAK_CONFIGURATION_FILE goes before it")
    add("-d", "--daemon", action="store_true", help="leave the terminal and run in the background")
    add("-r", "--replace", action="store_true", help="end the instance that runs and take its place")
    add("-v", "--verbose", action="count", default=0, help="log INFO (-v) or DEBUG (-vv)")
    add("-o", "--host", default="", help="listen on this address")
    add("-p", "--port", type=port, default=0, help="listen on this port")
    add("-l", "--log_file", default="", help="log to this file")
    add("-Lm", "--log_level", default="", type=str.upper, choices=["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
    add("-i", "--pid_file", default="", help="path of the pid file")
    add("--launched", action="store_true", help="started by an arbiter: no console, the section may be missing")
    add("-c", "--config", help="deprecated: everything is in the environment file")
    if role is Role.ARBITER:
        add("-a", "--arbiter", action="append", default=[], metavar="CFG", help="an object file; may be repeated")
        add("-V", "--verify-config", action="store_true", help="check the configuration and exit")
        add("-k", "--alignak-name", default="", help="name of this Alignak instance")
    return program


def port(text: str) -> int:
    """Return a port number from the command line."""
    number = int(text)
    if not 0 < number < 65536:
        raise argparse.ArgumentTypeError(f"{text} is no port: 1 to 65535")
    return number


def start(role: Role, arguments: Sequence[str]) -> int:
    """Run a program and return its exit code."""
    program = parser(role)
    given = program.parse_args(arguments)
    if given.config:
        program.error("-c is not used any more: name the configuration in the environment file (-e)")
    variables = {name: os.environ[name] for name in VARIABLES if os.environ.get(name)}
    if not given.environment and "ALIGNAK_CONFIGURATION_FILE" not in variables:
        program.error("the following arguments are required: -e/--environment")
    try:
        return run(role, given, variables)
    except AlignakError as error:
        tell(ending.lines(role, error))
        return ending.exit_code(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception:  # the last word of a program: who started it sees the historical exit code
        log.exception("alignak-%s ends in a way nobody foresaw", role.value)
        return ending.UNFORESEEN


def run(role: Role, given: argparse.Namespace, variables: Mapping[str, str]) -> int:
    """Verify a configuration, or run the daemon."""
    legacy = tuple(os.path.abspath(each) for each in getattr(given, "arbiter", ()))
    if getattr(given, "verify_config", False):
        from alignak.cli.verify import verify  # noqa: PLC0415  daemons start without what only verifying needs

        return verify(
            variables.get("ALIGNAK_CONFIGURATION_FILE", "") or given.environment, given.name, legacy, given.alignak_name
        )
    from alignak.daemons.wiring.parts import Launch  # noqa: PLC0415  bad usage answers before all is imported
    from alignak.daemons.wiring.running import run as run_daemon  # noqa: PLC0415  bad usage answers first

    launch = Launch(
        role=role,
        name=given.name,
        environment=given.environment or "",
        legacy=legacy,
        alignak_name=getattr(given, "alignak_name", ""),
        host=given.host,
        port=given.port,
        log_file=given.log_file,
        log_level=given.log_level,
        pid_file=given.pid_file,
        is_daemon=given.daemon,
        replace=given.replace,
        is_launched=given.launched,
        verbosity=given.verbose,
        variables=variables,
    )
    return run_daemon(launch)


def tell(lines: Sequence[str]) -> None:
    """Say why a program ends: all of it on standard error, and in the log, the reason first, if there is one yet."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if not isinstance(each, logging.FileHandler)]:
        root.removeHandler(handler)
    for line in (lines[-1], *lines[:-1]) if root.handlers else ():
        log.error("%s", line)
    for line in lines:
        print(line, file=sys.stderr)


def _end(role: Role) -> NoReturn:
    sys.exit(start(role, sys.argv[1:]))


def arbiter() -> NoReturn:
    """Run ``alignak-arbiter``."""
    _end(Role.ARBITER)


def scheduler() -> NoReturn:
    """Run ``alignak-scheduler``."""
    _end(Role.SCHEDULER)


def poller() -> NoReturn:
    """Run ``alignak-poller``."""
    _end(Role.POLLER)


def reactionner() -> NoReturn:
    """Run ``alignak-reactionner``."""
    _end(Role.REACTIONNER)


def receiver() -> NoReturn:
    """Run ``alignak-receiver``."""
    _end(Role.RECEIVER)


def broker() -> NoReturn:
    """Run ``alignak-broker``."""
    _end(Role.BROKER)


if __name__ == "__main__":
    sys.exit(start(Role(sys.argv[1]), sys.argv[2:]))
