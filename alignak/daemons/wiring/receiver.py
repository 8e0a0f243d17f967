"""Put a receiver together."""

from __future__ import annotations

from alignak.daemons.journals import DoorJournal
from alignak.daemons.receiver import Receiver
from alignak.daemons.shell import Shell
from alignak.daemons.wiring.parts import Parts


def make(parts: Parts) -> Shell:
    """Return a receiver on its journal."""
    return Receiver(parts.place, DoorJournal(parts.folder("commands"), parts.clock), parts.link)
