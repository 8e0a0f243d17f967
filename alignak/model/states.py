"""States of hosts and services, as tables.

A host and a service are one kind of record; where they differ, they differ in these tables (engine.md 4.3).

===========  =====================  =================================
exit code    host                   service
===========  =====================  =================================
0            UP (id 0)              OK (id 0)
1            DOWN (id 1)            WARNING (id 1)
2            DOWN (id 1)            CRITICAL (id 2)
3            DOWN (id 1)            UNKNOWN (id 3)
4            UNREACHABLE (id 4)     UNREACHABLE (id 4)
===========  =====================  =================================
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final


class Kind(Enum):
    """What a checkable is."""

    HOST = "host"
    SERVICE = "service"

    __hash__ = object.__hash__  # members are single objects: tables are asked for them with each result


class StateType(Enum):
    """SOFT while attempts remain, HARD once they are used up."""

    SOFT = "SOFT"
    HARD = "HARD"

    __hash__ = object.__hash__

    @property
    def id(self) -> int:
        """Return the historical number of a state type."""
        return 1 if self is StateType.HARD else 0


UP: Final = "UP"
DOWN: Final = "DOWN"
OK: Final = "OK"
WARNING: Final = "WARNING"
CRITICAL: Final = "CRITICAL"
UNKNOWN: Final = "UNKNOWN"
UNREACHABLE: Final = "UNREACHABLE"
PENDING: Final = "PENDING"

GOOD: Final[frozenset[str]] = frozenset((UP, OK, PENDING))
"""The states that are no problem."""

STATE_IDS: Final[Mapping[Kind, Mapping[str, int]]] = {
    Kind.HOST: {UP: 0, DOWN: 1, UNREACHABLE: 4, PENDING: 0},
    Kind.SERVICE: {OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3, UNREACHABLE: 4, PENDING: 0},
}

FROM_EXIT_CODE: Final[Mapping[Kind, Mapping[int, str]]] = {
    Kind.HOST: {0: UP, 1: DOWN, 2: DOWN, 3: DOWN, 4: UNREACHABLE},
    Kind.SERVICE: {0: OK, 1: WARNING, 2: CRITICAL, 3: UNKNOWN, 4: UNREACHABLE},
}

LETTERS: Final[Mapping[Kind, Mapping[str, str]]] = {
    Kind.HOST: {UP: "o", DOWN: "d", UNREACHABLE: "x"},
    Kind.SERVICE: {OK: "o", WARNING: "w", CRITICAL: "c", UNKNOWN: "u", UNREACHABLE: "x"},
}
"""The letter of a state in notification, flapping and stalking options."""

GOOD_STATE: Final[Mapping[Kind, str]] = {Kind.HOST: UP, Kind.SERVICE: OK}

INITIAL_STATE: Final[Mapping[Kind, Mapping[str, str]]] = {
    Kind.HOST: {"o": UP, "d": DOWN, "u": UNREACHABLE, "x": UNREACHABLE},
    Kind.SERVICE: {"o": OK, "w": WARNING, "c": CRITICAL, "u": UNKNOWN, "x": UNREACHABLE},
}
"""The state an ``initial_state`` letter stands for."""

FRESHNESS_EXIT_CODE: Final[Mapping[Kind, Mapping[str, int]]] = {
    Kind.HOST: {"o": 0, "d": 2, "u": 4, "x": 4},
    Kind.SERVICE: {"o": 0, "w": 1, "c": 2, "u": 3, "x": 4},
}
"""The exit code a ``freshness_state`` letter stands for (engine.md 4.6)."""

LOG_LEVELS: Final[Mapping[str, str]] = {
    UP: "info",
    OK: "info",
    PENDING: "info",
    WARNING: "warning",
    UNREACHABLE: "info",
    UNKNOWN: "info",
    DOWN: "error",
    CRITICAL: "error",
}
"""The level of a monitoring log line about a state (broks-and-logs.md 6.3); an UNREACHABLE host is a warning."""


def log_level(kind: Kind, state: str) -> str:
    """Return the level a monitoring log line about this state has."""
    return "warning" if kind is Kind.HOST and state == UNREACHABLE else LOG_LEVELS[state]
