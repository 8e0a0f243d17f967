"""``alignak check run``: have the check of a host or service run now, by a poller, and see what it says.

It is the command that would run by itself, with its macros. The result changes nothing unless ``--apply`` is given. The
exit code is 0 when the object is well by this result.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from typing import Final

from msgspec import to_builtins

from alignak.api.arbiter import LookAtCheck, RunCheck
from alignak.cli import asking, output
from alignak.cli.asking import Asker
from alignak.cli.explain import ask
from alignak.cli.explained import Row, section
from alignak.messages.trials import DONE, FAILED, CheckRun, Measured, StateBrief
from alignak.model.states import GOOD
from alignak.system.logs import escaped

LOOK_EVERY: Final = 0.2
"""Seconds from one look to the next."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("action", choices=("run",), help="what to do")
    parser.add_argument("name", metavar="OBJECT", help="host/web-1 or web-1, service/web-1/http or web-1/http")
    parser.add_argument("--apply", action="store_true", help="have the result count, as one of the regular checks")
    asking.add_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """Run it and show what came of it."""
    found = result(Asker.from_arguments(given), given.name, applies=given.apply)
    output.show(to_builtins(found), given.output, lambda: text_of(found))
    return output.OK if found.progress == DONE and found.state in GOOD else output.PROBLEM


def result(asker: Asker, name: str, *, applies: bool) -> CheckRun:
    """Have a check run and return what came of it, good or bad; the scheduler says when nothing will come any more."""
    found: CheckRun = ask(asker, "run_check", RunCheck(name, applies))
    while found.progress not in (DONE, FAILED):
        time.sleep(LOOK_EVERY)
        found = ask(asker, "check_run", LookAtCheck(name, found.id))
    return found


def text_of(found: CheckRun) -> str:
    """Return a run as text; nothing in it can play with the terminal."""
    return "\n".join(map(escaped, _lines(found)))


def _lines(found: CheckRun) -> Iterator[str]:
    if found.progress == FAILED:
        yield f"{found.name}: the check was not run: {found.reason}"
    else:
        where = f"on {found.poller}" if found.poller else f"in {found.scheduler}"
        how = "" if found.ending == "done" else f", {found.ending.replace('_', ' ')}"
        yield f"{found.name}: {found.state} (exit code {found.exit_code}{how}) after {found.duration:.3f} s {where}"
        yield from (f"  {line}" for line in filter(None, (found.output, *found.long_output.split("\n"))))
    yield from section("Command", list(_command(found)))
    yield from section("Performance data", list(_metrics(found)))
    if found.progress == DONE:
        yield ""
        yield _effect(found)


def _command(found: CheckRun) -> Iterator[Row]:
    if found.call:
        yield "as written", found.call
    if found.command:
        yield "as run", found.command
        yield "timeout", f"{found.timeout:g} s"
    if found.way:
        yield "how", found.way
    if found.unknown_macros:
        yield "no value for", " ".join(f"${name}$" for name in found.unknown_macros)


def _metrics(found: CheckRun) -> Iterator[Row]:
    if found.metrics:
        yield "METRIC", "VALUE", "WARNING", "CRITICAL", "MIN", "MAX"
        yield from map(_metric, found.metrics)
    elif found.perf_data:
        yield (f"cannot be read: {found.perf_data}",)


def _metric(each: Measured) -> Row:
    limits = (each.warning, each.critical, each.min, each.max)
    return (each.name, f"{each.value:g}{each.uom}", *(_limit(limit) for limit in limits))


def _limit(limit: float | str | None) -> str:
    return "" if limit is None else f"{limit:g}" if isinstance(limit, float) else str(limit)


def _effect(found: CheckRun) -> str:
    if found.is_applied:
        return f"The result counts: {_state(found.before)} -> {_state(found.after)}"
    return f"The result changes nothing: it is {_state(found.after)} as before. With --apply it would count."


def _state(brief: StateBrief) -> str:
    return f"{brief.state} {brief.state_type} {brief.attempt}/{brief.max_attempts}"
