"""What the six daemons share: who they are, the configuration they hold, the common endpoints, the loop."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import Any, ClassVar, Final

from msgspec import Struct
from msgspec.structs import asdict

from alignak.api.common import (
    Details,
    GetBroks,
    GetResults,
    HaveConf,
    Health,
    LogLevel,
    RunningId,
    SetLogLevel,
    StartTime,
    StopRequest,
)
from alignak.api.roles import ENDPOINTS
from alignak.base.clock import Clock, Instant
from alignak.base.codec import decode, encode
from alignak.base.errors import AlignakError, BadRequestError, NotReadyError, RefusedError, StorageFullError
from alignak.base.secret import Secret
from alignak.daemons.aside import Aside
from alignak.daemons.follow import Followers
from alignak.daemons.loop import Loop, Stored
from alignak.daemons.outbox import Outbox
from alignak.messages.broks import Brok
from alignak.messages.control import (
    DaemonConfiguration,
    Identity,
    LiveIdentity,
    ManagedPart,
    PushConfiguration,
    content_hash,
)
from alignak.messages.work import Outcome, PushActions
from alignak.model.processes import ProcessSettings
from alignak.model.topology import Role
from alignak.net.endpoint import Binding, NoRequest
from alignak.net.openapi import api_document, document
from alignak.system import files, logs
from alignak.system.stats import Stats

log = logging.getLogger(__name__)

LONGEST_REST: Final = 0.5
"""Seconds the loop rests at most: the watchdog is fed and the clock looked at between."""

STALLED_AFTER: Final = 10.0
"""Seconds without a turn after which ``/healthz`` says so."""

LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

CONFIGURATION_FILE: Final = "configuration.json"


class Place(Struct, frozen=True):
    """Where and as what one daemon runs; made by ``wiring``."""

    role: Role
    settings: ProcessSettings
    clock: Clock
    started: Instant
    running_id: str
    version: str
    secret: Secret
    state_folder: str
    """The daemon's own folder; everything it must not lose lies there."""
    stats: Stats


