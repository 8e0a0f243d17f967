"""What a store must offer; ``memory`` is the reference, ``sql`` the one daemons use. One contract suite tests both."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from msgspec import Struct, field

from alignak.base.codec import decode
from alignak.base.errors import BadRequestError
from alignak.messages.broks import MONITORING_LOG, Brok, LogLine
from alignak.messages.work import Order

KEPT_COMMANDS: Final = 100_000
"""How many fates of commands a store remembers; the oldest are forgotten when broks are trimmed."""


class Batch(Struct):
    """What one turn of the scheduler's loop decided: stored whole or not at all.

    Storing the same batch twice is storing it once: after an error nobody needs to know whether it was stored.
    What is removed goes first, so a key that is also in ``states`` is kept; what is finished goes last.
    """

    states: dict[str, bytes] = field(default_factory=dict)
    """Object key -> its state, encoded; the empty key is the engine's own."""
    removed_states: list[str] = field(default_factory=list)
    broks: list[Brok] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    """Actions (not checks) decided and not yet finished: they survive a crash and are run at least once."""
    finished_orders: list[str] = field(default_factory=list)
    commands: dict[str, bytes] = field(default_factory=dict)
    """Command id -> its fate, encoded; a repeat of a known id is not applied again."""

    def is_empty(self) -> bool:
        """Tell whether there is nothing to store."""
        return not (
            self.states or self.removed_states or self.broks or self.orders or self.finished_orders or self.commands
        )

    def followed_by(self, later: Batch) -> Batch:
        """Return what is to be stored of this batch and a later one together."""
        gone = set(later.removed_states)
        kept = {key: value for key, value in self.states.items() if key not in gone}
        return Batch(
            states=kept | later.states,
            removed_states=self.removed_states + later.removed_states,
            broks=self.broks + later.broks,
            orders=self.orders + later.orders,
            finished_orders=self.finished_orders + later.finished_orders,
            commands=self.commands | later.commands,
        )


class SchedulerStore(Protocol):
    """Where a scheduler keeps state, broks and unfinished orders. Any thread may call it."""

    def commit(self, batch: Batch) -> None:
        """Store a batch in one transaction; it has reached the disk when this returns (reliability.md 5.1).

        Raises StoreError when it could not be stored; nothing of it is then.
        """
        ...

    def load_states(self) -> Mapping[str, bytes]:
        """Return every stored state by object key."""
        ...

    def load_orders(self) -> Sequence[Order]:
        """Return the actions that were decided and never finished, oldest first."""
        ...

    def epoch(self) -> str:
        """Return what the broks of this store are numbered under: made with the store, another one for every store."""
        ...

    def renew_epoch(self) -> str:
        """Number under another epoch from now on, because a follower has read further than this store ever wrote."""
        ...

    def next_seq(self) -> int:
        """Return the sequence number the next brok is to have: one more than any brok ever stored had."""
        ...

    def broks_after(self, seq: int, most: int) -> Sequence[Brok]:
        """Return stored broks with a greater sequence number, in order, at most ``most``."""
        ...

    def oldest_seq(self) -> int:
        """Return the sequence number of the oldest brok still kept; ``next_seq`` when none is."""
        ...

    def trim_broks(self, keep: int) -> int:
        """Forget all but the newest ``keep`` broks and return how many went."""
        ...

    def find_command(self, command_id: str) -> bytes | None:
        """Return the fate of a command that was answered, or None."""
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...


class StoredEvent(Struct, frozen=True):
    """One event of the history."""

    id: int
    """Grows; the order in which the broker learnt of the events."""
    at: float
    """Wall time."""
    instance_id: str
    seq: int
    type: str
    level: str
    message: str
    """The line of the monitoring log; empty for any other brok."""
    data: bytes
    """The brok's JSON document."""


def level_and_message(brok: Brok) -> tuple[str, str]:
    """Return the level and the text of a line of the monitoring log; two empty texts for any other brok."""
    if brok.type != MONITORING_LOG:
        return "", ""
    try:
        line = decode(bytes(brok.data), LogLine)
    except BadRequestError:
        return "", ""
    return line.level, line.message.replace("\0", "\ufffd")  # not every database can hold a NUL


class EventQuery(Struct, frozen=True):
    """Which events of the history are wanted, newest first."""

    count: int = 100
    before: float | None = None
    """Wall time; only older events."""
    after: float | None = None
    """Wall time; only this one and newer."""
    types: tuple[str, ...] = ("monitoring_log",)
    """Types of broks; none at all means every type."""
    contains: str = ""
    """Only events whose message holds this text, letter by letter."""


class EventStore(Protocol):
    """Where a broker keeps what happened, and how far it has read of each instance. Any thread may call it."""

    def append(self, broks: Sequence[Brok], cursors: Mapping[str, int]) -> int:
        """Store broks and cursors (instance id -> last sequence number) in one transaction.

        A brok already stored (same uuid) is passed over. Returns how many were new. Raises StoreError.
        """
        ...

    def cursors(self) -> Mapping[str, int]:
        """Return the last sequence number stored for each instance id, in the order they were last stored."""
        ...

    def query(self, query: EventQuery) -> Sequence[StoredEvent]:
        """Return the wanted events, newest first."""
        ...

    def trim(self, older_than: float) -> int:
        """Forget events older than a wall time and return how many went."""
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...


def new_epoch() -> int:
    """Return a number no other store has: 62 random bits."""
    return secrets.randbits(62)
