"""The door for external commands, on the arbiter and on receivers.

A command is checked, made durable, and only then accepted; it goes straight to the scheduler that owns its host, or to
all of them. What is given together goes together, in batches. Each line has an id by which its fate can be asked, each
batch one by which a scheduler that gets it twice runs it once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from alignak.api.arbiter import CommandAnswer, CommandFate, CommandRequest, FateRequest
from alignak.api.roles import endpoint
from alignak.base.errors import AlignakError, NotFoundError, NotReadyError, PeerAnswerError, RefusedError
from alignak.base.ids import IdSource
from alignak.daemons.command_lines import command_line
from alignak.daemons.waiting import CommandJournal, Fates, Waiting, batch_of, grouped, line_ids, one_request
from alignak.engine import command_table
from alignak.messages.work import CommandBatch, RunCommands
from alignak.model.topology import Role
from alignak.net.links import Link

log = logging.getLogger(__name__)

MOST_LINES: Final = 10_000
"""Lines one request may hold."""

CAPACITY: Final = 100_000
MOST_BYTES: Final = 64 << 20
"""Commands that may wait for a scheduler that does not answer; one more is refused."""

ANSWER_WITHIN: Final = 2.0
"""Seconds a caller waits to learn the fate; after that the command is accepted and waiting."""

IDLE_REST: Final = 1.0

LOCAL: Final[tuple[str, ...]] = ()
"""The schedulers of a command that is this daemon's own affair."""

_UNKNOWN: Final = CommandFate("", "waiting")


class Routes(Struct, frozen=True):
    """Who owns what."""

    schedulers: tuple[str, ...] = ()
    owners: Mapping[str, str] = {}
    """Host name -> name of its scheduler."""
    accepts_unknown: bool = False
    """Whether passive results of unknown hosts are passed on to be told about."""