class Shell:
    """A daemon without its role. A role adds its endpoints' handlers and says what to do in a turn."""

    role: ClassVar[Role]
    pace: ClassVar[float] = 0.0
    """Seconds between two steps of a follower at least."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.clock = place.clock
        self.name = place.settings.name
        self.loop = Loop()
        self.aside = Aside("configuration")
        self.followers = Followers(self.pace)
        self.outbox = Outbox(place.running_id, self.name)
        self.conf: DaemonConfiguration | None = None
        self.is_stopping = False
        self.is_resting = False
        """Asked to stop without ``stop_now``: no more work, HTTP still answers."""
        self.last_turn = place.started
        self._level_returns: tuple[float, str] | None = None
        handlers = {name: self._logged(name, handler) for name, handler in self.handlers().items()}
        self.binding = Binding(ENDPOINTS[self.role], handlers)

    # What a role says -------------------------------------------------------------------------------------------

    def handlers(self) -> dict[str, Callable[[Any], Any]]:
        """Return the functions behind the endpoints, by endpoint name; a role adds its own to these."""
        return {
            "api": lambda _: api_document(self.binding),
            "openapi.json": lambda _: document(self.binding, self.identity()),
            "ping": lambda _: "pong",
            "healthz": self.health,
            "readyz": self.readiness,
            "metrics": self.metrics,
            "get_id": lambda _: self.identity(),
            "identity": self.live_identity,
            "get_running_id": lambda _: RunningId(*self._who(), running_id=self.place.running_id),
            "get_start_time": lambda _: StartTime(*self._who(), start_time=int(self.place.started.wall)),
            "get_stats": self.get_stats,
            "get_log_level": lambda _: self.log_level(),
            "set_log_level": self.set_log_level,
            "get_managed_configurations": lambda _: self.managed_parts(),
            "have_conf": self.have_conf,
            "wait_new_conf": self.wait_new_conf,
            "push_configuration": self.push_configuration,
            "push_actions": self.push_actions,
            "get_results": self.get_results,
            "get_broks": self.get_broks,
            "get_external_commands": self.get_external_commands,
            "stop_request": self.stop_request,
        }

    def configured(self, conf: DaemonConfiguration) -> None:
        """Take over a configuration that is safe on disk. Runs in the loop."""
        raise NotImplementedError

    def completed(self, conf: DaemonConfiguration) -> DaemonConfiguration:
        """Return a configuration as it is kept, all there: it may have come as changes to the present one."""
        return conf

    def dropped(self) -> None:
        """Forget the configuration. Runs in the loop."""
        raise NotImplementedError

    def turn(self, now: Instant) -> float:
        """Do what is due and return the seconds until something is again."""
        raise NotImplementedError

    def keep(self, stored: Stored) -> None:
        """Make durable what the turn decided, and call ``stored`` once it is: before this returns, or later."""
        stored(None)

    def started(self) -> None:
        """Begin what needs no configuration. Runs in the loop, before its first turn."""

    def stopped(self) -> None:
        """Let go of everything; the loop has ended."""

    def counters(self) -> dict[str, int]:
        """Return the role's counters for ``get_stats``. Runs in the loop."""
        return {}

    def figures(self, _: bool) -> dict[str, Any]:
        """Return what else the role tells in ``get_stats``. Runs in the loop."""
        return {}

    def managed_parts(self) -> dict[str, ManagedPart]:
        """Return the parts the daemon works on, by scheduler instance."""
        conf = self.conf
        if conf is None:
            return {}
        return {
            each.link.instance_id: ManagedPart(conf.hash, each.push_flavor, each.managed_conf_id)
            for each in conf.schedulers
        }

    def _logged(self, name: str, handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Return a handler that logs each call, for those who set the level to DEBUG to see what is asked."""

        def answer(request: Any) -> Any:
            began = self.clock.now().mono
            try:
                return handler(request)
            finally:
                log.debug("%s was called and took %.1f ms", name, (self.clock.now().mono - began) * 1000)

        return answer

    # The loop ---------------------------------------------------------------------------------------------------

    def run(self, alive: Callable[[], None]) -> None:
        """Turn until asked to stop; ``alive`` is called at each turn (the watchdog)."""
        self._restore_configuration()
        self.started()
        rest = 0.0
        while not self.is_stopping:
            alive()
            self.loop.turn(min(rest, LONGEST_REST), self.keep)
            now = self.last_turn = self.clock.now()
            self._return_level(now)
            rest = LONGEST_REST if self.is_resting else self._guarded_turn(now)
        log.info("stopped main loop: %s", self.name)
        self.loop.close()
        self.followers.stop()
        self.stopped()

    def _guarded_turn(self, now: Instant) -> float:
        try:
            return self.turn(now)
        except AlignakError as error:
            log.error("%s: %s", error.code, error.message)
        except Exception:
            log.exception("a turn of the loop failed in a way nobody foresaw")
        return LONGEST_REST

    def stop(self, reason: str) -> None:
        """Ask the loop to end; may be called from any thread."""
        log.info("request to stop the daemon: %s", reason)
        self.is_stopping = True
        self.loop.wake()

    def reload_soon(self, done: Callable[[], None]) -> None:
        """Read the configuration again (SIGHUP); only the arbiter reads any, the others get theirs from it."""
        log.info("only the arbiter reloads on SIGHUP; nothing to do")
        done()

    # Configuration ----------------------------------------------------------------------------------------------

    @property
    def _configuration_path(self) -> str:
        return os.path.join(self.place.state_folder, CONFIGURATION_FILE)

    def _restore_configuration(self) -> None:
        """Take up the configuration held at the last stop, so that the arbiter need not be there."""
        try:
            raw = files.read_private(self._configuration_path)
        except FileNotFoundError:
            return
        except OSError as error:
            log.error("the stored configuration cannot be read, waiting for the arbiter: %s", error)
            return
        try:
            conf = decode(raw, DaemonConfiguration)
        except BadRequestError as error:
            log.error("the stored configuration is of another version, waiting for the arbiter: %s", error)
            return
        if content_hash(conf) != conf.hash:
            log.error("the stored configuration is damaged, waiting for the arbiter")
            return
        try:
            self._use(self.completed(conf))
        except AlignakError as error:
            log.error("the stored configuration cannot be used, waiting for the arbiter: %s", error.message)
        else:
            log.info("took up the configuration %s held before", conf.hash[:12])

    def _use(self, conf: DaemonConfiguration) -> None:
        """Work on a configuration; when that fails, what was held before is held still."""
        before, self.conf = self.conf, conf
        try:
            self.configured(conf)
        except BaseException:
            self.conf = before
            raise

    def take(self, conf: DaemonConfiguration) -> bool:
        """Take over a pushed configuration: on disk first, then in use. Runs beside the loop."""
        if self.conf is not None and self.conf.hash == conf.hash and not self.is_resting:
            return True
        self._check(conf)
        whole = self.completed(conf)
        self._keep(whole)
        self.loop.call(lambda: self._take_over(whole), timeout=self.place.settings.long_timeout)
        log.info("took over the configuration %s", conf.hash[:12])
        return True

    def _check(self, conf: DaemonConfiguration) -> None:
        """Refuse what is meant for somebody else, or was damaged on the way."""
        meant = conf.self_conf
        if meant.name != self.name or meant.role is not self.role:
            raise RefusedError(
                f"this is the {self.role.value} {self.name}; the configuration is for the {meant.role.value} "
                f"{meant.name}: check address and port in [daemon.{meant.name}]"
            )
        if content_hash(conf) != conf.hash:
            raise RefusedError("the configuration does not have the hash it says")

    def _keep(self, conf: DaemonConfiguration) -> None:
        """Write a configuration to disk."""
        try:
            files.write_atomic(self._configuration_path, encode(conf))
        except OSError as error:
            raise StorageFullError(
                f"the configuration cannot be written to {self._configuration_path}: {error}"
            ) from error

    def _take_over(self, conf: DaemonConfiguration) -> None:
        """Use a configuration that is on disk; one that cannot be used does not stay there."""
        before = self.conf
        try:
            self._use(conf)
        except AlignakError:
            if before is None:
                files.remove(self._configuration_path)
            else:
                self._keep(before)
            raise
        self.is_resting = False

    def drop(self) -> None:
        """Forget the configuration, on disk too."""
        if self.conf is None:
            return
        files.remove(self._configuration_path)
        self.conf = None
        self.dropped()
        log.info("dropped the configuration, waiting for a new one")

    # Dumps ------------------------------------------------------------------------------------------------------

    def dump_environment(self) -> None:
        """Write settings and figures to ``dump-env-...json`` in the daemon's folder (SIGUSR1)."""
        settings = {
            name: "***" if "password" in name else str(value) for name, value in asdict(self.place.settings).items()
        }
        self._dump("env", {"settings": settings, "stats": self._stats(False)})

    def dump_objects(self) -> None:
        """Write what the daemon holds to ``dump-obj-...json`` in its folder (SIGUSR2)."""
        self._dump("obj", self._stats(True))

    def _dump(self, what: str, document: dict[str, Any]) -> None:
        stamp = int(self.clock.now().wall)
        file_name = f"dump-{what}-{self.role.value}-{files.safe_name(self.name)}-{stamp}.json"
        path = os.path.join(self.place.state_folder, file_name)
        try:
            files.write_atomic(path, encode(document))
        except OSError as error:
            log.error("the dump %s cannot be written: %s", path, error)
            return
        log.info("dumped to %s", path)

    # Handlers of the common endpoints ---------------------------------------------------------------------------

    def _who(self) -> tuple[str, str, str, str]:
        alignak = self.conf.alignak_name if self.conf else "Unknown"
        return alignak, self.role.value, self.name, self.place.version

    def identity(self) -> Identity:
        """Return who this daemon is."""
        return Identity(*self._who())

    def live_identity(self, _: NoRequest) -> LiveIdentity:
        """Return who this daemon is and which run of it."""
        return LiveIdentity(*self._who(), start_time=int(self.place.started.wall), running_id=self.place.running_id)

    def signed(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return a document with who says it before the rest."""
        return {**asdict(self.live_identity(NoRequest())), **document}

    def health(self, _: NoRequest) -> Health:
        """Tell whether the loop turns."""
        age = self.clock.now().mono - self.last_turn.mono
        if self.is_stopping:
            raise NotReadyError("stopping")
        if age > STALLED_AFTER:
            raise NotReadyError(f"the loop made no turn for {age:.0f} s")
        return Health("ok", f"last turn {age:.1f} s ago")

    def readiness(self, _: NoRequest) -> Health:
        """Tell whether there is a configuration to work on."""
        if self.conf is None or self.is_resting or self.is_stopping:
            raise NotReadyError("no configuration yet" if self.conf is None else "stopping")
        return Health("ok", f"configuration {self.conf.hash[:12]}")

    def metrics(self, _: NoRequest) -> str:
        """Return the counters in the Prometheus text format."""
        for name, value in self.loop.call(self.counters, is_question=True).items():
            self.place.stats.gauge(name, value)
        return self.place.stats.render()

    def get_stats(self, request: Details) -> dict[str, Any]:
        """Return the daemon's figures."""
        return self.loop.call(lambda: self._stats(request.wanted), is_question=True)

    def _stats(self, details: bool) -> dict[str, Any]:
        alignak, type_, name, version = self._who()
        return {
            "alignak": alignak,
            "type": type_,
            "name": name,
            "version": version,
            "start_time": int(self.place.started.wall),
            "running_id": self.place.running_id,
            "program_start": self.place.started.wall,
            "spare": self.place.settings.spare,
            "load": os.getloadavg()[0],
            "counters": {"modules": 0, **self.counters()},
            "metrics": [],
            "modules": {"internal": {}, "external": {}},
            **self.figures(details),
        }

    def log_level(self) -> LogLevel:
        """Return who this is and how much it logs."""
        level = logging.getLogger("alignak").getEffectiveLevel()
        return LogLevel(*self._who(), log_level=level, log_level_name=logging.getLevelName(level))

    def set_log_level(self, request: SetLogLevel) -> LogLevel:
        """Change how much is logged; with a duration, for that long."""
        level = request.log_level
        if level is None:
            raise RefusedError("Missing log_level parameter; one of " + ", ".join(LOG_LEVELS))
        if level.upper() not in LOG_LEVELS:
            raise RefusedError(f"Required log level is not allowed: {level}")
        before = self.log_level().log_level_name
        lasting = self._level_returns[1] if self._level_returns else before  # a second duration prolongs the first
        logs.set_level(level.upper())
        self._level_returns = (self.clock.now().mono + request.duration, lasting) if request.duration > 0 else None
        log.info("log level changed from %s to %s", before, level.upper())
        return self.log_level()

    def _return_level(self, now: Instant) -> None:
        returns = self._level_returns  # read once: a call may change it meanwhile
        if returns is not None and now.mono >= returns[0]:
            self._level_returns = None
            logs.set_level(returns[1])
            log.info("log level is %s again", returns[1])

    def have_conf(self, request: HaveConf) -> bool:
        """Tell whether there is a configuration, or that one."""
        if self.conf is None:
            return False
        return request.magic_hash is None or request.magic_hash == self.conf.hash

    def wait_new_conf(self, _: NoRequest) -> None:
        """Drop the configuration."""
        long = self.place.settings.long_timeout
        self.aside.call(lambda: self.loop.call(self.drop), long)

    def push_configuration(self, request: PushConfiguration) -> bool:
        """Take over a configuration."""
        return self.aside.call(lambda: self.take(request.conf), self.place.settings.long_timeout)

    def push_actions(self, _: PushActions) -> None:
        """Take orders; only pollers and reactionners run any."""
        raise RefusedError(f"{self.role.value} {self.name} runs no actions; push them to a poller or a reactionner")

    def get_results(self, _: GetResults) -> list[Outcome]:
        """Hand out outcomes; only pollers and reactionners have any."""
        return []

    def get_broks(self, request: GetBroks) -> list[Brok]:
        """Hand out what happened in this daemon."""
        return self.outbox.read(request.broker_name, request.after, request.epoch)

    def get_external_commands(self, _: NoRequest) -> list[str]:
        """Hand out waiting commands; daemons forward theirs by themselves."""
        return []

    def stop_request(self, request: StopRequest) -> bool:
        """Stop at once, or rest until asked again."""
        if request.is_now:
            self.stop("stop_request, now")
        else:
            log.warning("asked to stop: resting until stop_now=1 or a new configuration comes")
            self.is_resting = True
        return True
