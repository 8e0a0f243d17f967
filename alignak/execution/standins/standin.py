"""What a stand-in is: a plugin's name, how its words are read, and what it does then, without a process.

Each file of this room holds the stand-ins of one family of plugins as values; ``table`` names them all. A stand-in
answers as the plugin of monitoring-plugins 2.3 does: exit code, first line, performance data. Words it does not know to
the letter are Unsupported, and the plugin itself is run.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

Result = tuple[int, str]
"""Exit code and text, performance data and further lines included, as the plugin would have printed it."""


class Unsupported(Exception):
    """A stand-in does not know these words; the text says which, for people."""


class Call(Struct, frozen=True):
    """What a run of a stand-in is given besides its words."""

    environment: Mapping[str, str]
    """The variables the plugin would have."""
    deadline: float
    """Monotonic time at which it is stopped from outside, as a plugin would be killed."""


class StandIn(Struct, frozen=True):
    """One plugin answered in process."""

    read: Callable[[Sequence[str]], Any]
    """Words after the plugin's name -> what is asked, a value of the stand-in's own type. Raises Unsupported; does no
    input or output. A question the plugin itself would refuse is Unsupported as well: it explains that best."""
    run: Callable[[Any, Call], Awaitable[Result]] | None = None
    """Answer what is asked, on the worker's event loop, never waiting other than by ``await``."""
    block: Callable[[Any, Call], Result] | None = None
    """Or answer it in a thread, for what the system only tells to who waits (a disk, a process table)."""
