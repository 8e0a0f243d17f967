"""Run a daemon: read what it is told, become the right user, open the door, turn the loop."""

from __future__ import annotations

import contextlib
import logging
import os
import random
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Final

from msgspec.structs import replace

from alignak import __version__
from alignak.base.errors import AlignakError, ConfigurationError, StartError
from alignak.base.secret import Secret
from alignak.config.environment import Environment
from alignak.daemons.shell import Place, Shell
from alignak.daemons.wiring import ending, launching
from alignak.daemons.wiring.parts import Launch, Parts
from alignak.model.processes import ProcessSettings
from alignak.model.topology import DEFAULT_PORTS, Role
from alignak.net import auth
from alignak.net.keys import KeyFile
from alignak.net.server import Server
from alignak.net.tls import TlsFiles
from alignak.system import files, logs, process
from alignak.system.clocks import SystemClock
from alignak.system.notify import Notifier, take_over
from alignak.system.pidfiles import PidFile
from alignak.system.signals import Request, Signals
from alignak.system.stats import Stats

log = logging.getLogger(__name__)

SECRET_FILE: Final = "secret"  # noqa: S105  the name of a file
KEYS_FILE: Final = "keys.json"

BAD_SECTION: Final = 1
"""The exit code when what the environment file says of the daemon cannot be used."""

RUN_PROGRAMS: Final = frozenset({Role.ARBITER, Role.POLLER, Role.REACTIONNER})
"""The roles that start other people's programs, or daemons that do: some of those need ``sudo`` or ``ping``."""

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
    environment = launching.environment_of(launch)
    try:
        settings = environment.process(launch.name)
    except ConfigurationError as error:
        raise StartError(error.message, BAD_SECTION) from error
    check_identity(launch, environment, settings)
    return environment, replace(
        settings,
        host=launch.host or settings.host,
        port=launch.port or settings.port,
        log_filename=os.path.abspath(launch.log_file) if launch.log_file else settings.log_filename,
        pid_filename=os.path.abspath(launch.pid_file) if launch.pid_file else settings.pid_filename,
        log_level=log_level(launch, settings),
        user=launch.variables.get("ALIGNAK_USER", "") or settings.user,
        group=launch.variables.get("ALIGNAK_GROUP", "") or settings.group,
    )


def check_identity(launch: Launch, environment: Environment, settings: ProcessSettings) -> None:
    """Refuse a section of another role, and a name that would lead files astray."""
    if settings.role is not launch.role:
        raise StartError(
            f"[daemon.{launch.name}] in {environment.path} is of type {settings.type}, but this is "
            f"alignak-{launch.role.value}: start alignak-{settings.type} -n {launch.name}, or give another name",
            BAD_SECTION,
        )
    if "/" in launch.name or launch.name.startswith(".") or not launch.name.isprintable():
        raise StartError(f"{launch.name!r} cannot be part of file names: give the daemon another name", BAD_SECTION)


def log_level(launch: Launch, settings: ProcessSettings) -> str:
    """Return how much is logged: as the command line says, the environment variable, the section, in that order."""
    if launch.verbosity:
        return "DEBUG" if launch.verbosity > 1 else "INFO"
    said = "DEBUG" if settings.debug else "INFO" if settings.verbose else settings.log_level
    level = launch.log_level or launch.variables.get("ALIGNAK_LOG_LEVEL", "") or said or "INFO"
    if level.upper() not in logs.LEVELS:
        raise StartError(f"there is no log level {level}: say one of {', '.join(logs.LEVELS)}", BAD_SECTION)
    return level.upper()


def run(launch: Launch) -> int:
    """Run a daemon until it is told to stop, and return its exit code."""
    environment, settings = read(launch)
    process.close_to_others()
    process.switch_threads_often()
    process.set_title(f"alignak-{settings.role.value} {settings.name}")
    import_module(MAKERS[settings.role])  # the user to become need not be able to read the code
    secure(settings)
    process.forbid_core_dumps()
    launcher = process.daemonize() if launch.is_daemon or settings.is_daemon else None
    try:
        with Signals() as signals, held(settings, launch.replace):
            return serve(launch, environment, settings, launcher, signals)
    except AlignakError as error:
        if launcher is not None:
            text = "\n".join(ending.lines(launch.role, error))
            launcher.tell(ending.exit_code(error), f"{text}\n")
        raise


def secure(settings: ProcessSettings) -> None:
    """Become the configured user, or refuse to be root, before any file is opened."""
    if os.geteuid() == 0 and settings.user != "root":
        group = settings.group if settings.group != "root" else process.primary_group(settings.user)
        process.drop_privileges(settings.user, group)
    elif os.geteuid() == 0:
        process.refuse_root(settings.idontcareaboutsecurity, settings.user)
    if settings.role not in RUN_PROGRAMS:
        process.forbid_new_privileges()


