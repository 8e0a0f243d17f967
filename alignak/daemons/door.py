"""The door for external commands, on the arbiter and on receivers.

A command is checked, made durable, and only then accepted; it goes straight to the scheduler that owns its host, or to
all of them. Each carries an id: a scheduler that gets it twice runs it once, and its fate can be asked by it.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Protocol

from msgspec import Struct

from alignak.api.arbiter import CommandAnswer, CommandFate, CommandRequest, FateRequest
from alignak.api.roles import endpoint
from alignak.base.clock import Clock
from alignak.base.errors import AlignakError, NotFoundError, NotReadyError, PeerAnswerError, RefusedError
from alignak.base.ids import IdSource
from alignak.engine import command_table
from alignak.messages.work import RunCommands
from alignak.model.topology import Role
from alignak.net.links import Link

log = logging.getLogger(__name__)

MOST_LINES: Final = 10_000
"""Lines one request may hold."""

BATCH_LINES: Final = 500
BATCH_BYTES: Final = 4 << 20
"""What one request to a scheduler holds at most; a longer single line goes alone."""

CAPACITY: Final = 100_000
"""Commands that may wait for a scheduler that does not answer; one more is refused."""

FATES_KEPT: Final = 10_000
ANSWER_WITHIN: Final = 2.0
"""Seconds a caller waits to learn the fate; after that the command is accepted and waiting."""

IDLE_REST: Final = 1.0


class Waiting(Struct, frozen=True, array_like=True):
    """A command on its way, as the journal keeps it."""

    id: str
    line: str
    schedulers: tuple[str, ...]


class CommandJournal(Protocol):
    """Where accepted commands lie until their schedulers have them."""

    def add(self, commands: Sequence[Waiting]) -> None:
        """Make commands durable; returns once they are. Raises StorageFullError."""
        ...

    def done(self, id_: str) -> None:
        """Forget a command."""
        ...

    def left(self) -> Sequence[Waiting]:
        """Return what the last run had not delivered, oldest first."""
        ...


class Routes(Struct, frozen=True):
    """Who owns what."""

    schedulers: tuple[str, ...] = ()
    owners: Mapping[str, str] = {}
    """Host name -> name of its scheduler."""
    accepts_unknown: bool = False
    """Whether passive results of unknown hosts are passed on to be told about."""


class Door:
    """Take commands and bring them to their schedulers."""

    def __init__(
        self, clock: Clock, ids: IdSource, journal: CommandJournal, local: Callable[[str], None] | None
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._journal = journal
        self._local = local
        """Runs a command that is the arbiter's own affair; None where there is no arbiter behind the door."""
        self._routes = Routes()
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._queues: dict[str, dict[str, Waiting]] = {}
        """Scheduler -> what waits for it by command id, oldest first."""
        self._pending: dict[str, set[str]] = {}
        """Command id -> schedulers that have not answered."""
        self._fates: OrderedDict[str, CommandFate] = OrderedDict()
        self.nudge: Callable[[], None] = lambda: None
        for each in journal.left():
            self._enqueue(each)

    @property
    def waiting(self) -> int:
        """Return how many commands have not reached all their schedulers."""
        return len(self._pending)

    def route(self, routes: Routes) -> None:
        """Take over who owns what; what waited for a scheduler that is gone looks for its new owner."""
        with self._lock:
            self._routes = routes
            stranded = [self._queues.pop(name) for name in list(self._queues) if name not in routes.schedulers]
        if routes.schedulers:
            self._send_again([command for queue in stranded for command in queue.values()])

    def _send_again(self, commands: Sequence[Waiting]) -> None:
        for command in commands:
            try:
                schedulers = self._check(command.line)
            except RefusedError as error:
                self._journal.done(command.id)
                self._settle(CommandFate(command.id, "refused", error.message))
                continue
            with self._lock:
                self._enqueue(Waiting(command.id, command.line, schedulers))

    def lines(self) -> list[str]:
        """Return the commands that wait for a scheduler."""
        with self._lock:
            found = {id_: command.line for queue in self._queues.values() for id_, command in queue.items()}
        return list(found.values())

    # Taking -----------------------------------------------------------------------------------------------------

    def command(self, request: CommandRequest) -> CommandAnswer:
        """Answer ``command``: one line, or several."""
        if request.commands is not None:
            return self._several(request.commands)
        line = command_line(request)
        id_ = self.accept([line])[0]
        fate = self._wait(id_)
        if fate.state == "refused":
            raise RefusedError(fate.reason)
        return CommandAnswer("OK", f"Got command: {line}", line, id_)

    def _several(self, lines: Sequence[str]) -> CommandAnswer:
        """Accept the good ones of several lines; each gets its own fate."""
        if len(lines) > MOST_LINES:
            raise RefusedError(f"{len(lines)} commands in one request; at most {MOST_LINES}")
        fates: list[CommandFate | None] = []
        good: list[str] = []
        for line in lines:
            try:
                self._check(line)
                good.append(line)
                fates.append(None)
            except RefusedError as error:
                fates.append(CommandFate("", "refused", error.message))
        ids = iter(self.accept(good))
        told = tuple(each if each is not None else self._fate_now(next(ids)) for each in fates)
        refused = sum(each.state == "refused" for each in told)
        status = "OK" if not refused else "ERR"
        return CommandAnswer(status, f"Got {len(lines) - refused} command(s), refused {refused}", fates=told)

    def accept(self, lines: Sequence[str]) -> list[str]:
        """Check lines, make them durable and send them on their way; return their ids.

        Raises RefusedError for the first line that cannot work (none is accepted then), NotReadyError when too many
        wait, StorageFullError when they cannot be kept.
        """
        targets = [self._check(line) for line in lines]
        with self._lock:
            if len(self._pending) + len(lines) > CAPACITY:
                raise NotReadyError(f"{len(self._pending)} commands wait for their schedulers already; try again")
            commands = [
                Waiting(self._ids.take(), line, schedulers) for line, schedulers in zip(lines, targets, strict=True)
            ]
        remote = [each for each in commands if each.schedulers]
        self._journal.add(remote)
        with self._lock:
            for each in remote:
                self._enqueue(each)
        self.nudge()
        for each in commands:
            if not each.schedulers and self._local is not None:
                self._settle(self._run_here(each, self._local))
        return [each.id for each in commands]

    def _run_here(self, command: Waiting, run: Callable[[str], None]) -> CommandFate:
        """Run a command that is this daemon's own affair; one that fails is refused, the others go on."""
        try:
            run(command.line)
        except AlignakError as error:
            return CommandFate(command.id, "refused", error.message)
        return CommandFate(command.id, "accepted")

    def _check(self, line: str) -> tuple[str, ...]:
        """Return the schedulers a line is for; none when it is this daemon's own affair."""
        scanned = command_table.check_shape(line)
        if scanned.is_local:
            if self._local is None:
                raise RefusedError(f"only the arbiter runs {scanned.name}; send it there")
            return ()
        routes = self._routes
        if not routes.schedulers:
            raise NotReadyError("no scheduler is known yet; try again")
        host = command_table.routing_host(line)
        if host is None:
            return routes.schedulers
        owner = routes.owners.get(host)
        if owner is not None:
            return (owner,)
        if routes.accepts_unknown and scanned.name in ("PROCESS_HOST_CHECK_RESULT", "PROCESS_SERVICE_CHECK_RESULT"):
            return routes.schedulers[:1]
        raise RefusedError(f"External command was received for the host '{host}', but the host could not be found!")

    def _enqueue(self, command: Waiting) -> None:
        self._pending[command.id] = set(command.schedulers)
        for scheduler in command.schedulers:
            self._queues.setdefault(scheduler, {})[command.id] = command

    # Delivering -------------------------------------------------------------------------------------------------

    def deliver(self, scheduler: str, link: Link) -> float:
        """Bring a scheduler what waits for it; return the seconds to rest. For the scheduler's follower."""
        with self._lock:
            batch = one_batch(self._queues.get(scheduler, {}).values())
        if not batch:
            return IDLE_REST
        request = RunCommands(tuple(each.line for each in batch), tuple(each.id for each in batch))
        answer = link.call(endpoint(Role.SCHEDULER, "run_external_commands"), request)
        if answer is None or {each.id for each in answer} != {each.id for each in batch}:
            raise PeerAnswerError(f"{link.name} did not answer for every command")
        with self._lock:
            queue = self._queues.get(scheduler, {})
            for each in batch:
                queue.pop(each.id, None)
        for fate in answer:
            self._answered(fate, scheduler)
        return 0.0

    def _answered(self, fate: CommandFate, scheduler: str) -> None:
        """Note one scheduler's answer; a command is settled when all have answered, and refused when all refuse."""
        with self._lock:
            waiting = self._pending.get(fate.id)
            if waiting is None:
                return
            waiting.discard(scheduler)
            known = self._fates.get(fate.id)
            if known is None or known.state != "accepted":
                self._fates[fate.id] = fate
            is_settled = not waiting
        if is_settled:
            self._journal.done(fate.id)
            with self._lock:
                settled = self._fates[fate.id]
            self._settle(settled)

    def _settle(self, fate: CommandFate) -> None:
        with self._lock:
            self._pending.pop(fate.id, None)
            self._fates[fate.id] = fate
            while len(self._fates) > FATES_KEPT:
                self._fates.popitem(last=False)
            self._changed.notify_all()

    def _wait(self, id_: str) -> CommandFate:
        with self._lock:
            self._changed.wait_for(lambda: id_ not in self._pending, ANSWER_WITHIN)
        return self._fate_now(id_)

    def _fate_now(self, id_: str) -> CommandFate:
        with self._lock:
            known = None if id_ in self._pending else self._fates.get(id_)
        return known or CommandFate(id_, "waiting")

    def fate(self, request: FateRequest) -> CommandFate:
        """Answer ``command_fate``."""
        with self._lock:
            if request.id in self._pending:
                return CommandFate(request.id, "waiting")
            known = self._fates.get(request.id)
        if known is None:
            raise NotFoundError(f"no command has the id {request.id!r}, or it is too long ago")
        return known


