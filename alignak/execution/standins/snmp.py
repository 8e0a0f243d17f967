"""Stands in for ``check_snmp``: asks for variables by their numbers, and judges the values as net-snmp prints them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from alignak.execution.standins.connections import TIMED_OUT
from alignak.execution.standins.posix_patterns import pattern
from alignak.execution.standins.snmp_asked import Asked, Search, read
from alignak.execution.standins.snmp_messages import Variable
from alignak.execution.standins.snmp_talk import EndlessError, TroubleError, fetch
from alignak.execution.standins.standin import Call, Result, StandIn

_TIED: Final = 5
"""Seconds of ``-t`` from which the plugin's own time is over before the program's."""

_PREFIXES: Final = (
    ("Gauge: ", "{:.0f}", ""),
    ("Gauge32: ", "{:.0f}", ""),
    ("Counter32: ", "{:.0f}", "c"),
    ("Counter64: ", "{:.0f}", "c"),
    ("INTEGER: ", "{:.0f}", ""),
    ("OID: ", "{:.0f}", ""),
    ("STRING: ", "{:.10g}", ""),
)
"""What stands before a value, how a number in it is printed, and what follows that in performance data."""
_NUMBER: Final = re.compile(r"\s*-?(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)")
_WORDS: Final = ("OK", "WARNING", "CRITICAL", "UNKNOWN")


class Row(NamedTuple):
    """A variable, judged."""

    code: int
    shown: str
    perfdata: str
    lines: str
    """All of a text of more than one line."""


async def _run(asked: Asked, _call: Call) -> Result:
    agent = asked.agent
    try:
        async with asyncio.timeout(agent.seconds * agent.retries + 5):
            variables = await fetch(agent, asked.names, asked.is_next)
    except (TimeoutError, EndlessError):
        return TIMED_OUT
    except TroubleError as trouble:
        if agent.seconds >= _TIED and "Timeout" in str(trouble):
            return TIMED_OUT
        return 3, f"External command error: {trouble}".rstrip("\n")
    if not variables:
        return 3, "External command error with no output (return code: 0)"
    return _told(asked, variables)


def _told(asked: Asked, variables: Sequence[Variable]) -> Result:
    rows: list[Row] = []
    for place, variable in enumerate(variables[: len(asked.oids)]):
        row = _row(asked, place, variable)
        if row is None:
            show, _, _ = _value(variable.text)
            return asked.without_value, f"No valid data returned ({show})"
        rows.append(row)
    code = max(row.code for row in rows)
    shown = asked.delimiter.join(row.shown for row in rows)
    perfdata = "".join(f"{row.perfdata} " for row in rows if row.perfdata)
    lines = "".join(row.lines for row in rows)
    return code, f"SNMP {_WORDS[code]} - {shown} | {perfdata}\n{lines}".rstrip("\n")


def _value(text: str) -> tuple[str, str, str]:
    """Return a printed value without its type, how to print a number in it, and the suffix of performance data."""
    for prefix, form, suffix in _PREFIXES:
        if prefix in text:
            show = text.partition(prefix)[2]
            first, more, _ = show.partition("\n")
            return (first.removeprefix('"') if more else first), form, suffix
    return text.partition("\n")[0], "{:.0f}", ""


def _row(asked: Asked, place: int, variable: Variable) -> Row | None:
    """Judge a variable; return nothing when it has limits and no number."""
    show, form, suffix = _value(variable.text)
    warning, critical = asked.warning.of(place), asked.critical.of(place)
    code = 0
    if warning is not None or critical is not None:
        value = _number(show)
        if value is None:
            return None
        show = form.format(value)
        code = (
            2 if critical is not None and critical.alerts(value) else int(warning is not None and warning.alerts(value))
        )
    elif not place:
        code = _searched(asked.search, show, variable.text)
    label = asked.labels[place] if place < len(asked.labels) else ""
    unit = asked.units[place] if place < len(asked.units) else ""
    marked = f"*{show}*" if code else show
    shown = " ".join(part for part in (label, marked) if part or part is marked) + (f" {unit}" if unit else "")
    lines = ""
    if "STRING: " in variable.text and "Hex-STRING: " not in variable.text and "\n" in variable.text:
        lines = f"{asked.oids[place]}:\n{variable.text.partition('STRING: ')[2]}\n"
    named = variable.name if asked.is_labelled_by_oid or not label else label
    return Row(code, shown, _perfdata(asked, place, named, show, suffix), lines)


def _number(show: str) -> float | None:
    """Return the number that begins at the first digit or minus, as C reads it; nothing without one."""
    at = re.search(r"[-0-9]", show)
    if at is None:
        return None
    found = _NUMBER.match(show, at.start())
    if found is None:
        return 0.0
    text = found[0]
    return float(int(text, 16)) if "x" in text.lower() else float(text)


def _searched(search: Search, show: str, text: str) -> int:
    """Return the exit code for the first value."""
    if search.text is not None:
        is_found = show == search.text
    elif search.pattern is not None:
        line = " = " + text.partition("\n")[0]
        is_found = pattern(search.pattern.encode(), any_case=search.is_any_case, by_lines=True).is_in(line.encode())
    else:
        return 0
    return 0 if is_found != search.is_inverted else 2


def _perfdata(asked: Asked, place: int, label: str, show: str, suffix: str) -> str:
    found = _NUMBER.match(show)
    if found is None:
        return ""
    label = f"'{label}'" if " " in label else label
    warning, critical = (
        (bounds.texts[place] if place < len(bounds.texts) else "") if bounds.texts else None
        for bounds in (asked.warning, asked.critical)
    )
    limits = ("" if warning is None else f";{warning}") + ("" if critical is None else f";{critical}")
    if warning is None and critical is not None:
        limits = f";{limits}"
    return f"{label}={found[0]}{suffix}{limits}"


SNMP: Final = StandIn(read, _run)
