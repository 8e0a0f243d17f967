"""How the arbiter's daemons are: a record for each link, and what a contact with the daemon makes of it.

=============  =======================================================  ==================================
contact        the link after it                                        note
=============  =======================================================  ==================================
answered       alive, reachable, no failed attempt                      another running id is a new life
timed out      not reachable, one more failed attempt                   dead at ``max_check_attempts``
refused        not reachable, dead at once                              nobody listens at the address
=============  =======================================================  ==================================

(daemons-and-protocol.md 1.3)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum, IntEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from alignak.model.topology import DaemonLink


class Contact(Enum):
    """How an attempt to ask a daemon something ended."""

    ANSWERED = "answered"
    TIMED_OUT = "timed out"
    """Or any other error on the way: the daemon may be there."""
    REFUSED = "refused"


class LiveState(IntEnum):
    """The historical ``livestate`` of a daemon."""

    UP = 0
    NOT_REACHABLE = 1
    NOT_RESPONDING = 2
    NOT_ACTIVE = 3


LIVESTATE_TEXTS: Final[Mapping[LiveState, str]] = {
    LiveState.UP: "up and running.",
    LiveState.NOT_REACHABLE: "warning because not reachable.",
    LiveState.NOT_RESPONDING: "critical because not responding.",
    LiveState.NOT_ACTIVE: "not active by configuration.",
}
"""After ``type/name is``, in ``get_stats``."""

STATUS_TEXTS: Final[Mapping[LiveState, str]] = {
    LiveState.UP: "daemon is alive and reachable.",
    LiveState.NOT_REACHABLE: "daemon is not reachable.",
    LiveState.NOT_RESPONDING: "daemon is not alive.",
    LiveState.NOT_ACTIVE: "daemon is not active.",
}
"""The output of one daemon in ``get_alignak_status``."""

STATUS_STATES: Final[Mapping[LiveState, str]] = {
    LiveState.UP: "ok",
    LiveState.NOT_REACHABLE: "warning",
    LiveState.NOT_RESPONDING: "critical",
    LiveState.NOT_ACTIVE: "unknown",
}
"""The state of one daemon in ``get_alignak_status``."""

OVERALL_TEXTS: Final[Mapping[LiveState, str]] = {
    LiveState.UP: "all daemons are up and running.",
    LiveState.NOT_REACHABLE: "warning because some daemons are not reachable.",
    LiveState.NOT_RESPONDING: "critical because some daemons are not responding.",
}
"""The output of all daemons in ``get_stats``."""

INSTANCE_TEXTS: Final[Mapping[LiveState, str]] = {
    LiveState.UP: "All my daemons are up and running.",
    LiveState.NOT_REACHABLE: "Some of my daemons are not reachable.",
    LiveState.NOT_RESPONDING: "Some of my daemons are not responding!",
}
"""The output of the whole instance in ``get_alignak_status``."""

INSTANCE_STATES: Final[Mapping[LiveState, str]] = {
    LiveState.UP: "up",
    LiveState.NOT_REACHABLE: "unreachable",
    LiveState.NOT_RESPONDING: "down",
}
"""The state of the whole instance in ``get_alignak_status``: the instance is shown as a host."""


class LinkHealth(Struct, frozen=True):
    """What the arbiter knows of one daemon. ``healthy`` starts one."""

    type: str
    name: str
    active: bool
    max_check_attempts: int = 3
    alive: bool = False
    reachable: bool = False
    attempt: int = 0
    """Failed attempts in a row."""
    running_id: str = ""
    last_check: float = 0
    """Wall time of the last contact, 0 before the first."""
    last_connection: float = 0
    """Wall time the daemon last answered, 0 when it never did."""

    @property
    def livestate(self) -> LiveState:
        """Return the historical number; a daemon nobody has asked yet is not reachable, not dead."""
        if not self.active:
            return LiveState.NOT_ACTIVE
        if self.alive:
            return LiveState.UP if self.reachable else LiveState.NOT_REACHABLE
        return LiveState.NOT_RESPONDING if self.last_check else LiveState.NOT_REACHABLE

    @property
    def livestate_output(self) -> str:
        """Return the historical sentence of ``get_stats``."""
        return f"{self.type}/{self.name} is {LIVESTATE_TEXTS[self.livestate]}"

    @property
    def status_output(self) -> str:
        """Return the historical sentence of ``get_alignak_status``."""
        return STATUS_TEXTS[self.livestate]


class Change(Struct, frozen=True):
    """What a contact changed."""

    health: LinkHealth
    has_changed_life: bool = False
    """The link died, or came to life: worth an ``update_<type>_status`` brok."""
    is_new_life: bool = False
    """The daemon was restarted: what it held before is gone."""


def new_health(link: DaemonLink) -> LinkHealth:
    """Return the health of a link that was never used."""
    return LinkHealth(
        type=link.role.value, name=link.name, active=link.active, max_check_attempts=max(1, link.max_check_attempts)
    )


def after(health: LinkHealth, contact: Contact, at: float, running_id: str = "") -> Change:
    """Return what a contact at a wall time makes of a link.

    ``running_id`` is what an answering daemon says of its life; empty when that was not asked.
    """
    if contact is Contact.ANSWERED:
        now = replace(
            health,
            alive=True,
            reachable=True,
            attempt=0,
            running_id=running_id or health.running_id,
            last_check=at,
            last_connection=at,
        )
    else:
        now = _failed(health, contact, at)
    return Change(
        now,
        has_changed_life=now.alive is not health.alive,
        is_new_life=bool(health.running_id) and now.running_id != health.running_id,
    )


def _failed(health: LinkHealth, contact: Contact, at: float) -> LinkHealth:
    attempt = min(health.attempt + 1, health.max_check_attempts)
    is_dead = contact is Contact.REFUSED or attempt >= health.max_check_attempts
    return replace(health, alive=health.alive and not is_dead, reachable=False, attempt=attempt, last_check=at)


def overall(healths: Iterable[LinkHealth]) -> LiveState:
    """Return the worst state of the active daemons."""
    return max((each.livestate for each in healths if each.active), default=LiveState.UP)
