"""The receiver: a door for results and commands from outside, beside the arbiter's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from alignak.api.arbiter import CommandRequest
from alignak.base.clock import Instant
from alignak.base.errors import NotReadyError
from alignak.base.ids import IdSource
from alignak.daemons import command_pipe
from alignak.daemons.command_pipe import CommandPipe
from alignak.daemons.door import Door, Routes
from alignak.daemons.satellites import MakeLink
from alignak.daemons.shell import Place, Shell
from alignak.daemons.waiting import CommandJournal
from alignak.messages.control import Assignment, DaemonConfiguration
from alignak.model.topology import Role
from alignak.net.endpoint import NoRequest


class Receiver(Shell):
    """The shell around a door."""

    role: ClassVar[Role] = Role.RECEIVER

    def __init__(self, place: Place, journal: CommandJournal, link: MakeLink) -> None:
        self._door = Door(IdSource(f"{place.settings.name}-{place.running_id}"), journal, None)
        super().__init__(place)
        self._make_link = link
        path = place.settings.command_file
        self._pipe = CommandPipe(path, self._door, self.tell) if path else None
        self._door.nudge = self.followers.nudge

    def handlers(self) -> dict[str, Callable[[Any], Any]]:
        """Add the door."""
        return super().handlers() | {
            "command": self.command,
            "command_fate": self._door.fate,
            "push_external_command": self.command,
        }

    def command(self, request: CommandRequest) -> Any:
        """Take a command; refused while the daemon rests."""
        if self.is_resting:
            raise NotReadyError("this receiver rests since it was asked to stop; give commands to the arbiter")
        return self._door.command(request)

    def configured(self, conf: DaemonConfiguration) -> None:
        """Take over who owns what, and follow the schedulers."""
        self._door.route(routes_of(conf.schedulers, conf.settings.accept_passive_unknown_check_results))
        senders = {f"commands for {each.link.name} {each.link.uri}": self._step_of(each) for each in conf.schedulers}
        self.followers.keep({**senders, **command_pipe.follower(self._pipe)})

    def _step_of(self, assignment: Assignment) -> Callable[[], Callable[[], float]]:
        def make() -> Callable[[], float]:
            link = self._make_link(assignment.link)
            return lambda: self._door.deliver(assignment.link.name, link)

        return make

    def tell(self, message: str) -> None:
        """Write an error to the monitoring log."""
        self.outbox.log("error", message, self.clock.now().wall)

    def stopped(self) -> None:
        """Take what is in the command pipe, and read no more."""
        if self._pipe is not None:
            self._pipe.close()

    def dropped(self) -> None:
        """Know no scheduler any more."""
        self._door.route(Routes())
        self.followers.keep({})

    def turn(self, _: Instant) -> float:
        """There is nothing to do but to wait for callers."""
        return 1.0

    def get_external_commands(self, _: NoRequest) -> list[str]:
        """Return the commands that wait for a scheduler; they are delivered by the door, not by this call."""
        return self._door.lines()

    def counters(self) -> dict[str, int]:
        """Return how many of what there are."""
        conf = self.conf
        return {
            **self._door.counters(),
            **command_pipe.counters(self._pipe),
            "satellites.arbiters": len(conf.arbiters) if conf else 0,
            "satellites.schedulers": len(conf.schedulers) if conf else 0,
            "broks": len(self.outbox),
            "satellites.workers": 0,
            "external-commands-unprocessed": self._door.waiting,
        }


def routes_of(schedulers: tuple[Assignment, ...], accepts_unknown: bool) -> Routes:
    """Return who owns what, from what the schedulers look after."""
    return Routes(
        schedulers=tuple(each.link.name for each in schedulers),
        owners={host: each.link.name for each in schedulers for host in each.managed_hosts_names},
        accepts_unknown=accepts_unknown,
    )
