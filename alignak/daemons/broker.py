"""The broker: follows what happens everywhere, keeps the history and writes the monitoring log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from msgspec import Raw

from alignak.api.arbiter import EventsLog
from alignak.api.common import GetBroks, is_wanted
from alignak.api.roles import endpoint
from alignak.base.clock import Instant
from alignak.base.codec import decode, encode
from alignak.base.errors import BadRequestError
from alignak.daemons.satellites import MakeLink
from alignak.daemons.shell import Place, Shell
from alignak.messages.broks import GAP, MONITORING_LOG, Brok, LogLine, PushBroks
from alignak.messages.control import DaemonConfiguration
from alignak.model.topology import DaemonLink, Role
from alignak.net.links import Link
from alignak.storage.port import EventQuery, EventStore, StoredEvent
from alignak.system.logs import MonitoringLogWriter

log = logging.getLogger(__name__)

IDLE_REST: Final = 0.25
PACE: Final = 0.1
"""Seconds between two questions to one daemon at least: what is told in between comes together."""

KEEP_DAYS: Final = 365
TRIM_EVERY: Final = 3600.0

HISTORY: Final[frozenset[str]] = frozenset(
    {
        MONITORING_LOG,
        GAP,
        "notification_raise",
        "acknowledge_raise",
        "acknowledge_expire",
        "downtime_raise",
        "downtime_expire",
        "comment",
        "unknown_host_check_result",
        "unknown_service_check_result",
    }
)
"""The types of broks that are kept; states and schedules are of the moment."""

INITIALS: Final[Mapping[str, str]] = {"info": "I", "warning": "W", "error": "E", "critical": "C", "debug": "D"}
"""How a level is written in ``events_log`` (http-api.md 2.4)."""


class Broker(Shell):
    """The shell around the history."""

    role: ClassVar[Role] = Role.BROKER
    pace: ClassVar[float] = PACE

    def __init__(
        self,
        place: Place,
        store: EventStore,
        writer: MonitoringLogWriter,
        link: MakeLink,
    ) -> None:
        super().__init__(place)
        self._store = store
        self._writer = writer
        self._make_link = link
        self._cursors: dict[str, int] = dict(self._store.cursors())
        self._next_trim = 0.0
        self._got = 0
        self._pushed = 0

    def handlers(self) -> dict[str, Callable[[Any], Any]]:
        """Add the broker's endpoints."""
        return super().handlers() | {"events_log": self.events_log, "push_broks": self.push_broks}

    def configured(self, conf: DaemonConfiguration) -> None:
        """Follow every daemon the configuration names."""
        peers = [each.link for each in conf.schedulers]
        peers += [each for each in (*conf.satellites, *conf.arbiters) if each.name != self.name]
        self.followers.keep({f"broks of {each.name} {each.uri}": self._step_of(each) for each in peers})

    def _step_of(self, peer: DaemonLink) -> Callable[[], Callable[[], float]]:
        def make() -> Callable[[], float]:
            link = self._make_link(peer)
            return lambda: self._follow(peer, link)

        return make

    def dropped(self) -> None:
        """Follow nobody."""
        self.followers.keep({})

    def turn(self, now: Instant) -> float:
        """Forget what is too old."""
        if now.mono >= self._next_trim:
            self._next_trim = now.mono + TRIM_EVERY
            self._store.trim(now.wall - KEEP_DAYS * 86400)
        return 1.0

    def stopped(self) -> None:
        """Close history and log."""
        self._store.close()
        self._writer.close()

    # Following --------------------------------------------------------------------------------------------------

    def _follow(self, peer: DaemonLink, link: Link) -> float:
        """Fetch the next broks of a daemon and keep them; the cursor moves with them, in one transaction."""
        epoch, after = self._position(peer.name)
        request = GetBroks(broker_name=self.name, after=after, epoch=epoch)
        broks: list[Brok] = link.call(endpoint(peer.role, "get_broks"), request)
        if not broks:
            return IDLE_REST
        self.loop.call(lambda: self._take(peer.name, broks, epoch, after))
        return 0.0

    def _position(self, name: str) -> tuple[str, int]:
        """Return the epoch read last of a daemon, and how far."""
        mine = [(key, seq) for key, seq in self._cursors.items() if key.rpartition("@")[0] == name]
        if not mine:
            return "", 0
        key, seq = mine[-1]
        return key.rpartition("@")[2], seq

    def _take(self, name: str, broks: Sequence[Brok], epoch: str, after: int) -> None:
        """Store broks and write their lines; a hole in the sequence is said, not hidden."""
        kept: list[Brok] = []
        for brok in broks:
            its_epoch = brok.uuid.rpartition("-")[0]
            expected = (after if its_epoch == epoch else 0) + 1 if after else brok.seq
            if brok.seq > expected:
                kept.append(gap(brok, after))
            if brok.seq:
                epoch, after = its_epoch, brok.seq
            if brok.type in HISTORY:
                kept.append(brok)
        cursors = {f"{name}@{epoch}": after} if after else {}
        self._store.append(kept, cursors)
        for key in [each for each in self._cursors if each.rpartition("@")[0] == name]:
            del self._cursors[key]
        self._cursors.update(cursors)
        self._write(kept)
        self._got += len(broks)

    def _write(self, broks: Sequence[Brok]) -> None:
        for brok in broks:
            if brok.type == MONITORING_LOG:
                try:
                    line = decode(bytes(brok.data), LogLine)
                except BadRequestError:
                    log.warning("brok %s is no log line and is not written", brok.uuid)
                    continue
                self._writer.write(brok.creation_time, line.level, line.message)
            elif brok.type == GAP:
                self._writer.write(brok.creation_time, "warning", f"EVENTS GAP: {brok.instance_id}; some are missing")

    def push_broks(self, request: PushBroks) -> None:
        """Keep broks another daemon pushes; those known already are passed over."""

        def keep() -> None:
            new = [each for each in request.broks if each.type in HISTORY]
            self._store.append(new, {})
            self._write(new)
            self._pushed += len(request.broks)

        self.loop.call(keep, needs_store=True)

    # Asking -----------------------------------------------------------------------------------------------------

    def events_log(self, request: EventsLog) -> list[Any]:
        """Return the latest lines of the monitoring log."""
        count = (
            request.count if request.count is not None else (self.conf.settings.events_log_count if self.conf else 100)
        )
        found = self._store.query(EventQuery(count=count, after=request.timestamp))
        details = is_wanted(request.details)
        return [event_document(each) if details else event_line(each) for each in found]

    def counters(self) -> dict[str, int]:
        """Return how many of what there are."""
        conf = self.conf
        roles = [each.role for each in conf.satellites] if conf else []
        return {
            "external-commands": 0,
            "satellites.arbiters": len(conf.arbiters) if conf else 0,
            "satellites.schedulers": len(conf.schedulers) if conf else 0,
            "satellites.pollers": roles.count(Role.POLLER),
            "satellites.reactionners": roles.count(Role.REACTIONNER),
            "satellites.receivers": roles.count(Role.RECEIVER),
            "broks-external": self._got,
            "broks-internal": len(self.outbox),
            "broks-arbiter": self._pushed,
        }


def gap(brok: Brok, after: int) -> Brok:
    """Return the brok that says what is missing before this one."""
    return Brok(
        uuid=f"{brok.uuid}-gap",
        seq=brok.seq,
        type=GAP,
        instance_id=brok.instance_id,
        creation_time=brok.creation_time,
        data=Raw(encode({"after": after, "before": brok.seq})),
    )


def event_line(event: StoredEvent) -> str:
    """Return an event as ``events_log`` writes it."""
    return f"{shown_time(event.at)} - {INITIALS.get(event.level, 'I')} - {event.message}"


def event_document(event: StoredEvent) -> dict[str, Any]:
    """Return an event as ``events_log`` gives it with details."""
    return {"level": event.level, "message": event.message, "timestamp": event.at, "date": shown_time(event.at)}


def shown_time(at: float) -> str:
    """Return a wall time in the machine's zone, to the second."""
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
