"""Time periods: when something applies, in calendar terms (configuration.md 3.8)."""

from __future__ import annotations

from msgspec import Struct


class Timeperiod(Struct, frozen=True, omit_defaults=True):
    """A ``define timeperiod``."""

    name: str
    alias: str = ""
