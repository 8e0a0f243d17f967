"""Commands that were accepted and have not reached all their schedulers: in batches, from the door to the scheduler.

What was given together stays together: one id, one place in each journal, applied whole or not at all. A line of it is
named by the batch's id and its number there.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from msgspec import Struct

from alignak.api.arbiter import CommandFate
from alignak.messages.work import CommandBatch

MOST_LINES: Final = 1_000
"""Lines of one batch."""

REQUEST_LINES: Final = 8_000
REQUEST_BYTES: Final = 4 << 20
"""What one request to a scheduler holds at most; a larger single batch goes alone."""

FATES_KEPT: Final = 100_000
"""Lines whose fate is remembered."""


class Waiting(Struct, frozen=True, array_like=True):
    """A batch on its way, as the journal keeps it."""

    id: str
    lines: tuple[str, ...]
    schedulers: tuple[str, ...]

    @property
    def size(self) -> int:
        """Return how many characters the lines have."""
        return sum(map(len, self.lines))


class CommandJournal(Protocol):
    """Where accepted commands lie until their schedulers have them."""

    def add(self, batches: Sequence[Waiting]) -> None:
        """Make batches durable; returns once they are. Raises StorageFullError."""
        ...

    def done(self, ids: Sequence[str]) -> None:
        """Forget batches."""
        ...

    def left(self) -> Sequence[Waiting]:
        """Return what the last run had not delivered, oldest first."""
        ...


def line_ids(batch_id: str, count: int) -> list[str]:
    """Return the id of each line of a batch; the only line of one has the batch's."""
    return [batch_id] if count == 1 else [f"{batch_id}.{number}" for number in range(count)]


def batch_of(id_: str) -> str:
    """Return the batch that an id of a line among several means."""
    return id_.rpartition(".")[0]


def grouped(targets: Iterable[tuple[str, ...]]) -> Iterator[tuple[tuple[str, ...], list[int]]]:
    """Yield the numbers of the lines that make a batch, by whom each line is for.

    Each scheduler gets its lines in the order they were given: a line for several of them ends the batches begun.
    """
    begun: dict[tuple[str, ...], list[int]] = {}
    for number, schedulers in enumerate(targets):
        numbers = begun.get(schedulers)
        if numbers is None:
            if not all(each.isdisjoint(schedulers) for each in map(frozenset, begun)):
                yield from begun.items()
                begun = {}
            numbers = begun[schedulers] = []
        numbers.append(number)
        if len(numbers) == MOST_LINES:
            yield schedulers, begun.pop(schedulers)
    yield from begun.items()


def one_request(waiting: Iterable[Waiting]) -> list[CommandBatch]:
    """Return the oldest batches that go into one request."""
    found: list[CommandBatch] = []
    lines, room = 0, REQUEST_BYTES
    for each in waiting:
        lines += len(each.lines)
        room -= sum(map(len, each.lines))
        if found and (lines > REQUEST_LINES or room < 0):
            break
        found.append(CommandBatch(each.id, each.lines))
    return found


class Answered(Struct, frozen=True, array_like=True):
    """What became of a batch: of most lines, that they are accepted."""

    count: int
    remarked: tuple[CommandFate, ...]
    """The fates of those that were refused, or accepted with a remark."""

    def fate(self, batch_id: str, id_: str) -> CommandFate | None:
        """Return the fate of a line of the batch, None when none of them has that id."""
        if id_ not in line_ids(batch_id, self.count):
            return None
        return next((each for each in self.remarked if each.id == id_), CommandFate(id_, "accepted"))


class Fates:
    """What became of the latest commands. Not thread safe."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Answered] = OrderedDict()
        self._lines = 0

    def note(self, batch_id: str, count: int, fates: Iterable[CommandFate]) -> None:
        """Note what a scheduler says of a batch; a line is refused when every scheduler refuses it."""
        remarked = tuple(fates)
        before = self._known.pop(batch_id, None)
        if before is None:
            self._lines += count
        elif before.remarked:
            said = {each.id: each for each in remarked}
            remarked = tuple(
                said.get(each.id, CommandFate(each.id, "accepted")) if each.state == "refused" else each
                for each in before.remarked
            )
        else:
            remarked = ()
        self._known[batch_id] = Answered(count, remarked)
        while self._lines > FATES_KEPT and len(self._known) > 1:
            self._lines -= self._known.popitem(last=False)[1].count

    def find(self, id_: str) -> CommandFate | None:
        """Return the fate of a line; None when it is not known any more, or never was."""
        for batch_id in (id_, batch_of(id_)):
            if batch_id in self._known:
                return self._known[batch_id].fate(batch_id, id_)
        return None
