"""Orders that wait, and who has those that were handed out; the scheduler's loop owns one ``Lanes``.

An order waits in the lane of its work, tag and module type, by due time. Handing it out is lending it: a holder that
was not heard of for its time to live, or sits on an order well past its deadline, has lost it, and whoever asks
``expire`` gets it back to give to another (reliability.md 5.2 number 2). Not thread safe.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush
from typing import Final, NamedTuple

from msgspec import Struct

from alignak.base.clock import Instant
from alignak.dispatch.catching_up import CatchingUp
from alignak.messages.work import ACTIONS, Order, Work

TTL: Final = 15.0
"""Seconds a holder may be silent; any call of it renews all it holds."""

MARGIN: Final = 60.0
"""Seconds past its timeout an order may stay with a holder that is heard of: time to queue there and to report."""

CAPACITY: Final = 100_000
"""Actions of one kind of work that may wait; one more is refused. Of checks an engine has one an object at most."""

RANKS: Final[Mapping[Work, int]] = {
    Work.NOTIFICATION: 0,
    Work.EVENT_HANDLER: 0,
    Work.CHECK: 1,
    Work.PERFDATA: 2,
    Work.SNAPSHOT: 0,
    Work.OBSESSION: 2,
    Work.TRIAL: 0,
}
"""What goes first when a holder takes several kinds of work: what a state change asked for, perfdata last."""

_STALE_KEPT: Final = 1_000
"""Entries of withdrawn orders a lane may hold before it is swept."""

Lane = tuple[Work, str, str]
"""Work, tag, module type."""


class _Entry(NamedTuple):
    due_at: float
    number: int
    id: str


class Leased(Struct, frozen=True):
    """An order in somebody's hands."""

    order: Order
    holder: str
    """Name of the poller or reactionner; empty when the order was back in its lane."""
    deadline: float
    """Monotonic time it is taken back at, whatever its holder says."""


class _Holder:
    __slots__ = ("expires", "leases", "ttl")

    def __init__(self) -> None:
        self.ttl = TTL
        self.expires = 0.0
        self.leases: dict[str, Leased] = {}


