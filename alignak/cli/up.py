"""``alignak up``: run an installation of this machine in a terminal, until Ctrl-C.

It starts the arbiter, which launches the daemons whose sections say ``alignak_launched=1``; with ``--all`` it starts
the others of this machine itself. What dies is started again.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

import psutil

from alignak.base.errors import ConfigurationError, LinkError, StartError
from alignak.cli import asking, keeping, output, overview
from alignak.cli.asking import Asker
from alignak.cli.keeping import Keeper
from alignak.cli.verify import Checked, check, default_environment
from alignak.config.diagnostics import Severity
from alignak.config.environment import Environment
from alignak.model.topology import DaemonLink, Role
from alignak.system import files
from alignak.system.signals import Signals
from alignak.system.supervise import Child

Say = Callable[[str], None]

LOOK: Final = 0.2
STATUS_EVERY: Final = 2.0

STOP_WAIT: Final = 20.0
"""Seconds a daemon is given to stop; the arbiter stops others meanwhile."""

STOP_ORDER: Final = (Role.ARBITER, Role.RECEIVER, Role.POLLER, Role.REACTIONNER, Role.SCHEDULER, Role.BROKER)
"""The arbiter first, so that it misses nobody; the broker last, so that it hears of everything."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    default = default_environment()
    parser.add_argument("-e", "--environment", default=default, metavar="ALIGNAK_INI", help=f"default {default}")
    parser.add_argument("-n", "--name", default="", help="name of the arbiter; default the first one")
    parser.add_argument("--all", action="store_true", help="start also daemons without alignak_launched=1")
    parser.add_argument("--for", dest="seconds", type=float, default=0.0, metavar="SECONDS", help="stop after so long")


def run(given: argparse.Namespace) -> int:
    """Run the installation until it is told to stop; return 1 when it cannot be started."""

    def say(text: str) -> None:
        output.tell({"timestamp": time.time(), "message": text}, given.output, text)

    found = check(given.environment, given.name, ())
    arbiter, others = links(found)
    if others and not given.all:
        raise StartError(not_launched(arbiter, others), 1)
    path = found.environment.path
    with tempfile.TemporaryDirectory(prefix="alignak-up-") as folder:
        keepers = [keeper(each, path, output_path(found.environment, each, folder), say) for each in (*others, arbiter)]
        keepers.sort(key=lambda each: 0 if each.name == arbiter.name else 1)
        asker = Asker(arbiter.uri, os.environ.get("ALIGNAK_KEY", ""), os.environ.get("ALIGNAK_CA", ""))
        return supervise(keepers, asker, say, given.seconds)


def links(found: Checked) -> tuple[DaemonLink, list[DaemonLink]]:
    """Return the arbiter, and the daemons of this machine it would not launch, in the order they are stopped in.

    Raises ConfigurationError when the configuration cannot be used.
    """
    config = found.loaded.config
    if config is None:
        errors = [each.render() for each in found.loaded.diagnostics if each.severity is Severity.ERROR]
        raise ConfigurationError(f"{found.environment.path} has errors:", tuple(errors))
    arbiter = next((each for each in config.daemons if each.name == found.arbiter and each.role is Role.ARBITER), None)
    if arbiter is None:
        raise ConfigurationError(f"no arbiter is named '{found.arbiter}' in {found.environment.path}")
    mine = own_addresses()
    others = [
        each
        for each in config.daemons
        if each.name != arbiter.name and each.address in mine and not each.alignak_launched and each.active
    ]
    return arbiter, sorted(others, key=lambda each: STOP_ORDER.index(each.role))


def own_addresses() -> set[str]:
    """Return the addresses and names of this machine."""
    found = {each.address for those in psutil.net_if_addrs().values() for each in those}
    return found | {"localhost", "127.0.0.1", "::1", socket.gethostname(), socket.getfqdn()}


def not_launched(arbiter: DaemonLink, others: Sequence[DaemonLink]) -> str:
    """Return why an installation does not come up by its arbiter alone."""
    sections = ", ".join(f"[daemon.{each.name}]" for each in others)
    return (
        f"{arbiter.name} launches the daemons whose sections say alignak_launched=1; these do not: {sections}.\n"
        "Write it there, or in [DEFAULT], or have them started from here: alignak up --all"
    )


def keeper(link: DaemonLink, path: str, log_path: str, say: Say) -> Keeper:
    """Return the process of a daemon."""
    argv = [sys.executable, "-m", "alignak.cli.daemons", link.role.value, "-n", link.name, "-e", path]
    variables = {name: value for name, value in os.environ.items() if name != "ALIGNAK_CONFIGURATION_FILE"}
    return Keeper(Child(link.name, argv, variables, log_path), log_path, say)


def output_path(environment: Environment, link: DaemonLink, folder: str) -> str:
    """Return where the output of a daemon goes: beside its log when we may write there, else for as long as we run."""
    logdir = environment.process(link.name).logdir
    with suppress(OSError):
        files.ensure_folder(logdir)
        folder = logdir
    return os.path.join(folder, f"{files.safe_name(link.name)}.out")


def supervise(keepers: Sequence[Keeper], asker: Asker, say: Say, seconds: float) -> int:
    """Start daemons, keep them running, tell what happens; stop them in order when asked to, or after so long."""
    until = time.monotonic() + seconds if seconds > 0 else float("inf")
    with Signals() as signals:
        try:
            for each in reversed(keepers):
                each.start()
            return watch(keepers, asker, say, signals, until)
        finally:
            with suppress(OSError):  # the terminal may be gone
                say("stopping ...")
            for each in keepers:
                each.stop(STOP_WAIT)
            with suppress(OSError):
                say("stopped")


def watch(keepers: Sequence[Keeper], asker: Asker, say: Say, signals: Signals, until: float) -> int:
    """Tell when the installation is ready, and of each daemon that goes or comes back."""
    news = News(asker)
    while time.monotonic() < until:
        for each in keepers:
            each.tick()
        ended = next((each for each in keepers if each.ends), None)
        if ended is not None and not news.is_ready:
            for line in ended.last_words():
                output.complain(f"{ended.name}: {line}")
            return output.PROBLEM
        for sentence in news.new(time.monotonic()):
            say(sentence)
        if keeping.is_asked_to_stop(signals, LOOK):
            break
    return output.OK


class News:
    """What changes in an installation that is coming up, and later."""

    def __init__(self, asker: Asker) -> None:
        self.is_ready = False
        self._asker = asker
        self._waiting_for = ""
        self._changes = overview.Changes()
        self._next_look = 0.0

    def new(self, now: float) -> list[str]:
        """Return what is new at a monotonic time; what cannot be asked is not told."""
        if not self.is_ready:
            return self._readiness()
        if now < self._next_look:
            return []
        self._next_look = now + STATUS_EVERY
        try:
            return list(self._changes.new(overview.gather(self._asker).daemons))
        except LinkError:
            return []

    def _readiness(self) -> list[str]:
        try:
            self._asker.ask("readyz")
        except LinkError as error:
            before, self._waiting_for = self._waiting_for, asking.reason(error)
            return (
                [self._waiting_for] if self._waiting_for.startswith("waiting") and self._waiting_for != before else []
            )
        self.is_ready = True
        return [f"ready: every daemon has its configuration. Look with: alignak status --url {self._asker.url}"]
