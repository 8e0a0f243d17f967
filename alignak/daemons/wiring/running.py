"""Run a daemon: read what it is told, become the right user, open the door, turn the loop."""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final

from msgspec.structs import replace

from alignak import __version__
from alignak.base.errors import ConfigurationError, StartError
from alignak.config.environment import Environment, read_environment
from alignak.daemons.shell import Place, Shell
from alignak.daemons.wiring.parts import Launch, Parts
from alignak.model.processes import ProcessSettings
from alignak.model.topology import DEFAULT_PORTS, Role
from alignak.net import auth
from alignak.net.keys import KeyFile
from alignak.net.server import Server
from alignak.net.tls import TlsFiles
from alignak.system import files, logs, process
from alignak.system.clocks import SystemClock
from alignak.system.notify import Notifier
from alignak.system.pidfiles import PidFile
from alignak.system.signals import Request, Signals
from alignak.system.stats import Stats

log = logging.getLogger(__name__)

SECRET_FILE: Final = "secret"  # noqa: S105  the name of a file
KEYS_FILE: Final = "keys.json"

MAKERS: Final[Mapping[Role, str]] = {
    Role.ARBITER: "alignak.daemons.wiring.arbiter",
    Role.SCHEDULER: "alignak.daemons.wiring.scheduler",
    Role.POLLER: "alignak.daemons.wiring.satellites",
    Role.REACTIONNER: "alignak.daemons.wiring.satellites",
    Role.RECEIVER: "alignak.daemons.wiring.receiver",
    Role.BROKER: "alignak.daemons.wiring.broker",
}
"""The module that makes a role; its ``make`` takes Parts and returns the Shell."""


def read(launch: Launch) -> tuple[Environment, ProcessSettings]:
    """Read the environment file and what it says of this daemon, the command line and the variables before it."""
    path = os.path.abspath(launch.variables.get("ALIGNAK_CONFIGURATION_FILE", "") or launch.environment)
    environment = read_environment(path, files.DiskFiles())
    settings = environment.process(launch.name)
    if settings.role is not launch.role:
        raise ConfigurationError(
            f"[daemon.{launch.name}] in {path} is of type {settings.type}, but this is alignak-{launch.role.value}"
        )
    level = launch.log_level or launch.variables.get("ALIGNAK_LOG_LEVEL", "") or settings.log_level
    return environment, replace(
        settings,
        host=launch.host or settings.host,
        port=launch.port or settings.port,
        log_filename=os.path.abspath(launch.log_file) if launch.log_file else settings.log_filename,
        pid_filename=os.path.abspath(launch.pid_file) if launch.pid_file else settings.pid_filename,
        log_level=("DEBUG" if launch.verbosity > 1 else "INFO") if launch.verbosity else level or "INFO",
        user=launch.variables.get("ALIGNAK_USER", "") or settings.user,
        group=launch.variables.get("ALIGNAK_GROUP", "") or settings.group,
    )


def run(launch: Launch) -> int:
    """Run a daemon until it is told to stop, and return its exit code."""
    environment, settings = read(launch)
    os.umask(0o077)
    secure(settings)
    process.forbid_core_dumps()
    launcher = process.daemonize() if launch.is_daemon else None
    try:
        pid_file = prepare_folders(settings, launch.replace)
        try:
            return serve(launch, environment, settings, launcher)
        finally:
            pid_file.release()
    except StartError as error:
        if launcher is not None:
            launcher.tell(error.exit_code)
        raise


def secure(settings: ProcessSettings) -> None:
    """Become the configured user, or refuse to be root, before any file is opened."""
    if os.geteuid() != 0:
        return
    if settings.user != "root":
        process.drop_privileges(settings.user, settings.group)
    else:
        process.refuse_root(settings.idontcareaboutsecurity, settings.user)


def prepare_folders(settings: ProcessSettings, replace_running: bool) -> PidFile:
    """Make the folders the daemon needs and take its pid file."""
    for folder in (settings.workdir, state_root(settings), state_folder(settings), settings.logdir):
        files.ensure_folder(folder)
    pid_file = PidFile(settings.pid_filename)
    pid_file.acquire(replace=replace_running or settings.do_replace)
    return pid_file


