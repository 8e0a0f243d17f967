"""The command pipe: lines that other programs write, as they do for Nagios, go through the door.

An arbiter or a receiver with ``command_file`` in its section follows one. What is read is given to the door in batches;
while that has no room nothing is read, and writers wait. A line that was read is kept until the door has it on disk;
what the kernel still held when the daemon was killed is gone, and no writer was told otherwise.
"""

from __future__ import annotations

import logging
import os
import select
import threading
from collections.abc import Callable, Mapping
from typing import Final

from alignak.base.errors import AlignakError, NotReadyError
from alignak.daemons.door import Door
from alignak.system import files
from alignak.system.pipes import open_pipe

log = logging.getLogger(__name__)

MOST_BYTES: Final = 1 << 17
"""What is read before the door gets it."""

LONGEST: Final = 1 << 16
"""Bytes a line may have; a longer one is refused unread."""

WAIT: Final = 0.5
"""Seconds one step waits for writers, or for room."""

NAMED: Final = 5
"""Refused lines of one batch that are told each; of the others, how many."""


class CommandPipe:
    """Read one pipe. ``step`` is for a follower; ``close`` for when that has ended."""

    def __init__(self, path: str, door: Door, tell: Callable[[str], None]) -> None:
        self.path = path
        self._door = door
        self._tell = tell
        """Writes an error to the monitoring log."""
        self._lock = threading.Lock()
        self._descriptor = -1
        self._begun = b""
        """The beginning of a line whose end has not come."""
        self._is_skipping = False
        """Whether what comes belongs to a line that was too long."""
        self._lines: list[str] = []
        """Lines that were read and that the door has not."""
        self.taken = 0
        self.held = 0
        """How often nothing was read because the door had no room."""

    def step(self) -> float:
        """Give the door what was written; return the seconds to rest."""
        with self._lock:
            if self._descriptor < 0:
                self._descriptor = self._opened()
            if not self._lines:
                self._read(WAIT)
            if self._lines:
                self._give()
        return 0.0

    def _opened(self) -> int:
        try:
            return open_pipe(self.path)
        except BlockingIOError:
            raise NotReadyError(f"{self.path} is read by another process; give each daemon a pipe of its own") from None
        except OSError as error:
            raise NotReadyError(f"the pipe {self.path} cannot be opened: {error}") from error

    def _read(self, wait: float) -> None:
        """Read lines, once there are any, and none of what was read before is left."""
        if not select.select([self._descriptor], [], [], wait)[0]:
            return
        pieces = [self._begun]
        size = 0
        while size < MOST_BYTES and (piece := self._piece()):
            pieces.append(piece)
            size += len(piece)
        whole, newline, self._begun = b"".join(pieces).rpartition(b"\n")
        if self._is_skipping and newline:
            whole = whole.partition(b"\n")[2]
            self._is_skipping = False
        self._lines = [each for each in whole.decode(errors="replace").split("\n") if each and not each.isspace()]
        if len(self._begun) > LONGEST or self._is_skipping:
            self._skip()

    def _piece(self) -> bytes:
        try:
            return os.read(self._descriptor, MOST_BYTES)
        except BlockingIOError:
            return b""

    def _skip(self) -> None:
        if not self._is_skipping:
            shown = self._begun[:60].decode(errors="replace")
            self._say(f"Malformed command: '{shown}...' is longer than {LONGEST} bytes")
        self._is_skipping, self._begun = True, b""

    def _give(self) -> None:
        """Give the door the lines that were read, once it has room for them."""
        if not self._door.wait_for_room(len(self._lines), WAIT):
            self.held += 1
            return
        fates = self._door.accept(self._lines)
        self.taken += len(self._lines)
        self._lines = []
        reasons = [each.reason for each in fates if each.state == "refused"]
        for reason in reasons[:NAMED]:
            self._say(reason)
        if len(reasons) > NAMED:
            self._say(f"{len(reasons) - NAMED} more commands of the pipe {self.path} were refused")

    def _say(self, message: str) -> None:
        log.warning("%s", message)
        self._tell(message)

    def close(self) -> None:
        """Let nobody write any more, and give the door what was written before."""
        with self._lock:
            if self._descriptor < 0:
                return
            files.remove(self.path)
            try:
                self._empty()
            except AlignakError as error:
                log.error("%d commands of the pipe %s are lost: %s", len(self._lines), self.path, error.message)
            os.close(self._descriptor)
            self._descriptor = -1

    def _empty(self) -> None:
        self._read(0)
        while self._lines:
            self._give()
            if self._lines:
                raise NotReadyError("too many wait already for a scheduler")
            self._read(0)


def follower(pipe: CommandPipe | None) -> Mapping[str, Callable[[], Callable[[], float]]]:
    """Return what follows a pipe, as ``Followers.keep`` wants it; nothing where there is none."""
    return {} if pipe is None else {f"commands of {pipe.path}": lambda: pipe.step}


def counters(pipe: CommandPipe | None) -> dict[str, int]:
    """Return how many lines were read, and how often writers had to wait; nothing where there is no pipe."""
    return {} if pipe is None else {"command-pipe-lines": pipe.taken, "command-pipe-held": pipe.held}
