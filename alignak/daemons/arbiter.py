"""The arbiter: compiles the configuration, dispatches it, watches the daemons, takes operators' commands."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final

from alignak.api.arbiter import (
    BackendNotification,
    CommandRequest,
    DaemonType,
    Dump,
    EventsLog,
    RunningConfiguration,
    Table,
)
from alignak.api.common import Details, HaveConf, Health
from alignak.api.roles import endpoint
from alignak.base.clock import Instant
from alignak.base.errors import (
    AlignakError,
    ConfigurationError,
    LinkError,
    NotReadyError,
    PeerAnswerError,
    RefusedError,
    StartError,
)
from alignak.base.ids import IdSource
from alignak.config.compile import Loaded
from alignak.config.diagnostics import Severity
from alignak.daemons import command_files, command_pipe, overview, recurring_downtimes
from alignak.daemons.children import Children
from alignak.daemons.command_pipe import CommandPipe
from alignak.daemons.door import Door, Routes
from alignak.daemons.follow import Trouble
from alignak.daemons.inquiries import Inquiries, Site
from alignak.daemons.placements import PlacementFile
from alignak.daemons.planning import Planning, says_the_same
from alignak.daemons.satellites import MakeLink
from alignak.daemons.shell import Place, Shell
from alignak.daemons.veils import veiled
from alignak.daemons.waiting import CommandJournal
from alignak.daemons.watched import Watched, watcher
from alignak.dispatch.planner import Placement, Plan
from alignak.dispatch.rollout import Report, Rollout
from alignak.engine.command_table import scan
from alignak.messages.control import DaemonConfiguration, LiveIdentity, PushConfiguration
from alignak.model.snapshot import CompiledConfig
from alignak.model.topology import DaemonLink, Role
from alignak.net.endpoint import NoRequest

log = logging.getLogger(__name__)

LoadConfiguration = Callable[[], Loaded]
"""Reads and compiles the configuration files."""

RETRY: Final = 0.5
"""Seconds between tries to reach a daemon that does not answer: it is looked for more often than one that does."""

ABSENT_AFTER: Final = 15.0
"""Seconds a daemon must not answer before a spare takes its place: a restart is no reason
(``spare_check_interval`` times ``spare_max_check_attempts``)."""

FIGURES_WAIT: Final = 10.0
"""Seconds a daemon's figures may be old while a configuration is on its way: that one goes first."""

RELOAD_WITHIN: Final = 600.0
"""Seconds somebody waits for a reload, and for those that were asked for before."""

BACK_AFTER: Final = 30.0
"""Seconds a daemon that had a stand-in must answer before it takes its place back."""