def one_batch(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Return the oldest commands that go into one request."""
    batch: list[Waiting] = []
    room = BATCH_BYTES
    for command in waiting:
        room -= len(command.line)
        if len(batch) >= BATCH_LINES or (batch and room < 0):
            break
        batch.append(command)
    return batch


def command_line(request: CommandRequest) -> str:
    """Return the command line a request means (http-api.md 2.4): ``[ts] NAME;element or host[;service] or user;rest``.

    Raises RefusedError when there is no command or the timestamp is no number.
    """
    if request.command is None:
        raise RefusedError("Missing command parameter")
    text = request.command.strip()
    stamp = ""
    if text.startswith("["):
        stamp, bracket, text = text.partition("]")
        stamp, text = stamp + bracket, text.strip()
    if request.timestamp is not None:
        try:
            stamp = f"[{int(request.timestamp)}]"
        except ValueError:
            raise RefusedError("Timestamp must be an integer value") from None
    name, semicolon, rest = text.partition(";")
    pieces = [name.upper() + semicolon + rest, *targets(request)]
    if request.parameters:
        pieces.append(request.parameters)
    line = ";".join(pieces)
    return f"{stamp} {line}" if stamp else line


def targets(request: CommandRequest) -> list[str]:
    """Return the target pieces of a request: a named host, service or user goes before ``element``."""
    if request.host or request.service or request.user:
        return [each for each in (request.host, request.service, request.user) if each]
    return request.element.split("/", 1) if request.element else []