class Lanes:
    """Every order of a scheduler that waits or is handed out."""

    def __init__(self, capacity: int = CAPACITY, margin: float = MARGIN) -> None:
        self.capacity = capacity
        self.margin = margin
        self.refused = 0
        self.lost = 0
        """Leases that ended without an outcome."""
        self._waiting: dict[str, tuple[int, Order]] = {}
        self._lanes: dict[Lane, list[_Entry]] = {}
        self._stale: dict[Lane, int] = {}
        self._depth = dict.fromkeys(Work, 0)
        self._numbers = 0
        self._holders: dict[str, _Holder] = {}
        self._with: dict[str, str] = {}
        """Order id -> name of its holder."""
        self._deadlines: list[tuple[float, str]] = []
        self._catching_up: defaultdict[Lane, CatchingUp] = defaultdict(CatchingUp)
        """For each lane of checks."""

    def put(self, order: Order) -> bool:
        """Have an order wait for its time; return False for an action when the lanes of its work are full.

        An order that waits or is handed out already is not put a second time.
        """
        if order.id in self._waiting or order.id in self._with:
            return True
        if self._depth[order.work] >= self.capacity and order.work in ACTIONS:
            self.refused += 1
            return False
        self._numbers += 1
        self._waiting[order.id] = (self._numbers, order)
        self._depth[order.work] += 1
        heappush(self._lanes.setdefault(_lane(order), []), _Entry(order.due_at, self._numbers, order.id))
        return True

    def cancel(self, order_id: str) -> bool:
        """Withdraw an order that waits; return False when it does not (one that is handed out runs to its end)."""
        found = self._waiting.pop(order_id, None)
        if found is None:
            return False
        order = found[1]
        lane = _lane(order)
        self._depth[order.work] -= 1
        self._stale[lane] = self._stale.get(lane, 0) + 1
        if self._stale[lane] > max(_STALE_KEPT, len(self._lanes[lane]) // 2):
            self._sweep(lane)
        return True

    def lease(  # noqa: PLR0917  what is asked for, by whom, when: each call names them all
        self,
        works: Iterable[Work],
        tags: Iterable[str],
        module_types: Iterable[str] | None,
        holder: str,
        now: Instant,
        most: int,
        ttl: float = TTL,
    ) -> list[Order]:
        """Hand out orders that are due, at most ``most``; those of higher rank first, then by due time.

        ``module_types`` None means all of them. The holder counts as heard of.
        """
        record = self._holders.setdefault(holder, _Holder())
        record.ttl = ttl
        record.expires = now.mono + ttl
        given: list[Order] = []
        heads = self._heads(frozenset(works), frozenset(tags), module_types)
        late = {lane: self._allowance(lane, due_at, now) for _, due_at, _, lane in heads if lane[0] is Work.CHECK}
        while heads and len(given) < most:
            _, due_at, _, lane = heads[0]
            if due_at > now.wall or late.get(lane) == 0:
                # A lane of higher rank is not due, or has to be caught up with: lanes of lower rank may be.
                heappop(heads)
                continue
            order = self._pop(lane)
            heappop(heads)
            if (head := self._head(lane)) is not None:
                heappush(heads, (RANKS[lane[0]], head.due_at, head.number, lane))
            self._lend(order, holder, record, now)
            given.append(order)
            if (left := late.get(lane)) is not None:
                late[lane] = left - 1
                self._catching_up[lane].gave(1)
        return given

    def _allowance(self, lane: Lane, due_at: float, now: Instant) -> int | None:
        """Return how many checks of a lane may be lent now; None for all. Lanes differ in who comes for them."""
        waiting = len(self._lanes[lane]) - self._stale.get(lane, 0)
        return self._catching_up[lane].allowance(waiting, now.wall - due_at, now.mono)

    def shift(self, seconds: float) -> None:
        """Move the due times of all that waits, because the wall clock was set by so much."""
        for lane, entries in self._lanes.items():
            self._lanes[lane] = [entry._replace(due_at=entry.due_at + seconds) for entry in entries]

    def renew(self, holder: str, now: Instant) -> int:
        """Note that a holder was heard of, and return how many orders it has."""
        record = self._holders.get(holder)
        if record is None:
            return 0
        record.expires = now.mono + record.ttl
        return len(record.leases)

    def finish(self, order_id: str) -> Leased | None:
        """Let go of an order whose outcome came; None when it is not known (any more).

        One that came back to its lane because its holder was thought dead is taken out of it: it ran after all.
        """
        holder = self._with.get(order_id)
        if holder is not None:
            return self._return(order_id, holder)
        waiting = self._waiting.get(order_id)
        if waiting is None:
            return None
        self.cancel(order_id)
        return Leased(waiting[1], "", 0.0)

    def holder_of(self, order_id: str) -> str:
        """Return who an order was handed out to; empty while it waits, and when it is not known."""
        return self._with.get(order_id, "")

    def expire(self, now: Instant) -> list[Leased]:
        """Take back what silent holders have and what is past its deadline; the caller puts it again or drops it."""
        taken: list[Leased] = []
        for name in [name for name, record in self._holders.items() if record.expires <= now.mono]:
            taken += self._take_all(name)
        while self._deadlines and self._deadlines[0][0] <= now.mono:
            deadline, order_id = heappop(self._deadlines)
            holder = self._with.get(order_id)
            if holder is not None and self._holders[holder].leases[order_id].deadline == deadline:
                taken.append(self._return(order_id, holder))
        self.lost += len(taken)
        return taken

    def holder_gone(self, holder: str) -> list[Leased]:
        """Take back all a holder has: it died, or lives a new life and knows nothing of it."""
        taken = self._take_all(holder) if holder in self._holders else []
        self.lost += len(taken)
        return taken

    def next_due(self) -> float | None:
        """Return the wall time the next waiting order is due at; None when none waits."""
        heads = (self._head(lane) for lane in self._lanes)
        return min((head.due_at for head in heads if head is not None), default=None)

    def depth(self, work: Work) -> int:
        """Return how many orders of a kind of work wait."""
        return self._depth[work]

    def lateness(self, now: Instant) -> float:
        """Return how many seconds the longest overdue order has waited past its time, 0 when none is due."""
        due = self.next_due()
        return 0.0 if due is None else max(0.0, now.wall - due)

    def in_hand(self) -> Mapping[str, int]:
        """Return how many orders each holder has."""
        return {name: len(record.leases) for name, record in self._holders.items() if record.leases}

    def statistics(self) -> dict[str, int]:
        """Return the scheduler's historical counters (http-api.md 2.2): waiting, handed out, and lost so far."""
        leased = {True: 0, False: 0}
        for record in self._holders.values():
            for lease in record.leases.values():
                leased[lease.order.work in ACTIONS] += 1
        found: dict[str, int] = {}
        for name, is_action in (("actions", True), ("checks", False)):
            scheduled = sum(count for work, count in self._depth.items() if (work in ACTIONS) is is_action)
            found[f"{name}.count"] = scheduled + leased[is_action]
            found[f"{name}.scheduled"] = scheduled
            found[f"{name}.in_poller"] = leased[is_action]
            found[f"{name}.zombie"] = 0
        return found

    def _heads(
        self, works: frozenset[Work], tags: frozenset[str], module_types: Iterable[str] | None
    ) -> list[tuple[int, float, int, Lane]]:
        types = None if module_types is None else frozenset(module_types)
        heads: list[tuple[int, float, int, Lane]] = []
        for lane in self._lanes:
            work, tag, module_type = lane
            if work not in works or tag not in tags or (types is not None and module_type not in types):
                continue
            if (head := self._head(lane)) is not None:
                heads.append((RANKS[work], head.due_at, head.number, lane))
        heapify(heads)
        return heads

    def _head(self, lane: Lane) -> _Entry | None:
        """Return the first entry of a lane whose order still waits; what was withdrawn before it goes."""
        entries = self._lanes[lane]
        while entries:
            if self._is_current(entries[0]):
                return entries[0]
            heappop(entries)
            self._stale[lane] -= 1
        return None

    def _is_current(self, entry: _Entry) -> bool:
        found = self._waiting.get(entry.id)
        return found is not None and found[0] == entry.number

    def _sweep(self, lane: Lane) -> None:
        self._lanes[lane] = [entry for entry in self._lanes[lane] if self._is_current(entry)]
        heapify(self._lanes[lane])
        self._stale[lane] = 0

    def _pop(self, lane: Lane) -> Order:
        order = self._waiting.pop(heappop(self._lanes[lane]).id)[1]
        self._depth[order.work] -= 1
        return order

    def _lend(self, order: Order, holder: str, record: _Holder, now: Instant) -> None:
        leased = Leased(order, holder, now.mono + order.timeout + self.margin)
        record.leases[order.id] = leased
        self._with[order.id] = holder
        heappush(self._deadlines, (leased.deadline, order.id))

    def _return(self, order_id: str, holder: str) -> Leased:
        del self._with[order_id]
        return self._holders[holder].leases.pop(order_id)

    def _take_all(self, name: str) -> list[Leased]:
        record = self._holders.pop(name)
        for order_id in record.leases:
            del self._with[order_id]
        return list(record.leases.values())


def _lane(order: Order) -> Lane:
    return order.work, order.tag, order.module_type
