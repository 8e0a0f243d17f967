"""The only place where things are put together: a role's name becomes a running daemon."""

from __future__ import annotations

import contextlib
import logging
import os
import random
import socket
import sys
from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from alignak import __version__
from alignak.api.common import StopRequest
from alignak.api.roles import endpoint
from alignak.base.clock import Clock
from alignak.base.errors import ConfigurationError, LinkError, StartError
from alignak.base.secret import Secret
from alignak.config.compile import Loaded, load
from alignak.config.diagnostics import Severity
from alignak.config.environment import Environment, read_environment
from alignak.daemons.arbiter import Arbiter
from alignak.daemons.broker import Broker
from alignak.daemons.children import Children
from alignak.daemons.desks import Desks
from alignak.daemons.journals import DoorJournal
from alignak.daemons.passive import PassiveLink
from alignak.daemons.placements import PlacementFile
from alignak.daemons.poller import Poller
from alignak.daemons.reactionner import Reactionner
from alignak.daemons.receiver import Receiver
from alignak.daemons.satellites import Satellite
from alignak.daemons.scheduler import Scheduler
from alignak.daemons.shell import Place, Shell
from alignak.execution.ledger import Ledger
from alignak.execution.pool import WorkerPool, plugin_environment
from alignak.messages.work import Order, Outcome
from alignak.model.processes import ProcessSettings
from alignak.model.topology import DEFAULT_PORTS, DaemonLink, Role
from alignak.net import auth
from alignak.net.keys import KeyFile
from alignak.net.links import Link
from alignak.net.server import Server
from alignak.net.tls import TlsFiles
from alignak.storage.sql import SqlEventStore, SqlSchedulerStore
from alignak.system import files, logs, process
from alignak.system.clocks import SystemClock
from alignak.system.journal import Journal
from alignak.system.notify import Notifier
from alignak.system.pidfiles import PidFile
from alignak.system.signals import Request, Signals
from alignak.system.stats import Stats
from alignak.system.supervise import Child

log = logging.getLogger(__name__)

SECRET_FILE: Final = "secret"  # noqa: S105  the name of a file
KEYS_FILE: Final = "keys.json"
PORT_TAKEN: Final = 3


class Launch(Struct, frozen=True):
    """What the command line says."""

    role: Role
    name: str
    environment: str
    legacy: tuple[str, ...] = ()
    alignak_name: str = ""
    host: str = ""
    port: int = 0
    log_file: str = ""
    log_level: str = ""
    pid_file: str = ""
    is_daemon: bool = False
    replace: bool = False
    verbosity: int = 0
    variables: Mapping[str, str] = field(default_factory=dict)
    """The environment variables that are honoured."""


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
    shell = MAKERS[settings.role](Parts(launch, environment, place, secret, tls))
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


class Parts(Struct, frozen=True):
    """What the makers of daemons work with."""

    launch: Launch
    environment: Environment
    place: Place
    secret: Secret
    tls: TlsFiles | None

    @property
    def clock(self) -> Clock:
        """Return the daemon's clock."""
        return self.place.clock

    def folder(self, name: str) -> str:
        """Return a folder in the daemon's own."""
        return os.path.join(self.place.state_folder, name)

    def link(self, conf: DaemonLink) -> Link:
        """Return a way to another daemon."""
        return Link(conf, self.secret, self.clock, self.tls)

    def ask_to_stop(self, conf: DaemonLink) -> None:
        """Ask a daemon to end; one that does not answer has ended already."""
        with contextlib.suppress(LinkError):
            self.link(conf).call(endpoint(conf.role, "stop_request"), StopRequest(stop_now="1"))


