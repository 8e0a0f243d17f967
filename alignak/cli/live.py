"""How commands draw an installation in a terminal: tables and colours, once or again and again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NoReturn

from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from alignak.base.errors import LinkError
from alignak.cli import asking, output
from alignak.cli.overview import Daemon, Event, Overview, Problem
from alignak.system.logs import escaped

COLOURS: Final[Mapping[str, str]] = {
    "ok": "green",
    "up": "green",
    "warning": "yellow",
    "unreachable": "magenta",
    "critical": "red",
    "down": "red",
    "unknown": "cyan",
    "pending": "dim",
    "info": "",
    "error": "red",
}
"""State of a host, service or daemon, or level of an event -> how it is shown."""

SYMBOL: Final = "●"
MOST_PROBLEMS: Final = 30
LONGEST_OUTPUT: Final = 100


def coloured(state: str, text: str = "") -> Text:
    """Return a state in its colour, or another text in the colour of a state."""
    return Text(text or state.upper(), style=COLOURS.get(state.lower(), ""))


def status(found: Overview) -> RenderableType:
    """Return the picture of ``alignak status``."""
    return Group(
        heading(found),
        Text(),
        daemon_table(found.daemons, found.at),
        Text(),
        counts_line("Hosts", found.hosts),
        counts_line("Services", found.services),
        *problem_part(found.problems, found.at),
    )


def heading(found: Overview) -> Text:
    """Return who this is and how its daemons are together."""
    state = "ok" if found.state == "up" else "critical"
    return Text.assemble((f"{found.name}  ", "bold"), coloured(state, found.output), f"  (Alignak {found.version})")


def daemon_table(daemons: Iterable[Daemon], now: float) -> Table:
    """Return the daemons, one a row."""
    table = plain_table("DAEMON", "TYPE", "STATE", "ADDRESS", "UP", "")
    for each in daemons:
        up = duration(now - each.since) if each.since else ""
        remark = "" if each.state == "ok" else escaped(each.output)
        table.add_row(each.name, each.type, coloured(each.state), each.uri, up, remark)
    return table


def counts_line(title: str, counts: Mapping[str, int]) -> Text:
    """Return how many objects are in which state; what nobody is in is left out."""
    line = Text.assemble((f"{title:9}", "bold"), f"{counts['total']}")
    for state, count in counts.items():
        if count and state != "total":
            line.append("  ").append_text(coloured(state, f"{count} {state.replace('_', ' ')}"))
    return line


def problem_part(problems: Sequence[Problem], now: float) -> Iterator[RenderableType]:
    """Yield the open problems, the latest first."""
    yield Text()
    if not problems:
        yield Text("No open problem.", style="green")
        return
    table = plain_table("PROBLEM", "STATE", "FOR", "OUTPUT")
    for each in problems[:MOST_PROBLEMS]:
        name = f"{each.host}/{each.service}" if each.service else each.host
        table.add_row(escaped(name), coloured(each.state), duration(now - each.since), shortened(each.output))
    yield table
    if len(problems) > MOST_PROBLEMS:
        yield Text(f"and {len(problems) - MOST_PROBLEMS} more")


def demo(
    found: Overview, hosts: Iterable[Mapping[str, Any]], events: Iterable[Event], rate: float | None, hint: str
) -> RenderableType:
    """Return the picture of ``alignak demo``; ``rate`` is in checks a second."""
    daemons = Text("  ").join(coloured(each.state, f"{SYMBOL} {each.type}") for each in found.daemons)
    speed = "" if rate is None else f"   {rate:.1f} checks/s"
    return Group(
        heading(found),
        daemons,
        Text(),
        counts_line("Hosts", found.hosts),
        counts_line("Services", found.services).append(speed, style="bold"),
        Text(),
        host_table(hosts),
        Text(),
        Text("Last events", style="bold"),
        *(event_line(each) for each in events),
        Text(),
        Text(hint, style="dim"),
    )


def host_table(hosts: Iterable[Mapping[str, Any]]) -> Table:
    """Return the hosts with the states of their services, one a row."""
    table = plain_table("HOST", "STATE", "SERVICES", "OUTPUT")
    for host in hosts:
        table.add_row(host["host"], coloured(host["state"]), services_line(host["services"]), shortened(host["output"]))
    return table


def services_line(services: Sequence[Mapping[str, Any]]) -> Text:
    """Return how many services are in which state, and the names of those that are not well."""
    counts = Counter(str(each["state"]) for each in services)
    line = Text(" ").join(coloured(state, f"{count} {state}") for state, count in sorted(counts.items()))
    bad = [each for each in services if each["state"] not in ("OK", "UNREACHABLE")]
    for each in bad:
        line.append("  ").append_text(coloured(each["state"], each["name"]))
    return line


def event_line(event: Event) -> Text:
    """Return an event as one line."""
    time_of_day = event.date.rpartition(" ")[2]
    message = coloured(event.level, escaped(event.message))
    return Text.assemble((f"{time_of_day}  ", "dim"), message, no_wrap=True, overflow="ellipsis")


def plain_table(*titles: str) -> Table:
    """Return a table without lines."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        table.add_column(title, no_wrap=True)
    return table


def shortened(text: str) -> str:
    """Return what a plugin wrote, fit for one row of a table."""
    shown = escaped(text)
    return shown if len(shown) <= LONGEST_OUTPUT else shown[: LONGEST_OUTPUT - 1] + "…"


def duration(seconds: float) -> str:
    """Return a length of time in its two largest units."""
    left = max(0, int(seconds))
    units = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
    parts: list[str] = []
    for unit, size in units:
        count, left = divmod(left, size)
        if count or parts or unit == "s":
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2])


def screen() -> Live:
    """Return a place in the terminal whose picture is replaced again and again."""
    return Live(console=output.console(), auto_refresh=False, vertical_overflow="crop")


def watch(draw: Callable[[], RenderableType], every: float) -> NoReturn:
    """Show a picture again and again, until KeyboardInterrupt; an installation that does not answer is waited for."""
    with screen() as shown:
        while True:
            try:
                picture = draw()
            except LinkError as error:
                picture = Text(asking.reason(error), style="red")
            if shown.console.is_terminal:
                shown.update(picture, refresh=True)
            else:  # one below the other: nothing can be replaced here
                shown.console.print(picture)
                shown.console.file.flush()
            time.sleep(every)