@contextlib.contextmanager
def held(settings: ProcessSettings, replace_running: bool) -> Iterator[None]:
    """Make the folders the daemon needs and hold its pid file."""
    for folder in (settings.workdir, state_root(settings), state_folder(settings), settings.logdir):
        try:
            files.ensure_folder(folder)
        except OSError as error:
            raise StartError(f"the folder {folder} cannot be used: {error}", ending.CANNOT_START) from error
    pid_file = PidFile(settings.pid_filename)
    pid_file.acquire(replace=replace_running or settings.do_replace)
    try:
        yield
    finally:
        pid_file.release()


def state_root(settings: ProcessSettings) -> str:
    """Return the folder the daemons of one machine share: the instance secret and the operators' keys lie there."""
    return settings.state_dir or settings.vardir


def state_folder(settings: ProcessSettings) -> str:
    """Return the daemon's own folder."""
    return os.path.join(state_root(settings), files.safe_name(settings.name))


def serve(
    launch: Launch,
    environment: Environment,
    settings: ProcessSettings,
    launcher: process.Launcher | None,
    signals: Signals,
) -> int:
    """Put the daemon together, open its door and turn its loop."""
    notifier = take_over(os.environ)
    secret = auth.instance_secret(os.path.join(state_root(settings), SECRET_FILE))
    configure_logs(settings, secret, console=launcher is None and not launch.is_launched)
    warn_of_other_user(settings)
    place = place_of(settings, secret)
    tls = tls_files(settings)
    keys = KeyFile(os.path.join(state_root(settings), KEYS_FILE))
    auth.check_binding(settings.host, tls, bool(keys.ring().list()))
    shell = shell_of(Parts(launch, environment, place, secret, tls))
    gate = auth.Gate(
        secret, keys, settings.loopback_operators, place.clock, origins=frozenset(settings.allowed_origins)
    )
    port = settings.port or DEFAULT_PORTS[settings.role]
    server = Server(shell.binding, settings.host, port, gate, tls, threads=settings.thread_pool_size)
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


def shell_of(parts: Parts) -> Shell:
    """Return the daemon itself. Raises StartError when what it keeps on disk cannot be used."""
    make: Callable[[Parts], Shell] = import_module(MAKERS[parts.place.role]).make
    try:
        return make(parts)
    except OSError as error:
        folder = parts.place.state_folder
        raise StartError(f"what lies in {folder} cannot be used: {error}", ending.CANNOT_START) from error


def place_of(settings: ProcessSettings, secret: Secret) -> Place:
    """Return where and as what the daemon runs, from now on."""
    clock = SystemClock()
    started = clock.now()
    return Place(
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


def configure_logs(settings: ProcessSettings, secret: Secret, console: bool) -> None:
    """Have the daemon log as its section says."""
    is_default = settings.log_format == ProcessSettings(name="", type="").log_format
    logs.configure(
        settings.name,
        settings.log_level,
        settings.log_filename,
        console=console,
        secrets=(secret,),
        keep=settings.log_rotation_count,
        when=settings.log_rotation_when,
        interval=settings.log_rotation_interval,
        line_format=logs.LINE_FORMAT if is_default else settings.log_format,
        date_format=settings.log_date,
    )


def warn_of_other_user(settings: ProcessSettings) -> None:
    """Say that the daemon is not who its section says: only root can become somebody else."""
    if os.geteuid() != 0 and settings.user not in ("root", process.user_name()):
        log.warning("user=%s is not heeded: started by %s, who is not root", settings.user, process.user_name())


def turn_begins(shell: Shell, signals: Signals, notifier: Notifier) -> None:
    """Feed the watchdog and act on what signals ask for; the same asked twice in a turn is done once."""
    notifier.watchdog()
    taken = signals.take()
    for arrived in taken:
        log.info("received a signal: %s", arrived.name)
    for request in dict.fromkeys(arrived.request for arrived in taken):
        ON_SIGNAL[request](shell, notifier)


def tls_files(settings: ProcessSettings) -> TlsFiles | None:
    """Return the certificates of a daemon, or None when it speaks plain HTTP."""
    if not settings.use_ssl:
        return None
    return TlsFiles(
        settings.server_cert, settings.server_key, settings.ca_cert, settings.server_dh, settings.hard_ssl_name_check
    )


def stop_by_signal(shell: Shell, notifier: Notifier) -> None:
    """End the daemon."""
    notifier.stopping("a signal")
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