class Door:
    """Take commands and bring them to their schedulers."""

    def __init__(self, ids: IdSource, journal: CommandJournal, local: Callable[[str], None] | None) -> None:
        self._ids = ids
        self._journal = journal
        self._local = local
        """Runs a command that is the arbiter's own affair; None where there is no arbiter behind the door."""
        self._routes = Routes()
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._queues: dict[str, dict[str, Waiting]] = {}
        """Scheduler -> what waits for it by batch id, oldest first."""
        self._pending: dict[str, tuple[Waiting, set[str]]] = {}
        """Batch id -> the batch, and the schedulers that have not answered."""
        self._lines = self._bytes = 0
        """What is accepted, or about to be, and not settled."""
        self._fates = Fates()
        self._moved: dict[str, str] = {}
        """Id of a line -> the one it has since its batch had to be divided."""
        self.settled = self.refused = 0
        """Lines that all their schedulers answered, and that were not accepted."""
        self.nudge: Callable[[], None] = lambda: None
        for each in journal.left():
            self._reserve([each])
            self._enqueue(each)

    @property
    def waiting(self) -> int:
        """Return how many commands have not reached all their schedulers."""
        return self._lines

    def counters(self) -> dict[str, int]:
        """Return how many commands came to what."""
        return {
            "external-commands": self._lines,
            "external-commands-settled": self.settled,
            "external-commands-refused": self.refused,
        }

    def lines(self) -> list[str]:
        """Return the commands that wait for a scheduler."""
        with self._lock:
            found = {id_: each.lines for queue in self._queues.values() for id_, each in queue.items()}
        return [line for lines in found.values() for line in lines]

    # Routes -----------------------------------------------------------------------------------------------------

    def route(self, routes: Routes) -> None:
        """Take over who owns what; what waited for a scheduler that is gone looks for its new owner."""
        with self._lock:
            self._routes = routes
            self._changed.notify_all()
            stranded = [self._queues.pop(name) for name in list(self._queues) if name not in routes.schedulers]
        if routes.schedulers:
            for batch in {id_: each for queue in stranded for id_, each in queue.items()}.values():
                self._send_again(batch)

    def _send_again(self, batch: Waiting) -> None:
        """Send a batch to whom its lines are for now; it is divided when they are for different ones."""
        fates, targets = self._checked(batch.lines)
        if len(set(targets)) == 1 and LOCAL not in targets:
            with self._lock:
                self._enqueue(Waiting(batch.id, batch.lines, targets[0]))
            return
        parts: list[tuple[Waiting, list[CommandFate]]] = []
        for part, (schedulers, numbers) in enumerate(grouped(targets)):
            # The names depend on nothing but the routes: what a crash has sent twice is known by them.
            divided = Waiting(f"{batch.id}~{part}", tuple(batch.lines[each] for each in numbers), schedulers)
            new_ids = line_ids(divided.id, len(numbers))
            old_ids = line_ids(batch.id, len(batch.lines))
            self._moved.update((old_ids[each], new_id) for each, new_id in zip(numbers, new_ids, strict=True))
            said = [CommandFate(new, "refused", fates[each].reason) for each, new in zip(numbers, new_ids, strict=True)]
            parts.append((divided, said))
        self._journal.add([each for each, _ in parts if each.schedulers])
        with self._lock:
            for divided, said in parts:
                self._reserve([divided])
                self._enqueue(divided)
                if not divided.schedulers:
                    self._fates.note(divided.id, len(said), said)
            del self._pending[batch.id]
        self._journal.done([batch.id])
        self._release([batch])
        self._settle([each for each, _ in parts if not each.schedulers])

    # Taking -----------------------------------------------------------------------------------------------------

    def command(self, request: CommandRequest) -> CommandAnswer:
        """Answer ``command``: one line, or several."""
        if request.commands is not None:
            return self._several(request.commands)
        line = command_line(request)
        fate = self.accept([line])[0]
        if fate.state == "waiting":
            fate = self._wait(fate.id)
        if fate.state == "refused":
            raise RefusedError(fate.reason)
        return CommandAnswer("OK", f"Got command: {line}", line, fate.id)

    def _several(self, lines: Sequence[str]) -> CommandAnswer:
        """Accept the good ones of several lines; each gets its own fate."""
        if len(lines) > MOST_LINES:
            raise RefusedError(f"{len(lines)} commands in one request; at most {MOST_LINES}")
        fates = self.accept(lines)
        refused = sum(each.state == "refused" for each in fates)
        status = "OK" if not refused else "ERR"
        return CommandAnswer(status, f"Got {len(lines) - refused} command(s), refused {refused}", fates=tuple(fates))

    def accept(self, lines: Sequence[str]) -> list[CommandFate]:
        """Check lines, make the good ones durable and send them on their way; return the fate of each, for now.

        Raises NotReadyError when too many wait, StorageFullError when they cannot be kept; none is accepted then.
        """
        fates, targets = self._checked(lines)
        batches: list[Waiting] = []
        mine: list[int] = []
        for schedulers, numbers in grouped(targets):
            if schedulers is LOCAL:
                mine += [each for each in numbers if fates[each].state != "refused"]
                continue
            batch = Waiting(self._ids.take(), tuple([lines[each] for each in numbers]), schedulers)
            batches.append(batch)
            for number, id_ in zip(numbers, line_ids(batch.id, len(numbers)), strict=True):
                fates[number] = CommandFate(id_, "waiting")
        self._admit(batches)
        for number in mine:
            fates[number] = self._run_here(lines[number])
        refused = sum(each.state == "refused" for each in fates)
        if refused:
            with self._lock:
                self.refused += refused
        return fates

    def _checked(self, lines: Sequence[str]) -> tuple[list[CommandFate], list[tuple[str, ...]]]:
        """Return for each line that it is refused, or nothing yet, and the schedulers it is for."""
        fates = [_UNKNOWN] * len(lines)
        targets: list[tuple[str, ...]] = []
        routes = self._routes
        whole = {name: (name,) for name in routes.schedulers}
        for number, line in enumerate(lines):
            host = command_table.host_of_result(line)
            owner = None if host is None else routes.owners.get(host)
            if owner is not None:
                targets.append(whole.get(owner) or (owner,))
                continue
            try:
                targets.append(self._check(line, routes))
            except RefusedError as error:
                fates[number] = CommandFate("", "refused", error.message)
                targets.append(LOCAL)
        return fates, targets

    def _check(self, line: str, routes: Routes) -> tuple[str, ...]:
        """Return the schedulers a line is for; none when it is this daemon's own affair."""
        scanned = command_table.check_shape(line)
        if scanned.is_local:
            if self._local is None:
                raise RefusedError(f"only the arbiter runs {scanned.name}; send it there")
            return LOCAL
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

    def _admit(self, batches: Sequence[Waiting]) -> None:
        """Make batches durable, and have them delivered."""
        if not batches:
            return
        with self._lock:
            if not self._has_room(sum(len(each.lines) for each in batches)):
                raise NotReadyError(f"{self._lines} commands wait for their schedulers already; try again")
            self._reserve(batches)
        try:
            self._journal.add(batches)
        except BaseException:
            self._release(batches)
            raise
        with self._lock:
            for each in batches:
                self._enqueue(each)
        self.nudge()

    def _has_room(self, count: int) -> bool:
        return self._lines + count <= CAPACITY and self._bytes <= MOST_BYTES

    def wait_for_room(self, count: int, timeout: float) -> bool:
        """Return whether there is room for so many lines, and a scheduler to send them to, or is in time."""
        with self._lock:
            return self._changed.wait_for(lambda: self._has_room(count) and bool(self._routes.schedulers), timeout)

    def _reserve(self, batches: Iterable[Waiting]) -> None:
        for each in batches:
            self._lines += len(each.lines)
            self._bytes += each.size

    def _release(self, batches: Iterable[Waiting]) -> None:
        with self._lock:
            for each in batches:
                self._lines -= len(each.lines)
                self._bytes -= each.size
            self._changed.notify_all()

    def _run_here(self, line: str) -> CommandFate:
        """Run a command that is this daemon's own affair; one that fails is refused, the others go on."""
        assert self._local is not None, "such a line is refused where there is nobody to run it"
        id_ = self._ids.take()
        try:
            self._local(line)
        except AlignakError as error:
            fate = CommandFate(id_, "refused", error.message)
        else:
            fate = CommandFate(id_, "accepted")
        with self._lock:
            self._fates.note(id_, 1, [] if fate.state == "accepted" else [fate])
        return fate

    def _enqueue(self, batch: Waiting) -> None:
        self._pending[batch.id] = batch, set(batch.schedulers)
        for scheduler in batch.schedulers:
            self._queues.setdefault(scheduler, {})[batch.id] = batch

    # Delivering -------------------------------------------------------------------------------------------------

    def deliver(self, scheduler: str, link: Link) -> float:
        """Bring a scheduler what waits for it; return the seconds to rest. For the scheduler's follower."""
        with self._lock:
            batches = one_request(self._queues.get(scheduler, {}).values())
        if not batches:
            return IDLE_REST
        answer = link.call(endpoint(Role.SCHEDULER, "run_external_commands"), RunCommands(batches=tuple(batches)))
        if answer is None:
            raise PeerAnswerError(f"{link.name} did not answer for the commands it was given")
        self._answered(scheduler, batches, answer)
        return 0.0

    def _answered(self, scheduler: str, batches: Sequence[CommandBatch], answer: Iterable[CommandFate]) -> None:
        """Note one scheduler's answer; a command is settled when all have answered, and refused when all refuse."""
        said: dict[str, list[CommandFate]] = {each.id: [] for each in batches}
        for fate in answer:
            said.get(fate.id, said.get(batch_of(fate.id), [])).append(fate)
        settled: list[Waiting] = []
        with self._lock:
            queue = self._queues.get(scheduler, {})
            for each in batches:
                queue.pop(each.id, None)
                if each.id in self._pending:
                    batch, missing = self._pending[each.id]
                    self._fates.note(each.id, len(each.lines), said[each.id])
                    missing.discard(scheduler)
                    if not missing:
                        settled.append(batch)
        self._settle(settled)

    def _settle(self, batches: Sequence[Waiting]) -> None:
        """Forget batches that nobody has to get any more."""
        if not batches:
            return
        self._journal.done([each.id for each in batches])
        with self._lock:
            for each in batches:
                del self._pending[each.id]
                self.settled += len(each.lines)
        self._release(batches)

    # Fates ------------------------------------------------------------------------------------------------------

    def _wait(self, id_: str) -> CommandFate:
        with self._lock:
            self._changed.wait_for(lambda: id_ not in self._pending, ANSWER_WITHIN)
            return self._find(id_) or CommandFate(id_, "waiting")

    def _find(self, id_: str) -> CommandFate | None:
        """Return the fate of a command; None when it is not known."""
        now = self._moved.get(id_, id_)
        for batch_id in (now, batch_of(now)):
            if batch_id in self._pending:
                batch, _ = self._pending[batch_id]
                return CommandFate(id_, "waiting") if now in line_ids(batch_id, len(batch.lines)) else None
        found = self._fates.find(now)
        return None if found is None else CommandFate(id_, found.state, found.reason)

    def fate(self, request: FateRequest) -> CommandFate:
        """Answer ``command_fate``."""
        with self._lock:
            known = self._find(request.id)
        if known is None:
            raise NotFoundError(f"no command has the id {request.id!r}, or it is too long ago")
        return known
