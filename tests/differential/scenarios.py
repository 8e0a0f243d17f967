"""What a scenario is: a few objects of its own, and what happens to them, second by second.

The generator makes scenarios; ``oracle`` and ``ours`` play the same ones. All are played at once, in one process of
each side: their objects have the scenario's name in front, so that nothing of one touches another.

Time is cut into slots of ten seconds, which are the unit of all intervals. Within a slot each kind of event has its
place (``Place``), so that no two things that can be told apart happen in the same second, where each side is free to
choose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Final

from msgspec import Struct, field

BASE: Final = 1_763_985_600
"""2025-11-24 12:00:00 UTC, a Monday: when every scenario begins."""
UNIT: Final = 10
"""``interval_length``."""


class Place(IntEnum):
    """The second of a slot in which something happens."""

    HOST = 0
    SERVICE = 1
    OTHER_SERVICE = 2
    COMMAND = 4
    OTHER_COMMAND = 6
    EDGE = 8
    """Where downtimes begin and end."""


class Definition(Struct, frozen=True):
    """One ``define``."""

    type: str
    directives: Mapping[str, str]

    def text(self) -> str:
        """Return it as it stands in a file."""
        lines = "".join(f"    {name} {value}\n" for name, value in self.directives.items())
        return f"define {self.type} {{\n{lines}}}\n"


class Event(Struct, frozen=True):
    """An external command that arrives, at a second after the beginning.

    ``<id TEXT>`` in it stands for the id of the downtime with this comment, which each side numbers as it likes.
    """

    at: int
    text: str


class Answers(Struct, frozen=True):
    """What the plugin of an actively checked object says: each exit code from a second on."""

    first: int
    """When the first regular check is due."""
    codes: tuple[tuple[int, int], ...]

    def at(self, second: float) -> int:
        """Return the exit code at a second."""
        found = 0
        for since, code in self.codes:
            if since > second:
                break
            found = code
        return found


class Scenario(Struct, frozen=True):
    """A few objects, and what happens to them."""

    name: str
    theme: str
    definitions: tuple[Definition, ...]
    events: tuple[Event, ...]
    """In the order of their time."""
    answers: Mapping[str, Answers] = field(default_factory=dict)
    """Key of an object that is checked actively -> what its plugin says."""
    end: int = 300
    """The second at which it is over: nothing after it is looked at."""

    def object_keys(self) -> list[str]:
        """Return the keys of its hosts and services."""
        found = []
        for each in self.definitions:
            if each.type == "host":
                found.append(each.directives["host_name"])
            elif each.type == "service":
                found.append(f"{each.directives['host_name']};{each.directives['service_description']}")
        return found

    def text(self) -> str:
        """Return the whole scenario for a person."""
        answers = "".join(f"{key} answers {each.codes} from {each.first} on\n" for key, each in self.answers.items())
        events = "".join(f"+{each.at:<4} {each.text}\n" for each in self.events)
        return "".join(each.text() for each in self.definitions) + answers + events


def second(slot: int, place: Place) -> int:
    """Return the second of a place in a slot."""
    return slot * UNIT + place


def scenario_of(key: str) -> str:
    """Return the name of the scenario an object belongs to."""
    return key.partition("-")[0]


COMMON: Final = """\
define timeperiod {
    timeperiod_name always
    alias always
    sunday 00:00-24:00
    monday 00:00-24:00
    tuesday 00:00-24:00
    wednesday 00:00-24:00
    thursday 00:00-24:00
    friday 00:00-24:00
    saturday 00:00-24:00
}
define command {
    command_name check-host
    command_line /oracle/check $HOSTNAME$
}
define command {
    command_name check-service
    command_line /oracle/check $HOSTNAME$:$SERVICEDESC$
}
define command {
    command_name handle-host
    command_line /oracle/handle $HOSTNAME$ $HOSTSTATE$ $HOSTSTATETYPE$ $HOSTATTEMPT$
}
define command {
    command_name handle-service
    command_line /oracle/handle $HOSTNAME$:$SERVICEDESC$ $SERVICESTATE$ $SERVICESTATETYPE$ $SERVICEATTEMPT$
}
define command {
    command_name notify-host
    command_line /oracle/notify $HOSTNAME$ $NOTIFICATIONTYPE$ $HOSTSTATE$ $HOSTNOTIFICATIONNUMBER$ \
$NOTIFICATIONISESCALATED$ $CONTACTNAME$
}
define command {
    command_name notify-service
    command_line /oracle/notify $HOSTNAME$:$SERVICEDESC$ $NOTIFICATIONTYPE$ $SERVICESTATE$ \
$SERVICENOTIFICATIONNUMBER$ $NOTIFICATIONISESCALATED$ $CONTACTNAME$
}
"""
"""What every scenario uses. The programs do not exist: both drivers answer for them."""

PARAMETERS: Final[Mapping[str, str]] = {
    "interval_length": str(UNIT),
    "cached_host_check_horizon": "0",
    "cached_service_check_horizon": "0",
    "enable_flap_detection": "1",
    "low_host_flap_threshold": "25",
    "high_host_flap_threshold": "50",
    "low_service_flap_threshold": "25",
    "high_service_flap_threshold": "50",
    "enable_event_handlers": "1",
    "enable_notifications": "1",
    "illegal_macro_output_chars": "`~$&|'\"<>",
    "use_timezone": "UTC",
}
"""Parameters of the main file that both sides read."""


def objects_text(scenarios: Iterable[Scenario]) -> str:
    """Return the object file of scenarios."""
    return COMMON + "".join(each.text() for scenario in scenarios for each in scenario.definitions)
