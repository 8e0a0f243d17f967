"""What a door needs in a test: a journal without a disk."""

from __future__ import annotations

from collections.abc import Sequence

from alignak.daemons.waiting import Waiting


class ForgetfulJournal:
    """A journal that forgets with the process."""

    def __init__(self, *left: Waiting) -> None:
        self.kept: dict[str, Waiting] = {each.id: each for each in left}
        self.writes = 0
        self.trouble: Exception | None = None
        """What it raises instead of writing."""

    def add(self, batches: Sequence[Waiting]) -> None:
        """Keep batches."""
        if self.trouble is not None:
            raise self.trouble
        self.writes += 1
        self.kept.update((each.id, each) for each in batches)

    def done(self, ids: Sequence[str]) -> None:
        """Forget batches."""
        for each in ids:
            self.kept.pop(each, None)

    def left(self) -> Sequence[Waiting]:
        """Return what is kept."""
        return tuple(self.kept.values())
