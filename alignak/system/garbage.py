"""Memory: work that makes many objects and no cycles is done without looking for cycles all the time.

The collector walks every object that may be in a cycle again and again while they become more: a third of the time of
reading a large configuration, for nothing, and a pause whenever it walks them all later. What such work leaves is set
aside from it. Objects that are in no cycle are freed all the same, when nobody knows them any more.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SELDOM: Final = 20_000
"""New objects that may be in a cycle, less those that went, at which the collector looks; Python's own is 700."""


def collect_seldom() -> None:
    """Have this process look for cycles less often, and never at what it was begun with.

    For those who make many objects a second and hardly a cycle: engines, and workers that answer checks. Where less
    happens it would only be later that the cycles of requests are freed.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM)


@contextmanager
def uncollected() -> Iterator[None]:
    """Have no collection while the work goes on, in any thread, and none of what there is then; not nested."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
