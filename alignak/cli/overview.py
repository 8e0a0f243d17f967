"""What an installation says of itself, asked of its arbiter: ``status``, ``up`` and ``demo`` show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from alignak.api.arbiter import Dump, EventsLog
from alignak.api.common import Details
from alignak.base.errors import LinkError
from alignak.cli.asking import Asker
from alignak.messages.control import LiveIdentity
from alignak.model.topology import Role

HOST_STATES: Final = ("up", "down", "unreachable")
SERVICE_STATES: Final = ("ok", "warning", "critical", "unknown", "unreachable")
OTHERS: Final = ("acknowledged", "in_downtime", "flapping")

FINE: Final = ("ok", "unknown")
"""States of a daemon that nobody has to care about: it is there, or it is switched off."""

NOT_ASKED_YET: Final = {"state": "warning", "output": "nobody has asked it yet."}
"""What an arbiter that is starting says of a daemon by saying nothing."""

EVENTS_LOOKED_AT: Final = 200


class Daemon(Struct, frozen=True):
    """One daemon."""

    name: str
    type: str
    state: str
    """``ok``, ``warning`` (does not answer), ``critical`` (given up), ``unknown`` (not active)."""
    output: str
    uri: str
    since: int
    """Wall time of its start, 0 when nobody knows."""
    running_id: str = ""


class Problem(Struct, frozen=True):
    """A host or service in a hard problem state, that is not only the impact of another one."""

    host: str
    service: str
    """Empty for a host."""
    state: str
    since: int
    output: str


class Overview(Struct, frozen=True):
    """How an installation is."""

    name: str
    version: str
    state: str
    """``up``, ``unreachable`` or ``down``: that of the daemons together."""
    output: str
    at: int
    """Wall time."""
    daemons: tuple[Daemon, ...]
    hosts: Mapping[str, int]
    """State, or other condition -> how many."""
    services: Mapping[str, int]
    problems: tuple[Problem, ...]

    @property
    def is_well(self) -> bool:
        """Tell whether all daemons are there and no problem is open."""
        return not self.problems and all(each.state in FINE for each in self.daemons)


class Event(Struct, frozen=True):
    """One line of the monitoring log."""

    level: str
    message: str
    timestamp: float
    date: str


def gather(asker: Asker) -> Overview:
    """Ask an arbiter how everything is. Raises LinkError."""
    status: dict[str, Any] = asker.ask("get_alignak_status", Details())
    identity: LiveIdentity = asker.ask("identity")
    synthesis: dict[str, Any] = asker.ask("livesynthesis")
    counts: dict[str, int] = synthesis["livesynthesis"]["_overall"]["livesynthesis"]
    return Overview(
        name=status["name"],
        version=identity.version,
        state=status["livestate"]["state"],
        output=status["livestate"]["output"],
        at=status["livestate"]["timestamp"],
        daemons=tuple(daemons(asker, status, identity)),
        hosts=conditions(counts, "hosts", HOST_STATES),
        services=conditions(counts, "services", SERVICE_STATES),
        problems=tuple(sorted(problems(asker), key=lambda each: (-each.since, each.host, each.service))),
    )


def links(asker: Asker) -> list[dict[str, Any]]:
    """Return the links of all daemons, the arbiter's first. Raises LinkError."""
    found: dict[str, list[dict[str, Any]]] = asker.ask("get_satellites_configuration")
    roles = dict.fromkeys((Role.ARBITER, *Role))
    return [each for role in roles for each in found.get(role.value, ())]


def daemons(asker: Asker, status: Mapping[str, Any], arbiter: LiveIdentity) -> Iterator[Daemon]:
    """Yield the daemons, the arbiter first."""
    states = {each["name"]: each["livestate"] for each in status["services"]}
    for link in links(asker):
        is_asked = link["name"] == arbiter.name
        state = states.get(link["name"], NOT_ASKED_YET)
        running_id = arbiter.running_id if is_asked else str(link.get("running_id") or "")
        yield Daemon(
            name=link["name"],
            type=link["type"],
            state="ok" if is_asked else state["state"],  # its own entry tells of all the others
            output="it answers." if is_asked else state["output"],
            uri=asker.url if is_asked else link["uri"],
            since=int(running_id.partition(".")[0] or 0),
            running_id=running_id,
        )


def conditions(counts: Mapping[str, int], family: str, states: tuple[str, ...]) -> dict[str, int]:
    """Return how many hosts or services are in which state, and in which other condition."""
    by_state = {
        state: counts.get(f"{family}_{state}_hard", 0) + counts.get(f"{family}_{state}_soft", 0) for state in states
    }
    others = {each: counts.get(f"{family}_{each}", 0) for each in OTHERS}
    return {"total": counts.get(f"{family}_total", 0), **by_state, **others}


def problems(asker: Asker) -> Iterator[Problem]:
    """Yield the open problems of all schedulers. Raises LinkError."""
    answer: dict[str, Any] = asker.ask("monitoring_problems")
    for scheduler in answer["problems"].values():
        for each in scheduler["problems"].values():
            since = int(each["last_hard_state_change"])
            yield Problem(each["host"], each["service"] or "", each["state"], since, each["output"])


def hosts(asker: Asker) -> list[dict[str, Any]]:
    """Return every host with its services: for small installations. Raises LinkError."""
    answer: dict[str, list[dict[str, Any]]] = asker.ask("dump", Dump())
    return [host for those in answer.values() for host in those]


class Events:
    """What is new in the monitoring log, each event once, oldest first."""

    def __init__(self, asker: Asker, since: float) -> None:
        self._asker = asker
        self._since = since
        self._shown: Counter[Event] = Counter()

    def new(self) -> list[Event]:
        """Return what happened since the last call; nothing when nobody can tell now."""
        request = EventsLog(details="1", count=EVENTS_LOOKED_AT, timestamp=self._since)
        try:
            answer: Iterable[dict[str, Any]] = self._asker.ask("events_log", request)
        except LinkError:
            return []
        found = Counter(Event(**each) for each in answer)
        new = sorted((found - self._shown).elements(), key=lambda each: each.timestamp)
        if new:
            # Events of several daemons arrive a little out of order: those of the last seconds are looked at again.
            self._since = max(self._since, new[-1].timestamp - 5)
            known = self._shown | found
            self._shown = Counter({each: known[each] for each in known if each.timestamp >= self._since})
        return new


class Changes:
    """What is new about the daemons: who is gone, who is back."""

    def __init__(self, daemons: Iterable[Daemon] = ()) -> None:
        self._known = {each.name: each for each in daemons}

    def new(self, daemons: Iterable[Daemon]) -> Iterator[str]:
        """Yield a sentence for each daemon that is not as it was at the last call."""
        for each in daemons:
            before, self._known[each.name] = self._known.get(each.name), each
            if before is None:
                continue
            if before.state != each.state:
                yield f"{each.name}: {each.output}"
            elif before.running_id and each.running_id not in ("", before.running_id):
                yield f"{each.name}: was started again"
