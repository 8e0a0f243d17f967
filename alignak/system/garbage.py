"""Memory: work that makes many objects and no cycles is done without looking for cycles all the time.

The collector walks every object that may be in a cycle again and again while they become more: a third of the time of
reading a large configuration, for nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Have no collection while the work goes on, in any thread; not nested."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
