r"""The lines of the monitoring log (broks-and-logs.md 6.3): one event is one line, whatever a plugin or a person wrote.

``broks`` wraps them. The formats are those that log readers of the field parse.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from alignak.engine.output import ParsedOutput
from alignak.engine.state import Item
from alignak.model.states import Kind, log_level

LONGEST: Final = 16384
"""How many characters a line may have."""

_CONTROLS: Final[Mapping[int, str]] = {
    **{code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))},
    **{code: f"\\u{code:04x}" for code in (0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))},
    **{code: f"\\u{code:04x}" for code in range(0xD800, 0xE000)},
    ord("\t"): "\\t",
    ord("\n"): "\\n",
    ord("\r"): "\\r",
}
"""What ends or garbles a line, or turns its direction, and how it is shown instead."""

PASSIVE_LEVELS: Final[Mapping[Kind, Mapping[int, str]]] = {
    Kind.HOST: {0: "info"},
    Kind.SERVICE: {0: "info", 1: "warning", 2: "error", 3: "info", 4: "info"},
}
"""The level of a passive result by its code; ``warning`` for every other."""

_NAMES_STATE: Final = frozenset(("PROBLEM", "RECOVERY"))
"""The notifications whose line shows the state alone."""


def one_line(text: str) -> str:
    """Return a text that is one line: control characters are shown, what is too long is cut."""
    shown = text.translate(_CONTROLS)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}..."


def first_line(text: str) -> str:
    """Return the first line of an output."""
    return text.partition("\n")[0]


def state_level(item: Item) -> str:
    """Return the level of a line about an object's present state."""
    return log_level(item.kind, item.state_name)


def about(item: Item, event: str, *fields: str | int) -> str:
    """Return the line of an event of an object: ``HOST ALERT: h;...`` or ``SERVICE ALERT: h;s;...``."""
    return f"{item.kind.name} {event}: {';'.join((item.key, *map(str, fields)))}"


def present(item: Item) -> tuple[str, str, int]:
    """Return the three fields that say how an object is: state, type, attempt."""
    return item.state_name, item.state.state_type.value, item.state.attempt


def alert(item: Item) -> str:
    """Return the line of a state change."""
    return about(item, "ALERT", *present(item), first_line(item.state.output))


def current_state(item: Item) -> str:
    """Return the line that says how an object is when the scheduler starts."""
    return f"CURRENT {about(item, 'STATE', *present(item), first_line(item.state.output))}"


def event_handler(item: Item, command_name: str) -> str:
    """Return the line of an event handler that is run."""
    return about(item, "EVENT HANDLER", *present(item), command_name)


def active_check(item: Item, state_name: str, attempt: int, output: str) -> str:
    """Return the line of a check a poller ran."""
    return f"ACTIVE {about(item, 'CHECK', state_name, attempt, first_line(output))}"


def passive_check(item: Item, code: int, parsed: ParsedOutput) -> str:
    """Return the line of a result that came from outside."""
    return f"PASSIVE {about(item, 'CHECK', code, parsed.output, parsed.long_output, parsed.perf_data)}"


def notification(  # noqa: PLR0917 - the fields of the line, in order
    item: Item, contact_name: str, type_: str, number: int, command_name: str, output: str
) -> str:
    """Return the line of one contact being told."""
    state = item.state_name if type_ in _NAMES_STATE else f"{type_} ({item.state_name})"
    fields = (contact_name, item.key, state, str(number), command_name, first_line(output))
    return f"{item.kind.name} NOTIFICATION: {';'.join(fields)}"


def acknowledge(item: Item, phase: str) -> str:
    """Return the line of an acknowledgement that is STARTED or EXPIRED."""
    kind = item.kind.value.capitalize()
    text = f"{kind} problem has been acknowledged" if phase == "STARTED" else f"{kind} problem acknowledge expired"
    return about(item, "ACKNOWLEDGE ALERT", phase, f" {text}")


def downtime(item: Item, phase: str) -> str:
    """Return the line of a downtime that is STARTED, STOPPED or CANCELLED."""
    text = {
        "STARTED": f"{item.kind.value.capitalize()} has entered a period of scheduled downtime",
        "STOPPED": f"{item.kind.value.capitalize()} has exited from a period of scheduled downtime",
        "CANCELLED": f"Scheduled downtime for {item.kind.value} has been cancelled.",
    }[phase]
    return about(item, "DOWNTIME ALERT", phase, f" {text}")


def flapping(item: Item, phase: str, text: str) -> str:
    """Return the line of a flapping period that is STARTED, STOPPED or DISABLED."""
    return about(item, "FLAPPING ALERT", phase, f" {text}")


def snapshot(item: Item, command_name: str) -> str:
    """Return the line of a snapshot command that is run."""
    return about(item, "SNAPSHOT", *present(item), command_name)


def contact_downtime(name: str, phase: str) -> str:
    """Return the line of a contact's downtime that is STARTED, STOPPED or CANCELLED."""
    text = {
        "STARTED": "Contact has entered a period of scheduled downtime",
        "STOPPED": "Contact has exited from a period of scheduled downtime",
        "CANCELLED": "Scheduled downtime for contact has been cancelled.",
    }[phase]
    return f"CONTACT DOWNTIME ALERT: {name};{phase}; {text}"


def comment(item: Item, author: str, text: str) -> str:
    """Return the line of a comment."""
    return about(item, "COMMENT", author, text)
