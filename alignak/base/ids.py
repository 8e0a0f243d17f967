"""Names and numbers that identify things, each with a type of its own.

Ids are ``epoch-counter``: the epoch names one life of one daemon, the counter grows inside it. The same events give
the same ids, byte for byte, which makes replay possible.
"""

from __future__ import annotations

from typing import NewType

ObjectKey = NewType("ObjectKey", str)
"""A host (``h``) or a service (``h;s``): the form of external commands and of the monitoring log."""

OrderId = NewType("OrderId", str)
"""One order to run something: a check attempt, a notification, an event handler."""

Cause = NewType("Cause", str)
"""The id of the event that set a chain of consequences going; every consequence carries it."""

Epoch = NewType("Epoch", str)
"""One life of one daemon or of one part: what an id was minted under."""


def host_key(host_name: str) -> ObjectKey:
    """Return the key of a host."""
    return ObjectKey(host_name)


def service_key(host_name: str, description: str) -> ObjectKey:
    """Return the key of a service."""
    return ObjectKey(f"{host_name};{description}")


def shown(key: ObjectKey) -> str:
    """Return a key as people write it: ``host`` or ``host/service``."""
    return key.replace(";", "/", 1)


class IdSource:
    """Mint ids of one epoch, in order."""

    __slots__ = ("_epoch", "_next")

    def __init__(self, epoch: str, first: int = 1) -> None:
        self._epoch = epoch
        self._next = first

    @property
    def epoch(self) -> Epoch:
        """Return the epoch the ids belong to."""
        return Epoch(self._epoch)

    @property
    def counter(self) -> int:
        """Return the number the next id will get."""
        return self._next

    def take(self) -> str:
        """Return a new id."""
        number = self._next
        self._next = number + 1
        return f"{self._epoch}-{number}"
