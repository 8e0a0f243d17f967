"""Open a daemon's store; a damaged one is moved aside, loudly, and an empty one takes its place."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import Final, TypeVar

from alignak.base.errors import StoreDamagedError

S = TypeVar("S")

log = logging.getLogger(__name__)

COMPANIONS: Final = ("", "-wal", "-shm")
"""What SQLite keeps beside its file."""


def open_or_replace(path: str, open_store: Callable[[str], S], at: float) -> S:
    """Return the store in a SQLite file; ``at`` is the wall time in the name of a damaged one that is moved aside."""
    url = f"sqlite:///{path}"
    try:
        return open_store(url)
    except StoreDamagedError as error:
        aside = f"{path}.damaged-{int(at)}"
        log.critical("%s; it is moved to %s and an empty one takes its place", error, aside)
        for suffix in COMPANIONS:
            if os.path.exists(path + suffix):
                os.replace(path + suffix, aside + suffix)
        return open_store(url)
