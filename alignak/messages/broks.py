"""Broks: what happened, told in order to whoever follows."""

from __future__ import annotations

from typing import Final

from msgspec import Raw, Struct

from alignak.base.ids import Cause

MONITORING_LOG: Final = "monitoring_log"
"""The type of a brok that is one line of the monitoring log: ``{"level", "message"}``."""

GAP: Final = "gap"
"""The type of a brok that says some are missing: ``{"after", "before"}``, sequence numbers."""


class Brok(Struct, frozen=True, kw_only=True):
    """One thing that happened.

    ``seq`` grows by one inside one instance and epoch: a follower that sees a hole knows that something is missing.
    ``data`` is a JSON document, made once and never parsed on the way.
    """

    uuid: str
    """``epoch-seq``."""
    seq: int
    type: str
    instance_id: str
    creation_time: float
    data: Raw
    cause: Cause = Cause("")


class LogLine(Struct, frozen=True):
    """The data of a ``monitoring_log`` brok."""

    level: str
    message: str


class PushBroks(Struct, frozen=True):
    """The body of ``push_broks``."""

    broks: tuple[Brok, ...]