def state_root(settings: ProcessSettings) -> str:
    """Return the folder the daemons of one machine share: the instance secret and the operators' keys lie there."""
    return settings.state_dir or settings.vardir


def state_folder(settings: ProcessSettings) -> str:
    """Return the daemon's own folder."""
    return os.path.join(state_root(settings), files.safe_name(settings.name))


def serve(
    launch: Launch, environment: Environment, settings: ProcessSettings, launcher: process.Launcher | None
) -> int:
    """Put the daemon together, open its door and turn its loop."""
    process.set_title(f"alignak-{settings.role.value} {settings.name}")
    clock = SystemClock()
    secret = auth.instance_secret(os.path.join(state_root(settings), SECRET_FILE))
    logs.configure(
        settings.name,
        settings.log_level,
        settings.log_filename,
        console=launcher is None,
        secrets=(secret,),
        keep=settings.log_rotation_count,
    )
    started = clock.now()
    place = Place(
        role=settings.role,
        settings=settings,
        clock=clock,
        started=started,
        running_id=f"{int(started.wall)}.{random.SystemRandom().randrange(100_000_000)}",
        version=__version__,
        secret=secret,
        state_folder=state_folder(settings),
        stats=Stats(settings.name, settings.role.value),
    )
    tls = tls_files(settings)
    keys = KeyFile(os.path.join(state_root(settings), KEYS_FILE))
    auth.check_binding(settings.host, tls, bool(keys.ring().list()))
    notifier = Notifier(os.environ)
    shell: Shell = import_module(MAKERS[settings.role]).make(Parts(launch, environment, place, secret, tls))
    gate = auth.Gate(secret, keys, settings.loopback_operators, clock)
    port = settings.port or DEFAULT_PORTS[settings.role]
    server = Server(shell.binding, settings.host, port, gate, tls, threads=settings.thread_pool_size)
    with Signals() as signals:
        server.start()
        log.info("%s %s listens on %s:%d", settings.role.value, settings.name, settings.host, server.port)
        notifier.ready(f"{settings.name} listens on {settings.host}:{server.port}")
        if launcher is not None:
            launcher.tell(0)
        try:
            shell.run(lambda: turn_begins(shell, signals, notifier))
        finally:
            notifier.stopping()
            server.stop()
    log.info("Stopped %s.", settings.name)
    return 0


def turn_begins(shell: Shell, signals: Signals, notifier: Notifier) -> None:
    """Feed the watchdog and act on what signals ask for."""
    notifier.watchdog()
    for arrived in signals.take():
        log.info("received a signal: %s", arrived.name)
        ON_SIGNAL[arrived.request](shell, notifier)


def tls_files(settings: ProcessSettings) -> TlsFiles | None:
    """Return the certificates of a daemon, or None when it speaks plain HTTP."""
    if not settings.use_ssl:
        return None
    return TlsFiles(
        settings.server_cert, settings.server_key, settings.ca_cert, settings.server_dh, settings.hard_ssl_name_check
    )


def stop_by_signal(shell: Shell, _: Notifier) -> None:
    """End the daemon."""
    shell.stop("a signal")


def reload_by_signal(shell: Shell, notifier: Notifier) -> None:
    """Have an arbiter read its configuration again; the others take theirs from it."""
    notifier.reloading("reading the configuration")
    shell.reload_soon(lambda: notifier.ready("configuration read"))


def dump_environment(shell: Shell, _: Notifier) -> None:
    """Write what the daemon runs in to a file, secrets left out."""
    shell.dump_environment()


def dump_objects(shell: Shell, _: Notifier) -> None:
    """Write what the daemon holds to a file."""
    shell.dump_objects()


ON_SIGNAL: Final[Mapping[Request, Callable[[Shell, Notifier], None]]] = {
    Request.STOP: stop_by_signal,
    Request.RELOAD: reload_by_signal,
    Request.DUMP_ENVIRONMENT: dump_environment,
    Request.DUMP_OBJECTS: dump_objects,
}