class Arbiter(Shell):
    """The shell around configuration and dispatch."""

    role: ClassVar[Role] = Role.ARBITER

    def __init__(
        self,
        place: Place,
        *,
        load: LoadConfiguration,
        journal: CommandJournal,
        link: MakeLink,
        children: Children,
        placement: PlacementFile,
    ) -> None:
        self._door = Door(IdSource(f"{place.settings.name}-{place.running_id}"), journal, self._own_command)
        super().__init__(place)
        path = place.settings.command_file
        self._pipe = CommandPipe(path, self._door, self._tell) if path else None
        self._load = load
        self._make_link = link
        self._children = children
        self._placement = placement
        self._planning = Planning(placement)
        self._first: CompiledConfig | None = None
        self._config: CompiledConfig | None = None
        self._plan: Plan | None = None
        self._rollout: Rollout | None = None
        self._rollout_lock = threading.Lock()
        self._was_complete = False
        self._is_confirmed = False
        """Whether every daemon has what the present plan says."""
        self._since = 0.0
        """Monotonic time the present plan was put in force."""
        self._reports: dict[str, Report] = {}
        self._absent: frozenset[str] = frozenset()
        self._watched: dict[str, Watched] = {}
        self._door.nudge = self.followers.nudge

    def handlers(self) -> dict[str, Callable[[Any], Any]]:
        """Add the arbiter's endpoints."""
        return (
            super().handlers()
            | Inquiries(self._site).handlers()
            | {
                "command": self.command,
                "command_fate": self._door.fate,
                "recurring_downtime": lambda request: self.command(recurring_downtimes.schedule(request)),
                "end_recurring_downtime": lambda request: self.command(recurring_downtimes.end(request)),
                "push_external_command": self.command,
                "events_log": self.events_log,
                "reload_configuration": self.reload_configuration,
                "backend_notification": self.backend_notification,
                "do_not_run": lambda _: False,
                "get_alignak_status": self.get_alignak_status,
                "get_objects_properties": self.get_objects_properties,
                "get_satellites_configuration": self.get_satellites_configuration,
                "get_satellites_list": self.get_satellites_list,
                "monitoring_problems": self.monitoring_problems,
                "livesynthesis": self.livesynthesis,
                "running_configuration": self.running_configuration,
                "dump": self.dump,
            }
        )

    @property
    def config(self) -> CompiledConfig:
        """Return the running configuration."""
        if self._config is None:
            raise NotReadyError("the configuration is not loaded yet; try again")
        return self._config

    # Configuration ----------------------------------------------------------------------------------------------

    def adopt(self, config: CompiledConfig, absent: frozenset[str] = frozenset()) -> None:
        """Make a compiled configuration the running one, in the loop.

        ``absent`` names daemons whose place a spare takes. Raises ConfigurationError when some hosts have no scheduler;
        nothing is changed then.
        """
        self._put_in_force(config, self._planning.planned(config, self._plan, absent), absent)

    def _adopt_beside_the_loop(self, config: CompiledConfig) -> bool:
        """Plan a configuration in this thread and put it in force; False when another plan came in between."""
        before, absent = self._plan, self._absent
        planned = self._planning.planned(config, before, absent)

        def go_on() -> bool:
            if self._plan is not before:
                return False
            self._put_in_force(config, planned, absent)
            return True

        return self.loop.call(go_on, timeout=120)

    def _put_in_force(self, config: CompiledConfig, planned: Plan, absent: frozenset[str]) -> None:
        """Go by a plan: launch what is to be launched, watch everybody; nothing is touched when it says nothing new."""
        if self._is_in_force(config, planned):
            self._config = config
            return
        self._placement.save(planned.placement)
        with self._rollout_lock:
            self._rollout = Rollout(planned, self._rollout.in_force if self._rollout else None)
            self._is_confirmed = False
        self._config, self._plan, self._absent = config, planned, absent
        self._since = self.clock.now().mono
        daemons = [each for each in config.daemons if each.active and each.role is not Role.ARBITER]
        self._release([each for name, each in self._watched.items() if name not in {each.name for each in daemons}])
        self._children.keep([each for each in daemons if each.alignak_launched], self.clock.now())
        watchers = {watcher(each): self._step_of(each) for each in daemons}
        self.followers.keep({**watchers, **self._senders(), **command_pipe.follower(self._pipe)})
        schedulers = tuple(each.name for each in self._schedulers())
        self._door.route(Routes(schedulers, planned.owners, config.settings.accept_passive_unknown_check_results))
        self.followers.nudge()

    def _is_in_force(self, config: CompiledConfig, planned: Plan) -> bool:
        """Tell whether a plan says nothing that the daemons do not have, or are not about to get, already."""
        if self._config is None or self._plan is None or self._rollout is None or self._rollout.is_going_back:
            return False
        return config.daemons == self._config.daemons and says_the_same(planned, self._plan)

    def _release(self, gone: Iterable[Watched]) -> None:
        """Have daemons that are in no configuration any more drop what they hold."""
        for watched in gone:
            del self._watched[watched.conf.name]
            self._reports.pop(watched.conf.name, None)
            try:
                if watched.running_id:
                    watched.link.call(endpoint(watched.conf.role, "wait_new_conf"))
            except LinkError as error:
                log.warning(
                    "%s is in no configuration any more and could not be told so; stop it: %s",
                    watched.conf.name,
                    error.message,
                )

    def begin_with(self, config: CompiledConfig) -> None:
        """Say which configuration the first turn takes over."""
        self._first = config

    def started(self) -> None:
        """Take over the configuration the arbiter was started with."""
        first, self._first = self._first, None
        if first is None:
            return
        try:
            self.adopt(first)
        except ConfigurationError as error:
            raise StartError(f"Configuration is incorrect, sorry, I bail out: {error.message}", 1) from error

    def reload_soon(self, done: Callable[[], None]) -> None:
        """Reload in a thread of its own, so that the loop goes on; ``done`` is called at the end, good or bad."""

        def reload() -> None:
            try:
                self.reload_configuration(NoRequest())
            except AlignakError as error:
                log.error("reload: %s", error.message)
            finally:
                done()

        threading.Thread(target=reload, name="reload", daemon=True).start()

    def have_conf(self, request: HaveConf) -> bool:
        """Tell whether a configuration is loaded, or that one."""
        return self._config is not None and request.magic_hash in (None, self._config.hash)

    def readiness(self, _: NoRequest) -> Health:
        """Tell whether every daemon had its configuration once; one that dies later makes the arbiter no less ready."""
        rollout = self._rollout
        if self.is_resting or self.is_stopping:
            raise NotReadyError("stopping")
        if rollout is None:
            raise NotReadyError("no configuration yet")
        self._was_complete = self._was_complete or rollout.is_complete
        if not self._was_complete:
            raise NotReadyError("waiting for " + ", ".join(rollout.reasons()))
        return Health("ok", f"{len(rollout.plan.configurations)} daemons are looked after")

    def _schedulers(self) -> list[DaemonLink]:
        """Return the schedulers that look after something."""
        assert self._plan is not None
        links = [each.self_conf for each in self._plan.configurations.values()]
        return [each for each in links if each.role is Role.SCHEDULER]

    def _senders(self) -> Mapping[str, Callable[[], Callable[[], float]]]:
        return {f"commands for {each.name} {each.uri}": self._sender_of(each) for each in self._schedulers()}

    def _sender_of(self, conf: DaemonLink) -> Callable[[], Callable[[], float]]:
        def make() -> Callable[[], float]:
            link = self._make_link(conf)
            return lambda: self._door.deliver(conf.name, link)

        return make

    def reload_configuration(self, _: NoRequest) -> bool:
        """Read the files again, one reload at a time; what is wrong with them is said and changes nothing."""
        took = self.aside.call(self._reload, RELOAD_WITHIN)
        self.outbox.log("info", f"CONFIGURATION RELOAD;{took:.2f}", self.clock.now().wall)
        return True

    def _reload(self) -> float:
        """Read the files and go by them; return the seconds it took. Runs beside the loop."""
        began = self.clock.now()
        loaded = self._load()
        if loaded.config is None:
            errors = tuple(each.render() for each in loaded.diagnostics if each.severity is Severity.ERROR)
            log.error("the configuration is refused, the present one goes on: %s", "; ".join(errors[:5]))
            text = "the configuration has errors, the present one goes on:\n" + "\n".join(errors)
            raise ConfigurationError(text, errors)
        while not self._adopt_beside_the_loop(loaded.config):
            pass  # a daemon died or came back meanwhile
        self.is_resting = False
        return self.clock.now().mono - began.mono

    def configured(self, _: DaemonConfiguration) -> None:
        """A master arbiter makes its own configuration."""
        raise RefusedError("this arbiter reads its own configuration; it takes none from others")

    def take(self, _: DaemonConfiguration) -> bool:
        """Refuse a pushed configuration: this arbiter is the one that pushes."""
        raise RefusedError("this arbiter is the master: it reads its own configuration and takes none from others")

    def drop(self) -> None:
        """Stop dispatching until the next reload."""
        self.dropped()

    def dropped(self) -> None:
        """Forget the running configuration; the daemons keep theirs."""
        self.followers.keep({})
        self._config = None
        self._plan = None
        self._rollout = None

    # Watching ---------------------------------------------------------------------------------------------------

    def _step_of(self, conf: DaemonLink) -> Callable[[], Callable[[], float]]:
        def make() -> Callable[[], float]:
            watched = Watched(conf, self._make_link(conf), Trouble(conf.name))
            self._watched[conf.name] = watched
            return lambda: self._watch(watched)

        return make

    def _watch(self, watched: Watched) -> float:
        """Look after one daemon: is it there, does it hold what it should; return the seconds to rest."""
        try:
            self._look(watched)
            self._push(watched)
            is_settled = self._rollout is None or self._rollout.is_settled
            self._ask_figures(watched, watched.conf.polling_interval if is_settled else FIGURES_WAIT)
        except LinkError as error:
            self._tell_down(watched, error)
            return min(RETRY, watched.conf.polling_interval)
        return watched.conf.polling_interval if is_settled else min(RETRY, watched.conf.polling_interval)

    def _ask_figures(self, watched: Watched, oldest: float) -> None:
        """Ask a daemon for its figures, unless those of it are younger than so many seconds."""
        now = self.clock.now().mono
        if watched.statistics is None or now - watched.asked_at >= oldest:
            watched.asked_at = now
            watched.statistics = watched.link.call(endpoint(watched.conf.role, "get_stats"), Details())

    def _look(self, watched: Watched) -> None:
        role = watched.conf.role
        identity: LiveIdentity = watched.link.call(endpoint(role, "identity"), None)
        if identity.name != watched.conf.name or identity.type != role.value:
            with self._rollout_lock:
                self._reports.pop(watched.conf.name, None)
            watched.configuration_sent = False
            raise PeerAnswerError(
                f"{watched.conf.uri} answers as {identity.type} {identity.name}, not as {role.value} "
                f"{watched.conf.name}: check address and port in [daemon.{watched.conf.name}]"
            )
        if identity.running_id != watched.running_id:
            log.info("%s %s is there, run %s", role.value, watched.conf.name, identity.running_id)
            watched.running_id = identity.running_id
            watched.configuration_sent = False
        watched.trouble.is_over()
        watched.down_since = 0.0
        watched.up_since = watched.up_since or self.clock.now().mono
        self._report(watched)

    def _push(self, watched: Watched) -> None:
        """Give a daemon what the rollout says it is to have now, or have it drop what it is not to have."""
        name, now = watched.conf.name, self.clock.now()
        with self._rollout_lock:
            rollout = self._rollout
            if rollout is None:
                return
            was_going_back = rollout.is_going_back
            is_due = name in rollout.needed(self._reports, now)
            confs = (rollout.changes(name, self._reports[name]), rollout.configuration(name)) if is_due else ()
            is_to_release = name in rollout.to_release(self._reports)
        if rollout.is_going_back and not was_going_back:
            log.error("the configuration is not rolled out, all go back to the one before: %s", rollout.abort_reason)
        if is_due:
            self._push_first(watched, rollout, [each for each in confs if each is not None])
        elif is_to_release:
            watched.link.call(endpoint(watched.conf.role, "wait_new_conf"))
        watched.configuration_sent = name not in rollout.reasons()

    def _push_first(self, watched: Watched, rollout: Rollout, confs: Sequence[DaemonConfiguration]) -> None:
        """Push the first of the forms of a configuration that the daemon takes."""
        for conf in confs:
            what = "the configuration" if conf is confs[-1] else "what changed for the configuration"
            log.info("pushing %s %s to %s", what, conf.hash[:12], watched.conf.name)
            try:
                watched.link.call(endpoint(watched.conf.role, "push_configuration"), PushConfiguration(conf))
                break
            except PeerAnswerError as error:
                if conf is confs[-1]:
                    with self._rollout_lock:
                        rollout.push_failed(conf, error.message, self.clock.now())
                    raise
                log.info("%s does not take the changes alone: %s", watched.conf.name, error.message)
        with self._rollout_lock:
            rollout.pushed(confs[-1], watched.running_id, self.clock.now())
        self._report(watched)

    def _report(self, watched: Watched) -> None:
        """Note what a daemon says it works on; those that waited for that go on at once."""
        managed = watched.link.call(endpoint(watched.conf.role, "get_managed_configurations"))
        watched.reported = managed
        with self._rollout_lock:
            self._reports[watched.conf.name] = Report(watched.running_id, managed)
            due = self._rollout.needed(self._reports, self.clock.now()) if self._rollout is not None else []
            self._tell_when_confirmed()
        others = [self._watched[name].conf for name in due if name in self._watched and name != watched.conf.name]
        self.followers.nudge({watcher(each) for each in others if each.role is Role.SCHEDULER})

    def _tell_when_confirmed(self) -> None:
        if self._rollout is not None and self._rollout.is_complete and not self._is_confirmed:
            self._is_confirmed = True
            took = self.clock.now().mono - self._since
            log.info("the configuration is confirmed by all %d daemons after %.2f s", len(self._reports), took)

    def _tell_down(self, watched: Watched, error: LinkError) -> None:
        """Take note that a daemon cannot be asked, or does not answer as it should."""
        if not isinstance(error, PeerAnswerError):
            with self._rollout_lock:
                self._reports.pop(watched.conf.name, None)
            watched.configuration_sent = False
            watched.up_since = 0.0
            watched.down_since = watched.down_since or self.clock.now().mono
        watched.trouble.is_(error.message)

    def turn(self, now: Instant) -> float:
        """Launch again the daemons of ours that died, and let spares take the place of daemons that do not answer."""
        absent = self._replaceable(now)
        if absent != self._absent and self._config is not None:
            log.warning("not answering, and a spare is there: %s", ", ".join(sorted(absent)) or "nobody any more")
            self.adopt(self._config, absent)
        return self._children.tick(now)

    def _replaceable(self, now: Instant) -> frozenset[str]:
        """Return the daemons a spare is to stand in for: dead for long, or back for a short time only."""
        seen = tuple(self._watched.values())
        spares = {(each.conf.role, each.conf.realm) for each in seen if each.conf.spare and each.up_since}
        return frozenset(
            each.conf.name
            for each in seen
            if (each.conf.role, each.conf.realm) in spares and not each.conf.spare and self._is_absent(each, now)
        )

    def _is_absent(self, watched: Watched, now: Instant) -> bool:
        if watched.up_since:
            return watched.conf.name in self._absent and now.mono - watched.up_since < BACK_AFTER
        return bool(watched.down_since) and now.mono - watched.down_since >= ABSENT_AFTER

    def stopped(self) -> None:
        """Take what is in the command pipe, and stop the daemons this arbiter launched."""
        if self._pipe is not None:
            self._pipe.close()
        self._children.stop()

    # Commands ---------------------------------------------------------------------------------------------------

    def command(self, request: CommandRequest) -> Any:
        """Take a command; refused while the daemon rests."""
        if self.is_resting:
            raise NotReadyError("this arbiter rests since it was asked to stop; reload its configuration to go on")
        return self._door.command(request)

    def get_external_commands(self, _: NoRequest) -> list[str]:
        """Return the commands that wait for a scheduler; they are delivered by the door, not by this call."""
        return self._door.lines()

    def _tell(self, message: str) -> None:
        self.outbox.log("error", message, self.clock.now().wall)

    def _own_command(self, line: str) -> None:
        """Run a command that is the arbiter's own affair.

        No command adds a poller: pollers are given the secret of the installation, and an operator does not know it.
        """
        scanned = scan(line)
        acts: dict[str, Callable[[], object]] = {
            "RELOAD_CONFIG": lambda: self.reload_configuration(NoRequest()),
            "RESTART_PROGRAM": lambda: self.loop.call(self._children.restart),
            "SHUTDOWN_PROGRAM": lambda: self.stop(scanned.name),
            command_files.NAME: lambda: command_files.process(self._door.command, *scanned.fields),
        }
        if scanned.name not in acts:
            raise RefusedError(f"{scanned.name}: name the poller in a [daemon.x] section, and reload the configuration")
        acts[scanned.name]()

    def backend_notification(self, request: BackendNotification) -> dict[str, str]:
        """Reload after a creation or deletion in a backend."""
        if request.event in ("creation", "deletion"):
            self.reload_configuration(NoRequest())
            return {"_status": "OK", "_message": "I received a request to reload the monitored configuration."}
        return {"_status": "OK", "_message": "No action to do"}

    # Asking the others ------------------------------------------------------------------------------------------

    def _site(self) -> Site:
        """Return what there is and who looks after it, for questions about one object."""
        owners = self._plan.owners if self._plan is not None else {}
        links = {name: each.link for name, each in tuple(self._watched.items()) if each.conf.role is Role.SCHEDULER}
        return Site(self.config, owners, links)

    def _ask(self, role: Role, name: str, request: Any) -> dict[str, Any]:
        """Ask every daemon of a role and return the answers of those that gave one, by daemon name."""
        answers: dict[str, Any] = {}
        for watched in tuple(self._watched.values()):
            if watched.conf.role is role:
                try:
                    answers[watched.conf.name] = watched.link.call(endpoint(role, name), request)
                except LinkError as error:
                    log.info("%s does not answer %s: %s", watched.conf.name, name, error.message)
        return answers

    def events_log(self, request: EventsLog) -> list[Any]:
        """Return the latest lines of the monitoring log, from the first broker that answers."""
        for lines in self._ask(Role.BROKER, "events_log", request).values():
            return list(lines)
        raise RefusedError("no broker answers, and the events are kept there")

    def monitoring_problems(self, _: NoRequest) -> dict[str, Any]:
        """Return the hard problems of all schedulers."""
        answers = self._ask(Role.SCHEDULER, "monitoring_problems", None)
        problems = {name: {"problems": answer["problems"]} for name, answer in answers.items()}
        return self.signed({"problems": problems, "_freshness": int(self.clock.now().wall)})

    def livesynthesis(self, _: NoRequest) -> dict[str, Any]:
        """Count objects by state, for each scheduler and over all."""
        answers = self._ask(Role.SCHEDULER, "get_stats", Details())
        return self.signed({"livesynthesis": overview.overall_synthesis(answers, int(self.clock.now().wall))})

    def dump(self, request: Dump) -> dict[str, Any]:
        """Return the state of all objects, or of one, for each scheduler that knows it."""
        answers = self._ask(Role.SCHEDULER, "dump", request)
        if request.o_name and not answers:
            kind = "service" if "/" in request.o_name else "host"
            raise RefusedError(f"Required {kind} ({request.o_name}) not found.")
        return answers

    # Overviews --------------------------------------------------------------------------------------------------

    def _who(self) -> tuple[str, str, str, str]:
        alignak = self._config.name if self._config else "Unknown"
        return alignak, self.role.value, self.name, self.place.version

    def get_alignak_status(self, request: Details) -> dict[str, Any]:
        """Tell how the whole installation is."""
        seen = tuple(self._watched.values())
        return overview.status_document(self.config, self.name, seen, self.clock.now(), request.wanted)

    def get_satellites_list(self, request: DaemonType) -> dict[str, list[str]]:
        """List the daemons by type."""
        types = [each.value for each in Role]
        wanted = [request.daemon_type] if request.daemon_type else types
        return {
            type_: [each.name for each in self.config.daemons if each.role.value == type_]
            for type_ in wanted
            if type_ in types
        }

    def get_satellites_configuration(self, _: NoRequest) -> dict[str, list[dict[str, Any]]]:
        """Return every property of every link."""
        return overview.satellite_documents(self.config, self._watched)

    def get_objects_properties(self, request: Table) -> list[dict[str, Any]]:
        """List the properties of the objects of a table."""
        if request.table not in overview.tables():
            raise RefusedError(f"no table is named {request.table!r}; there are: {', '.join(overview.tables())}")
        return overview.objects_of(self.config, request.table)

    def running_configuration(self, _: NoRequest) -> RunningConfiguration:
        """Return the running configuration without its secrets, and where its hosts are."""
        config, planned, salt = self.config, self._plan, self.place.running_id
        placement = planned.placement if planned is not None else Placement()
        absent = tuple(sorted(self._absent))
        return RunningConfiguration(veiled(config, salt), salt, placement, self.place.settings.env_filename, absent)

    def counters(self) -> dict[str, int]:
        """Return how many of what there are."""
        counts: dict[str, int] = {
            **self._door.counters(),
            **command_pipe.counters(self._pipe),
            "broks": len(self.outbox),
        }
        if self._config is None:
            return counts
        return counts | overview.object_counts(self._config) | overview.dispatcher_counts(self._watched.values())

    def figures(self, details: bool) -> dict[str, Any]:
        """Return how the daemons are, and with details what is monitored."""
        seen = tuple(self._watched.values())
        more = {"monitoring_objects": overview.object_names(self._config)} if details and self._config else {}
        return {
            "daemons_states": overview.daemon_states(seen),
            **more,
            "livestate": overview.live_state(seen, self.clock.now()),
        }

    def managed_parts(self) -> dict[str, Any]:
        """An arbiter works on no part."""
        return {}
