"""Nothing is left running, however a bench ends: by itself, with an error, by Ctrl-C or because somebody ends it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psutil

from alignak.system.process import adopt_orphans

ENDING: Final = (signal.SIGTERM, signal.SIGHUP)
PATIENCE: Final = 10.0


@contextmanager
def nothing_left() -> Iterator[None]:
    """Take a request to end for a Ctrl-C, and kill what was started meanwhile and still runs at the end.

    Whatever loses its parent becomes a child of this process, so that it is found. For the main thread.
    """
    adopt_orphans()
    before = set(psutil.Process().children(recursive=True))
    former = {number: signal.signal(number, _interrupt) for number in ENDING}
    try:
        yield
    finally:
        asked = {number: signal.signal(number, signal.SIG_IGN) for number in (*ENDING, signal.SIGINT)}
        while left := set(psutil.Process().children(recursive=True)) - before:
            for each in left:
                each.kill()
            psutil.wait_procs(left, PATIENCE)
        for number, handler in (asked | former).items():
            signal.signal(number, handler)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