def make_arbiter(parts: Parts) -> Shell:
    """Return the arbiter, its configuration loaded."""

    def load_all() -> Loaded:
        environment = read_environment(parts.environment.path, files.DiskFiles())
        return load(environment, files.DiskFiles(), parts.launch.legacy)

    arbiter = Arbiter(
        parts.place,
        load=load_all,
        journal=DoorJournal(parts.folder("commands"), parts.clock),
        link=parts.link,
        children=Children(lambda link: launched(parts, link), is_listening, parts.ask_to_stop, stop_timeout=5.0),
        placement=PlacementFile(os.path.join(parts.place.state_folder, "placement.json")),
    )
    loaded = load_all()
    if loaded.config is None:
        for each in loaded.diagnostics:
            log.log(logging.ERROR if each.severity is Severity.ERROR else logging.WARNING, "%s", each.render())
        raise StartError("Configuration is incorrect, sorry, I bail out", 1)
    for each in loaded.diagnostics:
        log.warning("%s", each.render())
    if not any(each.name == parts.place.settings.name for each in loaded.config.daemons):
        raise StartError(f"the arbiter {parts.place.settings.name} is not in its own configuration", 1)
    arbiter.begin_with(loaded.config)
    return arbiter


def is_listening(link: DaemonLink) -> bool:
    """Tell whether something accepts connections at a daemon's address."""
    try:
        socket.create_connection((link.address, link.port), timeout=1.0).close()
    except OSError:
        return False
    return True


def launched(parts: Parts, link: DaemonLink) -> Child:
    """Return the process of a daemon this arbiter launches: the same environment file, its own name."""
    argv = [sys.executable, "-m", "alignak.cli.daemons", link.role.value, "-n", link.name, "-e", parts.environment.path]
    log_path = os.path.join(parts.place.settings.logdir, f"{files.safe_name(link.name)}.out")
    return Child(link.name, argv, os.environ, log_path)


def make_scheduler(parts: Parts) -> Shell:
    """Return a scheduler on its store."""
    return Scheduler(
        parts.place,
        lambda folder: SqlSchedulerStore(f"sqlite:///{os.path.join(folder, 'scheduler.sqlite')}"),
        lambda conf, instance_id, lease, apply: PassiveLink(conf, parts.link(conf), instance_id, lease, apply),
    )


def make_satellite(kind: Callable[..., Satellite]) -> Callable[[Parts], Shell]:
    """Return what makes a poller or a reactionner."""

    def make(parts: Parts) -> Shell:
        settings = parts.place.settings

        def open_ledger(scheduler: str) -> Ledger:
            return Ledger(Journal(os.path.join(folder, files.safe_name(scheduler))), parts.clock)

        def pool(on_outcome: Callable[[Outcome], None], on_lost: Callable[[list[Order]], None]) -> WorkerPool:
            return WorkerPool(
                settings.name,
                min_workers=settings.min_workers,
                max_workers=settings.max_workers,
                per_worker=settings.processes_by_worker,
                on_outcome=on_outcome,
                on_lost=on_lost,
                clock=parts.clock,
                environment=plugin_environment(os.environ),
            )

        folder = parts.folder("ledgers")
        files.ensure_folder(folder)
        return kind(parts.place, Desks(open_ledger, sorted(os.listdir(folder))), pool, parts.link)

    return make


def make_receiver(parts: Parts) -> Shell:
    """Return a receiver on its journal."""
    return Receiver(parts.place, DoorJournal(parts.folder("commands"), parts.clock), parts.link)


def make_broker(parts: Parts) -> Shell:
    """Return a broker on its history."""
    settings = parts.place.settings
    return Broker(
        parts.place,
        lambda folder: SqlEventStore(f"sqlite:///{os.path.join(folder, 'events.sqlite')}"),
        lambda: logs.MonitoringLogWriter(os.path.join(settings.logdir, "alignak-events.log")),
        parts.link,
    )


MAKERS: Final[Mapping[Role, Callable[[Parts], Shell]]] = {
    Role.ARBITER: make_arbiter,
    Role.SCHEDULER: make_scheduler,
    Role.POLLER: make_satellite(Poller),
    Role.REACTIONNER: make_satellite(Reactionner),
    Role.RECEIVER: make_receiver,
    Role.BROKER: make_broker,
}


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
    if not isinstance(shell, Arbiter):
        log.info("only the arbiter reloads on SIGHUP; nothing to do")
        return
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
